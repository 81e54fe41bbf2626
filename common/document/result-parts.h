/* Result documents in parts, for who has the tree of one or needs only what follows. For this
 * folder only. */
#pragma once

#include <jansson.h>

#include "common/base/error.h"
#include "common/model/result.h"

/**
 * result_read() - everything but summaries
 * @root: the document
 * @ret:  as by result_from_json(), but without summaries; quality flags are as in the document
 * @e:    filled on failure with the place
 *
 * Return: 0; -EINVAL; -E2BIG; -ENOMEM.
 */
int result_read(const json_t *root, struct result *ret, struct error *e);

/**
 * result_derived_to_json() - only what follows from the raw runs, at its place in a document
 * @r:   complete result with its summaries
 * @ret: text, owned by the caller
 *
 * Algorithm, rules, hash of the raw runs, verdicts; of every benchmark quality and summary; of
 * every run number, status and why.
 *
 * Return: 0; -ENOMEM.
 */
int result_derived_to_json(const struct result *r, char **ret);
