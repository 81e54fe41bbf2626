/* What the files that read a workload share; not for others. */
#pragma once

#include "common/config/placeholder.h"
#include "common/config/schema-types.h"

#define WORKLOAD_ENV_MAX	4096 /* variables or labels */
#define WORKLOAD_PARAMETERS_MAX 64

/* struct schema_context.document of a workload. */
struct workload_reader {
	const char *directory; /* borrowed */
	struct placeholders placeholders;
	bool order_given; /* by an option or the suite */
};

/* Keys that are read one over the other: a suite's defaults, then the file's own. All borrowed. */
struct workload_layer {
	const struct schema_row *rows;
	const struct node *root;
	const char *directory; /* where its paths start */
	const char *option;    /* for messages: whose keys these are; NULL: the file's */
};

/* Kinds of values besides those in schema-types.h. */
extern const struct schema_type workload_command;   /* struct command: argv, {shell: line} */
extern const struct schema_type workload_shell;	    /* struct command: one line for /bin/sh */
extern const struct schema_type workload_hook;	    /* struct command: a text is a shell line */
extern const struct schema_type workload_folder;    /* char *: absolute, placeholders noted */
extern const struct schema_type workload_path;	    /* char *: absolute */
extern const struct schema_type workload_env;	    /* struct strv: NAME=VALUE */
extern const struct schema_type workload_env_names; /* struct strv: names or "*" */
extern const struct schema_type workload_labels;    /* struct strv: k=v */
extern const struct schema_type workload_matrix;    /* struct workload: matrix */
extern const struct schema_type workload_arms;	    /* struct workload: arms */
extern const struct schema_type workload_metrics;   /* bool [METRIC_MAX] */
extern const struct schema_type workload_sha256;    /* char *: 64 hex digits */
extern const struct schema_type workload_gate;	    /* struct gate */

extern const struct schema_row workload_rows[];	     /* of struct workload */
extern const struct schema_row workload_run_rows[];  /* of struct repetition */
extern const struct schema_row workload_arm_rows[];  /* of struct arm */
extern const struct schema_row workload_gate_rows[]; /* of struct gate */

/**
 * workload_read() - layers, options and checks: everything but the text
 * @d:         problems are added
 * @layers:    @n of them; the last is the file's own
 * @n:         at least 1
 * @overrides: as of workload_parse()
 * @ret:       complete and hashed, owned by the caller; untouched on failure
 *
 * Return: 0; -EINVAL with at least one problem in @d; -ENOMEM.
 */
int workload_read(struct diag *d, const struct workload_layer *layers, size_t n,
	const struct strv *overrides, struct workload *ret);

/**
 * workload_override_all() - put all options over what was read
 * @c:         context
 * @overrides: as of workload_parse()
 * @options:   their names, for messages: kept until the end, placeholders borrow them
 * @w:         workload
 *
 * Return: 0, also with problems noted; -ENOMEM.
 */
int workload_override_all(struct schema_context *c, const struct strv *overrides,
	struct strv *options, struct workload *w);

/**
 * workload_set_parameter() - add an axis to the matrix or replace its values
 * @w:      workload
 * @name:   copied
 * @values: moved from
 *
 * Return: 0; -ENOMEM.
 */
int workload_set_parameter(struct workload *w, const char *name, struct strv *values);

/**
 * workload_check_parameter() - are these the name and the values of a parameter
 * @c:      context
 * @n:      where problems are noted
 * @name:   name
 * @values: list
 *
 * Return: 0; -EINVAL with a problem noted.
 */
int workload_check_parameter(struct schema_context *c, const struct node *n, const char *name,
	const struct strv *values);

/**
 * workload_push_env() - check and append one variable
 * @c:   context
 * @row: row of the mapping
 * @n:   value with its key
 * @ret: list
 *
 * Return: 0; -EINVAL with a problem noted; -ENOMEM.
 */
int workload_push_env(struct schema_context *c, const struct schema_row *row, const struct node *n,
	struct strv *ret);

/**
 * workload_push_label() - check and append one label
 * @c:   context
 * @row: row of the mapping
 * @n:   value with its key
 * @ret: list
 *
 * Return: 0; -EINVAL with a problem noted; -ENOMEM.
 */
int workload_push_label(struct schema_context *c, const struct schema_row *row,
	const struct node *n, struct strv *ret);

/**
 * workload_set_arm_dir() - add an arm or complete it with its directory
 * @c:     context
 * @value: "NAME=/absolute/directory"
 * @w:     workload
 *
 * Return: 0, also with a problem noted; -ENOMEM.
 */
int workload_set_arm_dir(struct schema_context *c, const char *value, struct workload *w);

/**
 * workload_override() - put one option over what the file says
 * @c:     context; its option names the key meanwhile
 * @key:   name of a row, or param, label, until, max-time, profiler, arm-dir, same-files
 * @value: text of the option
 * @w:     workload
 *
 * Return: 0, also with problems noted; -ENOMEM.
 */
int workload_override(
	struct schema_context *c, const char *key, const char *value, struct workload *w);

/**
 * gate_check() - what a gate and directories of arms need; fills in what follows from them
 * @c:    context
 * @root: of the file
 * @w:    read and overridden
 *
 * Return: nothing; problems are noted.
 */
void gate_check(struct schema_context *c, const struct node *root, struct workload *w);

/**
 * workload_check() - what can only be said about the whole
 * @c:    context
 * @root: of the file
 * @w:    read and overridden; defaults that depend on other keys are filled in
 *
 * Return: 0, also with problems noted; -ENOMEM.
 */
int workload_check(struct schema_context *c, const struct node *root, struct workload *w);
