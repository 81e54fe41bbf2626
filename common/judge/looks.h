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

/* What is judged; borrowed. */
struct looks_series {
	const double *d; /* differences, in order */
	size_t n;
	bool closing; /* the series will not grow: if it is shorter than the last look, one more
			 look over all of it spends what is left of alpha */
	bool only_p;  /* centre and asymmetric are left out */
};

struct stage_memo;

/**
 * looks_judge() - what a series of differences says at the looks it has reached
 * @s:                series
 * @g:                looks, alpha, rho and spending rule
 * @delta:            log of 1 + margin of "worse" and "better"; 0 for a strict gate
 * @delta_equivalent: log of 1 + margin of "equivalent" and "inferior", above 0
 * @memo:             shared by the series of one verdict, common/judge/stage-memo.h; NULL: none
 * @ret:              written only on success
 *
 * Every look is over exactly the first differences that it asks for. The closing look is valid
 * because a series ends early only for reasons that do not look at it (time, cancelling). It is
 * planned for as if it had come at the last look: the earlier looks keep their levels, and what it
 * shares with them beyond that makes a false rejection less likely, not more (Slepian, Bell System
 * Technical Journal 41 (1962)).
 *
 * Return: 0; -EINVAL for a difference that is not finite or rules out of range; -ENOMEM.
 */
int looks_judge(const struct looks_series *s, const struct gate *g, double delta,
	double delta_equivalent, struct stage_memo *memo, struct looks_outcome *ret);
