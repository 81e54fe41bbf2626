/* Levels of sequential looks: published ones, simulated ones, and the p value they belong to. */
#include <errno.h>

#include "common/base/macro.h"
#include "common/stats/normal.h"
#include "common/stats/spending.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/noise.h"

#define N_WALKS	   100000
#define N_SERIES   60
#define LOOKS_TEST 5

/*
 * First by another program (Simpson's rule in steps of 0.03), then as printed to five digits by a
 * third, whose last looks are up to 2.3e-5 above both.
 */
static const struct {
	double alpha, rho;
	unsigned looks[LOOKS_TEST];
	size_t n_looks;
	double levels[LOOKS_TEST];
	double tolerance;
} published[] = {
	{.025, 1, {10, 15, 20, 30, 40}, 5, {.00625, .005217, .005975, .009841, .012246}, 6e-7},
	{.025, 2, {10, 15, 20, 30, 40}, 5, {.0015625, .002576, .004205, .010522, .018128}, 6e-7},
	{.025, 3, {10, 15, 20, 30, 40}, 5, {.000390625, .001094, .002444, .009072, .021170}, 6e-7},
	{.025, 2, {10, 15, 20, 30, 40}, 5, {.00156, .00258, .00421, .01053, .01815}, 3e-5},
	{.005, 1, {10, 15, 20, 30, 40}, 5, {.00125, .00094, .00104, .00174, .00210}, 6e-6},
	{.005, 2, {10, 15, 20, 30, 40}, 5, {.00031, .00049, .00078, .00196, .00328}, 6e-6},
	{.025, 2, {10, 20, 40}, 3, {.00156, .00525, .02159}, 3e-5},
	{.005, 2, {10, 20, 40}, 3, {.00031, .00102, .00414}, 1e-5},
	{.025, 2, {12, 24, 48, 96}, 4, {.00039, .00128, .00520, .02156}, 3e-5},
};

static struct spending make(
	enum spending_rule rule, double rho, const unsigned *looks, size_t n_looks)
{
	struct spending s = {.rule = rule, .rho = rho, .n_looks = n_looks};

	for (size_t i = 0; i < n_looks; i++)
		s.fractions[i] = (double)looks[i] / (double)looks[n_looks - 1];
	return s;
}

static struct spending usual(enum spending_rule rule)
{
	static const unsigned looks[] = {12, 16, 24, 36, 48};

	return make(rule, 2, looks, ARRAY_SIZE(looks));
}

static void test_published_levels(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(published); i++) {
		struct spending s = make(SPENDING_LAN_DEMETS, published[i].rho, published[i].looks,
			published[i].n_looks);
		double levels[LOOKS_TEST];

		assert_int_equal(spending_levels(&s, published[i].alpha, levels), 0);
		for (size_t k = 0; k < s.n_looks; k++)
			assert_near(levels[k], published[i].levels[k], published[i].tolerance);
	}
}

static void test_exact_levels_are_what_each_look_adds(void **state)
{
	struct spending s = usual(SPENDING_EXACT);
	double levels[LOOKS_TEST];
	double sum = 0;

	assert_int_equal(spending_levels(&s, 0.01, levels), 0);
	assert_near(levels[0], 0.01 / 16, 1e-15);
	assert_near(levels[4], 0.01 * (1 - 9.0 / 16), 1e-15);
	for (size_t k = 0; k < s.n_looks; k++)
		sum += levels[k];
	assert_near(sum, 0.01, 1e-15);
}

/* Number of the first look at which a walk without drift crosses; n_looks: none. */
static size_t first_crossing(
	const struct spending *s, const double *critical, struct random *random)
{
	double at = 0;
	double before = 0;

	for (size_t k = 0; k < s->n_looks; k++) {
		at += sqrt(s->fractions[k] - before) * noise_normal(random);
		before = s->fractions[k];
		if (at / sqrt(before) >= critical[k])
			return k;
	}
	return s->n_looks;
}

