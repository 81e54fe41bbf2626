/* The verbs of steadyctl, a row and a file each. */
#pragma once

#include "ctl/context.h"
#include "ctl/exit-code.h"

typedef int verb_fn(struct context *c, struct error *e);

struct verb {
	const char *name;
	const char *usage; /* what follows the name */
	const char *help;  /* one sentence */
	verb_fn *call;
	uint64_t options; /* besides OPTIONS_GLOBAL */
	bool reading;	  /* without a daemon it looks into the local store */
	bool not_local;	  /* makes no sense for a daemon that ends with its client */
};

/**
 * verb_find() - row by name
 * @name: as typed
 *
 * Return: static row; NULL when there is none.
 */
const struct verb *verb_find(const char *name);

/**
 * verb_all() - all rows
 * @ret_n: number of rows
 *
 * Return: static array in the order of the table on the screen.
 */
const struct verb *verb_all(size_t *ret_n);

/**
 * verb_print_all() - the table of verbs
 * @f: where to
 *
 * Return: nothing.
 */
void verb_print_all(FILE *f);

/**
 * verb_print() - help for one verb
 * @f:    where to
 * @verb: row
 *
 * Return: nothing.
 */
void verb_print(FILE *f, const struct verb *verb);

/**
 * verb_unknown() - say that there is no such verb, and which one may have been meant
 * @name: as typed
 * @e:    filled
 *
 * Return: -EINVAL.
 */
int verb_unknown(const char *name, struct error *e);

/**
 * verb_options_allowed() - an options_allowed_fn over the table
 * @name: verb as typed
 * @set:  its options are added
 * @e:    filled on failure with the nearest verb
 *
 * Return: 0; -EINVAL.
 */
int verb_options_allowed(const char *name, uint64_t *set, struct error *e);

/*
 * Each in verb-NAME.c. They return an exit code (0 and above), or a negative errno with the error
 * filled.
 */
verb_fn verb_run, verb_submit, verb_wait, verb_show, verb_list, verb_log, verb_cancel, verb_check;
verb_fn verb_status, verb_knobs, verb_profile, verb_workloads, verb_fingerprint, verb_restore;
verb_fn verb_gate, verb_compare, verb_accept;
verb_fn verb_verify, verb_help;
