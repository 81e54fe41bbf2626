/* Confidence interval of a median. */
#include "common/stats/interval.h"

#include <errno.h>

/* Largest probability of binomial(n, 1/2), at floor(n / 2). */
static double central_probability(size_t n)
{
	double p = 1;

	for (size_t i = 1; i <= (n + 1) / 2; i++)
		p = p * (double)(2 * i - 1) / (double)(2 * i);
	return p;
}

/* P(B <= k) for k not above the middle: smallest sum last, no cancellation. */
static double lower_tail(size_t k, size_t n)
{
	double p = central_probability(n);
	double sum = 0;

	for (size_t i = n / 2; i > k; i--)
		p = p * (double)i / (double)(n - i + 1);
	for (size_t i = k; p > 0; i--) {
		double before = sum;

		sum += p;
		if (i == 0 || sum <= before)
			break;
		p = p * (double)i / (double)(n - i + 1);
	}
	return sum;
}

double interval_binomial_cdf(size_t k, size_t n)
{
	if (k >= n)
		return 1;
	return k <= n / 2 ? lower_tail(k, n) : 1 - lower_tail(n - k - 1, n);
}

static double coverage(size_t rank, size_t n)
{
	return 1 - 2 * interval_binomial_cdf(rank - 1, n);
}

int interval_median(const double *x, size_t n, double level, struct interval *ret)
{
	size_t good = 1;
	size_t bad = n / 2 + 1;

	if (n < 2 || coverage(1, n) < level)
		return -ERANGE;

	while (bad - good > 1) {
		size_t middle = good + (bad - good) / 2;

		if (coverage(middle, n) >= level)
			good = middle;
		else
			bad = middle;
	}
	*ret = (struct interval){
		.low = x[good - 1],
		.high = x[n - good],
		.level = coverage(good, n),
		.rank = good,
	};
	return 0;
}
