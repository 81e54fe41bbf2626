/* A command made ready: parameters put in, environment complete, folder chosen. */
#include <errno.h>
#include <stdio.h>

#include "daemon/session/session-private.h"

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

void prepared_done(struct prepared *p)
{
	if (!p)
		return;

	command_done(&p->command);
	strv_done(&p->env);
	free(p->cwd);
	free(p->stdin_path);
	*p = (struct prepared){0};
}

static const struct arm *arm_of(const struct session *s, const struct workload *w, long benchmark)
{
	if (benchmark < 0 || w->n_arms == 0)
		return NULL;
	return &w->arms[s->plan.benchmarks[benchmark].arm];
}

static const char *folder_of(
	const struct session *s, const struct workload *w, const struct arm *arm)
{
	const char *folder = arm && arm->cwd ? arm->cwd : w->cwd;

	return folder ? folder : s->job.directory;
}

/* "name=value" for everything that may stand in braces. */
static int make_values(
	const struct session *s, long benchmark, const char *arm_folder, struct strv *ret)
{
	int r = strv_pushf(ret, "scratch=%s", s->scratch ? s->scratch : "");

	if (r >= 0)
		r = strv_pushf(ret, "arm-dir=%s", arm_folder);
	if (r >= 0 && benchmark >= 0)
		r = strv_copy(ret, &s->plan.benchmarks[benchmark].params);
	return r;
}

static int substitute_all(const struct strv *from, const struct strv *values, struct strv *ret)
{
	for (size_t i = 0; i < from->n; i++) {
		CLEANUP_FREE char *text = plan_substitute(from->items[i], values);
		int r = text ? strv_push(ret, text) : -ENOMEM;

		if (r < 0)
			return r;
	}
	return 0;
}

/* Puts NAME=VALUE strings over an environment. */
static int env_overlay(struct strv *env, const struct strv *over)
{
	for (size_t i = 0; i < over->n; i++) {
		const char *equals = strchr(over->items[i], '=');
		CLEANUP_FREE char *name = NULL;
		int r;

		if (!equals)
			continue;
		name = strndup(over->items[i], (size_t)(equals - over->items[i]));
		r = name ? strv_env_set(env, name, equals + 1) : -ENOMEM;
		if (r < 0)
			return r;
	}
	return 0;
}

/* job.environment holds only what the members may inherit: it was chosen at submission. */
static int make_env(const struct session *s, const struct workload *w, const struct arm *arm,
	const struct strv *values, struct strv *ret)
{
	CLEANUP_STRV struct strv own = {0};
	int r = workload_environment(w, &s->job.environment, ret);

	if (r >= 0 && !strv_env_get(ret, "PATH"))
		r = strv_env_set(ret, "PATH", DEFAULT_PATH);
	if (r >= 0)
		r = substitute_all(&w->env, values, &own);
	if (r >= 0 && arm)
		r = substitute_all(&arm->env, values, &own);
	if (r >= 0)
		r = env_overlay(ret, &own);
	if (r >= 0 && s->scratch)
		r = strv_env_set(ret, "STEADY_SCRATCH", s->scratch);
	return r;
}

/* What {arm-dir} stands for: the arm's own directory, else where it runs. */
static const char *arm_dir_of(const struct session *s, const struct arm *arm, const char *folder)
{
	if (arm && arm->dir)
		return arm->dir;
	return strstr(folder, "{arm-dir}") ? s->job.directory : folder;
}

static int substitute_path(const char *from, const struct strv *values, char **ret)
{
	*ret = from ? plan_substitute(from, values) : NULL;
	return from && !*ret ? -ENOMEM : 0;
}

/* The words, and what else is put into braces. */
static int make_command(const struct session *s, const struct workload *workload,
	const struct command *command, long benchmark, struct prepared *p, struct strv *values)
{
	const struct arm *arm = arm_of(s, workload, benchmark);
	const char *folder = folder_of(s, workload, arm);
	int r;

	if (!command)
		command = arm && command_is_set(&arm->command) ? &arm->command : &workload->command;

	p->command.shell = command->shell;
	r = make_values(s, benchmark, arm_dir_of(s, arm, folder), values);
	return r < 0 ? r : substitute_all(&command->argv, values, &p->command.argv);
}

int prepared_command(const struct session *s, long benchmark, struct command *ret)
{
	CLEANUP(prepared_done) struct prepared p = {0};
	CLEANUP_STRV struct strv values = {0};
	int r = make_command(s, session_member(s, benchmark), NULL, benchmark, &p, &values);

	if (r < 0)
		return r;
	*ret = p.command;
	p.command = (struct command){0};
	return 0;
}

int prepared_make(const struct session *s, const struct workload *workload,
	const struct command *command, long benchmark, struct prepared *ret)
{
	const struct arm *arm = arm_of(s, workload, benchmark);
	CLEANUP(prepared_done) struct prepared p = {0};
	CLEANUP_STRV struct strv values = {0};
	int r = make_command(s, workload, command, benchmark, &p, &values);

	if (r >= 0)
		r = make_env(s, workload, arm, &values, &p.env);
	if (r >= 0)
		r = substitute_path(folder_of(s, workload, arm), &values, &p.cwd);
	if (r >= 0)
		r = substitute_path(workload->stdin_path, &values, &p.stdin_path);
	if (r < 0)
		return r;

	*ret = TAKE_STRUCT(p);
	return 0;
}
