/* One benchmark and metric of two results. */
#include "common/judge/compare-row.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/macro.h"
#include "common/judge/evidence-rules.h"
#include "common/stats/effect.h"
#include "common/stats/location.h"
#include "common/stats/normal.h"
#include "common/stats/order.h"
#include "common/stats/rank.h"

#define SESSION_STEPS 40 /* halvings of 0 .. 8 standard deviations */

/* Counted values of one side, as logarithms in rising order. */
struct sample {
	double *x; /* owned */
	size_t n;
	unsigned excluded, failed, without; /* runs left out, failed, and without a value */
	double median;			    /* unit of the metric */
	char reason[RUN_REASON_MAX];	    /* why values are not there */
};

int compare_side_make(const struct result *r, const char *name, struct compare_side *ret)
{
	struct compare_side side = {.result = r, .name = name};
	int error = run_index_make(r, &side.index);

	if (error >= 0)
		*ret = side;
	return error;
}

void compare_side_done(struct compare_side *side)
{
	if (side)
		run_index_done(&side->index);
}

static char *row_name(const struct compare_pair *p)
{
	const struct benchmark *b = p->match.cand >= 0
		? &p->cand->result->benchmarks[p->match.cand]
		: &p->base->result->benchmarks[p->match.base];
	char *name;

	if (!p->match.says_arm || !b->arm)
		return strdup(b->name ? b->name : "");
	return asprintf(&name, "%s (%s)", b->name ? b->name : "", b->arm) < 0 ? NULL : name;
}

int compare_row_start(
	const struct compare_pair *pair, const struct gate *gate, struct verdict_row *ret)
{
	struct verdict_row row = {
		.name = row_name(pair),
		.metric = pair->metric,
		.verdict = VERDICT_INVALID,
		.flags = isfinite(pair->session_sd) ? 0 : VERDICT_ADVISORY,
		.ratio = NAN,
		.low = NAN,
		.high = NAN,
		.level = NAN,
		.alpha = gate->alpha,
		.margin = gate_margin(gate, pair->metric),
		.mde = NAN,
		.mde_limit = gate_mde_limit(gate, pair->metric),
		.p = NAN,
		.p_adjusted = NAN,
		.p_improved = NAN,
		.p_equivalent = NAN,
		.p_noninferior = NAN,
		.base = NAN,
		.cand = NAN,
		.round_s = NAN,
	};

	if (!row.name)
		return -ENOMEM;
	*ret = row;
	return 0;
}

static void take_run(const struct run *run, enum metric metric, struct sample *s)
{
	const struct measure *m = &run->metrics[metric];

	if (run->warmup)
		return;
	if (run->status == RUN_FAILED) {
		s->failed++;
	} else if (!run_counts(run)) {
		s->excluded++;
	} else if (!measure_is_set(m)) {
		s->without++;
		(void)snprintf(s->reason, sizeof(s->reason), "%s", m->unavailable);
	} else {
		s->x[s->n++] = m->value;
	}
}

static int take_runs(
	const struct compare_side *side, long benchmark, enum metric metric, struct sample *ret)
{
	const struct run_index *index = &side->index;
	size_t first = index->starts[benchmark];
	size_t n = run_index_count(index, (size_t)benchmark);

	ret->x = calloc(n + 1, sizeof(*ret->x));
	if (!ret->x)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		take_run(&side->result->runs[index->positions[first + i]], metric, ret);
	return 0;
}

static bool has_bad_value(const struct sample *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!(isfinite(s->x[i]) && s->x[i] > 0))
			return true;
	return false;
}

/* A measured time is never the same again and again; a count may well be. */
static bool is_one_value(const struct sample *s, enum metric metric)
{
	double spread = s->n > 1 ? s->x[s->n - 1] - s->x[0] : 0;

	return s->n > 1 && streq(metric_desc(metric)->unit, "s") && !(spread > 0);
}

static void sample_prepare(struct sample *s)
{
	order_sort(s->x, s->n);
	s->median = order_median(s->x, s->n);
	for (size_t i = 0; i < s->n; i++)
		s->x[i] = log(s->x[i]);
}