/* Share of walks that have crossed by each look. */
static void walk(const struct spending *s, const double *levels, double *ret)
{
	struct random random = random_make(3, 1);
	double critical[LOOKS_TEST];
	size_t hits[LOOKS_TEST + 1] = {0};
	size_t sum = 0;

	for (size_t k = 0; k < s->n_looks; k++)
		critical[k] = -normal_quantile(levels[k]);
	for (size_t i = 0; i < N_WALKS; i++)
		hits[first_crossing(s, critical, &random)]++;
	for (size_t k = 0; k < s->n_looks; k++) {
		sum += hits[k];
		ret[k] = (double)sum / N_WALKS;
	}
}

static double standard_error(double p)
{
	return sqrt(p * (1 - p) / N_WALKS);
}

static void test_walks_spend_what_they_may_by_each_look(void **state)
{
	struct spending s = usual(SPENDING_LAN_DEMETS);
	double levels[LOOKS_TEST];
	double share[LOOKS_TEST];

	assert_int_equal(spending_levels(&s, 0.05, levels), 0);
	walk(&s, levels, share);
	for (size_t k = 0; k < s.n_looks; k++) {
		double wanted = 0.05 * s.fractions[k] * s.fractions[k];

		assert_near(share[k], wanted, 4 * standard_error(wanted));
	}
}

static void test_walks_of_careless_rules_are_caught(void **state)
{
	struct spending s = usual(SPENDING_LAN_DEMETS);
	double levels[LOOKS_TEST] = {.05, .05, .05, .05, .05};
	double share[LOOKS_TEST];

	walk(&s, levels, share);
	assert_true(share[4] > 0.05 + 4 * standard_error(0.05));

	s.rule = SPENDING_EXACT;
	assert_int_equal(spending_levels(&s, 0.05, levels), 0);
	walk(&s, levels, share);
	assert_true(share[4] < 0.05 - 4 * standard_error(0.05));
}

/* p values of looks as they come about: mostly falling, sometimes nothing. */
static void make_p(struct random *random, double *p, size_t n)
{
	double logarithm = -0.5;

	for (size_t k = 0; k < n; k++) {
		logarithm -= 6 * random_unit(random) * random_unit(random) - 0.5;
		p[k] = fmin(1, exp(logarithm));
	}
}

static int rejects(const struct spending *s, double alpha, const double *p, size_t n)
{
	double levels[SPENDING_LOOKS_MAX];

	assert_int_equal(spending_levels(s, alpha, levels), 0);
	for (size_t k = 0; k < n; k++)
		if (p[k] <= levels[k])
			return 1;
	return 0;
}

/* The p value is where the levels begin to reject: not a hair before, and always behind. */
static void expect_consistent(const struct spending *s, const double *p, size_t n)
{
	double found = spending_p(s, p, n);

	if (found < 0.499) {
		assert_true(rejects(s, found * (1 + 1e-9), p, n));
		assert_false(rejects(s, found * (1 - 1e-9), p, n));
	}
	{
		double alpha = 1e-9;

		while (alpha < 0.49) {
			if (fabs(alpha / found - 1) > 1e-9)
				assert_int_equal(rejects(s, alpha, p, n), found <= alpha);
			alpha *= 3;
		}
	}
}

static void test_p_agrees_with_the_levels(void **state)
{
	struct random random = random_make(4, 1);
	size_t small = 0;

	for (size_t i = 0; i < N_SERIES; i++) {
		struct spending s = usual(i % 2 ? SPENDING_LAN_DEMETS : SPENDING_EXACT);
		double p[LOOKS_TEST];
		size_t n = 1 + random_below(&random, LOOKS_TEST);

		make_p(&random, p, n);
		expect_consistent(&s, p, n);
		small += spending_p(&s, p, n) < 0.05;
	}
	assert_in_range(small, N_SERIES / 10, N_SERIES);
}

static void test_first_look_alone_has_a_closed_form(void **state)
{
	struct spending s = usual(SPENDING_LAN_DEMETS);
	const double p[] = {1e-4};

	assert_near(spending_p(&s, p, 1), 16e-4, 1e-14);
	s.rule = SPENDING_EXACT;
	assert_near(spending_p(&s, p, 1), 16e-4, 1e-14);
}

