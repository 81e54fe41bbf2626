/* First part of the report: the figures, or why there are none. */
#pragma once

#include <stdio.h>

#include "common/model/result.h"

/**
 * report_answer() - state, one block per benchmark, failed runs, ratios of arms
 * @f: where to
 * @r: result
 *
 * Return: nothing.
 */
void report_answer(FILE *f, const struct result *r);
