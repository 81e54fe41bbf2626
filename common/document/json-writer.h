/* Writing JSON as it comes, without building a tree. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 64

enum json_form {
	JSON_LINES,    /* every member on a line of its own */
	JSON_ONE_LINE, /* this container and all in it on one line */
};

/* To a file, or to memory with open_memstream(). Names are NULL for items of arrays and the root.
 */
struct json_writer {
	FILE *file; /* borrowed */
	unsigned depth;
	unsigned one_line_depth; /* containers deeper than this are on one line */
	uint64_t arrays;	 /* bit d: the container at depth d is an array */
	bool is_first;		 /* nothing is in the innermost container yet */
};

/**
 * json_writer_init() - start a document
 * @w:    uninitialised
 * @file: borrowed until json_writer_finish()
 *
 * Return: nothing.
 */
void json_writer_init(struct json_writer *w, FILE *file);

/**
 * json_writer_finish() - close what is open, end the line and flush
 * @w: writer
 *
 * Return: 0; -EIO when something could not be written (-ENOMEM shows only as that).
 */
int json_writer_finish(struct json_writer *w);

/**
 * json_write_object() - open an object; end it with json_write_close()
 * @w:    writer
 * @name: key, or NULL
 * @form: layout
 *
 * Return: nothing.
 */
void json_write_object(struct json_writer *w, const char *name, enum json_form form);

/**
 * json_write_array() - open an array; end it with json_write_close()
 * @w:    writer
 * @name: key, or NULL
 * @form: layout
 *
 * Return: nothing.
 */
void json_write_array(struct json_writer *w, const char *name, enum json_form form);

/**
 * json_write_close() - end the innermost object or array
 * @w: writer with an open container
 *
 * Return: nothing.
 */
void json_write_close(struct json_writer *w);

/**
 * json_write_text() - a string
 * @w:    writer
 * @name: key, or NULL
 * @text: bytes that are not UTF-8 become U+FFFD; NULL is written as null
 *
 * Return: nothing.
 */
void json_write_text(struct json_writer *w, const char *name, const char *text);

/**
 * json_write_number() - the shortest decimal that reads back as the same double
 * @w:     writer
 * @name:  key, or NULL
 * @value: what is not finite is written as {"unavailable": "not a finite number"}
 *
 * Return: nothing.
 */
void json_write_number(struct json_writer *w, const char *name, double value);

/**
 * json_write_integer() - a whole number
 * @w:     writer
 * @name:  key, or NULL
 * @value: readers that use doubles lose digits above 2^53
 *
 * Return: nothing.
 */
void json_write_integer(struct json_writer *w, const char *name, uint64_t value);

/**
 * json_write_exact() - a whole number that every reader gets exactly
 * @w:     writer
 * @name:  key, or NULL
 * @value: above 2^53 - 1 it is written as a string of digits
 *
 * Return: nothing.
 */
void json_write_exact(struct json_writer *w, const char *name, uint64_t value);

/**
 * json_write_bool() - true or false
 * @w:     writer
 * @name:  key, or NULL
 * @value: which
 *
 * Return: nothing.
 */
void json_write_bool(struct json_writer *w, const char *name, bool value);

/**
 * json_write_null() - null
 * @w:    writer
 * @name: key, or NULL
 *
 * Return: nothing.
 */
void json_write_null(struct json_writer *w, const char *name);

/**
 * json_write_unavailable() - {"unavailable": reason}, in place of a value that is not to be had
 * @w:      writer
 * @name:   key, or NULL
 * @reason: why
 *
 * Return: nothing.
 */
void json_write_unavailable(struct json_writer *w, const char *name, const char *reason);
