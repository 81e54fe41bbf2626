/* From pairs to verdicts. */
#include "common/judge/gate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/judge/gate-rows.h"
#include "common/judge/verdict-sum.h"
#include "common/stats/effect.h"

#define REASONS_MAX   100 /* of either list: a suite may have thousands of rows */
#define FIGURE_DIGITS 9

static enum verdict find_verdict(const struct gate_row *row)
{
	if (!row->is_valid)
		return VERDICT_INVALID;
	if (gate_row_rejects(row, GATE_FAMILY_WORSE))
		return VERDICT_REGRESSED;
	if (gate_row_rejects(row, GATE_FAMILY_BETTER))
		return VERDICT_IMPROVED;
	if (gate_row_rejects(row, GATE_FAMILY_EQUIVALENT))
		return VERDICT_EQUIVALENT;
	return VERDICT_INCONCLUSIVE;
}

/* By the policy alone: acceptances and quarantine come later. */
static bool find_passes(const struct gate_row *row, enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_EQUIVALENT:
	case VERDICT_IMPROVED:
		return true;
	case VERDICT_INCONCLUSIVE:
		return row->benchmark->gate.policy != GATE_NONINFERIOR ||
			gate_row_rejects(row, GATE_FAMILY_NONINFERIOR);
	default:
		return false;
	}
}

/* Differences are "worse is above": turned back into cand/base. */
static void fill_ratio(const struct gate_row *row, struct verdict_row *ret)
{
	const struct location *centre = &row->looks.centre;
	bool lower_is_better = metric_desc(row->metric)->lower_is_better;
	double half_width = (centre->high - centre->low) / 2;

	if (row->looks.n == 0)
		return;
	ret->level = row->looks.level;
	ret->ratio = exp(lower_is_better ? centre->estimate : -centre->estimate);
	if (!(centre->level > 0))
		return;
	ret->low = exp(lower_is_better ? centre->low : -centre->high);
	ret->high = exp(lower_is_better ? centre->high : -centre->low);
	ret->mde = expm1(effect_detectable(half_width, row->looks.level));
}

static void fill_p(const struct gate_row *row, struct verdict_row *ret)
{
	ret->p = row->looks.p_worse;
	ret->p_adjusted = row->adjusted[GATE_FAMILY_WORSE];
	ret->p_improved = row->adjusted[GATE_FAMILY_BETTER];
	ret->p_equivalent = row->adjusted[GATE_FAMILY_EQUIVALENT];
	ret->p_noninferior = row->adjusted[GATE_FAMILY_NONINFERIOR];
}

static unsigned find_flags(const struct gate_row *row, const struct verdict_row *v)
{
	unsigned flags = row->flags;

	if (row->is_valid && row->looks.asymmetric)
		flags |= VERDICT_ASYMMETRIC;
	if (v->verdict != VERDICT_INCONCLUSIVE)
		return flags;
	if (row->looks.centre.low > 0)
		flags |= VERDICT_WORSE;
	if (row->looks.centre.high < 0)
		flags |= VERDICT_BETTER;
	if (isfinite(v->mde_limit) && !(v->mde <= v->mde_limit))
		flags |= VERDICT_BLIND;
	return flags;
}

/* "48 rounds, could see 3.1 %, margin 2.0 %" */
static void explain(const struct gate_row *row, struct verdict_row *v)
{
	char mde[24];
	char margin[24];

	if (!row->is_valid) {
		(void)snprintf(v->why, sizeof(v->why), "%s", row->why);
		return;
	}
	if (v->verdict != VERDICT_INCONCLUSIVE)
		return;
	(void)snprintf(v->why, sizeof(v->why), "%u round%s, could see %s, margin %s", v->rounds,
		v->rounds == 1 ? "" : "s", gate_percent(v->mde, mde, sizeof(mde)),
		gate_percent(v->margin, margin, sizeof(margin)));
}

/*
 * Logarithms may differ in their last bit between CPUs with and without fused multiplication, and a
 * stage-wise p value is found to ten digits: more would be neither true nor the same everywhere.
 */
static void round_figures(struct verdict_row *v)
{
	double *figures[] = {&v->ratio, &v->low, &v->high, &v->level, &v->mde, &v->p,
		&v->p_adjusted, &v->p_improved, &v->p_equivalent, &v->p_noninferior};
	char text[64];

	for (size_t i = 0; i < ARRAY_SIZE(figures); i++) {
		if (!isfinite(*figures[i]))
			continue;
		(void)snprintf(text, sizeof(text), "%.*g", FIGURE_DIGITS, *figures[i]);
		*figures[i] = strtod(text, NULL);
	}
}

static int fill_row(const struct gate_row *row, struct verdict_row *ret)
{
	const struct gate *g = &row->benchmark->gate;
	double nan = (double)NAN;

	*ret = (struct verdict_row){
		.name = strdup(row->benchmark->name),
		.metric = row->metric,
		.verdict = find_verdict(row),
		.ratio = nan,
		.low = nan,
		.high = nan,
		.level = nan,
		.alpha = g->alpha,
		.margin = row->margin,
		.rounds = (unsigned)row->pairs.n,
		.excluded = (unsigned)row->pairs.n_excluded,
		.mde = nan,
		.mde_limit = gate_mde_limit(g, row->metric),
		.p = nan,
		.p_adjusted = nan,
		.p_improved = nan,
		.p_equivalent = nan,
		.p_noninferior = nan,
		.base = row->pairs.base_median,
		.cand = row->pairs.cand_median,
		.round_s = row->pairs.round_s,
	};
	if (!ret->name)
		return -ENOMEM;

	if (row->is_valid) {
		fill_ratio(row, ret);
		fill_p(row, ret);
		round_figures(ret);
	}
	ret->flags = find_flags(row, ret);
	ret->passes = find_passes(row, ret->verdict);
	(void)snprintf(ret->quarantine, sizeof(ret->quarantine), "%s", g->quarantine);
	explain(row, ret);
	return 0;
}

