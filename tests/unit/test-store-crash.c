/* The store among processes: killed writers, dead owners, several at once. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "common/base/random.h"
#include "tests/unit/store-fixture.h"

#define KILLS	      50
#define CREATIONS     40
#define KILL_PAUSE_NS (3 * NSEC_PER_MSEC)
#define RUNS_OF_A_JOB 4

/* Adds jobs and runs as fast as it can, and says so, until it is killed. */
static _Noreturn void write_until_killed(struct fixture *f, int fd)
{
	fixture_open(f);
	for (;;) {
		struct receipt receipt = {.job = fixture_add_job(f)};

		if (write(fd, &receipt, sizeof(receipt)) != sizeof(receipt))
			_exit(1);
		if (store_start_job(f->store, receipt.job, 1, NULL) < 0)
			_exit(1);
		while (receipt.n_runs < RUNS_OF_A_JOB) {
			struct run run = fixture_run(++receipt.n_runs);

			if (store_put_run(f->store, receipt.job, &run, NULL) < 0 ||
				write(fd, &receipt, sizeof(receipt)) != sizeof(receipt))
				_exit(1);
		}
	}
}

static pid_t start_writer(struct fixture *f, int *ret_fd)
{
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	/* Room for all receipts of a round: a writer that waits is killed at no random point. */
	(void)fcntl(fds[1], F_SETPIPE_SZ, 1 << 20);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		write_until_killed(f, fds[1]);
	(void)close(fds[1]);
	*ret_fd = fds[0];
	return pid;
}

