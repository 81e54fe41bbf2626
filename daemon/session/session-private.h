/* The inside of a session, shared by the files of this folder only. */
#pragma once

#include "common/model/plan.h"
#include "daemon/probes/steal.h"
#include "daemon/probes/switches.h"
#include "daemon/runner/runner.h"
#include "daemon/session/session.h"
#include "daemon/store/job-log.h"

#define SESSION_OVERHEAD_RUNS 5

enum session_state {
	SESSION_CHECK,
	SESSION_SETUP,
	SESSION_APPLY,
	SESSION_SETTLE,
	SESSION_FINGERPRINT,
	SESSION_OVERHEAD, /* no-op runs through the same path */
	SESSION_PREPARE,  /* before one run: strays moved, hook */
	SESSION_TRIAL,	  /* one run, warm-up or counted */
	SESSION_CONCLUDE, /* after one run: hook */
	SESSION_DECIDE,	  /* another run, another round, or enough */
	SESSION_DRIFT,	  /* fingerprint again */
	SESSION_RESTORE,
	SESSION_CLEANUP, /* hook and scratch space, on the machine as it was */
	SESSION_SUMMARISE,
	SESSION_DONE,
	SESSION_STATE_MAX,
};

struct session {
	struct session_config config; /* all pointers borrowed */
	struct session_events events;
	enum session_state state;
	sd_event_source *step;	/* defer source that drives the states */
	sd_event_source *timer; /* settling; NULL otherwise */
	struct job job;
	struct suite suite; /* no items before CHECK is over */
	struct profile profile;
	struct plan plan;
	struct result result; /* its runs array has room for runs_capacity */
	size_t runs_capacity;
	size_t n_counted_failures;
	struct env *env;
	struct runner *runner;
	struct switches *switches; /* NULL: clocks */
	char switches_reason[RUN_REASON_MAX];
	struct steal_snapshot steal_before;
	uint64_t wakeups_before; /* of this process */
	struct job_log log;	 /* fd -1: not open */
	char *scratch;
	size_t next_trial;
	unsigned overhead_n;
	double overhead_s[SESSION_OVERHEAD_RUNS];
	char shown_output[DIGEST_TEXT_MAX]; /* of the last output in the log */
	size_t n_setup;	   /* members whose setup was tried and whose cleanup is due */
	size_t n_possible; /* runs of a gate that may come after those planned */
	bool runner_busy;
	bool stopping; /* on the way out: final and result.error are set */
	enum job_state final;
	uint64_t begun_ns;  /* CLOCK_MONOTONIC, start of the session */
	uint64_t trials_ns; /* CLOCK_MONOTONIC, start of the first run; 0 before */
	uint64_t settle_since_ns, settle_begun_ns;
	uint64_t settle_busy_ns, settle_total_ns;
};

/**
 * session_fail() - remember why the job ends badly and head for RESTORE
 * @s:     session
 * @state: JOB_FAILED, JOB_UNSTABLE, ...
 * @fmt:   one sentence for the result
 *
 * Only the first cause is kept.
 *
 * Return: 1, so that it can be the return statement of a state.
 */
int session_fail(struct session *s, enum job_state state, const char *fmt, ...) PRINTF_LIKE(3, 4);

/**
 * session_go() - next state, on the next turn of the event loop
 * @s:     session
 * @state: where to go
 *
 * Return: 1.
 */
int session_go(struct session *s, enum session_state state);

/**
 * session_member() - the workload of a benchmark
 * @s:         session behind CHECK
 * @benchmark: index; what is a matter of the job is the same in suite.items[0]
 *
 * Return: borrowed.
 */
const struct workload *session_member(const struct session *s, long benchmark);

/**
 * session_log() - one line in the job's log
 * @s:   session
 * @fmt: no newline
 *
 * Return: nothing.
 */
void session_log(struct session *s, const char *fmt, ...) PRINTF_LIKE(2, 3);

/**
 * session_time_limit() - how long one command may take
 * @s:         session
 * @wanted_ns: what the workload says
 *
 * Return: @wanted_ns, or less where the host's limit for a whole job comes first; at least 1.
 */
uint64_t session_time_limit(const struct session *s, uint64_t wanted_ns);

/**
 * session_wakeups() - how often this process has been woken so far
 *
 * Return: its voluntary switches (getrusage(2)): each wait of the event loop that ended is one.
 */
uint64_t session_wakeups(void);

/**
 * session_log_output() - what a command wrote, into the job's log
 * @s:    session
 * @fd:   memfd of an outcome
 * @o:    facts about it
 * @max:  bytes shown at most
 *
 * Return: nothing.
 */
void session_log_output(struct session *s, int fd, const struct run_output *o, size_t max);

/**
 * session_check() - state CHECK: parse, load the profile, plan, open log and scratch
 * @s: session
 *
 * Return: 1 to go on, 0 to wait for a callback.
 */
int session_check(struct session *s);

