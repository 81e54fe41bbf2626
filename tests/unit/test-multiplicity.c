/* Adjusted p values: a worked example, the definitions by brute force, and simulated suites. */
#include <stdbool.h>

#include "common/base/macro.h"
#include "common/base/random.h"
#include "common/stats/multiplicity.h"
#include "tests/unit/cmocka-all.h"

#define SIZE_MAX_TEST 9
#define N_FAMILIES    400
#define N_SUITES      20000

/* Benjamini and Hochberg (1995), section 3.2: the fifteen p values of the example. */
static const double published[] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
	0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000};

static size_t count_to(const double *adjusted, size_t n, double alpha)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += adjusted[i] <= alpha;
	return count;
}

static void test_example_of_benjamini_and_hochberg(void **state)
{
	double adjusted[ARRAY_SIZE(published)];

	/* There: four are rejected by the false discovery rate, three by the step-down rule. */
	assert_int_equal(
		multiplicity_benjamini_hochberg(published, ARRAY_SIZE(published), adjusted), 0);
	assert_int_equal(count_to(adjusted, ARRAY_SIZE(published), 0.05), 4);
	assert_near(adjusted[3], 0.0095 * 15 / 4, 1e-15);
	assert_int_equal(multiplicity_holm(published, ARRAY_SIZE(published), adjusted), 0);
	assert_int_equal(count_to(adjusted, ARRAY_SIZE(published), 0.05), 3);
	assert_near(adjusted[2], 0.0019 * 13, 1e-15);
}

static size_t rank_of(const double *x, size_t n, size_t i)
{
	size_t below = 0;

	for (size_t j = 0; j < n; j++)
		below += x[j] < x[i] || (!(x[j] > x[i]) && j < i);
	return below;
}

/* Step down: all with a rank up to this one must pass their own bound. */
static bool holm_rejects(const double *p, size_t n, size_t i, double alpha)
{
	size_t rank = rank_of(p, n, i);

	for (size_t j = 0; j < n; j++) {
		size_t other = rank_of(p, n, j);

		if (other <= rank && p[j] > alpha / (double)(n - other))
			return false;
	}
	return true;
}

/* Step up: one with this rank or a higher one passes its bound. */
static bool hochberg_rejects(const double *p, size_t n, size_t i, double alpha)
{
	size_t rank = rank_of(p, n, i);

	for (size_t j = 0; j < n; j++) {
		size_t other = rank_of(p, n, j);

		if (other >= rank && p[j] <= alpha * (double)(other + 1) / (double)n)
			return true;
	}
	return false;
}

static bool e_rejects(const double *e, size_t n, size_t i, double alpha)
{
	size_t from_top = n - rank_of(e, n, i);

	for (size_t j = 0; j < n; j++) {
		size_t k = n - rank_of(e, n, j);

		if (k >= from_top && (double)k * e[j] / (double)n >= 1 / alpha)
			return true;
	}
	return false;
}

typedef int adjust_fn(const double *values, size_t n, double *ret);
typedef bool rejects_fn(const double *values, size_t n, size_t i, double alpha);

static const struct {
	adjust_fn *adjust;
	rejects_fn *rejects;
	bool of_e;
} rules[] = {
	{multiplicity_holm, holm_rejects, false},
	{multiplicity_benjamini_hochberg, hochberg_rejects, false},
	{multiplicity_e_benjamini_hochberg, e_rejects, true},
};

/* Coarse values, so that there are ties. */
static void make_family(struct random *random, double *values, size_t n, bool of_e)
{
	for (size_t i = 0; i < n; i++) {
		double p = (double)(1 + random_below(random, 40)) / 41;

		values[i] = p * p * p;
		if (of_e)
			values[i] = random_below(random, 4) ? 1 / values[i] : 0;
	}
}

/* Levels that no adjusted p value hits. */
static double grid(int k)
{
	return 0.00317 * pow(1.7, k);
}

