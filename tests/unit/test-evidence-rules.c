/* Which runs count. */
#include "common/judge/evidence-rules.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/judge-fixture.h"

static const struct outliers evidence = {OUTLIER_EVIDENCE, 0.01, 0.5};
static const struct outliers tukey = {OUTLIER_TUKEY, 0.01, 0.5};
static const struct outliers mad = {OUTLIER_MAD, 0.01, 0.5};
static const struct outliers none = {OUTLIER_NONE, 0.01, 0.5};

/* Twenty values around one second and one far off at the end. */
static struct result with_stray(double stray)
{
	struct result r = fixture_result(1);

	for (int i = 0; i < 20; i++)
		fixture_run(&r, 0, 1 + 0.001 * (i % 7), 0);
	fixture_run(&r, 0, stray, 0);
	return r;
}

static void test_foreign_load_above_tolerance_disturbs_and_names_its_cause(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct run *run = fixture_run(&r, 0, 2, 0.062);

	fixture_culprit(run, "cc1", 0.058);
	fixture_culprit(run, "sshd", 0.004);
	evidence_judge(run, &evidence);
	assert_int_equal(run->status, RUN_DISTURBED);
	assert_string_equal(run->why, "foreign load 3.1 % of the run (cc1 2.9 %)");
	assert_false(run_counts(run));
}

static void test_foreign_load_at_the_tolerance_counts(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct run *run = fixture_run(&r, 0, 2, 0.02);

	evidence_judge(run, &evidence);
	assert_int_equal(run->status, RUN_OK);
	assert_string_equal(run->why, "");
	assert_true(run_counts(run));
}

static void test_share_is_of_all_measured_cpus(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct run *run = fixture_run(&r, 0, 1, 0.03);

	run->evidence.n_cpus = 4;
	assert_near(evidence_share(run), 0.0075, 1e-15);
	evidence_judge(run, &evidence);
	assert_int_equal(run->status, RUN_OK);
}

static void test_verdict_on_evidence_is_the_same_for_slow_and_fast_runs(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);

	for (int i = 0; i < 12; i++) {
		double wall = 0.001 * pow(3, i);
		struct run *run = fixture_run(&r, 0, wall, wall * 0.0099);

		evidence_judge(run, &evidence);
		assert_int_equal(run->status, RUN_OK);
		run = fixture_run(&r, 0, wall, wall * 0.0101);
		evidence_judge(run, &evidence);
		assert_int_equal(run->status, RUN_DISTURBED);
	}
}

static void test_steal_is_evidence_even_as_one_tick_of_a_short_run(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct run *run = fixture_run(&r, 0, 0.02, 0);

	run->evidence.steal = measure_set(0.01);
	evidence_judge(run, &evidence);
	assert_string_equal(run->why, "steal 50 % of the run");

	run->metrics[METRIC_WALL] = measure_set(0.002);
	evidence_judge(run, &evidence);
	assert_string_equal(run->why, "steal 100 % of the run");

	run->metrics[METRIC_WALL] = measure_set(1.5);
	evidence_judge(run, &evidence);
	assert_int_equal(run->status, RUN_OK);
}

static void test_foreign_load_and_steal_add_up(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct run *run = fixture_run(&r, 0, 10, 0.08);

	run->evidence.steal = measure_set(0.04);
	evidence_judge(run, &evidence);
	assert_int_equal(run->status, RUN_DISTURBED);
	assert_string_equal(run->why, "foreign load 0.8 % and steal 0.4 % of the run");
}

static void test_missing_evidence_does_not_exclude(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct run *run = fixture_run(&r, 0, 1, 0.5);

	run->evidence.foreign = measure_unavailable("not-permitted");
	run->evidence.steal = measure_unavailable("no such column");
	run->evidence.lost_records = 12;
	evidence_judge(run, &evidence);
	assert_int_equal(run->status, RUN_OK);
	assert_true(isnan(evidence_share(run)));
}

static void test_failed_and_invalid_runs_keep_their_status(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct run *run = fixture_run(&r, 0, 1, 0.5);

	run->status = RUN_FAILED;
	(void)snprintf(run->why, sizeof(run->why), "exit 3");
	evidence_judge(run, &evidence);
	assert_string_equal(run->why, "exit 3");
	run->status = RUN_INVALID;
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(run->status, RUN_INVALID);
}

static void test_names_of_culprits_cannot_reach_a_terminal_as_commands(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct run *run = fixture_run(&r, 0, 1, 0.5);

	fixture_culprit(run, "\033[2Jx\xff", 0.5);
	evidence_judge(run, &evidence);
	assert_string_equal(run->why, "foreign load 50 % of the run (?[2Jx? 50 %)");
}

static void test_tukey_and_mad_exclude_by_value_with_their_formula_as_cause(void **state)
{
	CLEANUP(result_done) struct result r = with_stray(1.1);

	assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, &tukey), 0);
	assert_int_equal(r.runs[20].status, RUN_DISTURBED);
	assert_non_null(strstr(r.runs[20].why, "outside Q1 - 1.5 IQR .. Q3 + 1.5 IQR = "));
	assert_int_equal(r.runs[0].status, RUN_OK);

	assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, &mad), 0);
	assert_int_equal(r.runs[20].status, RUN_DISTURBED);
	assert_non_null(strstr(r.runs[20].why, "|x - median| / (1.4826 MAD) = "));
	assert_int_equal(r.runs[0].status, RUN_OK);
}

static void test_suspects_count(void **state)
{
	CLEANUP(result_done) struct result r = with_stray(1.1);

	assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, &evidence), 0);
	assert_int_equal(r.runs[20].status, RUN_SUSPECT);
	assert_non_null(strstr(r.runs[20].why, "no cause found"));
	assert_true(run_counts(&r.runs[20]));
	assert_int_equal(r.runs[3].status, RUN_OK);
}

