/* Results made of invented runs, for the tests of judge and document. */
#pragma once

#include <stdio.h>

#include "common/base/macro.h"
#include "common/model/result.h"

/**
 * fixture_result() - a result with benchmarks b0, b1, ... and no runs
 * @n_benchmarks: how many
 *
 * Return: the result, owned by the caller: result_done(); aborts without memory.
 */
static inline struct result fixture_result(size_t n_benchmarks)
{
	struct result r = {
		.outliers = {OUTLIER_EVIDENCE, 0.01, 0.5},
		.metrics = {[METRIC_WALL] = true},
		.benchmarks = calloc(n_benchmarks, sizeof(*r.benchmarks)),
		.n_benchmarks = n_benchmarks,
		.overhead = measure_unavailable("not measured"),
	};

	for (size_t b = 0; b < n_benchmarks; b++)
		if (asprintf(&r.benchmarks[b].name, "b%zu", b) < 0)
			abort();
	return r;
}

/**
 * fixture_run() - append a run on one CPU; every metric but wall is unavailable
 * @r:         result
 * @benchmark: index
 * @wall:      seconds
 * @foreign:   seconds
 *
 * Return: the run, valid until the next one is appended.
 */
static inline struct run *fixture_run(
	struct result *r, unsigned benchmark, double wall, double foreign)
{
	struct run *run;

	/* Room is doubled: full at 0, 1, 2, 4, ... runs. */
	if ((r->n_runs & (r->n_runs - 1)) == 0) {
		r->runs = reallocarray(r->runs, MAX_OF(2 * r->n_runs, (size_t)1), sizeof(*run));
		if (!r->runs)
			abort();
	}
	run = &r->runs[r->n_runs++];
	*run = (struct run){
		.n = (unsigned)r->n_runs,
		.benchmark = benchmark,
		.block = (unsigned)r->n_runs,
		.evidence = {.foreign = measure_set(foreign), .steal = measure_set(0), .n_cpus = 1},
	};
	for (int m = 0; m < METRIC_MAX; m++)
		run->metrics[m] = measure_unavailable("not in this test");
	run->metrics[METRIC_WALL] = measure_set(wall);
	return run;
}

/**
 * fixture_culprit() - append a culprit, largest first
 * @run:     has room for it
 * @name:    of the task
 * @seconds: of foreign time
 *
 * Return: nothing.
 */
static inline void fixture_culprit(struct run *run, const char *name, double seconds)
{
	struct culprit *culprit = &run->evidence.culprits[run->evidence.n_culprits++];

	(void)snprintf(culprit->name, sizeof(culprit->name), "%s", name);
	culprit->seconds = seconds;
}
