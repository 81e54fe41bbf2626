/* All runs of a result as comma-separated values. */
#pragma once

#include <stdio.h>

#include "common/model/result.h"

/**
 * report_csv() - a header, then one line per run
 * @f: where to
 * @r: result
 *
 * Units are in the column names; what was not measured is an empty field. Source: RFC 4180.
 *
 * Return: nothing.
 */
void report_csv(FILE *f, const struct result *r);
