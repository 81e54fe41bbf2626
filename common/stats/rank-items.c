/* What the rank tests share: ranks with ties, sides, normal approximations. */
#include "common/stats/rank-items.h"

#include <math.h>

#include "common/base/macro.h"

static int compare_items(const void *a, const void *b)
{
	double x = ((const struct rank_item *)a)->key;
	double y = ((const struct rank_item *)b)->key;

	return (x > y) - (x < y);
}

void rank_items(struct rank_item *items, size_t n, double largest)
{
	size_t start = 0;

	qsort(items, n, sizeof(*items), compare_items);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && items[i].key - items[start].key <= RANK_TIE_TOLERANCE * largest)
			continue;
		for (size_t k = start; k < i; k++)
			items[k].rank = start + 1 + i;
		start = i;
	}
}

size_t rank_divisor(size_t a, size_t b)
{
	while (b > 0) {
		size_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

double rank_normal_cdf(double value, double mean, double variance)
{
	return variance > 0 ? erfc((mean - value - 0.5) / sqrt(2 * variance)) / 2 : 1;
}

size_t rank_normal_critical(double mean, double variance, double level)
{
	size_t good = 0;
	size_t bad = (size_t)mean + 1;

	while (bad - good > 1) {
		size_t middle = good + (bad - good) / 2;

		if (rank_normal_cdf((double)(middle - 1), mean, variance) <= level)
			good = middle;
		else
			bad = middle;
	}
	return good;
}

size_t rank_counts_critical(const double *counts, size_t n, double total, double level)
{
	double sum = 0;

	for (size_t k = 0; k < n; k++) {
		sum += counts[k];
		if (sum > level * total)
			return k;
	}
	return n;
}

double rank_side_p(double greater, double less, enum rank_side side)
{
	double smaller = MIN_OF(greater, less);

	if (isnan(greater) || isnan(less))
		return NAN;
	if (side == RANK_TWO_SIDED)
		return MIN_OF(1.0, 2 * smaller);
	return side == RANK_GREATER ? greater : less;
}
