/* Where two JSON trees differ. For this folder only. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "common/base/strv.h"

#define COMPARISON_POINTER_MAX	   512
#define COMPARISON_DIFFERENCES_MAX 1000

/* Where a comparison is, and what it found so far. */
struct comparison {
	char pointer[COMPARISON_POINTER_MAX]; /* of what is compared next */
	struct strv *differences;	      /* borrowed; after the most a last one: "and more" */
	bool out_of_memory;
};

/**
 * comparison_is_full() - were there more differences than are listed
 * @c: comparison
 *
 * Return: true when looking on is useless.
 */
bool comparison_is_full(const struct comparison *c);

/**
 * comparison_add() - one more difference
 * @c:    comparison
 * @line: for people
 *
 * Return: nothing.
 */
void comparison_add(struct comparison *c, const char *line);

/**
 * comparison_keys() - compare some members of an object, all that is in them
 * @c:       comparison; its pointer is that of the object
 * @said:    what a document says
 * @follows: what it should say; members that only @said has are its own
 * @keys:    names, NULL behind the last; one that neither has is passed over
 *
 * Numbers are the same when no digit differs; lists of one length are compared item by item.
 *
 * Return: nothing.
 */
void comparison_keys(
	struct comparison *c, const json_t *said, const json_t *follows, const char *const *keys);
