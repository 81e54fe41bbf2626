/* One series through its looks. */
#include <errno.h>

#include "common/judge/looks.h"
#include "common/judge/stage-memo.h"
#include "common/stats/rank.h"
#include "tests/unit/gate-fixture.h"

#define ROUNDS	     48
#define DELTA	     0.02
#define SERIES	     200
#define TRIALS	     6000
#define TRIALS_ALPHA 0.05

static struct gate rules(bool exact)
{
	struct gate g;

	gate_init(&g);
	g.exact_spending = exact;
	return g;
}

static struct looks_outcome judge_with(
	const double *d, size_t n, const struct gate *g, bool closing, struct stage_memo *memo)
{
	struct looks_series s = {.d = d, .n = n, .closing = closing};
	struct looks_outcome o;

	assert_int_equal(looks_judge(&s, g, DELTA, DELTA, memo, &o), 0);
	return o;
}

static struct looks_outcome judge(const double *d, size_t n, const struct gate *g, bool closing)
{
	return judge_with(d, n, g, closing, NULL);
}

static void draw(double *d, size_t n, double centre, double sd, struct random *random)
{
	for (size_t i = 0; i < n; i++)
		d[i] = centre + sd * gate_fixture_normal(random);
}

static void assert_same(const struct looks_outcome *a, const struct looks_outcome *b)
{
	assert_int_equal(a->n, b->n);
	assert_true(fabs(a->p_worse - b->p_worse) <= 1e-8 * a->p_worse);
	assert_true(fabs(a->p_better - b->p_better) <= 1e-8 * a->p_better);
	assert_true(fabs(a->p_equivalent - b->p_equivalent) <= 1e-8 * a->p_equivalent);
	assert_true(fabs(a->p_noninferior - b->p_noninferior) <= 1e-8 * a->p_noninferior);
}

static void test_nothing_is_said_before_the_first_look(void **state)
{
	struct random random = random_make(1, 0);
	struct gate g = rules(false);
	struct looks_outcome o;
	double d[12];

	draw(d, 12, 0.5, 0.01, &random);
	for (size_t n = 0; n < 12; n++) {
		o = judge(d, n, &g, false);
		assert_int_equal(o.n, 0);
		assert_true(o.p_worse >= 1 && o.p_equivalent >= 1);
		assert_true(isnan(o.centre.estimate) && isinf(o.centre.low));
	}
	o = judge(d, 12, &g, false);
	assert_int_equal(o.n, 12);
	assert_true(o.p_worse <= g.alpha && o.p_better >= 1);
	assert_true(o.centre.low > DELTA);
}

/* A gate that peeks after every round would see these. */
static void test_what_comes_between_looks_is_not_seen(void **state)
{
	static const size_t between[] = {13, 15, 17, 23, 25, 35, 37, 47};
	struct random random = random_make(2, 0);
	struct gate g = rules(false);
	double d[ROUNDS];

	for (size_t i = 0; i < ARRAY_SIZE(between); i++) {
		struct looks_outcome before;
		struct looks_outcome after;
		size_t look = 12;

		for (size_t k = 0; k < g.n_looks; k++)
			look = g.looks[k] <= between[i] ? g.looks[k] : look;
		draw(d, ROUNDS, 0, 0.02, &random);
		before = judge(d, look, &g, false);
		for (size_t k = look; k < between[i]; k++)
			d[k] = 10;
		after = judge(d, between[i], &g, false);
		assert_same(&before, &after);
		assert_true(before.level >= after.level && before.level <= after.level);
		assert_memory_equal(
			&before.centre.estimate, &after.centre.estimate, sizeof(double));
	}
}

/* Straight from the definition: does any look so far reach its level. */
static bool rejects(const double *d, size_t n, const struct gate *g)
{
	struct spending s = {.rule = g->exact_spending ? SPENDING_EXACT : SPENDING_LAN_DEMETS,
		.rho = g->rho,
		.n_looks = g->n_looks};
	double levels[SPENDING_LOOKS_MAX];
	double p;

	for (size_t i = 0; i < g->n_looks; i++)
		s.fractions[i] = (double)g->looks[i] / ROUNDS;
	assert_int_equal(spending_levels(&s, stage_alpha(s.rule, g->alpha), levels), 0);
	for (size_t i = 0; i < g->n_looks && g->looks[i] <= n; i++) {
		assert_int_equal(rank_signed_p(d, g->looks[i], DELTA, RANK_GREATER, &p), 0);
		if (p <= levels[i])
			return true;
	}
	return false;
}

static void test_p_is_at_most_alpha_exactly_where_a_look_reaches_its_level(void **state)
{
	struct random random = random_make(3, 0);
	size_t n_rejected[2] = {0, 0};
	double d[ROUNDS];

	for (int i = 0; i < SERIES; i++) {
		struct gate g = rules(i % 2);
		size_t n = 12 + random_below(&random, ROUNDS - 11);
		bool expected;

		draw(d, ROUNDS, DELTA + 0.006, 0.01, &random);
		expected = rejects(d, n, &g);
		assert_int_equal(judge(d, n, &g, false).p_worse <= g.alpha, expected);
		n_rejected[i % 2] += expected;
	}
	for (int rule = 0; rule < 2; rule++)
		assert_true(n_rejected[rule] > 10 && n_rejected[rule] < SERIES / 2 - 10);
}

