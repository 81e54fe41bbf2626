/* Quantiles, median and spread. */
#include "common/base/random.h"
#include "common/stats/order.h"
#include "tests/unit/cmocka-all.h"

static void test_quantiles_are_those_of_hyndman_and_fan_8(void **state)
{
	/* R 4.2: quantile(c(1,2,4,8,16,32), c(.1,.25,.5,.75,.9), type = 8) */
	const double x[] = {1, 2, 4, 8, 16, 32};

	assert_near(order_quantile(x, 6, 0.1), 1, 1e-12);
	assert_near(order_quantile(x, 6, 0.25), 23.0 / 12, 1e-12);
	assert_near(order_quantile(x, 6, 0.5), 6, 1e-12);
	assert_near(order_quantile(x, 6, 0.75), 16 + 16.0 / 12, 1e-12);
	assert_near(order_quantile(x, 6, 0.9), 32, 1e-12);
	assert_near(order_quantile(x, 1, 0.3), 1, 0);
}

static void test_median_is_the_quantile_at_one_half(void **state)
{
	struct random random = random_make(3, 0);
	double x[40];

	for (size_t n = 1; n <= 40; n++) {
		for (size_t i = 0; i < n; i++)
			x[i] = random_unit(&random);
		order_sort(x, n);
		assert_near(order_median(x, n), order_quantile(x, n, 0.5), 1e-15);
	}
}

/* The definition: sort the deviations and take their middle. */
static double slow_mad(const double *x, size_t n)
{
	double deviations[64];

	for (size_t i = 0; i < n; i++)
		deviations[i] = fabs(x[i] - order_median(x, n));
	order_sort(deviations, n);
	return order_median(deviations, n);
}

static void test_mad_is_the_median_of_the_deviations(void **state)
{
	struct random random = random_make(4, 0);
	double x[64];

	for (size_t n = 1; n <= 64; n++) {
		for (size_t i = 0; i < n; i++)
			x[i] = exp(3 * random_unit(&random));
		order_sort(x, n);
		assert_near(order_mad(x, n), slow_mad(x, n), 1e-12);
	}
}

static void test_mad_of_a_known_sample(void **state)
{
	const double x[] = {1, 1, 2, 2, 4, 6, 9};
	const double pair[] = {1, 4};
	const double equal[] = {5, 5, 5, 5};

	assert_near(order_mad(x, 7), 1, 0);
	assert_near(order_mad(pair, 2), 1.5, 0);
	assert_near(order_mad(equal, 4), 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quantiles_are_those_of_hyndman_and_fan_8),
		cmocka_unit_test(test_median_is_the_quantile_at_one_half),
		cmocka_unit_test(test_mad_is_the_median_of_the_deviations),
		cmocka_unit_test(test_mad_of_a_known_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
