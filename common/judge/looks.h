/* One series of differences through the planned looks of a gate. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/model/gate.h"
#include "common/stats/location.h"

/* p values are stage-wise: the smallest alpha at which some look so far rejects. */
struct looks_outcome {
	size_t n;		/* differences at the last look; 0: none was reached */
	double level;		/* nominal one-sided level of that look, at the gate's alpha */
	struct location centre; /* at that look and level */
	double p_worse;		/* of "the centre is at most delta" */
	double p_better;	/* of "the centre is at least -delta" */
	double p_equivalent;  /* of "the centre is outside -delta_equivalent .. delta_equivalent" */
	double p_noninferior; /* of "the centre is at least delta_equivalent" */
	bool asymmetric;      /* the sign test's interval would say something else at that level */
};

/**
 * looks_judge() - what a series of differences says at the looks it has reached
 * @d:                @n differences, in order
 * @n:                count
 * @g:                looks, alpha, rho and spending rule
 * @delta:            log of 1 + margin of "worse" and "better"; 0 for a strict gate
 * @delta_equivalent: log of 1 + margin of "equivalent" and "inferior", above 0
 * @closing:          the series will not grow: if it is shorter than the last look, one more look
 *                    over all of it spends what is left of alpha
 * @ret:              written only on success
 *
 * Every look is over exactly the first differences that it asks for. The closing look is valid
 * because a series ends early only for reasons that do not look at it (time, cancelling).
 *
 * Return: 0; -EINVAL for a difference that is not finite; -ENOMEM.
 */
int looks_judge(const double *d, size_t n, const struct gate *g, double delta,
	double delta_equivalent, bool closing, struct looks_outcome *ret);
