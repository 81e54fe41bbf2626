/* Two results side by side. */
#include "common/judge/compare.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/base/macro.h"
#include "common/judge/comparability.h"
#include "common/judge/compare-match.h"
#include "common/judge/compare-row.h"
#include "common/stats/multiplicity.h"

/* What belongs to a comparison while it is made. */
struct comparison {
	const struct compare_request *request;
	struct gate gate; /* with the metrics that are compared */
	struct compare_side base, cand;
	struct match *matches;
	size_t n_matches;
	bool refused;
	struct verdict_document document;
};

static bool has_metric(const struct result *r, enum metric metric)
{
	for (size_t i = 0; i < r->n_runs; i++)
		if (!r->runs[i].warmup && measure_is_set(&r->runs[i].metrics[metric]))
			return true;
	return false;
}

/* Unless told: what either result sums up, but for what neither could measure. */
static int choose_metrics(struct comparison *c)
{
	const struct compare_request *q = c->request;
	bool is_told = false;

	for (int m = 0; m < METRIC_MAX; m++)
		is_told = is_told || c->gate.metrics[m].wanted;
	for (int m = 0; m < METRIC_MAX && !is_told; m++) {
		bool has = has_metric(q->base, (enum metric)m) ||
			has_metric(q->cand, (enum metric)m);
		bool wanted = q->base->metrics[m] || q->cand->metrics[m];

		c->gate.metrics[m].wanted = wanted && has;
		if (wanted && !has &&
			strv_pushf(&c->document.notes, "%s was not measured on either side",
				metric_desc((enum metric)m)->name) < 0)
			return -ENOMEM;
	}
	return 0;
}

static const char *shown(const char *text)
{
	return text ? text : "not there";
}

/* Hard differences are reasons to refuse, unless forced; soft ones are said. */
static int check_comparability(struct comparison *c)
{
	CLEANUP(fact_differences_done) struct fact_differences differences = {0};
	struct verdict_document *d = &c->document;
	int r = comparability_check(c->request->base, c->request->cand, &differences);

	if (r < 0)
		return r;
	c->refused = differences.is_hard && !c->request->force;
	d->forced = differences.is_hard && c->request->force;
	for (size_t i = 0; i < differences.n && r >= 0; i++) {
		const struct fact_difference *f = &differences.items[i];

		r = strv_pushf(f->weight == FACT_HARD ? &d->reasons : &d->notes,
			"%s differs: %s | %s", f->key, shown(f->a), shown(f->b));
	}
	return r;
}

static int add_row(struct comparison *c, const struct match *match, enum metric metric)
{
	struct verdict_row *row = &c->document.rows[c->document.n_rows];
	struct compare_pair pair = {
		.base = &c->base,
		.cand = &c->cand,
		.match = *match,
		.metric = metric,
		.session_sd = c->request->session_sd,
	};
	int r = compare_row_start(&pair, &c->gate, row);

	if (r < 0)
		return r;
	c->document.n_rows++;
	if (c->refused) {
		row->verdict = VERDICT_NOT_COMPARABLE;
		return 0;
	}
	return compare_row_measure(&pair, &c->gate, row);
}

static int add_rows(struct comparison *c)
{
	int r = 0;

	c->document.rows = calloc(c->n_matches * METRIC_MAX + 1, sizeof(*c->document.rows));
	if (!c->document.rows)
		return -ENOMEM;
	for (size_t i = 0; i < c->n_matches && r >= 0; i++)
		for (int m = 0; m < METRIC_MAX && r >= 0; m++)
			if (c->gate.metrics[m].wanted)
				r = add_row(c, &c->matches[i], (enum metric)m);
	return r;
}

/* Benjamini-Hochberg over the rows that have p values, for one of their hypotheses. */
static int adjust(struct verdict_document *d, double *(*p_of)(struct verdict_row *row))
{
	CLEANUP_FREE double *p = calloc(d->n_rows + 1, sizeof(*p));
	size_t n = 0;
	int r;

	if (!p)
		return -ENOMEM;
	for (size_t i = 0; i < d->n_rows; i++)
		if (isfinite(*p_of(&d->rows[i])))
			p[n++] = *p_of(&d->rows[i]);
	r = multiplicity_benjamini_hochberg(p, n, p);
	if (r < 0)
		return r;
	for (size_t i = d->n_rows; i > 0; i--)
		if (isfinite(*p_of(&d->rows[i - 1])))
			*p_of(&d->rows[i - 1]) = p[--n];
	return 0;
}

static double *p_regressed(struct verdict_row *row)
{
	return &row->p_adjusted;
}

static double *p_improved(struct verdict_row *row)
{
	return &row->p_improved;
}

static double *p_equivalent(struct verdict_row *row)
{
	return &row->p_equivalent;
}

static double *p_noninferior(struct verdict_row *row)
{
	return &row->p_noninferior;
}

static int decide_rows(struct comparison *c)
{
	static double *(*const hypotheses[])(struct verdict_row *) = {
		p_regressed, p_improved, p_equivalent, p_noninferior};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(hypotheses) && r >= 0; i++)
		r = adjust(&c->document, hypotheses[i]);
	for (size_t i = 0; i < c->document.n_rows && r >= 0; i++)
		compare_row_decide(&c->document.rows[i], &c->gate);
	return r;
}

/* A job that did not end well has no result to compare. */
static int check_state(struct comparison *c, const struct result *r, const char *side)
{
	if (r->state == JOB_DONE)
		return 0;
	return strv_pushf(&c->document.reasons, "the %s's job is %s%s%s", side,
		job_state_name(r->state), r->error ? ": " : "", r->error ? r->error : "");
}

static int describe(struct comparison *c)
{
	const struct result *base = c->request->base, *cand = c->request->cand;
	struct verdict_document *d = &c->document;
	int r = 0;

	(void)snprintf(d->id, sizeof(d->id), "%s", cand->id);
	d->name = strdup(cand->workload ? cand->workload : "");
	d->policy = c->gate.policy;
	d->alpha = c->gate.alpha;
	d->seed = cand->seed;
	if (!d->name)
		return -ENOMEM;
	if (base->id[0] && streq(base->id, cand->id))
		r = strv_push(&d->notes, "both sides are one and the same result");
	if (r >= 0)
		r = check_state(c, base, "base");
	return r < 0 ? r : check_state(c, cand, "candidate");
}

static int compare(struct comparison *c)
{
	int r = describe(c);

	if (r >= 0)
		r = check_comparability(c);
	if (r >= 0)
		r = choose_metrics(c);
	if (r >= 0)
		r = compare_match(c->request->base, c->request->cand, &c->matches, &c->n_matches);
	if (r >= 0)
		r = compare_side_make(c->request->base, "base", &c->base);
	if (r >= 0)
		r = compare_side_make(c->request->cand, "candidate", &c->cand);
	if (r >= 0)
		r = add_rows(c);
	return r < 0 ? r : decide_rows(c);
}

int compare_results(const struct compare_request *request, struct verdict_document *ret)
{
	struct comparison c = {.request = request};
	int r;

	if (request->gate) {
		c.gate = *request->gate;
	} else {
		gate_init(&c.gate);
		c.gate.metrics[METRIC_WALL].wanted = false;
	}
	r = compare(&c);
	if (r >= 0)
		*ret = TAKE_STRUCT(c.document);
	verdict_document_done(&c.document);
	compare_side_done(&c.base);
	compare_side_done(&c.cand);
	free(c.matches);
	return r;
}
