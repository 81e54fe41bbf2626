/* The normal and the beta distribution against those of R's mathematical library. */
#define MATHLIB_STANDALONE
#include <Rmath.h>

#include "common/base/macro.h"
#include "common/stats/effect.h"
#include "common/stats/normal.h"
#include "tests/unit/cmocka-all.h"

#define TOLERANCE 1e-12

static const double shapes[] = {0.5, 1, 1.5, 2, 3, 7.25, 14, 15, 16, 40, 123.5, 1000, 20000};

static void test_normal_probabilities_agree_with_r(void **state)
{
	{
		double z = -37;

		while (z <= 37) {
			double wanted = pnorm5(z, 0, 1, 1, 0);

			assert_near(normal_cdf(z), wanted, TOLERANCE * wanted);
			z += 0.0625;
		}
	}
}

static void test_normal_quantiles_agree_with_r(void **state)
{
	for (int i = 1; i < 2000; i++)
		assert_near(normal_quantile(i / 2000.0), qnorm5(i / 2000.0, 0, 1, 1, 0), TOLERANCE);
	{
		double p = 1e-300;

		while (p < 0.5) {
			assert_near(normal_quantile(p), qnorm5(p, 0, 1, 1, 0), 40 * TOLERANCE);
			p *= 3;
		}
	}
}

static void test_beta_probabilities_agree_with_r(void **state)
{
	for (size_t a = 0; a < ARRAY_SIZE(shapes); a++)
		for (size_t b = 0; b < ARRAY_SIZE(shapes); b++)
			for (int i = 0; i <= 200; i++)
				assert_near(beta_cdf(i / 200.0, shapes[a], shapes[b]),
					pbeta(i / 200.0, shapes[a], shapes[b], 1, 0), TOLERANCE);
}

static void test_beta_quantiles_agree_with_r(void **state)
{
	static const double p[] = {1e-6, 0.005, 0.025, 0.3, 0.5, 0.8, 0.975, 0.999};

	for (size_t a = 0; a < ARRAY_SIZE(shapes); a++)
		for (size_t b = 0; b < ARRAY_SIZE(shapes); b++)
			for (size_t i = 0; i < ARRAY_SIZE(p); i++)
				assert_near(beta_quantile(p[i], shapes[a], shapes[b]),
					qbeta(p[i], shapes[a], shapes[b], 1, 0), TOLERANCE);
}

static void test_rate_bounds_are_quantiles_of_r(void **state)
{
	static const size_t tries[] = {1, 2, 20, 59, 200, 500, 20000};

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		size_t n = tries[i];

		for (size_t hits = 0; hits <= n; hits += n / 20 + 1) {
			double x = (double)hits;
			double rest = (double)(n - hits);
			double low, high;

			effect_rate_bounds(hits, n, 0.025, &low, &high);
			assert_near(low, hits > 0 ? qbeta(0.025, x, rest + 1, 1, 0) : 0, TOLERANCE);
			assert_near(
				high, hits < n ? qbeta(0.025, x + 1, rest, 0, 0) : 1, TOLERANCE);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal_probabilities_agree_with_r),
		cmocka_unit_test(test_normal_quantiles_agree_with_r),
		cmocka_unit_test(test_beta_probabilities_agree_with_r),
		cmocka_unit_test(test_beta_quantiles_agree_with_r),
		cmocka_unit_test(test_rate_bounds_are_quantiles_of_r),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
