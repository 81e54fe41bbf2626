/* What would be run and in which order, without running it. */
#pragma once

#include <stdio.h>

#include "common/base/error.h"
#include "common/model/suite.h"

/**
 * dry_run_print() - print the plan of a workload, a suite or a gate
 * @f:    where to
 * @s:    complete
 * @json: as one JSON document
 * @e:    filled on failure
 *
 * Where there is no seed one is drawn and printed: with --seed it gives the same order. Of a gate
 * only the rounds before the first look are known.
 *
 * Return: 0; -E2BIG for too many benchmarks; -ENOMEM.
 */
int dry_run_print(FILE *f, const struct suite *s, bool json, struct error *e);
