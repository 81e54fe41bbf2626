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
	bool order_given; /* by an option */
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
