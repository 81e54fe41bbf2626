/* Can two results be compared at all. */
#pragma once

#include <stdbool.h>

#include "common/model/fact-desc.h"
#include "common/model/result.h"

/* One thing that differs. All owned. */
struct fact_difference {
	char *key;
	char *a, *b; /* values; NULL: not there */
	enum fact_weight weight;
};

struct fact_differences {
	struct fact_difference *items;
	size_t n;
	bool is_hard; /* at least one hard difference */
};

/**
 * comparability_check() - compare what two results say about machine, settings and work
 * @a:   result
 * @b:   result
 * @ret: owned by the caller, hard ones first, then by key; untouched on failure
 *
 * Hard: machine, facts that common/model/fact-desc.c lists as hard, settings as applied (knob and
 * target; one that could not be applied is as good as none), workload hash, rules of exclusion, how
 * time was taken, major version of steady, and a fingerprint that was never taken. Soft: everything
 * else that is a fact, minor versions, and the profile's name. docs/METHOD.md#comparability
 *
 * Return: 0; -ENOMEM.
 */
int comparability_check(
	const struct result *a, const struct result *b, struct fact_differences *ret);

/**
 * fact_is_hard() - weight of a fact of the fingerprint
 * @key: as in result.facts
 *
 * Return: true for a hard one; a key that the table does not know is hard.
 */
bool fact_is_hard(const char *key);

/**
 * fact_differences_done() - free the content
 * @d: differences, or NULL
 *
 * Return: nothing.
 */
void fact_differences_done(struct fact_differences *d);