/*
 * A job that did not end well is never green. What was proven before it was cut short stands;
 * nothing does where the machine did not hold still.
 */
static void apply_state(enum job_state state, struct verdict_document *d)
{
	for (size_t i = 0; state != JOB_DONE && i < d->n_rows; i++) {
		struct verdict_row *row = &d->rows[i];

		row->passes = false;
		if (!job_state_is_final(state) || row->verdict == VERDICT_INVALID ||
			(row->verdict == VERDICT_REGRESSED && state != JOB_UNSTABLE))
			continue;
		row->verdict = VERDICT_INVALID;
		row->flags &= ~(unsigned)(VERDICT_WORSE | VERDICT_BETTER | VERDICT_BLIND);
		(void)snprintf(row->why, sizeof(row->why), "the job is %s", job_state_name(state));
	}
}

/* From the first run to the end of the last. */
static uint64_t elapsed_ns(const struct result *r)
{
	uint64_t first = UINT64_MAX;
	uint64_t last = 0;

	for (size_t i = 0; i < r->n_runs; i++) {
		const struct measure *wall = &r->runs[i].metrics[METRIC_WALL];
		uint64_t end = r->runs[i].started_ns;

		if (end == 0)
			continue;
		first = MIN_OF(first, end);
		if (measure_is_set(wall) && wall->value > 0 && wall->value < 1e9)
			end += (uint64_t)(wall->value * (double)NSEC_PER_SEC);
		last = MAX_OF(last, end);
	}
	return last > first ? last - first : 0;
}

static int push_reason(struct strv *list, const struct verdict_row *row, const char *text)
{
	if (list->n == REASONS_MAX)
		return strv_push(list, "and more of this kind");
	if (list->n > REASONS_MAX)
		return 0;
	return strv_pushf(list, "%s: %s", row->name, text);
}

static int add_reason(struct verdict_document *d, const struct verdict_row *row)
{
	char text[VERDICT_WHY_MAX + 64];
	bool is_blind = row->flags & VERDICT_BLIND;
	bool is_open = row->verdict == VERDICT_INCONCLUSIVE && (is_blind || !row->passes);

	if ((row->flags & VERDICT_QUARANTINED) || (row->verdict != VERDICT_INVALID && !is_open))
		return 0;
	(void)snprintf(text, sizeof(text), "%s%s", row->why,
		is_blind ? ", which is more than gate.max-mde lets pass" : "");
	return push_reason(&d->reasons, row, text);
}

static int add_notes(struct verdict_document *d, const struct verdict_row *row)
{
	char text[GATE_REASON_MAX + 64];
	int r = 0;

	if (row->flags & VERDICT_QUARANTINED) {
		(void)snprintf(
			text, sizeof(text), "quarantined, does not count: %s", row->quarantine);
		r = push_reason(&d->notes, row, text);
	}
	if (r >= 0 && (row->flags & VERDICT_CARRY_OVER))
		r = push_reason(&d->notes, row,
			"the difference depends on which arm went first: one leaves something "
			"behind for the other");
	return r;
}

static int explain_all(const struct result *r, struct verdict_document *d)
{
	int error = 0;

	if (r->state != JOB_DONE)
		error = strv_pushf(&d->reasons, "the job is %s%s%s", job_state_name(r->state),
			r->error ? ": " : "", r->error ? r->error : "");
	for (size_t i = 0; error >= 0 && i < d->n_rows; i++) {
		error = add_reason(d, &d->rows[i]);
		if (error >= 0)
			error = add_notes(d, &d->rows[i]);
	}
	return error;
}

static int fill_document(const struct gate_rows *rows, struct verdict_document *d)
{
	const struct result *r = rows->result;

	*d = (struct verdict_document){
		.job = r->job,
		.name = strdup(r->workload ? r->workload : ""),
		.policy = rows->n > 0 ? rows->rows[0].benchmark->gate.policy : GATE_MATERIAL,
		.paired = true,
		.seed = r->seed,
		.rows = calloc(rows->n + 1, sizeof(*d->rows)),
		.elapsed_ns = elapsed_ns(r),
	};
	memcpy(d->id, r->id, sizeof(d->id));
	if (!d->name || !d->rows)
		return -ENOMEM;

	for (size_t i = 0; i < rows->n; i++) {
		int error = fill_row(&rows->rows[i], &d->rows[d->n_rows++]);

		if (error < 0)
			return error;
		d->alpha = MAX_OF(d->alpha, d->rows[i].alpha);
	}
	apply_state(r->state, d);
	return explain_all(r, d);
}

int gate_judge(const struct result *r, struct verdict_document *ret)
{
	CLEANUP(gate_rows_done) struct gate_rows rows = {0};
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	int error = gate_rows_make(r, false, &rows);

	if (error >= 0 && job_state_is_final(r->state))
		error = gate_rows_close(&rows);
	if (error >= 0)
		error = fill_document(&rows, &d);
	if (error < 0)
		return error;

	verdict_sum(&d);
	*ret = TAKE_STRUCT(d);
	return 0;
}
