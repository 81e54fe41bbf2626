/* The runs of a job by benchmark. */
#pragma once

#include <stddef.h>

#include "common/model/result.h"

struct run_index {
	size_t *starts;	   /* owned; of benchmark b: starts[b] .. starts[b + 1] - 1 in positions */
	size_t *positions; /* owned; positions of runs, in order of execution within a benchmark */
};

#define CLEANUP_RUN_INDEX CLEANUP(run_index_done)

/**
 * run_index_make() - sort the runs of a result by benchmark
 * @r:   runs of benchmarks that do not exist are left out
 * @ret: owned by the caller; untouched on failure
 *
 * One pass over the runs, so that looking at every benchmark stays linear for thousands of them.
 *
 * Return: 0; -ENOMEM.
 */
int run_index_make(const struct result *r, struct run_index *ret);

/**
 * run_index_done() - free the content
 * @i: index, or NULL
 *
 * Return: nothing.
 */
void run_index_done(struct run_index *i);

/**
 * run_index_count() - number of runs of one benchmark
 * @i:         index
 * @benchmark: below the result's number of benchmarks
 *
 * Return: the count, warm-ups and excluded runs too.
 */
size_t run_index_count(const struct run_index *i, size_t benchmark);
