/* Runs to summaries and quality flags. */
#include "common/base/random.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/judge-fixture.h"

static void add_walls(struct result *r, const double *walls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fixture_run(r, 0, walls[i], 0);
}

static void test_figures_of_a_known_sample(void **state)
{
	const double walls[] = {6, 2, 5, 3, 10, 4};
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct summary *s = &r.benchmarks[0].summaries[0];

	add_walls(&r, walls, 6);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(r.benchmarks[0].n_summaries, 1);
	assert_int_equal(s->metric, METRIC_WALL);
	assert_int_equal(s->n, 6);
	assert_int_equal(s->excluded, 0);
	assert_near(s->median, 4.5, 0);
	assert_near(s->low, 2, 0);
	assert_near(s->high, 10, 0);
	assert_near(s->confidence, 0.96875, 0);
	assert_near(s->min, 2, 0);
	assert_near(s->max, 10, 0);
	assert_near(s->q1, 2.0 + 11.0 / 12, 1e-12);
	assert_near(s->q3, 6.0 + 4.0 / 12, 1e-12);
	assert_near(s->mean, 5, 0);
	assert_near(s->stdev, 2 * sqrt(2), 1e-12);
	assert_near(s->all_median, 4.5, 0);
	assert_near(summary_rel_ci(&r, 0), 4 / 4.5, 1e-12);
}

static void test_excluded_runs_stand_beside_the_clean_figure(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct summary s;

	for (int i = 0; i < 20; i++)
		fixture_run(&r, 0, 1 + 0.01 * i, 0);
	fixture_run(&r, 0, 5, 2);
	fixture_run(&r, 0, 6, 2);
	fixture_run(&r, 0, 7, 0)->status = RUN_INVALID;
	fixture_run(&r, 0, 0.1, 0)->status = RUN_FAILED;
	fixture_run(&r, 0, 9, 0)->warmup = true;
	assert_int_equal(evidence_judge_all(&r), 0);
	summary_metric(&r, 0, METRIC_WALL, &s);
	assert_int_equal(s.n, 20);
	assert_int_equal(s.excluded, 3);
	assert_int_equal(s.all_n, 23);
	assert_near(s.median, 1.095, 1e-12);
	assert_near(s.all_median, 1.11, 1e-12);
	assert_near(s.max, 1.19, 1e-12);
}

static void test_metric_without_values_says_why(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct summary s;

	fixture_run(&r, 0, 1, 0)->metrics[METRIC_OWN] = measure_unavailable("not-permitted");
	fixture_run(&r, 0, 1, 0)->metrics[METRIC_OWN] = measure_unavailable("not-permitted");
	summary_metric(&r, 0, METRIC_OWN, &s);
	assert_int_equal(s.n, 0);
	assert_string_equal(s.unavailable, "not-permitted");
	assert_true(isnan(s.median));
	summary_metric(&r, 7, METRIC_WALL, &s);
	assert_string_equal(s.unavailable, "no such benchmark");
}

static void test_benchmark_whose_runs_are_all_excluded_has_no_number(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct summary s;

	for (int i = 0; i < 10; i++)
		fixture_run(&r, 0, 1, 0.5);
	assert_int_equal(evidence_judge_all(&r), 0);
	summary_metric(&r, 0, METRIC_WALL, &s);
	assert_int_equal(s.n, 0);
	assert_int_equal(s.excluded, 10);
	assert_string_equal(s.unavailable, "no run counts");
	assert_near(s.all_median, 1, 0);
}

static void test_few_runs_have_a_median_but_no_interval(void **state)
{
	const double walls[] = {1, 2, 3};
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct summary s;

	add_walls(&r, walls, 3);
	summary_metric(&r, 0, METRIC_WALL, &s);
	assert_near(s.median, 2, 0);
	assert_true(isnan(s.low) && isnan(s.high) && isnan(s.confidence));
	assert_true(isinf(summary_rel_ci(&r, 0)));
}

static void test_benchmarks_are_kept_apart(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(3);

	for (unsigned i = 0; i < 60; i++)
		fixture_run(&r, i % 3, 1 + i % 3, 0);
	assert_int_equal(summary_make(&r), 0);
	for (unsigned b = 0; b < 3; b++) {
		assert_int_equal(r.benchmarks[b].summaries[0].n, 20);
		assert_near(r.benchmarks[b].summaries[0].median, 1 + b, 0);
	}
}

static void test_only_wanted_metrics_are_summarised(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);

	r.metrics[METRIC_WALL] = false;
	r.metrics[METRIC_MAX_RSS] = true;
	r.metrics[METRIC_CPU] = true;
	fixture_run(&r, 0, 1, 0)->metrics[METRIC_MAX_RSS] = measure_set(4096);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(r.benchmarks[0].n_summaries, 2);
	assert_int_equal(r.benchmarks[0].summaries[0].metric, METRIC_CPU);
	assert_int_equal(r.benchmarks[0].summaries[1].metric, METRIC_MAX_RSS);
	assert_near(r.benchmarks[0].summaries[1].median, 4096, 0);
}

