/* Promises of the normal and the beta distribution that need no other library. */
#include "common/base/macro.h"
#include "common/stats/interval.h"
#include "common/stats/normal.h"
#include "tests/unit/cmocka-all.h"

static void test_printed_quantiles(void **state)
{
	assert_near(normal_quantile(0.975), 1.959963984540054, 1e-14);
	assert_near(normal_quantile(0.99), 2.3263478740408408, 1e-14);
	assert_near(normal_quantile(0.005), -2.5758293035489004, 1e-14);
	assert_near(normal_quantile(0.5), 0, 0);
}

static void test_quantile_undoes_cdf(void **state)
{
	{
		double z = -36;

		while (z <= 7) {
			assert_near(normal_quantile(normal_cdf(z)), z, z > 5 ? 1e-4 : 1e-9);
			z += 0.125;
		}
	}
}

static void test_tails_mirror(void **state)
{
	{
		double z = 0;

		while (z <= 8) {
			assert_near(normal_cdf(z) + normal_cdf(-z), 1, 1e-15);
			z += 0.125;
		}
	}
	{
		double p = 0.001;

		while (p < 0.5) {
			assert_near(normal_quantile(p) + normal_quantile(1 - p), 0, 1e-12);
			p += 0.001;
		}
	}
}

static void test_beta_is_a_binomial_tail(void **state)
{
	for (size_t n = 1; n <= 300; n += 13)
		for (size_t k = 0; k < n; k++)
			assert_near(beta_cdf(0.5, (double)(n - k), (double)(k + 1)),
				interval_binomial_cdf(k, n), 1e-13);
}

static void test_beta_in_closed_form(void **state)
{
	{
		double x = 0;

		while (x <= 1) {
			assert_near(beta_cdf(x, 1, 1), x, 1e-15);
			assert_near(beta_cdf(x, 3, 1), x * x * x, 1e-15);
			assert_near(beta_cdf(x, 1, 4), 1 - pow(1 - x, 4), 1e-14);
			x += 1.0 / 64;
		}
	}
	assert_near(beta_quantile(0.25, 2, 1), 0.5, 1e-15);
	assert_near(beta_quantile(0, 2, 1), 0, 0);
	assert_near(beta_quantile(1, 2, 1), 1, 0);
}

static void test_bad_arguments_are_not_numbers(void **state)
{
	static const double outside[] = {0, 1, -1, 2, NAN, INFINITY};

	for (size_t i = 0; i < ARRAY_SIZE(outside); i++)
		assert_true(isnan(normal_quantile(outside[i])));
	for (size_t i = 2; i < ARRAY_SIZE(outside); i++) {
		assert_true(isnan(beta_cdf(outside[i], 1, 1)));
		assert_true(isnan(beta_quantile(outside[i], 1, 1)));
	}
	assert_true(isnan(beta_cdf(0.5, 0, 1)));
	assert_true(isnan(beta_cdf(0.5, 1, -1)));
	assert_true(isnan(beta_quantile(0.5, NAN, 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printed_quantiles),
		cmocka_unit_test(test_quantile_undoes_cdf),
		cmocka_unit_test(test_tails_mirror),
		cmocka_unit_test(test_beta_is_a_binomial_tail),
		cmocka_unit_test(test_beta_in_closed_form),
		cmocka_unit_test(test_bad_arguments_are_not_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
