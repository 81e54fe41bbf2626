/* The two revisions of a gate: found, checked, built. */
#pragma once

#include "ctl/gate-build.h"

struct gate_revs {
	struct git git;
	char base_commit[GIT_HASH_MAX], cand_commit[GIT_HASH_MAX];
	struct gate_build base, cand;
	struct git_trailers accepts; /* Perf-Accept of the candidate's commits */
};

/**
 * gate_revs_find() - the commits that the options mean
 * @c:   context, with the working directory in a repository
 * @ret: owned by the caller, also on failure
 * @e:   filled on failure with what to do
 *
 * --cand-rev is HEAD unless told, and then the work tree must be clean: what is not committed would
 * not be measured. --base-rev is the merge base of the candidate with the default branch.
 *
 * Return: 0; -EINVAL; see capture_run().
 */
int gate_revs_find(const struct context *c, struct gate_revs *ret, struct error *e);

/**
 * gate_revs_build() - build both, one after the other
 * @c:           context; with --dry-run they are only checked out
 * @revs:        found
 * @deadline_ns: CLOCK_MONOTONIC; 0: none
 * @ret_failed:  the side that failed, when one did
 * @e:           filled on failure
 *
 * Return: 0; GATE_BUILD_R_FAILED; see gate_build_make().
 */
int gate_revs_build(const struct context *c, struct gate_revs *revs, uint64_t deadline_ns,
	const char **ret_failed, struct error *e);

/**
 * gate_revs_done() - free the content and let go of the folders
 * @revs: revisions, or NULL
 *
 * Return: nothing.
 */
void gate_revs_done(struct gate_revs *revs);
