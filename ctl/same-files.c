/* Do both arms of a benchmark run the same files. */
#include "ctl/same-files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "common/model/plan.h"
#include "ctl/folder-tree.h"

/* One arm of one benchmark, with everything put in. All owned. */
struct side {
	const struct arm *arm;
	const struct command *command;
	struct strv values; /* of the parameters, and the arm's folder */
	char *folder;
};

static const char *folder_of(const struct workload *w, const struct arm *arm)
{
	const char *folder = arm->cwd ? arm->cwd : w->cwd;

	return folder ? folder : ".";
}

static int side_make(
	const struct workload *w, const struct arm *arm, const struct strv *params, struct side *s)
{
	*s = (struct side){.arm = arm};
	s->command = command_is_set(&arm->command) ? &arm->command : &w->command;
	if (strv_copy(&s->values, params) < 0)
		return -ENOMEM;
	if (arm->dir && strv_pushf(&s->values, "arm-dir=%s", arm->dir) < 0)
		return -ENOMEM;
	s->folder = plan_substitute(folder_of(w, arm), &s->values);
	return s->folder ? 0 : -ENOMEM;
}

static void side_done(struct side *s)
{
	strv_done(&s->values);
	free(s->folder);
}

static char *path_in(const char *folder, const char *name)
{
	char *path;

	if (name[0] == '/')
		return strdup(name);
	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* As execvp() would find it. */
static char *program_in_path(const char *name)
{
	const char *path = getenv("PATH");

	for (const char *p = path ? path : ""; *p;) {
		int n = (int)strcspn(p, ":");
		char *file;

		if (asprintf(&file, "%.*s/%s", n, p, name) < 0)
			return NULL;
		if (n > 0 && access(file, X_OK) == 0)
			return file;
		free(file);
		p += n + (p[n] == ':');
	}
	return strdup(name);
}

static char *file_of(const struct side *s, const char *word, bool is_program)
{
	CLEANUP_FREE char *text = plan_substitute(word, &s->values);

	if (!text)
		return NULL;
	if (is_program && !strchr(text, '/'))
		return program_in_path(text);
	return path_in(s->folder, text);
}

/* Words that differ may be two names of one file. */
static bool same_word(const struct side *a, const struct side *b, size_t i)
{
	const char *left = a->command->argv.items[i], *right = b->command->argv.items[i];
	CLEANUP_FREE char *one = NULL, *other = NULL;

	if (streq(left, right) || a->command->shell)
		return streq(left, right);
	one = file_of(a, left, i == 0);
	other = file_of(b, right, i == 0);
	return one && other && folder_same_file(one, other) == 1;
}

static bool same_env(const struct strv *a, const struct strv *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!streq(a->items[i], b->items[i]))
			return false;
	return true;
}

static bool same_sides(const struct side *a, const struct side *b)
{
	if (a->command->shell != b->command->shell || a->command->argv.n != b->command->argv.n ||
		!same_env(&a->arm->env, &b->arm->env))
		return false;
	for (size_t i = 0; i < a->command->argv.n; i++)
		if (!same_word(a, b, i))
			return false;
	return true;
}

/* Asked once a workload: a folder may be large. */
static bool same_dirs(const struct workload *w)
{
	const char *a = w->arms[0].dir, *b = w->arms[1].dir;

	if (!a || !b)
		return !a && !b;
	return folder_same(a, b) == 1;
}

/* Return: 1 for the same, 0 for others. */
static int add_benchmark(const struct workload *w, const struct plan_benchmark *b, struct strv *ret)
{
	struct side base = {0}, cand = {0};
	int r = side_make(w, &w->arms[0], &b->params, &base);

	if (r >= 0)
		r = side_make(w, &w->arms[1], &b->params, &cand);
	if (r >= 0 && same_sides(&base, &cand))
		r = strv_push(ret, b->name) < 0 ? -ENOMEM : 1;
	side_done(&base);
	side_done(&cand);
	return r;
}

static int add_workload(const struct workload *w, struct strv *ret, bool *ret_all, struct error *e)
{
	CLEANUP(plan_done) struct plan plan = {0};
	int r = 0;

	/* What else a program finds in its folder may matter. */
	if (w->n_arms != 2 || !streq(folder_of(w, &w->arms[0]), folder_of(w, &w->arms[1])) ||
		!same_dirs(w)) {
		*ret_all = false;
		return 0;
	}
	r = plan_make(w, 1, &plan, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < plan.n_benchmarks && r >= 0; i++) {
		if (plan.benchmarks[i].arm != 0)
			continue;
		r = add_benchmark(w, &plan.benchmarks[i], ret);
		*ret_all &= r > 0;
	}
	return r < 0 ? error_setf(e, -ENOMEM, "out of memory") : 0;
}

int same_files_find(const struct suite *s, struct strv *ret, bool *ret_all, struct error *e)
{
	*ret_all = s->n > 0;
	for (size_t i = 0; i < s->n; i++) {
		int r = add_workload(&s->items[i], ret, ret_all, e);
		if (r < 0)
			return r;
	}
	return 0;
}
