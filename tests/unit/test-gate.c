/* From pairs to verdicts: every verdict and every policy on purpose. */
#include <errno.h>

#include "common/judge/evidence-rules.h"
#include "common/judge/repetition.h"
#include "common/judge/verdict-sum.h"
#include "tests/unit/gate-fixture.h"

static const struct gate_noise same = {1, 0.002};
static const struct gate_noise slower = {1.05, 0.002};
static const struct gate_noise faster = {0.95, 0.002};
static const struct gate_noise noisy = {1, 0.2};

static struct verdict_document judge(const struct result *r)
{
	struct verdict_document d;

	assert_int_equal(gate_judge(r, &d), 0);
	assert_true(d.paired);
	return d;
}

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
		v = judge(&r);
		for (size_t i = 0; i < r.n_runs; i++)
			r.runs[i].benchmark ^= 1;
		w = judge(&r);
		expect_mirrored(&v.rows[0], &w.rows[0]);
		n_seen[v.rows[0].verdict]++;
		verdict_document_done(&v);
		verdict_document_done(&w);
	}
	assert_true(n_seen[VERDICT_REGRESSED] && n_seen[VERDICT_IMPROVED] &&
		n_seen[VERDICT_INCONCLUSIVE]);
}

/* One benchmark of @n rounds; the caller may change the result before it is judged. */
static struct result rounds_of(const struct gate_noise *noise, unsigned n)
{
	struct random random = random_make(40, 0);
	struct result r = gate_fixture(1);

	gate_fixture_rounds(&r, 0, 1, n, noise, &random);
	return r;
}

static void set_policy(struct result *r, enum gate_policy policy)
{
	for (size_t b = 0; b < r->n_benchmarks; b++)
		r->benchmarks[b].gate.policy = policy;
}

struct expectation {
	enum verdict verdict;
	unsigned flags; /* among others */
	int code;
	const char *why; /* part of it */
};

static void expect(const struct result *r, const struct expectation *e)
{
	struct verdict_document v = judge(r);

	assert_string_equal(verdict_name(v.rows[0].verdict), verdict_name(e->verdict));
	assert_int_equal(v.rows[0].flags & e->flags, e->flags);
	assert_int_equal(verdict_exit_code(verdict_codes(&v), 0), e->code);
	assert_non_null(strstr(v.rows[0].why, e->why));
	if (e->code != 0 && e->code != 1)
		assert_true(v.reasons.n > 0);
	verdict_document_done(&v);
}

static void test_an_arm_that_is_missing_is_never_green(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&same, 48);

	for (size_t i = 0; i < r.n_runs; i++)
		r.runs[i].benchmark = 0;
	expect(&r,
		&(struct expectation){
			VERDICT_INVALID, VERDICT_MISSING, 6, "the candidate has no runs"});
	free(r.benchmarks[1].name);
	r.benchmarks[1].name = strdup("renamed");
	expect(&r,
		&(struct expectation){
			VERDICT_INVALID, VERDICT_MISSING, 6, "there is no candidate"});
}

static void test_empty_data_are_never_green(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture(1);
	struct result none = {.state = JOB_DONE};
	struct verdict_document v;

	expect(&r, &(struct expectation){VERDICT_INVALID, VERDICT_MISSING, 6, "no runs"});
	r.benchmarks[0].gate.metrics[METRIC_WALL].wanted = false;
	v = judge(&r);
	assert_int_equal(v.n_rows, 0);
	assert_int_equal(v.verdict, VERDICT_INVALID);
	assert_int_equal(verdict_codes(&v), 1u << 5);
	verdict_document_done(&v);
	assert_int_equal(gate_judge(&none, &v), -EINVAL);
}

static void test_a_failed_run_is_never_green(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&same, 48);

	r.runs[30].status = RUN_FAILED;
	expect(&r,
		&(struct expectation){VERDICT_INVALID, VERDICT_FAILED, 8, "1 of 96 runs failed"});
}

static void test_a_value_without_a_logarithm_is_never_green(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&same, 48);

	r.runs[30].metrics[METRIC_WALL].value = 0;
	expect(&r, &(struct expectation){VERDICT_INVALID, 0, 5, "wall: a value is not above 0"});
	r.runs[30].metrics[METRIC_WALL] = measure_unavailable("records were lost");
	expect(&r, &(struct expectation){VERDICT_INVALID, 0, 5, "wall: records were lost"});
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
	CLEANUP(result_done) struct result r = rounds_of(&same, 48);

	disturb_rounds(&r, 18);
	expect(&r,
		&(struct expectation){VERDICT_INVALID, VERDICT_UNSTABLE, 5,
			"18 of 48 pairs disturbed, mostly by cc1"});
	/* As many among more pairs are no more than may be. */
	{
		CLEANUP(result_done) struct result more = rounds_of(&same, 91);

		disturb_rounds(&more, 18);
		expect(&more, &(struct expectation){VERDICT_EQUIVALENT, 0, 0, ""});
	}
}

