/* Acceptances in the store, and jobs by their labels. */
#include <errno.h>

#include "daemon/store/acceptances.h"
#include "tests/unit/store-fixture.h"

#define DAY_NS (86400 * 1000000000ull)
#define NOW_NS (1790000000 * 1000000000ull)

static struct acceptance_row make(uid_t owner, const char *workload)
{
	return (struct acceptance_row){
		.owner = owner,
		.workload = (char *)(uintptr_t)workload,
		.benchmark = (char *)(uintptr_t) "parse[n=1e6]",
		.reason = (char *)(uintptr_t) "checks every input",
		.limit_ratio = 0.053,
		.job = 12,
		.created_ns = NOW_NS,
		.expires_ns = NOW_NS + 90 * DAY_NS,
	};
}

static uint64_t add(struct fixture *f, const struct acceptance_row *row)
{
	uint64_t number = 0;
	struct error e = {0};
	int r = store_add_acceptance(f->store, row, &number, &e);

	if (r < 0)
		fail_msg("store_add_acceptance: %d %s", r, e.text);
	return number;
}

static size_t count(struct fixture *f, uid_t owner, const char *workload)
{
	struct acceptance_row *rows = NULL;
	size_t n = 0;

	assert_int_equal(store_list_acceptances(f->store, owner, workload, &rows, &n, NULL), 0);
	acceptance_rows_free(rows, n);
	return n;
}

static void test_what_was_stored_comes_back(void **state)
{
	struct fixture *f = *state;
	struct acceptance_row row = make(1000, "parse"), *rows = NULL;
	uint64_t number = add(f, &row);
	size_t n = 0;

	fixture_reopen(f);
	assert_int_equal(store_list_acceptances(f->store, 1000, "parse", &rows, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].number, number);
	assert_int_equal(rows[0].owner, 1000);
	assert_string_equal(rows[0].workload, "parse");
	assert_string_equal(rows[0].benchmark, "parse[n=1e6]");
	assert_string_equal(rows[0].reason, "checks every input");
	assert_true(rows[0].limit_ratio >= 0.053 && rows[0].limit_ratio <= 0.053);
	assert_int_equal(rows[0].job, 12);
	assert_int_equal(rows[0].created_ns, row.created_ns);
	assert_int_equal(rows[0].expires_ns, row.expires_ns);
	acceptance_rows_free(rows, n);
}

static void test_users_and_workloads_are_apart(void **state)
{
	struct fixture *f = *state;
	struct acceptance_row one = make(1000, "parse"), two = make(1001, "parse"),
			      three = make(1000, "sort");

	(void)add(f, &one);
	(void)add(f, &two);
	(void)add(f, &three);
	assert_int_equal(count(f, 1000, "parse"), 1);
	assert_int_equal(count(f, 1000, ""), 2);
	assert_int_equal(count(f, (uid_t)-1, "parse"), 2);
	assert_int_equal(count(f, (uid_t)-1, ""), 3);
	assert_int_equal(count(f, 1002, ""), 0);
}

static void test_removed_ones_are_gone_and_numbers_never_come_back(void **state)
{
	struct fixture *f = *state;
	struct acceptance_row row = make(1000, "parse");
	uint64_t number = add(f, &row);
	struct error e = {0};
	uid_t owner = 0;

	assert_int_equal(store_acceptance_owner(f->store, number, &owner, NULL), 0);
	assert_int_equal(owner, 1000);
	assert_int_equal(store_remove_acceptance(f->store, number, NULL), 0);
	assert_int_equal(store_acceptance_owner(f->store, number, &owner, &e), -ENOENT);
	assert_non_null(strstr(e.text, "no acceptance 1"));
	assert_true(add(f, &row) > number);
}

static void test_a_user_has_only_so_many(void **state)
{
	struct fixture *f = *state;
	struct acceptance_row row = make(1000, "parse"), other = make(1001, "parse");
	struct error e = {0};
	uint64_t number;

	f->store = store_free(f->store);
	fixture_sql(f,
		"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000)"
		"INSERT INTO acceptances (uid, workload, benchmark, limit_ratio, reason, job,"
		" created_ns, expires_ns) SELECT 1000, 'w', 'b', 0.1, 'r', i, 0,"
		" 1990000000000000000 FROM c");
	fixture_open(f);
	assert_int_equal(store_add_acceptance(f->store, &row, &number, &e), -EDQUOT);
	assert_non_null(strstr(e.text, "1000"));
	(void)add(f, &other);
	assert_int_equal(count(f, 1000, ""), ACCEPTANCES_MAX_PER_USER);
}

/* An expired one is listed for a while, so that a report can say so, and then makes room. */
static void test_what_expired_long_ago_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct acceptance_row row = make(1000, "parse");

	row.expires_ns = NOW_NS - DAY_NS;
	(void)add(f, &row);
	row.expires_ns = NOW_NS - ACCEPTANCES_KEEP_NS - DAY_NS;
	(void)add(f, &row);
	assert_int_equal(count(f, 1000, ""), 2);
	row.expires_ns = NOW_NS + DAY_NS;
	(void)add(f, &row);
	assert_int_equal(count(f, 1000, ""), 2);
}

/* A job that is done, with one label. */
static uint64_t add_labelled(struct fixture *f, const char *label, enum job_state state)
{
	struct result head = {.job = fixture_add_job(f), .overhead = measure_set(0)};

	assert_int_equal(strv_push(&head.labels, label), 0);
	assert_int_equal(store_put_head(f->store, &head, 1, NULL), 0);
	assert_int_equal(store_start_job(f->store, head.job, NOW_NS, NULL), 0);
	assert_int_equal(store_end_job(f->store, head.job, state, NULL, NOW_NS, NULL), 0);
	strv_done(&head.labels);
	return head.job;
}

static void test_newest_job_of_a_label_that_went_well_is_found(void **state)
{
	struct fixture *f = *state;
	uint64_t old = add_labelled(f, "commit=abc", JOB_DONE), found = 0;
	uint64_t other = add_labelled(f, "commit=abcd", JOB_DONE);
	struct error e = {0};

	(void)add_labelled(f, "commit=abc", JOB_FAILED);
	assert_int_equal(store_find_label(f->store, "commit=abc", "", 1000, &found, NULL), 0);
	assert_int_equal(found, old);
	assert_int_equal(
		store_find_label(f->store, "commit=abcd", "julia-set", (uid_t)-1, &found, NULL), 0);
	assert_int_equal(found, other);
	assert_int_equal(store_find_label(f->store, "commit=abc", "", 1001, &found, &e), -ENOENT);
	assert_non_null(strstr(e.text, "commit=abc"));
	assert_int_equal(
		store_find_label(f->store, "commit=abc", "sort", 1000, &found, NULL), -ENOENT);
}

#define test_on_store(t) cmocka_unit_test_setup_teardown(t, fixture_setup_open, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on_store(test_what_was_stored_comes_back),
		test_on_store(test_users_and_workloads_are_apart),
		test_on_store(test_removed_ones_are_gone_and_numbers_never_come_back),
		test_on_store(test_a_user_has_only_so_many),
		test_on_store(test_what_expired_long_ago_is_forgotten),
		test_on_store(test_newest_job_of_a_label_that_went_well_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
