/* From the launcher's result to what became of a run, in words and metrics. */
#include "daemon/runner/outcome.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "common/base/macro.h"

static const char *const step_names[LAUNCH_STEP_MAX] = {
	[LAUNCH_STEP_REQUEST] = "cannot pass the run to the launcher",
	[LAUNCH_STEP_CLONE] = "cannot make a process",
	[LAUNCH_STEP_SESSION] = "cannot make a session",
	[LAUNCH_STEP_CGROUP] = "cannot enter the cgroup of the run",
	[LAUNCH_STEP_OUTPUT] = "cannot set up the output",
	[LAUNCH_STEP_LIMITS] = "cannot set the core file limit",
	[LAUNCH_STEP_OOM_SCORE] = "cannot give up protection from memory shortage",
	[LAUNCH_STEP_CPUS] = "cannot use the wanted CPUs",
	[LAUNCH_STEP_ASLR] = "cannot switch address randomisation off",
	[LAUNCH_STEP_DEATH_SIGNAL] = "cannot tie the process to the launcher",
	[LAUNCH_STEP_PRIORITY] = "cannot leave real-time priority",
	[LAUNCH_STEP_SIGNALS] = "cannot unblock signals",
};

static const char *const method_names[LAUNCH_METHOD_MAX] = {
	[LAUNCH_METHOD_CLONE3_CGROUP] = "clone3 into cgroup",
	[LAUNCH_METHOD_CLONE3] = "clone3",
	[LAUNCH_METHOD_CLONE] = "vfork",
	[LAUNCH_METHOD_FORK] = "fork",
};

static void explain_exec(const struct launch_result *result, const struct launch_request *request,
	char ret[static RUN_WHY_MAX])
{
	const char *path = result->candidate < request->candidates.n
		? request->candidates.items[result->candidate]
		: request->program;

	if (result->step == LAUNCH_STEP_INTERPRETER)
		(void)snprintf(
			ret, RUN_WHY_MAX, "no such file: the interpreter that %s asks for", path);
	else if (result->error == ENOENT)
		(void)snprintf(ret, RUN_WHY_MAX, "no such file: %s", request->program);
	else if (result->error == EACCES)
		(void)snprintf(ret, RUN_WHY_MAX, "permission denied: %s", path);
	else if (result->error == ENOEXEC)
		(void)snprintf(ret, RUN_WHY_MAX,
			"not a program: %s (a script needs #! in its first line)", path);
	else if (result->error == E2BIG)
		(void)snprintf(ret, RUN_WHY_MAX, "arguments and environment too long: %s", path);
	else
		(void)snprintf(
			ret, RUN_WHY_MAX, "cannot run %s: %s", path, strerror(result->error));
}

static void explain(const struct launch_result *result, const struct launch_request *request,
	char ret[static RUN_WHY_MAX])
{
	const char *cause = strerror(result->error);

	switch (result->step) {
	case LAUNCH_STEP_EXEC:
	case LAUNCH_STEP_INTERPRETER:
		explain_exec(result, request, ret);
		break;
	case LAUNCH_STEP_FOLDER:
		(void)snprintf(
			ret, RUN_WHY_MAX, "cannot enter directory %s: %s", request->cwd, cause);
		break;
	case LAUNCH_STEP_STDIN:
		(void)snprintf(ret, RUN_WHY_MAX, "cannot open %s for stdin: %s",
			request->stdin_path, cause);
		break;
	case LAUNCH_STEP_IDENTITY:
		(void)snprintf(ret, RUN_WHY_MAX, "cannot become user %u, group %u: %s",
			request->packet.uid, request->packet.gid, cause);
		break;
	default:
		(void)snprintf(ret, RUN_WHY_MAX, "%s: %s",
			result->step < LAUNCH_STEP_MAX ? step_names[result->step] : "unknown step",
			cause);
	}
}

static double seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

static struct measure span(uint64_t from_ns, uint64_t to_ns)
{
	return measure_set((double)(to_ns - from_ns) / (double)NSEC_PER_SEC);
}

static void set_all_unavailable(struct run_outcome *o, const char *reason)
{
	for (int i = 0; i < METRIC_MAX; i++)
		o->metrics[i] = measure_unavailable(reason);
	o->run_delay = measure_unavailable(reason);
}

/*
 * How far the kernel's running count of resident pages may be from their sum: each CPU keeps up to
 * max(32, 2 x CPUs) pages to itself (lib/percpu_counter.c). Two CPUs: where the launcher touched
 * the pages, and where it went from there.
 */
static uint64_t rss_error_kib(void)
{
	const long n_cpus = sysconf(_SC_NPROCESSORS_ONLN), page = sysconf(_SC_PAGESIZE);

	return 2 * (uint64_t)MAX_OF(32L, 2 * n_cpus) * (uint64_t)page / 1024;
}

