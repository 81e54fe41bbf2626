/* Do two proportions differ. */
#pragma once

#include <stddef.h>

/**
 * fisher_exact() - two-sided p value for a table of two rows and two columns
 * @a: first row, first column
 * @b: first row, second column
 * @c: second row, first column
 * @d: second row, second column
 *
 * Fisher's exact test: sum of the hypergeometric probabilities of all tables with the same margins
 * that are no more likely than this one, with a relative tolerance of 1e-7 for rounding, as R's
 * fisher.test does. Source: Agresti, Categorical Data Analysis (Wiley, 2002), section 3.5.
 *
 * Return: the p value; 1 when a margin is empty.
 */
double fisher_exact(size_t a, size_t b, size_t c, size_t d);
