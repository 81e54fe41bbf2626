/* A result document on its way to the person: text, time, csv or as it is. */
#pragma once

#include "ctl/context.h"
#include "ctl/exit-code.h"

/**
 * report_check_options() - are --format, --run and --output usable; asked before a job is made
 * @c: context
 * @e: filled on failure
 *
 * Return: 0; -EINVAL.
 */
int report_check_options(const struct context *c, struct error *e);

/**
 * report_document() - write a document in the form the options ask for, and to --output
 * @c:     context
 * @text:  JSON of a result
 * @local: it is in a local store
 * @ret:   exit code that belongs to the result; written only on success
 * @e:     filled on failure
 *
 * Return: 0; -EINVAL: no result document; -ENOENT: no such run; errno of writing.
 */
int report_document(const struct context *c, const char *text, bool local, enum exit_code *ret,
	struct error *e);
