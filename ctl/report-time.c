/* One run in the layout of GNU time --verbose. */
#include "ctl/report-time.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"

#define BYTES_PER_KB 1024

static const char not_kept[] = "\t%s: 0\n"; /* Linux: "currently unused", getrusage(2) */

static void print_unavailable(FILE *f, const char *label, const struct measure *m)
{
	(void)fprintf(f, "\t%s: unavailable (%s)\n", label, m->unavailable);
}

/* GNU time cuts hundredths, it does not round. */
static uint64_t hundredths(double seconds)
{
	return (uint64_t)floor(seconds * 100 + 1e-6);
}

static void print_seconds(FILE *f, const char *label, const struct measure *m)
{
	uint64_t n;

	if (!measure_is_set(m)) {
		print_unavailable(f, label, m);
		return;
	}
	n = hundredths(m->value);
	(void)fprintf(f, "\t%s: %" PRIu64 ".%02" PRIu64 "\n", label, n / 100, n % 100);
}

static void print_count(FILE *f, const char *label, const struct measure *m, double divisor)
{
	if (measure_is_set(m))
		(void)fprintf(f, "\t%s: %.0f\n", label, floor(m->value / divisor));
	else
		print_unavailable(f, label, m);
}

static void print_share(FILE *f, const struct run *run)
{
	static const char label[] = "Percent of CPU this job got";
	const struct measure *cpu = &run->metrics[METRIC_CPU], *wall = &run->metrics[METRIC_WALL];

	if (!measure_is_set(cpu))
		print_unavailable(f, label, cpu);
	else if (!measure_is_set(wall))
		print_unavailable(f, label, wall);
	else if (wall->value > 0)
		(void)fprintf(f, "\t%s: %.0f%%\n", label, floor(cpu->value * 100 / wall->value));
	else
		(void)fprintf(f, "\t%s: ?%%\n", label);
}

static void print_elapsed(FILE *f, const struct measure *wall)
{
	static const char label[] = "Elapsed (wall clock) time (h:mm:ss or m:ss)";
	uint64_t n;

	if (!measure_is_set(wall)) {
		print_unavailable(f, label, wall);
		return;
	}
	n = hundredths(wall->value);
	if (n >= 360000)
		(void)fprintf(f, "\t%s: %" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "\n", label,
			n / 360000, n / 6000 % 60, n / 100 % 60);
	else
		(void)fprintf(f, "\t%s: %" PRIu64 ":%02" PRIu64 ".%02" PRIu64 "\n", label, n / 6000,
			n / 100 % 60, n % 100);
}

static void print_command(FILE *f, const struct benchmark *b)
{
	(void)fputs("\tCommand being timed: \"", f);
	if (b->command.n == 0)
		(void)fputs(b->name, f);
	for (size_t i = 0; i < b->command.n; i++)
		(void)fprintf(f, "%s%s", i > 0 ? " " : "", b->command.items[i]);
	(void)fputs("\"\n", f);
}

static void print_memory(FILE *f, const struct run *run)
{
	(void)fprintf(f, not_kept, "Average shared text size (kbytes)");
	(void)fprintf(f, not_kept, "Average unshared data size (kbytes)");
	(void)fprintf(f, not_kept, "Average stack size (kbytes)");
	(void)fprintf(f, not_kept, "Average total size (kbytes)");
	print_count(f, "Maximum resident set size (kbytes)", &run->metrics[METRIC_MAX_RSS],
		BYTES_PER_KB);
	(void)fprintf(f, not_kept, "Average resident set size (kbytes)");
	print_count(f, "Major (requiring I/O) page faults", &run->metrics[METRIC_MAJOR_FAULTS], 1);
	print_count(
		f, "Minor (reclaiming a frame) page faults", &run->metrics[METRIC_MINOR_FAULTS], 1);
}

