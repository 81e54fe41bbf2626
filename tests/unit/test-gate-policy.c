/* What the rules of a gate let pass. */
#include "common/judge/repetition.h"
#include "tests/unit/gate-fixture.h"

static const struct gate_noise slower = {1.05, 0.002};
static const struct gate_noise faster = {0.95, 0.002};
static const struct gate_noise noisy = {1, 0.2};

static void set_policy(struct result *r, enum gate_policy policy)
{
	for (size_t b = 0; b < r->n_benchmarks; b++)
		r->benchmarks[b].gate.policy = policy;
}

static void test_a_floor_lets_small_differences_pass(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&slower, 48);
	struct verdict_document v;

	gate_fixture_expect(&r, &(struct gate_expectation){VERDICT_REGRESSED, 0, 1, ""});
	r.benchmarks[0].gate.metrics[METRIC_WALL].floor = 0.15;
	gate_fixture_expect(
		&r, &(struct gate_expectation){VERDICT_EQUIVALENT, VERDICT_FLOOR, 0, ""});
	v = gate_fixture_judge(&r);
	assert_near(v.rows[0].margin, 0.15 / v.rows[0].base, 1e-12);
	verdict_document_done(&v);
	r.benchmarks[0].gate.metrics[METRIC_WALL].floor = 0.001;
	v = gate_fixture_judge(&r);
	assert_int_equal(v.rows[0].flags & VERDICT_FLOOR, 0);
	assert_near(v.rows[0].margin, 0.02, 1e-12);
	verdict_document_done(&v);
}

static void test_policies(void **state)
{
	static const struct gate_noise little = {1.01, 0.004};
	CLEANUP(result_done) struct result small = gate_fixture_of(&little, 48);
	CLEANUP(result_done) struct result wide = gate_fixture_of(&noisy, 48);
	CLEANUP(result_done) struct result good = gate_fixture_of(&faster, 48);

	gate_fixture_expect(&small, &(struct gate_expectation){VERDICT_EQUIVALENT, 0, 0, ""});
	gate_fixture_expect(&wide,
		&(struct gate_expectation){VERDICT_INCONCLUSIVE, 0, 0, "48 rounds, could see "});
	set_policy(&small, GATE_STRICT);
	set_policy(&wide, GATE_STRICT);
	gate_fixture_expect(&small, &(struct gate_expectation){VERDICT_REGRESSED, 0, 1, ""});
	gate_fixture_expect(
		&wide, &(struct gate_expectation){VERDICT_INCONCLUSIVE, 0, 0, ", margin 2.0 %"});
	set_policy(&small, GATE_NONINFERIOR);
	set_policy(&wide, GATE_NONINFERIOR);
	set_policy(&good, GATE_NONINFERIOR);
	gate_fixture_expect(&small, &(struct gate_expectation){VERDICT_EQUIVALENT, 0, 0, ""});
	gate_fixture_expect(&wide, &(struct gate_expectation){VERDICT_INCONCLUSIVE, 0, 3, ""});
	gate_fixture_expect(&good, &(struct gate_expectation){VERDICT_IMPROVED, 0, 0, ""});
}

/* Better by about the margin: not equivalent, not proven to be improved, surely not inferior. */
static void test_noninferior_passes_what_is_surely_not_worse(void **state)
{
	static const struct gate_noise edge = {1 / 1.02, 0.01};
	CLEANUP(result_done) struct result r = gate_fixture_of(&edge, 48);
	struct verdict_document v;
	bool wanted[2];
	char stop[REPETITION_STOP_MAX];

	set_policy(&r, GATE_NONINFERIOR);
	gate_fixture_expect(
		&r, &(struct gate_expectation){VERDICT_INCONCLUSIVE, VERDICT_BETTER, 0, ""});
	v = gate_fixture_judge(&r);
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
	CLEANUP(result_done) struct result r = gate_fixture_of(&noisy, 48);
	struct gate *g = &r.benchmarks[0].gate;

	g->max_mde = 2;
	g->max_mde_is_factor = true;
	gate_fixture_expect(&r,
		&(struct gate_expectation){VERDICT_INCONCLUSIVE, VERDICT_BLIND, 3, "could see"});
	g->max_mde = 0.9;
	g->max_mde_is_factor = false;
	gate_fixture_expect(
		&r, &(struct gate_expectation){VERDICT_INCONCLUSIVE, 0, 0, "could see"});
}

static void test_quarantine_is_reported_and_does_not_count(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&slower, 48);
	struct verdict_document v;

	(void)snprintf(r.benchmarks[0].gate.quarantine, GATE_REASON_MAX, "flaky, see #12");
	gate_fixture_expect(
		&r, &(struct gate_expectation){VERDICT_REGRESSED, VERDICT_QUARANTINED, 0, ""});
	v = gate_fixture_judge(&r);
	assert_string_equal(v.rows[0].quarantine, "flaky, see #12");
	assert_non_null(strstr(v.notes.items[0], "does not count: flaky, see #12"));
	assert_int_not_equal(v.verdict, VERDICT_REGRESSED);
	verdict_document_done(&v);
}

/* A doubtful row, one that is as before and, if wanted, one that is surely slower. */
static struct result family(bool with_slower)
{
	static const struct gate_noise doubtful = {1.06, 0.05}, same = {1, 0.05};
	struct random random = random_make(41, 0);
	struct result r = gate_fixture(2 + with_slower);

	gate_fixture_rounds(&r, 0, 1, 48, &doubtful, &random);
	gate_fixture_rounds(&r, 1, 1, 48, &same, &random);
	if (with_slower)
		gate_fixture_rounds(&r, 2, 1, 48, &slower, &random);
	return r;
}

/* Proven beside what counts, a change must not make it easier to be proven among the rest. */
static void test_rows_that_do_not_count_are_a_family_of_their_own(void **state)
{
	CLEANUP(result_done) struct result few = family(false);
	CLEANUP(result_done) struct result more = family(true);
	struct verdict_document without = gate_fixture_judge(&few);
	struct verdict_document counted = gate_fixture_judge(&more);
	struct verdict_document beside;

	for (int arm = 4; arm < 6; arm++)
		(void)snprintf(more.benchmarks[arm].gate.quarantine, GATE_REASON_MAX, "flaky");
	beside = gate_fixture_judge(&more);
	assert_int_equal(beside.rows[2].verdict, VERDICT_REGRESSED);
	assert_near(beside.rows[0].p_adjusted, without.rows[0].p_adjusted, 1e-12);
	/* Were it counted, it would help. */
	assert_true(counted.rows[0].p_adjusted < 0.9 * without.rows[0].p_adjusted);
	verdict_document_done(&without);
	verdict_document_done(&counted);
	verdict_document_done(&beside);
}

static void test_the_same_files_cannot_regress(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture_of(&slower, 48);
	struct verdict_document v;

	r.benchmarks[0].same_files = r.benchmarks[1].same_files = true;
	gate_fixture_expect(
		&r, &(struct gate_expectation){VERDICT_REGRESSED, VERDICT_SAME_FILES, 0, ""});
	v = gate_fixture_judge(&r);
	/* The flag says it, and every report once. */
	assert_int_equal(v.notes.n, 0);
	verdict_document_done(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_floor_lets_small_differences_pass),
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_noninferior_passes_what_is_surely_not_worse),
		cmocka_unit_test(test_a_blind_gate_is_not_green),
		cmocka_unit_test(test_quarantine_is_reported_and_does_not_count),
		cmocka_unit_test(test_rows_that_do_not_count_are_a_family_of_their_own),
		cmocka_unit_test(test_the_same_files_cannot_regress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
