/* One run in the layout of GNU time --verbose. */
#pragma once

#include <stdio.h>

#include "common/base/error.h"
#include "common/model/result.h"

/**
 * report_time_median_run() - the run whose wall time is closest to the median of those that count
 * @r:         result
 * @benchmark: index
 *
 * Where no run counts, the last one that is no warm-up.
 *
 * Return: borrowed from @r; NULL without runs.
 */
const struct run *report_time_median_run(const struct result *r, unsigned benchmark);

/**
 * report_time() - one block per benchmark, or one for a single run
 * @f:      the blocks: every label and number as GNU time 1.9 writes them
 * @notes:  which run was taken and what was not measured; NULL: nowhere
 * @r:      result
 * @number: of the run over the whole job; 0: the median run of each benchmark
 * @e:      filled on failure
 *
 * What Linux does not keep (average sizes, swaps, messages, signals) is 0, as in GNU time; what
 * steady could not measure is "unavailable" with its reason.
 *
 * Return: 0; -ENOENT: no such run, or none at all.
 */
int report_time(FILE *f, FILE *notes, const struct result *r, uint64_t number, struct error *e);
