/* The rounds of a gate: one run of each arm, as differences of logarithms. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/judge/run-index.h"
#include "common/model/result.h"

/* The two arms of one benchmark: indices into result.benchmarks, -1: not there. */
struct arm_pair {
	long base, cand;
};

struct pairs {
	double *d; /* owned: s (ln cand - ln base), in order of the rounds; s -1 where higher is
		      better */
	bool *base_first;  /* owned: which arm went first */
	size_t n;	   /* pairs that count */
	size_t n_made;	   /* rounds of which both runs are there */
	size_t n_excluded; /* of these, left out because a run is disturbed or invalid */
	size_t base_excluded, cand_excluded; /* runs with a cause, by arm */
	size_t n_failed;		     /* runs that failed, both arms */
	double base_median, cand_median; /* of the counted pairs, unit of the metric; NaN: none */
	double round_s;			 /* mean wall time of both runs of a pair; NaN: unknown */
	const char
		*unusable; /* why there is no logarithm (value not above 0, unavailable); or NULL */
};

/**
 * arm_pairs_find() - the benchmarks of a result, two arms each
 * @r:     result
 * @ret:   owned by the caller; in the order of the result, a benchmark without its other arm too
 * @ret_n: count
 *
 * Base is the first arm of a benchmark's name in the result, candidate the second; a third is left
 * out.
 *
 * Return: 0; -EINVAL when the result has no arms; -ENOMEM.
 */
int arm_pairs_find(const struct result *r, struct arm_pair **ret, size_t *ret_n);

/**
 * pairs_make() - the pairs of one benchmark and metric
 * @r:      judged runs
 * @index:  of @r
 * @arms:   of the benchmark
 * @metric: which
 * @ret:    owned by the caller; untouched on failure
 *
 * A pair is the run of each arm in one block. The whole pair goes when either run is disturbed or
 * invalid: these statuses come from evidence that does not look at the value or the arm, so the
 * signs of what stays are as fair as before (docs/METHOD.md#gate). Value rules (tukey, mad) make
 * the pairs unusable: they are not blind. Warm-ups are left out.
 *
 * Return: 0; -ENOMEM.
 */
int pairs_make(const struct result *r, const struct run_index *index, struct arm_pair arms,
	enum metric metric, struct pairs *ret);

/**
 * pairs_done() - free the content
 * @p: pairs, or NULL
 *
 * Return: nothing.
 */
void pairs_done(struct pairs *p);
