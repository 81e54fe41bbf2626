/* When has every benchmark been run often enough. */
#include "common/judge/repetition.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/judge/culprits.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/run-index.h"
#include "common/judge/summary.h"
#include "common/model/plan.h"

#define BUDGET_MIN 3

/* How far one benchmark has come. */
struct progress {
	size_t n_attempts; /* without warm-ups: the sum of the next four */
	size_t n_counted, n_failed, n_disturbed, n_invalid;
	size_t target; /* counted runs it is going for */
	bool is_finished;
	bool is_spent; /* not finished, and no replacement left */
	double rel_ci; /* at the last look; adaptive only */
};

/* Everything a decision is made from. */
struct decision {
	const struct workload *w; /* borrowed */
	const struct result *r;	  /* borrowed */
	struct run_index index;
	struct progress *list; /* owned; one per benchmark */
	double *scratch;       /* owned; room for every run */
};

size_t repetition_budget(const struct outliers *outliers, size_t n)
{
	double budget = ceil(outliers->budget_ratio * (double)n);

	return budget > BUDGET_MIN ? (size_t)budget : BUDGET_MIN;
}

static bool is_adaptive(const struct workload *w)
{
	return w->repetition.rel_ci > 0;
}

static size_t n_excluded(const struct progress *p)
{
	return p->n_disturbed + p->n_invalid;
}

/* Largest planned look that n counted runs have reached; 0 before the first. */
static unsigned last_look(const struct repetition *repetition, size_t n)
{
	unsigned look = 0;
	unsigned next = plan_next_look(repetition, look);

	while (next > look && next <= n) {
		look = next;
		next = plan_next_look(repetition, look);
	}
	return look;
}

/* Counts runs; returns how many wall times of counted ones were put into values. */
static size_t count_runs(
	const struct decision *d, size_t benchmark, struct progress *p, double *values)
{
	size_t n = 0;

	for (size_t i = d->index.starts[benchmark]; i < d->index.starts[benchmark + 1]; i++) {
		const struct run *run = &d->r->runs[d->index.positions[i]];

		if (run->warmup)
			continue;
		p->n_attempts++;
		p->n_counted += run_counts(run);
		p->n_failed += run->status == RUN_FAILED;
		p->n_disturbed += run->status == RUN_DISTURBED;
		p->n_invalid += run->status == RUN_INVALID;
		if (run_counts(run) && measure_is_set(&run->metrics[METRIC_WALL]))
			values[n++] = run->metrics[METRIC_WALL].value;
	}
	return n;
}

static void look_at_interval(const struct decision *d, struct progress *p, size_t n_values)
{
	const struct repetition *repetition = &d->w->repetition;
	unsigned at = last_look(repetition, p->n_counted);
	unsigned next = plan_next_look(repetition, at);

	p->target = next;
	p->rel_ci = (double)INFINITY;
	if (at == 0)
		return;

	p->rel_ci = summary_rel_ci_values(d->scratch, MIN_OF(n_values, (size_t)at));
	p->is_finished = p->rel_ci <= repetition->rel_ci || next == at;
}

static void measure_progress(const struct decision *d, size_t benchmark)
{
	struct progress *p = &d->list[benchmark];
	size_t n_values = count_runs(d, benchmark, p, d->scratch);

	p->target = d->w->repetition.runs;
	if (is_adaptive(d->w))
		look_at_interval(d, p, n_values);
	else
		p->is_finished = p->n_counted >= p->target;
	p->is_spent = !p->is_finished &&
		p->n_attempts >= p->target + repetition_budget(&d->w->outliers, p->target);
}

static void decision_done(struct decision *d)
{
	run_index_done(&d->index);
	free(d->list);
	free(d->scratch);
}

static int decision_make(const struct workload *w, const struct result *r, struct decision *ret)
{
	*ret = (struct decision){
		.w = w,
		.r = r,
		.list = calloc(r->n_benchmarks + 1, sizeof(*ret->list)),
		.scratch = calloc(r->n_runs + 1, sizeof(*ret->scratch)),
	};
	if (!ret->list || !ret->scratch || run_index_make(r, &ret->index) < 0)
		return -ENOMEM;

	for (size_t b = 0; b < r->n_benchmarks; b++)
		measure_progress(ret, b);
	return 0;
}

/* Failures are the command's own doing, not an unstable machine. */
static bool lacks_through_failures(const struct progress *p)
{
	return p->n_failed > n_excluded(p);
}

static bool is_unstable(const struct progress *p)
{
	return (p->is_spent && !lacks_through_failures(p)) ||
		(p->n_counted == 0 && n_excluded(p) > p->n_failed);
}

/* "20 runs", or "12 to 30 runs" where benchmarks differ. */
static void format_runs(const struct decision *d, char *ret, size_t size)
{
	size_t least = SIZE_MAX;
	size_t most = 0;

	for (size_t b = 0; b < d->r->n_benchmarks; b++) {
		least = MIN_OF(least, d->list[b].n_counted);
		most = MAX_OF(most, d->list[b].n_counted);
	}
	if (least < most)
		(void)snprintf(ret, size, "%zu to %zu runs", least, most);
	else
		(void)snprintf(ret, size, "%zu run%s", most, most == 1 ? "" : "s");
}

