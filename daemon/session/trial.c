/* One run: strays moved, command started, records read, verified, judged, stored. */
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>

#include "common/base/clock.h"
#include "common/base/quantity.h"
#include "common/judge/evidence-rules.h"
#include "daemon/probes/timing.h"
#include "daemon/runner/output.h"
#include "daemon/session/session-private.h"

/* What the callback of one run has to know. */
struct attempt {
	struct session *session;
	struct prepared prepared;
	struct trial trial;
};

static struct attempt *attempt_free(struct attempt *a)
{
	if (!a)
		return NULL;

	prepared_done(&a->prepared);
	free(a);
	return NULL;
}

int session_prepare(struct session *s)
{
	const struct trial *t = &s->plan.trials[s->next_trial];
	const struct workload *w = session_member(s, (long)t->benchmark);
	int n = env_between_runs(s->env, runner_launcher_pid(s->runner));

	if (n > 0)
		session_log(s, "%d new task%s moved off the measured CPUs", n, n == 1 ? "" : "s");
	/* What stays there shows as foreign time, so the runs are judged all the same. */
	if (n < 0)
		session_log(s, "new tasks may be on the measured CPUs: %s", strerror(-n));
	if (s->trials_ns == 0)
		s->trials_ns = clock_now_ns(CLOCK_MONOTONIC);
	return hook_start(s, "prepare", w, &w->prepare, (long)t->benchmark, SESSION_TRIAL);
}

uint64_t session_wakeups(void)
{
	struct rusage usage = {0};

	(void)getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)usage.ru_nvcsw;
}

/* Expected exit status and output; failed runs are never mixed with the others. */
static void verify(const struct workload *w, const struct run_outcome *o, struct run *run)
{
	const struct verify *v = &w->verify;
	CLEANUP_FREE char *text = NULL;

	if (o->exit_code != v->exit) {
		run->status = RUN_FAILED;
		(void)snprintf(run->why, sizeof(run->why), "exit status %d, expected %d",
			o->exit_code, v->exit);
		return;
	}
	if (v->stdout_sha256 && !streq(v->stdout_sha256, o->out.sha256 + strlen("sha256:"))) {
		run->status = RUN_FAILED;
		(void)snprintf(run->why, sizeof(run->why), "verify: stdout has %s", o->out.sha256);
		return;
	}
	if (!v->stdout_contains)
		return;
	if (output_read(o->stdout_fd, &o->out, w->limits.output_bytes, &text) >= 0 &&
		strstr(text, v->stdout_contains))
		return;
	run->status = RUN_FAILED;
	(void)snprintf(run->why, sizeof(run->why), "verify: '%s' is not in stdout%s",
		v->stdout_contains, o->out.truncated ? " (which was cut)" : "");
}

static void judge_end(const struct session *s, const struct run_outcome *o, struct run *run)
{
	const struct workload *w = session_member(s, (long)run->benchmark);
	char text[QUANTITY_TEXT_MAX];

	switch (o->end) {
	case RUN_END_EXITED:
		verify(w, o, run);
		return;
	case RUN_END_SIGNALLED:
		(void)snprintf(run->why, sizeof(run->why), "ended by signal %d (%s)", o->signal,
			strsignal(o->signal));
		break;
	case RUN_END_TIMEOUT:
		if (session_time_limit(s, UINT64_MAX) == 1) {
			(void)snprintf(run->why, sizeof(run->why),
				"the job took longer than this host allows");
			break;
		}
		(void)snprintf(run->why, sizeof(run->why), "timeout after %s",
			quantity_format_duration(
				(double)w->timeout_ns / (double)NSEC_PER_SEC, text));
		break;
	case RUN_END_CANCELLED:
		(void)snprintf(run->why, sizeof(run->why), "cancelled");
		break;
	case RUN_END_NOT_STARTED:
	case RUN_END_LOST:
		(void)snprintf(run->why, sizeof(run->why), "%s", o->reason);
		break;
	}
	run->status = o->end == RUN_END_LOST || o->end == RUN_END_CANCELLED ? RUN_INVALID
									    : RUN_FAILED;
}