/* Quality of one benchmark made of n runs. */
static unsigned quality_of(double (*wall)(unsigned i, struct random *random), unsigned n)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	struct random random = random_make(11, 0);

	for (unsigned i = 0; i < n; i++)
		fixture_run(&r, 0, wall(i, &random), 0);
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(summary_make(&r), 0);
	return r.benchmarks[0].quality;
}

static double steady(unsigned i, struct random *random)
{
	return 1 + 0.01 * random_unit(random);
}

static double drifting(unsigned i, struct random *random)
{
	return 1 + 0.01 * random_unit(random) + 0.001 * i;
}

static double two_modes(unsigned i, struct random *random)
{
	return 1 + 0.01 * random_unit(random) + (i % 5 == 0 ? 0.15 : 0);
}

static double two_equal_modes(unsigned i, struct random *random)
{
	return 1 + 0.01 * random_unit(random) + (i % 2 == 0 ? 0.15 : 0);
}

static void test_quality_flags_what_is_wrong_and_nothing_else(void **state)
{
	assert_int_equal(quality_of(steady, 20), 0);
	assert_int_equal(quality_of(drifting, 40), QUALITY_DRIFTING);
	assert_int_equal(quality_of(two_modes, 30), QUALITY_MULTIMODAL);
	assert_int_equal(quality_of(two_equal_modes, 30), QUALITY_MULTIMODAL);
}

static void test_result_that_depends_on_rejection_says_so(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);

	for (int i = 0; i < 20; i++)
		fixture_run(&r, 0, 1 + 0.001 * (i * 7 % 20), 0);
	for (int i = 0; i < 15; i++)
		fixture_run(&r, 0, 2, 1);
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(r.benchmarks[0].quality, QUALITY_REJECTION_SENSITIVE);
}

static void test_arms_that_are_excluded_unevenly_are_rejection_sensitive(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(2);

	free(r.benchmarks[1].name);
	r.benchmarks[1].name = strdup("b0");
	r.benchmarks[0].arm = strdup("base");
	r.benchmarks[1].arm = strdup("cand");
	for (unsigned i = 0; i < 60; i++)
		fixture_run(&r, i % 2, 1 + 0.0001 * (i * 7 % 30), i % 2 && i < 16 ? 0.5 : 0);
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(summary_make(&r), 0);
	assert_true(r.benchmarks[0].quality & QUALITY_REJECTION_SENSITIVE);
	assert_true(r.benchmarks[1].quality & QUALITY_REJECTION_SENSITIVE);

	/* Two benchmarks of different names are not arms of each other. */
	free(r.benchmarks[1].name);
	r.benchmarks[1].name = strdup("b1");
	assert_int_equal(summary_make(&r), 0);
	assert_false(r.benchmarks[0].quality & QUALITY_REJECTION_SENSITIVE);
}

static void test_runs_as_short_as_the_harness_are_flagged(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);

	for (int i = 0; i < 20; i++)
		fixture_run(&r, 0, 0.0007 + 1e-6 * (i * 7 % 20), 0);
	r.overhead = measure_set(0.00004);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(r.benchmarks[0].quality, QUALITY_BELOW_OVERHEAD);
	r.overhead = measure_set(0.00002);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(r.benchmarks[0].quality, 0);
}

static void test_flag_of_the_session_is_kept(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);

	r.benchmarks[0].quality = QUALITY_UNSTABLE | QUALITY_DRIFTING;
	fixture_run(&r, 0, 1, 0);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(r.benchmarks[0].quality, QUALITY_UNSTABLE);
}

static void test_unstable_benchmark_has_no_number(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	const struct summary *s = &r.benchmarks[0].summaries[0];

	for (int i = 0; i < 30; i++)
		fixture_run(&r, 0, 1, i < 20 ? 0.5 : 0);
	r.benchmarks[0].quality = QUALITY_UNSTABLE;
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(s->n, 0);
	assert_true(isnan(s->median) && isnan(s->low) && isnan(s->mean));
	assert_string_equal(s->unavailable, "unstable");
	assert_int_equal(s->excluded, 20);
	assert_int_equal(s->all_n, 30);
	assert_near(s->all_median, 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures_of_a_known_sample),
		cmocka_unit_test(test_excluded_runs_stand_beside_the_clean_figure),
		cmocka_unit_test(test_metric_without_values_says_why),
		cmocka_unit_test(test_benchmark_whose_runs_are_all_excluded_has_no_number),
		cmocka_unit_test(test_few_runs_have_a_median_but_no_interval),
		cmocka_unit_test(test_benchmarks_are_kept_apart),
		cmocka_unit_test(test_only_wanted_metrics_are_summarised),
		cmocka_unit_test(test_quality_flags_what_is_wrong_and_nothing_else),
		cmocka_unit_test(test_result_that_depends_on_rejection_says_so),
		cmocka_unit_test(test_arms_that_are_excluded_unevenly_are_rejection_sensitive),
		cmocka_unit_test(test_runs_as_short_as_the_harness_are_flagged),
		cmocka_unit_test(test_flag_of_the_session_is_kept),
		cmocka_unit_test(test_unstable_benchmark_has_no_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