/* exec folds the peak of the memory it discards, the launcher's, into the new process's. */
static struct measure max_rss(const struct launch_result *result)
{
	const uint64_t kib = (uint64_t)result->usage.ru_maxrss, error_kib = rss_error_kib();
	char reason[RUN_REASON_MAX];

	if (kib > result->peak_kib + error_kib)
		return measure_set((double)kib * 1024);
	(void)snprintf(reason, sizeof(reason), "not above the launcher's %u KiB by over %u KiB",
		(unsigned)result->peak_kib, (unsigned)error_kib);
	return measure_unavailable(reason);
}

static void set_metrics(const struct launch_result *result, struct run_outcome *o)
{
	const struct rusage *u = &result->usage;
	const double user = seconds(&u->ru_utime), sys = seconds(&u->ru_stime);

	o->metrics[METRIC_WALL] = span(result->exec_ns, result->end_ns);
	o->metrics[METRIC_OWN] = measure_unavailable("needs kernel records");
	o->metrics[METRIC_CPU] = measure_set(user + sys);
	o->metrics[METRIC_USER] = measure_set(user);
	o->metrics[METRIC_SYS] = measure_set(sys);
	o->metrics[METRIC_MAX_RSS] = max_rss(result);
	o->metrics[METRIC_MINOR_FAULTS] = measure_set((double)u->ru_minflt);
	o->metrics[METRIC_MAJOR_FAULTS] = measure_set((double)u->ru_majflt);
	o->metrics[METRIC_VOLUNTARY_SWITCHES] = measure_set((double)u->ru_nvcsw);
	o->metrics[METRIC_INVOLUNTARY_SWITCHES] = measure_set((double)u->ru_nivcsw);
	o->metrics[METRIC_FS_INPUTS] = measure_set((double)u->ru_inblock);
	o->metrics[METRIC_FS_OUTPUTS] = measure_set((double)u->ru_oublock);
	o->metrics[METRIC_WALL_TREE] = result->flags & LAUNCH_UNKILLED
		? measure_unavailable("processes are left that do not die")
		: span(result->exec_ns, result->tree_end_ns);
	o->run_delay = result->run_delay_error
		? measure_unavailable("no schedstat")
		: measure_set((double)result->run_delay_ns / (double)NSEC_PER_SEC);
}

static enum run_end end_of(const struct launch_result *result)
{
	if (result->flags & LAUNCH_TIMED_OUT)
		return RUN_END_TIMEOUT;
	if (result->flags & LAUNCH_KILLED)
		return RUN_END_CANCELLED;
	return result->code == CLD_EXITED ? RUN_END_EXITED : RUN_END_SIGNALLED;
}

static void set_end(const struct launch_result *result, struct run_outcome *o)
{
	o->end = end_of(result);
	if (result->code == CLD_EXITED)
		o->exit_code = result->status;
	else
		o->signal = result->status;
}

void outcome_from_result(const struct launch_result *result, const struct launch_request *request,
	struct run_outcome *ret)
{
	*ret = (struct run_outcome){
		.started_realtime_ns = result->realtime_ns,
		.spawn_ns = result->spawn_ns,
		.in_cgroup = result->flags & LAUNCH_IN_CGROUP,
		.spawned_by = result->method < LAUNCH_METHOD_MAX ? method_names[result->method]
								 : "",
		.leftovers = result->leftovers,
		.exit_code = -1,
		.stdout_fd = -1,
		.stderr_fd = -1,
	};
	if (result->step != LAUNCH_STEP_NONE) {
		ret->end = RUN_END_NOT_STARTED;
		explain(result, request, ret->reason);
		set_all_unavailable(ret, "not started");
		return;
	}
	ret->pid = result->pid;
	if (result->exec_ns == 0) {
		ret->end = result->flags & LAUNCH_KILLED ? RUN_END_CANCELLED : RUN_END_NOT_STARTED;
		(void)snprintf(ret->reason, sizeof(ret->reason),
			"killed by signal %d before the program was started", result->status);
		set_all_unavailable(ret, "not started");
		return;
	}
	ret->exec_ns = result->exec_ns;
	ret->end_ns = result->end_ns;
	ret->tree_end_ns = result->tree_end_ns;
	set_end(result, ret);
	if (result->end_ns == 0)
		set_all_unavailable(ret, "the process does not die");
	else
		set_metrics(result, ret);
}

void outcome_lost(const char *reason, struct run_outcome *ret)
{
	*ret = (struct run_outcome){.end = RUN_END_LOST,
		.exit_code = -1,
		.stdout_fd = -1,
		.stderr_fd = -1,
		.spawned_by = ""};
	(void)snprintf(ret->reason, sizeof(ret->reason), "%s", reason);
	set_all_unavailable(ret, "the launcher was lost");
}