/**
 * session_setup() - state SETUP: the setup hook, on the machine as it is
 * @s: session
 *
 * Return: 1 to go on, 0 to wait for a callback.
 */
int session_setup(struct session *s);

/**
 * session_apply() - state APPLY: settings, launcher, probes
 * @s: session
 *
 * Return: 1 to go on, 0 to wait for a callback.
 */
int session_apply(struct session *s);

/**
 * session_settle() - state SETTLE: wait until the measured CPUs are idle
 * @s: session
 *
 * Return: 1 to go on, 0 to wait for a callback.
 */
int session_settle(struct session *s);

/**
 * session_fingerprint() - state FINGERPRINT: facts of the machine as applied
 * @s: session
 *
 * Return: 1.
 */
int session_fingerprint(struct session *s);

/**
 * session_drift() - state DRIFT: are the facts still the same
 * @s: session
 *
 * Return: 1.
 */
int session_drift(struct session *s);

/**
 * session_overhead() - state OVERHEAD: one no-op run through the same path
 * @s: session
 *
 * Return: 1 to go on, 0 to wait for a callback.
 */
int session_overhead(struct session *s);

/**
 * session_prepare() - state PREPARE: catch strays, run the prepare hook
 * @s: session
 *
 * Return: 1 to go on, 0 to wait for a callback.
 */
int session_prepare(struct session *s);

/**
 * session_trial() - state TRIAL: start one run
 * @s: session
 *
 * Return: 1 to go on, 0 to wait for a callback.
 */
int session_trial(struct session *s);

/**
 * session_conclude() - state CONCLUDE: run the conclude hook
 * @s: session
 *
 * Return: 1 to go on, 0 to wait for a callback.
 */
int session_conclude(struct session *s);

/**
 * session_decide() - state DECIDE: another trial, another round, or the end
 * @s: session
 *
 * Return: 1.
 */
int session_decide(struct session *s);

/**
 * session_restore() - state RESTORE: end the launcher, give every setting back
 * @s: session
 *
 * Return: 1.
 */
int session_restore(struct session *s);

/**
 * session_cleanup() - state CLEANUP: the cleanup hook, then empty the scratch space
 * @s: session
 *
 * Return: 1 to go on, 0 to wait for a callback.
 */
int session_cleanup(struct session *s);

/**
 * session_summarise() - state SUMMARISE: the final state into the store
 * @s: session
 *
 * Return: 1.
 */
int session_summarise(struct session *s);

/**
 * session_count_possible() - how many runs of a gate may follow those planned
 * @s:      session with a plan; n_possible is written, 0 when it is no gate
 * @wanted: per benchmark, whether it goes on; NULL: all do
 *
 * Return: nothing.
 */
void session_count_possible(struct session *s, const bool *wanted);

/**
 * session_save_head() - everything but runs into the store
 * @s: session
 * @e: filled on failure
 *
 * Return: 0; errno of the store.
 */
int session_save_head(struct session *s, struct error *e);

/* A command made ready for one benchmark (or for none); owns what run_spec borrows. */
struct prepared {
	struct command command;
	struct strv env;
	char *cwd;
	char *stdin_path; /* or NULL */
};

/**
 * prepared_make() - substitute parameters, build the environment, choose the folder
 * @s:         session
 * @workload:  member of the suite
 * @command:   template; NULL: the benchmark's own command
 * @benchmark: index of one of its benchmarks, or -1 for setup and cleanup
 * @ret:       owned by the caller; untouched on failure
 *
 * Return: 0; -ENOMEM.
 */
int prepared_make(const struct session *s, const struct workload *workload,
	const struct command *command, long benchmark, struct prepared *ret);

/**
 * prepared_command() - only the command of a benchmark: an environment for each of ten thousand
 * benchmarks at once would take the event loop minutes
 * @s:         session
 * @benchmark: index
 * @ret:       for command_done(); written only on success
 *
 * Return: 0; -ENOMEM.
 */
int prepared_command(const struct session *s, long benchmark, struct command *ret);

/**
 * prepared_done() - free the content
 * @p: or NULL
 *
 * Return: nothing.
 */
void prepared_done(struct prepared *p);

/**
 * hook_start() - run a hook as the submitter, away from the measured CPUs
 * @s:         session with a runner
 * @name:      "setup", ... for messages
 * @workload:  member of the suite
 * @command:   what
 * @benchmark: index, or -1
 * @next:      state after a hook that ended well
 *
 * Return: 1 when there is nothing to run or it could not be started, 0 to wait.
 */
int hook_start(struct session *s, const char *name, const struct workload *workload,
	const struct command *command, long benchmark, enum session_state next);

/**
 * session_runner() - make sure there is a runner
 * @s:      session
 * @pinned: for measured runs: launcher off the measured CPUs, real-time priority
 * @e:      filled on failure
 *
 * Return: 0; errno of runner_new().
 */
int session_runner(struct session *s, bool pinned, struct error *e);