static void test_rules_are_their_definitions(void **state)
{
	struct random random = random_make(5, 1);

	for (size_t family = 0; family < N_FAMILIES; family++) {
		size_t rule = family % ARRAY_SIZE(rules);
		size_t n = 1 + random_below(&random, SIZE_MAX_TEST);
		double values[SIZE_MAX_TEST], adjusted[SIZE_MAX_TEST];

		make_family(&random, values, n, rules[rule].of_e);
		assert_int_equal(rules[rule].adjust(values, n, adjusted), 0);
		for (size_t i = 0; i < n; i++)
			for (int k = 0; k < 11; k++)
				assert_int_equal(adjusted[i] <= grid(k),
					rules[rule].rejects(values, n, i, grid(k)));
	}
}

static void test_output_may_be_the_input(void **state)
{
	for (size_t rule = 0; rule < ARRAY_SIZE(rules); rule++) {
		double values[] = {0.04, 0.01, 0.03, 0.5};
		double adjusted[4];

		assert_int_equal(rules[rule].adjust(values, 4, adjusted), 0);
		assert_int_equal(rules[rule].adjust(values, 4, values), 0);
		assert_memory_equal(values, adjusted, sizeof(values));
	}
}

static void test_one_hypothesis_is_not_adjusted_and_none_is_nothing(void **state)
{
	double p = 0.03;
	double e = 50;
	double adjusted = -1;

	for (size_t rule = 0; rule < ARRAY_SIZE(rules); rule++) {
		assert_int_equal(rules[rule].adjust(&p, 0, &adjusted), 0);
		assert_near(adjusted, -1, 0);
	}
	assert_int_equal(multiplicity_holm(&p, 1, &adjusted), 0);
	assert_near(adjusted, p, 0);
	assert_int_equal(multiplicity_benjamini_hochberg(&p, 1, &adjusted), 0);
	assert_near(adjusted, p, 0);
	assert_int_equal(multiplicity_e_benjamini_hochberg(&e, 1, &adjusted), 0);
	assert_near(adjusted, 0.02, 1e-17);
}

static void test_extreme_e_values(void **state)
{
	const double e[] = {INFINITY, 0, 0.5};
	double adjusted[3];

	assert_int_equal(multiplicity_e_benjamini_hochberg(e, 3, adjusted), 0);
	assert_near(adjusted[0], 0, 0);
	assert_near(adjusted[1], 1, 0);
	assert_near(adjusted[2], 1, 0);
}

/* Share of suites in which nothing is true and yet something is rejected. */
static double share_of_red(adjust_fn *adjust, double alpha)
{
	struct random random = random_make(6, 1);
	size_t red = 0;

	for (size_t suite = 0; suite < N_SUITES; suite++) {
		double p[20];

		for (size_t i = 0; i < ARRAY_SIZE(p); i++)
			p[i] = random_unit(&random);
		if (adjust)
			assert_int_equal(adjust(p, ARRAY_SIZE(p), p), 0);
		red += count_to(p, ARRAY_SIZE(p), alpha) > 0;
	}
	return (double)red / N_SUITES;
}

static void test_unchanged_suites_are_red_no_more_than_alpha(void **state)
{
	double limit = 0.05 + 4 * sqrt(0.05 * 0.95 / N_SUITES);

	assert_true(share_of_red(multiplicity_holm, 0.05) <= limit);
	assert_true(share_of_red(multiplicity_benjamini_hochberg, 0.05) <= limit);
	/* The same without adjusting: the simulation can fail. */
	assert_true(share_of_red(NULL, 0.05) > 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example_of_benjamini_and_hochberg),
		cmocka_unit_test(test_rules_are_their_definitions),
		cmocka_unit_test(test_output_may_be_the_input),
		cmocka_unit_test(test_one_hypothesis_is_not_adjusted_and_none_is_nothing),
		cmocka_unit_test(test_extreme_e_values),
		cmocka_unit_test(test_unchanged_suites_are_red_no_more_than_alpha),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
