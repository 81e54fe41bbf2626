/* From pairs to verdicts: what is symmetric, what is never green, what covers a suite. */
#include <errno.h>

#include "common/judge/stage-memo.h"
#include "common/judge/verdict-sum.h"
#include "tests/unit/gate-fixture.h"

static const struct gate_noise same = {1, 0.002};
static const struct gate_noise slower = {1.05, 0.002};
static const struct gate_noise noisy = {1, 0.2};

static void disturb(struct result *r, struct random *random, double share)
{
	for (size_t i = 0; i < r->n_runs; i++)
		if (random_unit(random) < share)
			r->runs[i].status = RUN_DISTURBED;
}

static enum verdict mirror(enum verdict verdict)
{
	if (verdict == VERDICT_REGRESSED)
		return VERDICT_IMPROVED;
	return verdict == VERDICT_IMPROVED ? VERDICT_REGRESSED : verdict;
}

static void expect_mirrored(const struct verdict_row *a, const struct verdict_row *b)
{
	assert_int_equal(a->verdict, mirror(b->verdict));
	assert_int_equal(a->rounds, b->rounds);
	assert_int_equal(a->excluded, b->excluded);
	assert_near(a->ratio * b->ratio, 1, 1e-8);
	assert_near(a->low * b->high, 1, 1e-8);
	assert_memory_equal(&a->p_improved, &b->p_adjusted, sizeof(double));
	assert_memory_equal(&a->p_equivalent, &b->p_equivalent, sizeof(double));
	assert_int_equal((a->flags & VERDICT_WORSE) != 0, (b->flags & VERDICT_BETTER) != 0);
	assert_int_equal((a->flags & VERDICT_BETTER) != 0, (b->flags & VERDICT_WORSE) != 0);
}

static void test_swapping_the_arms_mirrors_the_verdict(void **state)
{
	struct random random = random_make(30, 0);
	size_t n_seen[VERDICT_MAX] = {0};

	for (int trial = 0; trial < 60; trial++) {
		struct gate_noise noise = {0.94 + 0.12 * random_unit(&random), 0.02};
		CLEANUP(result_done) struct result r = gate_fixture(1);
		struct verdict_document v, w;

		gate_fixture_rounds(&r, 0, 1, 12 + trial / 2, &noise, &random);
		disturb(&r, &random, 0.03);
		v = gate_fixture_judge(&r);
		for (size_t i = 0; i < r.n_runs; i++)
			r.runs[i].benchmark ^= 1;
		w = gate_fixture_judge(&r);
		expect_mirrored(&v.rows[0], &w.rows[0]);
		n_seen[v.rows[0].verdict]++;
		verdict_document_done(&v);
		verdict_document_done(&w);
	}
	assert_true(n_seen[VERDICT_REGRESSED] && n_seen[VERDICT_IMPROVED] &&
		n_seen[VERDICT_INCONCLUSIVE]);
}

static void test_an_arm_that_is_missing_is_never_green(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&same, 48);

	for (size_t i = 0; i < r.n_runs; i++)
		r.runs[i].benchmark = 0;
	gate_fixture_expect(&r,
		&(struct gate_expectation){
			VERDICT_INVALID, VERDICT_MISSING, 6, "the candidate has no runs"});
	free(r.benchmarks[1].name);
	r.benchmarks[1].name = strdup("renamed");
	gate_fixture_expect(&r,
		&(struct gate_expectation){
			VERDICT_INVALID, VERDICT_MISSING, 6, "there is no candidate"});
}

static void test_empty_data_are_never_green(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture(1);
	struct result none = {.state = JOB_DONE};
	struct verdict_document v;

	gate_fixture_expect(
		&r, &(struct gate_expectation){VERDICT_INVALID, VERDICT_MISSING, 6, "no runs"});
	r.benchmarks[0].gate.metrics[METRIC_WALL].wanted = false;
	v = gate_fixture_judge(&r);
	assert_int_equal(v.n_rows, 0);
	assert_int_equal(v.verdict, VERDICT_INVALID);
	assert_int_equal(verdict_codes(&v), 1u << 5);
	verdict_document_done(&v);
	assert_int_equal(gate_judge(&none, &v), -EINVAL);
}

static void test_a_failed_run_is_never_green(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&same, 48);

	r.runs[30].status = RUN_FAILED;
	gate_fixture_expect(&r,
		&(struct gate_expectation){
			VERDICT_INVALID, VERDICT_FAILED, 8, "1 of 96 runs failed"});
}

static void test_a_value_without_a_logarithm_is_never_green(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&same, 48);

	r.runs[30].metrics[METRIC_WALL].value = 0;
	gate_fixture_expect(&r,
		&(struct gate_expectation){VERDICT_INVALID, 0, 5, "wall: a value is not above 0"});
	r.runs[30].metrics[METRIC_WALL] = measure_unavailable("records were lost");
	gate_fixture_expect(
		&r, &(struct gate_expectation){VERDICT_INVALID, 0, 5, "wall: records were lost"});
}

