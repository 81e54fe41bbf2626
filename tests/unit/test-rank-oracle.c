/* Our rank distributions, and the intervals made of them, against R's mathematical library. */
#define MATHLIB_STANDALONE
#include <Rmath.h>

#include "common/base/macro.h"
#include "common/base/random.h"
#include "common/stats/location.h"
#include "common/stats/rank.h"
#include "tests/unit/cmocka-all.h"

#define TOLERANCE 1e-12

/* None of them is a probability that a rank statistic has. */
static const double levels[] = {.3, .1, .05, .025, .01, .005, .001, .0003, 1e-5};

static void test_signed_rank_distribution_agrees_with_r(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 5, 6, 12, 16, 24, 36, 48, 53, 54, 80, 150, 500};

	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++) {
		size_t n = sizes[s];
		size_t step = n * (n + 1) / 2 / (n < 100 ? 300 : 20) + 1;

		for (size_t v = 0; v <= n * (n + 1) / 2; v += step)
			assert_near(rank_signed_cdf(v, n), psignrank((double)v, (double)n, 1, 0),
				TOLERANCE);
	}
}

static void test_signed_rank_critical_values_agree_with_r(void **state)
{
	static const size_t sizes[] = {1, 2, 5, 6, 10, 12, 16, 24, 36, 48, 100};

	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++)
		for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
			assert_int_equal(rank_signed_critical(levels[i], sizes[s]),
				(size_t)qsignrank(levels[i], (double)sizes[s], 1, 0));
}

static void test_rank_sum_distribution_agrees_with_r(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 7, 12, 20, 31, 48};

	for (size_t a = 0; a < ARRAY_SIZE(sizes); a++)
		for (size_t b = 0; b < ARRAY_SIZE(sizes); b++) {
			size_t n_x = sizes[a], n_y = sizes[b];

			for (size_t u = 0; u <= n_x * n_y; u += n_x * n_y / 40 + 1)
				assert_near(rank_sum_cdf(u, n_x, n_y),
					pwilcox((double)u, (double)n_x, (double)n_y, 1, 0),
					TOLERANCE);
		}
}

static void test_rank_sum_critical_values_agree_with_r(void **state)
{
	static const size_t sizes[] = {1, 2, 5, 12, 30};

	for (size_t a = 0; a < ARRAY_SIZE(sizes); a++)
		for (size_t b = 0; b < ARRAY_SIZE(sizes); b++)
			for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
				assert_int_equal(rank_sum_critical(levels[i], sizes[a], sizes[b]),
					(size_t)qwilcox(levels[i], (double)sizes[a],
						(double)sizes[b], 1, 0));
}

static void test_p_values_without_ties_are_those_of_the_distribution(void **state)
{
	struct random random = random_make(1, 1);

	for (size_t n = 1; n <= 60; n += 7) {
		double d[60];
		double v = 0, p;

		for (size_t i = 0; i < n; i++)
			d[i] = random_unit(&random) - .4;
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k <= i; k++)
				v += d[i] + d[k] > 0;
		assert_int_equal(rank_signed_p(d, n, 0, RANK_LESS, &p), 0);
		assert_near(p, psignrank(v, (double)n, 1, 0), TOLERANCE);
		assert_int_equal(rank_signed_p(d, n, 0, RANK_GREATER, &p), 0);
		assert_near(p, psignrank(v - 1, (double)n, 0, 0), TOLERANCE);
	}
}

/* R's quantile is the first with at least the level, ours the last below: the same rank from 1. */
static void test_sign_interval_has_the_ranks_of_r(void **state)
{
	double d[100];

	for (size_t i = 0; i < ARRAY_SIZE(d); i++)
		d[i] = (double)i + 1;
	for (size_t n = 1; n <= ARRAY_SIZE(d); n += 3)
		for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
			double rank = qbinom(levels[i], (double)n, .5, 1, 0);
			struct location location;

			assert_int_equal(location_sign(d, n, levels[i], &location), 0);
			if (rank < 1) {
				assert_true(isinf(location.low) && isinf(location.high));
				assert_near(location.level, 0, 0);
				continue;
			}
			assert_near(location.low, rank, 0);
			assert_near(location.high, (double)n + 1 - rank, 0);
			assert_near(
				location.level, pbinom(rank - 1, (double)n, .5, 1, 0), TOLERANCE);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signed_rank_distribution_agrees_with_r),
		cmocka_unit_test(test_signed_rank_critical_values_agree_with_r),
		cmocka_unit_test(test_rank_sum_distribution_agrees_with_r),
		cmocka_unit_test(test_rank_sum_critical_values_agree_with_r),
		cmocka_unit_test(test_p_values_without_ties_are_those_of_the_distribution),
		cmocka_unit_test(test_sign_interval_has_the_ranks_of_r),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
