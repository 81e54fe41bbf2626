/* The rounds of a gate: one run of each arm, as differences of logarithms. */
#include "common/judge/pairs.h"

#include <errno.h>
#include <math.h>

#include "common/judge/evidence-rules.h"
#include "common/stats/order.h"

/* One run in the order of the rounds. */
struct step {
	const struct run *run; /* borrowed */
	size_t position;       /* in the result: order of execution */
};

/* The runs of one arm without warm-ups. */
struct lane {
	struct step *steps; /* owned */
	size_t n;
};

/* Values of the counted pairs, for their medians. */
struct values {
	double *base, *cand; /* owned */
	size_t n;
};

static void lane_done(struct lane *l)
{
	free(l->steps);
}

static void values_done(struct values *v)
{
	free(v->base);
	free(v->cand);
}

void pairs_done(struct pairs *p)
{
	if (!p)
		return;

	free(p->d);
	free(p->base_first);
	*p = (struct pairs){0};
}

static int compare_steps(const void *a, const void *b)
{
	const struct step *x = a;
	const struct step *y = b;

	if (x->run->block != y->run->block)
		return x->run->block < y->run->block ? -1 : 1;
	return (x->position > y->position) - (x->position < y->position);
}

static int lane_make(
	const struct result *r, const struct run_index *index, long benchmark, struct lane *ret)
{
	size_t first = benchmark < 0 ? 0 : index->starts[benchmark];
	size_t end = benchmark < 0 ? 0 : index->starts[benchmark + 1];

	*ret = (struct lane){.steps = calloc(end - first + 1, sizeof(*ret->steps))};
	if (!ret->steps)
		return -ENOMEM;

	for (size_t i = first; i < end; i++) {
		const struct run *run = &r->runs[index->positions[i]];

		if (!run->warmup)
			ret->steps[ret->n++] = (struct step){run, index->positions[i]};
	}
	qsort(ret->steps, ret->n, sizeof(*ret->steps), compare_steps);
	return 0;
}

static bool has_cause(const struct run *run)
{
	return run->status == RUN_DISTURBED || run->status == RUN_INVALID;
}

static void count_arm(const struct lane *l, size_t *ret_excluded, size_t *ret_failed)
{
	for (size_t i = 0; i < l->n; i++) {
		*ret_excluded += has_cause(l->steps[i].run);
		*ret_failed += l->steps[i].run->status == RUN_FAILED;
	}
}

static bool has_logarithm(const struct measure *m)
{
	return measure_is_set(m) && isfinite(m->value) && m->value > 0;
}

/* Of a value without one. */
static const char *why_unusable(const struct measure *m)
{
	if (!measure_is_set(m))
		return m->unavailable;
	return isfinite(m->value) ? "a value is not above 0, so there is no ratio"
				  : "a value is not a finite number";
}

static void add_counted(struct pairs *p, struct values *v, const struct step *base,
	const struct step *cand, enum metric metric)
{
	const struct measure *x = &base->run->metrics[metric];
	const struct measure *y = &cand->run->metrics[metric];
	double difference;

	if (!has_logarithm(x) || !has_logarithm(y)) {
		if (!p->unusable)
			p->unusable = why_unusable(has_logarithm(x) ? y : x);
		return;
	}
	difference = log(y->value) - log(x->value);
	p->d[p->n] = metric_desc(metric)->lower_is_better ? difference : -difference;
	p->base_first[p->n++] = base->position < cand->position;
	v->base[v->n] = x->value;
	v->cand[v->n++] = y->value;
}

/* Walks both arms by round; what has no partner is left out. */
static void match(struct pairs *p, struct values *v, const struct lane *base,
	const struct lane *cand, enum metric metric)
{
	double seconds = 0;
	size_t n_timed = 0;

	for (size_t i = 0, k = 0; i < base->n && k < cand->n;) {
		const struct run *x = base->steps[i].run;
		const struct run *y = cand->steps[k].run;

		if (x->block != y->block) {
			i += x->block < y->block;
			k += y->block < x->block;
			continue;
		}
		p->n_made++;
		p->n_excluded += has_cause(x) || has_cause(y);
		if (run_counts(x) && run_counts(y))
			add_counted(p, v, &base->steps[i], &cand->steps[k], metric);
		if (measure_is_set(&x->metrics[METRIC_WALL]) &&
			measure_is_set(&y->metrics[METRIC_WALL])) {
			seconds += x->metrics[METRIC_WALL].value + y->metrics[METRIC_WALL].value;
			n_timed++;
		}
		i++;
		k++;
	}
	p->round_s = n_timed > 0 ? seconds / (double)n_timed : (double)NAN;
}

static double median_of(double *x, size_t n)
{
	if (n == 0)
		return (double)NAN;

	order_sort(x, n);
	return order_median(x, n);
}

int pairs_make(const struct result *r, const struct run_index *index, struct arm_pair arms,
	enum metric metric, struct pairs *ret)
{
	CLEANUP(lane_done) struct lane base = {0};
	CLEANUP(lane_done) struct lane cand = {0};
	CLEANUP(values_done) struct values v = {0};
	CLEANUP(pairs_done) struct pairs p = {0};
	size_t n;

	if (lane_make(r, index, arms.base, &base) < 0 || lane_make(r, index, arms.cand, &cand) < 0)
		return -ENOMEM;

	n = MIN_OF(base.n, cand.n) + 1;
	p.d = calloc(n, sizeof(*p.d));
	p.base_first = calloc(n, sizeof(*p.base_first));
	v.base = calloc(n, sizeof(*v.base));
	v.cand = calloc(n, sizeof(*v.cand));
	if (!p.d || !p.base_first || !v.base || !v.cand)
		return -ENOMEM;

	count_arm(&base, &p.base_excluded, &p.n_failed);
	count_arm(&cand, &p.cand_excluded, &p.n_failed);
	match(&p, &v, &base, &cand, metric);
	p.base_median = median_of(v.base, v.n);
	p.cand_median = median_of(v.cand, v.n);
	if (r->outliers.rule == OUTLIER_TUKEY || r->outliers.rule == OUTLIER_MAD)
		p.unusable = "runs were excluded by their value, not by a cause";
	*ret = TAKE_STRUCT(p);
	return 0;
}
