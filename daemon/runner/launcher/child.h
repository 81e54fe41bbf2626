/* What happens between clone and exec, in the memory of the launcher. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/cpuset.h"

/* Written by the child, read by the launcher; in shared memory for children that are a copy. */
struct child_report {
	uint32_t step; /* enum launch_step */
	int32_t error;
	uint32_t candidate;
	uint64_t exec_ns; /* CLOCK_MONOTONIC just before the last execve */
};

/* Everything the child needs, made ready before clone. All borrowed. */
struct child_plan {
	struct child_report *report;
	char *const *argv;
	char *const *env;
	char *const *candidates; /* paths to try, NULL behind the last */
	const char *cwd;
	const char *stdin_path; /* or NULL: descriptor 0 as it is, /dev/null */
	const gid_t *groups;
	size_t n_groups;
	uid_t uid;
	gid_t gid;
	bool keep_identity; /* it already is the wanted one */
	bool aslr_off;
	bool leave_realtime; /* failing to is an error */
	bool is_spared;	     /* by the kernel when memory is out; the program must not be */
	const struct cpuset *cpus;
	const int *joins; /* cgroup.procs files to write "0" to */
	unsigned n_joins;
	int stdout_fd, stderr_fd;
	unsigned long timer_slack_ns;
	pid_t launcher;
};

/**
 * child_main() - become the program of a plan
 * @plan: const struct child_plan *, as void for clone()
 *
 * Only system calls: the memory may be the launcher's own. A failure is left in the report.
 *
 * Return: never.
 */
int child_main(void *plan) __attribute__((noreturn));
