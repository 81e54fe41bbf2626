/* E-values: exact small cases, fair games by simulation, and rules that are not fair. */
#include <errno.h>
#include <stdbool.h>

#include "common/base/macro.h"
#include "common/stats/eprocess.h"
#include "common/stats/normal.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/noise.h"

#define N_SERIES  20000
#define N_WATCHED 1000 /* after every round */
#define LENGTH	  12
#define LONG	  60

typedef double game_fn(const double *d, size_t n);

static double ours(const double *d, size_t n)
{
	double e = NAN;

	assert_int_equal(eprocess_symmetric(d, n, 0, 1, &e), 0);
	return e;
}

/* Mistakes that somebody could make; each but the last breaks the guarantee. */
static double without_the_divisor(const double *d, size_t n)
{
	double sum = 0;

	for (size_t k = 0; k < n; k++)
		sum += 0.5 * fmax(-2, fmin(d[k], 2));
	return exp(sum);
}

static double best_of_the_lambdas(const double *d, size_t n)
{
	double best = 0;

	{
		double lambda = 0.25;

		while (lambda <= 2) {
			double product = 1;

			for (size_t k = 0; k < n; k++)
				product *= 1 + tanh(lambda * fmax(-2, fmin(d[k], 2)));
			best = fmax(best, product);
			lambda *= 2;
		}
	}
	return best;
}

static double cut_on_one_side(const double *d, size_t n)
{
	double product = 1;

	for (size_t k = 0; k < n; k++)
		product *= 1 + tanh(0.5 * fmax(-0.5, d[k]));
	return product;
}

static double without_cutting(const double *d, size_t n)
{
	double sum = 0;

	{
		double lambda = 0.25;

		while (lambda <= 2) {
			double product = 1;

			for (size_t k = 0; k < n; k++)
				product *= 1 + tanh(lambda * d[k]);
			sum += product;
			lambda *= 2;
		}
	}
	return sum / 4;
}

static double sign(const double *d, size_t n)
{
	size_t above = 0;

	for (size_t k = 0; k < n; k++)
		above += d[k] > 0;
	return eprocess_sign(above, n);
}

/* Mean of the e-value where the hypothesis is true. */
static double mean_of(game_fn *game, enum noise_law law, double *ret_error)
{
	struct random random = random_make(7, law);
	double sum = 0;
	double squares = 0;
	double d[LENGTH];
	double mean;

	for (size_t i = 0; i < N_SERIES; i++) {
		double e;

		noise_fill(&random, law, 0, d, LENGTH);
		e = game(d, LENGTH);
		sum += e;
		squares += e * e;
	}
	mean = sum / N_SERIES;
	*ret_error = sqrt((squares / N_SERIES - mean * mean) / N_SERIES);
	return mean;
}

static void test_mean_is_one_under_the_null(void **state)
{
	for (int law = 0; law < NOISE_MAX; law++) {
		double error;
		double mean = mean_of(ours, (enum noise_law)law, &error);

		assert_near(mean, 1, 4 * error);
		mean = mean_of(sign, (enum noise_law)law, &error);
		/* One-sided: a fair coin is the edge of its hypothesis. */
		assert_true(mean <= 1 + 4 * error);
	}
}

static void test_unfair_games_are_caught(void **state)
{
	static game_fn *const unfair[] = {
		without_the_divisor, best_of_the_lambdas, cut_on_one_side};

	for (size_t i = 0; i < ARRAY_SIZE(unfair); i++) {
		double error;
		double mean = mean_of(unfair[i], NOISE_NORMAL, &error);

		assert_true(mean > 1 + 4 * error);
	}
}

/* Share of series in which some look of all reaches 1 / alpha. */
static double share_stopped(game_fn *game, enum noise_law law, double shift, double alpha)
{
	struct random random = random_make(8, law);
	size_t stopped = 0;
	double d[LONG];

	for (size_t i = 0; i < N_WATCHED; i++) {
		bool is_over = false;

		noise_fill(&random, law, shift, d, LONG);
		for (size_t n = 1; n <= LONG && !is_over; n++)
			is_over = game(d, n) >= 1 / alpha;
		stopped += is_over;
	}
	return (double)stopped / N_WATCHED;
}

static void test_looking_after_every_round_keeps_alpha(void **state)
{
	double limit = 0.05 + 4 * sqrt(0.05 * 0.95 / N_WATCHED);

	for (int law = 0; law < NOISE_MAX; law++) {
		assert_true(share_stopped(ours, (enum noise_law)law, 0, 0.05) <= limit);
		assert_true(share_stopped(ours, (enum noise_law)law, -0.2, 0.05) <= limit);
		assert_true(share_stopped(sign, (enum noise_law)law, 0, 0.05) <= limit);
	}
	assert_true(share_stopped(without_the_divisor, NOISE_NORMAL, 0, 0.05) > limit);
}