/* One clock's wall time among kernel stamps would be another quantity: the run is replaced. */
static void refuse_clocks(const struct run_outcome *o, struct run *run)
{
	if (o->end != RUN_END_EXITED && o->end != RUN_END_SIGNALLED)
		return;
	run->status = RUN_INVALID;
	(void)snprintf(run->why, sizeof(run->why),
		"its exec or exit was not seen on the measured CPUs: was it moved off them?");
}

static void fill_timing(struct session *s, const struct run_outcome *o, struct run *run)
{
	struct switch_report report;
	bool have = false;

	if (s->switches && o->pid > 0)
		have = switches_collect(s->switches, o->pid, &report) >= 0;
	timing_fill(run, o, have ? &report : NULL,
		s->switches ? "the kernel's records are incomplete" : s->switches_reason);
	if (s->switches && o->pid > 0 && !have)
		refuse_clocks(o, run);
	run->evidence.steal = steal_between(
		s->steal_before, steal_read(&env_run_settings(s->env)->cpus));
}

static struct run *new_run(struct session *s, const struct attempt *a)
{
	struct result *r = &s->result;
	struct run *run;

	if (r->n_runs == s->runs_capacity) {
		size_t capacity = MAX_OF(s->runs_capacity * 2, (size_t)64);
		struct run *grown = reallocarray(r->runs, capacity, sizeof(*grown));

		if (!grown)
			return NULL;
		r->runs = grown;
		s->runs_capacity = capacity;
	}
	run = &r->runs[r->n_runs];
	*run = (struct run){
		.n = (unsigned)r->n_runs + 1,
		.benchmark = a->trial.benchmark,
		.block = a->trial.block,
		.warmup = a->trial.warmup,
		.status = RUN_OK,
	};
	return run;
}

static void log_output(struct session *s, const struct run_outcome *o)
{
	size_t keep = s->config.host->keep_output_bytes;
	char both[2 * DIGEST_TEXT_MAX], digest[DIGEST_TEXT_MAX];

	(void)snprintf(both, sizeof(both), "%s%s", o->out.sha256, o->err.sha256);
	(void)digest_sha256(both, strlen(both), digest);
	if (streq(digest, s->shown_output)) {
		if (o->out.bytes + o->err.bytes > 0)
			session_log(s, "(the same output as before)");
		return;
	}
	memcpy(s->shown_output, digest, sizeof(digest));
	session_log_output(s, o->stdout_fd, &o->out, keep);
	session_log_output(s, o->stderr_fd, &o->err, keep);
}

static void log_run(struct session *s, const struct run *run, const struct run_outcome *o)
{
	const struct benchmark *b = &s->result.benchmarks[run->benchmark];
	char wall[QUANTITY_TEXT_MAX] = "not measured";

	if (measure_is_set(&run->metrics[METRIC_WALL]))
		(void)quantity_format_duration(run->metrics[METRIC_WALL].value, wall);
	session_log(s, "run %u%s %s%s%s: %s, wall %s%s%s", run->n, run->warmup ? " (warm-up)" : "",
		b->name, b->arm ? " " : "", b->arm ? b->arm : "", run_status_name(run->status),
		wall, run->why[0] ? ", " : "", run->why);
	if (run->evidence.leftovers > 0)
		session_log(s, "run %u left %u process%s behind: killed", run->n,
			run->evidence.leftovers, run->evidence.leftovers == 1 ? "" : "es");
	log_output(s, o);
}

