/* Hodges-Lehmann estimates and intervals: published examples, brute force, agreement with tests. */
#include <errno.h>
#include <stdbool.h>

#include "common/base/macro.h"
#include "common/base/random.h"
#include "common/stats/location.h"
#include "common/stats/order.h"
#include "common/stats/rank.h"
#include "tests/unit/cmocka-all.h"

#define TOLERANCE 1e-12

static void test_published_paired_example_is_reproduced(void **state)
{
	static const double before[] = {1.83, .50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
	static const double after[] = {.878, .647, .598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
	double d[ARRAY_SIZE(before)];
	struct location location;

	for (size_t i = 0; i < ARRAY_SIZE(d); i++)
		d[i] = before[i] - after[i];
	assert_int_equal(location_paired(d, 9, .025, &location), 0);
	assert_near(location.estimate, .460, 5e-4);
	assert_near(location.low, .010, 5e-4);
	assert_near(location.high, .786, 5e-4);
	assert_near(1 - 2 * location.level, .9609, 5e-5);
}

static void test_published_two_sample_example_is_reproduced(void **state)
{
	static const double x[] = {.80, .83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, .73, 1.46};
	static const double y[] = {1.15, .88, .90, .74, 1.21};
	struct location location;

	/* Theirs is by how much x lies above y. */
	assert_int_equal(location_two_sample(y, 5, x, 10, .025, &location), 0);
	assert_near(location.estimate, .305, 5e-4);
	assert_near(location.low, -.15, 5e-3);
	assert_near(location.high, .76, 5e-3);
}

static void test_published_sign_interval_is_reproduced(void **state)
{
	static const double d[] = {4, -10, 2, 6, 3, 5};
	struct location location;

	assert_int_equal(location_sign(d, 6, .025, &location), 0);
	assert_near(location.estimate, 3.5, 0);
	assert_near(location.low, -10, 0);
	assert_near(location.high, 6, 0);
	assert_near(1 - 2 * location.level, .96875, TOLERANCE);
}

/* Estimate and bounds from a sorted list of all averages or differences. */
static void assert_as_list(const struct location *location, double *all, size_t n, size_t k)
{
	order_sort(all, n);
	assert_near(location->estimate, order_median(all, n), TOLERANCE);
	if (k == 0) {
		assert_true(isinf(location->low) && location->low < 0);
		assert_true(isinf(location->high) && location->high > 0);
		assert_near(location->level, 0, 0);
		return;
	}
	assert_near(location->low, all[k - 1], 0);
	assert_near(location->high, all[n - k], 0);
}

static double draw(struct random *random, bool is_coarse)
{
	double x = random_unit(random) - .3;

	return is_coarse ? round(4 * x) : x;
}

static void test_paired_bounds_are_walsh_averages(void **state)
{
	static const double levels[] = {.2, .05, .01, .001};
	struct random random = random_make(1, 0);

	for (size_t n = 1; n <= 40; n++) {
		double d[40], walsh[820];
		size_t n_walsh = 0;

		for (size_t i = 0; i < n; i++)
			d[i] = draw(&random, n % 2);
		for (size_t i = 0; i < n; i++)
			for (size_t k = i; k < n; k++)
				walsh[n_walsh++] = d[i] / 2 + d[k] / 2;
		for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
			struct location location;

			assert_int_equal(location_paired(d, n, levels[i], &location), 0);
			assert_as_list(
				&location, walsh, n_walsh, rank_signed_critical(levels[i], n));
		}
	}
}

static void test_two_sample_bounds_are_differences(void **state)
{
	struct random random = random_make(2, 0);

	for (size_t trial = 0; trial < 60; trial++) {
		size_t n_x = 1 + random_below(&random, 20);
		size_t n_y = 1 + random_below(&random, 20);
		double x[20], y[20], all[400];
		struct location location;
		size_t n = 0;

		for (size_t i = 0; i < n_x; i++)
			x[i] = draw(&random, trial % 2);
		for (size_t i = 0; i < n_y; i++)
			y[i] = draw(&random, trial % 2);
		for (size_t i = 0; i < n_x; i++)
			for (size_t k = 0; k < n_y; k++)
				all[n++] = y[k] - x[i];
		assert_int_equal(location_two_sample(x, n_x, y, n_y, .05, &location), 0);
		assert_as_list(&location, all, n, rank_sum_critical(.05, n_x, n_y));
	}
}

/* The bound is where the test's answer changes: a shift below it is rejected, one above is not. */
static void test_interval_is_what_the_signed_rank_test_does_not_reject(void **state)
{
	struct random random = random_make(3, 0);

	for (size_t n = 6; n <= 48; n += 6) {
		struct location location;
		double d[48], p;

		for (size_t i = 0; i < n; i++)
			d[i] = draw(&random, false);
		assert_int_equal(location_paired(d, n, .025, &location), 0);
		assert_int_equal(rank_signed_p(d, n, location.low - 1e-9, RANK_GREATER, &p), 0);
		assert_near(p, location.level, TOLERANCE);
		assert_int_equal(rank_signed_p(d, n, location.low + 1e-9, RANK_GREATER, &p), 0);
		assert_true(p > .025);
		assert_int_equal(rank_signed_p(d, n, location.high + 1e-9, RANK_LESS, &p), 0);
		assert_near(p, location.level, TOLERANCE);
		assert_int_equal(rank_signed_p(d, n, location.high - 1e-9, RANK_LESS, &p), 0);
		assert_true(p > .025);
	}
}

static void test_equal_values_have_an_interval_without_width(void **state)
{
	static const double same[] = {-2, -2, -2, -2, -2, -2, -2}, zero[7];
	struct location location;

	assert_int_equal(location_paired(same, 7, .05, &location), 0);
	assert_true(location.low >= -2 && location.estimate >= -2);
	assert_near(location.high, -2, 0);
	assert_near(location.low, -2, 0);
	assert_int_equal(location_two_sample(same, 7, same, 7, .05, &location), 0);
	assert_near(location.low, 0, 0);
	assert_near(location.high, 0, 0);
	assert_int_equal(location_paired(zero, 7, .05, &location), 0);
	assert_near(location.estimate, 0, 0);
	assert_false(signbit(location.low) || signbit(location.estimate));
}

static void test_extreme_values_do_not_overflow(void **state)
{
	static const double huge[] = {1.7e308, 1.6e308, 1.5e308, -1.7e308, 1e-308, 0, 1.7e308};
	struct location location;

	assert_int_equal(location_paired(huge, 7, .1, &location), 0);
	assert_true(isfinite(location.estimate));
	assert_true(isfinite(location.low) && isfinite(location.high));
}

static void test_bad_values_are_refused(void **state)
{
	static const double bad[] = {1, NAN, 2}, worse[] = {1, 2, HUGE_VAL}, good[] = {1, 2, 3};
	struct location location = {.estimate = 42};

	assert_int_equal(location_paired(bad, 3, .1, &location), -EINVAL);
	assert_int_equal(location_paired(worse, 3, .1, &location), -EINVAL);
	assert_int_equal(location_paired(good, 0, .1, &location), -EINVAL);
	assert_int_equal(location_sign(bad, 3, .1, &location), -EINVAL);
	assert_int_equal(location_sign(good, 0, .1, &location), -EINVAL);
	assert_int_equal(location_two_sample(good, 3, worse, 3, .1, &location), -EINVAL);
	assert_int_equal(location_two_sample(bad, 3, good, 3, .1, &location), -EINVAL);
	assert_int_equal(location_two_sample(good, 3, good, 0, .1, &location), -EINVAL);
	assert_near(location.estimate, 42, 0);
}

static void test_large_samples_have_an_interval_around_their_centre(void **state)
{
	struct random random = random_make(4, 0);
	struct location location;
	double d[2 * RANK_EXACT_MAX];
	double width = 2 * 1.96 / sqrt(12) / sqrt(2 * RANK_EXACT_MAX);

	for (size_t i = 0; i < ARRAY_SIZE(d); i++)
		d[i] = random_unit(&random);
	assert_int_equal(location_paired(d, ARRAY_SIZE(d), .025, &location), 0);
	assert_true(location.low < .5 && .5 < location.high);
	assert_near((location.high - location.low) / width, 1, .1);
	assert_near(location.level, .025, 1e-4);
	assert_int_equal(location_two_sample(d, RANK_EXACT_MAX, d + RANK_EXACT_MAX, RANK_EXACT_MAX,
				 .025, &location),
		0);
	assert_true(location.low < 0 && 0 < location.high);
	assert_near((location.high - location.low) / width, 2, .2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_paired_example_is_reproduced),
		cmocka_unit_test(test_published_two_sample_example_is_reproduced),
		cmocka_unit_test(test_published_sign_interval_is_reproduced),
		cmocka_unit_test(test_paired_bounds_are_walsh_averages),
		cmocka_unit_test(test_two_sample_bounds_are_differences),
		cmocka_unit_test(test_interval_is_what_the_signed_rank_test_does_not_reject),
		cmocka_unit_test(test_equal_values_have_an_interval_without_width),
		cmocka_unit_test(test_extreme_values_do_not_overflow),
		cmocka_unit_test(test_bad_values_are_refused),
		cmocka_unit_test(test_large_samples_have_an_interval_around_their_centre),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
