/* Where differences lie: Hodges-Lehmann estimates with the intervals that belong to them. */
#pragma once

#include <stddef.h>

struct location {
	double estimate;
	double low, high; /* -INFINITY and INFINITY when the sample is too small for the level */
	double level;	  /* achieved one-sided error of each end; 0 when there is no interval */
};

/**
 * location_paired() - centre of differences
 * @d:     @n finite differences, any order
 * @n:     count, at least 1
 * @level: one-sided error of each end, above 0 and below 1/2
 * @ret:   written only on success
 *
 * Estimate: median of the Walsh averages (d_i + d_j) / 2, i <= j. Interval: their k-th smallest and
 * k-th largest, k = rank_signed_critical(): the shifts that the signed-rank test does not reject.
 * Source: Hodges and Lehmann, Annals of Mathematical Statistics 34 (1963); Hollander, Wolfe,
 * Chicken, sections 3.2 and 3.3. Ties make the interval conservative.
 *
 * Return: 0; -EINVAL for a value that is not finite or @n 0; -ENOMEM.
 */
int location_paired(const double *d, size_t n, double level, struct location *ret);

/**
 * location_sign() - the same by the sign test: median and order statistics
 * @d:     @n finite differences, any order
 * @n:     count, at least 1
 * @level: one-sided error of each end
 * @ret:   written only on success
 *
 * Holds without symmetry. Source: Hollander, Wolfe, Chicken, section 3.6.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int location_sign(const double *d, size_t n, double level, struct location *ret);

/**
 * location_two_sample() - by how much @y lies above @x
 * @x:     @n_x finite values
 * @n_x:   count, at least 1
 * @y:     @n_y finite values
 * @n_y:   count, at least 1
 * @level: one-sided error of each end
 * @ret:   written only on success
 *
 * Median of all n_x n_y differences y_j - x_i, and their k-th smallest and largest,
 * k = rank_sum_critical(). Source: Hollander, Wolfe, Chicken, sections 4.2 and 4.3. The k-th is
 * found by halving the doubles and counting, never with all differences at once.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int location_two_sample(const double *x, size_t n_x, const double *y, size_t n_y, double level,
	struct location *ret);
