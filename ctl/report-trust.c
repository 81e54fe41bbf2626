/* Second part of the report: whether to trust the figures. */
#include "ctl/report-trust.h"

#include "common/judge/evidence-rules.h"
#include "ctl/report-number.h"
#include "ctl/report-text.h"

/* What the quality flags mean, in the order of their bits. */
static const char *const quality_words[] = {
	"too many runs were disturbed: no figure is given",
	"the runs form several groups: a median of one number hides that",
	"the runs get slower or faster with time",
	"the figure depends on which runs are left out",
	"the runs never reached a steady state",
	"under 20 times what a program that does nothing takes here: small differences mean little",
};

static void add_culprit(struct disturbance *d, const struct culprit *c)
{
	for (unsigned i = 0; i < d->n_culprits; i++)
		if (streq(d->culprits[i].name, c->name)) {
			d->culprits[i].seconds += c->seconds;
			return;
		}
	if (d->n_culprits < RUN_CULPRITS_MAX)
		d->culprits[d->n_culprits++] = *c;
	else if (c->seconds > d->culprits[RUN_CULPRITS_MAX - 1].seconds)
		d->culprits[RUN_CULPRITS_MAX - 1] = *c;
}

static int compare_culprits(const void *a, const void *b)
{
	double x = ((const struct culprit *)a)->seconds, y = ((const struct culprit *)b)->seconds;

	return (x < y) - (x > y);
}

static void add_counted(struct disturbance *d, const struct run *run)
{
	const struct evidence *v = &run->evidence;
	const struct measure *wall = &run->metrics[METRIC_WALL];

	if (measure_is_set(&v->steal)) {
		d->steal_seconds += v->steal.value;
		d->steal_known = true;
	}
	if (!measure_is_set(&v->foreign) || !measure_is_set(wall)) {
		d->unknown = d->unknown ? d->unknown : v->foreign.unavailable;
		return;
	}
	d->known = true;
	d->foreign_seconds += v->foreign.value;
	d->cpu_seconds += wall->value * MAX_OF(v->n_cpus, 1u);
}

static bool has_counted(const struct result *r)
{
	for (size_t i = 0; i < r->n_runs; i++)
		if (run_counts(&r->runs[i]))
			return true;
	return false;
}

static void add_oddities(struct disturbance *d, const struct run *run)
{
	d->n_leftovers += run->evidence.leftovers > 0;
	d->n_lost += run->evidence.lost_records > 0;
	d->n_truncated += run->out.truncated || run->err.truncated;
	d->n_suspect += run->status == RUN_SUSPECT;
	d->n_timed += measure_is_set(&run->metrics[METRIC_WALL]);
	if (!run->kernel_timing && !d->clocks)
		d->clocks = run->metrics[METRIC_OWN].unavailable;
}

static bool is_excluded(const struct run *run)
{
	return !run->warmup && (run->status == RUN_DISTURBED || run->status == RUN_INVALID);
}

/* The other arm's run of the pair stands in the same block, and was counted if it was excluded. */
static bool pair_is_new(const struct result *r, size_t i)
{
	const struct run *run = &r->runs[i];

	for (size_t k = i; k > 0 && r->runs[k - 1].block == run->block; k--) {
		const struct run *other = &r->runs[k - 1];

		if (is_excluded(other) && other->benchmark < r->n_benchmarks &&
			run->benchmark < r->n_benchmarks &&
			streq(r->benchmarks[other->benchmark].name,
				r->benchmarks[run->benchmark].name))
			return false;
	}
	return true;
}

void disturbance_of(const struct result *r, struct disturbance *ret)
{
	struct disturbance d = {.of_all = !has_counted(r)};

	for (size_t i = 0; i < r->n_runs; i++) {
		const struct run *run = &r->runs[i];

		add_oddities(&d, run);
		if (run_counts(run) || (d.of_all && !run->warmup))
			add_counted(&d, run);
		if (!is_excluded(run))
			continue;
		d.n_excluded++;
		d.n_pairs += r->is_gate && pair_is_new(r, i);
		for (unsigned c = 0; c < MIN_OF(run->evidence.n_culprits, RUN_CULPRITS_MAX); c++)
			add_culprit(&d, &run->evidence.culprits[c]);
	}
	qsort(d.culprits, d.n_culprits, sizeof(d.culprits[0]), compare_culprits);
	*ret = d;
}

/* Is @i the first outcome of its knob; *ret_held: all its targets hold. */
static bool first_of_knob(const struct setting_outcomes *s, size_t i, bool *ret_held)
{
	*ret_held = true;
	for (size_t k = 0; k < i; k++)
		if (streq(s->items[k].knob, s->items[i].knob))
			return false;
	for (size_t k = i; k < s->n; k++)
		if (streq(s->items[k].knob, s->items[i].knob) && s->items[k].status != SETTING_HELD)
			*ret_held = false;
	return true;
}

static void print_settings(FILE *f, const struct result *r)
{
	unsigned n = 0, n_held = 0;
	bool held;

	for (size_t i = 0; i < r->settings.n; i++)
		if (first_of_knob(&r->settings, i, &held)) {
			n++;
			n_held += held;
		}
	(void)fprintf(f, "profile %s: ", r->profile ? r->profile : "unknown");
	if (n == 0)
		(void)fputs("no settings changed", f);
	else
		(void)fprintf(f, "%u of %u settings held", n_held, n);
}

