/* Problems of a file, collected: file:line:col, the line itself, a caret. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/base/macro.h"

#define DIAG_PROBLEMS_MAX 50 /* more are counted, not kept */

struct diag_problem {
	size_t line, column; /* from 1; line 0: no place in the file */
	char *text;	     /* owned */
};

struct diag {
	char *file; /* owned name */
	char *text; /* owned copy, for showing lines; NULL: none */
	size_t size;
	struct diag_problem *problems; /* in the order of their places */
	size_t n;		       /* kept */
	size_t n_dropped;
	struct diag **others; /* owned: of the files that this one consists of */
	size_t n_others;
};

/**
 * diag_init() - start collecting for a file
 * @d:    uninitialised
 * @file: name to print, copied
 * @text: content, @size bytes, copied (may hold anything); NULL when there is none
 * @size: bytes
 *
 * Return: 0; -ENOMEM.
 */
int diag_init(struct diag *d, const char *file, const char *text, size_t size);

/**
 * diag_other() - collect for a file that is part of this one
 * @d:    collector
 * @file: name to print, copied
 * @text: content, @size bytes, copied
 * @size: bytes
 *
 * Its problems count and are formatted behind those of @d.
 *
 * Return: borrowed from @d; NULL without memory.
 */
struct diag *diag_other(struct diag *d, const char *file, const char *text, size_t size);

/**
 * diag_add() - note one problem
 * @d:      collector
 * @line:   from 1; 0 when the problem has no place
 * @column: from 1, in bytes
 * @fmt:    printf format of one sentence; unprintable characters in it become '?'
 *
 * Return: -EINVAL, so that it can be the return statement.
 */
int diag_add(struct diag *d, size_t line, size_t column, const char *fmt, ...) PRINTF_LIKE(4, 5);

/**
 * diag_is_full() - would a further problem only be counted
 * @d: collector
 *
 * Return: true when it is not worth working out a good message.
 */
bool diag_is_full(const struct diag *d);

/**
 * diag_count() - problems so far
 * @d: collector
 *
 * Return: those kept and those only counted.
 */
size_t diag_count(const struct diag *d);

/**
 * diag_format() - all problems in the order of their lines, ready to print
 * @d: collector
 *
 * Control characters of the file are shown as '?'; long lines are cut around the caret. Problems
 * without a place come first.
 *
 * Return: owned by the caller, "" without problems; NULL without memory.
 */
char *diag_format(const struct diag *d);

/**
 * diag_done() - free the content
 * @d: collector, or NULL
 *
 * Return: nothing.
 */
void diag_done(struct diag *d);
