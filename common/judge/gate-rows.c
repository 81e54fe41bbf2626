/* The rows of a gate: pairs, looks and adjusted p values. */
#include "common/judge/gate-rows.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/judge/culprits.h"
#include "common/stats/fisher.h"
#include "common/stats/multiplicity.h"
#include "common/stats/rank.h"

#define EXCLUDED_MIN 3
#define MADE_MAX     10 /* times the last look */
#define FISHER_P     0.001
#define CARRY_OVER_P 0.001
#define CULPRITS_MAX 96

void gate_rows_done(struct gate_rows *rows)
{
	if (!rows)
		return;

	for (size_t i = 0; i < rows->n; i++)
		pairs_done(&rows->rows[i].pairs);
	free(rows->rows);
	run_index_done(&rows->index);
	stage_memo_done(&rows->memo);
	*rows = (struct gate_rows){0};
}

char *gate_percent(double ratio, char *ret, size_t size)
{
	double percent = ratio * 100;

	if (isnan(ratio))
		(void)snprintf(ret, size, "unknown");
	else
		(void)snprintf(ret, size, "%.*f %%",
			percent >= 9.95		   ? 0
				: percent >= 0.995 ? 1
						   : 2,
			percent);
	return ret;
}

bool gate_row_rejects(const struct gate_row *row, enum gate_family family)
{
	return row->is_valid && row->adjusted[family] <= row->benchmark->gate.alpha;
}

bool gate_row_is_decided(const struct gate_row *row)
{
	if (!row->is_valid)
		return true;
	for (int f = 0; f < GATE_FAMILY_NONINFERIOR; f++)
		if (gate_row_rejects(row, f))
			return true;
	return row->benchmark->gate.policy == GATE_NONINFERIOR &&
		gate_row_rejects(row, GATE_FAMILY_NONINFERIOR);
}

bool gate_row_is_spent(const struct gate *g, size_t n_excluded, size_t n_made)
{
	double last = g->n_looks > 0 && g->n_looks <= GATE_LOOKS_MAX ? g->looks[g->n_looks - 1] : 0;
	double allowed = MAX_OF(g->max_excluded_ratio * last, (double)EXCLUDED_MIN);

	return (double)n_excluded > allowed &&
		((double)n_excluded > g->max_excluded_ratio * (double)n_made ||
			(double)n_made >= MADE_MAX * last);
}

static void refuse(struct gate_row *row, unsigned flags, const char *why)
{
	row->is_valid = false;
	row->flags |= flags;
	(void)snprintf(row->why, sizeof(row->why), "%s", why);
}

/* "9 of 24 pairs disturbed, mostly by cc1" */
static void refuse_spent(struct gate_rows *rows, struct gate_row *row)
{
	const struct pairs *p = &row->pairs;
	bool is_base = p->base_excluded >= p->cand_excluded;
	char culprits[CULPRITS_MAX];
	char why[VERDICT_WHY_MAX];

	culprits_rank(rows->result, &rows->index,
		(size_t)(is_base ? row->arms.base : row->arms.cand), culprits, sizeof(culprits));
	(void)snprintf(why, sizeof(why), "%zu of %zu pairs disturbed%s%s", p->n_excluded, p->n_made,
		culprits[0] ? ", mostly by " : "", culprits);
	refuse(row, VERDICT_UNSTABLE, why);
}

static void refuse_unequal(struct gate_row *row, size_t n_base, size_t n_cand)
{
	char why[VERDICT_WHY_MAX];

	(void)snprintf(why, sizeof(why),
		"one arm was disturbed more often: %zu of %zu runs of the base, %zu of %zu of the "
		"candidate",
		row->pairs.base_excluded, n_base, row->pairs.cand_excluded, n_cand);
	refuse(row, VERDICT_EXCLUSION_DIFFERS, why);
}

static bool excludes_unequally(const struct pairs *p, size_t n_base, size_t n_cand)
{
	return fisher_exact(p->base_excluded, n_base - p->base_excluded, p->cand_excluded,
		       n_cand - p->cand_excluded) < FISHER_P;
}

static size_t count_runs(const struct gate_rows *rows, long benchmark)
{
	size_t n = 0;

	for (size_t i = rows->index.starts[benchmark]; i < rows->index.starts[benchmark + 1]; i++)
		n += !rows->result->runs[rows->index.positions[i]].warmup;
	return n;
}