/* Of the first rounds one arm each, in turn. */
static void disturb_rounds(struct result *r, unsigned n)
{
	for (size_t i = 0; i < r->n_runs; i++) {
		struct run *run = &r->runs[i];

		if (run->block > n || (run->block / 2) % 2 != run->benchmark)
			continue;
		run->status = RUN_DISTURBED;
		fixture_culprit(run, "cc1", 0.5);
	}
}

static void test_too_many_excluded_pairs_are_never_green(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&same, 48);

	disturb_rounds(&r, 18);
	gate_fixture_expect(&r,
		&(struct gate_expectation){VERDICT_INVALID, VERDICT_UNSTABLE, 5,
			"18 of 48 pairs disturbed, mostly by cc1"});
	/* As many among more pairs are no more than may be. */
	{
		CLEANUP(result_done) struct result more = gate_fixture_of(&same, 91);

		disturb_rounds(&more, 18);
		gate_fixture_expect(
			&more, &(struct gate_expectation){VERDICT_EQUIVALENT, 0, 0, ""});
	}
}

/* A fifth of eight rounds is one pair and a half: three are always replaced. */
static void test_three_excluded_pairs_are_always_replaced(void **state)
{
	for (unsigned n = 3; n <= 4; n++) {
		CLEANUP(result_done) struct result r = gate_fixture_of(&same, 8 + n);
		struct verdict_document v;

		gate_set_rounds(&r.benchmarks[0].gate, 8);
		disturb_rounds(&r, n);
		v = gate_fixture_judge(&r);
		assert_int_equal(v.rows[0].excluded, n);
		assert_int_equal((v.rows[0].flags & VERDICT_UNSTABLE) != 0, n == 4);
		verdict_document_done(&v);
	}
}

/* It ended because of what it saw: what is left of alpha is not for it. */
static void test_a_decided_row_gets_no_closing_look(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&slower, 12);
	CLEANUP(result_done) struct result open = gate_fixture_of(&noisy, 12);
	struct verdict_document v = gate_fixture_judge(&r);
	double spent = stage_alpha(SPENDING_LAN_DEMETS, 0.01) * pow(12.0 / 48, 2);

	assert_int_equal(v.rows[0].verdict, VERDICT_REGRESSED);
	assert_near(v.rows[0].level, spent, 1e-9);
	verdict_document_done(&v);
	v = gate_fixture_judge(&open);
	assert_int_equal(v.rows[0].verdict, VERDICT_INCONCLUSIVE);
	assert_true(v.rows[0].level > 10 * spent && v.rows[0].level < 0.01);
	verdict_document_done(&v);
}

static void test_an_arm_that_disturbs_itself_is_never_green(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&same, 100);
	size_t n = 0;

	for (size_t i = 0; i < r.n_runs && n < 15; i++) {
		if (r.runs[i].benchmark != 1)
			continue;
		r.runs[i].status = RUN_DISTURBED;
		n++;
	}
	gate_fixture_expect(&r,
		&(struct gate_expectation){VERDICT_INVALID, VERDICT_EXCLUSION_DIFFERS, 5,
			"0 of 100 runs of the base, 15 of 100"});
}

static void test_too_few_pairs_are_never_green(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&slower, 5);

	gate_fixture_expect(&r,
		&(struct gate_expectation){
			VERDICT_INVALID, 0, 5, "5 pairs cannot decide anything at alpha 1.0 %"});
}

static void test_a_job_that_did_not_end_well_is_never_green(void **state)
{
	static const enum job_state states[] = {
		JOB_FAILED, JOB_UNSTABLE, JOB_CANCELLED, JOB_INTERRUPTED};

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		CLEANUP(result_done) struct result r = gate_fixture_of(&same, 48);
		CLEANUP(result_done) struct result red = gate_fixture_of(&slower, 48);

		r.state = red.state = states[i];
		gate_fixture_expect(&r,
			&(struct gate_expectation){
				VERDICT_INVALID, 0, 5, job_state_name(states[i])});
		if (states[i] == JOB_UNSTABLE)
			gate_fixture_expect(&red,
				&(struct gate_expectation){VERDICT_INVALID, 0, 5, "unstable"});
		else
			gate_fixture_expect(
				&red, &(struct gate_expectation){VERDICT_REGRESSED, 0, 1, ""});
	}
	for (int s = JOB_QUEUED; s <= JOB_RUNNING; s++) {
		CLEANUP(result_done) struct result r = gate_fixture_of(&same, 48);
		struct verdict_document v;

		r.state = s;
		v = gate_fixture_judge(&r);
		assert_int_not_equal(verdict_codes(&v), 0);
		assert_int_equal(v.reasons.n, 1);
		verdict_document_done(&v);
	}
}

static void test_bad_rules_are_never_green(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&same, 48);

	r.benchmarks[0].gate.looks[1] = 5;
	gate_fixture_expect(
		&r, &(struct gate_expectation){VERDICT_INVALID, 0, 5, "rules of the gate"});
}

