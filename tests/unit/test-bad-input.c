/* Results that no honest number follows from: an error, or a row that is invalid and has none. */
#include <errno.h>

#include "common/document/result-json.h"
#include "common/document/verdict-json.h"
#include "common/judge/compare.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"
#include "common/judge/verdict-sum.h"
#include "tests/unit/gate-fixture.h"

#define ROUNDS 24

static struct result make_gate(unsigned rounds)
{
	struct result r = gate_fixture(1);
	struct random random = random_make(47, 0);

	gate_fixture_rounds(&r, 0, 1, rounds, &(struct gate_noise){1.1, 0.004}, &random);
	return r;
}

/* The result as whoever reads its document gets it. */
static struct result through_document(struct result *r)
{
	CLEANUP_FREE char *text = NULL;
	struct result back = {0};
	struct error e = {0};

	assert_int_equal(evidence_judge_all(r), 0);
	assert_int_equal(summary_make(r), 0);
	assert_int_equal(result_to_json(r, &text), 0);
	if (result_from_json(text, strlen(text), &back, &e) < 0)
		fail_msg("%s", e.text);
	return back;
}

static void judge(struct result *r, struct verdict_document *ret)
{
	CLEANUP(result_done) struct result back = through_document(r);

	assert_int_equal(gate_judge(&back, ret), 0);
	assert_int_equal(ret->n_rows, 1);
	verdict_sum(ret);
}

/* Not a number, not green, and a reason; and its document can be written and read. */
static void expect_invalid(struct result *r, const char *words)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP(verdict_document_done) struct verdict_document back = {0};
	CLEANUP_FREE char *text = NULL;
	const struct verdict_row *row;

	judge(r, &d);
	row = &d.rows[0];
	assert_int_equal(row->verdict, VERDICT_INVALID);
	assert_true(isnan(row->ratio) && isnan(row->low) && isnan(row->high) && isnan(row->p));
	assert_true(isnan(row->mde) && isnan(row->p_adjusted) && isnan(row->p_equivalent));
	assert_false(row->passes);
	if (!strstr(row->why, words))
		fail_msg("'%s' does not say '%s'", row->why, words);
	assert_int_not_equal(verdict_exit_code(verdict_codes(&d), 0), 0);
	assert_int_equal(verdict_to_json(&d, 5, &text), 0);
	assert_int_equal(verdict_from_json(text, strlen(text), &back, NULL), 0);
	assert_int_equal(back.verdict, VERDICT_INVALID);
}

static void test_value_without_a_logarithm_is_invalid(void **state)
{
	static const double values[] = {0, -0.0, (double)INFINITY, (double)NAN};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		CLEANUP(result_done) struct result r = make_gate(ROUNDS);

		r.runs[7].metrics[METRIC_WALL] = measure_set(values[i]);
		expect_invalid(&r, isfinite(values[i]) ? "not above 0" : "not a finite number");
	}
}

static void test_untouched_gate_is_decided(void **state)
{
	CLEANUP(result_done) struct result r = make_gate(ROUNDS);
	CLEANUP(verdict_document_done) struct verdict_document d = {0};

	judge(&r, &d);
	assert_int_equal(d.rows[0].verdict, VERDICT_REGRESSED);
}

static void test_one_run_is_invalid(void **state)
{
	CLEANUP(result_done) struct result pair = make_gate(1);
	CLEANUP(result_done) struct result single = make_gate(1);

	expect_invalid(&pair, "");
	single.n_runs = 1;
	expect_invalid(&single, "");
}

static void test_no_run_is_invalid(void **state)
{
	CLEANUP(result_done) struct result none = make_gate(ROUNDS);
	CLEANUP(result_done) struct result one_arm = make_gate(ROUNDS);

	none.n_runs = 0;
	expect_invalid(&none, "");
	for (size_t i = 0; i < one_arm.n_runs; i++)
		one_arm.runs[i].benchmark = 0;
	expect_invalid(&one_arm, "");
}

static void test_runs_of_benchmarks_that_are_not_there_do_not_count(void **state)
{
	CLEANUP(result_done) struct result r = make_gate(ROUNDS);

	for (size_t i = 0; i < r.n_runs; i++)
		r.runs[i].benchmark += 7;
	expect_invalid(&r, "");
}

static void test_metric_that_nobody_measured_is_invalid(void **state)
{
	CLEANUP(result_done) struct result r = make_gate(ROUNDS);

	for (size_t b = 0; b < r.n_benchmarks; b++) {
		r.benchmarks[b].gate.metrics[METRIC_WALL].wanted = false;
		r.benchmarks[b].gate.metrics[METRIC_OWN].wanted = true;
	}
	expect_invalid(&r, "not in this test");
}