static void end_by_signal(pid_t pid)
{
	int status = 0;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

/* Receipts of one writer; the last one of each job is kept to be checked. */
struct receipts {
	struct receipt *last; /* of jobs in order; owned */
	unsigned n_jobs, n;
};

static bool receipts_read(struct receipts *r, int fd)
{
	struct receipt receipt;

	if (read(fd, &receipt, sizeof(receipt)) != sizeof(receipt))
		return false;

	if (r->n_jobs == 0 || r->last[r->n_jobs - 1].job != receipt.job)
		r->last = reallocarray(r->last, ++r->n_jobs, sizeof(*r->last));
	assert_non_null(r->last);
	r->last[r->n_jobs - 1] = receipt;
	r->n++;
	return true;
}

static void assert_nobody_runs(struct fixture *f)
{
	struct job_line *lines = NULL;
	size_t n = 0;

	assert_int_equal(store_list_jobs(f->store, 0, UINT32_MAX, &lines, &n), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_not_equal(lines[i].state, JOB_RUNNING);
	store_lines_free(lines, n);
}

/* Kills a writer after some receipts and a random pause; everything it said must be true. */
static unsigned kill_one_writer(struct fixture *f, struct random *random)
{
	const struct timespec pause = {.tv_nsec = (long)random_below(random, KILL_PAUSE_NS)};
	uint64_t n_wanted = random_below(random, 4ull * (RUNS_OF_A_JOB + 1));
	struct receipts receipts = {0};
	int fd = -1;
	pid_t pid = start_writer(f, &fd);

	while (receipts.n < n_wanted)
		assert_true(receipts_read(&receipts, fd));
	(void)nanosleep(&pause, NULL);
	end_by_signal(pid);
	while (receipts_read(&receipts, fd))
		;
	(void)close(fd);

	fixture_open(f);
	for (unsigned i = 0; i < receipts.n_jobs; i++)
		fixture_assert_kept(f, &receipts.last[i]);
	assert_nobody_runs(f);
	f->store = store_free(f->store);
	assert_true(fixture_integrity_holds(f));
	free(receipts.last);
	return receipts.n;
}

static void test_killed_writer_loses_nothing_it_acknowledged(void **state)
{
	struct random random = random_make(20261122, 1);
	struct fixture *f = *state;
	unsigned n_receipts = 0;

	for (int i = 0; i < KILLS; i++)
		n_receipts += kill_one_writer(f, &random);
	/* Otherwise nothing was tried. */
	assert_true(n_receipts > KILLS);
}

static void test_job_of_a_dead_owner_is_interrupted_with_its_runs(void **state)
{
	struct fixture *f = *state;
	struct receipt receipt = {0};
	struct job job = {0};
	int fd = -1;
	pid_t pid = start_writer(f, &fd);

	while (receipt.n_runs < 2)
		assert_int_equal(read(fd, &receipt, sizeof(receipt)), sizeof(receipt));
	/* Its owner lives: opening the store beside it changes nothing. */
	assert_int_equal(kill(pid, SIGSTOP), 0);
	fixture_open(f);
	fixture_assert_state(f, receipt.job, JOB_RUNNING);
	f->store = store_free(f->store);

	end_by_signal(pid);
	fixture_open(f);
	assert_int_equal(store_load_job(f->store, receipt.job, &job, NULL), 0);
	assert_int_equal(job.state, JOB_INTERRUPTED);
	assert_non_null(strstr(job.error, "ended while the job ran"));
	assert_true(job.ended_ns > 0);
	job_done(&job);
	fixture_assert_kept(f, &receipt);
	(void)close(fd);
}

static void test_process_of_the_same_number_is_not_the_owner(void **state)
{
	static const char *const changes[] = {
		"UPDATE jobs SET owner_start_ticks = owner_start_ticks + 1",
		"UPDATE jobs SET owner_boot_id = 'another'",
		"UPDATE jobs SET owner_pid = NULL",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		uint64_t number;

		fixture_open(f);
		number = fixture_add_job(f);
		assert_int_equal(store_start_job(f->store, number, 1, NULL), 0);
		fixture_reopen(f);
		fixture_assert_state(f, number, JOB_RUNNING);
		f->store = store_free(f->store);
		fixture_sql(f, changes[i]);
		fixture_open(f);
		fixture_assert_state(f, number, JOB_INTERRUPTED);
		f->store = store_free(f->store);
	}
}

/* One of several programs that start to use a file at the same moment. */
static _Noreturn void share_store(struct fixture *f, int start_fd, unsigned n_jobs)
{
	char nothing;

	/* The end of the pipe is the signal to start. */
	if (read(start_fd, &nothing, 1) != 0)
		_exit(1);
	fixture_open(f);
	for (unsigned i = 0; i < n_jobs; i++) {
		uint64_t number = fixture_add_job(f);
		struct run run = fixture_run(1);

		if (store_start_job(f->store, number, 1, NULL) < 0 ||
			store_put_run(f->store, number, &run, NULL) < 0 ||
			store_end_job(f->store, number, JOB_DONE, NULL, 2, NULL) < 0)
			_exit(1);
	}
	f->store = store_free(f->store);
	_exit(0);
}

static void share_store_among(struct fixture *f, unsigned n_processes, unsigned n_jobs)
{
	pid_t pids[16];
	int fds[2];

	assert_true(n_processes <= ARRAY_SIZE(pids));
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	for (unsigned i = 0; i < n_processes; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0) {
			(void)close(fds[1]);
			share_store(f, fds[0], n_jobs);
		}
	}
	(void)close(fds[0]);
	(void)close(fds[1]);
	for (unsigned i = 0; i < n_processes; i++) {
		int status = 0;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
}

static void assert_all_done(struct fixture *f, size_t n_expected)
{
	struct job_line *lines = NULL;
	size_t n = 0;

	fixture_open(f);
	assert_int_equal(store_list_jobs(f->store, 0, 1000, &lines, &n), 0);
	assert_int_equal(n, n_expected);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(lines[i].state, JOB_DONE);
		assert_int_equal(lines[i].runs_done, 1);
	}
	store_lines_free(lines, n);
	f->store = store_free(f->store);
	assert_true(fixture_integrity_holds(f));
}

static void test_processes_share_a_store(void **state)
{
	struct fixture *f = *state;

	share_store_among(f, 6, 20);
	assert_all_done(f, 120);
}

static void test_processes_may_create_a_store_at_the_same_moment(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < CREATIONS; i++) {
		share_store_among(f, 6, 1);
		assert_all_done(f, 6);
		assert_int_equal(unlink(f->path), 0);
	}
}

#define test_in_folder(t) cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_folder(test_killed_writer_loses_nothing_it_acknowledged),
		test_in_folder(test_job_of_a_dead_owner_is_interrupted_with_its_runs),
		test_in_folder(test_process_of_the_same_number_is_not_the_owner),
		test_in_folder(test_processes_share_a_store),
		test_in_folder(test_processes_may_create_a_store_at_the_same_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
