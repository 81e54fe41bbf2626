/* What happens between clone and exec: raw system calls in a fixed order, as a table of steps. */
#include "daemon/runner/launcher/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "common/base/macro.h"
#include "daemon/runner/launcher/protocol.h"

#define UMASK		 022
#define SIGNAL_MASK_SIZE 8 /* the kernel's sigset_t, not glibc's */

/* The child runs on a borrowed stack that a sanitizer knows nothing about. */
#define IN_CHILD __attribute__((no_sanitize("address", "undefined")))

struct step {
	enum launch_step name;
	long (*take)(const struct child_plan *plan); /* 0 or more; -1 with errno */
};

IN_CHILD static long take_session(const struct child_plan *plan)
{
	return syscall(SYS_setsid);
}

IN_CHILD static long take_cgroup(const struct child_plan *plan)
{
	for (unsigned i = 0; i < plan->n_joins; i++)
		if (syscall(SYS_write, plan->joins[i], "0", (size_t)1) < 0)
			return -1;
	return 0;
}

IN_CHILD static long take_output(const struct child_plan *plan)
{
	if (syscall(SYS_dup3, plan->stdout_fd, STDOUT_FILENO, 0) < 0 ||
		syscall(SYS_dup3, plan->stderr_fd, STDERR_FILENO, 0) < 0)
		return -1;

	return syscall(SYS_close_range, (unsigned)STDERR_FILENO + 1, ~0u, 0u);
}

IN_CHILD static long take_limits(const struct child_plan *plan)
{
	const struct rlimit none = {0, 0};

	(void)syscall(SYS_umask, UMASK);
	/* A daemon that was started with "nice" may not raise it again: then that is what was
	 * meant. */
	(void)syscall(SYS_setpriority, PRIO_PROCESS, 0, 0);
	return syscall(SYS_prlimit64, 0, RLIMIT_CORE, &none, NULL);
}

/* The daemon may be protected; what it runs for others is not. */
IN_CHILD static long take_oom_score(const struct child_plan *plan)
{
	if (!plan->is_spared)
		return 0;

	long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;

	long n = syscall(SYS_write, fd, "0", (size_t)1);

	(void)syscall(SYS_close, fd);
	return n;
}

IN_CHILD static long take_cpus(const struct child_plan *plan)
{
	return syscall(SYS_sched_setaffinity, 0, sizeof(*plan->cpus), plan->cpus);
}

IN_CHILD static long take_aslr(const struct child_plan *plan)
{
	if (!plan->aslr_off)
		return 0;

	long old = syscall(SYS_personality, 0xffffffffu);

	return syscall(SYS_personality, (unsigned)old | ADDR_NO_RANDOMIZE);
}

/* The last of the privileged steps. Real, effective and saved together: there is no way back. */
IN_CHILD static long take_identity(const struct child_plan *plan)
{
	if (plan->keep_identity)
		return 0;
	if (syscall(SYS_setgroups, plan->n_groups, plan->groups) < 0 ||
		syscall(SYS_setresgid, plan->gid, plan->gid, plan->gid) < 0)
		return -1;

	return syscall(SYS_setresuid, plan->uid, plan->uid, plan->uid);
}

