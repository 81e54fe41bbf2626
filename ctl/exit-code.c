/* Exit codes of steadyctl. */
#include "ctl/exit-code.h"

#include <errno.h>

enum exit_code exit_code_from_error(int code)
{
	switch (-code) {
	case EINVAL:
	case ENOENT:
	case EFBIG:
	case E2BIG:
	case ENOTDIR:
	case EISDIR:
	case ELOOP:
		return EXIT_CODE_USAGE;
	case ENOMEDIUM:
		return EXIT_CODE_MISSING;
	case EACCES:
	case EPERM:
	case EBUSY:
	case EDQUOT:
	case ECONNREFUSED:
	case ECONNRESET:
	case ENOTCONN:
	case EHOSTDOWN:
	case EPIPE:
	case ETIMEDOUT:
	case EOPNOTSUPP:
		return EXIT_CODE_DAEMON;
	case ECANCELED:
		return EXIT_CODE_CANCELLED;
	default:
		return EXIT_CODE_UNSTABLE;
	}
}

/* The words a session puts before what a command of the workload did wrong. */
static bool is_command_failure(const char *error)
{
	static const char *const prefixes[] = {"command failed:", "setup failed:",
		"prepare failed:", "conclude failed:", "cleanup failed:", "verify failed:"};

	for (size_t i = 0; error && i < ARRAY_SIZE(prefixes); i++)
		if (strncmp(error, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static bool has_failed_run(const struct result *r)
{
	for (size_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].status == RUN_FAILED)
			return true;
	return false;
}

static bool has_every_summary(const struct result *r)
{
	for (size_t i = 0; i < r->n_benchmarks; i++)
		if (r->benchmarks[i].n_summaries == 0 || r->benchmarks[i].summaries[0].n == 0)
			return false;
	return r->n_benchmarks > 0;
}

enum exit_code exit_code_from_result(const struct result *r)
{
	switch (r->state) {
	case JOB_DONE:
		if (has_every_summary(r))
			return EXIT_CODE_DONE;
		return has_failed_run(r) ? EXIT_CODE_COMMAND : EXIT_CODE_UNSTABLE;
	case JOB_FAILED:
		return is_command_failure(r->error) || has_failed_run(r) ? EXIT_CODE_COMMAND
									 : EXIT_CODE_UNSTABLE;
	case JOB_CANCELLED:
		return EXIT_CODE_CANCELLED;
	default:
		return EXIT_CODE_UNSTABLE;
	}
}
