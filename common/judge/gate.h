/* From pairs to verdicts: sequential looks, one interval a row, one error rate for the whole. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/model/verdict.h"

enum gate_step {
	GATE_MORE,
	GATE_DONE,
};

/**
 * gate_judge() - verdicts of the result of a gate
 * @r:    judged runs of benchmarks with two arms; every benchmark carries its rules (gate)
 * @ret:  owned by the caller; untouched on failure
 *
 * Pure and deterministic: the same result gives the same bytes, on any machine; figures have nine
 * digits. For every row the planned looks that were reached, over exactly their first pairs; a row
 * that is undecided in a result that is final gets one closing look over all its pairs with what is
 * left of alpha. At each look: exact signed-rank p values of the four hypotheses (not worse than
 * the margin, not better, not equivalent, inferior); over the looks spending_p(); over the rows
 * Benjamini-Hochberg, each hypothesis a family of its own. A verdict is given where the adjusted p
 * is at most alpha. Ratio: exp of the Hodges-Lehmann estimate at the last look, interval at that
 * look's level. docs/METHOD.md#gate
 *
 * Rows that are never green: an arm without runs (missing), a failed run (failed), a value without
 * logarithm, more pairs excluded than gate.max-excluded-ratio (unstable), exclusion that differs
 * between the arms (Fisher p below .001), fewer pairs than can decide at all, a job that is failed,
 * unstable, cancelled or interrupted. What such a job proved to be regressed stays so, unless it is
 * unstable. Rows that cannot be judged take no part in the families.
 *
 * Return: 0; -EINVAL when the result has no arms; -ENOMEM.
 */
int gate_judge(const struct result *r, struct verdict_document *ret);

/**
 * gate_decide() - what to do after a round
 * @r:          judged runs so far; every benchmark carries its rules
 * @elapsed_ns: since the first run
 * @max_time_ns: of the whole gate; 0: no limit
 * @wanted:     one per benchmark of @r, always written: who takes part in the next round; both arms
 *              or none
 * @ret_stop:   why it ends: "decided after 16 rounds", "48 rounds", "max-time reached after 20
 *              rounds", "too many pairs excluded: 9 of 24, mostly by cc1"; empty for GATE_MORE
 * @size:       bytes of @ret_stop, REPETITION_STOP_MAX is enough
 *
 * Undecided rows go on until the last look; a benchmark whose rows are all decided rests. A pair
 * that is excluded is replaced until the cap. Between looks nothing is decided: the values are
 * looked at only when the last round brought a benchmark to one of its looks. Then a benchmark that
 * is between two of its own may rest too, when what others showed makes its earlier p values
 * enough (Benjamini-Hochberg). A benchmark that was not in the last round rests.
 *
 * Return: the step; GATE_DONE without memory, with that as the reason.
 */
enum gate_step gate_decide(const struct result *r, uint64_t elapsed_ns, uint64_t max_time_ns,
	bool *wanted, char *ret_stop, size_t size);

/**
 * gate_progress() - how far a gate is
 * @r:             judged runs so far
 * @ret_decided:   benchmarks that rest
 * @ret_rounds:    rounds made by the benchmarks that do not, the most
 * @ret_rounds_max: their last look
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int gate_progress(const struct result *r, size_t *ret_decided, unsigned *ret_rounds,
	unsigned *ret_rounds_max);
