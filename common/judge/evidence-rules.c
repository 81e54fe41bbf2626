/* Which runs count. */
#include "common/judge/evidence-rules.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/judge/run-index.h"
#include "common/stats/order.h"

#define VALUES_MIN	   6
#define TUKEY_FENCE	   1.5
#define MAD_SCORE	   3.5
#define SUSPECT_SCORE	   5.0
#define MAD_TO_SIGMA	   1.4826
#define MAD_FLOOR_RATIO	   0.001
#define CLOCK_RESOLUTION_S 1e-9
#define SHARE_TEXT_MAX	   80

bool run_counts(const struct run *run)
{
	return !run->warmup && (run->status == RUN_OK || run->status == RUN_SUSPECT);
}

static void set_status(struct run *run, enum run_status status, const char *why)
{
	run->status = status;
	(void)snprintf(run->why, sizeof(run->why), "%s", why);
}

/* CPU seconds the run could have used; 0 when unknown. */
static double available_seconds(const struct run *run)
{
	const struct measure *wall = &run->metrics[METRIC_WALL];

	return measure_is_set(wall) ? wall->value * MAX_OF(run->evidence.n_cpus, 1u) : 0;
}

static double seconds_or_zero(const struct measure *m)
{
	return measure_is_set(m) ? m->value : 0;
}

double evidence_share(const struct run *run)
{
	const struct evidence *evidence = &run->evidence;
	double available = available_seconds(run);

	if (available <= 0 ||
		(!measure_is_set(&evidence->foreign) && !measure_is_set(&evidence->steal)))
		return (double)NAN;
	return (seconds_or_zero(&evidence->foreign) + seconds_or_zero(&evidence->steal)) /
		available;
}

/* A tick of steal can be longer than the run: more than all of it is not a share. */
static char *format_share(double share, char *ret, size_t size)
{
	double percent = MIN_OF(share, 1.0) * 100;

	(void)snprintf(ret, size, "%.*f %%",
		percent >= 9.95		   ? 0
			: percent >= 0.095 ? 1
					   : 2,
		percent);
	return ret;
}

/*
 * A task chooses its own name: nothing of it may reach a terminal as a command. U+FFFD, which
 * stands in documents for a byte that is not UTF-8, is one sign as the byte itself is.
 */
static void copy_printable(const char *name, char *ret, size_t size)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t i = 0;

	while (*name && i + 1 < size) {
		bool is_replacement = strncmp(name, replacement, strlen(replacement)) == 0;

		ret[i++] = *name >= ' ' && *name <= '~' ? *name : '?';
		name += is_replacement ? strlen(replacement) : 1;
	}
	ret[i] = '\0';
}

/* " (cc1 2.9 %)"; empty when nobody is known. */
static void format_culprit(const struct run *run, char *ret, size_t size)
{
	const struct culprit *top = &run->evidence.culprits[0];
	char name[RUN_CULPRIT_NAME_MAX];
	char share[16];

	ret[0] = '\0';
	if (run->evidence.n_culprits == 0)
		return;
	copy_printable(top->name, name, sizeof(name));
	format_share(top->seconds / available_seconds(run), share, sizeof(share));
	(void)snprintf(ret, size, " (%s %s)", name, share);
}

static void explain_share(const struct run *run, char ret[static RUN_WHY_MAX])
{
	double available = available_seconds(run);
	double foreign = seconds_or_zero(&run->evidence.foreign) / available;
	double steal = seconds_or_zero(&run->evidence.steal) / available;
	char foreign_text[16], steal_text[16], culprit[SHARE_TEXT_MAX];

	format_share(foreign, foreign_text, sizeof(foreign_text));
	format_share(steal, steal_text, sizeof(steal_text));
	format_culprit(run, culprit, sizeof(culprit));
	if (steal <= 0)
		(void)snprintf(
			ret, RUN_WHY_MAX, "foreign load %s of the run%s", foreign_text, culprit);
	else if (foreign <= 0)
		(void)snprintf(ret, RUN_WHY_MAX, "steal %s of the run", steal_text);
	else
		(void)snprintf(ret, RUN_WHY_MAX, "foreign load %s%s and steal %s of the run",
			foreign_text, culprit, steal_text);
}

void evidence_judge(struct run *run, const struct outliers *rules)
{
	char why[RUN_WHY_MAX];

	if (run->status == RUN_FAILED || run->status == RUN_INVALID)
		return;

	set_status(run, RUN_OK, "");
	if (rules->rule != OUTLIER_EVIDENCE || !(evidence_share(run) > rules->tolerance_ratio))
		return;
	explain_share(run, why);
	set_status(run, RUN_DISTURBED, why);
}

/* Runs whose values a rule looks at, and room for those values. */
struct candidates {
	struct run **runs;
	double *values;
	size_t n;
};

