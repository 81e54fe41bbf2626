/* The benchmarks of a result document, with their runs. For this folder only. */
#pragma once

#include <jansson.h>

#include "common/base/error.h"
#include "common/model/result.h"

/**
 * benchmarks_read() - benchmarks, runs in order of execution, and which metrics are wanted
 * @root: the document
 * @ret:  benchmarks, runs and metrics are set, half of them on failure; result_done() frees them
 * @e:    filled on failure with the place
 *
 * Return: 0; -EINVAL; -E2BIG; -ENOMEM.
 */
int benchmarks_read(const json_t *root, struct result *ret, struct error *e);
