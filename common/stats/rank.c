/* Rank tests for one sample of differences. */
#include "common/stats/rank.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "common/base/macro.h"
#include "common/stats/rank-items.h"

/* Ways to reach each sum 0 .. limit with a subset of rising weights. */
static double *subset_counts(const size_t *weights, size_t n, size_t limit)
{
	double *counts = calloc(limit + 1, sizeof(*counts));
	size_t reach = 0;

	if (!counts)
		return NULL;

	counts[0] = 1;
	for (size_t i = 0; i < n && weights[i] <= limit; i++) {
		size_t weight = weights[i];

		reach = MIN_OF(limit, reach + weight);
		for (size_t sum = reach; sum >= weight; sum--)
			counts[sum] += counts[sum - weight];
	}
	return counts;
}

/* P(sum of the weights with a fair coin each <= value); NaN without memory. */
static double signed_tail(const size_t *weights, size_t n, size_t value)
{
	CLEANUP_FREE double *counts = NULL;
	size_t total = 0;
	double sum = 0;
	bool is_upper;

	for (size_t i = 0; i < n; i++)
		total += weights[i];
	if (value >= total)
		return 1;
	is_upper = value > total - value - 1;
	if (is_upper)
		value = total - value - 1;

	counts = subset_counts(weights, n, value);
	if (!counts)
		return NAN;
	for (size_t i = 0; i <= value; i++)
		sum += counts[i];
	sum = ldexp(sum, -(int)n);
	return is_upper ? 1 - sum : sum;
}

static int signed_items(const double *d, size_t n, double shift, struct rank_item *items)
{
	double largest = fabs(shift);

	for (size_t i = 0; i < n; i++) {
		double x = d[i] - shift;

		if (!isfinite(x))
			return -EINVAL;
		items[i] = (struct rank_item){.key = fabs(x), .is_chosen = x > 0};
		largest = MAX_OF(largest, fabs(x));
	}
	rank_items(items, n, largest);
	/* The smallest group is that of the zeros when it is as small as a tie. */
	for (size_t i = 0; i < n && items[i].key <= RANK_TIE_TOLERANCE * largest; i++)
		items[i].rank = 0;
	return 0;
}

static double signed_approximate(const struct rank_item *items, size_t n, enum rank_side side)
{
	double total = 0, chosen = 0, variance = 0;

	for (size_t i = 0; i < n; i++) {
		double rank = (double)items[i].rank / 2;

		total += rank;
		chosen += items[i].is_chosen ? rank : 0;
		variance += rank * rank / 4;
	}
	return rank_side_p(rank_normal_cdf(total - chosen, total / 2, variance),
		rank_normal_cdf(chosen, total / 2, variance), side);
}

static double signed_exact(const struct rank_item *items, size_t n, enum rank_side side)
{
	size_t weights[RANK_EXACT_MAX];
	size_t n_weights = 0, divisor = 0, total = 0, chosen = 0;
	double greater = 1, less = 1;

	for (size_t i = 0; i < n; i++)
		divisor = rank_divisor(divisor, items[i].rank);
	for (size_t i = 0; i < n; i++) {
		if (items[i].rank == 0)
			continue;
		weights[n_weights] = items[i].rank / divisor;
		total += weights[n_weights];
		chosen += items[i].is_chosen ? weights[n_weights] : 0;
		n_weights++;
	}
	/* The distribution is symmetric: the upper tail is the lower one from the other end. */
	if (side != RANK_LESS)
		greater = signed_tail(weights, n_weights, total - chosen);
	if (side != RANK_GREATER)
		less = signed_tail(weights, n_weights, chosen);
	return rank_side_p(greater, less, side);
}

int rank_signed_p(const double *d, size_t n, double shift, enum rank_side side, double *ret_p)
{
	CLEANUP_FREE struct rank_item *items = NULL;
	double p;
	int r;

	if (!isfinite(shift))
		return -EINVAL;
	if (n == 0) {
		*ret_p = 1;
		return 0;
	}
	items = reallocarray(NULL, n, sizeof(*items));
	if (!items)
		return -ENOMEM;
	r = signed_items(d, n, shift, items);
	if (r < 0)
		return r;

	p = n <= RANK_EXACT_MAX ? signed_exact(items, n, side) : signed_approximate(items, n, side);
	if (isnan(p))
		return -ENOMEM;
	*ret_p = p;
	return 0;
}

static void first_ranks(size_t *weights, size_t n)
{
	for (size_t i = 0; i < n; i++)
		weights[i] = i + 1;
}

static double signed_mean(size_t n)
{
	return (double)n * ((double)n + 1) / 4;
}

static double signed_variance(size_t n)
{
	return signed_mean(n) * (2 * (double)n + 1) / 6;
}

double rank_signed_cdf(size_t v, size_t n)
{
	size_t weights[RANK_EXACT_MAX];

	if (n > RANK_EXACT_MAX)
		return rank_normal_cdf((double)v, signed_mean(n), signed_variance(n));
	first_ranks(weights, n);
	return signed_tail(weights, n, v);
}

size_t rank_signed_critical(double level, size_t n)
{
	CLEANUP_FREE double *counts = NULL;
	size_t weights[RANK_EXACT_MAX];
	size_t middle = n * (n + 1) / 4;

	if (n > RANK_EXACT_MAX)
		return rank_normal_critical(signed_mean(n), signed_variance(n), level);
	first_ranks(weights, n);
	counts = subset_counts(weights, n, middle);
	return counts ? rank_counts_critical(counts, middle + 1, ldexp(1, (int)n), level) : 0;
}
