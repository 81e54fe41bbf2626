/* The rows of a verdict in documents, for verdicts and for results. For this folder only. */
#pragma once

#include <jansson.h>

#include "common/base/error.h"
#include "common/document/json-writer.h"
#include "common/model/verdict.h"

/* Two arms or results of every benchmark, and every metric: bounds the memory of readers. */
#define VERDICT_ROWS_MAX ((size_t)WORKLOAD_BENCHMARKS_MAX * METRIC_MAX)

/**
 * verdict_rows_write() - an array with one object a line
 * @w:    writer
 * @name: key
 * @rows: @n rows
 * @n:    count
 *
 * A figure that is not finite becomes {"unavailable": why}; a detectable effect without limit is
 * null.
 *
 * Return: nothing.
 */
void verdict_rows_write(
	struct json_writer *w, const char *name, const struct verdict_row *rows, size_t n);

/**
 * verdict_rows_read() - read them back
 * @o:     object
 * @key:   of the array, needed
 * @ret:   owned by the caller, also on failure: free what verdict_document_done() would
 * @ret_n: count, also on failure
 * @e:     filled on failure with the place
 *
 * Name, metric and verdict are needed; a missing figure is NaN, a missing limit none.
 *
 * Return: 0; -EINVAL; -E2BIG; -ENOMEM.
 */
int verdict_rows_read(
	const json_t *o, const char *key, struct verdict_row **ret, size_t *ret_n, struct error *e);
