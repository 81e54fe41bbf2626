/* One job's experiment: the states, in one switch. */
#include "daemon/session/session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "daemon/runner/output.h"
#include "daemon/session/session-private.h"

static const char *const state_names[SESSION_STATE_MAX] = {
	[SESSION_CHECK] = "check",
	[SESSION_SETUP] = "setup",
	[SESSION_APPLY] = "apply",
	[SESSION_SETTLE] = "settle",
	[SESSION_FINGERPRINT] = "fingerprint",
	[SESSION_OVERHEAD] = "overhead",
	[SESSION_PREPARE] = "prepare",
	[SESSION_TRIAL] = "run",
	[SESSION_CONCLUDE] = "conclude",
	[SESSION_DECIDE] = "decide",
	[SESSION_DRIFT] = "drift",
	[SESSION_RESTORE] = "restore",
	[SESSION_CLEANUP] = "cleanup",
	[SESSION_SUMMARISE] = "summarise",
	[SESSION_DONE] = "done",
};

int session_go(struct session *s, enum session_state state)
{
	s->state = state;
	(void)sd_event_source_set_enabled(s->step, SD_EVENT_ONESHOT);
	return 1;
}

void session_log(struct session *s, const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;

	n = MIN_OF(n, (int)sizeof(line) - 2);
	line[n++] = '\n';
	(void)job_log_append(&s->log, line, (size_t)n);
}

const struct workload *session_member(const struct session *s, long benchmark)
{
	return &s->suite.items[s->plan.benchmarks[benchmark].workload];
}

uint64_t session_time_limit(const struct session *s, uint64_t wanted_ns)
{
	uint64_t gone_ns = clock_now_ns(CLOCK_MONOTONIC) - s->begun_ns;
	uint64_t limit_ns = s->config.host->job_max_ns;

	return gone_ns < limit_ns ? MIN_OF(wanted_ns, limit_ns - gone_ns) : 1;
}

void session_log_output(struct session *s, int fd, const struct run_output *o, size_t max)
{
	CLEANUP_FREE char *text = NULL;
	size_t size;

	if (output_read(fd, o, max, &text) < 0)
		return;

	size = strlen(text);
	(void)job_log_append(&s->log, text, size);
	if (size > 0 && text[size - 1] != '\n')
		(void)job_log_append(&s->log, "\n", 1);
}

/* Where a failing state goes: whatever happens, by way of RESTORE; after it, straight on. */
static enum session_state way_out(enum session_state state)
{
	return state < SESSION_RESTORE ? SESSION_RESTORE
		: state < SESSION_DONE ? state + 1
				       : SESSION_DONE;
}

int session_fail(struct session *s, enum job_state state, const char *fmt, ...)
{
	va_list ap;

	if (!s->stopping) {
		char text[ERROR_TEXT_MAX];

		va_start(ap, fmt);
		(void)vsnprintf(text, sizeof(text), fmt, ap);
		va_end(ap);
		s->stopping = true;
		s->final = state;
		free(s->result.error);
		s->result.error = strdup(text);
		session_log(s, "%s: %s", job_state_name(state), text);
	}
	return session_go(s, way_out(s->state));
}

static int run_state(struct session *s)
{
	switch (s->state) {
	case SESSION_CHECK:
		return session_check(s);
	case SESSION_SETUP:
		return session_setup(s);
	case SESSION_APPLY:
		return session_apply(s);
	case SESSION_SETTLE:
		return session_settle(s);
	case SESSION_FINGERPRINT:
		return session_fingerprint(s);
	case SESSION_OVERHEAD:
		return session_overhead(s);
	case SESSION_PREPARE:
		return session_prepare(s);
	case SESSION_TRIAL:
		return session_trial(s);
	case SESSION_CONCLUDE:
		return session_conclude(s);
	case SESSION_DECIDE:
		return session_decide(s);
	case SESSION_DRIFT:
		return session_drift(s);
	case SESSION_RESTORE:
		return session_restore(s);
	case SESSION_CLEANUP:
		return session_cleanup(s);
	case SESSION_SUMMARISE:
		return session_summarise(s);
	case SESSION_DONE:
	case SESSION_STATE_MAX:
		break;
	}
	return 0;
}

static int on_step(sd_event_source *source, void *userdata)
{
	struct session *s = userdata;

	if (s->state == SESSION_DONE) {
		s->events.done(s, s->final, s->events.userdata); /* may free s */
		return 0;
	}
	(void)run_state(s);
	return 0;
}

int session_start(struct session **ret, const struct session_config *c, struct job *job,
	const struct session_events *events, struct error *e)
{
	struct session *s = calloc(1, sizeof(*s));
	int r;

	if (!s) {
		job_done(job);
		return error_setf(e, -ENOMEM, "out of memory");
	}
	s->config = *c;
	s->events = *events;
	s->job = *job;
	*job = (struct job){0};
	s->final = JOB_DONE;
	s->log.fd = -1;
	s->begun_ns = clock_now_ns(CLOCK_MONOTONIC);

	r = sd_event_add_defer(c->event, &s->step, on_step, s);
	if (r < 0) {
		(void)session_free(s);
		return error_setf(e, r, "cannot start a session: %s", strerror(-r));
	}
	*ret = s;
	return 0;
}

void session_stop(struct session *s, enum job_state state, const char *why)
{
	if (s->stopping || s->state >= SESSION_RESTORE)
		return;

	s->timer = sd_event_source_disable_unref(s->timer);
	if (s->runner_busy)
		runner_cancel(s->runner); /* its callback finds s->stopping and moves on */
	s->stopping = true;
	s->final = state;
	free(s->result.error);
	s->result.error = strdup(why);
	session_log(s, "%s: %s", job_state_name(state), why);
	if (!s->runner_busy)
		(void)session_go(s, SESSION_RESTORE);
}

const struct job *session_job(const struct session *s)
{
	return &s->job;
}

struct session_progress session_progress_now(const struct session *s)
{
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);
	struct session_progress p = {
		.job = s->job.number,
		.done = (uint32_t)s->next_trial,
		.planned = (uint32_t)(s->plan.n_trials + s->n_possible),
		.elapsed_ns = now_ns - s->begun_ns,
	};

	if (s->next_trial > 0 && s->trials_ns > 0)
		p.remaining_ns = (now_ns - s->trials_ns) / s->next_trial *
			(s->plan.n_trials + s->n_possible - s->next_trial);
	return p;
}

const char *session_state_name(const struct session *s)
{
	return state_names[s->state];
}

struct session *session_free(struct session *s)
{
	if (!s)
		return NULL;

	s->runner = runner_free(s->runner);
	s->switches = switches_free(s->switches);
	if (s->env && s->state <= SESSION_RESTORE)
		(void)env_restore(s->env, NULL);
	s->env = env_free(s->env);
	job_log_close(&s->log);
	(void)sd_event_source_disable_unref(s->step);
	(void)sd_event_source_disable_unref(s->timer);
	plan_done(&s->plan);
	suite_done(&s->suite);
	profile_done(&s->profile);
	result_done(&s->result);
	job_done(&s->job);
	free(s->scratch);
	free(s);
	return NULL;
}
