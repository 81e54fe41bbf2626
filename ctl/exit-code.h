/* Exit codes of steadyctl: the contract with scripts and CI. */
#pragma once

#include "common/model/result.h"

enum exit_code {
	EXIT_CODE_DONE = 0,
	EXIT_CODE_DIFFERS = 1,
	EXIT_CODE_USAGE = 2,
	EXIT_CODE_UNSTABLE = 5, /* also interrupted, invalid data, unfit environment */
	EXIT_CODE_MISSING = 6,	/* a benchmark or what it is compared with */
	EXIT_CODE_DAEMON = 7,	/* unreachable, refused or timed out */
	EXIT_CODE_COMMAND = 8,	/* a command of the workload failed */
	EXIT_CODE_CANCELLED = 130,
};

/**
 * exit_code_from_error() - exit code of a verb that failed
 * @code: negative errno as carried by struct error
 *
 * Return: EXIT_CODE_USAGE for what the caller gave (-EINVAL, -ENOENT, -EFBIG, ...),
 * EXIT_CODE_MISSING for -ENOMEDIUM (nothing to compare with), EXIT_CODE_DAEMON for a daemon that is
 * away or refuses, EXIT_CODE_UNSTABLE for the rest.
 */
enum exit_code exit_code_from_error(int code);

/**
 * exit_code_from_result() - exit code of a job that was followed to its end
 * @r: result in a final state
 *
 * Missing data is never EXIT_CODE_DONE: a job that ended well without a counted run is not done.
 *
 * Return: the code.
 */
enum exit_code exit_code_from_result(const struct result *r);
