/* From the launcher's result to what became of a run, in words and metrics. */
#pragma once

#include "daemon/runner/launch-request.h"
#include "daemon/runner/runner.h"

/**
 * outcome_from_result() - translate
 * @result:  of the launcher
 * @request: it belongs to, for names in messages
 * @ret:     filled but for the output fields
 *
 * Return: nothing.
 */
void outcome_from_result(const struct launch_result *result, const struct launch_request *request,
	struct run_outcome *ret);

/**
 * outcome_lost() - the launcher died during the run
 * @reason: why
 * @ret:    filled but for the output fields
 *
 * Return: nothing.
 */
void outcome_lost(const char *reason, struct run_outcome *ret);
