/* What a verdict is in words and in which order, the same in every report. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/model/verdict.h"

#define VERDICT_PERCENT_MAX 32

/* How the rows are spread; the worst first. */
struct verdict_counts {
	unsigned n[VERDICT_MAX];
	unsigned n_counted[VERDICT_MAX]; /* without those that are reported only */
	unsigned n_accepted, n_quarantined, n_same_files, n_same_files_out, n_advisory;
};

/**
 * verdict_order() - the rows, worst first
 * @d:   document
 * @ret: d->n_rows pointers into @d, owned by the caller as an array
 *
 * Regressed, invalid, not comparable, inconclusive, improved, equivalent; within these what counts
 * first, then the larger change to the worse.
 *
 * Return: 0; -ENOMEM.
 */
int verdict_order(const struct verdict_document *d, const struct verdict_row ***ret);

/**
 * verdict_count() - how many of which
 * @d:   document
 * @ret: written
 *
 * Return: nothing.
 */
void verdict_count(const struct verdict_document *d, struct verdict_counts *ret);

/**
 * verdict_counts_print() - "1 regressed, 47 equivalent, 1 accepted"
 * @f: where to
 * @c: counts
 *
 * Return: nothing.
 */
void verdict_counts_print(FILE *f, const struct verdict_counts *c);

/**
 * verdict_row_is_out() - is a row reported only: accepted, quarantined, or regressed on the same
 * files, where only the machine can be to blame
 * @row: row
 *
 * Return: true when it does not count.
 */
bool verdict_row_is_out(const struct verdict_row *row);

/**
 * verdict_row_codes() - the exit codes that one row asks for
 * @d:   its document
 * @row: one of its rows
 *
 * Return: bits, 1 << code; 0 for a row that is out.
 */
uint32_t verdict_row_codes(const struct verdict_document *d, const struct verdict_row *row);

/**
 * verdict_percent() - a share as a percentage, as short as it is exact enough
 * @ratio:  0.02 is "2 %"
 * @digits: significant ones at most
 * @ret:    at least VERDICT_PERCENT_MAX bytes
 *
 * Return: @ret; "unknown" for what is not finite.
 */
char *verdict_percent(double ratio, int digits, char ret[static VERDICT_PERCENT_MAX]);

/**
 * verdict_change_print() - "+3.1 %"
 * @f:   where to
 * @row: row
 *
 * Return: nothing.
 */
void verdict_change_print(FILE *f, const struct verdict_row *row);

/**
 * verdict_interval_print() - "[2.4, 3.7]", in percent, or why there is none
 * @f:   where to
 * @row: row
 *
 * Return: nothing.
 */
void verdict_interval_print(FILE *f, const struct verdict_row *row);

/**
 * verdict_limits_print() - "margin 2 %, could see 0.6 %, 16 rounds"
 * @f:      where to
 * @row:    row
 * @paired: rounds are pairs of runs
 *
 * Return: nothing.
 */
void verdict_limits_print(FILE *f, const struct verdict_row *row, bool paired);

/**
 * verdict_medians_print() - "2.61 s to 2.69 s"
 * @f:   where to
 * @row: row
 *
 * Return: false, and nothing printed, where there are none.
 */
bool verdict_medians_print(FILE *f, const struct verdict_row *row);

/**
 * verdict_capital_print() - word for a verdict, with its first letters in capitals
 * @f:        where to
 * @verdict:  below VERDICT_MAX
 * @n_letters: how many; SIZE_MAX: all
 *
 * Return: letters printed.
 */
int verdict_capital_print(FILE *f, enum verdict verdict, size_t n_letters);

/**
 * verdict_remarks() - what else has to be said of a row
 * @row: row
 * @ret: appended to, one sentence each; texts of others (reasons) are in it as they are
 *
 * Return: 0; -ENOMEM.
 */
int verdict_remarks(const struct verdict_row *row, struct strv *ret);

/**
 * verdict_row_remarks() - remarks on a row beside which verdict_remarks_of_all() stands
 * @row: row
 * @ret: appended to, one sentence each
 *
 * Return: 0; -ENOMEM.
 */
int verdict_row_remarks(const struct verdict_row *row, struct strv *ret);

/**
 * verdict_message() - all of a row in one line: figures, limits, remarks
 * @d:   its document
 * @row: row
 *
 * Return: owned by the caller, not escaped for anything; NULL without memory.
 */
char *verdict_message(const struct verdict_document *d, const struct verdict_row *row);

/**
 * verdict_warnings() - what has to be said of the whole: forced, advisory, A/A
 * @d:   document
 * @ret: appended to, one sentence each
 *
 * Return: 0; -ENOMEM.
 */
int verdict_warnings(const struct verdict_document *d, struct strv *ret);

/**
 * verdict_remarks_of_all() - warnings, reasons and notes, without what a row's remarks say
 * @d:   document
 * @ret: appended to, one sentence each
 *
 * Return: 0; -ENOMEM.
 */
int verdict_remarks_of_all(const struct verdict_document *d, struct strv *ret);

/**
 * verdict_safe_print() - a text of unknown origin on one line
 * @f:    where to
 * @text: what is not printable becomes '?'
 *
 * Return: nothing.
 */
void verdict_safe_print(FILE *f, const char *text);
