/* The states around the machine: apply, settle, fingerprint, restore. */
#include <errno.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/model/fact-desc.h"
#include "daemon/host/facts.h"
#include "daemon/probes/busy.h"
#include "daemon/session/session-private.h"

#define SETTLE_PERIOD_USEC 100000

int session_runner(struct session *s, bool pinned, struct error *e)
{
	const struct env_run_settings *settings = s->env ? env_run_settings(s->env) : NULL;
	/* Real-time priority needs a CPU of the launcher's own: on the run's it would preempt it.
	 */
	bool apart = pinned && settings && settings->pinned;
	struct runner_config config = {
		.event = s->config.event,
		.launcher = s->config.launcher,
		.cgroup = "steady",
		.realtime = apart,
		.housekeeping = apart ? &settings->housekeeping : NULL,
	};

	if (s->runner)
		return 0;
	return runner_new(&s->runner, &config, e);
}

static void log_settings(struct session *s)
{
	for (size_t i = 0; i < s->result.settings.n; i++) {
		const struct setting_outcome *o = &s->result.settings.items[i];

		session_log(s, "setting %s %s: %s%s%s%s%s", o->knob, o->target,
			setting_status_name(o->status), o->after ? ", " : "",
			o->after ? o->after : "", o->reason ? ": " : "",
			o->reason ? o->reason : "");
	}
}

static void open_switches(struct session *s)
{
	const struct env_run_settings *settings = env_run_settings(s->env);
	struct error e = {0};
	int r = switches_open(&s->switches, s->config.event, &settings->cpus, settings->pinned, &e);

	if (r >= 0)
		return;
	(void)snprintf(s->switches_reason, sizeof(s->switches_reason), "%s",
		r == -EACCES || r == -EPERM ? "not permitted (perf_event_paranoid)" : strerror(-r));
	session_log(s, "timing by clocks: %s", e.text);
}

int session_apply(struct session *s)
{
	struct error e = {0};
	int r;

	/* The launcher of the hooks goes: the one for the runs starts under the new settings. */
	s->runner = runner_free(s->runner);
	r = env_new(&s->env, s->config.env, &e);
	if (r >= 0)
		r = env_apply(s->env, &s->profile, s->suite.items[0].strict, s->job.owner.uid,
			s->job.number, &s->result.settings, &e);
	log_settings(s);
	if (r < 0)
		return session_fail(s, JOB_FAILED, "environment: %s", e.text);

	r = session_runner(s, true, &e);
	if (r < 0)
		return session_fail(s, JOB_FAILED, "cannot start the launcher: %s", e.text);

	strv_foreach (note, runner_notes(s->runner)) {
		session_log(s, "launcher: %s", note);
	}
	open_switches(s);
	s->settle_begun_ns = clock_now_ns(CLOCK_MONOTONIC);
	return session_go(s, SESSION_SETTLE);
}

/* Share of the time since the last look in which the measured CPUs were not idle. */
static double busy_ratio(struct session *s)
{
	const struct env_run_settings *settings = env_run_settings(s->env);
	struct busy_snapshot now = busy_read(&settings->cpus);
	uint64_t busy_ns = now.busy_ns - s->settle_busy_ns;
	uint64_t total_ns = now.total_ns - s->settle_total_ns;
	bool first = s->settle_total_ns == 0;

	s->settle_busy_ns = now.busy_ns;
	s->settle_total_ns = now.total_ns;
	return first || total_ns == 0 ? 1 : (double)busy_ns / (double)total_ns;
}

static int on_settle_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct session *s = userdata;

	s->timer = sd_event_source_disable_unref(s->timer);
	return session_go(s, SESSION_SETTLE);
}

int session_settle(struct session *s)
{
	const struct settle *settle = &s->profile.settle;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	if (settle->timeout_ns == 0)
		return session_go(s, SESSION_FINGERPRINT);

	if (busy_ratio(s) > settle->busy_ratio)
		s->settle_since_ns = 0;
	else if (s->settle_since_ns == 0)
		s->settle_since_ns = now_ns;

	if (s->settle_since_ns && now_ns - s->settle_since_ns >= settle->for_ns)
		return session_go(s, SESSION_FINGERPRINT);
	if (now_ns - s->settle_begun_ns >= settle->timeout_ns) {
		session_log(s, "the measured CPUs did not become idle in time: going on");
		return session_go(s, SESSION_FINGERPRINT);
	}
	if (sd_event_add_time_relative(s->config.event, &s->timer, CLOCK_MONOTONIC,
		    SETTLE_PERIOD_USEC, 0, on_settle_timer, s) < 0)
		return session_fail(s, JOB_FAILED, "cannot set a timer");
	return 0;
}

int session_fingerprint(struct session *s)
{
	char hash[DIGEST_TEXT_MAX];
	struct error e = {0};

	if (facts_read(s->config.env->sysfs_root, &s->result.facts) < 0)
		return session_fail(s, JOB_FAILED, "cannot read the facts of this machine");

	if (!facts_fingerprint(&s->result.facts, hash))
		return session_fail(s, JOB_FAILED, "out of memory");
	s->result.fingerprint = strdup(hash);
	s->result.kernel_timing = s->switches != NULL;
	if (session_save_head(s, &e) < 0)
		return session_fail(s, JOB_FAILED, "%s", e.text);
	return session_go(s, SESSION_OVERHEAD);
}

int session_drift(struct session *s)
{
	CLEANUP_STRV struct strv now = {0};

	if (facts_read(s->config.env->sysfs_root, &now) < 0)
		return session_fail(s, JOB_FAILED, "cannot read the facts of this machine");

	for (size_t i = 0; i < MAX_OF(now.n, s->result.facts.n); i++) {
		const char *before = i < s->result.facts.n ? s->result.facts.items[i] : "nothing";
		const char *after = i < now.n ? now.items[i] : "nothing";

		if (!streq(before, after) && fact_desc_weight(before) == FACT_HARD)
			return session_fail(s, JOB_FAILED,
				"environment drift: %s became %s during the job", before, after);
	}
	return session_go(s, SESSION_RESTORE);
}

int session_restore(struct session *s)
{
	s->runner = runner_free(s->runner);
	s->switches = switches_free(s->switches);
	if (s->env && env_restore(s->env, &s->result.residue) < 0)
		log_error("job %llu: some settings did not come back",
			(unsigned long long)s->job.number);
	s->env = env_free(s->env);
	for (size_t i = 0; i < s->result.residue.n; i++)
		session_log(s, "not given back: %s %s: %s", s->result.residue.items[i].knob,
			s->result.residue.items[i].target,
			s->result.residue.items[i].reason ? s->result.residue.items[i].reason : "");
	return session_go(s, SESSION_CLEANUP);
}
