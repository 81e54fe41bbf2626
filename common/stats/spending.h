/* Sequential looks: how much of the error rate each look may spend. */
#pragma once

#include <stddef.h>

#define SPENDING_LOOKS_MAX 32

enum spending_rule {
	SPENDING_LAN_DEMETS, /* independent increments: full power, level by numerical integration
			      */
	SPENDING_EXACT,	     /* union bound: holds in finite samples without any approximation */
	SPENDING_RULE_MAX,
};

struct spending {
	enum spending_rule rule;
	double rho; /* spent up to the share t of the looks: alpha t^rho */
	double fractions[SPENDING_LOOKS_MAX]; /* rising, of the planned number of rounds, to 1 */
	size_t n_looks;
};

/**
 * spending_levels() - nominal one-sided level of every look
 * @s:     rule and looks
 * @alpha: one-sided error over all looks, above 0 and below 1/2
 * @ret:   @s->n_looks levels
 *
 * Exact: alpha (t_k^rho - t_(k-1)^rho). Lan-DeMets: the boundary at which a Brownian motion has
 * crossed with probability alpha t_k^rho by look k, by the recursion of Armitage, McPherson and
 * Rowe (JRSS A 132 (1969)) over the density of what has not crossed. Sources: Lan and DeMets,
 * Discrete Sequential Boundaries for Clinical Trials, Biometrika 70 (1983); Kim and DeMets,
 * Biometrika 74 (1987) for the power family.
 *
 * Return: 0; -EINVAL for looks that do not rise, numbers out of range; -ENOMEM.
 */
int spending_levels(const struct spending *s, double alpha, double *ret);

/**
 * spending_p() - stage-wise p value: the smallest alpha at which a look so far rejects
 * @s:  rule and looks
 * @p:  @n p values, of the looks so far, in order; each a valid p value of its own look
 * @n:  looks so far, at most @s->n_looks; 0 gives 1
 *
 * Exact: min p_k / (t_k^rho - t_(k-1)^rho). Lan-DeMets: by bisection over alpha, to 1e-10 relative.
 * Rejecting when the result is at most alpha is the same as stopping at the first look with
 * p_k <= level_k(alpha).
 *
 * Return: the p value, at most 1 (at most 0.5 is ever resolved by Lan-DeMets; above that 1); NaN
 * for bad arguments or without memory.
 */
double spending_p(const struct spending *s, const double *p, size_t n);

/**
 * spending_rule_name() - word for a rule
 * @rule: below SPENDING_RULE_MAX
 *
 * Return: static text: "lan-demets", "exact".
 */
const char *spending_rule_name(enum spending_rule rule);

/**
 * spending_rule_find() - rule by its word
 * @name: as in YAML and JSON
 *
 * Return: enum spending_rule; -ENOENT.
 */
int spending_rule_find(const char *name);
