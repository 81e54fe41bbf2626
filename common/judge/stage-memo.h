/* Levels and stage-wise p values by schedule of looks: what many rows share is found once. */
#pragma once

#include <stddef.h>

#include "common/stats/spending.h"

/*
 * Share of alpha that Lan-DeMets levels are made for. The signed-rank statistics of several looks
 * are not quite a Brownian motion: whatever the noise, levels for alpha itself are passed up
 * to 1.025 times as often as they should be, most with few rounds (docs/METHOD.md#simulated).
 */
#define STAGE_ALLOWANCE 0.97

/**
 * stage_alpha() - what the levels of a rule are made for
 * @rule:  spending rule
 * @alpha: promised
 *
 * Return: @alpha for the union bound, STAGE_ALLOWANCE of it for Lan-DeMets.
 */
double stage_alpha(enum spending_rule rule, double alpha);

/* The stage-wise p value of one p value at one look. */
struct stage_entry {
	size_t look;
	double p, stage_p;
};

struct stage_schedule {
	struct spending spending;
	double alpha;
	double levels[SPENDING_LOOKS_MAX]; /* at stage_alpha() of that alpha */
	struct stage_entry *entries;	   /* owned; by look, then p */
	size_t n_entries, room;
};

/* A zeroed one is empty. */
struct stage_memo {
	struct stage_schedule *schedules; /* owned */
	size_t n_schedules;
	double cap; /* p values above need not be known: they are 1; 0: all are wanted */
};

/**
 * stage_memo_done() - free the content
 * @m: memo, or NULL
 *
 * Return: nothing.
 */
void stage_memo_done(struct stage_memo *m);

/**
 * stage_memo_schedule() - levels of a schedule
 * @m:        memo
 * @spending: rule and looks
 * @alpha:    one-sided error over all looks
 * @ret:      borrowed from @m; written only on success
 *
 * Return: 0; -EINVAL for looks or numbers out of range; -ENOMEM.
 */
int stage_memo_schedule(struct stage_memo *m, const struct spending *spending, double alpha,
	struct stage_schedule **ret);

/**
 * stage_memo_p() - spending_p() over what stage_alpha() leaves, each p value searched for once
 * @m:        memo
 * @schedule: of @m
 * @p:        @n p values of the looks so far
 * @n:        looks so far
 * @ret:      written only on success
 *
 * The stage-wise p value is the least of what the looks give alone, and most looks are out of the
 * running by the bounds of their levels: above what a look spends alone, below what is spent by
 * then.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int stage_memo_p(struct stage_memo *m, struct stage_schedule *schedule, const double *p, size_t n,
	double *ret);
