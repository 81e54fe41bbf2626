/* A workload: what to run, how often, and what counts as a good run. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/strv.h"
#include "common/model/gate.h"

#define WORKLOAD_BENCHMARKS_MAX 10000
#define WORKLOAD_RUNS_MAX	100000

enum order {
	ORDER_BLOCKS, /* random cyclic Latin square per block, ABBA for two */
	ORDER_RANDOM,
	ORDER_BATCH, /* all runs of one benchmark, then the next */
	ORDER_PAIRS, /* the arms of a benchmark side by side, in an order drawn each time */
	ORDER_MAX,
};

enum outlier_rule {
	OUTLIER_EVIDENCE, /* by a stated cause */
	OUTLIER_TUKEY,	  /* outside the quartiles by 1.5 times their distance */
	OUTLIER_MAD,	  /* over 3.5 robust standard deviations from the median */
	OUTLIER_NONE,
	OUTLIER_MAX,
};

/* A program with its arguments, or one line for /bin/sh -c. Empty: not set. */
struct command {
	struct strv argv;
	bool shell; /* argv is { line } */
};

/* One alternative of a workload; fields that are not set come from the workload itself. */
struct arm {
	char *name; /* owned */
	struct command command;
	struct strv env; /* NAME=VALUE, put over the workload's */
	char *cwd;	 /* or NULL */
	char *dir;	 /* absolute: what {arm-dir} stands for; or NULL */
};

/* One axis of the matrix. */
struct parameter {
	char *name;
	struct strv values;
};

struct repetition {
	unsigned warmup;
	unsigned runs; /* fixed number; unused when rel_ci > 0 */
	double rel_ci; /* until the interval's half width is at most this share of the median */
	unsigned min, max;
	uint64_t max_time_ns; /* 0: no limit */
};

struct verify {
	int exit; /* expected exit status */
	char *stdout_contains;
	char *stdout_sha256; /* 64 hex digits */
};

struct limits {
	uint64_t memory_bytes; /* 0: none */
	uint64_t pids;	       /* 0: none */
	uint64_t output_bytes; /* kept of each stream, head and tail */
};

struct outliers {
	enum outlier_rule rule;
	double tolerance_ratio; /* of wall time */
	double budget_ratio;	/* replacements, of the wanted number of runs */
};

struct workload {
	char *name;
	char *description; /* or NULL */
	struct command command;
	char *cwd;		 /* absolute once loaded: relative to the file's folder */
	struct strv env;	 /* NAME=VALUE from the file */
	struct strv inherit_env; /* names; "*" for everything */
	struct parameter *matrix;
	size_t n_matrix;
	struct arm *arms;
	size_t n_arms; /* 0: the command alone */
	struct command setup, prepare, conclude, cleanup;
	struct repetition repetition;
	enum order order;
	uint64_t timeout_ns; /* of one run */
	struct limits limits;
	bool on_failure_continue;
	struct verify verify;
	bool metrics[METRIC_MAX]; /* which to summarise */
	struct outliers outliers;
	char *profile;		/* or NULL: the host's default */
	char *stdin_path;	/* absolute, or NULL: /dev/null */
	uint64_t seed;		/* 0: draw one */
	struct strv labels;	/* k=v */
	bool strict;		/* every setting of the profile is required */
	struct gate gate;	/* rules of a gate, used when it is one */
	bool is_gate;		/* repeat until there is a verdict, not a number of runs */
	struct strv same_files; /* benchmarks whose arms the submitter found to be the same files */
	char hash[72];		/* sha256 over what defines the work, see workload_hash() */
};

/**
 * workload_init() - an empty workload with every default in place
 * @w: uninitialised
 *
 * Return: nothing.
 */
void workload_init(struct workload *w);

/**
 * workload_done() - free the content
 * @w: workload, or NULL
 *
 * Return: nothing.
 */
void workload_done(struct workload *w);

/**
 * command_done() - free the content
 * @c: command, or NULL
 *
 * Return: nothing.
 */
void command_done(struct command *c);

/**
 * command_is_set() - is there anything to run
 * @c: command
 *
 * Return: true when it has at least one word.
 */
bool command_is_set(const struct command *c);

/**
 * workload_hash() - identity of the work itself
 * @w: complete workload; @w->hash is written
 *
 * Covers name, commands, arms, matrix, environment, hooks, verify, limits and the name of stdin's
 * file; not the description, the folder, the runs, the warm-up, labels, profile or gate: none of
 * them changes what is measured.
 *
 * Return: 0; -ENOMEM.
 */
int workload_hash(struct workload *w);

/* Taken over whatever a workload says; ends with NULL. */
extern const char *const workload_always_inherited[];

/**
 * workload_environment() - what a workload may see of an environment
 * @w:    workload
 * @from: NAME=VALUE
 * @ret:  put over what is there
 *
 * PATH, HOME, USER, LANG and what inherit-env names: secrets of the client's environment stay out
 * of the database.
 *
 * Return: 0; -ENOMEM.
 */
int workload_environment(const struct workload *w, const struct strv *from, struct strv *ret);

/**
 * order_name() - word for an order
 * @order: below ORDER_MAX
 *
 * Return: static text.
 */
const char *order_name(enum order order);

/**
 * outlier_rule_name() - word for a rule
 * @rule: below OUTLIER_MAX
 *
 * Return: static text.
 */
const char *outlier_rule_name(enum outlier_rule rule);

/**
 * outlier_rule_find() - rule by its word
 * @name: as in YAML and JSON
 *
 * Return: enum outlier_rule; -ENOENT.
 */
int outlier_rule_find(const char *name);
