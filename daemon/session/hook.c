/* Hooks: untimed commands of the submitter around the runs, and the end of the scratch space. */
#include <errno.h>
#include <stdio.h>

#include "daemon/session/session-private.h"

#define HOOK_TIMEOUT_MIN_NS (600 * NSEC_PER_SEC)
#define HOOK_OUTPUT_MAX	    (64u << 10)

/* What the callback has to know; one hook at a time, so it lives in the session's file scope no
 * longer than the run: freed in the callback. */
struct hook {
	struct session *session;
	const struct workload *workload;
	struct prepared prepared;
	const char *name;
	enum session_state next;
};

static struct hook *hook_free(struct hook *h)
{
	if (!h)
		return NULL;

	prepared_done(&h->prepared);
	free(h);
	return NULL;
}

/* In words why a hook did not end well; empty when it did. */
static void describe(const struct run_outcome *o, char *ret, size_t size)
{
	ret[0] = '\0';
	switch (o->end) {
	case RUN_END_EXITED:
		if (o->exit_code != 0)
			(void)snprintf(ret, size, "exit status %d", o->exit_code);
		break;
	case RUN_END_SIGNALLED:
		(void)snprintf(
			ret, size, "ended by signal %d (%s)", o->signal, strsignal(o->signal));
		break;
	case RUN_END_TIMEOUT:
		(void)snprintf(ret, size, "timed out");
		break;
	case RUN_END_CANCELLED:
		(void)snprintf(ret, size, "cancelled");
		break;
	case RUN_END_NOT_STARTED:
	case RUN_END_LOST:
		(void)snprintf(ret, size, "%s", o->reason);
		break;
	}
}

static void on_hook_done(const struct run_outcome *outcome, void *userdata)
{
	CLEANUP(macro_free) struct hook *h = userdata;
	struct session *s = h->session;
	char why[RUN_WHY_MAX];

	bool after_restore = s->state > SESSION_RESTORE;

	s->runner_busy = false;
	prepared_done(&h->prepared);
	session_log_output(s, outcome->stdout_fd, &outcome->out, HOOK_OUTPUT_MAX);
	session_log_output(s, outcome->stderr_fd, &outcome->err, HOOK_OUTPUT_MAX);
	describe(outcome, why, sizeof(why));
	if (why[0])
		(void)session_fail(s, JOB_FAILED, "%s failed: %s (steadyctl log %llu)", h->name,
			why, (unsigned long long)s->job.number);
	if (!after_restore && s->stopping)
		(void)session_go(s, SESSION_RESTORE);
	else
		(void)session_go(s, h->next);
}

static int start(struct session *s, struct hook *h, struct error *e)
{
	const struct env_run_settings *settings = s->env ? env_run_settings(s->env) : NULL;
	bool after_restore = s->state > SESSION_RESTORE;
	struct run_spec spec = {
		.command = &h->prepared.command,
		.env = &h->prepared.env,
		.cwd = h->prepared.cwd,
		.identity = &s->job.owner,
		.cpus = settings && settings->pinned && !after_restore ? &settings->housekeeping
								       : NULL,
		.timeout_ns = after_restore
			? HOOK_TIMEOUT_MIN_NS
			: session_time_limit(
				  s, MAX_OF(h->workload->timeout_ns, HOOK_TIMEOUT_MIN_NS)),
		.limits = {.output_bytes = HOOK_OUTPUT_MAX},
	};

	return runner_start(s->runner, &spec, on_hook_done, h, e);
}

int hook_start(struct session *s, const char *name, const struct workload *workload,
	const struct command *command, long benchmark, enum session_state next)
{
	struct error e = {0};
	struct hook *h;

	if (!command_is_set(command))
		return session_go(s, next);

	h = calloc(1, sizeof(*h));
	if (!h || prepared_make(s, workload, command, benchmark, &h->prepared) < 0) {
		(void)hook_free(h);
		return session_fail(s, JOB_FAILED, "%s failed: out of memory", name);
	}
	h->session = s;
	h->workload = workload;
	h->name = name;
	h->next = next;
	if (start(s, h, &e) < 0) {
		(void)hook_free(h);
		return session_fail(s, JOB_FAILED, "%s failed: %s", name, e.text);
	}
	s->runner_busy = true;
	return 0;
}

/* One member after the other; the state is entered again for each. */
int session_setup(struct session *s)
{
	while (s->n_setup < s->suite.n) {
		const struct workload *w = &s->suite.items[s->n_setup++];
		struct error e = {0};

		if (!command_is_set(&w->setup))
			continue;
		if (session_runner(s, false, &e) < 0)
			return session_fail(s, JOB_FAILED, "cannot start the launcher: %s", e.text);
		if (s->suite.is_suite)
			session_log(s, "setup of %s", w->name);
		return hook_start(s, "setup", w, &w->setup, -1, SESSION_SETUP);
	}
	return session_go(s, SESSION_APPLY);
}

int session_conclude(struct session *s)
{
	const struct trial *t = &s->plan.trials[s->next_trial - 1];

	const struct workload *w = session_member(s, (long)t->benchmark);

	return hook_start(s, "conclude", w, &w->conclude, (long)t->benchmark, SESSION_DECIDE);
}

static void on_emptied(const struct run_outcome *outcome, void *userdata)
{
	struct session *s = userdata;

	s->runner_busy = false;
	if (s->scratch && rmdir(s->scratch) < 0)
		session_log(s, "scratch space %s is left: %s", s->scratch, strerror(errno));
	free(s->scratch);
	s->scratch = NULL;
	(void)session_go(s, SESSION_SUMMARISE);
}

/* The content is the submitter's: a child of theirs removes it, root only the empty folder. */
static int empty_scratch(struct session *s)
{
	static const char script[] = "find . -mindepth 1 -delete";
	CLEANUP_STRV struct strv env = {0};
	struct command command = {.shell = true};
	struct run_spec spec = {
		.command = &command,
		.env = &env,
		.cwd = s->scratch,
		.identity = &s->job.owner,
		.timeout_ns = HOOK_TIMEOUT_MIN_NS,
		.limits = {.output_bytes = HOOK_OUTPUT_MAX},
	};
	int r = strv_push(&command.argv, script);

	if (r >= 0)
		r = strv_env_set(&env, "PATH", "/usr/bin:/bin");
	if (r >= 0)
		r = runner_start(s->runner, &spec, on_emptied, s, NULL);
	command_done(&command);
	return r;
}

int session_cleanup(struct session *s)
{
	while (s->n_setup > 0) {
		const struct workload *w = &s->suite.items[--s->n_setup];

		if (!command_is_set(&w->cleanup) || session_runner(s, false, NULL) < 0)
			continue;
		if (s->suite.is_suite)
			session_log(s, "cleanup of %s", w->name);
		return hook_start(s, "cleanup", w, &w->cleanup, -1, SESSION_CLEANUP);
	}
	if (s->scratch && rmdir(s->scratch) < 0 && session_runner(s, false, NULL) >= 0 &&
		empty_scratch(s) >= 0) {
		s->runner_busy = true;
		return 0;
	}
	return session_go(s, SESSION_SUMMARISE);
}
