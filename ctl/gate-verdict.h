/* The verdict of a gate: what the runs say, and what is known besides. */
#pragma once

#include "ctl/gate-job.h"

/**
 * gate_verdict_make() - judge, and add what the runs cannot know
 * @j:      job; its acceptances are used
 * @result: judged runs; NULL: there was no job
 * @ret:    owned by the caller; untouched on failure
 * @e:      filled on failure
 *
 * Benchmarks that only the base has become rows that are missing; a build that failed, and a job
 * whose command failed before there were runs, rows that have failed.
 *
 * Return: 0; -ENOMEM.
 */
int gate_verdict_make(const struct gate_job *j, const struct result *result,
	struct verdict_document *ret, struct error *e);
