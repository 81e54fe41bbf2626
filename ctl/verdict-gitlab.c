/* A verdict as OpenMetrics text: one gauge a figure, for GitLab's metrics reports. */
#include <math.h>

#include "ctl/verdict-escape.h"
#include "ctl/verdict-formats.h"

struct gauge {
	const char *name, *help;
	double (*value)(const struct verdict_row *row); /* NaN: there is none */
};

static double ratio_of(const struct verdict_row *row)
{
	return row->ratio;
}

static double low_of(const struct verdict_row *row)
{
	return row->low;
}

static double high_of(const struct verdict_row *row)
{
	return row->high;
}

static double margin_of(const struct verdict_row *row)
{
	return row->margin;
}

static double mde_of(const struct verdict_row *row)
{
	return row->mde;
}

static double rounds_of(const struct verdict_row *row)
{
	return row->rounds;
}

static double excluded_of(const struct verdict_row *row)
{
	return row->excluded;
}

static const struct gauge gauges[] = {
	{"steady_ratio", "Candidate over base.", ratio_of},
	{"steady_ratio_low", "Lower end of the interval of the ratio.", low_of},
	{"steady_ratio_high", "Upper end of the interval of the ratio.", high_of},
	{"steady_margin", "Change up to which nothing is wrong, as a ratio.", margin_of},
	{"steady_detectable", "Smallest change that would have been seen, as a ratio.", mde_of},
	{"steady_rounds", "Pairs of runs that count.", rounds_of},
	{"steady_excluded", "Pairs of runs that were left out.", excluded_of},
};

static void print_head(FILE *f, const char *name, const char *help)
{
	(void)fprintf(f, "# TYPE %s gauge\n# HELP %s %s\n", name, name, help);
}

static void print_labels(FILE *f, const char *name, const struct verdict_row *row)
{
	(void)fprintf(f, "%s{benchmark=\"", name);
	escape_label(f, row->name);
	(void)fprintf(f, "\",metric=\"%s\"", metric_desc(row->metric)->name);
}

/* What could not be measured has no sample; 0 would be a number. */
static void print_gauge(FILE *f, const struct verdict_document *d, const struct gauge *gauge)
{
	print_head(f, gauge->name, gauge->help);
	for (size_t i = 0; i < d->n_rows; i++) {
		double value = gauge->value(&d->rows[i]);

		if (!isfinite(value))
			continue;
		print_labels(f, gauge->name, &d->rows[i]);
		(void)fprintf(f, "} %.9g\n", value);
	}
}

static void print_median(FILE *f, const struct verdict_row *row, const char *arm, double value)
{
	if (!isfinite(value))
		return;
	print_labels(f, "steady_median", row);
	(void)fprintf(
		f, ",unit=\"%s\",arm=\"%s\"} %.9g\n", metric_desc(row->metric)->unit, arm, value);
}

static void print_verdicts(FILE *f, const struct verdict_document *d)
{
	print_head(f, "steady_verdict", "1 for the verdict a benchmark got.");
	for (size_t i = 0; i < d->n_rows; i++) {
		print_labels(f, "steady_verdict", &d->rows[i]);
		(void)fprintf(f, ",verdict=\"%s\"} 1\n", verdict_name(d->rows[i].verdict));
	}
}

int verdict_write_gitlab(FILE *f, const struct verdict_view *view)
{
	const struct verdict_document *d = view->verdict;

	for (size_t i = 0; i < ARRAY_SIZE(gauges); i++)
		print_gauge(f, d, &gauges[i]);
	print_head(f, "steady_median", "Median of an arm, in the unit that is named.");
	for (size_t i = 0; i < d->n_rows; i++) {
		print_median(f, &d->rows[i], "base", d->rows[i].base);
		print_median(f, &d->rows[i], "cand", d->rows[i].cand);
	}
	print_verdicts(f, d);
	print_head(f, "steady_exit_code", "Exit code of the gate.");
	(void)fprintf(f, "steady_exit_code %d\n# EOF\n", view->code);
	return 0;
}
