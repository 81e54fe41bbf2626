/* Last part of the report: what to do now. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "common/model/result.h"

/**
 * report_next() - the NEXT part
 * @f:     where to
 * @r:     result
 * @local: commands get --local
 *
 * Return: nothing.
 */
void report_next(FILE *f, const struct result *r, bool local);