/* What makes a row invalid whatever its values say. */
static void check_row(struct gate_rows *rows, struct gate_row *row)
{
	const struct pairs *p = &row->pairs;
	size_t n_base = row->arms.base < 0 ? 0 : count_runs(rows, row->arms.base);
	size_t n_cand = row->arms.cand < 0 ? 0 : count_runs(rows, row->arms.cand);
	bool is_over = job_state_is_final(rows->result->state);
	bool is_due = rows->result->state == JOB_DONE;
	char why[VERDICT_WHY_MAX];

	row->is_valid = true;
	if (row->arms.base < 0 || row->arms.cand < 0) {
		refuse(row, VERDICT_MISSING,
			row->arms.base < 0 ? "there is no base" : "there is no candidate");
	} else if (p->n_failed > 0) {
		(void)snprintf(
			why, sizeof(why), "%zu of %zu runs failed", p->n_failed, n_base + n_cand);
		refuse(row, VERDICT_FAILED, why);
	} else if (is_over && p->n_made == 0) {
		refuse(row, is_due ? VERDICT_MISSING : 0,
			n_base == 0	      ? "the base has no runs"
				: n_cand == 0 ? "the candidate has no runs"
					      : "no round has runs of both arms");
	} else if (gate_row_is_spent(&row->benchmark->gate, p->n_excluded, p->n_made) ||
		(is_over && p->n_excluded == p->n_made)) {
		refuse_spent(rows, row);
	} else if (p->unusable) {
		(void)snprintf(
			why, sizeof(why), "%s: %s", metric_desc(row->metric)->name, p->unusable);
		refuse(row, 0, why);
	} else if (excludes_unequally(p, n_base, n_cand)) {
		refuse_unequal(row, n_base, n_cand);
	}
}

static void find_margin(struct gate_row *row)
{
	const struct gate *g = &row->benchmark->gate;
	double floor = g->metrics[row->metric].floor / row->pairs.base_median;

	row->margin = gate_margin(g, row->metric);
	if (!(floor > row->margin))
		return;
	row->margin = floor;
	row->flags |= VERDICT_FLOOR;
}

static int look(struct gate_rows *rows, struct gate_row *row, bool closing, bool only_p)
{
	const struct gate *g = &row->benchmark->gate;
	struct looks_series series = {
		.d = row->pairs.d, .n = row->pairs.n, .closing = closing, .only_p = only_p};
	double delta = log1p(row->margin);
	int r = looks_judge(
		&series, g, g->policy == GATE_STRICT ? 0 : delta, delta, &rows->memo, &row->looks);

	if (r != -EINVAL)
		return r;
	refuse(row, 0, "the rules of the gate are out of range");
	return 0;
}

/* Does it matter which arm went first. */
static int find_carry_over(struct gate_row *row)
{
	const struct pairs *p = &row->pairs;
	CLEANUP_FREE double *first = calloc(p->n + 1, sizeof(*first));
	CLEANUP_FREE double *second = calloc(p->n + 1, sizeof(*second));
	size_t n_first = 0, n_second = 0;
	double probability;
	int r;

	if (!first || !second)
		return -ENOMEM;

	for (size_t i = 0; i < p->n; i++) {
		if (p->base_first[i])
			first[n_first++] = p->d[i];
		else
			second[n_second++] = p->d[i];
	}
	if (n_first == 0 || n_second == 0)
		return 0;
	r = rank_sum_p(first, n_first, second, n_second, RANK_TWO_SIDED, &probability);
	if (r < 0)
		return r;
	if (probability < CARRY_OVER_P)
		row->flags |= VERDICT_CARRY_OVER;
	return 0;
}

static int fill_row(struct gate_rows *rows, struct gate_row *row, bool only_p)
{
	int r = pairs_make(rows->result, &rows->index, row->arms, row->metric, &row->pairs);

	if (r < 0)
		return r;

	row->margin = gate_margin(&row->benchmark->gate, row->metric);
	if (row->benchmark->same_files)
		row->flags |= VERDICT_SAME_FILES;
	if (row->benchmark->gate.quarantine[0])
		row->flags |= VERDICT_QUARANTINED;
	check_row(rows, row);
	if (!row->is_valid)
		return 0;

	find_margin(row);
	r = look(rows, row, false, only_p);
	if (r >= 0 && !only_p && row->is_valid)
		r = find_carry_over(row);
	return r;
}

static double family_p(const struct gate_row *row, enum gate_family family)
{
	switch (family) {
	case GATE_FAMILY_WORSE:
		return row->looks.p_worse;
	case GATE_FAMILY_BETTER:
		return row->looks.p_better;
	case GATE_FAMILY_EQUIVALENT:
		return row->looks.p_equivalent;
	default:
		return row->looks.p_noninferior;
	}
}

