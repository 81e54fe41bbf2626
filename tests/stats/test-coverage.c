/* Coverage of the intervals of centres and differences, for every law of noise. */
#include <stdio.h>

#include "common/stats/location.h"
#include "tests/stats/acceptance.h"
#include "tests/stats/noise.h"
#include "tests/unit/cmocka-all.h"

#define LEVEL	.025
#define N_SHORT 1000
#define SMALL	12 /* runs of the smaller sample */

typedef int (*interval_fn)(const double *d, size_t n, double level, struct location *ret);

static bool covers(const struct location *location, double truth)
{
	/* The coarse timer's values lie on the bounds, but for rounding. */
	return location->low <= truth + 1e-12 && truth - 1e-12 <= location->high;
}

static bool pairs_covered(const char *what, interval_fn interval, enum noise noise, size_t n_pairs)
{
	struct random random = random_make(ACCEPTANCE_SEED, noise);
	size_t n = acceptance_trials(N_SHORT);
	double d[NOISE_PAIRS_MAX];
	size_t hits = 0;
	char name[100];

	for (size_t i = 0; i < n; i++) {
		struct location location;

		noise_pairs(noise, &random, d, n_pairs);
		assert_int_equal(interval(d, n_pairs, LEVEL, &location), 0);
		hits += covers(&location, 0);
	}
	(void)snprintf(name, sizeof(name), "%s, %s, %zu pairs", what, noise_name(noise), n_pairs);
	return acceptance_at_least(name, hits, n, 1 - 2 * LEVEL);
}

static void test_paired_intervals_cover_the_centre(void **state)
{
	bool good = true;

	for (int noise = 0; noise < NOISE_MAX; noise++)
		for (size_t n_pairs = 12; n_pairs <= 48; n_pairs *= 2) {
			good &= pairs_covered("signed rank", location_paired, noise, n_pairs);
			good &= pairs_covered("sign", location_sign, noise, n_pairs);
		}
	assert_true(good);
}

/* Two sessions can be compared by this only if runs are independent. */
static bool samples_covered(enum noise noise, size_t n_large)
{
	struct random random = random_make(ACCEPTANCE_SEED, noise);
	size_t n = acceptance_trials(N_SHORT);
	double x[SMALL], y[NOISE_PAIRS_MAX];
	size_t hits = 0;
	char name[100];

	for (size_t i = 0; i < n; i++) {
		struct location location;

		noise_fill(noise, &random, x, SMALL);
		noise_fill(noise, &random, y, n_large);
		assert_int_equal(location_two_sample(x, SMALL, y, n_large, LEVEL, &location), 0);
		hits += covers(&location, 0);
	}
	(void)snprintf(name, sizeof(name), "two samples, %s, %d and %zu runs", noise_name(noise),
		SMALL, n_large);
	return acceptance_at_least(name, hits, n, 1 - 2 * LEVEL);
}

static void test_intervals_of_two_samples_cover_the_difference(void **state)
{
	bool good = true;

	for (int noise = 0; noise < NOISE_MAX; noise++)
		if (noise_is_independent(noise))
			good &= samples_covered(noise, 12) & samples_covered(noise, 30);
	assert_true(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paired_intervals_cover_the_centre),
		cmocka_unit_test(test_intervals_of_two_samples_cover_the_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
