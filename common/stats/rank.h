/* Rank tests for one sample of differences and for two samples: exact, with ties and zeros. */
#pragma once

#include <stddef.h>

/* Above: normal approximation. */
#define RANK_EXACT_MAX 500 /* differences, or values of both samples */
#define RANK_TIED_MAX  200 /* values of both samples when some are tied */

enum rank_side {
	RANK_GREATER, /* alternative: values tend to lie above the hypothesis */
	RANK_LESS,
	RANK_TWO_SIDED,
};

/**
 * rank_signed_p() - signed-rank test of "the differences are symmetric about @shift"
 * @d:     @n finite differences, any order
 * @n:     count; 0 gives 1
 * @shift: hypothesis, unit of @d
 * @side:  alternative
 * @ret_p: written only on success
 *
 * The exact distribution of the sum of the mid-ranks with their signs, given the absolute values:
 * a dynamic programme over doubled mid-ranks, so that halves stay whole numbers. Zeros are ranked
 * with the others and then left out (Pratt, Remarks on Zeros and Ties in the Wilcoxon Signed Rank
 * Procedures, JASA 54 (1959)). Values closer than 1e-12 of the largest count as tied. Above
 * RANK_EXACT_MAX the normal approximation with the variance of the ranks as they are. Two-sided:
 * twice the smaller side, at most 1. Source: Hollander, Wolfe, Chicken, Nonparametric Statistical
 * Methods (Wiley, 2014), section 3.1.
 *
 * Return: 0; -EINVAL for a value that is not finite; -ENOMEM.
 */
int rank_signed_p(const double *d, size_t n, double shift, enum rank_side side, double *ret_p);

/**
 * rank_signed_cdf() - P(V <= v) of the signed-rank statistic without ties
 * @v: statistic
 * @n: differences; above RANK_EXACT_MAX by normal approximation
 *
 * Return: the probability; NaN without memory.
 */
double rank_signed_cdf(size_t v, size_t n);

/**
 * rank_signed_critical() - the largest k with P(V <= k - 1) <= @level
 * @level: one-sided, above 0 and below 1/2
 * @n:     differences; above RANK_EXACT_MAX by normal approximation
 *
 * The k-th smallest and k-th largest Walsh average bound the centre at that level.
 *
 * Return: k; 0 when @n is too small for @level, or without memory.
 */
size_t rank_signed_critical(double level, size_t n);

/**
 * rank_sum_p() - Mann-Whitney test of "both samples have one distribution"
 * @x:     @n_x finite values
 * @n_x:   count, at least 1
 * @y:     @n_y finite values
 * @n_y:   count, at least 1
 * @side:  RANK_GREATER: @x tends to be larger
 * @ret_p: written only on success
 *
 * Exact distribution of the rank sum given the mid-ranks, by a dynamic programme over doubled
 * ranks; above RANK_EXACT_MAX values in all, or RANK_TIED_MAX with ties, the normal approximation
 * with the variance for ties. Ties are as in rank_signed_p().
 * Two-sided: twice the smaller side, at most 1. Source: Mann and Whitney, Annals of Mathematical
 * Statistics 18 (1947); Hollander, Wolfe, Chicken, section 4.1.
 *
 * Return: 0; -EINVAL for a value that is not finite or an empty sample; -ENOMEM.
 */
int rank_sum_p(const double *x, size_t n_x, const double *y, size_t n_y, enum rank_side side,
	double *ret_p);

/**
 * rank_sum_cdf() - P(U <= u) without ties
 * @u:   pairs with x above y
 * @n_x: values of the one sample
 * @n_y: values of the other; both together above RANK_EXACT_MAX by normal approximation
 *
 * Return: the probability; NaN without memory.
 */
double rank_sum_cdf(size_t u, size_t n_x, size_t n_y);

/**
 * rank_sum_critical() - the largest k with P(U <= k - 1) <= @level
 * @level: one-sided, above 0 and below 1/2
 * @n_x:   values of the one sample
 * @n_y:   values of the other
 *
 * Return: k; 0 when the samples are too small for @level, or without memory. Above RANK_EXACT_MAX
 * by normal approximation.
 */
size_t rank_sum_critical(double level, size_t n_x, size_t n_y);
