/* When has every benchmark been run often enough. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/model/result.h"
#include "common/model/workload.h"

#define REPETITION_STOP_MAX 256

enum repetition_step {
	REPETITION_MORE,
	REPETITION_DONE,
	REPETITION_UNSTABLE, /* too many runs had to be excluded: there is no number to give */
};

/**
 * repetition_decide() - what to do after a round
 * @w:          repetition, outliers and arms are looked at
 * @r:          benchmarks and judged runs so far
 * @elapsed_ns: since the first run
 * @wanted:     one per benchmark of @r, always written: who takes part in the next round; all false
 *              unless the step is REPETITION_MORE
 * @ret_stop:   why repeating ends ("20 runs", "rel-ci reached at 20 runs", "max-time reached after
 *              31 runs", "budget of replacements spent: 10 of 20 runs disturbed, mostly by cc1");
 *              empty for REPETITION_MORE
 * @size:       bytes of @ret_stop, REPETITION_STOP_MAX is enough
 *
 * Fixed number n: until every benchmark has n counted runs. Excluded and failed runs are replaced,
 * at most max(3, budget * n) of them a benchmark: so nothing goes on for ever. Until rel-ci: the
 * interval is looked at only when plan_next_look() counted runs are there, over exactly those; the
 * budget grows with the look that is aimed at. With arms an adaptive repetition goes on for all
 * until the last is precise enough: arms are compared within rounds. Precision and time end a
 * repetition, a difference between arms never does: stopping on significance makes differences
 * (docs/METHOD.md#stopping).
 *
 * Runs that fail under `on-failure: continue` use up the budget too. When a benchmark ends short of
 * its runs and most of what is missing failed, the step is REPETITION_DONE and says how many did.
 *
 * Return: the step; REPETITION_UNSTABLE without memory, with that as the reason.
 */
enum repetition_step repetition_decide(const struct workload *w, const struct result *r,
	uint64_t elapsed_ns, bool *wanted, char *ret_stop, size_t size);

/**
 * repetition_budget() - replacements that a benchmark may use
 * @outliers: of the workload
 * @n:        wanted number of runs
 *
 * Return: max(3, budget * n), rounded up.
 */
size_t repetition_budget(const struct outliers *outliers, size_t n);

/**
 * repetition_mark_unstable() - say which benchmarks have no number to give
 * @w: workload
 * @r: judged runs; QUALITY_UNSTABLE is set for every benchmark whose budget is spent or of which
 *     only excluded runs are there, and cleared for the others
 *
 * For the session, once the step is REPETITION_UNSTABLE.
 *
 * Return: 0; -ENOMEM.
 */
int repetition_mark_unstable(const struct workload *w, struct result *r);
