/* What every verb is given: the command line and how to talk to the person. */
#pragma once

#include <stdbool.h>

#include "ctl/options.h"

struct verb;

struct context {
	const struct verb *verb;
	struct options options; /* words[0] is the verb */
	bool json, local, quiet, verbose;
	bool colored;	    /* stdout */
	bool progress;	    /* stderr is a terminal and nobody said no */
	const char *socket; /* NULL: the default; borrowed from options */
};

/**
 * context_word() - one word behind the verb
 * @c: context
 * @i: from 0
 *
 * Return: borrowed text; NULL when there are fewer.
 */
const char *context_word(const struct context *c, size_t i);

/**
 * context_words_expect() - check how many words stand behind the verb
 * @c:   context
 * @min: at least
 * @max: at most
 * @e:   filled on failure with the verb's usage
 *
 * Return: 0; -EINVAL.
 */
int context_words_expect(const struct context *c, size_t min, size_t max, struct error *e);

/**
 * context_job_number() - read a job number
 * @text: digits
 * @ret:  written only on success
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL.
 */
int context_job_number(const char *text, uint32_t *ret, struct error *e);

/**
 * context_note() - a line on stderr, but not with --quiet
 * @c:   context
 * @fmt: printf format, no newline
 *
 * Return: nothing.
 */
void context_note(const struct context *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