static void test_p_only_falls(void **state)
{
	struct random random = random_make(4, 0);
	struct gate g = rules(false);
	double d[ROUNDS];

	for (int i = 0; i < 20; i++) {
		struct looks_outcome before = {
			.p_worse = 1, .p_better = 1, .p_equivalent = 1, .p_noninferior = 1};

		draw(d, ROUNDS, 0.01, 0.02, &random);
		for (size_t n = 12; n <= ROUNDS; n++) {
			struct looks_outcome o = judge(d, n, &g, false);
			double slack = 1 + 1e-9;

			assert_true(o.p_worse <= before.p_worse * slack);
			assert_true(o.p_better <= before.p_better * slack);
			assert_true(o.p_equivalent <= before.p_equivalent * slack);
			assert_true(o.p_noninferior <= before.p_noninferior * slack);
			assert_true(o.p_noninferior <= o.p_equivalent * slack);
			before = o;
		}
	}
}

static void test_a_memo_changes_nothing(void **state)
{
	CLEANUP(stage_memo_done) struct stage_memo memo = {0};
	CLEANUP(stage_memo_done) struct stage_memo capped = {.cap = 0.01};
	struct random random = random_make(5, 0);
	double d[ROUNDS];

	for (int i = 0; i < SERIES; i++) {
		struct gate g = rules(i % 3 == 0);
		size_t n = 12 + random_below(&random, ROUNDS - 11);
		struct looks_outcome plain, shared, low;

		draw(d, ROUNDS, 0.04 * random_unit(&random), 0.02, &random);
		plain = judge(d, n, &g, i % 2);
		shared = judge_with(d, n, &g, i % 2, &memo);
		low = judge_with(d, n, &g, i % 2, &capped);
		assert_same(&plain, &shared);
		assert_int_equal(low.p_worse <= 0.01, plain.p_worse <= 0.01);
		assert_int_equal(low.p_equivalent <= 0.01, plain.p_equivalent <= 0.01);
	}
	assert_true(memo.n_schedules >= 4);
}

static void test_the_other_way_round_is_the_mirror_image(void **state)
{
	struct random random = random_make(6, 0);
	struct gate g = rules(false);
	double d[ROUNDS];
	double mirrored[ROUNDS];

	for (int i = 0; i < 50; i++) {
		struct looks_outcome a, b;

		draw(d, ROUNDS, 0.01, 0.02, &random);
		for (int k = 0; k < ROUNDS; k++)
			mirrored[k] = -d[k];
		a = judge(d, ROUNDS, &g, false);
		b = judge(mirrored, ROUNDS, &g, false);
		assert_memory_equal(&a.p_worse, &b.p_better, sizeof(double));
		assert_memory_equal(&a.p_better, &b.p_worse, sizeof(double));
		assert_memory_equal(&a.p_equivalent, &b.p_equivalent, sizeof(double));
		assert_true(fabs(a.centre.estimate + b.centre.estimate) < 1e-15);
		assert_true(fabs(a.centre.low + b.centre.high) < 1e-15);
		assert_int_equal(a.asymmetric, b.asymmetric);
	}
}

static void test_the_closing_look_spends_what_is_left(void **state)
{
	struct random random = random_make(7, 0);
	struct gate g = rules(true);
	double t = 16.0 / ROUNDS;
	double d[ROUNDS];
	struct looks_outcome o;

	draw(d, ROUNDS, 0.01, 0.02, &random);
	o = judge(d, 20, &g, true);
	assert_int_equal(o.n, 20);
	assert_near(o.level, g.alpha * (1 - pow(t, g.rho)), 1e-15);
	o = judge(d, 11, &g, true);
	assert_int_equal(o.n, 11);
	assert_near(o.level, g.alpha, 1e-15);
	assert_int_equal(judge(d, 0, &g, true).n, 0);

	g = rules(false);
	o = judge(d, 20, &g, true);
	assert_true(o.level > g.alpha * (1 - pow(t, g.rho)) && o.level < g.alpha);
	{
		struct looks_outcome open = judge(d, ROUNDS, &g, false);
		struct looks_outcome closed = judge(d, ROUNDS, &g, true);

		assert_same(&open, &closed);
	}
}

/* Under the worst case of "not worse", ended after a number of rounds between looks. */
static size_t count_false_reds(const struct gate *g, bool again)
{
	CLEANUP(stage_memo_done) struct stage_memo memo = {.cap = TRIALS_ALPHA};
	struct random random = random_make(8, 0);
	size_t n_false = 0;
	double d[ROUNDS];

	for (int i = 0; i < TRIALS; i++) {
		size_t n = 37 + random_below(&random, ROUNDS - 37);
		struct looks_series s = {.d = d, .n = n, .closing = !again, .only_p = true};
		struct looks_outcome o;
		double once = 1;

		draw(d, n, DELTA, 0.02, &random);
		assert_int_equal(looks_judge(&s, g, DELTA, DELTA, &memo, &o), 0);
		if (again)
			assert_int_equal(rank_signed_p(d, n, DELTA, RANK_GREATER, &once), 0);
		n_false += o.p_worse <= g->alpha || once <= g->alpha;
	}
	return n_false;
}

