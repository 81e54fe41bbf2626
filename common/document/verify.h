/* Does a result document follow from its own raw runs. */
#pragma once

#include <stddef.h>

#include "common/base/strv.h"

#define VERIFY_DIFFERENCES_MAX 1000

/* A text and its length. */
struct document_text {
	const char *text; /* borrowed, not trusted */
	size_t size;
};

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

/**
 * verdict_verify() - recompute a verdict document from its results
 * @verdict:         the document
 * @results:         @n result documents: one of a gate; base and candidate of a comparison
 * @n:               count
 * @ret_differences: appended to, as by result_verify()
 * @e:               filled on failure; also says which document
 *
 * The results are judged anew from their runs, and the hashes of these must be the ones that the
 * verdict names. What was accepted, which exit codes are neutral, what failed or is missing besides
 * the result, reasons and notes are the verdict's own: they depend on what is in no result. Of a
 * comparison that took a term for the variation between sessions into account only the hashes are
 * compared, as no document has that term.
 *
 * Return: 0, also when there are differences; -EINVAL, -E2BIG: not such documents, or another
 * number of results; -ENOMEM.
 */
int verdict_verify(const struct document_text *verdict, const struct document_text *results,
	size_t n, struct strv *ret_differences, struct error *e);
