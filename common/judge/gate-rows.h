/* The rows of a gate: pairs, looks and adjusted p values of every benchmark and metric. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/judge/looks.h"
#include "common/judge/pairs.h"
#include "common/judge/run-index.h"
#include "common/judge/stage-memo.h"
#include "common/model/verdict.h"

/* Each is a family of its own. */
enum gate_family {
	GATE_FAMILY_WORSE,
	GATE_FAMILY_BETTER,
	GATE_FAMILY_EQUIVALENT,
	GATE_FAMILY_NONINFERIOR,
	GATE_FAMILIES,
};

struct gate_row {
	struct arm_pair arms;
	const struct benchmark *benchmark; /* borrowed: base, or the arm that is there */
	enum metric metric;
	struct pairs pairs; /* owned */
	double margin;	    /* as applied */
	unsigned flags;	    /* enum verdict_flag: those that the pairs decide */
	bool is_valid;	    /* takes part in the families */
	struct looks_outcome looks;
	double adjusted[GATE_FAMILIES];
	char why[VERDICT_WHY_MAX]; /* of a row that is not valid */
};

struct gate_rows {
	const struct result *result; /* borrowed */
	struct run_index index;
	struct stage_memo memo;
	struct gate_row *rows; /* owned; in the order of the result, metrics of one together */
	size_t n;
};

/**
 * gate_rows_make() - every row at the planned looks that it has reached
 * @r:      judged runs; borrowed as long as the rows live
 * @only_p: nothing but what a decision needs
 * @ret:    owned by the caller; untouched on failure
 *
 * Return: 0; -EINVAL when the result has no arms; -ENOMEM.
 */
int gate_rows_make(const struct result *r, bool only_p, struct gate_rows *ret);

/**
 * gate_rows_close() - the closing look of every row that is undecided, and the families again
 * @rows: by gate_rows_make(); nothing is added to their result any more
 *
 * Return: 0; -ENOMEM.
 */
int gate_rows_close(struct gate_rows *rows);

/**
 * gate_rows_done() - free the content
 * @rows: rows, or NULL
 *
 * Return: nothing.
 */
void gate_rows_done(struct gate_rows *rows);

/**
 * gate_row_rejects() - is the hypothesis of a family rejected at the row's alpha
 * @row:    row
 * @family: which
 *
 * Return: true when the adjusted p value is small enough.
 */
bool gate_row_rejects(const struct gate_row *row, enum gate_family family);

/**
 * gate_row_is_decided() - would more rounds change nothing
 * @row: row
 *
 * Return: true when its policy has what it asks for, or the row cannot be judged.
 */
bool gate_row_is_decided(const struct gate_row *row);

/**
 * gate_row_is_spent() - had too many pairs of a benchmark to be excluded
 * @g:          its rules
 * @n_excluded: pairs
 * @n_made:     pairs
 *
 * A share of excluded pairs above gate.max-excluded, and at least as many as that share of the last
 * look has (never for 3): before, they are replaced. For a share that nothing can exceed there is
 * an end as well.
 *
 * Return: true when the data are not to be trusted.
 */
bool gate_row_is_spent(const struct gate *g, size_t n_excluded, size_t n_made);

/**
 * gate_percent() - a ratio for people
 * @ratio: 0.031
 * @ret:   "3.1 %", two digits, "unknown" for NaN
 * @size:  bytes of @ret, 24 is enough
 *
 * Return: @ret.
 */
char *gate_percent(double ratio, char *ret, size_t size);
