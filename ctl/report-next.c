/* Last part of the report: what to do now. */
#include "ctl/report-next.h"

#include <inttypes.h>

#include "ctl/report-text.h"
#include "ctl/report-trust.h"

/* Above this share of foreign time a quieter machine is worth the trouble. */
#define NOISY_RATIO 0.01

static unsigned all_quality(const struct result *r)
{
	unsigned quality = 0;

	for (size_t i = 0; i < r->n_benchmarks; i++)
		quality |= r->benchmarks[i].quality;
	return quality;
}

static void next_unstable(FILE *f, const struct result *r, const struct disturbance *d)
{
	if (d->n_culprits > 0)
		(void)fprintf(f, "stop %s, ", d->culprits[0].name);
	if (!r->profile || streq(r->profile, "as-is"))
		(void)fputs("use --profile quiet, or try again when the machine is quiet\n", f);
	else
		(void)fputs("try again when the machine is quiet, or with longer runs\n", f);
}

static void next_done(FILE *f, const struct result *r, const char *program)
{
	unsigned quality = all_quality(r);
	struct disturbance d;

	disturbance_of(r, &d);
	if (quality & QUALITY_UNSTABLE)
		next_unstable(f, r, &d);
	else if (quality & QUALITY_BELOW_OVERHEAD)
		(void)fputs("let the command do more work in one run\n", f);
	else if (quality & (QUALITY_DRIFTING | QUALITY_NO_STEADY_STATE))
		(void)fputs("use more --warmup, or look at every run with --json\n", f);
	else if (quality & (QUALITY_MULTIMODAL | QUALITY_REJECTION_SENSITIVE))
		(void)fputs("use more --runs, or look at every run with --json\n", f);
	else if (d.known && d.foreign_seconds > NOISY_RATIO * d.cpu_seconds &&
		(!r->profile || streq(r->profile, "as-is")))
		(void)fputs("use --profile quiet: others ran on the measured CPUs\n", f);
	else
		(void)fprintf(f, "%s show %" PRIu64 " --format time, or --json for every run\n",
			program, r->job);
}

static bool may_time_better(const struct result *r)
{
	struct disturbance d;

	disturbance_of(r, &d);
	return d.clocks && strstr(d.clocks, "perf_event_paranoid");
}

void report_next(FILE *f, const struct result *r, bool local)
{
	const char *program = local ? "steadyctl --local" : "steadyctl";

	report_label(f, "NEXT");
	switch (r->state) {
	case JOB_QUEUED:
	case JOB_RUNNING:
		(void)fprintf(f, "%s %s %" PRIu64 "\n", program, local ? "show" : "wait", r->job);
		break;
	case JOB_DONE:
	case JOB_UNSTABLE:
		next_done(f, r, program);
		break;
	case JOB_FAILED:
		(void)fprintf(f, "%s log %" PRIu64 "\n", program, r->job);
		break;
	default:
		if (local)
			(void)fputs("run it again", f);
		else
			(void)fprintf(f, "%s submit --again %" PRIu64, program, r->job);
		(void)fprintf(f, "; what was measured is kept: %s show %" PRIu64 " --json\n",
			program, r->job);
		break;
	}
	if (may_time_better(r))
		(void)fputs(REPORT_INDENT
			"for the kernel's own time stamps use the steadyd service, "
			"or sysctl kernel.perf_event_paranoid=0\n",
			f);
	if (r->residue.n > 0)
		(void)fputs(REPORT_INDENT "steadyctl restore\n", f);
}