static void test_carry_over_is_said(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture(1);
	struct verdict_document v;

	for (unsigned round = 1; round <= 48; round++) {
		double first = 1 + 0.0001 * round;

		/* Whoever comes second finds a warm cache. */
		if (round % 2)
			gate_fixture_pair(&r, 0, round, 0.99 * first, first);
		else
			gate_fixture_pair(&r, 0, round, first, 0.99 * first);
	}
	gate_fixture_expect(
		&r, &(struct gate_expectation){VERDICT_EQUIVALENT, VERDICT_CARRY_OVER, 0, ""});
	v = gate_fixture_judge(&r);
	assert_non_null(strstr(v.notes.items[0], "which arm went first"));
	verdict_document_done(&v);
}

/* What alone is a regression is not among twenty that say nothing. */
static void test_one_error_rate_covers_the_suite(void **state)
{
	static const struct gate_noise edge = {1.033, 0.02};
	struct verdict_row alone;
	bool found = false;

	for (uint64_t seed = 50; seed < 80 && !found; seed++) {
		struct random random = random_make(seed, 0);
		CLEANUP(result_done) struct result one = gate_fixture(1);
		CLEANUP(result_done) struct result many = gate_fixture(20);
		struct verdict_document v;

		gate_fixture_rounds(&one, 0, 1, 48, &edge, &random);
		v = gate_fixture_judge(&one);
		alone = v.rows[0];
		verdict_document_done(&v);
		found = alone.verdict == VERDICT_REGRESSED && alone.p > 0.001;
		if (!found)
			continue;

		for (size_t i = 0; i < one.n_runs; i++)
			*fixture_run(&many, 0, 1, 0) = one.runs[i];
		for (unsigned i = 1; i < 20; i++)
			gate_fixture_rounds(&many, i, 1, 48, &noisy, &random);
		v = gate_fixture_judge(&many);
		assert_int_equal(v.rows[0].verdict, VERDICT_INCONCLUSIVE);
		assert_true(v.rows[0].flags & VERDICT_WORSE);
		assert_memory_equal(&v.rows[0].p, &alone.p, sizeof(double));
		assert_true(v.rows[0].p_adjusted > alone.p);
		verdict_document_done(&v);
	}
	assert_true(found);
}

static void test_every_gated_metric_is_a_row(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&slower, 48);
	struct verdict_document v;

	r.benchmarks[0].gate.metrics[METRIC_MAX_RSS] = (struct gate_metric){
		.wanted = true, .margin_ratio = 0.1};
	for (size_t i = 0; i < r.n_runs; i++)
		r.runs[i].metrics[METRIC_MAX_RSS] = measure_set(
			1e6 + 1000.0 * (double)((7 * i) % 5));
	v = gate_fixture_judge(&r);
	assert_int_equal(v.n_rows, 2);
	assert_int_equal(v.rows[1].metric, METRIC_MAX_RSS);
	assert_int_equal(v.rows[0].verdict, VERDICT_REGRESSED);
	assert_int_equal(v.rows[1].verdict, VERDICT_EQUIVALENT);
	assert_near(v.rows[1].margin, 0.1, 1e-12);
	verdict_document_done(&v);
}

static void test_the_document_says_where_it_comes_from(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&same, 12);
	struct verdict_document v;

	(void)snprintf(r.id, sizeof(r.id), "some-id");
	r.job = 12;
	r.seed = 99;
	for (size_t b = 0; b < 2; b++)
		r.benchmarks[b].gate.alpha = 0.02;
	v = gate_fixture_judge(&r);
	assert_string_equal(v.id, "some-id");
	assert_string_equal(v.name, "work");
	assert_int_equal(v.job, 12);
	assert_int_equal(v.seed, 99);
	assert_near(v.alpha, 0.02, 1e-15);
	/* Runs begin a second apart, the last one lasts a bit over one. */
	assert_true(v.elapsed_ns > 24 * NSEC_PER_SEC && v.elapsed_ns < 25 * NSEC_PER_SEC);
	verdict_document_done(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_swapping_the_arms_mirrors_the_verdict),
		cmocka_unit_test(test_an_arm_that_is_missing_is_never_green),
		cmocka_unit_test(test_empty_data_are_never_green),
		cmocka_unit_test(test_a_failed_run_is_never_green),
		cmocka_unit_test(test_a_value_without_a_logarithm_is_never_green),
		cmocka_unit_test(test_too_many_excluded_pairs_are_never_green),
		cmocka_unit_test(test_three_excluded_pairs_are_always_replaced),
		cmocka_unit_test(test_a_decided_row_gets_no_closing_look),
		cmocka_unit_test(test_an_arm_that_disturbs_itself_is_never_green),
		cmocka_unit_test(test_too_few_pairs_are_never_green),
		cmocka_unit_test(test_a_job_that_did_not_end_well_is_never_green),
		cmocka_unit_test(test_bad_rules_are_never_green),
		cmocka_unit_test(test_carry_over_is_said),
		cmocka_unit_test(test_one_error_rate_covers_the_suite),
		cmocka_unit_test(test_every_gated_metric_is_a_row),
		cmocka_unit_test(test_the_document_says_where_it_comes_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
