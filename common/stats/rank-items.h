/* What the rank tests share: ranks with ties, sides, normal approximations. For rank*.c only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/stats/rank.h"

#define RANK_TIE_TOLERANCE 1e-12 /* of the largest value: what subtracting logarithms loses */

struct rank_item {
	double key;
	bool is_chosen; /* above the hypothesis, or of the sample that is summed */
	size_t rank;	/* doubled, so that the mean of two ranks is whole */
};

/**
 * rank_items() - sort items and give tied ones the doubled mean of their ranks
 * @items:   @n items with their keys
 * @n:       count
 * @largest: keys closer than RANK_TIE_TOLERANCE of it to the first of a group are tied
 *
 * Return: nothing.
 */
void rank_items(struct rank_item *items, size_t n, double largest);

/**
 * rank_divisor() - greatest common divisor
 * @a: any
 * @b: any
 *
 * Return: the divisor; 0 when both are 0.
 */
size_t rank_divisor(size_t a, size_t b);

/**
 * rank_normal_cdf() - P(V <= value) of a whole number that is about normal
 * @value:    half a step is added to it
 * @mean:     of V
 * @variance: of V; 0 gives 1
 *
 * Return: the probability.
 */
double rank_normal_cdf(double value, double mean, double variance);

/**
 * rank_normal_critical() - the largest k with rank_normal_cdf(k - 1) <= level
 * @mean:     of V
 * @variance: of V
 * @level:    below 1/2
 *
 * Return: k; 0 for none.
 */
size_t rank_normal_critical(double mean, double variance, double level);

/**
 * rank_counts_critical() - the largest k with P(V <= k - 1) <= level
 * @counts: @n frequencies of V = 0 ..
 * @n:      count
 * @total:  sum of all frequencies, also of those that are not given
 * @level:  below 1/2
 *
 * Return: k; 0 for none.
 */
size_t rank_counts_critical(const double *counts, size_t n, double total, double level);

/**
 * rank_side_p() - p value of one side or both
 * @greater: one-sided
 * @less:    one-sided
 * @side:    alternative
 *
 * Return: the p value, at most 1; NaN when one that it needs is NaN.
 */
double rank_side_p(double greater, double less, enum rank_side side);
