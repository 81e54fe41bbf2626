/* Does a series rise or fall over time. */
#include "common/stats/trend.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>

#include "common/base/macro.h"

/* Merges two sorted neighbours; returns how many pairs were in falling order. */
static uint64_t merge(double *x, size_t n_left, size_t n, double *scratch)
{
	uint64_t falling = 0;
	size_t left = 0;
	size_t right = n_left;

	for (size_t i = 0; i < n; i++) {
		if (right == n || (left < n_left && x[left] <= x[right])) {
			scratch[i] = x[left++];
		} else {
			falling += n_left - left;
			scratch[i] = x[right++];
		}
	}
	memcpy(x, scratch, n * sizeof(*x));
	return falling;
}

/* Sorts; returns the number of pairs in falling order. */
static uint64_t sort_counting(double *x, size_t n, double *scratch)
{
	uint64_t falling = 0;

	for (size_t width = 1; width < n; width *= 2)
		for (size_t start = 0; start + width < n; start += 2 * width)
			falling += merge(x + start, width, MIN_OF(2 * width, n - start), scratch);
	return falling;
}

struct ties {
	double pairs;
	double variance;
};

static double variance_term(double n)
{
	return n * (n - 1) * (2 * n + 5);
}

static struct ties count_ties(const double *sorted, size_t n)
{
	struct ties ties = {0};
	size_t start = 0;

	for (size_t i = 1; i <= n; i++) {
		double size;

		if (i < n && sorted[i] <= sorted[start])
			continue;
		size = (double)(i - start);
		ties.pairs += size * (size - 1) / 2;
		ties.variance += variance_term(size);
		start = i;
	}
	return ties;
}

int trend_mann_kendall(const double *x, size_t n, double *ret_p)
{
	CLEANUP_FREE double *sorted = NULL;
	double score, variance, falling;
	struct ties ties;

	if (n < TREND_VALUES_MIN)
		return -ERANGE;
	sorted = reallocarray(NULL, n, 2 * sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;

	memcpy(sorted, x, n * sizeof(*sorted));
	falling = (double)sort_counting(sorted, n, sorted + n);
	ties = count_ties(sorted, n);
	score = fabs((double)n * ((double)n - 1) / 2 - ties.pairs - 2 * falling);
	variance = (variance_term((double)n) - ties.variance) / 18;
	if (score < 1 || variance <= 0)
		*ret_p = 1;
	else
		*ret_p = erfc((score - 1) / sqrt(variance) / M_SQRT2);
	return 0;
}
