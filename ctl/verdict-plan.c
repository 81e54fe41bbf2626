/* What a gate could have seen, and what seeing more would cost. */
#include "ctl/verdict-plan.h"

#include <errno.h>
#include <math.h>

#include "common/base/macro.h"
#include "common/stats/effect.h"
#include "ctl/verdict-words.h"

#define MINUTE_SECONDS 60.0
#define HOUR_SECONDS   3600.0

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool has_effect(const struct verdict_row *row)
{
	return isfinite(row->mde) && row->mde > 0 && row->rounds > 0;
}

static double median_of(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), compare_doubles);
	return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* The margin all rows have in common, or NaN. */
static void add_row(struct verdict_plan *plan, const struct verdict_row *row)
{
	if (plan->n == 0)
		plan->margin = row->margin;
	else if (fabs(plan->margin - row->margin) > 1e-9)
		plan->margin = NAN;
	if (plan->n == 0 || row->mde > plan->worst) {
		plan->worst = row->mde;
		plan->row = row;
	}
	plan->n++;
}

static double factor_of(const struct verdict_document *d)
{
	double largest = 0;

	for (size_t i = 0; i < d->n_rows; i++)
		if (has_effect(&d->rows[i]))
			largest = fmax(largest, d->rows[i].mde / d->rows[i].margin);
	return largest > 1 ? 1 : largest > 0.5 ? 0.5 : 0;
}

static double rounds_of(const struct verdict_plan *plan, const struct verdict_row *row)
{
	double wanted = plan->factor > 0 ? plan->factor * row->margin : plan->worst / 2;

	return fmax(row->rounds, effect_rounds(row->mde, row->rounds, wanted));
}

/* Rows of one benchmark stand together, and its rounds serve them all. */
static void add_costs(const struct verdict_document *d, struct verdict_plan *plan)
{
	for (size_t i = 0; i < d->n_rows;) {
		const char *name = d->rows[i].name;
		double rounds = 0, round_s = 0;

		for (; i < d->n_rows && streq(d->rows[i].name, name); i++)
			if (has_effect(&d->rows[i])) {
				rounds = fmax(rounds, rounds_of(plan, &d->rows[i]));
				round_s = d->rows[i].round_s;
			}
		if (rounds > 0)
			plan->seconds += rounds * round_s;
		plan->rounds = fmax(plan->rounds, rounds);
	}
}

int verdict_plan_make(const struct verdict_document *d, struct verdict_plan *ret)
{
	CLEANUP_FREE double *effects = calloc(MAX_OF(d->n_rows, (size_t)1), sizeof(double));
	struct verdict_plan plan = {.margin = NAN, .median = NAN, .worst = NAN};

	if (!effects)
		return -ENOMEM;
	for (size_t i = 0; i < d->n_rows; i++) {
		const struct verdict_row *row = &d->rows[i];

		if (!has_effect(row)) {
			plan.n_without++;
			continue;
		}
		effects[plan.n] = row->mde;
		add_row(&plan, row);
	}
	if (plan.n > 0) {
		plan.median = median_of(effects, plan.n);
		plan.factor = factor_of(d);
		add_costs(d, &plan);
	}
	*ret = plan;
	return 0;
}

void verdict_plan_seen_print(FILE *f, const struct verdict_plan *plan)
{
	char text[VERDICT_PERCENT_MAX];

	if (plan->n == 0) {
		(void)fputs("what this could have seen is unknown: no row has a figure", f);
		return;
	}
	(void)fprintf(f, "could have seen %s", verdict_percent(plan->median, 2, text));
	if (plan->n > 1)
		(void)fprintf(f, " (median of %zu), %s at worst", plan->n,
			verdict_percent(plan->worst, 2, text));
	(void)fprintf(f, ", with a chance of %s", verdict_percent(EFFECT_POWER, 2, text));
	if (plan->n_without > 0)
		(void)fprintf(f, "; %zu without a figure", plan->n_without);
}

static void print_duration(FILE *f, double seconds)
{
	if (!isfinite(seconds) || !(seconds > 0))
		(void)fputs("how long that takes is unknown", f);
	else if (seconds < MINUTE_SECONDS)
		(void)fputs("less than 1 minute", f);
	else if (seconds < 2 * HOUR_SECONDS)
		(void)fprintf(f, "about %.0f minutes", ceil(seconds / MINUTE_SECONDS));
	else
		(void)fprintf(f, "about %.1f hours", seconds / HOUR_SECONDS);
}

void verdict_plan_cost_print(FILE *f, const struct verdict_plan *plan, bool paired)
{
	char text[VERDICT_PERCENT_MAX];

	if (plan->n == 0) {
		(void)fputs("what a smaller effect would take is unknown", f);
		return;
	}
	if (!(plan->factor > 0))
		(void)fprintf(f, "to see %s", verdict_percent(plan->worst / 2, 2, text));
	else if (isfinite(plan->margin))
		(void)fprintf(f, "to see %s (%s)",
			plan->factor < 1 ? "half the margin" : "the margin",
			verdict_percent(plan->factor * plan->margin, 4, text));
	else
		(void)fprintf(
			f, "to see %s", plan->factor < 1 ? "half the margins" : "the margins");
	(void)fprintf(f, "%s: %s%.0f %s%s, ", plan->n > 1 ? " everywhere" : "",
		plan->n > 1 ? "up to " : "", plan->rounds, paired ? "rounds" : "runs",
		plan->n > 1 ? " each" : "");
	print_duration(f, plan->seconds);
	if (paired && plan->rounds > GATE_ROUNDS_MAX)
		(void)fprintf(f, " (a gate may have %d)", GATE_ROUNDS_MAX);
	(void)fputs(plan->n > 1 && isfinite(plan->seconds) ? " in all" : "", f);
}