static void print_load(FILE *f, const struct disturbance *d)
{
	char text[REPORT_NUMBER_MAX];

	if (d->known && d->cpu_seconds > 0)
		(void)fprintf(f, ", foreign load %s%s",
			report_percent(d->foreign_seconds / d->cpu_seconds, text),
			d->of_all ? " of all runs" : "");
	else if (d->unknown)
		(void)fprintf(f, ", foreign load unavailable: %s", d->unknown);
	if (d->steal_known && d->steal_seconds > 0 && d->cpu_seconds > 0)
		(void)fprintf(
			f, ", steal %s", report_percent(d->steal_seconds / d->cpu_seconds, text));
}

static void print_excluded(FILE *f, const struct disturbance *d)
{
	if (d->n_excluded == 0)
		return;

	if (d->n_pairs > 0)
		(void)fprintf(f, ", %u pair%s replaced", d->n_pairs, d->n_pairs == 1 ? "" : "s");
	else
		(void)fprintf(
			f, ", %u run%s excluded", d->n_excluded, d->n_excluded == 1 ? "" : "s");
	for (unsigned i = 0; i < d->n_culprits; i++) {
		struct report_scale scale = report_scale_choose(
			METRIC_CPU, d->culprits[i].seconds, 0);
		char text[REPORT_NUMBER_MAX];

		(void)fprintf(f, "%s%s %s%s", i == 0 ? " (" : ", ", d->culprits[i].name,
			report_number(&scale, d->culprits[i].seconds, text), scale.suffix);
	}
	if (d->n_culprits > 0)
		(void)fputc(')', f);
}

static bool same_outcome(const struct setting_outcome *a, const struct setting_outcome *b)
{
	return streq(a->knob, b->knob) && a->status == b->status && streq(a->reason, b->reason);
}

/* One line for all targets with the same fate; where only some are concerned they are named. */
static void print_outcome(FILE *f, const struct setting_outcomes *s, size_t i)
{
	const struct setting_outcome *o = &s->items[i];
	size_t n_same = 0, n_knob = 0;

	for (size_t k = 0; k < s->n; k++) {
		if (k < i && same_outcome(&s->items[k], o))
			return;
		n_same += same_outcome(&s->items[k], o);
		n_knob += streq(s->items[k].knob, o->knob);
	}
	(void)fprintf(f, REPORT_INDENT "%s %s", o->knob, setting_status_name(o->status));
	if (n_same < n_knob)
		for (size_t k = i; k < s->n; k++)
			if (same_outcome(&s->items[k], o))
				(void)fprintf(
					f, "%s%s", k == i ? " on " : ", ", s->items[k].target);
	(void)fprintf(f, ": %s\n", o->reason ? o->reason : "no reason given");
}

static void print_timing(FILE *f, const struct result *r, const struct disturbance *d)
{
	if (d->n_timed > 0 && r->kernel_timing)
		(void)fputs(REPORT_INDENT "timed by the kernel, from exec to exit\n", f);
	else if (d->n_timed > 0)
		(void)fprintf(f,
			REPORT_INDENT "timed by clocks around the run, load on the machine is in "
				      "the figures%s%s\n",
			d->clocks && *d->clocks ? ": " : "", d->clocks ? d->clocks : "");
	if (d->n_lost > 0)
		(void)fprintf(f,
			REPORT_INDENT "in %u runs records of the kernel were lost: their evidence "
				      "is incomplete\n",
			d->n_lost);
}

static void print_oddities(FILE *f, const struct disturbance *d)
{
	if (d->n_suspect > 0)
		(void)fprintf(f,
			REPORT_INDENT "runs with an odd value and no known cause: %u, kept\n",
			d->n_suspect);
	if (d->n_leftovers > 0)
		(void)fprintf(f,
			REPORT_INDENT "runs that left processes behind: %u, they were killed\n",
			d->n_leftovers);
	if (d->n_truncated > 0)
		(void)fprintf(f, REPORT_INDENT "runs whose output was not kept as a whole: %u\n",
			d->n_truncated);
}

static void print_quality(FILE *f, const struct result *r)
{
	for (size_t i = 0; i < r->n_benchmarks; i++) {
		const struct benchmark *b = &r->benchmarks[i];

		for (unsigned bit = 0; bit < ARRAY_SIZE(quality_words); bit++)
			if (b->quality & 1u << bit)
				(void)fprintf(f, REPORT_INDENT "%s%s%s%s: %s, %s\n", b->name,
					b->arm ? " (" : "", b->arm ? b->arm : "", b->arm ? ")" : "",
					quality_name(bit), quality_words[bit]);
	}
}

static void print_residue(FILE *f, const struct result *r)
{
	for (size_t i = 0; i < r->residue.n; i++) {
		const struct setting_outcome *o = &r->residue.items[i];

		(void)fprintf(f, REPORT_INDENT "not given back: %s %s: %s\n", o->knob, o->target,
			o->reason ? o->reason : "no reason given");
	}
}

void report_trust(FILE *f, const struct result *r)
{
	report_trust_of(f, r, "");
}

void report_trust_of(FILE *f, const struct result *r, const char *who)
{
	struct disturbance d;

	if (r->state == JOB_QUEUED || (r->n_runs == 0 && r->settings.n == 0))
		return;

	disturbance_of(r, &d);
	report_label(f, "TRUST");
	(void)fputs(who, f);
	print_settings(f, r);
	print_load(f, &d);
	print_excluded(f, &d);
	(void)fputc('\n', f);
	for (size_t i = 0; i < r->settings.n; i++)
		if (r->settings.items[i].status != SETTING_HELD)
			print_outcome(f, &r->settings, i);
	print_timing(f, r, &d);
	print_quality(f, r);
	print_oddities(f, &d);
	print_residue(f, r);
}
