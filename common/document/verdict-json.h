/* Verdict documents: struct verdict_document and JSON, both ways. */
#pragma once

#include <stddef.h>

#include "common/base/error.h"
#include "common/model/verdict.h"

#define VERDICT_FORMAT "steady-verdict-1"

/**
 * verdict_to_json() - the document
 * @d:    verdicts; figures that are NaN become {"unavailable": "..."}
 * @code: exit code that belongs to it
 * @ret:  owned by the caller, with a newline at its end
 *
 * Return: 0; -ENOMEM.
 */
int verdict_to_json(const struct verdict_document *d, int code, char **ret);

/**
 * verdict_from_json() - read a document
 * @text: not trusted
 * @size: bytes
 * @ret:  owned by the caller; untouched on failure
 * @e:    filled on failure with what is wrong where
 *
 * Return: 0; -EINVAL; -E2BIG; -ENOMEM.
 */
int verdict_from_json(const char *text, size_t size, struct verdict_document *ret, struct error *e);
