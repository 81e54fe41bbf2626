/* Rank tests for two samples. */
#include <errno.h>
#include <math.h>

#include "common/base/macro.h"
#include "common/stats/rank-items.h"
#include "common/stats/rank.h"

/* Ways to choose m of n. */
static double choose(size_t n, size_t m)
{
	double ways = 1;

	for (size_t i = 1; i <= m; i++)
		ways = ways * (double)(n - m + i) / (double)i;
	return ways;
}

/*
 * Orders of two untied samples by their number of pairs u = 0 .. limit with x above y: the
 * coefficients of the Gaussian binomial, factor by factor (Harding, An Efficient, Compact Procedure
 * for Calculating the Mann-Whitney U Distribution, Applied Statistics 33 (1984)).
 */
static double *order_counts(size_t n_x, size_t n_y, size_t limit)
{
	double *counts = calloc(limit + 1, sizeof(*counts));

	if (!counts)
		return NULL;

	counts[0] = 1;
	for (size_t i = 1; i <= n_x; i++) {
		for (size_t u = limit; u >= n_y + i; u--)
			counts[u] -= counts[u - n_y - i];
		for (size_t u = i; u <= limit; u++)
			counts[u] += counts[u - i];
	}
	return counts;
}

/* P(U <= u) without ties; NaN without memory. */
static double order_tail(size_t n_x, size_t n_y, size_t u)
{
	CLEANUP_FREE double *counts = NULL;
	bool is_upper;
	double sum = 0;

	if (u >= n_x * n_y)
		return 1;
	is_upper = u > n_x * n_y - u - 1;
	if (is_upper)
		u = n_x * n_y - u - 1;

	counts = order_counts(MIN_OF(n_x, n_y), MAX_OF(n_x, n_y), u);
	if (!counts)
		return NAN;
	for (size_t i = 0; i <= u; i++)
		sum += counts[i];
	sum /= choose(n_x + n_y, MIN_OF(n_x, n_y));
	return is_upper ? 1 - sum : sum;
}

static double sum_mean(size_t n_x, size_t n_y)
{
	return (double)n_x * (double)n_y / 2;
}

static double sum_variance(size_t n_x, size_t n_y)
{
	return sum_mean(n_x, n_y) * ((double)n_x + (double)n_y + 1) / 6;
}

double rank_sum_cdf(size_t u, size_t n_x, size_t n_y)
{
	if (n_x + n_y > RANK_EXACT_MAX)
		return rank_normal_cdf((double)u, sum_mean(n_x, n_y), sum_variance(n_x, n_y));
	return order_tail(n_x, n_y, u);
}

size_t rank_sum_critical(double level, size_t n_x, size_t n_y)
{
	CLEANUP_FREE double *counts = NULL;
	size_t middle = n_x * n_y / 2;

	if (n_x + n_y > RANK_EXACT_MAX)
		return rank_normal_critical(sum_mean(n_x, n_y), sum_variance(n_x, n_y), level);
	counts = order_counts(MIN_OF(n_x, n_y), MAX_OF(n_x, n_y), middle);
	if (!counts)
		return 0;
	return rank_counts_critical(counts, middle + 1, choose(n_x + n_y, MIN_OF(n_x, n_y)), level);
}

/* Ways to choose 0 .. m of rising weights with each sum 0 .. limit, a row for each number chosen.
 */
static double *choice_counts(const size_t *weights, size_t n, size_t m, size_t limit)
{
	size_t width = limit + 1;
	double *counts = calloc((m + 1) * width, sizeof(*counts));

	if (!counts)
		return NULL;

	counts[0] = 1;
	for (size_t i = 0; i < n && weights[i] <= limit; i++) {
		for (size_t j = MIN_OF(m, i + 1); j > 0; j--) {
			double *row = counts + j * width;
			const double *before = row - width;
			size_t reach = MIN_OF(limit, j * weights[i]);

			for (size_t sum = weights[i]; sum <= reach; sum++)
				row[sum] += before[sum - weights[i]];
		}
	}
	return counts;
}

/* P(sum of m of the weights, each choice as likely, <= value); NaN without memory. */
static double choice_tail(const size_t *weights, size_t n, size_t m, size_t value)
{
	size_t limit = MIN_OF(value, m * weights[n - 1]);
	CLEANUP_FREE double *counts = choice_counts(weights, n, m, limit);
	double sum = 0;

	if (!counts)
		return NAN;
	for (size_t i = 0; i <= limit; i++)
		sum += counts[m * (limit + 1) + i];
	return MIN_OF(1.0, sum / choose(n, m));
}

