/* The subject: one command at a time as the submitter, through the launcher. */
#pragma once

#include <systemd/sd-event.h>

#include "common/base/cpuset.h"
#include "common/model/job.h"
#include "common/model/run.h"
#include "common/model/workload.h"

struct runner;

/* What to run once. Everything is borrowed for the call of runner_start(). */
struct run_spec {
	const struct command *command;
	const struct strv *env; /* complete environment of the process */
	const char *cwd;	/* absolute; opened by the child as the submitter */
	const char *stdin_path; /* or NULL: /dev/null; opened by the child as the submitter */
	const struct identity *identity;
	const struct cpuset *cpus; /* or NULL: not pinned */
	bool aslr_off;
	uint64_t timeout_ns; /* from exec; never 0 */
	struct limits limits;
};

enum run_end {
	RUN_END_EXITED,	     /* exit_code */
	RUN_END_SIGNALLED,   /* signal */
	RUN_END_TIMEOUT,     /* killed by us */
	RUN_END_CANCELLED,   /* killed by us */
	RUN_END_NOT_STARTED, /* reason says which step failed and why */
	RUN_END_LOST,	     /* the launcher died */
};

struct run_outcome {
	enum run_end end;
	int exit_code;
	int signal;
	char reason[RUN_WHY_MAX]; /* "no such file: foo", ... for NOT_STARTED and LOST */
	pid_t pid;		  /* of the main process; 0 when not started */
	uint64_t started_realtime_ns;
	/* CLOCK_MONOTONIC stamps by clocks; 0 when not reached */
	uint64_t spawn_ns;		    /* before clone */
	uint64_t exec_ns;		    /* in the child just before exec */
	uint64_t end_ns;		    /* launcher saw the main process end */
	uint64_t tree_end_ns;		    /* the last process of the run ended */
	struct measure metrics[METRIC_MAX]; /* by clocks and wait4; own is unavailable here */
	struct measure run_delay;	    /* schedstat of the main process */
	unsigned leftovers;
	bool in_cgroup;
	const char *spawned_by; /* "clone3 into cgroup", "clone3", "vfork" or "fork"; static text */
	int stdout_fd,
		stderr_fd; /* memfds with head and tail, owned by the runner until next start */
	struct run_output out, err;
};

typedef void (*runner_done_fn)(const struct run_outcome *outcome, void *userdata);

struct runner_config {
	sd_event *event;		   /* borrowed for the runner's life */
	const char *launcher;		   /* path of the binary */
	const struct cpuset *housekeeping; /* where launcher and hooks run; NULL: anywhere */
	bool realtime;			   /* SCHED_FIFO for the launcher where permitted */
	const char *cgroup; /* name below the cgroup v2 base ("steady"), NULL: without */
};

/**
 * runner_new() - start a launcher and make the cgroup for its runs
 * @ret: owned by the caller
 * @c:   borrowed for the call, but event
 * @e:   filled on failure
 *
 * What is not to be had (cgroup, real-time priority) is noted, see runner_notes().
 *
 * Return: 0; -ENOENT: no launcher binary; -ENOMEM; errno of starting it.
 */
int runner_new(struct runner **ret, const struct runner_config *c, struct error *e);

/**
 * runner_start() - start one run
 * @r:        idle runner
 * @spec:     what
 * @done:     called from the event loop, once for every successful start
 * @userdata: for @done
 * @e:        filled on failure
 *
 * Return: 0; -EBUSY: one is under way; -E2BIG: arguments too long; -EPIPE: the launcher is gone;
 * -EOPNOTSUPP: a limit was asked for that cannot be enforced.
 */
int runner_start(struct runner *r, const struct run_spec *spec, runner_done_fn done, void *userdata,
	struct error *e);

/**
 * runner_cancel() - kill the run under way; @done is called with RUN_END_CANCELLED
 * @r: runner, idle or not
 *
 * Return: nothing.
 */
void runner_cancel(struct runner *r);

/**
 * runner_launcher_pid() - process id of the launcher
 * @r: runner
 *
 * Return: the pid; 0 when it is gone.
 */
pid_t runner_launcher_pid(const struct runner *r);

/**
 * runner_notes() - what could not be had, and why
 * @r: runner
 *
 * Return: "cgroup: ..." and the like, one string each; borrowed.
 */
const struct strv *runner_notes(const struct runner *r);

/**
 * runner_free() - kill what runs, end the launcher, remove the cgroups
 * @r: runner, or NULL
 *
 * Return: NULL.
 */
struct runner *runner_free(struct runner *r);
