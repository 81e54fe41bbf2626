/* Two results side by side: verdicts, and everything that must never be a number. */
#include <math.h>

#include "common/base/random.h"
#include "common/judge/compare.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/judge-fixture.h"

#define RUNS 40

static void make_comparable(struct result *r)
{
	r->state = JOB_DONE;
	r->fingerprint = strdup("sha256:f");
	r->workload_hash = strdup("sha256:w");
	r->workload = strdup("parse");
	assert_int_equal(strv_push(&r->facts, "cpu.model=one"), 0);
}

/* Values around a centre with 1 % of noise, other ones for every serial number. */
static void add_runs(struct result *r, unsigned benchmark, double centre, unsigned n)
{
	static uint64_t serial;
	struct random random = random_make(++serial, 0);

	for (unsigned i = 0; i < n; i++)
		(void)fixture_run(
			r, benchmark, centre * (1 + 0.02 * (random_unit(&random) - 0.5)), 0);
}

static struct result make(double centre)
{
	struct result r = fixture_result(1);

	make_comparable(&r);
	add_runs(&r, 0, centre, RUNS);
	return r;
}

static struct verdict_document compare_with(
	struct result *base, struct result *cand, struct compare_request q)
{
	struct verdict_document d = {0};

	q.base = base;
	q.cand = cand;
	assert_int_equal(compare_results(&q, &d), 0);
	result_done(base);
	result_done(cand);
	return d;
}

static struct verdict_document compare(struct result *base, struct result *cand)
{
	return compare_with(base, cand, (struct compare_request){.session_sd = NAN});
}