/* The ranks from 0 up without what they have in common; from the largest down if is_down. */
static void reduced_ranks(const struct rank_item *items, size_t n, bool is_down, size_t *weights)
{
	size_t divisor = 0;

	for (size_t i = 0; i < n; i++) {
		weights[i] = is_down ? items[n - 1].rank - items[n - 1 - i].rank
				     : items[i].rank - items[0].rank;
		divisor = rank_divisor(divisor, weights[i]);
	}
	for (size_t i = 0; i < n && divisor > 0; i++)
		weights[i] /= divisor;
}

/* P(rank sum of the chosen lies at the observed or further down, or up), given the ties. */
static double tied_tail(const struct rank_item *items, size_t n, size_t m, bool is_up)
{
	size_t weights[RANK_TIED_MAX];
	size_t value = 0;

	reduced_ranks(items, n, is_up, weights);
	for (size_t i = 0; i < n; i++)
		value += items[is_up ? n - 1 - i : i].is_chosen ? weights[i] : 0;
	return choice_tail(weights, n, m, value);
}

static double sum_tied(const struct rank_item *items, size_t n, size_t m, enum rank_side side)
{
	double greater = side == RANK_LESS ? 1 : tied_tail(items, n, m, true);
	double less = side == RANK_GREATER ? 1 : tied_tail(items, n, m, false);

	return rank_side_p(greater, less, side);
}

/* Doubled rank sum of the chosen. */
static size_t chosen_sum(const struct rank_item *items, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += items[i].is_chosen ? items[i].rank : 0;
	return sum;
}

static double sum_untied(const struct rank_item *items, size_t n, size_t m, enum rank_side side)
{
	size_t u = chosen_sum(items, n) / 2 - m * (m + 1) / 2;
	double greater = side == RANK_LESS ? 1 : order_tail(m, n - m, m * (n - m) - u);
	double less = side == RANK_GREATER ? 1 : order_tail(m, n - m, u);

	return rank_side_p(greater, less, side);
}

static double sum_approximate(
	const struct rank_item *items, size_t n, size_t m, enum rank_side side)
{
	double mean_rank = ((double)n + 1) / 2;
	double mean = (double)m * mean_rank;
	double chosen = (double)chosen_sum(items, n) / 2;
	double variance = 0;

	for (size_t i = 0; i < n; i++) {
		double off = (double)items[i].rank / 2 - mean_rank;

		variance += off * off;
	}
	variance *= (double)m * (double)(n - m) / ((double)n * ((double)n - 1));
	return rank_side_p(rank_normal_cdf(2 * mean - chosen, mean, variance),
		rank_normal_cdf(chosen, mean, variance), side);
}

static bool has_ties(const struct rank_item *items, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (items[i].rank == items[i - 1].rank)
			return true;
	return false;
}

/* Takes a sample; the largest absolute value goes to @largest. */
static int sum_items(
	const double *x, size_t n, bool is_chosen, struct rank_item *items, double *largest)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			return -EINVAL;
		items[i] = (struct rank_item){.key = x[i], .is_chosen = is_chosen};
		*largest = MAX_OF(*largest, fabs(x[i]));
	}
	return 0;
}

int rank_sum_p(const double *x, size_t n_x, const double *y, size_t n_y, enum rank_side side,
	double *ret_p)
{
	static const enum rank_side opposite[] = {
		[RANK_GREATER] = RANK_LESS,
		[RANK_LESS] = RANK_GREATER,
		[RANK_TWO_SIDED] = RANK_TWO_SIDED,
	};
	CLEANUP_FREE struct rank_item *items = NULL;
	size_t n = n_x + n_y;
	size_t m = MIN_OF(n_x, n_y);
	double largest = 0;
	double p;

	if (m == 0)
		return -EINVAL;
	items = reallocarray(NULL, n, sizeof(*items));
	if (!items)
		return -ENOMEM;
	/* The ranks of the smaller sample are fewer to sum. */
	if (sum_items(x, n_x, n_x == m, items, &largest) < 0 ||
		sum_items(y, n_y, n_x != m, items + n_x, &largest) < 0)
		return -EINVAL;
	if (n_x != m)
		side = opposite[side];

	rank_items(items, n, largest);
	if (n > RANK_EXACT_MAX || (n > RANK_TIED_MAX && has_ties(items, n)))
		p = sum_approximate(items, n, m, side);
	else if (has_ties(items, n))
		p = sum_tied(items, n, m, side);
	else
		p = sum_untied(items, n, m, side);
	if (isnan(p))
		return -ENOMEM;
	*ret_p = p;
	return 0;
}
