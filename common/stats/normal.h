/* The normal distribution and the incomplete beta function. */
#pragma once

/**
 * normal_cdf() - P(Z <= z)
 * @z: any
 *
 * By erfc(3), which keeps the tails.
 *
 * Return: the probability.
 */
double normal_cdf(double z);

/**
 * normal_quantile() - z with P(Z <= z) = p
 * @p: above 0 and below 1
 *
 * Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution, Applied Statistics
 * 37 (1988).
 *
 * Return: z; NaN outside.
 */
double normal_quantile(double p);

/**
 * beta_cdf() - regularised incomplete beta function I_x(a, b)
 * @x: 0 .. 1
 * @a: above 0
 * @b: above 0
 *
 * Continued fraction by Lentz's method: Press and others, Numerical Recipes (Cambridge, 2007),
 * section 6.4 for the formula (DLMF 8.17.22).
 *
 * Return: the probability; NaN for arguments outside.
 */
double beta_cdf(double x, double a, double b);

/**
 * beta_quantile() - x with I_x(a, b) = p
 * @p: 0 .. 1
 * @a: above 0
 * @b: above 0
 *
 * By bisection to the last bit. For Clopper-Pearson bounds of an error rate.
 *
 * Return: x; NaN for arguments outside.
 */
double beta_quantile(double p, double a, double b);
