/* The runs of a job as one array. */
#pragma once

#include "daemon/store/store-private.h"

/**
 * store_load_runs() - all runs of a job with their samples, inside of a transaction
 * @s:      store
 * @number: of the job
 * @ret:    in rising order of run->n, owned by the caller; untouched on failure
 * @ret_n:  count
 * @e:      filled on failure
 *
 * Return: 0; -ENOMEM; -EUCLEAN, ...
 */
int store_load_runs(
	struct store *s, uint64_t number, struct run **ret, size_t *ret_n, struct error *e);
