/* Order statistics. */
#include "common/stats/order.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

void order_sort(double *x, size_t n)
{
	if (n > 1)
		qsort(x, n, sizeof(*x), compare);
}

double order_quantile(const double *x, size_t n, double p)
{
	double position = ((double)n + 1.0 / 3) * p + 1.0 / 3;
	double below = floor(position);
	size_t rank;

	if (below < 1)
		return x[0];
	if (below >= (double)n)
		return x[n - 1];

	rank = (size_t)below;
	return x[rank - 1] + (position - below) * (x[rank] - x[rank - 1]);
}

double order_median(const double *x, size_t n)
{
	return n % 2 ? x[n / 2] : x[n / 2 - 1] + (x[n / 2] - x[n / 2 - 1]) / 2;
}

double order_mad(const double *x, size_t n)
{
	double median = order_median(x, n);
	double last = 0, previous = 0;
	size_t right = n / 2;
	size_t left = right;

	/* Deviations rise to both sides of the middle: merge them up to their own middle. */
	for (size_t taken = 0; taken <= n / 2; taken++) {
		previous = last;
		if (right == n || (left > 0 && median - x[left - 1] < x[right] - median))
			last = median - x[--left];
		else
			last = x[right++] - median;
	}
	return n % 2 ? last : previous + (last - previous) / 2;
}