/* Why these values say nothing. Return: true when they do say something. */
static bool sample_check(
	const struct compare_side *side, long benchmark, struct sample *s, struct verdict_row *row)
{
	const struct result *r = side->result;
	const char *metric = metric_desc(row->metric)->name;
	char why[VERDICT_WHY_MAX] = "";

	if (r->state != JOB_DONE)
		(void)snprintf(why, sizeof(why), "its job is %s", job_state_name(r->state));
	else if (r->benchmarks[benchmark].quality & QUALITY_UNSTABLE)
		(void)snprintf(why, sizeof(why), "the benchmark is unstable");
	else if (s->failed > 0)
		(void)snprintf(why, sizeof(why), "%u runs failed", s->failed);
	else if (s->n == 0 && s->without > 0)
		(void)snprintf(why, sizeof(why), "no %s: %s", metric, s->reason);
	else if (s->n == 0)
		(void)snprintf(why, sizeof(why), "no run that counts");
	else if (has_bad_value(s))
		(void)snprintf(why, sizeof(why), "a value of %s is not above 0", metric);

	if (r->benchmarks[benchmark].quality & QUALITY_UNSTABLE)
		row->flags |= VERDICT_UNSTABLE;
	if (r->state == JOB_DONE && s->n == 0 && s->failed + s->excluded == 0)
		row->flags |= VERDICT_MISSING;
	if (!why[0]) {
		sample_prepare(s);
		if (!is_one_value(s, row->metric))
			return true;
		(void)snprintf(why, sizeof(why), "all %zu values of %s are the same", s->n, metric);
	}
	(void)snprintf(row->why, sizeof(row->why), "%s: %.*s", side->name,
		(int)sizeof(row->why) - 16, why);
	return false;
}

/* Pairs of values whose difference y - x is at most, or at least, a limit. */
static size_t count_upto(const struct sample *x, const struct sample *y, double limit)
{
	size_t count = 0;

	for (size_t i = 0, j = 0; i < x->n; i++) {
		while (j < y->n && y->x[j] - x->x[i] <= limit)
			j++;
		count += j;
	}
	return count;
}

static size_t count_from(const struct sample *x, const struct sample *y, double limit)
{
	size_t count = 0;

	for (size_t i = 0, j = 0; i < x->n; i++) {
		while (j < y->n && y->x[j] - x->x[i] < limit)
			j++;
		count += y->n - j;
	}
	return count;
}

/* Two samples and what may lie between their sessions. */
struct shift {
	const struct sample *x, *y;
	double session; /* sqrt(2) session_sd; 0: not looked at */
};

/* p value of "y lies at most @limit above x" (is_above), or of "at least". */
static double side_p(const struct shift *s, double limit, bool is_above)
{
	size_t u = is_above ? count_upto(s->x, s->y, limit) : count_from(s->x, s->y, limit);

	return rank_sum_cdf(u, s->x->n, s->y->n);
}

/*
 * The same with the sessions between them: the smallest level at which the end of the interval,
 * moved outwards by z sessions, is still beyond the limit. It falls as z rises, while the p value
 * at the moved limit rises: they meet once.
 */
static double shift_p(const struct shift *s, double limit, bool is_above)
{
	double low = 0, high = 8;
	double unmoved = side_p(s, limit, is_above);

	if (!(s->session > 0) || unmoved >= 0.5)
		return unmoved;
	for (int i = 0; i < SESSION_STEPS; i++) {
		double z = low + (high - low) / 2;
		double moved = is_above ? limit + z * s->session : limit - z * s->session;

		if (side_p(s, moved, is_above) <= normal_cdf(-z))
			low = z;
		else
			high = z;
	}
	return normal_cdf(-low);
}

/* Largest change that does not matter: of the margin, or of the floor where that is more. */
static void apply_floor(const struct gate *gate, struct verdict_row *row)
{
	double floor = gate->metrics[row->metric].floor / row->base;

	if (floor > row->margin) {
		row->margin = floor;
		row->flags |= VERDICT_FLOOR;
	}
}

