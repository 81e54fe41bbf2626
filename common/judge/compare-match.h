/* Which benchmarks of two results belong together. */
#pragma once

#include <stddef.h>

#include "common/model/result.h"

/* Indices into the benchmarks of two results; -1: not there. */
struct match {
	long base, cand;
	bool says_arm; /* the name alone does not tell which one it is */
};

/**
 * compare_match() - benchmarks by name and arm
 * @base:  result
 * @cand:  result
 * @ret:   owned by the caller: every benchmark of @base in its order, then those of @cand that
 *         nothing was found for
 * @ret_n: count
 *
 * The same arm goes first; where a name has a single arm on either side, it goes with any.
 * n log n in the number of benchmarks.
 *
 * Return: 0; -ENOMEM.
 */
int compare_match(
	const struct result *base, const struct result *cand, struct match **ret, size_t *ret_n);
