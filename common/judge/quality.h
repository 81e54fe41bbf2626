/* Quality flags: what a reader should know before trusting the numbers of a benchmark. */
#pragma once

#include "common/judge/run-index.h"
#include "common/model/result.h"

/**
 * quality_mark() - set the flags of every benchmark from its judged runs
 * @r:     quality is written, but for QUALITY_UNSTABLE and QUALITY_NO_STEADY_STATE
 * @index: of @r
 *
 * All look at wall time. multimodal: two groups with a gap (modes_find()), or more than 5 % and at
 * least three suspects. drifting: Mann-Kendall p below 0.01 over the counted runs in order of
 * execution. rejection-sensitive: the median of all runs lies outside the interval of the counted
 * ones, or the share of excluded runs differs between the arms of one benchmark (Fisher's exact
 * test, p below 0.05). below-overhead: median under 20 times what the harness adds to a no-op.
 * docs/METHOD.md#quality
 *
 * Return: 0; -ENOMEM.
 */
int quality_mark(struct result *r, const struct run_index *index);
