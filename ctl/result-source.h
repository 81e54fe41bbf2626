/* Results by what a person calls them: a job's number, a label, a file. */
#pragma once

#include "common/model/result.h"
#include "ctl/client.h"

/* Where results come from; the connection is made when it is first needed. */
struct result_source {
	const struct context *context; /* borrowed */
	struct client *client;	       /* owned; or NULL */
};

/**
 * result_source_load() - find a result and read it
 * @s:        source
 * @word:     job number; "name=value", the newest job with that label; or the path of a document
 * @workload: a label's job must be of this workload; NULL: any
 * @ret:      owned by the caller, judged and summarised; untouched on failure
 * @e:        filled on failure, begins with @word
 *
 * A word with a "=" is a label, unless there is a file of that name or it has a slash.
 *
 * Return: 0; -EINVAL: no such thing, no document; -ENOENT: no such job; -ENOMEDIUM: no job has the
 * label; -E2BIG; -ENOMEM; see client_error().
 */
int result_source_load(struct result_source *s, const char *word, const char *workload,
	struct result *ret, struct error *e);

/**
 * result_source_is_label() - would a word be looked up as a label
 * @word: as given
 *
 * Return: true when it would.
 */
bool result_source_is_label(const char *word);

/**
 * result_source_done() - hang up
 * @s: source, or NULL
 *
 * Return: nothing.
 */
void result_source_done(struct result_source *s);
