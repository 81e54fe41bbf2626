/* All runs of a result as comma-separated values. */
#include "ctl/report-csv.h"

static void print_field(FILE *f, const char *text)
{
	if (!strpbrk(text, "\",\r\n")) {
		(void)fputs(text, f);
		return;
	}
	(void)fputc('"', f);
	for (; *text; text++)
		(void)fprintf(f, "%s%c", *text == '"' ? "\"" : "", *text);
	(void)fputc('"', f);
}

static void print_header(FILE *f)
{
	(void)fputs("benchmark,arm,run,warmup,status,why,exit", f);
	for (int i = 0; i < METRIC_MAX; i++) {
		const struct metric_desc *d = metric_desc((enum metric)i);

		(void)fprintf(f, ",%s%s%s", d->name, streq(d->unit, "1") ? "" : "_",
			streq(d->unit, "1") ? "" : d->unit);
	}
	(void)fputs(",foreign_s,steal_s\n", f);
}

static void print_measure(FILE *f, const struct measure *m)
{
	(void)fputc(',', f);
	if (measure_is_set(m))
		(void)fprintf(f, "%.9g", m->value);
}

static void print_run(FILE *f, const struct benchmark *b, const struct run *run)
{
	print_field(f, b->name);
	(void)fputc(',', f);
	print_field(f, b->arm ? b->arm : "");
	(void)fprintf(f, ",%u,%s,%s,", run->n, run->warmup ? "true" : "false",
		run_status_name(run->status));
	print_field(f, run->why);
	(void)fputc(',', f);
	if (run->exit_code >= 0)
		(void)fprintf(f, "%d", run->exit_code);
	for (int i = 0; i < METRIC_MAX; i++)
		print_measure(f, &run->metrics[i]);
	print_measure(f, &run->evidence.foreign);
	print_measure(f, &run->evidence.steal);
	(void)fputc('\n', f);
}

void report_csv(FILE *f, const struct result *r)
{
	print_header(f);
	for (size_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].benchmark < r->n_benchmarks)
			print_run(f, &r->benchmarks[r->runs[i].benchmark], &r->runs[i]);
}
