/* Where differences lie: Hodges-Lehmann estimates with the intervals that belong to them. */
#include "common/stats/location.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>

#include "common/base/macro.h"
#include "common/stats/interval.h"
#include "common/stats/order.h"
#include "common/stats/rank.h"

/*
 * Numbers made of two sorted samples, never written down: y_j - x_i of all pairs, or the Walsh
 * averages of y where there is no x.
 */
struct pairs {
	const double *x, *y;
	size_t n_x, n_y;
	size_t n;
};

static double walsh(double a, double b)
{
	return a / 2 + b / 2;
}

static size_t count_walsh(const struct pairs *p, double limit)
{
	size_t above = p->n_y; /* y[above ..] with y[i] are too large */
	size_t count = 0;

	for (size_t i = 0; i < above; i++) {
		while (above > i && walsh(p->y[i], p->y[above - 1]) > limit)
			above--;
		count += above - i;
	}
	return count;
}

static size_t count_differences(const struct pairs *p, double limit)
{
	size_t above = 0; /* y[above ..] minus x[i] are too large */
	size_t count = 0;

	for (size_t i = 0; i < p->n_x; i++) {
		while (above < p->n_y && p->y[above] - p->x[i] <= limit)
			above++;
		count += above;
	}
	return count;
}

static size_t count_upto(const struct pairs *p, double limit)
{
	return p->x ? count_differences(p, limit) : count_walsh(p, limit);
}

/* Whole numbers in the order of the doubles, neighbours next to each other. */
static int64_t order_of(double x)
{
	int64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double double_of(int64_t order)
{
	int64_t bits = order < 0 ? INT64_MIN - order : order;
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* The k-th smallest, from 1: halves the doubles between the ends until one is left. */
static double select_pair(const struct pairs *p, size_t k)
{
	int64_t low = order_of(p->x ? p->y[0] - p->x[p->n_x - 1] : p->y[0]);
	int64_t high = order_of(p->x ? p->y[p->n_y - 1] - p->x[0] : p->y[p->n_y - 1]);

	while (low < high) {
		int64_t middle = (int64_t)(((uint64_t)high - (uint64_t)low) / 2 + (uint64_t)low);

		if (count_upto(p, double_of(middle)) >= k)
			high = middle;
		else
			low = middle + 1;
	}
	return double_of(high);
}

/* Median, and the k-th smallest and largest; k is 0 when there is no interval. */
static struct location locate(const struct pairs *p, size_t k, double level)
{
	double below = select_pair(p, (p->n + 1) / 2);
	double above = p->n % 2 ? below : select_pair(p, p->n / 2 + 1);

	return (struct location){
		.estimate = walsh(below, above),
		.low = k ? select_pair(p, k) : -HUGE_VAL,
		.high = k ? select_pair(p, p->n + 1 - k) : HUGE_VAL,
		.level = k ? level : 0,
	};
}

/* A sorted copy; its numbers must be finite. */
static int sorted_copy(const double *x, size_t n, double **ret)
{
	CLEANUP_FREE double *copy = NULL;

	if (n == 0)
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return -EINVAL;
	copy = reallocarray(NULL, n, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	memcpy(copy, x, n * sizeof(*copy));
	order_sort(copy, n);
	*ret = TAKE_PTR(copy);
	return 0;
}

int location_paired(const double *d, size_t n, double level, struct location *ret)
{
	CLEANUP_FREE double *sorted = NULL;
	struct pairs pairs;
	size_t k;
	int r;

	r = sorted_copy(d, n, &sorted);
	if (r < 0)
		return r;

	pairs = (struct pairs){.y = sorted, .n_y = n, .n = n * (n + 1) / 2};
	k = rank_signed_critical(level, n);
	*ret = locate(&pairs, k, k ? rank_signed_cdf(k - 1, n) : 0);
	return 0;
}

/* The largest k with P(B <= k - 1) <= level for B ~ binomial(n, 1/2). */
static size_t sign_critical(double level, size_t n)
{
	size_t good = 0;
	size_t bad = n / 2 + 1;

	while (bad - good > 1) {
		size_t middle = good + (bad - good) / 2;

		if (interval_binomial_cdf(middle - 1, n) <= level)
			good = middle;
		else
			bad = middle;
	}
	return good;
}

int location_sign(const double *d, size_t n, double level, struct location *ret)
{
	CLEANUP_FREE double *sorted = NULL;
	size_t k;
	int r;

	r = sorted_copy(d, n, &sorted);
	if (r < 0)
		return r;

	k = sign_critical(level, n);
	*ret = (struct location){
		.estimate = order_median(sorted, n),
		.low = k ? sorted[k - 1] : -HUGE_VAL,
		.high = k ? sorted[n - k] : HUGE_VAL,
		.level = k ? interval_binomial_cdf(k - 1, n) : 0,
	};
	return 0;
}

int location_two_sample(const double *x, size_t n_x, const double *y, size_t n_y, double level,
	struct location *ret)
{
	CLEANUP_FREE double *sorted_x = NULL;
	CLEANUP_FREE double *sorted_y = NULL;
	struct pairs pairs;
	size_t k;
	int r;

	r = sorted_copy(x, n_x, &sorted_x);
	if (r < 0)
		return r;
	r = sorted_copy(y, n_y, &sorted_y);
	if (r < 0)
		return r;

	pairs = (struct pairs){
		.x = sorted_x, .y = sorted_y, .n_x = n_x, .n_y = n_y, .n = n_x * n_y};
	k = rank_sum_critical(level, n_x, n_y);
	*ret = locate(&pairs, k, k ? rank_sum_cdf(k - 1, n_x, n_y) : 0);
	return 0;
}
