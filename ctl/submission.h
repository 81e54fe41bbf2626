/* What a command line submits: a workload's text, where its paths start, and what overrides it. */
#pragma once

#include "common/model/suite.h"
#include "ctl/context.h"

struct submission {
	char *text;	 /* YAML; the files of a suite are in it */
	char *file;	 /* name for messages */
	char *directory; /* absolute */
	struct strv overrides;
	struct strv environment;
	struct suite suite; /* as this client reads it; the daemon reads the text again */
};

/**
 * submission_make() - from a file, the name of a shipped workload, or commands
 * @c:   context of run or submit
 * @ret: owned by the caller; untouched on failure
 * @e:   filled on failure; its text is empty when diagnostics were written to stderr
 *
 * Return: 0; -EINVAL for bad options or a bad file; -ENOENT; -EFBIG above 1 MiB; -ENOMEM.
 */
int submission_make(const struct context *c, struct submission *ret, struct error *e);

/**
 * submission_take_options() - only the overrides and the environment
 * @c:   context
 * @s:   appended to; the text is made elsewhere
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int submission_take_options(const struct context *c, struct submission *s, struct error *e);

/**
 * submission_done() - free the content
 * @s: submission, or NULL
 *
 * Return: nothing.
 */
void submission_done(struct submission *s);