/* After setresuid, which clears it. The launcher may have gone before it was set. */
IN_CHILD static long take_death_signal(const struct child_plan *plan)
{
	if (syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return -1;
	if (syscall(SYS_getppid) != plan->launcher)
		syscall(SYS_exit_group, 1);
	return 0;
}

IN_CHILD static long take_folder(const struct child_plan *plan)
{
	return syscall(SYS_chdir, plan->cwd);
}

/* O_NONBLOCK: a FIFO without a writer must not hold the launcher up. */
IN_CHILD static long take_stdin(const struct child_plan *plan)
{
	if (!plan->stdin_path)
		return 0;

	long fd = syscall(SYS_openat, AT_FDCWD, plan->stdin_path,
		O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -1;

	long flags = syscall(SYS_fcntl, fd, F_GETFL);

	(void)syscall(SYS_fcntl, fd, F_SETFL, flags & ~O_NONBLOCK);
	return syscall(SYS_dup3, fd, STDIN_FILENO, 0);
}

/*
 * As late as can be, so that a crowded CPU does not delay the steps before. A child of a real-time
 * task would also inherit a timer slack of 0 (since Linux 6.13), which ordinary programs never
 * have.
 */
IN_CHILD static long take_priority(const struct child_plan *plan)
{
	const struct sched_param normal = {0};

	if (syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &normal) < 0 && plan->leave_realtime)
		return -1;
	return syscall(SYS_prctl, PR_SET_TIMERSLACK, plan->timer_slack_ns, 0, 0, 0);
}

/* Dispositions are the launcher's: all default. */
IN_CHILD static long take_signals(const struct child_plan *plan)
{
	const uint64_t none = 0;

	return syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, (size_t)SIGNAL_MASK_SIZE);
}

static const struct step steps[] = {
	{LAUNCH_STEP_SESSION, take_session},
	{LAUNCH_STEP_CGROUP, take_cgroup},
	{LAUNCH_STEP_OUTPUT, take_output},
	{LAUNCH_STEP_LIMITS, take_limits},
	{LAUNCH_STEP_OOM_SCORE, take_oom_score},
	{LAUNCH_STEP_CPUS, take_cpus},
	{LAUNCH_STEP_ASLR, take_aslr},
	{LAUNCH_STEP_IDENTITY, take_identity},
	{LAUNCH_STEP_DEATH_SIGNAL, take_death_signal},
	{LAUNCH_STEP_FOLDER, take_folder},
	{LAUNCH_STEP_STDIN, take_stdin},
	{LAUNCH_STEP_PRIORITY, take_priority},
	{LAUNCH_STEP_SIGNALS, take_signals},
};

/* errnos after which execvp(3) looks in the next folder of PATH. */
IN_CHILD static bool may_be_elsewhere(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EACCES || error == ESTALE ||
		error == ENODEV || error == ETIMEDOUT;
}

IN_CHILD static struct child_report failed(enum launch_step step, int error, unsigned candidate)
{
	return (struct child_report){.step = step, .error = error, .candidate = candidate};
}

/* Worse news wins: may not be run, its interpreter is missing, is not there. */
IN_CHILD static void note_failure(
	struct child_report *failure, const char *path, int error, unsigned candidate)
{
	bool is_there = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;

	if (failure->error == EACCES)
		return;
	if (error == EACCES)
		*failure = failed(LAUNCH_STEP_EXEC, EACCES, candidate);
	else if (error == ENOENT && is_there)
		*failure = failed(LAUNCH_STEP_INTERPRETER, ENOENT, candidate);
}

/* execvp's rules. Return: why no candidate could be run. */
IN_CHILD static struct child_report exec_candidates(const struct child_plan *plan)
{
	struct child_report failure = failed(LAUNCH_STEP_EXEC, ENOENT, 0);
	struct timespec now;

	for (unsigned i = 0; plan->candidates[i]; i++) {
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		plan->report->exec_ns = (uint64_t)now.tv_sec * NSEC_PER_SEC + (uint64_t)now.tv_nsec;
		syscall(SYS_execve, plan->candidates[i], plan->argv, plan->env);

		int error = errno;

		if (!may_be_elsewhere(error))
			return failed(LAUNCH_STEP_EXEC, error, i);
		note_failure(&failure, plan->candidates[i], error, i);
	}
	return failure;
}

IN_CHILD static struct child_report become(const struct child_plan *plan)
{
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i].take(plan) < 0)
			return failed(steps[i].name, errno, 0);

	return exec_candidates(plan);
}

IN_CHILD int child_main(void *plan)
{
	*((const struct child_plan *)plan)->report = become(plan);
	for (;;)
		syscall(SYS_exit_group, 127);
}