static void candidates_done(struct candidates *c)
{
	free(c->runs);
	free(c->values);
}

static int candidates_reserve(struct candidates *c, size_t n)
{
	c->runs = calloc(n + 1, sizeof(struct run *));
	c->values = calloc(n + 1, sizeof(*c->values));
	return c->runs && c->values ? 0 : -ENOMEM;
}

/* Takes back what an earlier call decided, and takes the run in if its value can be judged. */
static void candidates_add(struct candidates *c, struct run *run, enum outlier_rule rule)
{
	enum run_status ours = rule == OUTLIER_EVIDENCE ? RUN_SUSPECT : RUN_DISTURBED;

	if (run->warmup || rule == OUTLIER_NONE)
		return;
	if (run->status == ours)
		set_status(run, RUN_OK, "");
	if (run->status == RUN_OK && measure_is_set(&run->metrics[METRIC_WALL]))
		c->runs[c->n++] = run;
}

static double wall_of(const struct run *run)
{
	return run->metrics[METRIC_WALL].value;
}

static void judge_tukey(struct candidates *c)
{
	double q1 = order_quantile(c->values, c->n, 0.25);
	double q3 = order_quantile(c->values, c->n, 0.75);
	double low = q1 - TUKEY_FENCE * (q3 - q1);
	double high = q3 + TUKEY_FENCE * (q3 - q1);
	char why[RUN_WHY_MAX];

	(void)snprintf(why, sizeof(why),
		"outside Q1 - 1.5 IQR .. Q3 + 1.5 IQR = %.6g .. %.6g s (tukey)", low, high);
	for (size_t i = 0; i < c->n; i++)
		if (wall_of(c->runs[i]) < low || wall_of(c->runs[i]) > high)
			set_status(c->runs[i], RUN_DISTURBED, why);
}

/* Distance from the median in robust standard deviations, above a limit. */
static void judge_scores(struct candidates *c, enum outlier_rule rule)
{
	double median = order_median(c->values, c->n);
	double floor = MAX_OF(CLOCK_RESOLUTION_S, MAD_FLOOR_RATIO * fabs(median));
	double sigma = MAD_TO_SIGMA * MAX_OF(order_mad(c->values, c->n), floor);
	char why[RUN_WHY_MAX];

	for (size_t i = 0; i < c->n; i++) {
		double score = fabs(wall_of(c->runs[i]) - median) / sigma;

		if (rule == OUTLIER_MAD && score > MAD_SCORE) {
			(void)snprintf(why, sizeof(why),
				"|x - median| / (1.4826 MAD) = %.3g > %g (mad)", score, MAD_SCORE);
			set_status(c->runs[i], RUN_DISTURBED, why);
		} else if (rule == OUTLIER_EVIDENCE && score > SUSPECT_SCORE) {
			(void)snprintf(why, sizeof(why),
				"|x - median| / (1.4826 MAD) = %.3g > %g, no cause found", score,
				SUSPECT_SCORE);
			set_status(c->runs[i], RUN_SUSPECT, why);
		}
	}
}

static void candidates_judge(struct candidates *c, enum outlier_rule rule)
{
	if (c->n < VALUES_MIN)
		return;

	for (size_t i = 0; i < c->n; i++)
		c->values[i] = wall_of(c->runs[i]);
	order_sort(c->values, c->n);
	if (rule == OUTLIER_TUKEY)
		judge_tukey(c);
	else
		judge_scores(c, rule);
}

int evidence_judge_values(
	struct run *runs, size_t n, unsigned benchmark, const struct outliers *rules)
{
	CLEANUP(candidates_done) struct candidates c = {0};
	int r = candidates_reserve(&c, n);

	if (r < 0)
		return r;

	for (size_t i = 0; i < n; i++)
		if (runs[i].benchmark == benchmark)
			candidates_add(&c, &runs[i], rules->rule);
	candidates_judge(&c, rules->rule);
	return 0;
}

int evidence_judge_all(struct result *r)
{
	CLEANUP(candidates_done) struct candidates c = {0};
	CLEANUP_RUN_INDEX struct run_index index = {0};
	int error = run_index_make(r, &index);

	if (error >= 0)
		error = candidates_reserve(&c, r->n_runs);
	if (error < 0)
		return error;

	for (size_t i = 0; i < r->n_runs; i++)
		if (!r->runs[i].warmup)
			evidence_judge(&r->runs[i], &r->outliers);
	for (size_t b = 0; b < r->n_benchmarks; b++) {
		c.n = 0;
		for (size_t i = index.starts[b]; i < index.starts[b + 1]; i++)
			candidates_add(&c, &r->runs[index.positions[i]], r->outliers.rule);
		candidates_judge(&c, r->outliers.rule);
	}
	return 0;
}