/* A quarantined row or one that compares the same files does not count in the end. */
static bool is_beside(const struct gate_row *row)
{
	return row->flags & (VERDICT_QUARANTINED | VERDICT_SAME_FILES);
}

static int adjust_family(struct gate_rows *rows, enum gate_family family, bool beside, double *p)
{
	size_t n = 0;
	int r;

	for (size_t i = 0; i < rows->n; i++)
		if (rows->rows[i].is_valid && is_beside(&rows->rows[i]) == beside)
			p[n++] = family_p(&rows->rows[i], family);
	r = multiplicity_benjamini_hochberg(p, n, p);
	if (r < 0)
		return r;
	for (size_t i = rows->n; i-- > 0;)
		if (rows->rows[i].is_valid && is_beside(&rows->rows[i]) == beside)
			rows->rows[i].adjusted[family] = p[--n];
	return 0;
}

/*
 * Rows that are not valid say nothing and take no part. Those that do not count are families of
 * their own: what is proven among them must not make it easier to be proven among the others.
 */
static int adjust(struct gate_rows *rows)
{
	CLEANUP_FREE double *p = calloc(rows->n + 1, sizeof(*p));
	int r = 0;

	if (!p)
		return -ENOMEM;

	for (int f = 0; f < GATE_FAMILIES && r >= 0; f++) {
		r = adjust_family(rows, f, false, p);
		if (r >= 0)
			r = adjust_family(rows, f, true, p);
	}
	return r;
}

/* A row for every gated metric of every benchmark. */
static int list_rows(struct gate_rows *rows, const struct arm_pair *arms, size_t n_arms)
{
	rows->rows = calloc(n_arms * METRIC_MAX + 1, sizeof(*rows->rows));
	if (!rows->rows)
		return -ENOMEM;

	for (size_t i = 0; i < n_arms; i++) {
		long known = arms[i].base >= 0 ? arms[i].base : arms[i].cand;
		const struct benchmark *benchmark = &rows->result->benchmarks[known];

		for (int m = 0; m < METRIC_MAX; m++)
			if (benchmark->gate.metrics[m].wanted)
				rows->rows[rows->n++] = (struct gate_row){
					.arms = arms[i], .benchmark = benchmark, .metric = m};
	}
	return 0;
}

static double largest_alpha(const struct result *r)
{
	double alpha = 0;

	for (size_t b = 0; b < r->n_benchmarks; b++)
		alpha = MAX_OF(alpha, r->benchmarks[b].gate.alpha);
	return alpha;
}

int gate_rows_make(const struct result *r, bool only_p, struct gate_rows *ret)
{
	CLEANUP(gate_rows_done) struct gate_rows rows = {.result = r};
	CLEANUP_FREE struct arm_pair *arms = NULL;
	size_t n_arms;
	int error = arm_pairs_find(r, &arms, &n_arms);

	if (error >= 0)
		error = run_index_make(r, &rows.index);
	if (error >= 0)
		error = list_rows(&rows, arms, n_arms);
	if (error < 0)
		return error;

	/* An adjusted p value is never below the plain one. */
	rows.memo.cap = only_p ? largest_alpha(r) : 0;
	for (size_t i = 0; i < rows.n && error >= 0; i++)
		error = fill_row(&rows, &rows.rows[i], only_p);
	if (error >= 0)
		error = adjust(&rows);
	if (error < 0)
		return error;
	*ret = TAKE_STRUCT(rows);
	return 0;
}

/* Without an interval, all pairs together could not have decided anything. */
static void refuse_short(struct gate_row *row)
{
	char alpha[24];
	char why[VERDICT_WHY_MAX];

	if (!row->is_valid || row->looks.centre.level > 0)
		return;
	(void)snprintf(why, sizeof(why), "%zu pair%s cannot decide anything at alpha %s",
		row->pairs.n, row->pairs.n == 1 ? "" : "s",
		gate_percent(row->benchmark->gate.alpha, alpha, sizeof(alpha)));
	refuse(row, 0, why);
}

int gate_rows_close(struct gate_rows *rows)
{
	CLEANUP_FREE bool *closing = calloc(rows->n + 1, sizeof(*closing));
	int r;

	if (!closing)
		return -ENOMEM;

	for (size_t i = 0; i < rows->n; i++)
		closing[i] = !gate_row_is_decided(&rows->rows[i]);
	for (size_t i = 0; i < rows->n; i++) {
		if (!closing[i])
			continue;
		r = look(rows, &rows->rows[i], true, false);
		if (r < 0)
			return r;
		refuse_short(&rows->rows[i]);
	}
	return adjust(rows);
}
