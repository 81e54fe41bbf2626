/* Many tests at once: adjusted p values. */
#include "common/stats/multiplicity.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/macro.h"

struct ranked {
	double value;
	size_t index;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;

	if (x->value < y->value || x->value > y->value)
		return x->value < y->value ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

/* Values in rising order, with the places they came from; NULL without memory. */
static struct ranked *rank_values(const double *values, size_t n)
{
	struct ranked *ranked = calloc(MAX_OF(n, 1), sizeof(*ranked));

	for (size_t i = 0; ranked && i < n; i++)
		ranked[i] = (struct ranked){.value = values[i], .index = i};
	if (ranked)
		qsort(ranked, n, sizeof(*ranked), compare_ranked);
	return ranked;
}

int multiplicity_holm(const double *p, size_t n, double *ret)
{
	CLEANUP_FREE struct ranked *ranked = rank_values(p, n);
	double largest = 0;

	if (!ranked)
		return -ENOMEM;

	for (size_t i = 0; i < n; i++) {
		largest = MAX_OF(largest, MIN_OF(1.0, (double)(n - i) * ranked[i].value));
		ret[ranked[i].index] = largest;
	}
	return 0;
}

int multiplicity_benjamini_hochberg(const double *p, size_t n, double *ret)
{
	CLEANUP_FREE struct ranked *ranked = rank_values(p, n);
	double smallest = 1;

	if (!ranked)
		return -ENOMEM;

	for (size_t i = n; i-- > 0;) {
		smallest = MIN_OF(smallest, (double)n * ranked[i].value / (double)(i + 1));
		ret[ranked[i].index] = smallest;
	}
	return 0;
}

int multiplicity_e_benjamini_hochberg(const double *e, size_t n, double *ret)
{
	CLEANUP_FREE struct ranked *ranked = rank_values(e, n);
	double smallest = 1;

	if (!ranked)
		return -ENOMEM;

	/* The i-th smallest is the (n - i)-th largest; an e-value of 0 rejects never. */
	for (size_t i = 0; i < n; i++) {
		double k = (double)(n - i);

		smallest = MIN_OF(smallest, (double)n / (k * ranked[i].value));
		ret[ranked[i].index] = smallest;
	}
	return 0;
}
