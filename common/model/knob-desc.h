/* Every knob steady can turn, as a row of data: shared with the client, the manual, completion. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/base/error.h"

enum knob_kind {
	KNOB_STATE,  /* kernel state that outlives us: journalled, restored */
	KNOB_HELD,   /* an open descriptor, gone with us */
	KNOB_ACTION, /* done once, nothing to undo */
	KNOB_RUN,    /* a property of each run, given to the launcher */
};

struct knob_desc {
	const char *name; /* as in profiles: "cpu.governor" */
	enum knob_kind kind;
	const char *unit;	    /* NULL for words */
	const char *const *choices; /* NULL-terminated accepted words; NULL when any */
	const char *const *parts;   /* NULL-terminated keys of a mapping value ("count"), or NULL */
	unsigned min, max;	    /* whole numbers that are taken, too; max 0: none */
	int (*check)(const char *want, struct error *e); /* of values beyond the choices, or NULL */
	const char *takes; /* what the check accepts, in words for help; or NULL */
	bool outlives_boot;
	const char *help; /* one sentence */
};

/**
 * knob_desc_find() - row by name
 * @name: as in profiles
 *
 * Return: static row; NULL when there is no such knob.
 */
const struct knob_desc *knob_desc_find(const char *name);

/**
 * knob_desc_all() - all rows
 * @ret_n: number of rows
 *
 * Return: static array, sorted by name.
 */
const struct knob_desc *knob_desc_all(size_t *ret_n);

/**
 * knob_desc_check() - is a value one that the knob takes
 * @desc: row
 * @want: canonical text; a mapping value is "key=value,key=value" in the order of @desc->parts
 * @e:    filled on failure with what would be accepted
 *
 * Return: 0; -EINVAL.
 */
int knob_desc_check(const struct knob_desc *desc, const char *want, struct error *e);
