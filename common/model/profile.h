/* A profile: which settings a machine should have while a job runs. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/base/strv.h"

enum need {
	NEED_PREFER, /* the default */
	NEED_REQUIRE,
	NEED_IGNORE,
	NEED_MAX,
};

struct setting {
	char *knob; /* owned; a name in the knob table */
	char *want; /* owned; canonical text, see knob_desc_check() */
	enum need need;
};

/* Waiting until the measured CPUs are calm and cool; timeout_ns 0: do not wait. */
struct settle {
	double busy_ratio;
	uint64_t for_ns;
	double temperature_k; /* allowed distance, 0: not looked at */
	uint64_t timeout_ns;
};

struct profile {
	char *name;	   /* owned, all of these */
	char *description; /* or NULL */
	char *path;	   /* of the file it was read from */
	char *inherits;	   /* or NULL; settings are already merged after loading */
	enum need need;
	struct setting *settings; /* sorted by knob name, no knob twice */
	size_t n_settings;
	struct settle settle;
};

/**
 * profile_done() - free the content
 * @p: profile, or NULL
 *
 * Return: nothing.
 */
void profile_done(struct profile *p);

/**
 * profile_set() - add or replace one setting, keeping the order by name
 * @p:    profile
 * @knob: name, copied
 * @want: canonical value, copied
 * @need: how much it matters
 *
 * Return: 0; -ENOMEM.
 */
int profile_set(struct profile *p, const char *knob, const char *want, enum need need);

/**
 * need_name() - word for a need
 * @need: below NEED_MAX
 *
 * Return: static text.
 */
const char *need_name(enum need need);
