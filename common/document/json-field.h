/* Typed fields of JSON objects, with an error that names the field. For this folder only. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/strv.h"
#include "common/model/run.h"

/* Of a measure that a document has not got at all. */
#define FIELD_NO_MEASURE "not in the document"

enum field_need {
	FIELD_OPTIONAL, /* missing and null leave the output as it was */
	FIELD_NEEDED,
};

/**
 * field_root() - parse a text
 * @text: not trusted; a key twice in one object is an error
 * @size: bytes
 * @ret:  owned by the caller, field_root_done()
 * @e:    filled on failure with line and column
 *
 * Return: 0; -EINVAL.
 */
int field_root(const char *text, size_t size, json_t **ret, struct error *e);

/**
 * field_check_size() - refuse a text that would become too many values, before any is made
 * @text:       not trusted
 * @size:       bytes
 * @values_max: members of objects and items of lists
 * @e:          filled on failure
 *
 * Return: 0; -E2BIG.
 */
int field_check_size(const char *text, size_t size, size_t values_max, struct error *e);

/**
 * field_root_done() - for CLEANUP
 * @root: address of the variable
 *
 * Return: nothing.
 */
void field_root_done(json_t **root);

/**
 * field_text() - a string
 * @o:    object; anything else has no fields
 * @key:  name
 * @need: whether it may be missing
 * @ret:  borrowed from @o
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_text(
	const json_t *o, const char *key, enum field_need need, const char **ret, struct error *e);

/**
 * field_number() - a number
 * @o:    object
 * @key:  name
 * @need: whether it may be missing
 * @ret:  finite
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_number(
	const json_t *o, const char *key, enum field_need need, double *ret, struct error *e);

/**
 * field_count() - a whole number from 0 to a maximum
 * @o:    object
 * @key:  name
 * @need: whether it may be missing
 * @max:  largest accepted value
 * @ret:  the number
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_count(const json_t *o, const char *key, enum field_need need, uint64_t max, uint64_t *ret,
	struct error *e);

/**
 * field_exact() - any whole number, as written by json_write_exact(); always optional
 * @o:   object
 * @key: name
 * @ret: untouched when missing
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_exact(const json_t *o, const char *key, uint64_t *ret, struct error *e);

/**
 * field_bool() - true or false
 * @o:    object
 * @key:  name
 * @need: whether it may be missing
 * @ret:  which
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_bool(const json_t *o, const char *key, enum field_need need, bool *ret, struct error *e);

/**
 * field_object() - an object
 * @o:    object
 * @key:  name
 * @need: whether it may be missing
 * @ret:  borrowed from @o; NULL when it is missing, which the other functions take for empty
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_object(
	const json_t *o, const char *key, enum field_need need, json_t **ret, struct error *e);

/**
 * field_array() - an array
 * @o:    object
 * @key:  name
 * @need: whether it may be missing
 * @ret:  borrowed from @o; NULL when it is missing
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_array(
	const json_t *o, const char *key, enum field_need need, json_t **ret, struct error *e);

/**
 * field_time() - a time, always optional
 * @o:   object
 * @key: name
 * @ret: CLOCK_REALTIME ns; untouched when missing
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_time(const json_t *o, const char *key, uint64_t *ret, struct error *e);

/**
 * field_measure() - a number, or {"unavailable": reason}
 * @o:   object
 * @key: name
 * @ret: unavailable when the key is missing
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_measure(const json_t *o, const char *key, struct measure *ret, struct error *e);

/**
 * field_cut() - as much of a string as fits, cut between two characters
 * @text: UTF-8
 * @ret:  written
 * @size: bytes of @ret, at least 1
 *
 * Return: nothing.
 */
void field_cut(const char *text, char *ret, size_t size);

/**
 * field_copy() - an optional string into a buffer
 * @o:    object
 * @key:  name
 * @ret:  untouched when missing; a longer string is cut between two characters
 * @size: bytes of @ret
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL.
 */
int field_copy(const json_t *o, const char *key, char *ret, size_t size, struct error *e);

/**
 * field_owned() - a copy of a string
 * @o:    object
 * @key:  name
 * @need: whether it may be missing
 * @ret:  owned by the caller
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int field_owned(
	const json_t *o, const char *key, enum field_need need, char **ret, struct error *e);

/**
 * field_pairs() - an optional object of strings as "key=value"
 * @o:   object
 * @key: name
 * @ret: appended to
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int field_pairs(const json_t *o, const char *key, struct strv *ret, struct error *e);

/**
 * field_words() - an optional list of strings
 * @o:   object
 * @key: name
 * @ret: appended to
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int field_words(const json_t *o, const char *key, struct strv *ret, struct error *e);
