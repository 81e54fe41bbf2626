/* Rank tests: published examples, every sign flip and every choice, ties, zeros, large samples. */
#include <errno.h>
#include <stdbool.h>

#include "common/base/macro.h"
#include "common/base/random.h"
#include "common/stats/rank.h"
#include "tests/unit/cmocka-all.h"

#define TOLERANCE 1e-12
#define SMALL_MAX 12

static double signed_p(const double *d, size_t n, double shift, enum rank_side side)
{
	double p = NAN;

	assert_int_equal(rank_signed_p(d, n, shift, side, &p), 0);
	return p;
}

static double sum_p(const double *x, size_t n_x, const double *y, size_t n_y, enum rank_side side)
{
	double p = NAN;

	assert_int_equal(rank_sum_p(x, n_x, y, n_y, side, &p), 0);
	return p;
}

/* Hollander and Wolfe's depression scale, as R's documentation of wilcox.test has it. */
static void test_published_paired_example_is_reproduced(void **state)
{
	static const double before[] = {1.83, .50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
	static const double after[] = {.878, .647, .598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
	double d[ARRAY_SIZE(before)];

	for (size_t i = 0; i < ARRAY_SIZE(d); i++)
		d[i] = before[i] - after[i];
	assert_near(signed_p(d, 9, 0, RANK_GREATER), .01953125, TOLERANCE);
	assert_near(signed_p(d, 9, 0, RANK_TWO_SIDED), .0390625, TOLERANCE);
	assert_near(1 - rank_signed_cdf(39, 9), .01953125, TOLERANCE);
}

/* Their permeability of membranes, from the same place. */
static void test_published_two_sample_example_is_reproduced(void **state)
{
	static const double x[] = {.80, .83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, .73, 1.46};
	static const double y[] = {1.15, .88, .90, .74, 1.21};

	assert_near(sum_p(x, 10, y, 5, RANK_GREATER), .1272, 5e-5);
	assert_near(1 - rank_sum_cdf(34, 10, 5), .1272, 5e-5);
}

/* What Go's benchmark tools expect of their own tests. */
static void test_published_complete_separations_are_reproduced(void **state)
{
	static const struct {
		size_t n;
		double p, tolerance;
	} cases[] = {{3, .1, TOLERANCE}, {4, .02857142857142857, TOLERANCE}, {9, 4.1135e-5, 5e-10}};
	double x[9], y[9];

	for (size_t i = 0; i < ARRAY_SIZE(x); i++) {
		x[i] = (double)i;
		y[i] = (double)i + 100;
	}
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_near(sum_p(x, cases[i].n, y, cases[i].n, RANK_TWO_SIDED), cases[i].p,
			cases[i].tolerance);
}

static void test_published_example_with_ties_is_reproduced(void **state)
{
	static const double x[] = {1, -1, -1, -1}, y[] = {-1, 1, 1, 1};

	assert_near(sum_p(x, 4, y, 4, RANK_TWO_SIDED), .4857142857142857, TOLERANCE);
}

/* Rank of item k by definition: half the equal ones, itself too, and all smaller ones. */
static double rank_of(const double *x, size_t n, size_t k)
{
	double rank = .5;

	for (size_t i = 0; i < n; i++)
		rank += x[i] < x[k] ? 1 : x[i] <= x[k] ? .5 : 0;
	return rank;
}

/* Share of all sign flips whose sum of positive ranks is at least (or at most) the observed. */
static double flips_p(const double *d, size_t n, bool is_upper)
{
	double size[SMALL_MAX], rank[SMALL_MAX], observed = 0;
	size_t hits = 0;

	for (size_t i = 0; i < n; i++)
		size[i] = fabs(d[i]);
	for (size_t i = 0; i < n; i++) {
		rank[i] = size[i] > 0 ? rank_of(size, n, i) : 0;
		observed += d[i] > 0 ? rank[i] : 0;
	}
	for (size_t flips = 0; flips < (size_t)1 << n; flips++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += flips >> i & 1 ? rank[i] : 0;
		hits += is_upper ? sum >= observed : sum <= observed;
	}
	return (double)hits / (double)((size_t)1 << n);
}

static void test_signed_rank_is_the_share_of_all_sign_flips(void **state)
{
	struct random random = random_make(2, 0);

	for (size_t trial = 0; trial < 200; trial++) {
		size_t n = 1 + random_below(&random, SMALL_MAX);
		size_t n_values = 1 + random_below(&random, 9); /* few: many ties and zeros */
		double d[SMALL_MAX], upper, lower;

		for (size_t i = 0; i < n; i++)
			d[i] = (double)random_below(&random, 2 * n_values + 1) - (double)n_values;
		upper = flips_p(d, n, true);
		lower = flips_p(d, n, false);
		assert_near(signed_p(d, n, 0, RANK_GREATER), upper, TOLERANCE);
		assert_near(signed_p(d, n, 0, RANK_LESS), lower, TOLERANCE);
		assert_near(signed_p(d, n, 0, RANK_TWO_SIDED),
			MIN_OF(1.0, 2 * MIN_OF(upper, lower)), TOLERANCE);
	}
}

static void test_shift_is_taken_off_every_difference(void **state)
{
	static const double d[] = {.1, .3, -.2, .7, .7, .4, -.1};
	double moved[ARRAY_SIZE(d)];

	/* 0.7 - 0.3 and 0.3 - 0.3 in floating point: ties and zeros survive the rounding. */
	for (size_t i = 0; i < ARRAY_SIZE(d); i++)
		moved[i] = round((d[i] - .3) * 10);
	assert_near(signed_p(d, ARRAY_SIZE(d), .3, RANK_GREATER),
		flips_p(moved, ARRAY_SIZE(d), true), TOLERANCE);
}

/* Share of all choices of n_x of the values whose rank sum is at least (or at most) observed. */
static double choices_p(const double *all, size_t n_x, size_t n, bool is_upper)
{
	double rank[SMALL_MAX], observed = 0;
	size_t hits = 0, n_choices = 0;

	for (size_t i = 0; i < n; i++) {
		rank[i] = rank_of(all, n, i);
		observed += i < n_x ? rank[i] : 0;
	}
	for (size_t choice = 0; choice < (size_t)1 << n; choice++) {
		double sum = 0;

		if (__builtin_popcountll(choice) != (int)n_x)
			continue;
		for (size_t i = 0; i < n; i++)
			sum += choice >> i & 1 ? rank[i] : 0;
		hits += is_upper ? sum >= observed : sum <= observed;
		n_choices++;
	}
	return (double)hits / (double)n_choices;
}

static void test_rank_sum_is_the_share_of_all_choices(void **state)
{
	struct random random = random_make(3, 0);

	for (size_t trial = 0; trial < 200; trial++) {
		size_t n = 2 + random_below(&random, SMALL_MAX - 1);
		size_t n_x = 1 + random_below(&random, n - 1);
		size_t n_values = trial % 2 ? 1 + random_below(&random, 6) : 1000000;
		double all[SMALL_MAX];

		for (size_t i = 0; i < n; i++)
			all[i] = (double)random_below(&random, n_values);
		assert_near(sum_p(all, n_x, all + n_x, n - n_x, RANK_GREATER),
			choices_p(all, n_x, n, true), TOLERANCE);
		assert_near(sum_p(all, n_x, all + n_x, n - n_x, RANK_LESS),
			choices_p(all, n_x, n, false), TOLERANCE);
	}
}

static void test_values_that_are_all_equal_say_nothing(void **state)
{
	static const double zero[20], same[] = {3, 3, 3, 3, 3, 3};

	assert_near(signed_p(zero, 20, 0, RANK_TWO_SIDED), 1, 0);
	assert_near(signed_p(same, 6, 3, RANK_GREATER), 1, 0);
	assert_near(signed_p(same, 6, 3, RANK_LESS), 1, 0);
	assert_near(sum_p(same, 6, same, 3, RANK_TWO_SIDED), 1, 0);
	assert_near(sum_p(same, 6, same, 3, RANK_GREATER), 1, 0);
	/* Equal differences, but not the hypothesis: as the sign test. */
	assert_near(signed_p(same, 6, 0, RANK_GREATER), 1.0 / 64, TOLERANCE);
}

static void test_smallest_samples(void **state)
{
	static const double one[] = {2}, other[] = {1};

	assert_near(signed_p(one, 0, 0, RANK_TWO_SIDED), 1, 0);
	assert_near(signed_p(one, 1, 0, RANK_GREATER), .5, 0);
	assert_near(signed_p(one, 1, 0, RANK_LESS), 1, 0);
	assert_near(sum_p(one, 1, other, 1, RANK_GREATER), .5, 0);
	assert_near(sum_p(one, 1, other, 1, RANK_TWO_SIDED), 1, 0);
	assert_int_equal(rank_signed_critical(.25, 1), 0);
	assert_int_equal(rank_signed_critical(.25, 2), 1);
	assert_int_equal(rank_sum_critical(.4, 1, 1), 0);
	/* A level that is met exactly is kept, not missed. */
	assert_int_equal(rank_signed_critical(1.0 / 64, 6), 1);
	assert_int_equal(rank_signed_critical(1.0 / 64, 5), 0);
}

static void test_values_that_are_not_finite_are_refused(void **state)
{
	static const double bad[][3] = {{1, NAN, 2}, {HUGE_VAL, 1, 2}, {1, 2, -HUGE_VAL}};
	static const double good[] = {1, 2, 3};
	double p = -1;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(rank_signed_p(bad[i], 3, 0, RANK_GREATER, &p), -EINVAL);
		assert_int_equal(rank_sum_p(bad[i], 3, good, 3, RANK_GREATER, &p), -EINVAL);
		assert_int_equal(rank_sum_p(good, 3, bad[i], 3, RANK_GREATER, &p), -EINVAL);
	}
	assert_int_equal(rank_signed_p(good, 3, NAN, RANK_GREATER, &p), -EINVAL);
	assert_int_equal(rank_sum_p(good, 0, good, 3, RANK_GREATER, &p), -EINVAL);
	assert_int_equal(rank_sum_p(good, 3, good, 0, RANK_GREATER, &p), -EINVAL);
	assert_near(p, -1, 0);
}

/* The largest step of the exact distribution there is about 3e-5. */
static void test_large_samples_go_over_into_the_normal_approximation(void **state)
{
	double d[RANK_EXACT_MAX + 1];
	struct random random = random_make(4, 0);
	size_t half = RANK_EXACT_MAX / 2;
	static const double levels[] = {.01, .025, .05, .1, .25};

	for (size_t i = 0; i < ARRAY_SIZE(d); i++)
		d[i] = random_unit(&random) - .45;
	/* One more that is as large as the others changes little. */
	assert_near(signed_p(d, RANK_EXACT_MAX, .02, RANK_GREATER),
		signed_p(d, RANK_EXACT_MAX + 1, .02, RANK_GREATER), .01);
	assert_near(sum_p(d, half, d + half, half, RANK_TWO_SIDED),
		sum_p(d, half, d + half, half + 1, RANK_TWO_SIDED), .02);
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		double level = levels[i];

		assert_near((double)rank_signed_critical(level, RANK_EXACT_MAX) /
				(double)rank_signed_critical(level, RANK_EXACT_MAX + 1),
			1, .006);
		assert_near((double)rank_sum_critical(level, half, half) /
				(double)rank_sum_critical(level, half, half + 1),
			1, .006);
	}
}

