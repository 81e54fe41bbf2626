/* What a gate measures: the files that were named, as the one text that is submitted. */
#pragma once

#include "common/model/suite.h"
#include "ctl/context.h"

/* Where files of a repository are taken from instead of the work tree. */
struct gate_root {
	const char *top;    /* the work tree; NULL: files are what they are */
	const char *folder; /* of the revision */
};

struct gate_text {
	char *text;	   /* owned: YAML, of one workload or of a suite */
	char *file;	   /* owned: for messages */
	char *directory;   /* owned: absolute */
	struct strv files; /* the workload files it was made from, absolute */
	bool outside;	   /* at least one file is not in the repository */
};

/**
 * gate_text_make() - from commands, one file, a folder or several files
 * @c:    context of the verb
 * @root: where the files of a repository are
 * @ret:  owned by the caller; untouched on failure
 * @e:    filled on failure; its text is empty when diagnostics were written to stderr
 *
 * A folder is a suite of every *.yaml in it, sorted by name; so are several files. A file with a
 * key `suite` names its members itself.
 *
 * Return: 0; -ENOENT: a file, or any workload in a folder, is not there; -EINVAL; -ENOMEM; errno of
 * reading.
 */
int gate_text_make(const struct context *c, const struct gate_root *root, struct gate_text *ret,
	struct error *e);

/**
 * gate_text_parse() - what the daemon will make of it
 * @t:         made
 * @overrides: as they will be submitted
 * @silent:    problems are not written to stderr
 * @ret:       owned by the caller; untouched on failure
 * @e:         filled on failure; its text is empty when diagnostics were written to stderr
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int gate_text_parse(const struct gate_text *t, const struct strv *overrides, bool silent,
	struct suite *ret, struct error *e);

/**
 * gate_text_done() - free the content
 * @t: text, or NULL
 *
 * Return: nothing.
 */
void gate_text_done(struct gate_text *t);
