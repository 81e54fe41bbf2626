/* What is put into the store comes out again exactly. */
#include <errno.h>
#include <float.h>

#include "common/model/gate-words.h"
#include "tests/unit/store-fixture.h"

static void assert_same_strv(const struct strv *a, const struct strv *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++)
		assert_string_equal(a->items[i], b->items[i]);
}

static void assert_same_text(const char *a, const char *b)
{
	assert_true(streq(a, b));
}

static void test_job_comes_back_as_submitted(void **state)
{
	struct fixture *f = *state;
	gid_t groups[] = {0, 100, UINT32_MAX - 1};
	struct job job = fixture_job(1), back = {0};
	uint64_t number = 0;

	job.owner = (struct identity){UINT32_MAX - 2, 7, groups, ARRAY_SIZE(groups)};
	job.error = (char *)(uintptr_t) "caf\xc3\xa9 'quoted\" %s\n\x01";
	job.file = NULL;
	job.started_ns = UINT64_MAX;
	assert_int_equal(strv_push(&job.overrides, "runs=5"), 0);
	assert_int_equal(strv_push(&job.overrides, ""), 0);
	assert_int_equal(strv_push(&job.overrides, "x=\xff\xfe"), 0);
	assert_int_equal(store_add_job(f->store, &job, &number, NULL), 0);
	fixture_reopen(f);

	assert_int_equal(store_load_job(f->store, number, &back, NULL), 0);
	assert_int_equal(back.number, number);
	assert_string_equal(back.id, job.id);
	assert_int_equal(back.owner.uid, job.owner.uid);
	assert_int_equal(back.owner.gid, 7);
	assert_int_equal(back.owner.n_groups, 3);
	assert_memory_equal(back.owner.groups, groups, sizeof(groups));
	assert_same_text(back.workload, job.workload);
	assert_same_text(back.text, job.text);
	assert_null(back.file);
	assert_same_text(back.directory, job.directory);
	assert_same_text(back.error, job.error);
	assert_same_strv(&back.overrides, &job.overrides);
	assert_same_strv(&back.environment, &job.environment);
	assert_int_equal(back.state, JOB_QUEUED);
	assert_int_equal(back.submitted_ns, job.submitted_ns);
	assert_true(back.started_ns == UINT64_MAX);
	assert_int_equal(back.ended_ns, 0);
	job_done(&back);
	strv_done(&job.overrides);
	assert_int_equal(store_load_job(f->store, number + 1, &back, NULL), -ENOENT);
}

/* Every field as far from its default as it goes. */
static struct run awkward_run(unsigned n)
{
	static const double values[METRIC_MAX] = {0, 1e-300, DBL_MAX, DBL_TRUE_MIN, -1.5,
		9007199254740993.0, 98500000, (double)INFINITY, (double)NAN, 1.0 / 3};
	struct run run = {
		.n = n,
		.benchmark = 9999,
		.block = UINT32_MAX,
		.warmup = true,
		.status = RUN_INVALID,
		.exit_code = -1,
		.signal = 64,
		.started_ns = UINT64_MAX,
		.evidence = {.n_cpus = 4096,
			.n_culprits = RUN_CULPRITS_MAX,
			.leftovers = UINT32_MAX,
			.lost_records = UINT64_MAX,
			.daemon_wakeups = 1ull << 63},
		.out = {.bytes = UINT64_MAX, .truncated = true},
		.err = {.bytes = 1, .truncated = false},
	};

