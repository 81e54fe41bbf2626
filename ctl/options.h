/* The command line: every option as a row, parsed against the set a verb takes. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "common/base/error.h"
#include "common/base/strv.h"

enum option {
	OPTION_JSON,
	OPTION_LOCAL,
	OPTION_SOCKET,
	OPTION_COLOR,
	OPTION_NO_PROGRESS,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_VERSION,
	OPTION_HELP,
	OPTION_COMMAND,
	OPTION_SHELL,
	OPTION_PROFILE,
	OPTION_STRICT,
	OPTION_RUNS,
	OPTION_WARMUP,
	OPTION_UNTIL,
	OPTION_MAX_TIME,
	OPTION_TIMEOUT,
	OPTION_PARAM,
	OPTION_LABEL,
	OPTION_SETUP,
	OPTION_PREPARE,
	OPTION_CONCLUDE,
	OPTION_CLEANUP,
	OPTION_VERIFY,
	OPTION_ORDER,
	OPTION_OUTLIERS,
	OPTION_SEED,
	OPTION_AGAIN,
	OPTION_DRY_RUN,
	OPTION_OUTPUT,
	OPTION_FORMAT,
	OPTION_RUN,
	OPTION_FOLLOW,
	OPTION_SCRIPT,
	OPTION_REPORT,
	OPTION_NEUTRAL,
	OPTION_POLICY,
	OPTION_MARGIN,
	OPTION_ALPHA,
	OPTION_MAX_ROUNDS,
	OPTION_MAX_MDE,
	OPTION_BASE,
	OPTION_CAND,
	OPTION_BASE_CMD,
	OPTION_CAND_CMD,
	OPTION_BASE_REV,
	OPTION_CAND_REV,
	OPTION_BUILD,
	OPTION_ACCEPT,
	OPTION_FORCE,
	OPTION_REASON,
	OPTION_EXPIRES,
	OPTION_MAX,
};

#define OPTION_BIT(name) (1ull << OPTION_##name)

/* Taken by every verb. */
#define OPTIONS_GLOBAL                                                                             \
	(OPTION_BIT(JSON) | OPTION_BIT(LOCAL) | OPTION_BIT(SOCKET) | OPTION_BIT(COLOR) |           \
		OPTION_BIT(NO_PROGRESS) | OPTION_BIT(QUIET) | OPTION_BIT(VERBOSE) |                \
		OPTION_BIT(VERSION) | OPTION_BIT(HELP))

/* Over the keys of the workload file, in the same words. */
#define OPTIONS_OVERRIDES                                                                          \
	(OPTION_BIT(PROFILE) | OPTION_BIT(STRICT) | OPTION_BIT(RUNS) | OPTION_BIT(WARMUP) |        \
		OPTION_BIT(UNTIL) | OPTION_BIT(MAX_TIME) | OPTION_BIT(TIMEOUT) |                   \
		OPTION_BIT(PARAM) | OPTION_BIT(LABEL) | OPTION_BIT(SETUP) | OPTION_BIT(PREPARE) |  \
		OPTION_BIT(CONCLUDE) | OPTION_BIT(CLEANUP) | OPTION_BIT(VERIFY) |                  \
		OPTION_BIT(ORDER) | OPTION_BIT(OUTLIERS) | OPTION_BIT(SEED))

struct option_desc {
	const char *name;  /* without "--" */
	char letter;	   /* or 0 */
	const char *value; /* what the value is called in help; NULL for a flag */
	const char *help;  /* one sentence */
};

/* One option as given. */
struct option_use {
	enum option option;
	char *value; /* owned; NULL for a flag */
};

struct options {
	struct option_use *uses; /* in the order given */
	size_t n_uses;
	struct strv words; /* what is no option; the first one is the verb */
	struct strv rest;  /* what follows "--" */
	bool has_rest;
};

/* Adds the options a verb takes to a set of OPTION_BIT; -EINVAL for an unknown verb. */
typedef int (*options_allowed_fn)(const char *verb, uint64_t *set, struct error *e);

/**
 * option_desc() - the row of an option
 * @option: below OPTION_MAX
 *
 * Return: static row.
 */
const struct option_desc *option_desc(enum option option);

/**
 * options_parse() - read a command line
 * @argv:    NULL-terminated, without the program's name
 * @allowed: asked once the verb is known; before that only OPTIONS_GLOBAL are taken
 * @ret:     owned by the caller; untouched on failure
 * @e:       filled on failure
 *
 * Options may stand before and after words; nothing after "--" is one.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int options_parse(
	char *const *argv, options_allowed_fn allowed, struct options *ret, struct error *e);

/**
 * options_has() - was an option given
 * @o:      parsed
 * @option: which
 *
 * Return: true when it was, at least once.
 */
bool options_has(const struct options *o, enum option option);

/**
 * options_value() - the last value of an option
 * @o:      parsed
 * @option: one that takes a value
 *
 * Return: borrowed text; NULL when it was not given.
 */
const char *options_value(const struct options *o, enum option option);

/**
 * options_print() - help for a set of options, one or two lines each
 * @f:   where to
 * @set: OPTION_BIT of those to print
 *
 * Return: nothing.
 */
void options_print(FILE *f, uint64_t set);

/**
 * options_done() - free the content
 * @o: options, or NULL
 *
 * Return: nothing.
 */
void options_done(struct options *o);
