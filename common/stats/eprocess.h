/* Evidence that may be looked at after every round, for ever. */
#pragma once

#include <stddef.h>

/**
 * eprocess_symmetric() - e-value against "the differences lie symmetrically at or below @shift"
 * @d:     @n finite differences, in order
 * @n:     count
 * @shift: hypothesis, unit of @d
 * @scale: about the standard deviation of a difference, above 0, fixed beforehand; the guarantee
 *         does not depend on it
 * @ret:   written only on success: mean over lambda in {1/4, 1/2, 1, 2} of the products of
 *         1 + tanh(lambda x_k), x_k = (d_k - shift) / scale cut to -2 .. 2
 *
 * A supermartingale under the hypothesis since e^(lambda x) / cosh(lambda x) = 1 + tanh(lambda x);
 * reject once it reaches 1 / alpha (Ville). Source: de la Pena, Annals of Probability 27 (1999);
 * Ramdas and others, Admissible anytime-valid sequential inference must rely on nonnegative
 * martingales (2020).
 *
 * Return: 0; -EINVAL.
 */
int eprocess_symmetric(const double *d, size_t n, double shift, double scale, double *ret);

/**
 * eprocess_sign() - e-value against "at most half of the differences lie above @shift"
 * @n_above: differences above
 * @n:       differences in all, those on the shift left out
 *
 * One-sided Beta(2, 2) mixture: 2 * 2^n B(2+S, 2+n-S) / B(2, 2) * P(Beta(2+S, 2+n-S) > 1/2).
 *
 * Return: the e-value; 1 without differences.
 */
double eprocess_sign(size_t n_above, size_t n);
