/* Workloads that are one job. */
#pragma once

#include "common/model/workload.h"

/*
 * One workload alone is a suite of one. What is a matter of the job and not of a member is the
 * same in all items: profile, order, repetition (but not the warm-up), outliers, metrics, seed,
 * labels, strict, is_gate, same_files; take it from items[0].
 */
struct suite {
	char *name; /* owned; of the suite, or of the only workload */
	struct workload *items;
	size_t n;
	bool is_suite;
	char hash[72]; /* of the only workload, or over those of all members */
};

/**
 * suite_done() - free the content
 * @s: suite, or NULL
 *
 * Return: nothing.
 */
void suite_done(struct suite *s);

/**
 * suite_of() - one workload as a suite of one
 * @w: stays the caller's, as does everything in the answer
 *
 * Return: borrowed view; not for suite_done().
 */
struct suite suite_of(const struct workload *w);

/**
 * suite_environment() - what any member may see of an environment
 * @s:    members; each gets its own part of it, by workload_environment()
 * @from: NAME=VALUE strings
 * @ret:  appended to, in the order of @from
 *
 * Return: 0; -ENOMEM.
 */
int suite_environment(const struct suite *s, const struct strv *from, struct strv *ret);

/**
 * suite_hash() - identity of the work
 * @s: hashed members; @s->hash is written
 *
 * Return: 0; -ENOMEM.
 */
int suite_hash(struct suite *s);
