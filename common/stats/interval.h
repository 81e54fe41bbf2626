/* Confidence interval of a median, without assuming a distribution. */
#pragma once

#include <stddef.h>

struct interval {
	double low, high;
	double level; /* achieved, at least the one asked for */
	size_t rank;  /* low is the rank-th smallest value, high the rank-th largest; from 1 */
};

/**
 * interval_median() - narrowest symmetric pair of order statistics around the median
 * @x:     @n values sorted ascending, independent, all in one unit
 * @n:     count; at least 6 for @level 0.95
 * @level: confidence level, 0 < level < 1
 * @ret:   unit of @x; written only on success
 *
 * The number of values below the true median is binomial(n, 1/2), whatever the distribution, so
 * [x_k, x_(n+1-k)] covers it with probability 1 - 2 P(B <= k - 1): exact for continuous
 * distributions, at least that much with ties. Source: Le Boudec, Performance Evaluation of
 * Computer and Communication Systems (EPFL Press, 2010), theorem 2.1; David and Nagaraja, Order
 * Statistics (Wiley, 2003), section 7.1.
 *
 * Return: 0; -ERANGE if @n is too small for @level.
 */
int interval_median(const double *x, size_t n, double level, struct interval *ret);

/**
 * interval_binomial_cdf() - P(B <= k) for B ~ binomial(n, 1/2)
 * @k: successes
 * @n: trials, up to millions
 *
 * The largest probability is a product of (2i-1)/(2i); from there the ratio of neighbours leads to
 * every other one. Nothing overflows, and what underflows is too small to matter.
 *
 * Return: the probability.
 */
double interval_binomial_cdf(size_t k, size_t n);
