/* What a comparison could have seen, and what seeing more would cost. */
#pragma once

#include <stddef.h>

#define EFFECT_POWER 0.80 /* of every figure "could see" */

/**
 * effect_detectable() - the smallest shift that is told from the hypothesis with EFFECT_POWER
 * @half_width: of the interval at hand, unit of the result
 * @level:      its one-sided nominal error, above 0 and below 1/2
 *
 * half_width (z_(1-level) + z_power) / z_(1-level): the interval's half width is z_(1-level)
 * standard errors of the estimate, whatever the distribution. For differences with standard
 * deviation sigma it is (z + z_power) sigma sqrt(pi / (3 n)), the planning formula of the
 * signed-rank test (Hollander, Wolfe, Chicken, section 3.1, comment on sample sizes).
 *
 * Return: the shift; NaN for arguments outside.
 */
double effect_detectable(double half_width, double level);

/**
 * effect_rounds() - rounds that a smaller shift would need
 * @detectable: by effect_detectable() with @rounds rounds
 * @rounds:     so far
 * @wanted:     shift to be seen, above 0
 *
 * The detectable shift falls with the root of the rounds.
 *
 * Return: the rounds, rounded up.
 */
double effect_rounds(double detectable, size_t rounds, double wanted);

/**
 * effect_rate_bounds() - Clopper-Pearson interval of an error rate
 * @hits:     how often it happened
 * @n:        tries, at least 1
 * @level:    one-sided error of each end
 * @ret_low:  written
 * @ret_high: written
 *
 * Source: Clopper and Pearson, Biometrika 26 (1934), by quantiles of the beta distribution.
 *
 * Return: nothing.
 */
void effect_rate_bounds(size_t hits, size_t n, double level, double *ret_low, double *ret_high);