static void test_the_closing_look_keeps_the_error_rate(void **state)
{
	double expected = TRIALS * TRIALS_ALPHA;
	double most = expected + 3 * sqrt(expected * (1 - TRIALS_ALPHA));
	struct gate g = rules(false);

	g.alpha = TRIALS_ALPHA;
	g.rho = 1;
	assert_true((double)count_false_reds(&g, false) <= most);
	/* One that forgot what has been spent does not. */
	assert_true((double)count_false_reds(&g, true) > most);
}

static void test_a_strict_gate_asks_for_any_difference(void **state)
{
	struct random random = random_make(9, 0);
	struct gate g = rules(false);
	struct looks_series s = {.n = ROUNDS};
	struct looks_outcome o;
	double d[ROUNDS];

	draw(d, ROUNDS, 0.01, 0.005, &random);
	s.d = d;
	assert_int_equal(looks_judge(&s, &g, 0, DELTA, NULL, &o), 0);
	assert_true(o.p_worse <= g.alpha && o.p_equivalent <= g.alpha);
	assert_int_equal(looks_judge(&s, &g, DELTA, DELTA, NULL, &o), 0);
	assert_true(o.p_worse > 0.5);
}

static void test_a_sign_test_that_contradicts_is_said(void **state)
{
	struct random random = random_make(10, 0);
	struct gate g = rules(false);
	double d[ROUNDS];

	draw(d, ROUNDS, 0.05, 0.01, &random);
	assert_false(judge(d, ROUNDS, &g, false).asymmetric);
	/* Most are a little worse, and some are much better. */
	for (int i = 0; i < ROUNDS; i++)
		d[i] = i % 4 == 0 ? -0.5 - 0.001 * i : 0.03 + 0.0001 * i;
	assert_true(judge(d, ROUNDS, &g, false).asymmetric);
}

static void test_bad_series_and_rules_are_refused(void **state)
{
	struct looks_outcome o = {.n = 77};
	struct gate g = rules(false);
	double d[ROUNDS] = {0};
	struct looks_series s = {.d = d, .n = ROUNDS};

	d[3] = (double)NAN;
	assert_int_equal(looks_judge(&s, &g, DELTA, DELTA, NULL, &o), -EINVAL);
	d[3] = (double)INFINITY;
	assert_int_equal(looks_judge(&s, &g, DELTA, DELTA, NULL, &o), -EINVAL);
	d[3] = 0;
	assert_int_equal(looks_judge(&s, &g, DELTA, 0, NULL, &o), -EINVAL);
	assert_int_equal(looks_judge(&s, &g, -DELTA, DELTA, NULL, &o), -EINVAL);
	assert_int_equal(looks_judge(&s, &g, (double)NAN, DELTA, NULL, &o), -EINVAL);
	g.looks[2] = g.looks[1];
	assert_int_equal(looks_judge(&s, &g, DELTA, DELTA, NULL, &o), -EINVAL);
	g.n_looks = 0;
	assert_int_equal(looks_judge(&s, &g, DELTA, DELTA, NULL, &o), -EINVAL);
	g.n_looks = GATE_LOOKS_MAX + 1;
	assert_int_equal(looks_judge(&s, &g, DELTA, DELTA, NULL, &o), -EINVAL);
	g = rules(false);
	g.alpha = 0.5;
	assert_int_equal(looks_judge(&s, &g, DELTA, DELTA, NULL, &o), -EINVAL);
	assert_int_equal(o.n, 77);
}

static void test_all_ties_are_no_difference(void **state)
{
	struct gate g = rules(false);
	double d[ROUNDS] = {0};
	struct looks_outcome o = judge(d, ROUNDS, &g, false);

	assert_true(o.p_worse >= 1 && o.p_better >= 1 && o.p_equivalent <= g.alpha);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_said_before_the_first_look),
		cmocka_unit_test(test_what_comes_between_looks_is_not_seen),
		cmocka_unit_test(test_p_is_at_most_alpha_exactly_where_a_look_reaches_its_level),
		cmocka_unit_test(test_p_only_falls),
		cmocka_unit_test(test_a_memo_changes_nothing),
		cmocka_unit_test(test_the_other_way_round_is_the_mirror_image),
		cmocka_unit_test(test_the_closing_look_spends_what_is_left),
		cmocka_unit_test(test_the_closing_look_keeps_the_error_rate),
		cmocka_unit_test(test_a_strict_gate_asks_for_any_difference),
		cmocka_unit_test(test_a_sign_test_that_contradicts_is_said),
		cmocka_unit_test(test_bad_series_and_rules_are_refused),
		cmocka_unit_test(test_all_ties_are_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
