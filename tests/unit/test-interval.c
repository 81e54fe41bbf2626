/* The interval of a median: published ranks, extreme sizes, and coverage by simulation. */
#include <errno.h>
#include <stdbool.h>

#include "common/base/macro.h"
#include "common/base/random.h"
#include "common/stats/interval.h"
#include "common/stats/order.h"
#include "tests/unit/cmocka-all.h"

#define N_TRIALS 4000
#define LEVEL	 0.95

static void test_published_interval_is_reproduced(void **state)
{
	/* golang/perf, benchmath: median and interval of this sample. */
	const double x[] = {-10, 2, 3, 4, 5, 6};
	struct interval interval;

	assert_int_equal(interval_median(x, 6, LEVEL, &interval), 0);
	assert_near(order_median(x, 6), 3.5, 0);
	assert_near(interval.low, -10, 0);
	assert_near(interval.high, 6, 0);
	assert_near(interval.level, 0.96875, 0);
}

static void test_ranks_and_levels_of_usual_sizes(void **state)
{
	static const struct {
		size_t n, low, high;
		double level;
	} rows[] = {
		{6, 1, 6, 0.96875},
		{10, 2, 9, 0.978515625},
		{20, 6, 15, 0.958610534667968750},
		{30, 10, 21, 0.9572260547429323},
		{50, 18, 33, 0.967160862435731},
	};
	double x[64];

	for (size_t i = 0; i < 64; i++)
		x[i] = (double)(i + 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct interval interval;

		assert_int_equal(interval_median(x, rows[i].n, LEVEL, &interval), 0);
		assert_near(interval.low, (double)rows[i].low, 0);
		assert_near(interval.high, (double)rows[i].high, 0);
		assert_near(interval.level, rows[i].level, 1e-12);
	}
}

static void test_too_few_values_have_no_interval(void **state)
{
	const double x[] = {1, 2, 3, 4, 5};
	struct interval interval = {.rank = 99};

	for (size_t n = 0; n <= 5; n++)
		assert_int_equal(interval_median(x, n, LEVEL, &interval), -ERANGE);
	assert_int_equal(interval.rank, 99);
	assert_int_equal(interval_median(x, 5, 0.9, &interval), 0);
}

static void test_next_narrower_pair_would_miss_the_level(void **state)
{
	static double x[3000];
	struct interval interval;

	for (size_t n = 6; n < 3000; n += 7) {
		assert_int_equal(interval_median(x, n, LEVEL, &interval), 0);
		assert_true(interval.level >= LEVEL);
		assert_true(interval.rank == n / 2 ||
			1 - 2 * interval_binomial_cdf(interval.rank, n) < LEVEL);
	}
}

static void test_large_samples_neither_overflow_nor_underflow(void **state)
{
	const size_t n = 1000000;
	double *x = calloc(n, sizeof(*x));
	struct interval interval;

	assert_non_null(x);
	assert_int_equal(interval_median(x, n, LEVEL, &interval), 0);
	/* Normal approximation: rank n/2 - 0.98 sqrt(n), good to a few ranks. */
	assert_near((double)interval.rank, 500000 - 0.98 * 1000, 3);
	/* Neighbouring ranks differ by about 0.0002 in level here. */
	assert_near(interval.level, LEVEL, 5e-4);
	assert_near(interval_binomial_cdf(10, n), 0, 0);
	assert_near(interval_binomial_cdf(499999, n) + 0.000797884 / 2, 0.5, 1e-9);
	free(x);
}

/* Draws from one distribution and knows its median. */
struct shape {
	const char *name;
	double (*draw)(struct random *random);
	double median;
};

static double draw_exponential(struct random *random)
{
	return -log(1 - random_unit(random));
}

static double draw_pareto(struct random *random)
{
	return pow(1 - random_unit(random), -1 / 1.5);
}

static double draw_two_modes(struct random *random)
{
	return (random_unit(random) < 0.3 ? 2 : 1) + 0.1 * random_unit(random);
}

