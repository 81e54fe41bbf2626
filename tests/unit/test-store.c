/* The store: jobs in order, by number, and without searching. */
#include <errno.h>

#include "daemon/store/store-private.h"
#include "tests/unit/store-fixture.h"

static void test_states_only_move_forward(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);
	struct job back = {0};
	struct error e = {0};

	assert_int_equal(store_start_job(f->store, number, 5, NULL), 0);
	assert_int_equal(store_start_job(f->store, number, 6, &e), -ESTALE);
	assert_int_equal(store_end_job(f->store, number, JOB_FAILED, "it broke", 7, NULL), 0);
	assert_int_equal(store_end_job(f->store, number, JOB_DONE, NULL, 8, &e), -EALREADY);
	assert_non_null(strstr(e.text, "failed already"));
	assert_int_equal(store_end_job(f->store, number + 1, JOB_DONE, NULL, 8, &e), -ENOENT);
	assert_int_equal(store_load_job(f->store, number, &back, NULL), 0);
	assert_int_equal(back.state, JOB_FAILED);
	assert_string_equal(back.error, "it broke");
	assert_int_equal(back.started_ns, 5);
	assert_int_equal(back.ended_ns, 7);
	job_done(&back);
}

static void test_queue_is_in_order_and_counts_by_owner(void **state)
{
	struct fixture *f = *state;
	uint64_t number = 0, n = 0, first = fixture_add_job(f), second = fixture_add_job(f);
	struct job other = fixture_job(1000);

	other.owner.uid = 0;
	assert_int_equal(store_add_job(f->store, &other, &number, NULL), 0);
	assert_int_equal(store_next_queued(f->store, 0, &n), 1);
	assert_int_equal(n, first);
	assert_int_equal(store_next_queued(f->store, first, &n), 1);
	assert_int_equal(n, second);
	assert_int_equal(store_next_queued(f->store, number, &n), 0);
	assert_int_equal(store_next_queued(f->store, UINT64_MAX, &n), 0);
	assert_int_equal(store_count_queued(f->store, (uid_t)-1, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(store_count_queued(f->store, 0, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(store_start_job(f->store, first, 1, NULL), 0);
	assert_int_equal(store_end_job(f->store, second, JOB_CANCELLED, NULL, 1, NULL), 0);
	assert_int_equal(store_next_queued(f->store, 0, &n), 1);
	assert_int_equal(n, number);
	assert_int_equal(store_latest_job(f->store, &n), 1);
	assert_int_equal(n, number);
}

static void test_empty_store_has_nothing(void **state)
{
	struct fixture *f = *state;
	struct job_line *lines = NULL;
	uint64_t n = 7;
	size_t n_lines = 7;

	assert_int_equal(store_latest_job(f->store, &n), 0);
	assert_int_equal(store_next_queued(f->store, 0, &n), 0);
	assert_int_equal(store_list_jobs(f->store, 0, 10, &lines, &n_lines), 0);
	assert_int_equal(n_lines, 0);
	store_lines_free(lines, n_lines);
}

static void test_numbers_never_come_back(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);

	f->store = store_free(f->store);
	fixture_sql(f, "PRAGMA foreign_keys = ON; DELETE FROM jobs");
	fixture_open(f);
	assert_true(fixture_add_job(f) > number);
}

static void test_id_of_a_job_is_unique(void **state)
{
	struct fixture *f = *state;
	struct job job = fixture_job(77);
	uint64_t number = 0, latest = 0;

	assert_int_equal(store_add_job(f->store, &job, &number, NULL), 0);
	assert_int_equal(store_add_job(f->store, &job, &number, NULL), -EEXIST);
	assert_int_equal(store_latest_job(f->store, &latest), 1);
	assert_int_equal(latest, number);
}

static void test_thousand_queued_jobs_are_listed_in_pages(void **state)
{
	struct fixture *f = *state;
	uint64_t last = 0, n_queued = 0;
	size_t n_seen = 0, n = 0;

	for (int i = 0; i < 1000; i++)
		(void)fixture_add_job(f);
	do {
		struct job_line *lines = NULL;

		assert_int_equal(store_list_jobs(f->store, last, 300, &lines, &n), 0);
		assert_true(n <= 300);
		for (size_t i = 0; i < n; i++) {
			assert_true(lines[i].number > last);
			last = lines[i].number;
			assert_string_equal(lines[i].workload, "julia-set");
			assert_int_equal(lines[i].state, JOB_QUEUED);
		}
		n_seen += n;
		store_lines_free(lines, n);
	} while (n > 0);
	assert_int_equal(n_seen, 1000);
	assert_int_equal(store_count_queued(f->store, (uid_t)-1, &n_queued), 0);
	assert_int_equal(n_queued, 1000);
}

static void test_listing_shows_progress(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);
	struct result head = {.job = number};
	struct job_line *lines = NULL;
	size_t n = 0;

	assert_int_equal(store_start_job(f->store, number, 9, NULL), 0);
	assert_int_equal(store_put_head(f->store, &head, 42, NULL), 0);
	for (unsigned i = 1; i <= 5; i++) {
		struct run run = fixture_run(i);
		assert_int_equal(store_put_run(f->store, number, &run, NULL), 0);
	}
	assert_int_equal(store_list_jobs(f->store, number - 1, 1, &lines, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(lines[0].state, JOB_RUNNING);
	assert_int_equal(lines[0].runs_done, 5);
	assert_int_equal(lines[0].runs_planned, 42);
	assert_int_equal(lines[0].started_ns, 9);
	store_lines_free(lines, n);
}

static unsigned permissions(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void test_database_is_closed_to_others(void **state)
{
	struct fixture *f = *state;
	char path[128];

	(void)fixture_add_job(f);
	assert_int_equal(permissions(f->path), 0600);
	(void)snprintf(path, sizeof(path), "%s-wal", f->path);
	assert_int_equal(permissions(path), 0600);
	(void)snprintf(path, sizeof(path), "%s-shm", f->path);
	assert_int_equal(permissions(path), 0600);
	f->store = store_free(f->store);
	assert_int_equal(chmod(f->path, 0644), 0);
	fixture_open(f);
	assert_int_equal(permissions(f->path), 0600);
}

/* All lines of the plan of a statement that walk a whole table. */
static void assert_no_scan(sqlite3 *db, const char *text)
{
	CLEANUP_FREE char *explain = NULL;
	sqlite3_stmt *statement = NULL;

	assert_true(asprintf(&explain, "EXPLAIN QUERY PLAN %s", text) > 0);
	assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &statement, NULL), SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(statement, 3);

		if (strncmp(detail, "SCAN", 4) == 0 || strstr(detail, "TEMP B-TREE"))
			fail_msg("%s: %s", detail, text);
	}
	(void)sqlite3_finalize(statement);
}

static void test_no_statement_walks_a_whole_table(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < STORE_STATEMENTS; i++) {
		enum store_connection connection;
		const char *text = store_statement_text((enum store_statement)i, &connection);

		assert_no_scan(f->store->connections[connection], text);
	}
}

/* Steps of SQLite's machine that loading and listing take. */
static int steps_of_reading(struct fixture *f, uint64_t number)
{
	const enum store_statement ids[] = {STORE_LOAD_RUNS, STORE_LOAD_SAMPLES,
		STORE_LOAD_CULPRITS, STORE_COUNT_RUNS, STORE_LIST_JOBS};
	struct job_line *lines = NULL;
	struct result back = {0};
	int n_steps = 0;
	size_t n = 0;

	assert_int_equal(store_load_result(f->store, number, &back, NULL), 0);
	assert_int_equal(store_list_jobs(f->store, number - 1, 1, &lines, &n), 0);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		n_steps += sqlite3_stmt_status(
			f->store->statements[ids[i]], SQLITE_STMTSTATUS_VM_STEP, 1);
	result_done(&back);
	store_lines_free(lines, n);
	return n_steps;
}

static void test_reading_a_job_costs_the_same_beside_a_large_one(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);
	int n_before, n_after;

	for (unsigned i = 1; i <= 10; i++) {
		struct run run = fixture_run(i);
		assert_int_equal(store_put_run(f->store, number, &run, NULL), 0);
	}
	(void)steps_of_reading(f, number);
	n_before = steps_of_reading(f, number);
	assert_true(n_before > 0);

	(void)fixture_add_job(f);
	(void)fixture_add_job(f);
	f->store = store_free(f->store);
	fixture_sql(f,
		"BEGIN;"
		"CREATE TEMP TABLE ten AS SELECT * FROM runs WHERE n = 1;"
		"CREATE TEMP TABLE counter AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL"
		"  SELECT i + 1 FROM c WHERE i < 100000) SELECT i FROM c;"
		"INSERT INTO runs SELECT 2, i, benchmark, block, warmup, status, why,"
		"  exit_code, signal, started_ns, kernel_timing, n_cpus, leftovers,"
		"  lost_records, daemon_wakeups, stdout_bytes, stdout_truncated,"
		"  stdout_sha256, stderr_bytes, stderr_truncated, stderr_sha256"
		"  FROM counter, ten;"
		"INSERT INTO samples SELECT 2, i, metric, value, reason FROM counter,"
		"  (SELECT * FROM samples WHERE job = 1 AND n = 1);"
		"COMMIT");
	fixture_open(f);
	n_after = steps_of_reading(f, number);
	/* Another depth of the trees may add a step here and there, 1,700,000 samples may not. */
	assert_in_range(n_after, 1, n_before + 100);
}

#define test_on_store(t) cmocka_unit_test_setup_teardown(t, fixture_setup_open, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on_store(test_states_only_move_forward),
		test_on_store(test_queue_is_in_order_and_counts_by_owner),
		test_on_store(test_empty_store_has_nothing),
		test_on_store(test_numbers_never_come_back),
		test_on_store(test_id_of_a_job_is_unique),
		test_on_store(test_thousand_queued_jobs_are_listed_in_pages),
		test_on_store(test_listing_shows_progress),
		test_on_store(test_database_is_closed_to_others),
		test_on_store(test_no_statement_walks_a_whole_table),
		test_on_store(test_reading_a_job_costs_the_same_beside_a_large_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
