/* Does a series rise or fall over time. */
#pragma once

#include <stddef.h>

#define TREND_VALUES_MIN 10

/**
 * trend_mann_kendall() - two-sided p value of "no trend"
 * @x:     @n values in order of time, ties allowed
 * @n:     count, at least TREND_VALUES_MIN
 * @ret_p: p value; 1 when all values are equal; written only on success
 *
 * Mann-Kendall test, normal approximation with continuity correction and the variance for ties:
 * Mann, Nonparametric Tests Against Trend, Econometrica 13 (1945); Gilbert, Statistical Methods for
 * Environmental Pollution Monitoring (Wiley, 1987), section 16.4, which gives 10 as the least
 * number for the approximation. Discordant pairs are counted by merging, so n log n: Knight, A
 * Computer Method for Calculating Kendall's Tau, JASA 61 (1966).
 *
 * Return: 0; -ERANGE if @n is too small; -ENOMEM.
 */
int trend_mann_kendall(const double *x, size_t n, double *ret_p);