static void test_an_arm_that_disturbs_itself_is_never_green(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&same, 100);
	size_t n = 0;

	for (size_t i = 0; i < r.n_runs && n < 15; i++) {
		if (r.runs[i].benchmark != 1)
			continue;
		r.runs[i].status = RUN_DISTURBED;
		n++;
	}
	expect(&r,
		&(struct expectation){VERDICT_INVALID, VERDICT_EXCLUSION_DIFFERS, 5,
			"0 of 100 runs of the base, 15 of 100"});
}

static void test_too_few_pairs_are_never_green(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&slower, 5);

	expect(&r,
		&(struct expectation){
			VERDICT_INVALID, 0, 5, "5 pairs cannot decide anything at alpha 1.0 %"});
}

static void test_a_job_that_did_not_end_well_is_never_green(void **state)
{
	static const enum job_state states[] = {
		JOB_FAILED, JOB_UNSTABLE, JOB_CANCELLED, JOB_INTERRUPTED};

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		CLEANUP(result_done) struct result r = rounds_of(&same, 48);
		CLEANUP(result_done) struct result red = rounds_of(&slower, 48);

		r.state = red.state = states[i];
		expect(&r, &(struct expectation){VERDICT_INVALID, 0, 5, job_state_name(states[i])});
		if (states[i] == JOB_UNSTABLE)
			expect(&red, &(struct expectation){VERDICT_INVALID, 0, 5, "unstable"});
		else
			expect(&red, &(struct expectation){VERDICT_REGRESSED, 0, 1, ""});
	}
	for (int s = JOB_QUEUED; s <= JOB_RUNNING; s++) {
		CLEANUP(result_done) struct result r = rounds_of(&same, 48);
		struct verdict_document v;

		r.state = s;
		v = judge(&r);
		assert_int_not_equal(verdict_codes(&v), 0);
		assert_int_equal(v.reasons.n, 1);
		verdict_document_done(&v);
	}
}

static void test_bad_rules_are_never_green(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&same, 48);

	r.benchmarks[0].gate.looks[1] = 5;
	expect(&r, &(struct expectation){VERDICT_INVALID, 0, 5, "rules of the gate"});
}

static void test_a_floor_lets_small_differences_pass(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&slower, 48);
	struct verdict_document v;

	expect(&r, &(struct expectation){VERDICT_REGRESSED, 0, 1, ""});
	r.benchmarks[0].gate.metrics[METRIC_WALL].floor = 0.15;
	expect(&r, &(struct expectation){VERDICT_EQUIVALENT, VERDICT_FLOOR, 0, ""});
	v = judge(&r);
	assert_near(v.rows[0].margin, 0.15 / v.rows[0].base, 1e-12);
	verdict_document_done(&v);
	r.benchmarks[0].gate.metrics[METRIC_WALL].floor = 0.001;
	v = judge(&r);
	assert_int_equal(v.rows[0].flags & VERDICT_FLOOR, 0);
	assert_near(v.rows[0].margin, 0.02, 1e-12);
	verdict_document_done(&v);
}

static void test_policies(void **state)
{
	static const struct gate_noise little = {1.01, 0.004};
	CLEANUP(result_done) struct result small = rounds_of(&little, 48);
	CLEANUP(result_done) struct result wide = rounds_of(&noisy, 48);
	CLEANUP(result_done) struct result good = rounds_of(&faster, 48);

	expect(&small, &(struct expectation){VERDICT_EQUIVALENT, 0, 0, ""});
	expect(&wide, &(struct expectation){VERDICT_INCONCLUSIVE, 0, 0, "48 rounds, could see "});
	set_policy(&small, GATE_STRICT);
	set_policy(&wide, GATE_STRICT);
	expect(&small, &(struct expectation){VERDICT_REGRESSED, 0, 1, ""});
	expect(&wide, &(struct expectation){VERDICT_INCONCLUSIVE, 0, 0, ", margin 2.0 %"});
	set_policy(&small, GATE_NONINFERIOR);
	set_policy(&wide, GATE_NONINFERIOR);
	set_policy(&good, GATE_NONINFERIOR);
	expect(&small, &(struct expectation){VERDICT_EQUIVALENT, 0, 0, ""});
	expect(&wide, &(struct expectation){VERDICT_INCONCLUSIVE, 0, 3, ""});
	expect(&good, &(struct expectation){VERDICT_IMPROVED, 0, 0, ""});
}

/* Better by about the margin: not equivalent, not proven to be improved, surely not inferior. */
static void test_noninferior_passes_what_is_surely_not_worse(void **state)
{
	static const struct gate_noise edge = {1 / 1.02, 0.01};
	CLEANUP(result_done) struct result r = rounds_of(&edge, 48);
	struct verdict_document v;
	bool wanted[2];
	char stop[REPETITION_STOP_MAX];

	set_policy(&r, GATE_NONINFERIOR);
	expect(&r, &(struct expectation){VERDICT_INCONCLUSIVE, VERDICT_BETTER, 0, ""});
	v = judge(&r);
	assert_true(v.rows[0].passes && v.rows[0].p_noninferior <= 0.01);
	verdict_document_done(&v);

	/* That is enough for this policy, and not for the usual one. */
	r.n_runs = 24;
	assert_int_equal(gate_decide(&r, 0, 0, wanted, stop, sizeof(stop)), GATE_DONE);
	set_policy(&r, GATE_MATERIAL);
	assert_int_equal(gate_decide(&r, 0, 0, wanted, stop, sizeof(stop)), GATE_MORE);
}

