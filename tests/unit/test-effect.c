/* Detectable effects against the simulated power of the signed-rank test; rates and rounds. */
#include "common/base/macro.h"
#include "common/stats/effect.h"
#include "common/stats/location.h"
#include "common/stats/normal.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/noise.h"

#define N_SERIES    4000
#define N_INTERVALS 300
#define ROUNDS	    40
#define ROUNDS_MAX  160

/* Pairs with a positive mean: the signed-rank statistic of Tukey. */
static size_t walsh_above(const double *d, size_t n)
{
	size_t above = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			above += d[i] + d[j] > 0;
	return above;
}

/* Share of series of standard normal differences about @shift that the test rejects. */
static double power_at(double shift, size_t n, double level)
{
	struct random random = random_make(9, n);
	double count = (double)n;
	double mean = count * (count + 1) / 4;
	double limit = mean - normal_quantile(level) * sqrt(mean * (2 * count + 1) / 6);
	size_t rejected = 0;
	double d[ROUNDS_MAX];

	for (size_t i = 0; i < N_SERIES; i++) {
		noise_fill(&random, NOISE_NORMAL, shift, d, n);
		rejected += (double)walsh_above(d, n) > limit;
	}
	return (double)rejected / N_SERIES;
}

/* Half width of the interval that the planning formula implies for standard deviation 1. */
static double half_width(size_t n, double level)
{
	return -normal_quantile(level) * sqrt(M_PI / (3 * (double)n));
}

static void test_detectable_effect_is_seen_with_its_power(void **state)
{
	static const double levels[] = {0.05, 0.025, 0.005};

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		double shift = effect_detectable(half_width(ROUNDS, levels[i]), levels[i]);

		assert_near(power_at(shift, ROUNDS, levels[i]), EFFECT_POWER, 0.05);
		/* Not by chance: another effect has another power. */
		assert_true(power_at(0.7 * shift, ROUNDS, levels[i]) < EFFECT_POWER - 0.1);
	}
}

/* The same from intervals as a gate has them, sample by sample. */
static void test_intervals_lead_to_the_planning_formula(void **state)
{
	struct random random = random_make(10, 1);
	const double level = 0.025;
	double wanted = effect_detectable(half_width(ROUNDS, level), level);
	double sum = 0;
	double d[ROUNDS];

	for (size_t i = 0; i < N_INTERVALS; i++) {
		struct location at;

		noise_fill(&random, NOISE_NORMAL, 0, d, ROUNDS);
		assert_int_equal(location_paired(d, ROUNDS, level, &at), 0);
		sum += effect_detectable((at.high - at.low) / 2, at.level);
	}
	assert_near(sum / N_INTERVALS, wanted, 0.05 * wanted);
}

static void test_planning_number(void **state)
{
	/* 2.80 sigma sqrt(1.047 / n): .45 to .46 sigma at n = 40 and level .025. */
	assert_near(effect_detectable(half_width(40, 0.025), 0.025), 2.80 * sqrt(1.047 / 40), 1e-3);
}

static void test_rounds_for_half_the_effect_are_four_times_as_many(void **state)
{
	double level = 0.025;
	double now = effect_detectable(half_width(ROUNDS, level), level);

	assert_near(effect_rounds(now, ROUNDS, now / 2), 4 * ROUNDS, 0);
	assert_near(effect_rounds(now, ROUNDS, now), ROUNDS, 0);
	assert_near(effect_rounds(0.03, 10, 0.02), 23, 0); /* 22.5, rounded up */
	assert_near(power_at(now / 2, ROUNDS_MAX, level), EFFECT_POWER, 0.05);
}

static void test_bad_arguments_are_not_numbers(void **state)
{
	assert_true(isnan(effect_detectable(-1, 0.01)));
	assert_true(isnan(effect_detectable(NAN, 0.01)));
	assert_true(isnan(effect_detectable(1, 0)));
	assert_true(isnan(effect_detectable(1, 0.5)));
	assert_true(isinf(effect_detectable(INFINITY, 0.01)));
	assert_true(isnan(effect_rounds(1, 10, 0)));
	assert_true(isnan(effect_rounds(NAN, 10, 1)));
}

static void test_published_rate_bounds(void **state)
{
	double low, high;

	/* None of 59: below 5 % with 95 % confidence; none of n: 1 - alpha^(1/n). */
	effect_rate_bounds(0, 59, 0.05, &low, &high);
	assert_near(low, 0, 0);
	assert_near(high, 1 - pow(0.05, 1.0 / 59), 1e-12);
	assert_true(high < 0.05);
	effect_rate_bounds(59, 59, 0.05, &low, &high);
	assert_near(low, pow(0.05, 1.0 / 59), 1e-12);
	assert_near(high, 1, 0);
}

/* P(X <= k) of a binomial count, by its sum. */
static double binomial_cdf(size_t k, size_t n, double p)
{
	double term = pow(1 - p, (double)n);
	double sum = term;

	for (size_t i = 1; i <= k; i++) {
		term *= p / (1 - p) * (double)(n - i + 1) / (double)i;
		sum += term;
	}
	return sum;
}

static void test_rate_bounds_are_where_the_tails_are_the_level(void **state)
{
	for (size_t n = 5; n <= 200; n += 65)
		for (size_t hits = 1; hits < n; hits += n / 5) {
			double low, high;

			effect_rate_bounds(hits, n, 0.01, &low, &high);
			assert_near(binomial_cdf(hits, n, high), 0.01, 1e-9);
			assert_near(1 - binomial_cdf(hits - 1, n, low), 0.01, 1e-9);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_detectable_effect_is_seen_with_its_power),
		cmocka_unit_test(test_intervals_lead_to_the_planning_formula),
		cmocka_unit_test(test_planning_number),
		cmocka_unit_test(test_rounds_for_half_the_effect_are_four_times_as_many),
		cmocka_unit_test(test_bad_arguments_are_not_numbers),
		cmocka_unit_test(test_published_rate_bounds),
		cmocka_unit_test(test_rate_bounds_are_where_the_tails_are_the_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