static void test_no_look_or_no_evidence_is_one(void **state)
{
	const double p[] = {1, 0.9, 0.8, 0.7, 0.6};

	for (int rule = 0; rule < SPENDING_RULE_MAX; rule++) {
		struct spending s = usual((enum spending_rule)rule);

		assert_near(spending_p(&s, p, 0), 1, 0);
		assert_near(spending_p(&s, p, 5), 1, 0);
	}
}

static void test_very_small_p_values_stay_in_order(void **state)
{
	struct spending s = usual(SPENDING_LAN_DEMETS);
	double before = 1;

	{
		double least = 1e-2;

		while (least > 1e-200) {
			const double p[] = {0.5, 0.1, least, least};
			double found = spending_p(&s, p, 4);

			/* Between what the third look may spend alone and all that is spent by the
			 * fourth. */
			assert_true(
				found > least && found <= least / (0.25 - 1.0 / 9) * (1 + 1e-9));
			assert_true(found < before);
			before = found;
			least *= 1e-7;
		}
	}
}

static void test_single_look_spends_all(void **state)
{
	const unsigned looks[] = {20};
	struct spending s = make(SPENDING_LAN_DEMETS, 2, looks, 1);
	const double p[] = {0.03};
	double level;

	assert_int_equal(spending_levels(&s, 0.025, &level), 0);
	assert_near(level, 0.025, 1e-14);
	assert_near(spending_p(&s, p, 1), 0.03, 1e-12);
}

static void test_most_looks_still_spend_alpha(void **state)
{
	struct spending s = {.rho = 2, .n_looks = SPENDING_LOOKS_MAX};
	double levels[SPENDING_LOOKS_MAX];

	for (size_t i = 0; i < s.n_looks; i++)
		s.fractions[i] = (double)(i + 1) / SPENDING_LOOKS_MAX;
	assert_int_equal(spending_levels(&s, 0.01, levels), 0);
	for (size_t i = 1; i < s.n_looks; i++)
		assert_true(levels[i] > levels[i - 1] * 0.9 && levels[i] < 0.01);
}

static void test_bad_arguments_are_refused(void **state)
{
	struct spending good = usual(SPENDING_LAN_DEMETS);
	struct spending bad[] = {good, good, good, good, good, good};
	const double p[] = {0.5};
	const double worse[] = {1.5};
	double levels[LOOKS_TEST];

	bad[0].rho = 0;
	bad[1].rho = NAN;
	bad[2].n_looks = 0;
	bad[3].fractions[2] = bad[3].fractions[1];
	bad[4].n_looks = 4; /* does not reach 1 */
	bad[5].fractions[0] = -0.1;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(spending_levels(&bad[i], 0.01, levels), -EINVAL);
		assert_true(isnan(spending_p(&bad[i], p, 1)));
	}
	assert_int_equal(spending_levels(&good, 0, levels), -EINVAL);
	assert_int_equal(spending_levels(&good, 0.5, levels), -EINVAL);
	assert_int_equal(spending_levels(&good, NAN, levels), -EINVAL);
	assert_true(isnan(spending_p(&good, worse, 1)));
	assert_true(isnan(spending_p(&good, p, 6)));
}

static void test_words(void **state)
{
	for (int rule = 0; rule < SPENDING_RULE_MAX; rule++)
		assert_int_equal(
			spending_rule_find(spending_rule_name((enum spending_rule)rule)), rule);
	assert_string_equal(spending_rule_name(SPENDING_LAN_DEMETS), "lan-demets");
	assert_int_equal(spending_rule_find("pocock"), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_levels),
		cmocka_unit_test(test_exact_levels_are_what_each_look_adds),
		cmocka_unit_test(test_walks_spend_what_they_may_by_each_look),
		cmocka_unit_test(test_walks_of_careless_rules_are_caught),
		cmocka_unit_test(test_p_agrees_with_the_levels),
		cmocka_unit_test(test_first_look_alone_has_a_closed_form),
		cmocka_unit_test(test_no_look_or_no_evidence_is_one),
		cmocka_unit_test(test_very_small_p_values_stay_in_order),
		cmocka_unit_test(test_single_look_spends_all),
		cmocka_unit_test(test_most_looks_still_spend_alpha),
		cmocka_unit_test(test_bad_arguments_are_refused),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