static void test_none_excludes_nothing(void **state)
{
	CLEANUP(result_done) struct result r = with_stray(50);

	r.outliers = none;
	r.runs[3].evidence.foreign = measure_set(0.9);
	assert_int_equal(evidence_judge_all(&r), 0);
	for (size_t i = 0; i < r.n_runs; i++)
		assert_int_equal(r.runs[i].status, RUN_OK);
}

static void test_judging_twice_changes_nothing(void **state)
{
	static const struct outliers *const rules[] = {&evidence, &tukey, &mad};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		CLEANUP(result_done) struct result r = with_stray(1.1);
		enum run_status first[32];

		assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, rules[i]), 0);
		for (size_t n = 0; n < r.n_runs; n++)
			first[n] = r.runs[n].status;
		assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, rules[i]), 0);
		for (size_t n = 0; n < r.n_runs; n++)
			assert_int_equal(r.runs[n].status, first[n]);
	}
}

static void test_verdict_on_a_value_is_taken_back_when_more_runs_explain_it(void **state)
{
	CLEANUP(result_done) struct result r = with_stray(1.1);

	assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, &mad), 0);
	assert_int_equal(r.runs[20].status, RUN_DISTURBED);
	for (int i = 0; i < 60; i++)
		fixture_run(&r, 0, 1.09 + 0.001 * (i % 20), 0);
	assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, &mad), 0);
	assert_int_equal(r.runs[20].status, RUN_OK);
	assert_string_equal(r.runs[20].why, "");
}

static void test_differences_below_a_thousandth_are_never_strays(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);

	for (int i = 0; i < 20; i++)
		fixture_run(&r, 0, i < 18 ? 1 : 1.003, 0);
	assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, &mad), 0);
	assert_int_equal(r.runs[19].status, RUN_OK);
}

static void test_five_values_are_too_few_to_call_one_a_stray(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);

	for (int i = 0; i < 5; i++)
		fixture_run(&r, 0, i < 4 ? 1 : 9, 0);
	assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, &tukey), 0);
	assert_int_equal(r.runs[4].status, RUN_OK);
}

static void test_value_rules_keep_to_their_benchmark_and_leave_warm_ups_alone(void **state)
{
	CLEANUP(result_done) struct result r = with_stray(1.1);
	struct result more = r;

	more.runs[20].warmup = true;
	assert_int_equal(evidence_judge_values(more.runs, more.n_runs, 0, &mad), 0);
	assert_int_equal(more.runs[20].status, RUN_OK);
	more.runs[20].warmup = false;
	more.runs[20].benchmark = 1;
	assert_int_equal(evidence_judge_values(more.runs, more.n_runs, 0, &mad), 0);
	assert_int_equal(more.runs[20].status, RUN_OK);
}

static void test_judging_all_is_judging_each(void **state)
{
	static const struct outliers *const rules[] = {&evidence, &tukey, &mad, &none};

	for (size_t k = 0; k < ARRAY_SIZE(rules); k++) {
		CLEANUP(result_done) struct result one = fixture_result(3);
		CLEANUP(result_done) struct result all = fixture_result(3);

		for (unsigned i = 0; i < 90; i++) {
			double wall = 1 + 0.001 * (i * 37 % 11) + (i % 29 == 0);
			double foreign = i % 13 == 0 ? 0.5 : 0;

			fixture_run(&one, i % 3, wall, foreign)->warmup = i < 3;
			fixture_run(&all, i % 3, wall, foreign)->warmup = i < 3;
		}
		all.outliers = *rules[k];
		assert_int_equal(evidence_judge_all(&all), 0);
		for (unsigned i = 3; i < 90; i++)
			evidence_judge(&one.runs[i], rules[k]);
		for (unsigned b = 0; b < 3; b++)
			assert_int_equal(evidence_judge_values(one.runs, 90, b, rules[k]), 0);
		for (unsigned i = 0; i < 90; i++) {
			assert_int_equal(one.runs[i].status, all.runs[i].status);
			assert_string_equal(one.runs[i].why, all.runs[i].why);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_foreign_load_above_tolerance_disturbs_and_names_its_cause),
		cmocka_unit_test(test_foreign_load_at_the_tolerance_counts),
		cmocka_unit_test(test_share_is_of_all_measured_cpus),
		cmocka_unit_test(test_verdict_on_evidence_is_the_same_for_slow_and_fast_runs),
		cmocka_unit_test(test_steal_is_evidence_even_as_one_tick_of_a_short_run),
		cmocka_unit_test(test_foreign_load_and_steal_add_up),
		cmocka_unit_test(test_missing_evidence_does_not_exclude),
		cmocka_unit_test(test_failed_and_invalid_runs_keep_their_status),
		cmocka_unit_test(test_names_of_culprits_cannot_reach_a_terminal_as_commands),
		cmocka_unit_test(test_tukey_and_mad_exclude_by_value_with_their_formula_as_cause),
		cmocka_unit_test(test_suspects_count),
		cmocka_unit_test(test_none_excludes_nothing),
		cmocka_unit_test(test_judging_twice_changes_nothing),
		cmocka_unit_test(test_verdict_on_a_value_is_taken_back_when_more_runs_explain_it),
		cmocka_unit_test(test_differences_below_a_thousandth_are_never_strays),
		cmocka_unit_test(test_five_values_are_too_few_to_call_one_a_stray),
		cmocka_unit_test(test_value_rules_keep_to_their_benchmark_and_leave_warm_ups_alone),
		cmocka_unit_test(test_judging_all_is_judging_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
