/* First part of the report: the figures. */
#include "ctl/report-answer.h"

#include <math.h>

#include "common/judge/evidence-rules.h"
#include "ctl/report-number.h"
#include "ctl/report-text.h"

#define NAME_WIDTH_MAX	40
#define FAILED_RUNS_MAX 5

static int name_width(const struct benchmark *b)
{
	return (int)strlen(b->name) + (b->arm ? (int)strlen(b->arm) + 3 : 0);
}

static void print_name(FILE *f, const struct benchmark *b, int width)
{
	int printed = b->arm ? fprintf(f, "%s (%s)", b->name, b->arm) : fprintf(f, "%s", b->name);

	(void)fprintf(f, "%*s  ", width > printed ? width - printed : 0, "");
}

static void print_interval(FILE *f, const struct summary *s, const struct report_scale *scale)
{
	char low[REPORT_NUMBER_MAX], high[REPORT_NUMBER_MAX];

	if (isnan(s->low) || isnan(s->high)) {
		(void)fputs("  [no interval: too few runs]", f);
		return;
	}
	(void)fprintf(f, "  [%s, %s] (%.1f %%)", report_number(scale, s->low, low),
		report_number(scale, s->high, high), s->confidence * 100);
}

static void print_counts(FILE *f, const struct summary *s)
{
	(void)fprintf(f, "  %u run%s", s->n, s->n == 1 ? "" : "s");
	if (s->excluded > 0)
		(void)fprintf(f, ", %u excluded", s->excluded);
}

static struct report_scale scale_of(const struct summary *s)
{
	double spread = s->high - s->low;

	return report_scale_choose(s->metric, s->median, isnan(spread) ? 0 : spread);
}

static void print_figure(FILE *f, const struct summary *s)
{
	struct report_scale scale = scale_of(s);
	char a[REPORT_NUMBER_MAX], b[REPORT_NUMBER_MAX];

	(void)fprintf(f, "%s%s", report_number(&scale, s->median, a), scale.suffix);
	print_interval(f, s, &scale);
	(void)fprintf(f, "  %s .. %s%s", report_number(&scale, s->min, a),
		report_number(&scale, s->max, b), scale.suffix);
	print_counts(f, s);
	(void)fputc('\n', f);
}

static void print_plain(FILE *f, enum metric metric, double value)
{
	struct report_scale scale = report_scale_choose(metric, value, 0);
	char text[REPORT_NUMBER_MAX];

	(void)fprintf(f, "%s%s", report_number(&scale, value, text), scale.suffix);
}

/* "unstable" stands where the number would: a median of what is left would look like an answer. */
static void print_unstable(FILE *f, const struct result *r, const struct benchmark *b)
{
	const struct summary *s = &b->summaries[0];
	unsigned n = 0, n_counted = 0;

	for (size_t i = 0; i < r->n_runs; i++) {
		if (&r->benchmarks[r->runs[i].benchmark] != b || r->runs[i].warmup)
			continue;
		n++;
		n_counted += run_counts(&r->runs[i]);
	}
	(void)fprintf(f, "unstable  %u of %u runs were undisturbed", n_counted, n);
	if (s->all_n > 0) {
		(void)fputs("; all of them: ", f);
		print_plain(f, s->metric, s->all_median);
	}
	(void)fputc('\n', f);
}

static void print_others(FILE *f, const struct benchmark *b)
{
	const struct summary *first = &b->summaries[0];
	const char *separator = REPORT_INDENT;

	for (size_t i = 1; i < b->n_summaries; i++) {
		const struct summary *s = &b->summaries[i];

		(void)fprintf(f, "%s%s ", separator, metric_desc(s->metric)->name);
		if (s->n > 0)
			print_plain(f, s->metric, s->median);
		else
			(void)fprintf(f, "unavailable: %s", s->unavailable);
		separator = ", ";
	}
	if (first->excluded > 0 && first->all_n > 0) {
		(void)fprintf(f, "%sall %u runs ", separator, first->all_n);
		print_plain(f, first->metric, first->all_median);
		separator = ", ";
	}
	if (separator[0] == ',')
		(void)fputc('\n', f);
}