/* A fair game may still be a weak one: a single spike ends it when nothing is cut. */
static void test_cutting_keeps_power_under_spikes(void **state)
{
	double cut = share_stopped(ours, NOISE_SPIKES, 0.8, 0.05);

	assert_true(cut > 0.8);
	assert_true(share_stopped(without_cutting, NOISE_SPIKES, 0.8, 0.05) < cut - 0.2);
}

static void test_exact_small_cases(void **state)
{
	const double d[] = {3, -1};
	double wanted = 0;
	double e;

	assert_int_equal(eprocess_symmetric(d, 0, 0, 1, &e), 0);
	assert_near(e, 1, 0);
	/* (3 - 1) / 2 = 1, (-1 - 1) / 2 = -1: 1 - tanh^2 for every lambda. */
	{
		double lambda = 0.25;

		while (lambda <= 2) {
			wanted += (1 - tanh(lambda) * tanh(lambda)) / 4;
			lambda *= 2;
		}
	}
	assert_int_equal(eprocess_symmetric(d, 2, 1, 2, &e), 0);
	assert_near(e, wanted, 1e-15);
}

static void test_large_values_count_as_two_scales(void **state)
{
	const double far[] = {1e9, -1e9};
	const double near[] = {2, -2};
	double e_far, e_near;

	assert_int_equal(eprocess_symmetric(far, 2, 0, 1, &e_far), 0);
	assert_int_equal(eprocess_symmetric(near, 2, 0, 1, &e_near), 0);
	assert_near(e_far, e_near, 0);
	assert_true(e_far > 0);
}

static void test_long_series_leave_no_range(void **state)
{
	static double d[4000];
	double e;

	for (size_t i = 0; i < ARRAY_SIZE(d); i++)
		d[i] = i % 2 ? 2 : -2;
	assert_int_equal(eprocess_symmetric(d, ARRAY_SIZE(d), 0, 1, &e), 0);
	assert_true(e >= 0 && e < 1e-6);
	for (size_t i = 0; i < ARRAY_SIZE(d); i++)
		d[i] = i < 2500 ? -2 : 2;
	/* Far down and up again: as in any other order. */
	assert_int_equal(eprocess_symmetric(d, ARRAY_SIZE(d), 0, 1, &e), 0);
	assert_false(isnan(e));
}

/* By the definition: the mean of the likelihood ratio over the upper half of the prior. */
static double sign_by_integral(size_t n_above, size_t n)
{
	double sum = 0;
	const int steps = 20000;

	for (int i = 0; i < steps; i++) {
		double q = 0.5 + 0.5 * (i + 0.5) / steps;
		double prior = 12 * q * (1 - q); /* 6 q (1 - q) on twice the chance */

		sum += prior * pow(2 * q, (double)n_above) *
			pow(2 * (1 - q), (double)(n - n_above)) * 0.5 / steps;
	}
	return sum;
}

static void test_sign_is_its_integral(void **state)
{
	for (size_t n = 0; n <= 40; n += 4)
		for (size_t above = 0; above <= n; above += 2) {
			double wanted = sign_by_integral(above, n);

			assert_near(eprocess_sign(above, n), wanted, 1e-6 * wanted);
		}
	assert_near(eprocess_sign(0, 0), 1, 1e-12);
	assert_true(isnan(eprocess_sign(3, 2)));
}

static void test_bad_arguments_are_refused(void **state)
{
	const double bad[] = {1, NAN};
	const double good[] = {1, 2};
	double e = -1;

	assert_int_equal(eprocess_symmetric(bad, 2, 0, 1, &e), -EINVAL);
	assert_int_equal(eprocess_symmetric(good, 2, INFINITY, 1, &e), -EINVAL);
	assert_int_equal(eprocess_symmetric(good, 2, 0, 0, &e), -EINVAL);
	assert_int_equal(eprocess_symmetric(good, 2, 0, NAN, &e), -EINVAL);
	assert_near(e, -1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mean_is_one_under_the_null),
		cmocka_unit_test(test_unfair_games_are_caught),
		cmocka_unit_test(test_looking_after_every_round_keeps_alpha),
		cmocka_unit_test(test_cutting_keeps_power_under_spikes),
		cmocka_unit_test(test_exact_small_cases),
		cmocka_unit_test(test_large_values_count_as_two_scales),
		cmocka_unit_test(test_long_series_leave_no_range),
		cmocka_unit_test(test_sign_is_its_integral),
		cmocka_unit_test(test_bad_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
