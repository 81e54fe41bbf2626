/* Keys of a file as rows of data: read, limits, default and manual in one place. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/config/yaml-tree.h"

#define SCHEMA_REQUIRED (1u << 0) /* must be there */
#define SCHEMA_NOT_YET	(1u << 1) /* part of the format, but not of this version */
#define SCHEMA_ITEMS	(1u << 2) /* the rows are those of each item, not of the value itself */

struct schema_row;

/* What the decoders of one file share. */
struct schema_context {
	struct diag *d;
	const char
		*option; /* borrowed; the option whose value is read ("--runs"); NULL: the file */
	void *document;	 /* for the decoders of one kind of document */
};

/*
 * Reads a value into the place the row names. What was there before is replaced. Returns 0;
 * -EINVAL with a problem noted; -ENOMEM.
 */
typedef int (*schema_decode)(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target);

/* A kind of value. */
struct schema_type {
	const char *name;    /* with its article: "a duration" */
	const char *example; /* "30s"; NULL: the name says it all */
	schema_decode decode;
	int (*read)(const char *text, uint64_t *ret);	  /* whole numbers, or NULL */
	int (*read_ratio)(const char *text, double *ret); /* fractions, or NULL */
	bool is_text; /* any scalar will do, brackets and braces are part of it */
};

/* One key. A table ends with a row without key. */
struct schema_row {
	const char *key;
	const struct schema_type *type; /* NULL only with SCHEMA_NOT_YET */
	size_t offset;			/* of the target in the struct the table is for */
	unsigned flags;
	const char *min, *max;	       /* as the type reads them; NULL: no such limit */
	const char *const *choices;    /* NULL-terminated, in the order of the enum */
	const struct schema_row *rows; /* of a mapping; offsets in the same struct */
	const char *default_text;      /* NULL: none */
	const char *help;	       /* one sentence */
};

/**
 * schema_walk() - read a mapping into a struct
 * @c:       context
 * @rows:    what may be in it
 * @mapping: any node; what is no mapping is a problem
 * @base:    the struct that the offsets are of
 *
 * All problems are noted, not only the first: unknown, missing and not yet supported keys, wrong
 * types, values out of range.
 *
 * Return: 0, also with problems noted; -ENOMEM.
 */
int schema_walk(struct schema_context *c, const struct schema_row *rows, const struct node *mapping,
	void *base);

/**
 * schema_find() - row by key
 * @rows: table
 * @key:  name
 *
 * Return: the row; NULL when there is none.
 */
const struct schema_row *schema_find(const struct schema_row *rows, const char *key);

/**
 * schema_read() - read one value with its row
 * @c:    context
 * @row:  what is expected
 * @n:    value
 * @base: the struct that the row's offset is of
 *
 * Return: 0, also with problems noted; -ENOMEM.
 */
int schema_read(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *base);

/**
 * schema_problem() - note a problem at a node, or with the option it came from
 * @c:   context
 * @n:   where
 * @fmt: printf format
 *
 * Return: -EINVAL.
 */
int schema_problem(struct schema_context *c, const struct node *n, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/**
 * schema_wrong_type() - note that a value is of another type than its row says
 * @c:   context
 * @row: what is expected
 * @n:   value
 *
 * Return: -EINVAL.
 */
int schema_wrong_type(struct schema_context *c, const struct schema_row *row, const struct node *n);

/**
 * schema_scalar() - the text of a value that has to be one
 * @c:   context
 * @row: what is expected
 * @n:   value
 * @ret: borrowed from @n; written only on success
 *
 * Return: 0; -EINVAL with a problem noted.
 */
int schema_scalar(struct schema_context *c, const struct schema_row *row, const struct node *n,
	const char **ret);

/**
 * schema_print() - the manual of a table
 * @f:      where to
 * @rows:   table
 * @indent: blanks in front
 *
 * Keys that are not supported yet are left out.
 *
 * Return: nothing.
 */
void schema_print(FILE *f, const struct schema_row *rows, unsigned indent);
