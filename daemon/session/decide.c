/* Between runs: what comes next, and at the end the final state of the job. */
#include <errno.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/gate.h"
#include "common/judge/repetition.h"
#include "common/judge/summary.h"
#include "common/stats/order.h"
#include "daemon/session/session-private.h"

int session_save_head(struct session *s, struct error *e)
{
	return store_put_head(
		s->config.store, &s->result, (uint32_t)(s->plan.n_trials + s->n_possible), e);
}

/* Pairs that are put aside are replaced on top of it: an estimate, as good as can be known. */
void session_count_possible(struct session *s, const bool *wanted)
{
	s->n_possible = 0;
	for (size_t i = 0; s->suite.items[0].is_gate && i < s->plan.n_benchmarks; i++) {
		const struct gate *gate = &session_member(s, (long)i)->gate;
		unsigned last = gate->looks[gate->n_looks - 1];

		if (!wanted || wanted[i])
			s->n_possible += last > s->plan.blocks ? last - s->plan.blocks : 0;
	}
}

static bool block_is_over(const struct session *s)
{
	const struct trial *next = &s->plan.trials[s->next_trial];

	return next->warmup || s->next_trial == 0 ||
		next->block != s->plan.trials[s->next_trial - 1].block;
}

/* Of the runs; nothing before the first. */
static uint64_t elapsed_ns(const struct session *s)
{
	return s->trials_ns > 0 ? clock_now_ns(CLOCK_MONOTONIC) - s->trials_ns : 0;
}

/* Planned trials go on, unless the time is up at the end of a block. */
static bool trials_go_on(const struct session *s)
{
	uint64_t limit_ns = s->suite.items[0].repetition.max_time_ns;

	if (s->next_trial >= s->plan.n_trials)
		return false;
	if (limit_ns == 0 || elapsed_ns(s) < limit_ns)
		return true;
	return !block_is_over(s) || s->plan.trials[s->next_trial].warmup;
}

/* With on-failure: continue a benchmark may end without a single run that counts. */
static int fail_without_runs(struct session *s)
{
	for (unsigned i = 0; i < s->result.n_benchmarks; i++) {
		size_t n_failed = 0, n_counted = 0;

		for (size_t k = 0; k < s->result.n_runs; k++) {
			const struct run *run = &s->result.runs[k];

			if (run->benchmark != i || run->warmup)
				continue;
			n_failed += run->status == RUN_FAILED;
			n_counted += run_counts(run);
		}
		if (n_failed > 0 && n_counted == 0)
			return session_fail(s, JOB_FAILED, "command failed: all %zu runs of %s",
				n_failed, s->result.benchmarks[i].name);
	}
	return session_go(s, SESSION_DRIFT);
}

static int finish(struct session *s, enum repetition_step step, const char *stop)
{
	struct error e = {0};

	free(s->result.stop);
	s->result.stop = strdup(stop);
	s->plan.n_trials = s->next_trial;
	s->n_possible = 0;
	summary_make(&s->result);
	if (step == REPETITION_UNSTABLE &&
		repetition_mark_unstable(&s->suite.items[0], &s->result) < 0)
		return session_fail(s, JOB_FAILED, "out of memory");
	session_log(s, "stop: %s", stop);
	if (session_save_head(s, &e) < 0)
		return session_fail(s, JOB_FAILED, "%s", e.text);
	if (step == REPETITION_UNSTABLE)
		return session_fail(s, JOB_UNSTABLE, "%s", stop);
	return s->result.is_gate ? session_go(s, SESSION_DRIFT) : fail_without_runs(s);
}

/* A gate ends with its verdicts, whatever they are: what is unstable speaks for itself in them. */
static enum repetition_step decide_next(
	const struct session *s, bool *wanted, char *stop, size_t size)
{
	const struct workload *job = &s->suite.items[0];
	enum gate_step step;

	if (!job->is_gate)
		return repetition_decide(job, &s->result, elapsed_ns(s), wanted, stop, size);
	step = gate_decide(
		&s->result, elapsed_ns(s), job->repetition.max_time_ns, wanted, stop, size);
	return step == GATE_MORE ? REPETITION_MORE : REPETITION_DONE;
}

