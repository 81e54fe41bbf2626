/* The two arms of a gate. */
#include "ctl/gate-arms.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "ctl/verb.h"

/* Letters of ratios, numbers and policies; nothing with a meaning in YAML. */
#define RULE_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789.%+-"

static int both(const struct options *o, enum option one, enum option other, struct error *e)
{
	bool has_one = options_has(o, one), has_other = options_has(o, other);

	if (has_one != has_other)
		return error_setf(e, -EINVAL, "--%s needs --%s",
			option_desc(has_one ? one : other)->name,
			option_desc(has_one ? other : one)->name);
	return has_one;
}

/* The last one of each counts, as with every other option. */
static void take_commands(struct options *o)
{
	enum option from[2] = {OPTION_BASE_CMD, OPTION_CAND_CMD};
	struct option_use *places[2] = {NULL, NULL};

	for (size_t i = 0; i < o->n_uses; i++)
		for (int k = 0; k < 2; k++)
			if (o->uses[i].option == from[k])
				places[k] = &o->uses[i];
	if (!places[0] || !places[1])
		return;
	for (int k = 0; k < 2; k++)
		places[k]->option = OPTION_COMMAND;
	if (places[0] > places[1]) {
		struct option_use swap = *places[0];

		*places[0] = *places[1];
		*places[1] = swap;
	}
}

static size_t count(const struct options *o, enum option option)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_uses; i++)
		n += o->uses[i].option == option;
	return n;
}

/* Files, commands of two arms, or one command for arms with a folder each. */
static int check_subject(const struct context *c, enum gate_form form, struct error *e)
{
	const struct options *o = &c->options;
	size_t n_files = o->words.n - 1, n_commands = count(o, OPTION_COMMAND) + o->has_rest;
	size_t wanted = form == GATE_FORM_ARMS ? 2 : 1;

	if (n_files + n_commands == 0)
		return error_setf(e, -EINVAL, "what to compare? usage: steadyctl %s %s",
			c->verb->name, c->verb->usage);
	if (n_files > 0 && n_commands > 0)
		return error_setf(e, -EINVAL,
			"'%s' is a file, and there are commands too: a gate takes one of them",
			context_word(c, 0));
	if (n_files > 0 && options_has(o, OPTION_SHELL))
		return error_setf(e, -EINVAL, "--shell is for commands, not for a file");
	if (n_commands > 0 && n_commands != wanted && form == GATE_FORM_ARMS)
		return error_setf(e, -EINVAL,
			"%zu command%s: a gate compares two, --base-cmd and --cand-cmd", n_commands,
			n_commands == 1 ? "" : "s");
	if (n_commands > 0 && n_commands != wanted)
		return error_setf(e, -EINVAL,
			"%zu commands: the arms have a folder each, give one command with "
			"{arm-dir} in it",
			n_commands);
	return 0;
}

int gate_arms_form(struct context *c, enum gate_form *ret, struct error *e)
{
	struct options *o = &c->options;
	int dirs = both(o, OPTION_BASE, OPTION_CAND, e);
	int commands = dirs < 0 ? dirs : both(o, OPTION_BASE_CMD, OPTION_CAND_CMD, e);
	bool revs = options_has(o, OPTION_BASE_REV) || options_has(o, OPTION_CAND_REV) ||
		options_has(o, OPTION_BUILD);
	int r;

	if (dirs < 0 || commands < 0)
		return -EINVAL;
	if (dirs && revs)
		return error_setf(e, -EINVAL,
			"--base and --cand are folders that exist, --base-rev, --cand-rev and "
			"--build make them: use one");
	if (commands && (options_has(o, OPTION_COMMAND) || o->has_rest))
		return error_setf(
			e, -EINVAL, "--base-cmd and --cand-cmd are all the commands of a gate");
	if (commands)
		take_commands(o);
	*ret = dirs ? GATE_FORM_DIRS : revs ? GATE_FORM_REVS : GATE_FORM_ARMS;
	r = check_subject(c, *ret, e);
	return r;
}

int gate_arms_rules(const struct options *o, struct strv *ret, struct error *e)
{
	static const enum option rules[] = {
		OPTION_MARGIN, OPTION_ALPHA, OPTION_POLICY, OPTION_MAX_ROUNDS, OPTION_MAX_MDE};
	CLEANUP_STRV struct strv parts = {0};
	CLEANUP_FREE char *all = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		const char *value = options_value(o, rules[i]);
		const char *name = option_desc(rules[i])->name;

		if (!value)
			continue;
		if (!*value || value[strspn(value, RULE_CHARACTERS)])
			return error_setf(
				e, -EINVAL, "--%s: '%.60s' cannot be a value", name, value);
		if (strv_pushf(&parts, "%s: %s", name, value) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	}
	all = parts.n > 0 ? strv_join(&parts, ", ") : strdup("");
	if (!all || strv_pushf(ret, "gate={%s}", all) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	return 0;
}

static int add_dir(const char *arm, const char *path, struct strv *ret, struct error *e)
{
	CLEANUP_FREE char *full = realpath(path, NULL);
	struct stat st;

	if (!full || stat(full, &st) < 0)
		return error_setf(e, -EINVAL, "--%s: %s: %s", arm, path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return error_setf(e, -EINVAL, "--%s: %s is not a folder", arm, path);
	return strv_pushf(ret, "arm-dir=%s=%s", arm, full) < 0
		? error_setf(e, -ENOMEM, "out of memory")
		: 0;
}

int gate_arms_dirs(const char *base, const char *cand, struct strv *ret, struct error *e)
{
	int r = add_dir("base", base, ret, e);

	return r < 0 ? r : add_dir("cand", cand, ret, e);
}