static void fill_run(struct session *s, const struct run_outcome *o, struct run *run)
{
	uint64_t wakeups = session_wakeups();

	run->exit_code = o->end == RUN_END_EXITED ? o->exit_code : -1;
	run->signal = o->end == RUN_END_SIGNALLED ? o->signal : 0;
	run->started_ns = o->started_realtime_ns;
	run->out = o->out;
	run->err = o->err;
	run->evidence.run_delay = o->run_delay;
	run->evidence.leftovers = o->leftovers;
	fill_timing(s, o, run);
	run->evidence.daemon_wakeups = wakeups - s->wakeups_before;
	judge_end(s, o, run);
	evidence_judge(run, &s->suite.items[0].outliers);
}

static void report_progress(struct session *s)
{
	struct session_progress p = session_progress_now(s);

	s->events.progress(&p, s->events.userdata);
}

static int fail_command(struct session *s, const struct run *run)
{
	const struct benchmark *b = &s->result.benchmarks[run->benchmark];

	return session_fail(s, JOB_FAILED, "command failed: run %u of %s%s%s%s: %s", run->n,
		b->name, b->arm ? " (" : "", b->arm ? b->arm : "", b->arm ? ")" : "", run->why);
}

/* Does this run end the job, and how? */
static int after_run(struct session *s, const struct run *run)
{
	if (s->stopping)
		return session_go(s, SESSION_RESTORE);
	if (run->status == RUN_INVALID && runner_launcher_pid(s->runner) == 0)
		return session_fail(s, JOB_FAILED, "run %u: %s", run->n, run->why);
	if (run->status == RUN_FAILED &&
		!session_member(s, (long)run->benchmark)->on_failure_continue)
		return fail_command(s, run);
	return session_go(s, SESSION_CONCLUDE);
}

static void on_run_done(const struct run_outcome *outcome, void *userdata)
{
	struct attempt *a = userdata;
	struct session *s = a->session;
	struct error e = {0};
	struct run *run;

	s->runner_busy = false;
	run = new_run(s, a);
	(void)attempt_free(a);
	s->next_trial++;
	if (!run) {
		(void)session_fail(s, JOB_FAILED, "out of memory");
		return;
	}
	fill_run(s, outcome, run);
	s->result.n_runs++;
	log_run(s, run, outcome);
	if (store_put_run(s->config.store, s->job.number, run, &e) < 0) {
		(void)session_fail(s, JOB_FAILED, "run %u could not be stored: %s", run->n, e.text);
		return;
	}
	report_progress(s);
	(void)after_run(s, run);
}

int session_trial(struct session *s)
{
	const struct env_run_settings *settings = env_run_settings(s->env);
	struct attempt *a = calloc(1, sizeof(*a));
	const struct workload *w;
	struct error e = {0};
	struct run_spec spec;

	if (!a)
		return session_fail(s, JOB_FAILED, "out of memory");
	a->session = s;
	a->trial = s->plan.trials[s->next_trial];
	w = session_member(s, (long)a->trial.benchmark);
	if (prepared_make(s, w, NULL, (long)a->trial.benchmark, &a->prepared) < 0) {
		(void)attempt_free(a);
		return session_fail(s, JOB_FAILED, "out of memory");
	}
	spec = (struct run_spec){
		.command = &a->prepared.command,
		.env = &a->prepared.env,
		.cwd = a->prepared.cwd,
		.stdin_path = a->prepared.stdin_path,
		.identity = &s->job.owner,
		.cpus = settings->pinned ? &settings->cpus : NULL,
		.aslr_off = settings->aslr_off,
		.timeout_ns = session_time_limit(s, w->timeout_ns),
		.limits = w->limits,
	};
	s->wakeups_before = session_wakeups();
	s->steal_before = steal_read(&settings->cpus);
	if (s->switches)
		switches_begin(s->switches, runner_launcher_pid(s->runner));
	if (runner_start(s->runner, &spec, on_run_done, a, &e) < 0) {
		(void)attempt_free(a);
		return session_fail(s, JOB_FAILED, "command failed: %s", e.text);
	}
	s->runner_busy = true;
	return 0;
}
