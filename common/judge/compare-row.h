/* One benchmark and metric of two results: from values to an interval, p values and a verdict. */
#pragma once

#include "common/judge/compare-match.h"
#include "common/judge/run-index.h"
#include "common/model/verdict.h"

/* One of the two results. */
struct compare_side {
	const struct result *result; /* borrowed */
	const char *name;	     /* static: "base" */
	struct run_index index;
};

/* What a row is made from. */
struct compare_pair {
	const struct compare_side *base, *cand;
	struct match match;
	enum metric metric;
	double session_sd; /* of ln(median) between sessions; NaN: not calibrated */
};

/**
 * compare_side_make() - get a result ready to be looked at benchmark by benchmark
 * @r:    judged; borrowed by @ret
 * @name: static
 * @ret:  owned by the caller; untouched on failure
 *
 * Return: 0; -ENOMEM.
 */
int compare_side_make(const struct result *r, const char *name, struct compare_side *ret);

/**
 * compare_side_done() - free the content
 * @side: or NULL
 *
 * Return: nothing.
 */
void compare_side_done(struct compare_side *side);

/**
 * compare_row_start() - a row with its name and rules, and no number yet
 * @pair: what
 * @gate: rules
 * @ret:  written only on success; its verdict is invalid
 *
 * Return: 0; -ENOMEM.
 */
int compare_row_start(
	const struct compare_pair *pair, const struct gate *gate, struct verdict_row *ret);

/**
 * compare_row_measure() - medians, ratio, interval and p values, or why there are none
 * @pair: what
 * @gate: rules
 * @row:  of compare_row_start(); its p values are not adjusted yet
 *
 * The p values belong to the interval: one is at most alpha where the interval at that level says
 * so. Ties count against every hypothesis, which keeps the level (docs/METHOD.md#compare).
 *
 * Return: 0, also for a row that stays invalid; -ENOMEM.
 */
int compare_row_measure(
	const struct compare_pair *pair, const struct gate *gate, struct verdict_row *row);

/**
 * compare_row_decide() - verdict from the adjusted p values
 * @row:  measured; one without p values keeps its verdict
 * @gate: rules
 *
 * Return: nothing.
 */
void compare_row_decide(struct verdict_row *row, const struct gate *gate);