static int add_round(struct session *s, const bool *wanted)
{
	int r = plan_extend(&s->plan, &s->suite.items[0], wanted);

	if (r == -E2BIG)
		return session_fail(s, JOB_FAILED, "more than %d runs", PLAN_TRIALS_MAX);
	if (r < 0)
		return session_fail(s, JOB_FAILED, "out of memory");
	if (s->next_trial >= s->plan.n_trials)
		return session_fail(s, JOB_FAILED, "a round without runs was asked for");
	session_count_possible(s, wanted);
	return session_go(s, SESSION_PREPARE);
}

int session_decide(struct session *s)
{
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);
	CLEANUP_FREE bool *wanted = NULL;
	enum repetition_step step;
	char stop[REPETITION_STOP_MAX];

	if (now_ns - s->begun_ns > s->config.host->job_max_ns)
		return session_fail(s, JOB_FAILED, "the job took longer than this host allows");
	if (trials_go_on(s))
		return session_go(s, SESSION_PREPARE);

	wanted = calloc(s->result.n_benchmarks, sizeof(*wanted));
	if (!wanted)
		return session_fail(s, JOB_FAILED, "out of memory");
	if (evidence_judge_all(&s->result) < 0)
		return session_fail(s, JOB_FAILED, "out of memory");

	step = decide_next(s, wanted, stop, sizeof(stop));
	return step == REPETITION_MORE ? add_round(s, wanted) : finish(s, step, stop);
}

static void on_overhead_done(const struct run_outcome *o, void *userdata)
{
	struct session *s = userdata;
	struct switch_report report;

	s->runner_busy = false;
	if (s->stopping) {
		(void)session_go(s, SESSION_RESTORE);
		return;
	}
	if (o->end != RUN_END_EXITED || o->exit_code != 0) {
		s->result.overhead = measure_unavailable("the no-op could not be run");
		(void)session_go(s, SESSION_DECIDE);
		return;
	}
	s->overhead_s[s->overhead_n] = o->metrics[METRIC_WALL].value;
	if (s->switches && switches_collect(s->switches, o->pid, &report) >= 0)
		s->overhead_s[s->overhead_n] = (double)(report.exit_ns - report.exec_ns) /
			(double)NSEC_PER_SEC;
	s->overhead_n++;
	(void)session_go(s, SESSION_OVERHEAD);
}

/* The launcher binary itself is the no-op: static, always there, ends at once with --noop. */
static int start_overhead(struct session *s)
{
	const struct env_run_settings *settings = env_run_settings(s->env);
	struct command command = {0};
	struct strv env = {0};
	struct run_spec spec = {
		.command = &command,
		.env = &env,
		.cwd = "/",
		.identity = &s->job.owner,
		.cpus = settings->pinned ? &settings->cpus : NULL,
		.aslr_off = settings->aslr_off,
		.timeout_ns = s->suite.items[0].timeout_ns,
		.limits = {.output_bytes = 4096},
	};
	int r = strv_push(&command.argv, s->config.launcher);

	if (r >= 0)
		r = strv_push(&command.argv, "--noop");
	if (r >= 0 && s->switches)
		switches_begin(s->switches, runner_launcher_pid(s->runner));
	if (r >= 0)
		r = runner_start(s->runner, &spec, on_overhead_done, s, NULL);
	command_done(&command);
	return r;
}

int session_overhead(struct session *s)
{
	if (s->overhead_n < SESSION_OVERHEAD_RUNS && start_overhead(s) >= 0) {
		s->runner_busy = true;
		return 0;
	}
	if (s->overhead_n > 0) {
		order_sort(s->overhead_s, s->overhead_n);
		s->result.overhead = measure_set(order_quantile(s->overhead_s, s->overhead_n, 0.5));
	}
	return session_go(s, SESSION_DECIDE);
}

int session_summarise(struct session *s)
{
	struct error e = {0};

	s->runner = runner_free(s->runner);
	s->result.ended_ns = clock_now_ns(CLOCK_REALTIME);
	s->result.state = s->final;
	if (session_save_head(s, &e) < 0)
		log_error("job %llu: %s", (unsigned long long)s->job.number, e.text);
	session_log(s, "%s", job_state_name(s->final));
	job_log_close(&s->log);
	if (store_end_job(s->config.store, s->job.number, s->final, s->result.error,
		    s->result.ended_ns, &e) < 0)
		log_error("job %llu: its end could not be stored: %s",
			(unsigned long long)s->job.number, e.text);
	return session_go(s, SESSION_DONE);
}