static void print_benchmark(FILE *f, const struct result *r, const struct benchmark *b, int width)
{
	const struct summary *first = &b->summaries[0];

	print_name(f, b, width);
	if (b->n_summaries == 0) {
		(void)fputs("no figures\n", f);
		return;
	}
	if (first->metric != METRIC_WALL)
		(void)fprintf(f, "%s ", metric_desc(first->metric)->name);
	if (b->quality & QUALITY_UNSTABLE)
		print_unstable(f, r, b);
	else if (first->n == 0)
		(void)fprintf(f, "no figure: %s\n",
			first->unavailable[0] ? first->unavailable : "no run counts");
	else
		print_figure(f, first);
	if (first->n > 0 && !(b->quality & QUALITY_UNSTABLE))
		print_others(f, b);
}

/* The first arm of the same benchmark, when @b is not that one itself. */
static const struct benchmark *base_of(const struct result *r, const struct benchmark *b)
{
	for (const struct benchmark *other = r->benchmarks; other < b; other++)
		if (b->arm && other->arm && streq(other->name, b->name))
			return other;
	return NULL;
}

static bool has_figure(const struct benchmark *b)
{
	return b->n_summaries > 0 && b->summaries[0].n > 0 && !(b->quality & QUALITY_UNSTABLE);
}

static void print_ratios(FILE *f, const struct result *r)
{
	bool any = false;

	for (size_t i = 0; i < r->n_benchmarks; i++) {
		const struct benchmark *b = &r->benchmarks[i], *base = base_of(r, b);

		if (!base || !has_figure(b) || !has_figure(base) ||
			!(base->summaries[0].median > 0))
			continue;
		(void)fprintf(f, REPORT_INDENT "%s: %s/%s %.3f\n", b->name, b->arm, base->arm,
			b->summaries[0].median / base->summaries[0].median);
		any = true;
	}
	if (any)
		(void)fputs(REPORT_INDENT "ratio of medians: it describes these runs and is no "
					  "verdict\n",
			f);
}

static void print_failed_runs(FILE *f, const struct result *r)
{
	unsigned shown = 0, more = 0;

	for (size_t i = 0; i < r->n_runs; i++) {
		const struct run *run = &r->runs[i];

		if (run->status != RUN_FAILED && run->status != RUN_INVALID)
			continue;
		if (shown == FAILED_RUNS_MAX) {
			more++;
			continue;
		}
		(void)fprintf(f, REPORT_INDENT "%srun %u of %s %s: %s\n",
			run->warmup ? "warm-up " : "", run->n,
			run->benchmark < r->n_benchmarks ? r->benchmarks[run->benchmark].name : "?",
			run_status_name(run->status), run->why);
		shown++;
	}
	if (more > 0)
		(void)fprintf(f, REPORT_INDENT "and %u more\n", more);
}

static void print_state(FILE *f, const struct result *r)
{
	char label[16];
	size_t n = 0;

	for (const char *p = job_state_name(r->state); *p && n + 1 < sizeof(label); p++)
		label[n++] = (char)(*p - 'a' + 'A');
	label[n] = '\0';
	report_label(f, label);
	if (n >= strlen(REPORT_INDENT))
		(void)fputc(' ', f);
}

void report_answer(FILE *f, const struct result *r)
{
	bool on_label_line = r->state == JOB_DONE && r->n_benchmarks > 0;
	int width = 0;

	print_state(f, r);
	if (!on_label_line)
		(void)fprintf(f, "%s%s%s\n", r->workload ? r->workload : "", r->error ? ": " : "",
			r->error ? r->error : "");
	for (size_t i = 0; i < r->n_benchmarks; i++)
		width = MAX_OF(width, name_width(&r->benchmarks[i]));
	width = MIN_OF(width, NAME_WIDTH_MAX);
	for (size_t i = 0; i < r->n_benchmarks; i++) {
		if (!on_label_line || i > 0)
			(void)fputs(REPORT_INDENT, f);
		print_benchmark(f, r, &r->benchmarks[i], width);
	}
	print_ratios(f, r);
	print_failed_runs(f, r);
}
