/* Building a revision in a worktree of its own, kept for the next gate. */
#pragma once

#include "ctl/context.h"
#include "ctl/git.h"
#include "ctl/progress.h"

#define GATE_BUILDS_MAX	    24 /* kept; the one used longest ago goes first */
#define GATE_BUILD_R_FAILED 1  /* the build line did not exit with 0 */

struct gate_build_request {
	const struct context *context;
	const struct git *git;
	const char *side;     /* "base" or "candidate" */
	const char *commit;   /* full hash */
	const char *line;     /* for /bin/sh; NULL: the worktree as it is */
	uint64_t deadline_ns; /* CLOCK_MONOTONIC; 0: none */
};

/* The folder stays as long as this is held. */
struct gate_build {
	char *folder; /* owned: absolute */
	char tree[GIT_HASH_MAX];
	bool was_kept; /* from an earlier gate */
	int lock;      /* shared lock on the folder; -1: none */
	char *output;  /* owned: end of what a failed build printed; NULL otherwise */
	int status;    /* its exit status */
};

/**
 * gate_build_cache() - where builds are kept
 * @ret: path, owned by the caller
 * @e:   filled on failure
 *
 * $XDG_CACHE_HOME/steady/builds, else below ~/.cache.
 *
 * Return: 0; -EINVAL when neither XDG_CACHE_HOME nor HOME is set; -ENOMEM.
 */
int gate_build_cache(char **ret, struct error *e);

/**
 * gate_build_make() - the folder of one revision, built
 * @request: what
 * @ret:     owned by the caller
 * @e:       filled on failure
 *
 * Kept under a key of the tree, the line and the variables of the environment that builds look at
 * (CC, CFLAGS, PATH, ...): another commit with the same tree uses the same folder. All folders have
 * paths of one length, so that nothing in the layout of a program's stack differs by the arm. A
 * finished worktree is no longer git's: only files. A build that failed or was cut off is made
 * anew.
 *
 * Return: 0; GATE_BUILD_R_FAILED with output and status; -ECANCELED; -ETIME at the deadline;
 * -EINVAL; -ENOMEM; errno of the file system.
 */
int gate_build_make(
	const struct gate_build_request *request, struct gate_build *ret, struct error *e);

/**
 * gate_build_prune() - remove what was cut off, and the folders used longest ago
 * @keep: this many stay; those that a gate holds are not touched
 *
 * Return: nothing.
 */
void gate_build_prune(size_t keep);

/**
 * gate_build_done() - let go of the folder and free the content
 * @b: build, or NULL
 *
 * Return: nothing.
 */
void gate_build_done(struct gate_build *b);
