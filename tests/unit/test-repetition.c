/* When has every benchmark been run often enough. */
#include "common/base/random.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/repetition.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/judge-fixture.h"

#define ROUNDS_MAX 5000

/* Makes one run of a benchmark in a round. */
typedef void (*run_fn)(struct result *r, unsigned benchmark, unsigned round);

/* What came of a repetition that was driven to its end. */
struct outcome {
	struct result r;
	enum repetition_step step;
	unsigned n_rounds;
	char stop[REPETITION_STOP_MAX];
};

static struct workload fixed(unsigned runs)
{
	struct workload w;

	workload_init(&w);
	w.repetition.runs = runs;
	return w;
}

static struct workload until(double rel_ci, unsigned min, unsigned max)
{
	struct workload w;

	workload_init(&w);
	w.repetition = (struct repetition){.rel_ci = rel_ci, .min = min, .max = max};
	return w;
}

/* One second a run: elapsed time is the number of runs. */
static struct outcome drive(const struct workload *w, size_t n_benchmarks, run_fn run)
{
	struct outcome o = {.r = fixture_result(n_benchmarks), .step = REPETITION_MORE};
	bool wanted[8];

	assert_true(n_benchmarks <= 8);
	for (size_t b = 0; b < n_benchmarks; b++)
		wanted[b] = true;
	while (o.step == REPETITION_MORE) {
		assert_true(o.n_rounds < ROUNDS_MAX);
		o.n_rounds++;
		for (unsigned b = 0; b < n_benchmarks; b++)
			if (wanted[b])
				run(&o.r, b, o.n_rounds);
		assert_int_equal(evidence_judge_all(&o.r), 0);
		o.step = repetition_decide(
			w, &o.r, o.r.n_runs * NSEC_PER_SEC, wanted, o.stop, sizeof(o.stop));
		assert_int_equal(o.step == REPETITION_MORE, o.stop[0] == '\0');
	}
	for (size_t b = 0; b < n_benchmarks; b++)
		assert_false(wanted[b]);
	return o;
}

static void run_quiet(struct result *r, unsigned benchmark, unsigned round)
{
	fixture_run(r, benchmark, 1 + 0.001 * (round * 7 % 10), 0);
}

static void run_noisy(struct result *r, unsigned benchmark, unsigned round)
{
	fixture_run(r, benchmark, 1 + 0.1 * (round * 7 % 10), 0);
}

static void run_disturbed_every_fourth(struct result *r, unsigned benchmark, unsigned round)
{
	fixture_run(r, benchmark, 1, round % 4 == 0 ? 0.5 : 0);
}

static void run_disturbed(struct result *r, unsigned benchmark, unsigned round)
{
	struct run *run = fixture_run(r, benchmark, 1, 0.5);

	fixture_culprit(run, round % 2 ? "cc1" : "ld", round % 2 ? 0.4 : 0.2);
	fixture_culprit(run, "sshd", 0.05);
}

static void run_failing(struct result *r, unsigned benchmark, unsigned round)
{
	fixture_run(r, benchmark, 1, 0)->status = RUN_FAILED;
}

static void run_second_disturbed(struct result *r, unsigned benchmark, unsigned round)
{
	(benchmark == 1 ? run_disturbed : run_quiet)(r, benchmark, round);
}

static void run_second_noisy(struct result *r, unsigned benchmark, unsigned round)
{
	(benchmark == 1 ? run_noisy : run_quiet)(r, benchmark, round);
}

static void run_invalid(struct result *r, unsigned benchmark, unsigned round)
{
	fixture_run(r, benchmark, 1, 0)->status = RUN_INVALID;
}

static void test_fixed_number_ends_at_that_number(void **state)
{
	struct workload w = fixed(20);
	struct outcome o = drive(&w, 1, run_quiet);

	assert_int_equal(o.step, REPETITION_DONE);
	assert_int_equal(o.r.n_runs, 20);
	assert_string_equal(o.stop, "20 runs");
	result_done(&o.r);
}

static void test_excluded_runs_are_replaced(void **state)
{
	struct workload w = fixed(20);
	struct outcome o = drive(&w, 2, run_disturbed_every_fourth);

	assert_int_equal(o.step, REPETITION_DONE);
	assert_int_equal(o.n_rounds, 26);
	assert_string_equal(o.stop, "20 runs");
	result_done(&o.r);
}

