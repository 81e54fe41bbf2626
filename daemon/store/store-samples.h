/* The measures of a run under the names that the store keeps for ever. */
#pragma once

#include "daemon/store/store-private.h"

/* Every metric, then the measures of the evidence. */
#define STORE_MEASURES_MAX (METRIC_MAX + 4)

/**
 * store_measure_name() - name of a measure in the store
 * @i: below STORE_MEASURES_MAX
 *
 * Return: static text.
 */
const char *store_measure_name(unsigned i);

/**
 * store_measure_of() - place of a measure in a run
 * @run: run
 * @i:   below STORE_MEASURES_MAX
 *
 * Return: the measure, part of @run.
 */
struct measure *store_measure_of(struct run *run, unsigned i);

/**
 * store_put_samples() - write the measures and culprits of a run, inside of a transaction
 * @s:      store
 * @number: of the job
 * @run:    its row is there already
 * @e:      filled on failure
 *
 * Return: 0; -ENOSPC, ...
 */
int store_put_samples(struct store *s, uint64_t number, const struct run *run, struct error *e);

/**
 * store_load_samples() - fill in the measures and culprits of all runs of a job
 * @s:      store
 * @number: of the job
 * @runs:   n of them in rising order of run->n; measures that were not stored are unavailable
 * @n_runs: count
 * @e:      filled on failure
 *
 * Return: 0; -EUCLEAN, ...
 */
int store_load_samples(
	struct store *s, uint64_t number, struct run *runs, size_t n_runs, struct error *e);
