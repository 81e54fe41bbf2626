/* What a knob does: a row of small functions; everything else is generic and in the engine. */
#pragma once

#include "common/model/knob-desc.h"
#include "daemon/env/env.h"

#define KNOB_SYSTEM "system" /* the target of knobs that have only one */

struct undo;

/* The machine as the knobs see it, and what they have decided for the runs. */
struct host {
	const char *root;	  /* borrowed; "" or a fake tree */
	const struct strv *spare; /* borrowed; NULL: none */
	bool privileged;
	struct env_run_settings run;
	struct cpuset quiet;  /* CPUs that other tasks must leave */
	struct cpuset online; /* empty: not read yet */
	pid_t keep;	      /* descendants of this process are not moved; 0: none */
	unsigned n_moved;     /* tasks, since the settings were applied */
	unsigned n_refused;   /* tasks that the kernel does not let go */
	int latency_fd;	      /* /dev/cpu_dma_latency while a latency is asked for, else -1 */
};

/*
 * Values are one line of kernel text without '|'; a file's value as it is written to the file, so
 * that the journal can be undone by hand. Functions return 0 or a negative errno; a target that is
 * not there (any more, or while another knob hides it) is -ENOENT, -ESRCH or -ENODEV.
 */
struct knob {
	const char *name;
	const struct knob_desc *desc; /* NULL: the row of that name in the model's table */
	unsigned rank;		      /* set ascending */
	unsigned back; /* put back ascending; equal ranks: in the order of their targets */
	bool coupled;  /* changing it may drag other coupled knobs along: all are recorded */
	bool many;     /* targets are tasks: counted in outcomes, new ones caught between runs */

	/* Targets there are; none with a static reason where the knob cannot work. want NULL: only
	 * to be listed. */
	int (*probe)(struct host *h, const char *want, struct strv *targets, const char **reason);
	/* The value a setting means on a target; -EOPNOTSUPP when the target cannot take it. NULL:
	 * the setting's text. */
	int (*resolve)(struct host *h, const char *target, const char *want, char **ret);
	int (*read)(struct host *h, const char *target, char **ret);
	int (*apply)(struct host *h, const char *target, const char *value);
	/* NULL: same text. */
	bool (*holds)(struct host *h, const char *target, const char *value, const char *seen);
	/* A value in words for reports, owned by the caller. NULL: the value. */
	char *(*show)(struct host *h, const char *target, const char *value);
	/* Where a person finds the value: kernel files, blanks between them. */
	int (*where)(struct host *h, const char *target, char **ret);
	/* For many: targets that have come since and are not yet under our settings. */
	int (*newcomers)(struct host *h, struct strv *targets);
	/* After each pass of giving back: what has come to be under our settings but is in no
	 * record. Returns how many were put back. NULL: nothing can. */
	int (*sweep)(struct host *h, const struct undo *u);
	/* One line for the outcome of a knob with many targets, owned by the caller. */
	char *(*summary)(struct host *h);
};

/**
 * knob_kind() - what kind of setting a knob is
 * @knob: row
 *
 * Return: the kind in its description.
 */
enum knob_kind knob_kind(const struct knob *knob);

/**
 * knob_outlives_boot() - does a value stay over a reboot
 * @knob: row
 *
 * Return: true when its description says so.
 */
bool knob_outlives_boot(const struct knob *knob);

/**
 * knob_holds() - is a value in force
 * @knob:   row
 * @h:      host
 * @target: one of its targets
 * @value:  what should be
 * @seen:   what was read
 *
 * Return: true when @seen is what @value asks for.
 */
bool knob_holds(const struct knob *knob, struct host *h, const char *target, const char *value,
	const char *seen);

/**
 * knob_show() - a value in words
 * @knob:   row
 * @h:      host
 * @target: one of its targets
 * @value:  as read; NULL gives NULL
 *
 * Return: owned by the caller; NULL without memory.
 */
char *knob_show(const struct knob *knob, struct host *h, const char *target, const char *value);

/**
 * knob_is_absent() - does an error mean that a target is not there
 * @r: negative errno of read or apply
 *
 * Return: true for -ENOENT, -ESRCH and -ENODEV.
 */
bool knob_is_absent(int r);
