/* The report for people: the answer, whether to trust it, what to do next. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "common/base/error.h"
#include "common/model/result.h"

#define REPORT_INDENT "           " /* width of a label such as "REGRESSED" and a blank */

/**
 * report_text() - the whole report
 * @r:     result in any state
 * @local: the job is in a local store: commands named under NEXT get --local
 * @ret:   text without colours, owned by the caller
 *
 * Return: 0; -ENOMEM.
 */
int report_text(const struct result *r, bool local, char **ret);

/**
 * report_print() - write a report to a terminal or a file
 * @f:       where to
 * @text:    of report_text(); control characters in it (of program names) are replaced
 * @colored: labels get colours
 *
 * Return: nothing.
 */
void report_print(FILE *f, const char *text, bool colored);

/**
 * report_label() - begin a line with a label, padded to the width of REPORT_INDENT
 * @f:     where to
 * @label: in capitals
 *
 * Return: nothing.
 */
void report_label(FILE *f, const char *label);
