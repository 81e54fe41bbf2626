/* The order in which the runs of a job are made: a pure function of workload and seed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/model/suite.h"

#define PLAN_TRIALS_MAX 1000000 /* of one job: bounds the memory of daemon and client */

/* One planned execution of one benchmark. */
struct trial {
	unsigned benchmark; /* index into plan.benchmarks */
	unsigned block;	    /* round, from 1; 0 for warm-ups */
	bool warmup;
};

/* One combination of arm and parameter values. */
struct plan_benchmark {
	char *name;	    /* "julia-set[width=500]"; the same for every arm */
	size_t workload;    /* index into suite.items */
	size_t arm;	    /* index into its arms; unused when there are none */
	struct strv params; /* "width=500" */
};

/* The Latin square whose rows are being used: row i is base turned by turns[i]. All owned. */
struct plan_square {
	bool *members;	 /* per benchmark of the plan */
	unsigned *base;	 /* the members in random order */
	unsigned *turns; /* 0 .. n-1 in random order */
	unsigned n, row; /* members; next row */
};

struct plan {
	struct plan_benchmark *benchmarks;
	size_t n_benchmarks;
	struct trial *trials; /* warm-ups first */
	size_t n_trials;
	unsigned blocks; /* rounds planned so far */
	uint64_t seed;
	struct plan_square square;
	uint64_t n_draws; /* random orders drawn so far */
};

/**
 * plan_make() - expand arms and matrix, order the warm-ups and the first rounds
 * @w:      complete workload
 * @seed:   decides every random order
 * @ret:    owned by the caller; untouched on failure
 * @e:      filled on failure
 *
 * Benchmarks: every matrix combination, the last parameter changing fastest, and for each all arms.
 * Warm-ups go round by round in that order. Rounds: the fixed number of runs, or the first look of
 * an adaptive repetition. `blocks`: each round is a row of a random cyclic Latin square, the rows
 * of one square are used up before the next is drawn; so two benchmarks come as ABBA or BAAB.
 * `random`: one random order of all runs; a trial's block is how often its benchmark came up.
 * `batch`: all runs of the first benchmark, then of the next. `pairs`: in every round the arms of
 * each benchmark side by side, in an order drawn for each (of two: a fair coin), the benchmarks in
 * random order. The first rounds of a gate are those of its first look.
 * docs/METHOD.md#order-of-runs
 *
 * Return: 0; -E2BIG above WORKLOAD_BENCHMARKS_MAX or PLAN_TRIALS_MAX; -EINVAL for a parameter
 * without values; -ENOMEM.
 */
int plan_make(const struct workload *w, uint64_t seed, struct plan *ret, struct error *e);

/**
 * plan_make_suite() - the same for all members of a suite
 * @s:    complete suite; the benchmarks of a member follow those of the member before
 * @seed: decides every random order
 * @ret:  owned by the caller; untouched on failure
 * @e:    filled on failure
 *
 * Each member has its own number of warm-ups; the rounds are of all benchmarks. The first rounds of
 * a gate are those of the earliest first look.
 *
 * Return: as plan_make().
 */
int plan_make_suite(const struct suite *s, uint64_t seed, struct plan *ret, struct error *e);

/**
 * plan_count() - benchmarks of a workload
 * @w: complete workload
 *
 * Return: count; anything above WORKLOAD_BENCHMARKS_MAX stands for too many.
 */
size_t plan_count(const struct workload *w);

/**
 * plan_extend() - append one round for the benchmarks that still need runs
 * @p:      plan, unchanged on failure
 * @w:      the workload it was made from, or any member of the suite
 * @wanted: per benchmark, whether it takes part; none at all adds no round
 *
 * A square is drawn for its members: when others take part than in the round before, a new square
 * begins, since leaving members out of a row would favour their successors.
 *
 * Return: 0; -E2BIG above PLAN_TRIALS_MAX; -ENOMEM.
 */
int plan_extend(struct plan *p, const struct workload *w, const bool *wanted);

/**
 * plan_next_look() - counted runs at which an adaptive repetition looks at its interval next
 * @r: repetition
 * @n: counted runs so far, 0 for the first look
 *
 * Looks are planned at 12, 20, 30, 45, 60 and then half as much again each time, never below
 * @r->min, the last at @r->max: an interval that is looked at after every run is too often narrow
 * by luck. docs/METHOD.md#order-of-runs
 *
 * Return: runs, above @n; @n when @r->max is reached.
 */
unsigned plan_next_look(const struct repetition *r, unsigned n);

/**
 * plan_print() - the plan for a person: one line a trial
 * @f: where to
 * @p: plan
 * @s: the suite it was made from; suite_of() one workload
 *
 * Return: nothing; errors of @f stay in ferror().
 */
void plan_print(FILE *f, const struct plan *p, const struct suite *s);

/**
 * plan_done() - free the content
 * @p: plan, or NULL
 *
 * Return: nothing.
 */
void plan_done(struct plan *p);

/**
 * plan_substitute() - put parameter values into a text
 * @text:   "{name}" is replaced for every name in @values; other braces stay, and values are not
 *          looked at again
 * @values: "name=value" pairs
 *
 * Return: owned by the caller; NULL without memory.
 */
char *plan_substitute(const char *text, const struct strv *values);
