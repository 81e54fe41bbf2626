/* Do values fall into two groups. */
#include "common/stats/modes.h"

#include <errno.h>
#include <math.h>

#include "common/base/macro.h"
#include "common/stats/order.h"

#define SIDE_DIVISOR 10 /* at least a tenth of the values on either side */
#define GAP_FACTOR   5.0

/* Index of the first value above the widest gap; 0 when no side would be large enough. */
static size_t widest_gap(const double *x, size_t n)
{
	size_t side = MAX_OF((n + SIDE_DIVISOR - 1) / SIDE_DIVISOR, (size_t)MODES_SIDE_MIN);
	size_t best = 0;

	for (size_t i = side; i + side <= n; i++)
		if (best == 0 || x[i] - x[i - 1] > x[best] - x[best - 1])
			best = i;
	return best;
}

static int spread_within(const double *x, size_t n, const struct modes *m, double *ret)
{
	double *deviations = reallocarray(NULL, n, sizeof(*deviations));

	if (!deviations)
		return -ENOMEM;

	for (size_t i = 0; i < n; i++)
		deviations[i] = fabs(x[i] - (i < m->n_low ? m->low : m->high));
	order_sort(deviations, n);
	*ret = order_median(deviations, n);
	free(deviations);
	return 0;
}

int modes_find(const double *x, size_t n, double floor, struct modes *ret)
{
	size_t split = n < MODES_VALUES_MIN ? 0 : widest_gap(x, n);
	struct modes found;
	double spread;
	int r;

	if (split == 0)
		return 0;

	found = (struct modes){
		.n_low = split,
		.low = order_median(x, split),
		.high = order_median(x + split, n - split),
	};
	r = spread_within(x, n, &found, &spread);
	if (r < 0)
		return r;
	if (x[split] - x[split - 1] <= GAP_FACTOR * MAX_OF(spread, floor))
		return 0;

	*ret = found;
	return 1;
}
