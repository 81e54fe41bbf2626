/* Stores, jobs and runs for the tests of the store. */
#pragma once

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/macro.h"
#include "daemon/store/store.h"
#include "tests/unit/cmocka-all.h"

/* A store in a folder of its own. */
struct fixture {
	char folder[64];
	char path[96];
	struct store *store;
};

static inline void fixture_open(struct fixture *f)
{
	struct error e = {0};
	int r = store_open(&f->store, f->path, &e);

	if (r < 0)
		fail_msg("store_open: %d %s", r, e.text);
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	/* In memory where possible: what a disk does is tried with test-store-power. */
	(void)snprintf(f->folder, sizeof(f->folder), "%s/test-store.XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(f->folder));
	(void)snprintf(f->path, sizeof(f->path), "%s/steady.db", f->folder);
	*state = f;
	return 0;
}

static inline int fixture_setup_open(void **state)
{
	(void)fixture_setup(state);
	fixture_open(*state);
	return 0;
}

static inline void fixture_reopen(struct fixture *f)
{
	f->store = store_free(f->store);
	fixture_open(f);
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	struct dirent *entry;
	DIR *d;

	(void)store_free(f->store);
	d = opendir(f->folder);
	while (d && (entry = readdir(d)))
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(d), entry->d_name, 0);
	(void)closedir(d);
	(void)rmdir(f->folder);
	free(f);
	return 0;
}

/* SQL on a connection of its own; the store must be closed, or only be read. */
static inline void fixture_sql(const struct fixture *f, const char *text)
{
	char *message = NULL;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s", message);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline bool fixture_integrity_holds(const struct fixture *f)
{
	sqlite3_stmt *statement = NULL;
	sqlite3 *db = NULL;
	bool holds;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	holds = streq((const char *)sqlite3_column_text(statement, 0), "ok");
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
	return holds;
}

/* Strings borrowed from the program: never job_done(). */
static inline struct job fixture_job(unsigned serial)
{
	struct job job = {
		.owner = {.uid = 1000, .gid = 100},
		.workload = (char *)(uintptr_t) "julia-set",
		.text = (char *)(uintptr_t) "workload: julia-set\n",
		.file = (char *)(uintptr_t) "julia-set.yaml",
		.directory = (char *)(uintptr_t) "/home/u",
		.submitted_ns = 1790000000000000000ull + serial,
	};

	(void)snprintf(job.id, sizeof(job.id), "%08d-%08u", getpid(), serial);
	return job;
}

static inline uint64_t fixture_add_job(struct fixture *f)
{
	static unsigned serial;
	struct job job = fixture_job(++serial);
	struct error e = {0};
	uint64_t number = 0;
	int r = store_add_job(f->store, &job, &number, &e);

	if (r < 0)
		fail_msg("store_add_job: %d %s", r, e.text);
	return number;
}

static inline struct run fixture_run(unsigned n)
{
	struct run run = {
		.n = n,
		.benchmark = n % 2,
		.block = n / 2,
		.warmup = n == 1,
		.status = RUN_OK,
		.started_ns = 1790000001000000000ull + n,
		.kernel_timing = true,
		.evidence = {.n_cpus = 2, .n_culprits = 1},
	};

	for (int i = 0; i < METRIC_MAX; i++)
		run.metrics[i] = measure_set(n + i / 16.0);
	run.evidence.foreign = measure_set(0.001 * n);
	run.evidence.steal = measure_unavailable("no-steal-clock");
	run.evidence.run_delay = measure_set(0.5);
	run.evidence.migrations = measure_set(3);
	run.evidence.culprits[0] = (struct culprit){"kworker/0:1", 0.0003};
	return run;
}

static inline bool fixture_same_real(double a, double b)
{
	return memcmp(&a, &b, sizeof(a)) == 0 || (isnan(a) && isnan(b));
}

static inline void fixture_assert_same_measure(const struct measure *a, const struct measure *b)
{
	assert_string_equal(a->unavailable, b->unavailable);
	assert_true(fixture_same_real(a->value, b->value));
}

static inline void fixture_assert_same_output(
	const struct run_output *a, const struct run_output *b)
{
	assert_int_equal(a->bytes, b->bytes);
	assert_int_equal(a->truncated, b->truncated);
	assert_string_equal(a->sha256, b->sha256);
}

static inline void fixture_assert_same_evidence(const struct evidence *a, const struct evidence *b)
{
	fixture_assert_same_measure(&a->foreign, &b->foreign);
	fixture_assert_same_measure(&a->steal, &b->steal);
	fixture_assert_same_measure(&a->run_delay, &b->run_delay);
	fixture_assert_same_measure(&a->migrations, &b->migrations);
	assert_int_equal(a->n_culprits, b->n_culprits);
	for (unsigned i = 0; i < a->n_culprits; i++) {
		assert_string_equal(a->culprits[i].name, b->culprits[i].name);
		assert_true(fixture_same_real(a->culprits[i].seconds, b->culprits[i].seconds));
	}
	assert_int_equal(a->n_cpus, b->n_cpus);
	assert_int_equal(a->leftovers, b->leftovers);
	assert_int_equal(a->lost_records, b->lost_records);
	assert_int_equal(a->daemon_wakeups, b->daemon_wakeups);
}

static inline void fixture_assert_same_run(const struct run *a, const struct run *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->benchmark, b->benchmark);
	assert_int_equal(a->block, b->block);
	assert_int_equal(a->warmup, b->warmup);
	assert_int_equal(a->status, b->status);
	assert_string_equal(a->why, b->why);
	assert_int_equal(a->exit_code, b->exit_code);
	assert_int_equal(a->signal, b->signal);
	assert_int_equal(a->started_ns, b->started_ns);
	for (int i = 0; i < METRIC_MAX; i++)
		fixture_assert_same_measure(&a->metrics[i], &b->metrics[i]);
	fixture_assert_same_evidence(&a->evidence, &b->evidence);
	fixture_assert_same_output(&a->out, &b->out);
	fixture_assert_same_output(&a->err, &b->err);
	assert_int_equal(a->kernel_timing, b->kernel_timing);
}

/* What a writer says once the store has accepted it. */
struct receipt {
	uint64_t job;
	unsigned n_runs; /* 0: the job itself */
};

/* The job has at least these runs, as they were written. */
static inline void fixture_assert_kept(struct fixture *f, const struct receipt *receipt)
{
	struct result result = {0};

	assert_int_equal(store_load_result(f->store, receipt->job, &result, NULL), 0);
	assert_true(result.n_runs >= receipt->n_runs);
	for (unsigned i = 0; i < receipt->n_runs; i++) {
		struct run expected = fixture_run(i + 1);
		fixture_assert_same_run(&result.runs[i], &expected);
	}
	result_done(&result);
}

static inline void fixture_assert_state(struct fixture *f, uint64_t number, enum job_state expected)
{
	struct job job = {0};

	assert_int_equal(store_load_job(f->store, number, &job, NULL), 0);
	assert_int_equal(job.state, expected);
	job_done(&job);
}
