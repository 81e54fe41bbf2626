/* A verdict document in which every field has a value of its own. */
#pragma once

#include <math.h>
#include <stdio.h>

#include "common/base/macro.h"
#include "common/model/verdict.h"

/* One row, every figure there. */
static inline struct verdict_row fixture_row(const char *name, enum verdict verdict)
{
	return (struct verdict_row){
		.name = strdup(name),
		.verdict = verdict,
		.ratio = 1.031,
		.low = 1.024,
		.high = 1.037,
		.level = 0.00156,
		.alpha = 0.01,
		.margin = 0.02,
		.rounds = 16,
		.excluded = 1,
		.mde = 0.006,
		.mde_limit = INFINITY,
		.p = 0.0001,
		.p_adjusted = 0.0002,
		.p_improved = 1,
		.p_equivalent = 0.75,
		.p_noninferior = 1.0 / 3,
		.base = 2.6,
		.cand = 2.68,
		.round_s = 5.3,
	};
}

/* The figures of a row that has none. */
static inline void fixture_row_empty(struct verdict_row *row, const char *why)
{
	row->ratio = row->low = row->high = row->level = (double)NAN;
	row->mde = row->p = row->p_adjusted = row->p_improved = (double)NAN;
	row->p_equivalent = row->p_noninferior = (double)NAN;
	row->base = row->cand = row->round_s = (double)NAN;
	row->rounds = row->excluded = 0;
	(void)snprintf(row->why, sizeof(row->why), "%s", why);
}

/**
 * fixture_verdict() - a gate with a regressed, an accepted and an invalid row
 *
 * Return: owned by the caller: verdict_document_done(); aborts without memory.
 */
static inline struct verdict_document fixture_verdict(void)
{
	struct verdict_document d = {
		.id = "0f0e0d0c-0b0a-4908-8706-050403020100",
		.job = 12,
		.name = strdup("parse"),
		.verdict = VERDICT_REGRESSED,
		.policy = GATE_STRICT,
		.paired = true,
		.forced = true,
		.alpha = 0.01,
		.seed = 1ull << 60,
		.rows = calloc(3, sizeof(*d.rows)),
		.n_rows = 3,
		.neutral = 1u << 3 | 1u << 5,
		.elapsed_ns = 123456789012ull,
	};

	if (!d.rows)
		abort();
	d.rows[0] = fixture_row("parse[n=1e6]", VERDICT_REGRESSED);
	d.rows[1] = fixture_row("parse[n=1e6]", VERDICT_REGRESSED);
	d.rows[1].metric = METRIC_MAX_RSS;
	d.rows[1].mde_limit = 0.05;
	d.rows[1].flags = VERDICT_WORSE | VERDICT_ADVISORY | VERDICT_QUARANTINED;
	d.rows[1].accepted = strdup("a larger table, on purpose");
	d.rows[1].passes = true;
	(void)snprintf(d.rows[1].quarantine, GATE_REASON_MAX, "until the \"new\" parser");
	d.rows[2] = fixture_row("parse[n=1e7]", VERDICT_INVALID);
	d.rows[2].flags = VERDICT_MISSING;
	fixture_row_empty(&d.rows[2], "no run of arm cand");
	if (strv_push(&d.reasons, "parse[n=1e7]: no run of arm cand") < 0 ||
		strv_push(&d.notes, "a change of 3.1 % was accepted") < 0 ||
		strv_push(&d.raw, "sha256:00ff") < 0 || strv_push(&d.raw, "sha256:11ee") < 0)
		abort();
	return d;
}
