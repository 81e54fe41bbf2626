/* A growing list of strings: argument vectors, environments, name lists. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/base/error.h"

/* items[n] is always NULL once n > 0, so that items can be passed to execve. */
struct strv {
	char **items; /* owned, each string too */
	size_t n;
};

#define CLEANUP_STRV CLEANUP(strv_done)

/* A declared name cannot stand in parentheses. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define strv_foreach(s, list)                                                                      \
	for (size_t s##_i = 0; s##_i < (list)->n; s##_i++)                                         \
		for (const char *s = (list)->items[s##_i]; s; s = NULL)
/* NOLINTEND(bugprone-macro-parentheses) */

/**
 * strv_done() - free the content and leave an empty list
 * @v: list, or NULL
 *
 * Return: nothing.
 */
void strv_done(struct strv *v);

/**
 * strv_push() - append a copy of a string
 * @v:    list
 * @text: copied
 *
 * Return: 0; -ENOMEM.
 */
int strv_push(struct strv *v, const char *text);

/**
 * strv_pushf() - append a formatted string
 * @v:   list
 * @fmt: printf format
 *
 * Return: 0; -ENOMEM.
 */
int strv_pushf(struct strv *v, const char *fmt, ...) PRINTF_LIKE(2, 3);

/**
 * strv_copy() - append copies of all strings of another list
 * @v:    list
 * @from: borrowed
 *
 * Return: 0; -ENOMEM.
 */
int strv_copy(struct strv *v, const struct strv *from);

/**
 * strv_find() - position of an equal string
 * @v:    list
 * @text: what to find
 *
 * Return: its index; -ENOENT.
 */
long strv_find(const struct strv *v, const char *text);

/**
 * strv_env_get() - value of NAME in a list of NAME=VALUE strings
 * @v:    environment
 * @name: without "="
 *
 * Return: the value, borrowed from the list; NULL when there is none.
 */
const char *strv_env_get(const struct strv *v, const char *name);

/**
 * strv_env_set() - set NAME=VALUE, replacing an older value
 * @v:     environment
 * @name:  without "="
 * @value: copied
 *
 * Return: 0; -ENOMEM.
 */
int strv_env_set(struct strv *v, const char *name, const char *value);

/**
 * strv_shell_split() - split one line with a shell's quoting rules, expanding nothing
 * @text: the line
 * @ret:  words, owned by the caller; untouched on failure
 * @e:    filled on failure
 *
 * Backslash, single and double quotes as in POSIX sh 2.2; $, `, *, ~, ;, | and & are plain text.
 *
 * Return: 0; -EINVAL for an unclosed quote or a trailing backslash; -ENOMEM.
 */
int strv_shell_split(const char *text, struct strv *ret, struct error *e);

/**
 * strv_join() - one string with a separator between the items
 * @v:         list
 * @separator: put between
 *
 * Return: owned by the caller; NULL without memory.
 */
char *strv_join(const struct strv *v, const char *separator);
