/* Quality flags. */
#include "common/judge/quality.h"

#include <errno.h>

#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"
#include "common/stats/fisher.h"
#include "common/stats/interval.h"
#include "common/stats/modes.h"
#include "common/stats/order.h"
#include "common/stats/trend.h"

#define DRIFT_P		   0.01
#define REJECTION_P	   0.05
#define SUSPECT_RATIO	   0.05
#define SUSPECTS_MIN	   3
#define OVERHEAD_FACTOR	   20
#define FLOOR_RATIO	   0.001
#define DECIDED_BY_SESSION (QUALITY_UNSTABLE | QUALITY_NO_STEADY_STATE)

/* What the flags of one benchmark are made of. */
struct tally {
	double *wall; /* owned; of counted runs in order of execution */
	double *all;  /* owned; of all runs that ended well */
	size_t n_wall, n_all;
	size_t n_counted, n_suspect, n_excluded;
};

static void tally_done(struct tally *t)
{
	free(t->wall);
	free(t->all);
}

static void tally_add(struct tally *t, const struct run *run)
{
	const struct measure *wall = &run->metrics[METRIC_WALL];

	if (run->warmup || run->status == RUN_FAILED)
		return;

	t->n_suspect += run->status == RUN_SUSPECT;
	t->n_counted += run_counts(run);
	t->n_excluded += !run_counts(run);
	if (!measure_is_set(wall))
		return;
	t->all[t->n_all++] = wall->value;
	if (run_counts(run))
		t->wall[t->n_wall++] = wall->value;
}

static int tally_make(
	const struct result *r, const struct run_index *index, size_t benchmark, struct tally *ret)
{
	size_t n = run_index_count(index, benchmark);

	*ret = (struct tally){
		.wall = calloc(n + 1, sizeof(*ret->wall)),
		.all = calloc(n + 1, sizeof(*ret->all)),
	};
	if (!ret->wall || !ret->all)
		return -ENOMEM;

	for (size_t i = index->starts[benchmark]; i < index->starts[benchmark + 1]; i++)
		tally_add(ret, &r->runs[index->positions[i]]);
	order_sort(ret->all, ret->n_all);
	return 0;
}

static bool drifts(const struct tally *t)
{
	double p;

	return trend_mann_kendall(t->wall, t->n_wall, &p) >= 0 && p < DRIFT_P;
}

/* From here on t->wall is sorted. */
static bool has_modes(struct tally *t)
{
	struct modes modes;
	double floor;

	order_sort(t->wall, t->n_wall);
	if (t->n_suspect >= SUSPECTS_MIN &&
		(double)t->n_suspect > SUSPECT_RATIO * (double)t->n_counted)
		return true;
	if (t->n_wall == 0)
		return false;

	floor = FLOOR_RATIO * order_median(t->wall, t->n_wall);
	return modes_find(t->wall, t->n_wall, floor, &modes) > 0;
}

static bool median_depends_on_rejection(const struct tally *t)
{
	struct interval clean;
	double all;

	if (interval_median(t->wall, t->n_wall, SUMMARY_LEVEL, &clean) < 0)
		return false;
	all = order_median(t->all, t->n_all);
	return all < clean.low || all > clean.high;
}

static unsigned judge(struct tally *t, const struct measure *overhead)
{
	unsigned flags = 0;

	if (drifts(t))
		flags |= QUALITY_DRIFTING;
	if (has_modes(t))
		flags |= QUALITY_MULTIMODAL;
	if (median_depends_on_rejection(t))
		flags |= QUALITY_REJECTION_SENSITIVE;
	if (t->n_wall > 0 && measure_is_set(overhead) &&
		order_median(t->wall, t->n_wall) < OVERHEAD_FACTOR * overhead->value)
		flags |= QUALITY_BELOW_OVERHEAD;
	return flags;
}

/* How many runs of a benchmark were excluded and how many count. */
struct rejection {
	struct benchmark *benchmark; /* borrowed */
	size_t n_excluded, n_counted;
};

/* By name, then in the order of the job: the first arm of a name is its base. */
static int compare_names(const void *a, const void *b)
{
	const struct rejection *x = a;
	const struct rejection *y = b;
	int order = strcmp(x->benchmark->name, y->benchmark->name);

	return order ? order : (x->benchmark > y->benchmark) - (x->benchmark < y->benchmark);
}

/* An arm that disturbs itself must not gain by it: compare how often each arm was excluded. */
static void mark_arms(struct rejection *list, size_t n)
{
	size_t base = 0;

	qsort(list, n, sizeof(*list), compare_names);
	for (size_t i = 1; i < n; i++) {
		const struct rejection *a = &list[base];
		const struct rejection *b = &list[i];

		if (!streq(a->benchmark->name, b->benchmark->name)) {
			base = i;
			continue;
		}
		if (fisher_exact(a->n_excluded, a->n_counted, b->n_excluded, b->n_counted) >=
			REJECTION_P)
			continue;
		a->benchmark->quality |= QUALITY_REJECTION_SENSITIVE;
		b->benchmark->quality |= QUALITY_REJECTION_SENSITIVE;
	}
}

int quality_mark(struct result *r, const struct run_index *index)
{
	CLEANUP_FREE struct rejection *list = calloc(r->n_benchmarks + 1, sizeof(*list));
	size_t n_arms = 0;

	if (!list)
		return -ENOMEM;

	for (size_t b = 0; b < r->n_benchmarks; b++) {
		CLEANUP(tally_done) struct tally t;
		struct benchmark *benchmark = &r->benchmarks[b];
		int error = tally_make(r, index, b, &t);

		if (error < 0)
			return error;
		benchmark->quality &= DECIDED_BY_SESSION;
		benchmark->quality |= judge(&t, &r->overhead);
		if (benchmark->arm)
			list[n_arms++] = (struct rejection){benchmark, t.n_excluded, t.n_counted};
	}
	mark_arms(list, n_arms);
	return 0;
}