static void print_counters(FILE *f, const struct run *run)
{
	print_count(f, "Voluntary context switches", &run->metrics[METRIC_VOLUNTARY_SWITCHES], 1);
	print_count(
		f, "Involuntary context switches", &run->metrics[METRIC_INVOLUNTARY_SWITCHES], 1);
	(void)fprintf(f, not_kept, "Swaps");
	print_count(f, "File system inputs", &run->metrics[METRIC_FS_INPUTS], 1);
	print_count(f, "File system outputs", &run->metrics[METRIC_FS_OUTPUTS], 1);
	(void)fprintf(f, not_kept, "Socket messages sent");
	(void)fprintf(f, not_kept, "Socket messages received");
	(void)fprintf(f, not_kept, "Signals delivered");
	(void)fprintf(f, "\tPage size (bytes): %ld\n", sysconf(_SC_PAGESIZE));
	(void)fprintf(f, "\tExit status: %d\n", MAX_OF(run->exit_code, 0));
}

static void print_block(FILE *f, const struct benchmark *b, const struct run *run)
{
	if (run->signal > 0)
		(void)fprintf(f, "Command terminated by signal %d\n", run->signal);
	else if (run->exit_code > 0)
		(void)fprintf(f, "Command exited with non-zero status %d\n", run->exit_code);
	print_command(f, b);
	print_seconds(f, "User time (seconds)", &run->metrics[METRIC_USER]);
	print_seconds(f, "System time (seconds)", &run->metrics[METRIC_SYS]);
	print_share(f, run);
	print_elapsed(f, &run->metrics[METRIC_WALL]);
	print_memory(f, run);
	print_counters(f, run);
}

static void print_note(FILE *notes, const struct benchmark *b, const struct run *run, bool median)
{
	if (!notes)
		return;

	(void)fprintf(notes, "%s%s%s: run %u%s%s%s\n", b->name, b->arm ? " " : "",
		b->arm ? b->arm : "", run->n, median ? ", the one closest to the median" : "",
		run->warmup ? ", a warm-up" : "",
		run_counts(run) || run->warmup ? "" : ", which does not count");
}

/* How far a run is from the median; without one the last run is the closest. */
static double distance(const struct run *run, const struct summary *wall)
{
	const struct measure *m = &run->metrics[METRIC_WALL];

	if (wall->n == 0)
		return -(double)run->n;
	return run_counts(run) && measure_is_set(m) ? fabs(m->value - wall->median) : HUGE_VAL;
}

const struct run *report_time_median_run(const struct result *r, unsigned benchmark)
{
	const struct run *best = NULL;
	struct summary wall = {0};

	summary_metric(r, benchmark, METRIC_WALL, &wall);
	for (size_t i = 0; i < r->n_runs; i++) {
		const struct run *run = &r->runs[i];

		if (run->benchmark != benchmark || run->warmup)
			continue;
		if (!best || distance(run, &wall) < distance(best, &wall))
			best = run;
	}
	return best;
}

static int print_one(FILE *f, FILE *notes, const struct result *r, uint64_t number, struct error *e)
{
	for (size_t i = 0; i < r->n_runs; i++) {
		const struct run *run = &r->runs[i];

		if (run->n != number || run->benchmark >= r->n_benchmarks)
			continue;
		print_note(notes, &r->benchmarks[run->benchmark], run, false);
		print_block(f, &r->benchmarks[run->benchmark], run);
		return 0;
	}
	return error_setf(e, -ENOENT, "job %" PRIu64 " has no run %" PRIu64 " (it has %zu)", r->job,
		number, r->n_runs);
}

int report_time(FILE *f, FILE *notes, const struct result *r, uint64_t number, struct error *e)
{
	unsigned n = 0;

	if (number > 0)
		return print_one(f, notes, r, number, e);
	for (unsigned i = 0; i < r->n_benchmarks; i++) {
		const struct run *run = report_time_median_run(r, i);

		if (!run)
			continue;
		print_note(notes, &r->benchmarks[i], run, true);
		print_block(f, &r->benchmarks[i], run);
		n++;
	}
	return n > 0 ? 0 : error_setf(e, -ENOENT, "job %" PRIu64 " has no runs yet", r->job);
}
