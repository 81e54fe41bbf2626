/* Verdicts for the tests of reports. */
#include "tests/unit/verdict-report-fixture.h"

#include <math.h>
#include <stdio.h>

#include "common/base/macro.h"
#include "common/judge/verdict-sum.h"

static void start(struct verdict_document *d, const char *name, bool paired)
{
	*d = (struct verdict_document){
		.id = "0f0e0d0c-0000-4000-8000-000000000012",
		.job = 12,
		.name = strdup(name),
		.policy = GATE_MATERIAL,
		.paired = paired,
		.alpha = 0.01,
		.seed = 7,
		.elapsed_ns = 90 * NSEC_PER_SEC,
	};
}

static struct verdict_row *add(
	struct verdict_document *d, const char *name, enum verdict verdict, double ratio)
{
	struct verdict_row *row;

	d->rows = reallocarray(d->rows, d->n_rows + 1, sizeof(*d->rows));
	row = &d->rows[d->n_rows++];
	*row = (struct verdict_row){
		.name = strdup(name),
		.metric = METRIC_WALL,
		.verdict = verdict,
		.ratio = ratio,
		.low = ratio - 0.007,
		.high = ratio + 0.006,
		.level = 0.00125,
		.alpha = 0.01,
		.margin = 0.02,
		.rounds = 16,
		.mde = 0.006,
		.mde_limit = INFINITY,
		.p = 0.0002,
		.p_adjusted = 0.0004,
		.p_improved = 1,
		.p_equivalent = 1,
		.p_noninferior = 1,
		.base = 2.61,
		.cand = 2.61 * ratio,
		.round_s = 5.3,
		.passes = verdict != VERDICT_REGRESSED && verdict != VERDICT_INVALID,
	};
	return row;
}

static void without_figures(struct verdict_row *row, unsigned flags, const char *why)
{
	row->ratio = row->low = row->high = row->mde = row->p = row->p_adjusted = NAN;
	row->base = row->cand = row->round_s = NAN;
	row->rounds = 0;
	row->flags = flags;
	(void)snprintf(row->why, sizeof(row->why), "%s", why);
}

void verdict_fixture_regressed(struct verdict_document *ret)
{
	start(ret, "parse", true);
	add(ret, "parse[n=1e6]", VERDICT_REGRESSED, 1.031)->excluded = 2;
	verdict_sum(ret);
}

static void add_inconclusive(struct verdict_document *d)
{
	struct verdict_row *row = add(d, "sort", VERDICT_INCONCLUSIVE, 1.018);

	row->flags = VERDICT_WORSE | VERDICT_ASYMMETRIC;
	row = add(d, "sort", VERDICT_INCONCLUSIVE, 0.985);
	row->metric = METRIC_MAX_RSS;
	row->base = 98428.0 * 1024;
	row->cand = row->base * row->ratio;
	row->flags = VERDICT_BETTER | VERDICT_FLOOR;
	row = add(d, "noise", VERDICT_INCONCLUSIVE, 1.004);
	row->low = 0.91;
	row->high = 1.1;
	row->mde = 0.12;
	row->mde_limit = 0.04;
	row->flags = VERDICT_BLIND | VERDICT_CARRY_OVER;
	(void)add(d, "session", VERDICT_INCONCLUSIVE, 1.01);
	d->rows[d->n_rows - 1].flags = VERDICT_ADVISORY;
}

static void add_invalid(struct verdict_document *d)
{
	without_figures(add(d, "gone", VERDICT_INVALID, 1), VERDICT_MISSING, "no run of arm cand");
	without_figures(add(d, "broken", VERDICT_INVALID, 1), VERDICT_FAILED,
		"run 3 of arm cand: exit status 1");
	without_figures(add(d, "busy", VERDICT_INVALID, 1),
		VERDICT_UNSTABLE | VERDICT_EXCLUSION_DIFFERS, "9 of 24 pairs excluded, mostly cc1");
	without_figures(
		add(d, "elsewhere", VERDICT_NOT_COMPARABLE, 1), 0, "measured on another machine");
}

static void add_reported_only(struct verdict_document *d)
{
	struct verdict_row *row = add(d, "known-flaky", VERDICT_REGRESSED, 1.2);

	row->flags = VERDICT_QUARANTINED;
	(void)snprintf(row->quarantine, sizeof(row->quarantine), "issue 17, until it is fixed");
	add(d, "same-but-slower", VERDICT_REGRESSED, 1.06)->flags = VERDICT_SAME_FILES;
	row = add(d, "bigger-table", VERDICT_REGRESSED, 1.045);
	row->accepted = strdup("needed for @correctness, see #12 (commit 1a2b3c)");
	(void)strv_push(&d->notes, "accepted: bigger-table <= 5 %, commit 1a2b3c");
}

void verdict_fixture_every(struct verdict_document *ret)
{
	start(ret, "every-->`|", true);
	ret->forced = true;
	(void)add(ret, "fine", VERDICT_EQUIVALENT, 1.001);
	(void)add(ret, "same", VERDICT_EQUIVALENT, 1.0003);
	ret->rows[1].flags = VERDICT_SAME_FILES;
	(void)add(ret, "faster", VERDICT_IMPROVED, 0.912);
	add_inconclusive(ret);
	add_invalid(ret);
	add_reported_only(ret);
	(void)add(ret, "parse[n=1e6]", VERDICT_REGRESSED, 1.031);
	(void)add(ret, HOSTILE_NAME, VERDICT_REGRESSED, 2.004);
	(void)strv_push(&ret->reasons, "cpu.model: 'A|B' here, '<b>C</b>' there");
	(void)strv_push(&ret->reasons, "::error::said by somebody else\nsecond line");
	verdict_sum(ret);
}

void verdict_fixture_calm(struct verdict_document *ret)
{
	start(ret, "suite", true);
	for (int i = 0; i < 30; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "calm[n=%d]", i);
		add(ret, name, VERDICT_EQUIVALENT, 1 + 0.0003 * (i % 7))->mde = 0.005 + 0.0005 * i;
	}
	verdict_sum(ret);
}

void verdict_fixture_empty(struct verdict_document *ret)
{
	start(ret, "nothing", true);
	ret->job = 0;
	(void)strv_push(&ret->reasons, "the result has no benchmark");
	verdict_sum(ret);
}
