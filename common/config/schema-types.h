/* Kinds of values that several files have in common. */
#pragma once

#include "common/base/strv.h"
#include "common/config/schema.h"

#define NAME_TEXT_MAX 64 /* [a-z0-9][a-z0-9._-]{0,63} */

extern const struct schema_type schema_text;	 /* char *, any text */
extern const struct schema_type schema_prose;	 /* char *, printable; line ends become blanks */
extern const struct schema_type schema_line;	 /* char *, printable, one line */
extern const struct schema_type schema_name;	 /* char *, see name_is_valid() */
extern const struct schema_type schema_bool;	 /* bool: true or false */
extern const struct schema_type schema_int;	 /* int, not negative */
extern const struct schema_type schema_unsigned; /* unsigned */
extern const struct schema_type schema_u64;	 /* uint64_t */
extern const struct schema_type schema_size;	 /* uint64_t, bytes */
extern const struct schema_type schema_duration; /* uint64_t, nanoseconds */
extern const struct schema_type schema_ratio;	 /* double, 0.01 for 1% */
extern const struct schema_type schema_choice;	 /* enum: index into the row's choices */
extern const struct schema_type schema_words;	 /* struct strv: one text or a list of texts */
extern const struct schema_type
	schema_mapping; /* the row's own rows; the struct begins at offset */

/**
 * name_is_valid() - names of workloads, arms and profiles
 * @text: name
 *
 * Return: true for [a-z0-9][a-z0-9._-]{0,63}.
 */
bool name_is_valid(const char *text);

/**
 * text_is_line() - may a text be part of a line that people read
 * @text: any text
 *
 * Return: true when every character is printable.
 */
bool text_is_line(const char *text);

/**
 * schema_set_text() - replace an owned string
 * @target: NULL or an owned string, freed
 * @text:   copied
 *
 * Return: 0; -ENOMEM.
 */
int schema_set_text(char **target, const char *text);

/**
 * schema_strings() - a list of texts, or one text as a list of one
 * @c:   context
 * @row: what is expected
 * @n:   value
 * @ret: replaced; untouched on failure
 *
 * Return: 0; -EINVAL with problems noted, one for each bad item; -ENOMEM.
 */
int schema_strings(struct schema_context *c, const struct schema_row *row, const struct node *n,
	struct strv *ret);
