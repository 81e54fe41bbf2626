/* Who disturbed the runs of a benchmark most. */
#pragma once

#include <stddef.h>

#include "common/judge/run-index.h"
#include "common/model/result.h"

/**
 * culprits_rank() - names of what cost the disturbed runs of one benchmark most time
 * @r:         judged runs
 * @index:     of @r
 * @benchmark: index
 * @ret:       at most three names in falling order, "cc1, kworker/0:1, steal"; empty when nothing
 *             is known; control characters are replaced
 * @size:      bytes of @ret
 *
 * Return: nothing.
 */
void culprits_rank(const struct result *r, const struct run_index *index, size_t benchmark,
	char *ret, size_t size);