/* "10 of 20 runs disturbed, mostly by cc1" about the first benchmark that is unstable. */
static void format_exclusions(const struct decision *d, size_t benchmark, char *ret, size_t size)
{
	const struct progress *p = &d->list[benchmark];
	enum outlier_rule rule = d->w->outliers.rule;
	char cause[RUN_WHY_MAX];

	if (p->n_invalid > p->n_disturbed) {
		(void)snprintf(ret, size, "%zu of %zu runs invalid", p->n_invalid, p->n_attempts);
		return;
	}
	if (rule != OUTLIER_EVIDENCE) {
		(void)snprintf(ret, size, "%zu of %zu runs excluded by the rule %s", p->n_disturbed,
			p->n_attempts, outlier_rule_name(rule));
		return;
	}
	culprits_rank(d->r, &d->index, benchmark, cause, sizeof(cause));
	(void)snprintf(ret, size, "%zu of %zu runs disturbed%s%s", p->n_disturbed, p->n_attempts,
		cause[0] ? ", mostly by " : "", cause);
}

static void explain_unstable(const struct decision *d, const char *what, char *ret, size_t size)
{
	size_t n_unstable = 0;
	size_t first = 0;
	char exclusions[REPETITION_STOP_MAX];

	for (size_t b = d->r->n_benchmarks; b-- > 0;) {
		if (!is_unstable(&d->list[b]))
			continue;
		n_unstable++;
		first = b;
	}
	format_exclusions(d, first, exclusions, sizeof(exclusions));
	if (d->r->n_benchmarks == 1)
		(void)snprintf(ret, size, "%s: %s", what, exclusions);
	else
		(void)snprintf(ret, size, "%s for %zu of %zu benchmarks: %s: %s", what, n_unstable,
			d->r->n_benchmarks, d->r->benchmarks[first].name, exclusions);
}

static void explain_finished(const struct decision *d, char *ret, size_t size)
{
	char runs[64];
	double worst = 0;

	format_runs(d, runs, sizeof(runs));
	for (size_t b = 0; b < d->r->n_benchmarks; b++)
		worst = MAX_OF(worst, d->list[b].rel_ci);
	if (!is_adaptive(d->w))
		(void)snprintf(ret, size, "%s", runs);
	else if (worst <= d->w->repetition.rel_ci)
		(void)snprintf(ret, size, "rel-ci reached at %s", runs);
	else if (isinf(worst))
		(void)snprintf(ret, size, "max reached at %s, no interval", runs);
	else
		(void)snprintf(
			ret, size, "max reached at %s, rel-ci still %.3g %%", runs, worst * 100);
}

static void explain_failures(const struct decision *d, char *ret, size_t size)
{
	size_t n_failed = 0;
	size_t n_attempts = 0;

	for (size_t b = 0; b < d->r->n_benchmarks; b++) {
		n_failed += d->list[b].n_failed;
		n_attempts += d->list[b].n_attempts;
	}
	(void)snprintf(ret, size, "%zu of %zu runs failed", n_failed, n_attempts);
}

static enum repetition_step end(
	const struct decision *d, bool out_of_time, char *ret_stop, size_t size)
{
	bool any_spent = false;
	bool any_unstable = false;
	char runs[64];

	for (size_t b = 0; b < d->r->n_benchmarks; b++) {
		any_spent |= d->list[b].is_spent;
		any_unstable |= is_unstable(&d->list[b]);
	}
	if (any_unstable) {
		explain_unstable(d,
			out_of_time ? "max-time reached" : "budget of replacements spent", ret_stop,
			size);
		return REPETITION_UNSTABLE;
	}
	format_runs(d, runs, sizeof(runs));
	if (out_of_time)
		(void)snprintf(ret_stop, size, "max-time reached after %s", runs);
	else if (any_spent)
		explain_failures(d, ret_stop, size);
	else
		explain_finished(d, ret_stop, size);
	return REPETITION_DONE;
}

/* Sets who takes part in the next round; returns whether anybody does. */
static bool choose(const struct decision *d, bool *wanted)
{
	bool any = false;

	for (size_t b = 0; b < d->r->n_benchmarks; b++) {
		wanted[b] = !d->list[b].is_finished && !d->list[b].is_spent;
		any |= wanted[b];
	}
	/* Arms are compared within rounds: none may stop before the others. */
	for (size_t b = 0; any && is_adaptive(d->w) && b < d->r->n_benchmarks; b++)
		wanted[b] |= d->r->benchmarks[b].arm && !d->list[b].is_spent;
	return any;
}

enum repetition_step repetition_decide(const struct workload *w, const struct result *r,
	uint64_t elapsed_ns, bool *wanted, char *ret_stop, size_t size)
{
	CLEANUP(decision_done) struct decision d;
	uint64_t max_time_ns = w->repetition.max_time_ns;
	bool out_of_time = max_time_ns > 0 && elapsed_ns >= max_time_ns;
	bool any;

	ret_stop[0] = '\0';
	memset(wanted, 0, r->n_benchmarks * sizeof(*wanted));
	if (decision_make(w, r, &d) < 0) {
		(void)snprintf(ret_stop, size, "out of memory");
		return REPETITION_UNSTABLE;
	}
	any = choose(&d, wanted);
	if (any && !out_of_time)
		return REPETITION_MORE;

	memset(wanted, 0, r->n_benchmarks * sizeof(*wanted));
	return end(&d, any && out_of_time, ret_stop, size);
}

int repetition_mark_unstable(const struct workload *w, struct result *r)
{
	CLEANUP(decision_done) struct decision d;

	if (decision_make(w, r, &d) < 0)
		return -ENOMEM;

	for (size_t b = 0; b < r->n_benchmarks; b++) {
		r->benchmarks[b].quality &= ~(unsigned)QUALITY_UNSTABLE;
		if (is_unstable(&d.list[b]))
			r->benchmarks[b].quality |= QUALITY_UNSTABLE;
	}
	return 0;
}
