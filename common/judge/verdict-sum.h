/* From rows to one answer: what counts, what was accepted, and the exit code that follows. */
#pragma once

#include <stdint.h>

#include "common/model/result.h"
#include "common/model/verdict.h"

/* Exit codes of a comparison, as bits: 1 << code. */
#define VERDICT_CODES_NEUTRAL_MAX 31
#define VERDICT_CODE_CANCELLED	  130

/* An intended change. */
struct acceptance {
	char *benchmark;     /* owned: name, or "*" */
	double limit_ratio;  /* the change that is let pass, 0.05: up to 5 % worse */
	char *reason;	     /* owned */
	char *source;	     /* owned: "commit 1a2b3c", "job 12" */
	uint64_t expires_ns; /* CLOCK_REALTIME; 0: with its commit */
};

/**
 * verdict_accept() - let intended changes pass
 * @d:    rows: a regressed one whose interval lies below 1 + limit, or whose ratio does where
 *        the interval is wider, gets accepted and a note
 * @list: @n acceptances; the first that fits is used
 * @n:    count
 * @now_ns: CLOCK_REALTIME: an expired one is not used, and a note says so
 *
 * Return: 0; -ENOMEM.
 */
int verdict_accept(
	struct verdict_document *d, const struct acceptance *list, size_t n, uint64_t now_ns);

/**
 * verdict_sum() - the verdict of the whole from its rows
 * @d: verdict is written: the worst of the rows that count; rows that are accepted or quarantined
 *     do not; no row at all is invalid
 *
 * Return: nothing.
 */
void verdict_sum(struct verdict_document *d);

/**
 * verdict_codes() - every exit code that a row asks for
 * @d: document
 *
 * Regressed 1; inconclusive 3 where the policy wants a verdict or the row is blind; not comparable
 * 4; unstable or invalid 5; missing 6; failed command 8. An advisory comparison never asks for 1 or
 * 3.
 *
 * Return: bits, 1 << code; 0: passed.
 */
uint32_t verdict_codes(const struct verdict_document *d);

/**
 * verdict_exit_code() - the one to end with
 * @codes:   by verdict_codes()
 * @neutral: bits that count as passed (--neutral 3,5)
 *
 * Return: the first of 1, 8, 6, 5, 4, 3 that is there; 0.
 */
int verdict_exit_code(uint32_t codes, uint32_t neutral);

/**
 * verdict_exit_code_of() - the exit code that belongs to a document
 * @d:    document; its neutral codes count as passed
 * @cand: result of the gate, or of the candidate; NULL: there is none
 *
 * A gate that was cancelled is no verdict, whatever the runs before it say.
 *
 * Return: by verdict_exit_code(), or VERDICT_CODE_CANCELLED.
 */
int verdict_exit_code_of(const struct verdict_document *d, const struct result *cand);

/**
 * acceptance_done() - free the content
 * @a: acceptance, or NULL
 *
 * Return: nothing.
 */
void acceptance_done(struct acceptance *a);

/**
 * acceptance_parse_trailer() - read the value of a commit's Perf-Accept trailer
 * @text: "NAME<=5%", spaces allowed around the sign; NAME is a benchmark's, or "*"
 * @ret:  benchmark and limit are written, owned by the caller
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int acceptance_parse_trailer(const char *text, struct acceptance *ret, struct error *e);
