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

struct cell {
	const char *name;
	interval_fn interval; /* of pairs */
	enum noise noise;
	size_t n; /* pairs, or runs of the larger sample */
};

static bool pairs_covered(const void *what, uint64_t seed)
{
	const struct cell *cell = what;
	struct random random = random_make(seed, cell->noise);
	size_t n = acceptance_trials(N_SHORT);
	double d[NOISE_PAIRS_MAX];
	size_t hits = 0;
	char name[100];

	for (size_t i = 0; i < n; i++) {
		struct location location;

		noise_pairs(cell->noise, &random, d, cell->n);
		assert_int_equal(cell->interval(d, cell->n, LEVEL, &location), 0);
		hits += covers(&location, 0);
	}
	(void)snprintf(name, sizeof(name), "%s, %s, %zu pairs", cell->name, noise_name(cell->noise),
		cell->n);
	return acceptance_at_least(name, hits, n, 1 - 2 * LEVEL);
}

static void test_paired_intervals_cover_the_centre(void **state)
{
	bool good = true;

	for (int noise = 0; noise < NOISE_MAX; noise++)
		for (size_t n_pairs = 12; n_pairs <= 48; n_pairs *= 2) {
			good &= acceptance_holds(pairs_covered,
				&(const struct cell){
					"signed rank", location_paired, noise, n_pairs});
			good &= acceptance_holds(pairs_covered,
				&(const struct cell){"sign", location_sign, noise, n_pairs});
		}
	assert_true(good);
}

/* Two sessions can be compared by this only if runs are independent. */
static bool samples_covered(const void *what, uint64_t seed)
{
	const struct cell *cell = what;
	struct random random = random_make(seed, cell->noise);
	size_t n = acceptance_trials(N_SHORT);
	double x[SMALL], y[NOISE_PAIRS_MAX];
	size_t hits = 0;
	char name[100];

	for (size_t i = 0; i < n; i++) {
		struct location location;

		noise_fill(cell->noise, &random, x, SMALL);
		noise_fill(cell->noise, &random, y, cell->n);
		assert_int_equal(location_two_sample(x, SMALL, y, cell->n, LEVEL, &location), 0);
		hits += covers(&location, 0);
	}
	(void)snprintf(name, sizeof(name), "two samples, %s, %d and %zu runs",
		noise_name(cell->noise), SMALL, cell->n);
	return acceptance_at_least(name, hits, n, 1 - 2 * LEVEL);
}

static void test_intervals_of_two_samples_cover_the_difference(void **state)
{
	bool good = true;

	for (int noise = 0; noise < NOISE_MAX; noise++)
		for (size_t n_runs = 12; n_runs <= 36 && noise_is_independent(noise); n_runs += 24)
			good &= acceptance_holds(
				samples_covered, &(const struct cell){.noise = noise, .n = n_runs});
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