	memset(run.why, 'w', sizeof(run.why) - 1);
	memset(run.out.sha256, 'a', sizeof(run.out.sha256) - 1);
	for (int i = 0; i < METRIC_MAX; i++)
		run.metrics[i] = measure_set(values[i]);
	run.metrics[METRIC_MAX - 1] = measure_unavailable("no-perf");
	memset(run.metrics[METRIC_MAX - 2].unavailable, 'r', RUN_REASON_MAX - 1);
	run.evidence.foreign = measure_unavailable("lost \"records\", 'many'");
	run.evidence.steal = measure_set((double)NAN);
	run.evidence.run_delay = measure_set(DBL_EPSILON);
	run.evidence.migrations = measure_unavailable("no-perf");
	for (unsigned i = 0; i < RUN_CULPRITS_MAX; i++)
		run.evidence.culprits[i] = (struct culprit){"a\xff/b: )", 1.0 / (i + 3)};
	memset(run.evidence.culprits[0].name, 'c', RUN_CULPRIT_NAME_MAX - 1);
	run.evidence.culprits[1].name[0] = '\0';
	return run;
}

static void test_every_field_of_a_run_comes_back_exactly(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);
	struct run runs[] = {fixture_run(1), awkward_run(2), {.n = 3}};
	struct result back = {0};

	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		assert_int_equal(store_put_run(f->store, number, &runs[i], NULL), 0);
	fixture_reopen(f);
	assert_int_equal(store_load_result(f->store, number, &back, NULL), 0);
	assert_int_equal(back.n_runs, ARRAY_SIZE(runs));
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		fixture_assert_same_run(&back.runs[i], &runs[i]);
	result_done(&back);
}

static void test_run_numbers_are_used_once_and_belong_to_a_job(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);
	struct run first = fixture_run(1), second = awkward_run(1);
	struct result back = {0};
	struct error e = {0};

	assert_int_equal(store_put_run(f->store, number, &first, NULL), 0);
	assert_int_equal(store_put_run(f->store, number, &second, &e), -EEXIST);
	assert_non_null(strstr(e.text, f->path));
	assert_int_equal(store_put_run(f->store, number + 1, &first, &e), -ENOENT);
	assert_int_equal(store_load_result(f->store, number, &back, NULL), 0);
	assert_int_equal(back.n_runs, 1);
	fixture_assert_same_run(&back.runs[0], &first);
	result_done(&back);
}

static void fill_result(struct result *r, uint64_t job)
{
	const struct setting_outcome outcomes[] = {
		{(char *)(uintptr_t) "cpu.governor", (char *)(uintptr_t) "policy0",
			(char *)(uintptr_t) "performance", (char *)(uintptr_t) "schedutil",
			(char *)(uintptr_t) "performance", SETTING_HELD, NULL},
		{(char *)(uintptr_t) "cpu.turbo", (char *)(uintptr_t) "system",
			(char *)(uintptr_t) "off", NULL, NULL, SETTING_UNAVAILABLE,
			(char *)(uintptr_t) "no-driver"},
	};

	r->job = job;
	(void)snprintf(r->machine, sizeof(r->machine), "a52bf3");
	r->workload_hash = strdup("sha256:00");
	r->seed = UINT64_MAX - 1;
	assert_int_equal(strv_push(&r->labels, "commit=abc"), 0);
	assert_int_equal(strv_push(&r->facts, "kernel=6.1"), 0);
	assert_int_equal(strv_push(&r->facts, "memory=\n"), 0);
	r->profile = strdup("quiet");
	r->fingerprint = strdup("sha256:11");
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
		assert_int_equal(setting_outcomes_add(&r->settings, &outcomes[i]), 0);
	assert_int_equal(setting_outcomes_add(&r->residue, &outcomes[1]), 0);
	r->metrics[METRIC_WALL] = r->metrics[METRIC_WALL_TREE] = true;
	r->n_benchmarks = 2;
	r->benchmarks = calloc(2, sizeof(*r->benchmarks));
	assert_non_null(r->benchmarks);
	r->benchmarks[0].name = strdup("julia-set[width=500]");
	r->benchmarks[0].arm = strdup("base");
	assert_int_equal(strv_push(&r->benchmarks[0].params, "width=500"), 0);
	assert_int_equal(strv_push(&r->benchmarks[0].command, "python3"), 0);
	r->benchmarks[0].quality = QUALITY_UNSTABLE | QUALITY_BELOW_OVERHEAD;
	r->benchmarks[1].name = strdup("julia-set[width=1000]");
	r->benchmarks[1].workload = strdup("julia-set");
	r->benchmarks[1].same_files = true;
	r->is_gate = true;
	gate_init(&r->benchmarks[0].gate);
	r->benchmarks[1].gate = (struct gate){
		.margin_ratio = 1.0 / 3,
		.alpha = 0.001,
		.policy = GATE_NONINFERIOR,
		.exact_spending = true,
		.rho = 2.5,
		.looks = {8, 1000},
		.n_looks = 2,
		.max_mde = 2,
		.max_mde_is_factor = true,
		.max_excluded_ratio = 0.1,
		.metrics[METRIC_MAX_RSS] = {.wanted = true, .margin_ratio = 0.1, .floor = 4096},
		.metrics[METRIC_OWN] = {.wanted = true, .floor = 1e-9},
		.quarantine = "noisy = since May",
	};
	r->stop = strdup("rel-ci reached at 20 runs");
	r->kernel_timing = true;
	r->overhead = measure_set(0.00004);
	r->outliers = (struct outliers){OUTLIER_MAD, 0.005, 0.25};
}

