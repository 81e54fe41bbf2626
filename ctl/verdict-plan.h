/* What a gate could have seen, and what seeing more would cost. */
#pragma once

#include <stdio.h>

#include "common/model/verdict.h"

struct verdict_plan {
	size_t n, n_without;	       /* rows with a detectable effect, and those without */
	double median, worst;	       /* of the detectable effects, ratios */
	const struct verdict_row *row; /* the worst one; borrowed */
	double margin;		       /* of every row; NaN: they differ */
	double factor;		       /* what to see next, of the margin; 0: half of `worst` */
	double rounds;		       /* the most that a benchmark would need for it */
	double seconds;		       /* all of them together; NaN: unknown */
};

/**
 * verdict_plan_make() - planning figures of a verdict
 * @d:   verdict
 * @ret: borrows from @d
 *
 * The next effect is the margin where some row could not have seen it, else half of it, else half
 * of what the worst row could see. Metrics of one benchmark share its rounds.
 *
 * Return: 0; -ENOMEM.
 */
int verdict_plan_make(const struct verdict_document *d, struct verdict_plan *ret);

/**
 * verdict_plan_seen_print() - "could have seen 0.6 % (median of 50), 1.9 % at worst"
 * @f:    where to
 * @plan: made
 *
 * Return: nothing.
 */
void verdict_plan_seen_print(FILE *f, const struct verdict_plan *plan);

/**
 * verdict_plan_cost_print() - "half the margin (1 %) everywhere: up to 64 rounds, 12 minutes"
 * @f:      where to
 * @plan:   made
 * @paired: rounds are pairs of runs
 *
 * Return: nothing.
 */
void verdict_plan_cost_print(FILE *f, const struct verdict_plan *plan, bool paired);
