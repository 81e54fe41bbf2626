/* Reading a few fields out of a JSON document. */
#pragma once

#include <stddef.h>

#include "common/base/error.h"

struct json_reader;

#define CLEANUP_JSON_READER CLEANUP(json_reader_cleanup)

/**
 * json_reader_new() - read a whole document
 * @ret:  owned by the caller
 * @text: not trusted
 * @size: bytes
 * @e:    filled on failure with line and column
 *
 * Return: 0; -EINVAL: not JSON, or a key twice in one object.
 */
int json_reader_new(struct json_reader **ret, const char *text, size_t size, struct error *e);

/**
 * json_reader_free() - free a document and every text that was got from it
 * @r: or NULL
 *
 * Return: NULL.
 */
struct json_reader *json_reader_free(struct json_reader *r);

/**
 * json_reader_text() - a string
 * @r:   document
 * @fmt: printf format of a JSON pointer (RFC 6901): "/benchmarks/%zu/name"; "" is the whole
 *
 * Return: the text, borrowed from @r; NULL when there is no string.
 */
const char *json_reader_text(const struct json_reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/**
 * json_reader_number() - a number
 * @r:   document
 * @ret: written only on success
 * @fmt: printf format of a JSON pointer
 *
 * Return: 0; -ENOENT when there is no number.
 */
int json_reader_number(const struct json_reader *r, double *ret, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/**
 * json_reader_is_true() - a boolean
 * @r:   document
 * @fmt: printf format of a JSON pointer
 *
 * Return: 1 for true; 0 for false; -ENOENT when there is no boolean.
 */
int json_reader_is_true(const struct json_reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/**
 * json_reader_count() - items of an array, or members of an object
 * @r:   document
 * @fmt: printf format of a JSON pointer
 *
 * Return: the count; 0 when there is neither.
 */
size_t json_reader_count(const struct json_reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

/**
 * json_reader_key() - name of a member of an object
 * @r:   document
 * @i:   position, as written in the text
 * @fmt: printf format of a JSON pointer to the object
 *
 * Return: the name, borrowed from @r; NULL past the last one.
 */
const char *json_reader_key(const struct json_reader *r, size_t i, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/**
 * json_reader_cleanup() - for CLEANUP_JSON_READER
 * @r: address of the variable
 *
 * Return: nothing.
 */
void json_reader_cleanup(struct json_reader **r);