static void test_approximation_is_close_where_the_exact_one_ends(void **state)
{
	size_t n = RANK_EXACT_MAX;
	double mean = (double)n * ((double)n + 1) / 4;
	double sd = sqrt(mean * (2 * (double)n + 1) / 6);

	for (int z = -3; z <= 3; z++) {
		size_t v = (size_t)(mean + z * sd);

		assert_near(rank_signed_cdf(v, n), erfc((mean - (double)v - .5) / sd / M_SQRT2) / 2,
			5e-4);
	}
}

static void test_ties_above_the_exact_size_use_the_variance_for_ties(void **state)
{
	double x[RANK_TIED_MAX / 2 + 1], y[RANK_TIED_MAX / 2];
	struct random random = random_make(5, 0);
	double exact, approximate;

	/* Most of the values are one value: without its variance the p value would be much larger.
	 */
	for (size_t i = 0; i < ARRAY_SIZE(x); i++)
		x[i] = fmax(0, (double)random_below(&random, 100) - 70);
	for (size_t i = 0; i < ARRAY_SIZE(y); i++)
		y[i] = fmax(0, (double)random_below(&random, 100) - 85);
	exact = sum_p(x, ARRAY_SIZE(x) - 1, y, ARRAY_SIZE(y), RANK_GREATER);
	approximate = sum_p(x, ARRAY_SIZE(x), y, ARRAY_SIZE(y), RANK_GREATER);
	assert_true(exact > 1e-6 && exact < .2);
	assert_near(log(approximate / exact), 0, .4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_paired_example_is_reproduced),
		cmocka_unit_test(test_published_two_sample_example_is_reproduced),
		cmocka_unit_test(test_published_complete_separations_are_reproduced),
		cmocka_unit_test(test_published_example_with_ties_is_reproduced),
		cmocka_unit_test(test_signed_rank_is_the_share_of_all_sign_flips),
		cmocka_unit_test(test_shift_is_taken_off_every_difference),
		cmocka_unit_test(test_rank_sum_is_the_share_of_all_choices),
		cmocka_unit_test(test_values_that_are_all_equal_say_nothing),
		cmocka_unit_test(test_smallest_samples),
		cmocka_unit_test(test_values_that_are_not_finite_are_refused),
		cmocka_unit_test(test_large_samples_go_over_into_the_normal_approximation),
		cmocka_unit_test(test_approximation_is_close_where_the_exact_one_ends),
		cmocka_unit_test(test_ties_above_the_exact_size_use_the_variance_for_ties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
