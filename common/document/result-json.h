/* Result documents: struct result to JSON and back (format steady-result-1). */
#pragma once

#include "common/base/error.h"
#include "common/model/result.h"

#define RESULT_FORMAT "steady-result-1"

/**
 * result_to_json() - the document
 * @r:   complete result with its summaries
 * @ret: text with a final newline, owned by the caller; untouched on failure
 *
 * Keys in the order of the interface page. A number that is not to be had is
 * {"unavailable": reason}; a time or text that is not there yet is null. A seed above 2^53 - 1,
 * which readers with doubles would change, is a string. Of a gate that has ended the verdicts are
 * made anew by gate_judge().
 *
 * Return: 0; -ENOMEM.
 */
int result_to_json(const struct result *r, char **ret);

/**
 * result_from_json() - read a document, own or from a file
 * @text: not trusted
 * @size: bytes
 * @ret:  owned by the caller; untouched on failure. Statuses of runs are as in the text, summaries
 *        and quality flags are made anew from the runs by summary_make()
 * @e:    filled on failure with the place
 *
 * Unknown keys are passed over; a missing metric is unavailable. Format, id, workload, state,
 * benchmarks with their names, and each run's n, status and metrics are needed. Refused are units
 * other than ours, a negative metric, and a benchmark or a run that is there twice.
 *
 * Return: 0; -EINVAL: not JSON, not this format or a value of the wrong kind; -E2BIG: more
 * benchmarks or runs than a job can have; -ENOMEM.
 */
int result_from_json(const char *text, size_t size, struct result *ret, struct error *e);
