/* "{name}" in commands and folders: what is used, checked once all parameters are known. */
#pragma once

#include "common/config/schema.h"
#include "common/model/workload.h"

struct placeholder {
	char *name;
	const char *option;  /* borrowed, as in struct schema_context */
	size_t line, column; /* of the text it is in */
};

struct placeholders {
	struct placeholder *items;
	size_t n;
};

/**
 * placeholders_note() - collect every "{[a-z][a-z0-9_-]*}" of a text
 * @p:    collection
 * @c:    context
 * @n:    where the text is from
 * @text: may be part of @n's
 *
 * Return: 0; -ENOMEM.
 */
int placeholders_note(struct placeholders *p, const struct schema_context *c, const struct node *n,
	const char *text);

/**
 * placeholders_check() - is everything that was used declared
 * @p: collection
 * @w: its matrix declares names, besides {arm-dir} and {scratch}
 * @d: problems are added
 *
 * Without a matrix only what looks like a misspelt built-in name is a problem: other braces belong
 * to the command.
 *
 * Return: nothing.
 */
void placeholders_check(const struct placeholders *p, const struct workload *w, struct diag *d);

/**
 * placeholders_done() - free the content
 * @p: collection, or NULL
 *
 * Return: nothing.
 */
void placeholders_done(struct placeholders *p);

/**
 * placeholder_is_name() - may a parameter be called so
 * @text: name
 *
 * Return: true for [a-z][a-z0-9_-]{0,63}.
 */
bool placeholder_is_name(const char *text);

/**
 * placeholder_is_built_in() - is a name one that every workload has
 * @name: without braces
 *
 * Return: true for arm-dir and scratch.
 */
bool placeholder_is_built_in(const char *name);
