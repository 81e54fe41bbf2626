/* A job as it was submitted: who, what text, from where. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "common/base/strv.h"
#include "common/model/result.h"

/* Who a job runs as. */
struct identity {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* owned */
	size_t n_groups;
};

struct job {
	uint64_t number;
	char id[RESULT_ID_MAX];
	struct identity owner;
	char *workload;		 /* name */
	char *text;		 /* of the workload file, as submitted */
	char *file;		 /* name of the file, for messages */
	char *directory;	 /* absolute: where relative paths start */
	struct strv overrides;	 /* "key=YAML value", applied over the text */
	struct strv environment; /* the client's, as far as the workload may inherit it */
	enum job_state state;
	char *error;
	uint64_t submitted_ns, started_ns, ended_ns;
};

/**
 * job_done() - free the content
 * @j: job, or NULL
 *
 * Return: nothing.
 */
void job_done(struct job *j);

/**
 * identity_copy() - deep copy
 * @from: borrowed
 * @ret:  owned by the caller; untouched on failure
 *
 * Return: 0; -ENOMEM.
 */
int identity_copy(const struct identity *from, struct identity *ret);

/**
 * identity_done() - free the content
 * @i: identity, or NULL
 *
 * Return: nothing.
 */
void identity_done(struct identity *i);
