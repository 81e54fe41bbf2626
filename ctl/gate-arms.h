/* The two arms of a gate: which form the command line has, and what it adds to the submission. */
#pragma once

#include "ctl/context.h"

enum gate_form {
	GATE_FORM_ARMS, /* commands, or arms in the file */
	GATE_FORM_DIRS, /* --base DIR --cand DIR */
	GATE_FORM_REVS, /* --base-rev, --cand-rev, --build */
};

/**
 * gate_arms_form() - which form is it, and is it complete
 * @c:   context; --base-cmd and --cand-cmd become the commands of two arms, base first
 * @ret: written only on success
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL.
 */
int gate_arms_form(struct context *c, enum gate_form *ret, struct error *e);

/**
 * gate_arms_rules() - the override that makes a submission a gate
 * @o:   parsed
 * @ret: appended: "gate={...}" with what is given of --margin --alpha --policy --max-rounds
 *       --max-mde
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL for a value that cannot be one; -ENOMEM.
 */
int gate_arms_rules(const struct options *o, struct strv *ret, struct error *e);

/**
 * gate_arms_dirs() - the overrides that give each arm its folder
 * @base: folder
 * @cand: folder
 * @ret:  appended: "arm-dir=base=/absolute", "arm-dir=cand=/absolute"
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL: not a folder; -ENOMEM.
 */
int gate_arms_dirs(const char *base, const char *cand, struct strv *ret, struct error *e);
