/* Order statistics: sorting, quantiles, the median and the spread around it. */
#pragma once

#include <stddef.h>

/**
 * order_sort() - sort in place, ascending
 * @x: @n finite numbers
 * @n: count
 *
 * Return: nothing.
 */
void order_sort(double *x, size_t n);

/**
 * order_quantile() - median-unbiased quantile
 * @x: @n values sorted ascending
 * @n: count, at least 1
 * @p: 0 <= p <= 1
 *
 * Definition 8 of Hyndman and Fan, Sample Quantiles in Statistical Packages, The American
 * Statistician 50 (1996): linear between order statistics at (n + 1/3) p + 1/3, cut at the ends.
 *
 * Return: the quantile, unit of @x.
 */
double order_quantile(const double *x, size_t n, double p);

/**
 * order_median() - middle value, or the mean of the two middle values
 * @x: @n values sorted ascending
 * @n: count, at least 1
 *
 * Return: the median, unit of @x.
 */
double order_median(const double *x, size_t n);

/**
 * order_mad() - median absolute deviation from the median, not scaled
 * @x: @n values sorted ascending
 * @n: count, at least 1
 *
 * Times 1.4826 it estimates the standard deviation of normal values: Rousseeuw and Croux,
 * Alternatives to the Median Absolute Deviation, JASA 88 (1993).
 *
 * Return: the deviation, unit of @x.
 */
double order_mad(const double *x, size_t n);