/* Worse is up: for a metric where higher is better, down. */
static void test_hypotheses(const struct shift *s, const struct gate *gate, struct verdict_row *row)
{
	bool up = metric_desc(row->metric)->lower_is_better;
	double margin = log1p(row->margin);
	double delta = gate->policy == GATE_STRICT ? 0 : margin;
	double worse = up ? delta : -delta, inferior = up ? margin : -margin;

	row->p = shift_p(s, worse, up);
	row->p_adjusted = row->p;
	row->p_improved = shift_p(s, -worse, !up);
	row->p_noninferior = shift_p(s, inferior, !up);
	row->p_equivalent = MAX_OF(row->p_noninferior, shift_p(s, -inferior, up));
}

static int measure(const struct shift *s, const struct gate *gate, struct verdict_row *row)
{
	struct location centre;
	double half, z;
	int r = location_two_sample(s->x->x, s->x->n, s->y->x, s->y->n, gate->alpha, &centre);

	if (r < 0)
		return r;
	if (!isfinite(centre.low) || !isfinite(centre.high)) {
		(void)snprintf(row->why, sizeof(row->why),
			"too few runs for alpha %g: %zu of base, %zu of candidate", gate->alpha,
			s->x->n, s->y->n);
		return 0;
	}
	z = -normal_quantile(gate->alpha) * s->session;
	half = (centre.high - centre.low) / 2 + z;
	row->ratio = exp(centre.estimate);
	row->low = exp(centre.low - z);
	row->high = exp(centre.high + z);
	row->level = centre.level;
	row->mde = expm1(effect_detectable(half, gate->alpha));
	test_hypotheses(s, gate, row);
	return 0;
}

static int measure_samples(const struct compare_pair *pair, const struct gate *gate,
	struct sample *base, struct sample *cand, struct verdict_row *row)
{
	bool usable = sample_check(pair->base, pair->match.base, base, row);
	struct shift shift = {
		.x = base,
		.y = cand,
		.session = isfinite(pair->session_sd) ? M_SQRT2 * pair->session_sd : 0,
	};

	usable = sample_check(pair->cand, pair->match.cand, cand, row) && usable;
	row->rounds = (unsigned)MIN_OF(base->n, cand->n);
	row->excluded = base->excluded + cand->excluded;
	if (!usable)
		return 0;
	row->base = base->median;
	row->cand = cand->median;
	apply_floor(gate, row);
	return measure(&shift, gate, row);
}

int compare_row_measure(
	const struct compare_pair *pair, const struct gate *gate, struct verdict_row *row)
{
	struct sample base = {0}, cand = {0};
	int r;

	if (pair->match.base < 0 || pair->match.cand < 0) {
		row->flags |= VERDICT_MISSING;
		(void)snprintf(row->why, sizeof(row->why), "not in the %s",
			pair->match.base < 0 ? pair->base->name : pair->cand->name);
		return 0;
	}
	r = take_runs(pair->base, pair->match.base, pair->metric, &base);
	if (r >= 0)
		r = take_runs(pair->cand, pair->match.cand, pair->metric, &cand);
	if (r >= 0)
		r = measure_samples(pair, gate, &base, &cand, row);
	free(base.x);
	free(cand.x);
	return r;
}

static bool passes(const struct verdict_row *row, const struct gate *gate)
{
	if (gate->policy == GATE_NONINFERIOR)
		return row->p_noninferior <= row->alpha;
	return row->verdict != VERDICT_REGRESSED && !(row->flags & VERDICT_BLIND);
}

void compare_row_decide(struct verdict_row *row, const struct gate *gate)
{
	bool up = metric_desc(row->metric)->lower_is_better;

	if (!isfinite(row->p_adjusted))
		return;

	if (row->p_adjusted <= row->alpha)
		row->verdict = VERDICT_REGRESSED;
	else if (row->p_improved <= row->alpha)
		row->verdict = VERDICT_IMPROVED;
	else if (row->p_equivalent <= row->alpha)
		row->verdict = VERDICT_EQUIVALENT;
	else
		row->verdict = VERDICT_INCONCLUSIVE;

	if (row->verdict == VERDICT_INCONCLUSIVE) {
		if (up ? row->low > 1 : row->high < 1)
			row->flags |= VERDICT_WORSE;
		if (up ? row->high < 1 : row->low > 1)
			row->flags |= VERDICT_BETTER;
		if (row->mde > row->mde_limit)
			row->flags |= VERDICT_BLIND;
	}
	row->passes = passes(row, gate);
}
