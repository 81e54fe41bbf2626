/* What to do after a verdict. */
#pragma once

#include <stdio.h>

#include "ctl/verdict-report.h"

/**
 * verdict_next() - one sentence a line: commands and changes that help
 * @f:    where to
 * @view: what
 * @lead: put before every line after the first
 *
 * Return: 0; -ENOMEM.
 */
int verdict_next(FILE *f, const struct verdict_view *view, const char *lead);
