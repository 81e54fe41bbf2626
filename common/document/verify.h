/* Does a result document follow from its own raw runs. */
#pragma once

#include <stddef.h>

#include "common/base/strv.h"

#define VERIFY_DIFFERENCES_MAX 1000

/**
 * result_verify() - recompute everything in a document that follows from its raw runs
 * @text:            a result document, not trusted
 * @size:            bytes
 * @ret_differences: appended to, one line each: a JSON pointer, what the document says and what
 *                   follows from the runs: statuses, summaries, quality flags, hash of the raw
 *                   runs, verdicts; runs that are missing or there twice; an algorithm other
 *                   than ours. After VERIFY_DIFFERENCES_MAX lines one says that there are more
 * @e:               filled on failure
 *
 * Which runs failed or were invalid, and the flags that only the session can set, are taken from
 * the document. Numbers must be the same to the last bit: the functions are the ones that made
 * them. A document from before there was a hash of the raw runs is checked without it.
 *
 * Return: 0, also when there are differences; -EINVAL, -E2BIG: not a result document; -ENOMEM.
 */
int result_verify(const char *text, size_t size, struct strv *ret_differences, struct error *e);
