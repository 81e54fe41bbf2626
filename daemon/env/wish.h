/* What a profile wishes, target by target, whether it can be had, and what came of it. */
#pragma once

#include "daemon/env/knob-table.h"

#define WISH_REASON_MAX 96

struct wish_target {
	char *name;	 /* owned */
	char *value;	 /* owned; NULL: this target cannot take it */
	char *old;	 /* owned; NULL for knobs that cannot be read */
	char *seen;	 /* owned; last value read */
	char *at;	 /* owned; or NULL */
	unsigned number; /* of its undo record; 0: none */
	int error;	 /* of changing it; negative errno */
	bool gone;
};

/*
 * Nobody asked for a bystander: a knob that a coupled one may drag along. Its value is the old one,
 * it is recorded and given back like the others, but neither set nor reported.
 */
struct wish {
	const struct setting *setting; /* borrowed from the profile; NULL: a bystander */
	const char *name;	       /* borrowed; of the knob */
	const struct knob *knob;       /* NULL: no such knob */
	bool is_required;
	char reason[WISH_REASON_MAX]; /* why it cannot be had; empty when it can */
	struct wish_target *targets;  /* owned */
	size_t n_targets;
};

struct wishes {
	struct wish *items; /* owned; in the order of setting */
	size_t n;
};

/**
 * wishes_make() - look at everything a profile asks for, without changing anything
 * @t:      knobs there are
 * @h:      host
 * @p:      profile; borrowed as long as the wishes live
 * @strict: all settings but ignored ones are required
 * @owner:  who holds the machine ("steadyd"), NULL: we do
 * @ret:    owned by the caller; untouched on failure
 *
 * Return: 0; -ENOMEM.
 */
int wishes_make(const struct knob_table *t, struct host *h, const struct profile *p, bool strict,
	const char *owner, struct wishes *ret);

/**
 * wishes_done() - free the content
 * @w: wishes, or NULL
 *
 * Return: nothing.
 */
void wishes_done(struct wishes *w);

/**
 * wishes_missing() - first required setting that cannot be had
 * @w: wishes
 *
 * Return: borrowed from @w; NULL when all can.
 */
const struct wish *wishes_missing(const struct wishes *w);

/**
 * wish_is_available() - can a setting be had, on all of its targets
 * @w: wish
 *
 * Return: true when it can.
 */
bool wish_is_available(const struct wish *w);

/**
 * wish_apply() - change every target that does not hold already
 * @w: available wish; errors are kept in its targets
 * @h: host
 *
 * Return: nothing.
 */
void wish_apply(struct wish *w, struct host *h);

/**
 * wish_check() - read every target back
 * @w: applied wish; seen is filled in its targets
 * @h: host
 *
 * Return: true when all targets hold, those left aside that are gone.
 */
bool wish_check(struct wish *w, struct host *h);

/**
 * wish_report() - add the outcome, one entry a target
 * @w:   wish, checked or not available
 * @h:   host
 * @ret: list
 *
 * Return: 0; -ENOMEM.
 */
int wish_report(const struct wish *w, struct host *h, struct setting_outcomes *ret);