static void test_a_blind_gate_is_not_green(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&noisy, 48);
	struct gate *g = &r.benchmarks[0].gate;

	g->max_mde = 2;
	g->max_mde_is_factor = true;
	expect(&r, &(struct expectation){VERDICT_INCONCLUSIVE, VERDICT_BLIND, 3, "could see"});
	g->max_mde = 0.9;
	g->max_mde_is_factor = false;
	expect(&r, &(struct expectation){VERDICT_INCONCLUSIVE, 0, 0, "could see"});
}

static void test_quarantine_is_reported_and_does_not_count(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&slower, 48);
	struct verdict_document v;

	(void)snprintf(r.benchmarks[0].gate.quarantine, GATE_REASON_MAX, "flaky, see #12");
	expect(&r, &(struct expectation){VERDICT_REGRESSED, VERDICT_QUARANTINED, 0, ""});
	v = judge(&r);
	assert_string_equal(v.rows[0].quarantine, "flaky, see #12");
	assert_non_null(strstr(v.notes.items[0], "does not count: flaky, see #12"));
	assert_int_not_equal(v.verdict, VERDICT_REGRESSED);
	verdict_document_done(&v);
}

static void test_the_same_files_cannot_regress(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&slower, 48);
	struct verdict_document v;

	r.benchmarks[0].same_files = r.benchmarks[1].same_files = true;
	expect(&r, &(struct expectation){VERDICT_REGRESSED, VERDICT_SAME_FILES, 0, ""});
	v = judge(&r);
	assert_non_null(strstr(v.notes.items[0], "noise floor"));
	verdict_document_done(&v);
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
	expect(&r, &(struct expectation){VERDICT_EQUIVALENT, VERDICT_CARRY_OVER, 0, ""});
	v = judge(&r);
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
		v = judge(&one);
		alone = v.rows[0];
		verdict_document_done(&v);
		found = alone.verdict == VERDICT_REGRESSED && alone.p > 0.001;
		if (!found)
			continue;

		for (size_t i = 0; i < one.n_runs; i++)
			*fixture_run(&many, 0, 1, 0) = one.runs[i];
		for (unsigned i = 1; i < 20; i++)
			gate_fixture_rounds(&many, i, 1, 48, &noisy, &random);
		v = judge(&many);
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
	CLEANUP(result_done) struct result r = rounds_of(&slower, 48);
	struct verdict_document v;

	r.benchmarks[0].gate.metrics[METRIC_MAX_RSS] = (struct gate_metric){
		.wanted = true, .margin_ratio = 0.1};
	for (size_t i = 0; i < r.n_runs; i++)
		r.runs[i].metrics[METRIC_MAX_RSS] = measure_set(
			1e6 + 1000.0 * (double)((7 * i) % 5));
	v = judge(&r);
	assert_int_equal(v.n_rows, 2);
	assert_int_equal(v.rows[1].metric, METRIC_MAX_RSS);
	assert_int_equal(v.rows[0].verdict, VERDICT_REGRESSED);
	assert_int_equal(v.rows[1].verdict, VERDICT_EQUIVALENT);
	assert_near(v.rows[1].margin, 0.1, 1e-12);
	verdict_document_done(&v);
}

static void test_the_document_says_where_it_comes_from(void **state)
{
	CLEANUP(result_done) struct result r = rounds_of(&same, 12);
	struct verdict_document v;

	(void)snprintf(r.id, sizeof(r.id), "some-id");
	r.job = 12;
	r.seed = 99;
	for (size_t b = 0; b < 2; b++)
		r.benchmarks[b].gate.alpha = 0.02;
	v = judge(&r);
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
		cmocka_unit_test(test_an_arm_that_disturbs_itself_is_never_green),
		cmocka_unit_test(test_too_few_pairs_are_never_green),
		cmocka_unit_test(test_a_job_that_did_not_end_well_is_never_green),
		cmocka_unit_test(test_bad_rules_are_never_green),
		cmocka_unit_test(test_a_floor_lets_small_differences_pass),
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_noninferior_passes_what_is_surely_not_worse),
		cmocka_unit_test(test_a_blind_gate_is_not_green),
		cmocka_unit_test(test_quarantine_is_reported_and_does_not_count),
		cmocka_unit_test(test_the_same_files_cannot_regress),
		cmocka_unit_test(test_carry_over_is_said),
		cmocka_unit_test(test_one_error_rate_covers_the_suite),
		cmocka_unit_test(test_every_gated_metric_is_a_row),
		cmocka_unit_test(test_the_document_says_where_it_comes_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