static void assert_same_outcomes(const struct setting_outcomes *a, const struct setting_outcomes *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_same_text(a->items[i].knob, b->items[i].knob);
		assert_same_text(a->items[i].target, b->items[i].target);
		assert_same_text(a->items[i].want, b->items[i].want);
		assert_same_text(a->items[i].before, b->items[i].before);
		assert_same_text(a->items[i].after, b->items[i].after);
		assert_int_equal(a->items[i].status, b->items[i].status);
		assert_same_text(a->items[i].reason, b->items[i].reason);
	}
}

static void assert_same_gate(const struct gate *a, const struct gate *b)
{
	CLEANUP_STRV struct strv words_a = {0}, words_b = {0};

	assert_true(a->margin_ratio == b->margin_ratio && a->rho == b->rho);
	assert_memory_equal(a->looks, b->looks, a->n_looks * sizeof(a->looks[0]));
	assert_string_equal(a->quarantine, b->quarantine);
	for (int i = 0; i < METRIC_MAX; i++) {
		assert_int_equal(a->metrics[i].wanted, b->metrics[i].wanted);
		assert_true(a->metrics[i].margin_ratio == b->metrics[i].margin_ratio);
		assert_true(a->metrics[i].floor == b->metrics[i].floor);
	}
	assert_int_equal(gate_to_words(a, &words_a), 0);
	assert_int_equal(gate_to_words(b, &words_b), 0);
	assert_same_strv(&words_a, &words_b);
}

static void assert_same_head(const struct result *a, const struct result *b)
{
	assert_string_equal(a->machine, b->machine);
	assert_same_text(a->workload_hash, b->workload_hash);
	assert_true(a->seed == b->seed);
	assert_same_strv(&a->labels, &b->labels);
	assert_same_text(a->profile, b->profile);
	assert_same_text(a->fingerprint, b->fingerprint);
	assert_same_strv(&a->facts, &b->facts);
	assert_same_outcomes(&a->settings, &b->settings);
	assert_same_outcomes(&a->residue, &b->residue);
	assert_memory_equal(a->metrics, b->metrics, sizeof(a->metrics));
	assert_int_equal(a->n_benchmarks, b->n_benchmarks);
	for (size_t i = 0; i < a->n_benchmarks; i++) {
		assert_same_text(a->benchmarks[i].name, b->benchmarks[i].name);
		assert_same_text(a->benchmarks[i].arm, b->benchmarks[i].arm);
		assert_same_strv(&a->benchmarks[i].params, &b->benchmarks[i].params);
		assert_same_strv(&a->benchmarks[i].command, &b->benchmarks[i].command);
		assert_int_equal(a->benchmarks[i].quality, b->benchmarks[i].quality);
		assert_same_text(a->benchmarks[i].workload, b->benchmarks[i].workload);
		assert_int_equal(a->benchmarks[i].same_files, b->benchmarks[i].same_files);
		assert_same_gate(&a->benchmarks[i].gate, &b->benchmarks[i].gate);
	}
	assert_int_equal(a->is_gate, b->is_gate);
	assert_same_text(a->stop, b->stop);
	assert_int_equal(a->kernel_timing, b->kernel_timing);
	fixture_assert_same_measure(&a->overhead, &b->overhead);
	assert_int_equal(a->outliers.rule, b->outliers.rule);
	assert_true(fixture_same_real(a->outliers.tolerance_ratio, b->outliers.tolerance_ratio));
	assert_true(fixture_same_real(a->outliers.budget_ratio, b->outliers.budget_ratio));
}

