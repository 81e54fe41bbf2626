/* What the store promised is there after the power failed, and nothing else is broken. */
#include <errno.h>

#include "daemon/store/store-private.h"
#include "tests/unit/power-vfs.h"
#include "tests/unit/store-fixture.h"

/* What has been promised so far. */
struct promise {
	struct fixture *f;
	struct random random;
	uint64_t n_jobs;	 /* accepted: numbers 1 .. n_jobs */
	struct receipt ended;	 /* a job whose end was stored, with its runs */
	unsigned n_runs_at_most; /* of job 1 */
	unsigned n_cuts;
	bool is_looking;
};

static void assert_promise_kept(struct promise *p, struct fixture *found)
{
	struct job_line *lines = NULL;
	struct result result = {0};
	size_t n = 0;

	assert_int_equal(store_list_jobs(found->store, 0, 1000, &lines, &n), 0);
	assert_true(n >= p->n_jobs);
	store_lines_free(lines, n);
	if (p->ended.job > 0) {
		fixture_assert_state(found, p->ended.job, JOB_DONE);
		fixture_assert_kept(found, &p->ended);
	}
	if (p->n_jobs == 0)
		return;

	/* Runs are lost from the end only. */
	assert_int_equal(store_load_result(found->store, 1, &result, NULL), 0);
	assert_true(result.n_runs <= p->n_runs_at_most);
	for (unsigned i = 0; i < result.n_runs; i++) {
		struct run expected = fixture_run(i + 1);
		fixture_assert_same_run(&result.runs[i], &expected);
	}
	result_done(&result);
}

/* The power fails: look at what is left, in a folder of its own. */
static void cut(struct promise *p, struct random *random)
{
	struct fixture *found = NULL;

	(void)fixture_setup((void **)&found);
	power_fail(found->folder, random);
	fixture_open(found);
	assert_promise_kept(p, found);
	found->store = store_free(found->store);
	assert_true(fixture_integrity_holds(found));
	(void)fixture_teardown((void **)&found);
	p->n_cuts++;
}

static void cut_both_ways(void *userdata)
{
	struct promise *p = userdata;

	/* Looking syncs, too. */
	if (p->is_looking)
		return;
	p->is_looking = true;
	cut(p, NULL);
	cut(p, &p->random);
	p->is_looking = false;
}

static void promise_start(struct promise *p, struct fixture *f, power_sync_fn before_sync)
{
	*p = (struct promise){.f = f, .random = random_make(20261122, 3)};
	power_install(f->folder, before_sync, p);
	fixture_open(f);
}

static void promise_end(struct promise *p)
{
	assert_true(p->n_cuts > 0);
	p->f->store = store_free(p->f->store);
	power_remove();
}

static void test_accepted_jobs_survive_a_power_cut(void **state)
{
	struct fixture *f = *state;
	struct promise p;

	promise_start(&p, f, NULL);
	for (p.n_jobs = 1; p.n_jobs <= 20; p.n_jobs++) {
		assert_int_equal(fixture_add_job(f), p.n_jobs);
		cut_both_ways(&p);
	}
	promise_end(&p);
}

static void put_runs(struct promise *p, uint64_t job, unsigned n)
{
	for (unsigned i = 1; i <= n; i++) {
		struct run run = fixture_run(i);

		if (job == 1)
			p->n_runs_at_most = i;
		assert_int_equal(store_put_run(p->f->store, job, &run, NULL), 0);
	}
}

static void test_ended_job_has_its_runs_after_a_power_cut(void **state)
{
	struct fixture *f = *state;
	struct promise p;

	promise_start(&p, f, NULL);
	(void)fixture_add_job(f);
	p.n_jobs = fixture_add_job(f);
	assert_int_equal(store_start_job(f->store, 2, 1, NULL), 0);
	put_runs(&p, 2, 30);
	assert_int_equal(store_end_job(f->store, 2, JOB_DONE, NULL, 2, NULL), 0);
	p.ended = (struct receipt){.job = 2, .n_runs = 30};
	cut_both_ways(&p);
	promise_end(&p);
}

static void test_power_may_fail_at_every_sync(void **state)
{
	struct fixture *f = *state;
	struct promise p;

	promise_start(&p, f, cut_both_ways);
	/* Short logs: many moves of the log into the database. */
	for (int i = 0; i < STORE_CONNECTIONS; i++)
		(void)sqlite3_wal_autocheckpoint(f->store->connections[i], 20);
	for (uint64_t i = 1; i <= 4; i++) {
		assert_int_equal(fixture_add_job(f), i);
		p.n_jobs = i;
		assert_int_equal(store_start_job(f->store, i, 1, NULL), 0);
		put_runs(&p, i, 60);
		if (i == 1)
			continue;
		assert_int_equal(store_end_job(f->store, i, JOB_DONE, NULL, 2, NULL), 0);
		p.ended = (struct receipt){.job = i, .n_runs = 60};
	}
	promise_end(&p);
}

#define test_in_folder(t) cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_folder(test_accepted_jobs_survive_a_power_cut),
		test_in_folder(test_ended_job_has_its_runs_after_a_power_cut),
		test_in_folder(test_power_may_fail_at_every_sync),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