static void test_spent_budget_is_unstable_and_names_the_culprits(void **state)
{
	struct workload w = fixed(20);
	struct outcome o = drive(&w, 1, run_disturbed);

	assert_int_equal(o.step, REPETITION_UNSTABLE);
	assert_int_equal(o.r.n_runs, 30);
	assert_string_equal(o.stop,
		"budget of replacements spent: 30 of 30 runs disturbed, mostly by cc1, ld, sshd");
	assert_int_equal(repetition_mark_unstable(&w, &o.r), 0);
	assert_int_equal(o.r.benchmarks[0].quality, QUALITY_UNSTABLE);
	result_done(&o.r);
}

static void test_budget_is_three_at_least(void **state)
{
	struct workload w = fixed(2);
	struct outcome o = drive(&w, 1, run_disturbed);

	assert_int_equal(o.r.n_runs, 5);
	result_done(&o.r);
	assert_int_equal(repetition_budget(&w.outliers, 2), 3);
	assert_int_equal(repetition_budget(&w.outliers, 7), 4);
	assert_int_equal(repetition_budget(&w.outliers, 20), 10);
}

static void test_one_unstable_benchmark_does_not_keep_others_from_their_runs(void **state)
{
	struct workload w = fixed(10);
	struct outcome o = drive(&w, 3, run_second_disturbed);

	assert_int_equal(o.step, REPETITION_UNSTABLE);
	assert_int_equal(o.r.n_runs, 10 + 15 + 10);
	assert_string_equal(o.stop,
		"budget of replacements spent for 1 of 3 benchmarks: b1: 15 of "
		"15 runs disturbed, mostly by cc1, ld, sshd");
	assert_int_equal(repetition_mark_unstable(&w, &o.r), 0);
	assert_int_equal(o.r.benchmarks[0].quality, 0);
	assert_int_equal(o.r.benchmarks[1].quality, QUALITY_UNSTABLE);
	result_done(&o.r);
}

static void test_steal_is_a_culprit_too(void **state)
{
	struct workload w = fixed(2);
	CLEANUP(result_done) struct result r = fixture_result(1);
	char stop[REPETITION_STOP_MAX];
	bool wanted[1];

	for (int i = 0; i < 5; i++)
		fixture_run(&r, 0, 1, 0)->evidence.steal = measure_set(0.1);
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(
		repetition_decide(&w, &r, 0, wanted, stop, sizeof(stop)), REPETITION_UNSTABLE);
	assert_non_null(strstr(stop, "mostly by steal"));
}

static void test_runs_that_always_fail_come_to_an_end(void **state)
{
	struct workload w = fixed(20);
	struct outcome o;

	w.on_failure_continue = true;
	o = drive(&w, 1, run_failing);
	assert_int_equal(o.step, REPETITION_DONE);
	assert_int_equal(o.r.n_runs, 30);
	assert_string_equal(o.stop, "30 of 30 runs failed");
	result_done(&o.r);

	w = until(0.01, 12, 60);
	o = drive(&w, 1, run_failing);
	assert_int_equal(o.step, REPETITION_DONE);
	assert_int_equal(o.r.n_runs, 18);
	result_done(&o.r);
}

static void test_runs_that_are_all_invalid_are_unstable(void **state)
{
	struct workload w = fixed(20);
	struct outcome o = drive(&w, 1, run_invalid);

	assert_int_equal(o.step, REPETITION_UNSTABLE);
	assert_string_equal(o.stop, "budget of replacements spent: 30 of 30 runs invalid");
	result_done(&o.r);
}

static void test_precise_values_end_at_the_first_look(void **state)
{
	struct workload w = until(0.01, 12, 60);
	struct outcome o = drive(&w, 1, run_quiet);

	assert_int_equal(o.step, REPETITION_DONE);
	assert_int_equal(o.r.n_runs, 12);
	assert_string_equal(o.stop, "rel-ci reached at 12 runs");
	result_done(&o.r);
}

static void test_noisy_values_go_on_to_the_maximum(void **state)
{
	struct workload w = until(0.01, 12, 60);
	struct outcome o = drive(&w, 1, run_noisy);

	assert_int_equal(o.step, REPETITION_DONE);
	assert_int_equal(o.r.n_runs, 60);
	assert_non_null(strstr(o.stop, "max reached at 60 runs, rel-ci still "));
	result_done(&o.r);
}

static bool is_planned_look(size_t n)
{
	static const size_t looks[] = {12, 20, 30, 45, 60, 90, 135, 202, 303, 454};

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		if (looks[i] == n)
			return true;
	return false;
}

static void test_interval_is_only_looked_at_as_planned(void **state)
{
	struct workload w = until(0.01, 12, 1000);
	struct random random = random_make(12, 0);

	for (int trial = 0; trial < 50; trial++) {
		CLEANUP(result_done) struct result r = fixture_result(1);
		enum repetition_step step = REPETITION_MORE;
		char stop[REPETITION_STOP_MAX];
		bool wanted[1];

		while (step == REPETITION_MORE) {
			fixture_run(&r, 0, 1 + 0.1 * random_unit(&random), 0);
			step = repetition_decide(&w, &r, 0, wanted, stop, sizeof(stop));
		}
		assert_true(is_planned_look(r.n_runs));
	}
}

