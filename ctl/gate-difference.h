/* The workload files of two revisions: what differs, and what is gone. */
#pragma once

#include "ctl/gate-text.h"

/**
 * gate_difference_notes() - which files and keys are not the same in the base
 * @base:        files of the base; NULL: it has none
 * @cand:        files of the candidate
 * @base_folder: of the revision
 * @cand_folder: of the revision
 * @ret:         appended: one sentence a file
 *
 * Return: 0; -ENOMEM.
 */
int gate_difference_notes(const struct gate_text *base, const struct gate_text *cand,
	const char *base_folder, const char *cand_folder, struct strv *ret);

/**
 * gate_difference_missing() - benchmarks of the base that the candidate does not have
 * @base: as it was submitted then
 * @cand: NULL: it has none at all
 * @ret:  names, appended
 * @e:    filled on failure
 *
 * Return: 0; see plan_make_suite().
 */
int gate_difference_missing(
	const struct suite *base, const struct suite *cand, struct strv *ret, struct error *e);