static void test_head_comes_back_exactly(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);
	struct result put = {0}, back = {0};

	fill_result(&put, number);
	assert_int_equal(store_put_head(f->store, &put, 44, NULL), 0);
	fixture_reopen(f);
	assert_int_equal(store_load_result(f->store, number, &back, NULL), 0);
	assert_same_head(&put, &back);
	assert_string_equal(back.workload, "julia-set");
	assert_int_equal(back.owner, 1000);
	assert_int_equal(back.job, number);
	result_done(&put);
	result_done(&back);
}

static void test_later_head_replaces_the_earlier_one(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);
	struct result first = {0}, second = {0}, back = {0};

	fill_result(&first, number);
	assert_int_equal(store_put_head(f->store, &first, 44, NULL), 0);
	second.job = number;
	second.overhead = measure_unavailable("not-measured");
	assert_int_equal(store_put_head(f->store, &second, 0, NULL), 0);
	assert_int_equal(store_load_result(f->store, number, &back, NULL), 0);
	assert_same_head(&second, &back);
	result_done(&first);
	result_done(&back);
	second.job = number + 1;
	assert_int_equal(store_put_head(f->store, &second, 0, NULL), -ENOENT);
}

static void test_job_that_never_began_has_an_empty_result(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);
	struct result back = {0};

	assert_int_equal(store_load_result(f->store, number, &back, NULL), 0);
	assert_int_equal(back.state, JOB_QUEUED);
	assert_null(back.profile);
	assert_string_equal(back.overhead.unavailable, "not-measured");
	assert_int_equal(back.outliers.rule, OUTLIER_NONE);
	assert_true(fixture_same_real(back.outliers.tolerance_ratio, 0));
	assert_int_equal(back.n_runs, 0);
	assert_int_equal(back.n_benchmarks, 0);
	result_done(&back);
	assert_int_equal(store_load_result(f->store, number + 1, &back, NULL), -ENOENT);
}

static void test_measure_that_was_never_stored_is_unavailable(void **state)
{
	struct fixture *f = *state;
	uint64_t number = fixture_add_job(f);
	struct run run = fixture_run(1);
	struct result back = {0};

	assert_int_equal(store_put_run(f->store, number, &run, NULL), 0);
	f->store = store_free(f->store);
	/* As if made by a program with a metric that we lack, and without one that we have. */
	fixture_sql(f, "UPDATE names SET name = 'page-walks' WHERE name = 'cpu'");
	fixture_open(f);
	assert_int_equal(store_load_result(f->store, number, &back, NULL), 0);
	assert_string_equal(back.runs[0].metrics[METRIC_CPU].unavailable, "not-recorded");
	run.metrics[METRIC_CPU] = measure_unavailable("not-recorded");
	fixture_assert_same_run(&back.runs[0], &run);
	result_done(&back);
}

#define test_on_store(t) cmocka_unit_test_setup_teardown(t, fixture_setup_open, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on_store(test_job_comes_back_as_submitted),
		test_on_store(test_every_field_of_a_run_comes_back_exactly),
		test_on_store(test_run_numbers_are_used_once_and_belong_to_a_job),
		test_on_store(test_head_comes_back_exactly),
		test_on_store(test_later_head_replaces_the_earlier_one),
		test_on_store(test_job_that_never_began_has_an_empty_result),
		test_on_store(test_measure_that_was_never_stored_is_unavailable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
