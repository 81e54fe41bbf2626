/* Trend, modes and proportions: the tests behind the quality flags. */
#include <errno.h>
#include <string.h>

#include "common/base/macro.h"
#include "common/base/random.h"
#include "common/stats/fisher.h"
#include "common/stats/modes.h"
#include "common/stats/order.h"
#include "common/stats/trend.h"
#include "tests/unit/cmocka-all.h"

#define N_TRIALS 3000

/* The definition of the statistic, pair by pair. */
static double slow_mann_kendall(const double *x, size_t n)
{
	double score = 0, ties = 0, variance;

	for (size_t i = 0; i < n; i++) {
		size_t n_equal = 0;

		for (size_t j = 0; j < n; j++) {
			n_equal += !(x[j] < x[i]) && !(x[j] > x[i]);
			if (j > i)
				score += (x[j] > x[i]) - (x[j] < x[i]);
		}
		/* Each of the n_equal members adds its share of the group's term. */
		ties += ((double)n_equal - 1) * (2 * (double)n_equal + 5);
	}
	variance = ((double)n * ((double)n - 1) * (2 * (double)n + 5) - ties) / 18;
	return fabs(score) < 1 || variance <= 0
		? 1
		: erfc((fabs(score) - 1) / sqrt(variance) / M_SQRT2);
}

static void test_trend_is_counted_like_its_definition(void **state)
{
	struct random random = random_make(5, 0);
	double x[80], p;

	for (size_t n = TREND_VALUES_MIN; n <= 80; n++) {
		for (size_t i = 0; i < n; i++)
			x[i] = floor(12 * random_unit(&random)) + (n % 3) * 0.1 * (double)i;
		assert_int_equal(trend_mann_kendall(x, n, &p), 0);
		assert_near(p, slow_mann_kendall(x, n), 1e-12);
	}
}

static void test_trend_of_ten_rising_values(void **state)
{
	/* S = 45, variance 125: z = 44 / sqrt(125) = 3.9355. */
	const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	double p;

	assert_int_equal(trend_mann_kendall(x, 10, &p), 0);
	assert_near(p, 8.303070332644e-05, 1e-12);
}

static void test_trend_needs_ten_values(void **state)
{
	const double x[9] = {0};
	double p = -1;

	assert_int_equal(trend_mann_kendall(x, 9, &p), -ERANGE);
	assert_near(p, -1, 0);
}

static void test_equal_values_have_no_trend(void **state)
{
	const double x[20] = {0};
	double p;

	assert_int_equal(trend_mann_kendall(x, 20, &p), 0);
	assert_near(p, 1, 0);
}

/* Share of series whose p value is below 0.01; slope in units of the noise's width per value. */
static double drift_rate(double slope)
{
	struct random random = random_make(6, 0);
	size_t n_flagged = 0;
	double x[20], p;

	for (size_t trial = 0; trial < N_TRIALS; trial++) {
		for (size_t i = 0; i < 20; i++)
			x[i] = -log(1 - random_unit(&random)) + slope * (double)i;
		assert_int_equal(trend_mann_kendall(x, 20, &p), 0);
		n_flagged += p < 0.01;
	}
	return (double)n_flagged / N_TRIALS;
}

static void test_trend_is_found_and_noise_is_not(void **state)
{
	assert_true(drift_rate(0) <= 0.01 + 3 * sqrt(0.01 * 0.99 / N_TRIALS));
	assert_true(drift_rate(0.2) > 0.9);
}

static void draw_modes(struct random *random, double share_high, double *x, size_t n)
{
	size_t n_high = (size_t)(share_high * (double)n);

	for (size_t i = 0; i < n; i++)
		x[i] = (i < n_high ? 1.15 : 1) + 0.01 * -log(1 - random_unit(random));
	order_sort(x, n);
}

static void test_two_modes_are_found_at_any_balance(void **state)
{
	static const double shares[] = {0.15, 0.2, 0.5, 0.8};
	struct random random = random_make(7, 0);
	double x[20];
	struct modes modes;

	for (size_t i = 0; i < ARRAY_SIZE(shares); i++) {
		draw_modes(&random, shares[i], x, 20);
		assert_int_equal(modes_find(x, 20, 0.001, &modes), 1);
		assert_int_equal(modes.n_low, 20 - (size_t)(shares[i] * 20));
		assert_near(modes.low, 1.007, 0.01);
		assert_near(modes.high, 1.157, 0.02);
	}
}

static void test_a_few_strays_are_not_a_mode(void **state)
{
	struct random random = random_make(8, 0);
	double x[20];
	struct modes modes;

	draw_modes(&random, 0.1, x, 20);
	assert_int_equal(modes_find(x, 20, 0.001, &modes), 0);
	assert_int_equal(modes_find(x, 5, 0.001, &modes), 0);
}

static void test_gaps_below_the_resolution_are_not_modes(void **state)
{
	double x[20];
	struct modes modes;

	for (size_t i = 0; i < 20; i++)
		x[i] = i < 10 ? 1 : 1.0005;
	assert_int_equal(modes_find(x, 20, 0.001, &modes), 0);
	assert_int_equal(modes_find(x, 20, 0, &modes), 1);
}

static void test_one_skewed_mode_is_rarely_taken_for_two(void **state)
{
	struct random random = random_make(9, 0);
	size_t n_flagged = 0;
	double x[20];
	struct modes modes;

	for (size_t trial = 0; trial < N_TRIALS; trial++) {
		for (size_t i = 0; i < 20; i++)
			x[i] = 1 - 0.02 * log(1 - random_unit(&random));
		order_sort(x, 20);
		n_flagged += modes_find(x, 20, 0.001, &modes) > 0;
	}
	assert_true((double)n_flagged / N_TRIALS < 0.06);
}

static void test_fisher_gives_published_p_values(void **state)
{
	/* The lady tasting tea (Agresti 3.5.2) and R's help page of fisher.test (Convictions). */
	assert_near(fisher_exact(3, 1, 1, 3), 0.4857142857142857, 1e-12);
	assert_near(fisher_exact(2, 10, 15, 3), 0.0005367241191434, 1e-12);
	assert_near(fisher_exact(0, 5, 0, 7), 1, 0);
	assert_near(fisher_exact(0, 0, 0, 0), 1, 0);
	assert_near(fisher_exact(10, 0, 0, 10), 2 / 184756.0, 1e-15);
}

static void test_fisher_is_symmetric_and_survives_large_tables(void **state)
{
	assert_near(fisher_exact(4, 16, 9, 11), fisher_exact(9, 11, 4, 16), 1e-12);
	assert_near(fisher_exact(4, 16, 9, 11), fisher_exact(16, 4, 11, 9), 1e-12);
	assert_true(fisher_exact(50000, 0, 0, 50000) < 1e-300);
	assert_near(fisher_exact(25000, 25000, 25000, 25000), 1, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trend_is_counted_like_its_definition),
		cmocka_unit_test(test_trend_of_ten_rising_values),
		cmocka_unit_test(test_trend_needs_ten_values),
		cmocka_unit_test(test_equal_values_have_no_trend),
		cmocka_unit_test(test_trend_is_found_and_noise_is_not),
		cmocka_unit_test(test_two_modes_are_found_at_any_balance),
		cmocka_unit_test(test_a_few_strays_are_not_a_mode),
		cmocka_unit_test(test_gaps_below_the_resolution_are_not_modes),
		cmocka_unit_test(test_one_skewed_mode_is_rarely_taken_for_two),
		cmocka_unit_test(test_fisher_gives_published_p_values),
		cmocka_unit_test(test_fisher_is_symmetric_and_survives_large_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