static void test_a_clear_change_has_its_verdict_and_its_size(void **state)
{
	static const struct {
		double factor;
		enum verdict verdict;
	} cases[] = {
		{1.10, VERDICT_REGRESSED},
		{0.90, VERDICT_IMPROVED},
		{1.00, VERDICT_EQUIVALENT},
		{1.02, VERDICT_INCONCLUSIVE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct result base = make(2), cand = make(2 * cases[i].factor);
		struct verdict_document d = compare(&base, &cand);

		assert_int_equal(d.n_rows, 1);
		assert_int_equal(d.rows[0].verdict, cases[i].verdict);
		assert_true(fabs(d.rows[0].ratio - cases[i].factor) < 0.01);
		assert_true(d.rows[0].low < d.rows[0].ratio && d.rows[0].ratio < d.rows[0].high);
		assert_true(d.rows[0].mde > 0 && d.rows[0].mde < 0.05);
		assert_int_equal(d.rows[0].rounds, RUNS);
		assert_true(fabs(d.rows[0].base - 2) < 0.02);
		verdict_document_done(&d);
	}
}

/* What "regressed" says of the p value, the interval says too. */
static void test_p_values_belong_to_the_interval(void **state)
{
	for (int i = 0; i < 60; i++) {
		struct result base = make(2), cand = make(2 * (1 + 0.001 * i));
		struct verdict_document d = compare(&base, &cand);
		const struct verdict_row *row = &d.rows[0];

		assert_int_equal(row->low > 1 + row->margin, row->p <= row->alpha);
		assert_int_equal(row->high < 1 + row->margin, row->p_noninferior <= row->alpha);
		assert_int_equal(row->low > 1 / (1 + row->margin) && row->high < 1 + row->margin,
			row->p_equivalent <= row->alpha);
		verdict_document_done(&d);
	}
}

static void test_without_a_session_term_it_is_advisory(void **state)
{
	struct result base = make(2), cand = make(2.2);
	struct verdict_document d = compare(&base, &cand);

	assert_true(d.rows[0].flags & VERDICT_ADVISORY);
	assert_false(d.paired);
	verdict_document_done(&d);
}

static void test_a_session_term_widens_interval_and_p_value(void **state)
{
	struct result a = make(2), b = make(2.2), c = make(2), e = make(2.2);
	struct verdict_document none = compare_with(
		&a, &b, (struct compare_request){.session_sd = 0});
	struct verdict_document wide = compare_with(
		&c, &e, (struct compare_request){.session_sd = 0.03});

	assert_false(none.rows[0].flags & VERDICT_ADVISORY);
	assert_int_equal(none.rows[0].verdict, VERDICT_REGRESSED);
	assert_int_equal(wide.rows[0].verdict, VERDICT_INCONCLUSIVE);
	/* z of 1 % times the root of 2 times 3 % on either side. */
	assert_true(log(none.rows[0].low) - log(wide.rows[0].low) > 0.09);
	assert_true(log(wide.rows[0].high) - log(none.rows[0].high) > 0.09);
	assert_true(wide.rows[0].p > none.rows[0].p);
	assert_int_equal(wide.rows[0].low > 1.02, wide.rows[0].p <= 0.01);
	verdict_document_done(&none);
	verdict_document_done(&wide);
}

static void test_hard_differences_refuse_unless_forced(void **state)
{
	struct result a = make(2), b = make(2.2), c = make(2), e = make(2.2);
	struct verdict_document refused, forced;

	assert_int_equal(strv_env_set(&b.facts, "cpu.model", "two"), 0);
	assert_int_equal(strv_env_set(&e.facts, "cpu.model", "two"), 0);
	refused = compare(&a, &b);
	forced = compare_with(&c, &e, (struct compare_request){.session_sd = NAN, .force = true});
	assert_int_equal(refused.rows[0].verdict, VERDICT_NOT_COMPARABLE);
	assert_true(isnan(refused.rows[0].ratio));
	assert_string_equal(refused.reasons.items[0], "cpu.model differs: one | two");
	assert_false(refused.forced);
	assert_true(forced.forced);
	assert_int_equal(forced.rows[0].verdict, VERDICT_REGRESSED);
	assert_string_equal(forced.reasons.items[0], "cpu.model differs: one | two");
	verdict_document_done(&refused);
	verdict_document_done(&forced);
}

static void test_soft_differences_are_notes(void **state)
{
	struct result a = make(2), b = make(2);
	struct verdict_document d;

	assert_int_equal(strv_env_set(&a.facts, "boot.id", "1"), 0);
	assert_int_equal(strv_env_set(&b.facts, "boot.id", "2"), 0);
	d = compare(&a, &b);
	assert_int_equal(d.rows[0].verdict, VERDICT_EQUIVALENT);
	assert_int_equal(d.reasons.n, 0);
	assert_string_equal(d.notes.items[0], "boot.id differs: 1 | 2");
	verdict_document_done(&d);
}

static void test_a_benchmark_of_one_side_is_missing(void **state)
{
	struct result a = fixture_result(2), b = fixture_result(2);
	struct verdict_document d;

	make_comparable(&a);
	make_comparable(&b);
	free(b.benchmarks[0].name);
	b.benchmarks[0].name = strdup("renamed");
	for (unsigned i = 0; i < 2; i++) {
		add_runs(&a, i, 1, RUNS);
		add_runs(&b, i, 1, RUNS);
	}
	d = compare(&a, &b);
	assert_int_equal(d.n_rows, 3);
	assert_string_equal(d.rows[0].name, "b0");
	assert_true(d.rows[0].flags & VERDICT_MISSING);
	assert_string_equal(d.rows[0].why, "not in the candidate");
	assert_int_equal(d.rows[1].verdict, VERDICT_EQUIVALENT);
	assert_string_equal(d.rows[2].name, "renamed");
	assert_string_equal(d.rows[2].why, "not in the base");
	assert_int_equal(d.rows[2].verdict, VERDICT_INVALID);
	verdict_document_done(&d);
}

static void name_arm(struct result *r, unsigned benchmark, const char *name, const char *arm)
{
	free(r->benchmarks[benchmark].name);
	r->benchmarks[benchmark].name = strdup(name);
	r->benchmarks[benchmark].arm = arm ? strdup(arm) : NULL;
}

static void test_arms_match_by_name_and_a_single_one_any(void **state)
{
	struct result two = fixture_result(2), other = fixture_result(2), one = fixture_result(1);
	struct result again = fixture_result(2);
	struct verdict_document d;

	make_comparable(&two);
	make_comparable(&other);
	make_comparable(&one);
	make_comparable(&again);
	name_arm(&two, 0, "x", "base");
	name_arm(&two, 1, "x", "cand");
	name_arm(&other, 0, "x", "cand");
	name_arm(&other, 1, "x", "third");
	name_arm(&one, 0, "x", NULL);
	name_arm(&again, 0, "x", "base");
	name_arm(&again, 1, "x", "cand");
	add_runs(&two, 0, 1, RUNS);
	add_runs(&two, 1, 2, RUNS);
	add_runs(&other, 0, 2, RUNS);
	add_runs(&other, 1, 3, RUNS);
	add_runs(&one, 0, 1, RUNS);
	add_runs(&again, 0, 1, RUNS);
	add_runs(&again, 1, 2, RUNS);

	d = compare(&two, &other);
	assert_int_equal(d.n_rows, 3);
	assert_string_equal(d.rows[0].name, "x (base)");
	assert_true(d.rows[0].flags & VERDICT_MISSING);
	assert_string_equal(d.rows[1].name, "x (cand)");
	assert_int_equal(d.rows[1].verdict, VERDICT_EQUIVALENT);
	assert_string_equal(d.rows[2].name, "x (third)");
	verdict_document_done(&d);

	d = compare(&one, &again);
	assert_int_equal(d.n_rows, 2);
	assert_string_equal(d.rows[0].name, "x (base)");
	assert_int_equal(d.rows[0].verdict, VERDICT_EQUIVALENT);
	assert_int_equal(d.rows[1].verdict, VERDICT_REGRESSED);
	verdict_document_done(&d);
}

/* What one thing wrong with a result makes of the comparison. */
struct bad_case {
	const char *what, *why;
	unsigned flag;
};

static void spoil(struct result *r, size_t which)
{
	double one = r->runs[0].metrics[METRIC_WALL].value;

	for (size_t i = 0; i < r->n_runs; i++) {
		struct run *run = &r->runs[i];

		if (which == 5 || which == 6)
			run->status = which == 5 ? RUN_DISTURBED : RUN_OK;
		if (which == 6)
			run->metrics[METRIC_WALL] = measure_set(one);
		if (which == 7)
			run->metrics[METRIC_WALL] = measure_unavailable("no clock");
	}
	if (which < 4) {
		static const double values[] = {0, -1, (double)NAN, (double)INFINITY};

		r->runs[3].metrics[METRIC_WALL].value = values[which];
	}
	if (which == 4)
		r->runs[3].status = RUN_FAILED;
	if (which == 8)
		r->n_runs = 0;
	if (which == 9)
		r->n_runs = 1;
	if (which == 10)
		r->state = JOB_INTERRUPTED;
	if (which == 11)
		r->benchmarks[0].quality = QUALITY_UNSTABLE;
}

static void test_bad_data_never_are_a_number(void **state)
{
	static const struct bad_case cases[] = {
		{"zero", "not above 0", 0},
		{"negative", "not above 0", 0},
		{"NaN", "not above 0", 0},
		{"infinite", "not above 0", 0},
		{"a failed run", "1 runs failed", 0},
		{"all disturbed", "no run that counts", 0},
		{"all ties", "all 40 values of wall are the same", 0},
		{"no metric", "no wall: no clock", VERDICT_MISSING},
		{"no runs", "no run that counts", VERDICT_MISSING},
		{"one run", "too few runs", 0},
		{"interrupted", "its job is interrupted", 0},
		{"unstable", "unstable", VERDICT_UNSTABLE},
	};

	for (size_t i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		const struct bad_case *c = &cases[i / 2];
		struct result base = make(2), cand = make(2);
		struct verdict_document d;

		spoil(i % 2 ? &cand : &base, i / 2);
		d = compare(&base, &cand);
		if (d.n_rows != 1 || d.rows[0].verdict != VERDICT_INVALID ||
			!strstr(d.rows[0].why, c->why) || !isnan(d.rows[0].ratio) ||
			(d.rows[0].flags & ~(unsigned)VERDICT_ADVISORY) != c->flag)
			fail_msg("%s: %s, flags %x, ratio %g, '%s'", c->what,
				verdict_name(d.rows[0].verdict), d.rows[0].flags, d.rows[0].ratio,
				d.rows[0].why);
		verdict_document_done(&d);
	}
}

static void test_results_without_benchmarks_have_no_rows(void **state)
{
	struct result a = fixture_result(0), b = fixture_result(0);
	struct verdict_document d;

	make_comparable(&a);
	make_comparable(&b);
	d = compare(&a, &b);
	assert_int_equal(d.n_rows, 0);
	verdict_document_done(&d);
}

/* Counts may be the same every time: equal ones are equal. */
static void test_a_count_without_spread_is_a_number(void **state)
{
	struct result a = make(2), b = make(2);
	struct verdict_document d;

	a.metrics[METRIC_MAX_RSS] = true;
	for (size_t i = 0; i < RUNS; i++) {
		a.runs[i].metrics[METRIC_MAX_RSS] = measure_set(4096);
		b.runs[i].metrics[METRIC_MAX_RSS] = measure_set(4096);
	}
	d = compare(&a, &b);
	assert_int_equal(d.n_rows, 2);
	assert_int_equal(d.rows[1].metric, METRIC_MAX_RSS);
	assert_int_equal(d.rows[1].verdict, VERDICT_EQUIVALENT);
	verdict_document_done(&d);
}

static void test_a_metric_of_one_side_is_missing_and_of_none_is_noted(void **state)
{
	struct result a = make(2), b = make(2);
	struct verdict_document d;

	a.metrics[METRIC_CPU] = a.metrics[METRIC_OWN] = true;
	for (size_t i = 0; i < RUNS; i++)
		a.runs[i].metrics[METRIC_CPU] = measure_set(1 + 0.001 * (double)i);
	d = compare(&a, &b);
	assert_int_equal(d.n_rows, 2);
	assert_int_equal(d.rows[1].metric, METRIC_CPU);
	assert_true(d.rows[1].flags & VERDICT_MISSING);
	assert_string_equal(d.notes.items[d.notes.n - 1], "own was not measured on either side");
	verdict_document_done(&d);
}

static void test_a_floor_in_seconds_is_a_larger_margin_for_small_values(void **state)
{
	struct result a = make(0.001), b = make(0.0011);
	struct gate gate;
	struct verdict_document d;

	gate_init(&gate);
	gate.metrics[METRIC_WALL].floor = 0.0005;
	d = compare_with(&a, &b, (struct compare_request){.session_sd = NAN, .gate = &gate});
	assert_true(d.rows[0].flags & VERDICT_FLOOR);
	assert_true(fabs(d.rows[0].margin - 0.5) < 0.01);
	assert_int_equal(d.rows[0].verdict, VERDICT_EQUIVALENT);
	verdict_document_done(&d);
}

/* 200 pairs of results of one distribution, 20 benchmarks each: how many have any false red. */
static void test_rarely_any_false_red(void **state)
{
	unsigned n_red = 0, n_uncorrected = 0;

	for (unsigned i = 0; i < 200; i++) {
		struct result a = fixture_result(20), b = fixture_result(20);
		struct verdict_document d;
		bool red = false, uncorrected = false;
		struct gate gate;

		make_comparable(&a);
		make_comparable(&b);
		for (unsigned k = 0; k < 20; k++) {
			add_runs(&a, k, 1, 15);
			add_runs(&b, k, 1.001, 15);
		}
		gate_init(&gate);
		gate.margin_ratio = 0.001;
		gate.alpha = 0.025;
		d = compare_with(
			&a, &b, (struct compare_request){.session_sd = NAN, .gate = &gate});
		for (size_t k = 0; k < d.n_rows; k++) {
			red = red || d.rows[k].verdict == VERDICT_REGRESSED;
			uncorrected = uncorrected || d.rows[k].p <= gate.alpha;
		}
		n_red += red;
		n_uncorrected += uncorrected;
		verdict_document_done(&d);
	}
	/* Expected is 5, and 80 without correction: beyond these bounds with a chance below .0001.
	 */
	assert_in_range(n_red, 0, 16);
	assert_in_range(n_uncorrected, 50, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_clear_change_has_its_verdict_and_its_size),
		cmocka_unit_test(test_p_values_belong_to_the_interval),
		cmocka_unit_test(test_without_a_session_term_it_is_advisory),
		cmocka_unit_test(test_a_session_term_widens_interval_and_p_value),
		cmocka_unit_test(test_hard_differences_refuse_unless_forced),
		cmocka_unit_test(test_soft_differences_are_notes),
		cmocka_unit_test(test_a_benchmark_of_one_side_is_missing),
		cmocka_unit_test(test_arms_match_by_name_and_a_single_one_any),
		cmocka_unit_test(test_bad_data_never_are_a_number),
		cmocka_unit_test(test_results_without_benchmarks_have_no_rows),
		cmocka_unit_test(test_a_count_without_spread_is_a_number),
		cmocka_unit_test(test_a_metric_of_one_side_is_missing_and_of_none_is_noted),
		cmocka_unit_test(test_a_floor_in_seconds_is_a_larger_margin_for_small_values),
		cmocka_unit_test(test_rarely_any_false_red),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