static void test_benchmarks_stop_on_their_own_but_arms_together(void **state)
{
	struct workload w = until(0.01, 12, 30);
	struct outcome o = drive(&w, 2, run_second_noisy);

	assert_int_equal(o.r.n_runs, 12 + 30);
	assert_non_null(strstr(o.stop, "max reached at 12 to 30 runs"));
	result_done(&o.r);

	{
		CLEANUP(result_done) struct result r = fixture_result(2);
		char stop[REPETITION_STOP_MAX];
		bool wanted[2];

		r.benchmarks[0].arm = strdup("base");
		r.benchmarks[1].arm = strdup("cand");
		for (unsigned round = 1; round <= 12; round++)
			for (unsigned b = 0; b < 2; b++)
				run_second_noisy(&r, b, round);
		assert_int_equal(
			repetition_decide(&w, &r, 0, wanted, stop, sizeof(stop)), REPETITION_MORE);
		assert_true(wanted[0] && wanted[1]);
	}
}

static void test_time_ends_a_repetition_with_what_there_is(void **state)
{
	struct workload w = until(0.001, 12, 60);
	struct outcome o;

	w.repetition.max_time_ns = 31 * NSEC_PER_SEC;
	o = drive(&w, 1, run_noisy);
	assert_int_equal(o.step, REPETITION_DONE);
	assert_string_equal(o.stop, "max-time reached after 31 runs");
	result_done(&o.r);

	w = fixed(20);
	w.repetition.max_time_ns = 8 * NSEC_PER_SEC;
	o = drive(&w, 1, run_quiet);
	assert_string_equal(o.stop, "max-time reached after 8 runs");
	result_done(&o.r);

	o = drive(&w, 1, run_disturbed);
	assert_int_equal(o.step, REPETITION_UNSTABLE);
	assert_non_null(strstr(o.stop, "max-time reached: 8 of 8 runs disturbed"));
	result_done(&o.r);
}

static void test_a_difference_between_arms_never_ends_a_repetition(void **state)
{
	struct workload w = fixed(20);
	CLEANUP(result_done) struct result r = fixture_result(2);
	char stop[REPETITION_STOP_MAX];
	bool wanted[2];

	for (unsigned i = 0; i < 38; i++)
		fixture_run(&r, i % 2, i % 2 ? 100 : 1, 0);
	assert_int_equal(repetition_decide(&w, &r, 0, wanted, stop, sizeof(stop)), REPETITION_MORE);
	assert_true(wanted[0] && wanted[1]);
}

static void test_value_rules_come_to_an_end(void **state)
{
	struct workload w = fixed(20);
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct random random = random_make(13, 0);
	char stop[REPETITION_STOP_MAX];
	bool wanted[1];
	enum repetition_step step = REPETITION_MORE;

	w.outliers.rule = r.outliers.rule = OUTLIER_MAD;
	while (step == REPETITION_MORE) {
		assert_true(r.n_runs <= 30);
		fixture_run(&r, 0, 1 + pow(random_unit(&random), 30), 0);
		assert_int_equal(evidence_judge_all(&r), 0);
		step = repetition_decide(&w, &r, 0, wanted, stop, sizeof(stop));
	}
	assert_true(r.n_runs >= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed_number_ends_at_that_number),
		cmocka_unit_test(test_excluded_runs_are_replaced),
		cmocka_unit_test(test_spent_budget_is_unstable_and_names_the_culprits),
		cmocka_unit_test(test_budget_is_three_at_least),
		cmocka_unit_test(test_one_unstable_benchmark_does_not_keep_others_from_their_runs),
		cmocka_unit_test(test_steal_is_a_culprit_too),
		cmocka_unit_test(test_runs_that_always_fail_come_to_an_end),
		cmocka_unit_test(test_runs_that_are_all_invalid_are_unstable),
		cmocka_unit_test(test_precise_values_end_at_the_first_look),
		cmocka_unit_test(test_noisy_values_go_on_to_the_maximum),
		cmocka_unit_test(test_interval_is_only_looked_at_as_planned),
		cmocka_unit_test(test_benchmarks_stop_on_their_own_but_arms_together),
		cmocka_unit_test(test_time_ends_a_repetition_with_what_there_is),
		cmocka_unit_test(test_a_difference_between_arms_never_ends_a_repetition),
		cmocka_unit_test(test_value_rules_come_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
