/* Runs to summaries. */
#include "common/judge/summary.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/judge/evidence-rules.h"
#include "common/judge/quality.h"
#include "common/judge/run-index.h"
#include "common/stats/interval.h"
#include "common/stats/order.h"

/* Values of one metric of one benchmark, sorted. */
struct sample {
	double *counted, *all; /* owned; room for every run of the job */
	size_t n_counted, n_all;
};

static void sample_done(struct sample *s)
{
	free(s->counted);
	free(s->all);
}

static int sample_reserve(struct sample *s, size_t n)
{
	s->counted = calloc(n + 1, sizeof(*s->counted));
	s->all = calloc(n + 1, sizeof(*s->all));
	return s->counted && s->all ? 0 : -ENOMEM;
}

static void explain_nothing(struct summary *s, const char *why)
{
	if (s->unavailable[0] == '\0')
		(void)snprintf(s->unavailable, sizeof(s->unavailable), "%s", why);
}

/* Takes one run in: into the counts, the values, or the reason why there is no value. */
static void sample_add(struct sample *s, const struct run *run, struct summary *ret)
{
	const struct measure *value = &run->metrics[ret->metric];

	if (run->warmup || run->status == RUN_FAILED)
		return;
	if (!run_counts(run))
		ret->excluded++;
	if (!measure_is_set(value)) {
		explain_nothing(ret, value->unavailable);
		return;
	}
	s->all[s->n_all++] = value->value;
	if (run_counts(run))
		s->counted[s->n_counted++] = value->value;
}

static void describe_spread(const double *x, size_t n, struct summary *ret)
{
	double sum = 0;
	double squares = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	ret->mean = sum / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += (x[i] - ret->mean) * (x[i] - ret->mean);
	ret->stdev = n > 1 ? sqrt(squares / (double)(n - 1)) : (double)NAN;
}

static void describe_order(const double *x, size_t n, struct summary *ret)
{
	struct interval interval = {.low = (double)NAN, .high = (double)NAN, .level = (double)NAN};

	(void)interval_median(x, n, SUMMARY_LEVEL, &interval);
	ret->median = order_median(x, n);
	ret->low = interval.low;
	ret->high = interval.high;
	ret->confidence = interval.level;
	ret->min = x[0];
	ret->max = x[n - 1];
	ret->q1 = order_quantile(x, n, 0.25);
	ret->q3 = order_quantile(x, n, 0.75);
}

static void set_no_number(struct summary *s)
{
	s->median = s->low = s->high = s->confidence = (double)NAN;
	s->min = s->max = s->q1 = s->q3 = s->mean = s->stdev = (double)NAN;
}

static void summarise(const struct result *r, const struct run_index *index, size_t benchmark,
	struct sample *s, struct summary *ret)
{
	s->n_counted = s->n_all = 0;
	for (size_t i = index->starts[benchmark]; i < index->starts[benchmark + 1]; i++)
		sample_add(s, &r->runs[index->positions[i]], ret);
	order_sort(s->counted, s->n_counted);
	order_sort(s->all, s->n_all);
	ret->n = (unsigned)s->n_counted;
	ret->all_n = (unsigned)s->n_all;
	ret->all_median = s->n_all > 0 ? order_median(s->all, s->n_all) : (double)NAN;
	if (r->benchmarks[benchmark].quality & QUALITY_UNSTABLE) {
		*ret->unavailable = '\0';
		explain_nothing(ret, "unstable");
		ret->n = 0;
	}
	if (ret->n == 0) {
		set_no_number(ret);
		explain_nothing(ret, "no run counts");
		return;
	}
	ret->unavailable[0] = '\0';
	describe_order(s->counted, s->n_counted, ret);
	describe_spread(s->counted, s->n_counted, ret);
}

void summary_metric(
	const struct result *r, unsigned benchmark, enum metric metric, struct summary *ret)
{
	CLEANUP(sample_done) struct sample s = {0};
	CLEANUP_RUN_INDEX struct run_index index = {0};

	*ret = (struct summary){.metric = metric};
	if (benchmark < r->n_benchmarks && run_index_make(r, &index) >= 0 &&
		sample_reserve(&s, run_index_count(&index, benchmark)) >= 0) {
		summarise(r, &index, benchmark, &s, ret);
		return;
	}
	set_no_number(ret);
	ret->all_median = (double)NAN;
	explain_nothing(ret, benchmark < r->n_benchmarks ? "out of memory" : "no such benchmark");
}

int summary_make(struct result *r)
{
	CLEANUP(sample_done) struct sample s = {0};
	CLEANUP_RUN_INDEX struct run_index index = {0};
	int error = run_index_make(r, &index);

	if (error >= 0)
		error = sample_reserve(&s, r->n_runs);
	if (error < 0)
		return error;

	for (size_t b = 0; b < r->n_benchmarks; b++) {
		struct benchmark *benchmark = &r->benchmarks[b];

		benchmark->n_summaries = 0;
		for (int m = 0; m < METRIC_MAX; m++) {
			struct summary *summary = &benchmark->summaries[benchmark->n_summaries];

			if (!r->metrics[m])
				continue;
			*summary = (struct summary){.metric = (enum metric)m};
			summarise(r, &index, b, &s, summary);
			benchmark->n_summaries++;
		}
	}
	return quality_mark(r, &index);
}

double summary_rel_ci_values(double *x, size_t n)
{
	struct interval interval;
	double median;

	order_sort(x, n);
	if (interval_median(x, n, SUMMARY_LEVEL, &interval) < 0)
		return (double)INFINITY;
	median = order_median(x, n);
	return median > 0 ? (interval.high - interval.low) / 2 / median : (double)INFINITY;
}

double summary_rel_ci(const struct result *r, unsigned benchmark)
{
	struct summary s;

	summary_metric(r, benchmark, METRIC_WALL, &s);
	return s.n > 0 && s.median > 0 && !isnan(s.low) ? (s.high - s.low) / 2 / s.median
							: (double)INFINITY;
}