/* A coarse clock: few distinct values, many ties. */
static double draw_ticks(struct random *random)
{
	return floor(4 * draw_exponential(random));
}

static const struct shape shapes[] = {
	{"exponential", draw_exponential, M_LN2},
	{"pareto", draw_pareto, 1.5874010519681994},
	{"two modes", draw_two_modes, 1 + 0.1 * 5 / 7},
	{"ticks", draw_ticks, 2},
};

typedef void (*interval_fn)(const double *sorted, size_t n, struct interval *ret);

static void ours(const double *sorted, size_t n, struct interval *ret)
{
	assert_int_equal(interval_median(sorted, n, LEVEL, ret), 0);
}

/* Broken on purpose: one order statistic too narrow. */
static void too_narrow(const double *sorted, size_t n, struct interval *ret)
{
	ours(sorted, n, ret);
	ret->low = sorted[ret->rank];
	ret->high = sorted[n - 1 - ret->rank];
}

/* Broken on purpose: mean and standard error, as if values were normal. */
static void normal_theory(const double *sorted, size_t n, struct interval *ret)
{
	double sum = 0, squares = 0, half;

	for (size_t i = 0; i < n; i++) {
		sum += sorted[i];
		squares += sorted[i] * sorted[i];
	}
	half = 2.1 * sqrt((squares / (double)n - sum * sum / (double)n / (double)n) / (double)n);
	*ret = (struct interval){sum / (double)n - half, sum / (double)n + half, LEVEL, 0};
}

/* Share of samples whose interval has the true median in it. */
static double coverage(const struct shape *shape, size_t n, interval_fn make)
{
	struct random random = random_make(20261122, n);
	size_t n_hits = 0;
	double x[64];

	for (size_t trial = 0; trial < N_TRIALS; trial++) {
		struct interval interval;

		for (size_t i = 0; i < n; i++)
			x[i] = shape->draw(&random);
		order_sort(x, n);
		make(x, n, &interval);
		n_hits += interval.low <= shape->median && shape->median <= interval.high;
	}
	return (double)n_hits / N_TRIALS;
}

/* Least coverage that a correct interval shows but in one of about 700 simulations. */
static const double least_coverage = LEVEL - 3 * 0.003446; /* sqrt(.95 * .05 / 4000) */

static bool covers_everywhere(interval_fn make)
{
	static const size_t sizes[] = {6, 12, 20, 31, 60};
	bool good = true;

	for (size_t s = 0; s < ARRAY_SIZE(shapes); s++)
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
			good &= coverage(&shapes[s], sizes[i], make) >= least_coverage;
	return good;
}

static void test_interval_covers_the_median_of_skewed_and_tied_values(void **state)
{
	assert_true(covers_everywhere(ours));
}

static void test_coverage_of_continuous_values_is_the_level_it_claims(void **state)
{
	static const size_t sizes[] = {6, 20, 31};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		double claimed = 1 -
			2 *
				interval_binomial_cdf((sizes[i] == 6		       ? 1
								      : sizes[i] == 20 ? 6
										       : 10) -
						1,
					sizes[i]);

		assert_near(coverage(&shapes[0], sizes[i], ours), claimed,
			4 * sqrt(claimed * (1 - claimed) / N_TRIALS));
	}
}

static void test_the_simulation_catches_intervals_that_are_wrong(void **state)
{
	assert_false(covers_everywhere(too_narrow));
	assert_false(covers_everywhere(normal_theory));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_interval_is_reproduced),
		cmocka_unit_test(test_ranks_and_levels_of_usual_sizes),
		cmocka_unit_test(test_too_few_values_have_no_interval),
		cmocka_unit_test(test_next_narrower_pair_would_miss_the_level),
		cmocka_unit_test(test_large_samples_neither_overflow_nor_underflow),
		cmocka_unit_test(test_interval_covers_the_median_of_skewed_and_tied_values),
		cmocka_unit_test(test_coverage_of_continuous_values_is_the_level_it_claims),
		cmocka_unit_test(test_the_simulation_catches_intervals_that_are_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