static void test_all_ties_are_equivalent_and_nothing_else(void **state)
{
	CLEANUP(result_done) struct result r = make_gate(ROUNDS);
	CLEANUP(verdict_document_done) struct verdict_document d = {0};

	for (size_t i = 0; i < r.n_runs; i++)
		r.runs[i].metrics[METRIC_WALL] = measure_set(0.25);
	judge(&r, &d);
	assert_int_equal(d.rows[0].verdict, VERDICT_EQUIVALENT);
	assert_near(d.rows[0].ratio, 1, 0);
}

static char *document(void)
{
	CLEANUP(result_done) struct result r = make_gate(3);
	char *text = NULL;

	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(result_to_json(&r, &text), 0);
	return text;
}

static void test_document_that_is_cut_short_is_an_error(void **state)
{
	CLEANUP_FREE char *text = document();
	size_t size = strlen(text);

	/* The last two bytes are the brace that closes it and a newline. */
	for (size_t n = 0; n < size - 2; n += 1 + n % 7) {
		struct result untouched = {.job = 77};
		struct error e = {0};

		assert_int_equal(result_from_json(text, n, &untouched, &e), -EINVAL);
		assert_non_null(strstr(e.text, "not JSON: line "));
		assert_int_equal(untouched.job, 77);
	}
}

/* Forced: results without a fingerprint are not known to be comparable. */
static void compare(struct result *base, struct result *cand, struct verdict_document *ret)
{
	CLEANUP(result_done) struct result a = through_document(base);
	CLEANUP(result_done) struct result b = through_document(cand);
	struct compare_request request = {.base = &a, .cand = &b, .session_sd = 0, .force = true};

	assert_int_equal(compare_results(&request, ret), 0);
}

static struct result make_plain(unsigned n_runs)
{
	struct result r = fixture_result(1);
	struct random random = random_make(53, 0);

	r.workload = strdup("w");
	r.state = JOB_DONE;
	for (unsigned i = 0; i < n_runs; i++)
		fixture_run(&r, 0, 1 + 0.01 * random_unit(&random), 0);
	return r;
}

static void expect_no_number(struct result *cand)
{
	CLEANUP(result_done) struct result base = make_plain(ROUNDS);
	CLEANUP(verdict_document_done) struct verdict_document d = {0};

	compare(&base, cand, &d);
	assert_int_equal(d.n_rows, 1);
	assert_int_equal(d.rows[0].verdict, VERDICT_INVALID);
	assert_true(isnan(d.rows[0].ratio) && isnan(d.rows[0].low) && isnan(d.rows[0].p));
	assert_true(d.rows[0].why[0] != '\0');
	assert_int_not_equal(verdict_exit_code(verdict_codes(&d), 0), 0);
}

static void test_comparison_with_bad_values_is_invalid(void **state)
{
	static const double values[] = {0, (double)INFINITY, (double)NAN};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		CLEANUP(result_done) struct result cand = make_plain(ROUNDS);

		for (size_t k = 0; k < cand.n_runs; k++)
			cand.runs[k].metrics[METRIC_WALL] = measure_set(values[i]);
		expect_no_number(&cand);
	}
}

static void test_comparison_with_nothing_is_invalid(void **state)
{
	CLEANUP(result_done) struct result none = make_plain(0);

	expect_no_number(&none);
}

static void test_comparison_with_one_run_decides_nothing(void **state)
{
	CLEANUP(result_done) struct result base = make_plain(ROUNDS);
	CLEANUP(result_done) struct result cand = make_plain(1);
	CLEANUP(verdict_document_done) struct verdict_document d = {0};

	cand.runs[0].metrics[METRIC_WALL] = measure_set(1000);
	compare(&base, &cand, &d);
	assert_int_equal(d.n_rows, 1);
	assert_true(
		d.rows[0].verdict == VERDICT_INVALID || d.rows[0].verdict == VERDICT_INCONCLUSIVE);
	assert_true(!isfinite(d.rows[0].high));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untouched_gate_is_decided),
		cmocka_unit_test(test_value_without_a_logarithm_is_invalid),
		cmocka_unit_test(test_one_run_is_invalid),
		cmocka_unit_test(test_no_run_is_invalid),
		cmocka_unit_test(test_runs_of_benchmarks_that_are_not_there_do_not_count),
		cmocka_unit_test(test_metric_that_nobody_measured_is_invalid),
		cmocka_unit_test(test_all_ties_are_equivalent_and_nothing_else),
		cmocka_unit_test(test_document_that_is_cut_short_is_an_error),
		cmocka_unit_test(test_comparison_with_bad_values_is_invalid),
		cmocka_unit_test(test_comparison_with_nothing_is_invalid),
		cmocka_unit_test(test_comparison_with_one_run_decides_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
