/* What has to be the same in all workloads of a job. */
#include "common/config/suite-settings.h"

#include <errno.h>
#include <stdio.h>

#include "common/model/plan.h"

/* Of gate_work(), for all rows: some 5 s, and twice that when the job was cut short. */
#define WORK_MAX 1e8

static bool same_text(const char *a, const char *b)
{
	return a && b ? streq(a, b) : a == b;
}

static bool same_words(const struct strv *a, const struct strv *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (!streq(a->items[i], b->items[i]))
			return false;
	return a->n == b->n;
}

static bool same_profile(const struct workload *a, const struct workload *b)
{
	return same_text(a->profile, b->profile);
}

static bool same_strict(const struct workload *a, const struct workload *b)
{
	return a->strict == b->strict;
}

static bool same_order(const struct workload *a, const struct workload *b)
{
	return a->order == b->order;
}

/* A gate has no number of runs. */
static bool same_runs(const struct workload *a, const struct workload *b)
{
	const struct repetition *x = &a->repetition, *y = &b->repetition;

	if (x->max_time_ns != y->max_time_ns)
		return false;
	if (a->is_gate)
		return true;
	if (x->rel_ci > 0 || y->rel_ci > 0)
		return x->rel_ci == y->rel_ci && x->min == y->min && x->max == y->max;
	return x->runs == y->runs;
}

static bool same_outliers(const struct workload *a, const struct workload *b)
{
	return a->outliers.rule == b->outliers.rule &&
		a->outliers.tolerance_ratio == b->outliers.tolerance_ratio &&
		a->outliers.budget_ratio == b->outliers.budget_ratio;
}

static bool same_seed(const struct workload *a, const struct workload *b)
{
	return a->seed == b->seed;
}

static bool same_labels(const struct workload *a, const struct workload *b)
{
	return same_words(&a->labels, &b->labels);
}

/* Those of a gate include what it judges: the members' are put together instead. */
static bool same_metrics(const struct workload *a, const struct workload *b)
{
	return a->is_gate || memcmp(a->metrics, b->metrics, sizeof(a->metrics)) == 0;
}

static const struct setting {
	const char *key;
	bool (*same)(const struct workload *a, const struct workload *b);
} settings[] = {
	{"profile", same_profile},
	{"strict", same_strict},
	{"order", same_order},
	{"runs", same_runs},
	{"outliers", same_outliers},
	{"seed", same_seed},
	{"labels", same_labels},
	{"metrics", same_metrics},
};

static size_t line_of(const struct node *root, const char *key)
{
	const struct node *n = node_get(root, key);

	return n ? n->key->line : 0;
}

void suite_place_note(struct suite_place *p, const struct node *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		p->lines[i] = line_of(root, settings[i].key);
	p->name_line = line_of(root, "workload");
}

/* Of two that disagree, the one that says so itself is where to look. */
static void note_difference(const struct suite_place *here, const struct suite_place *there,
	const struct suite_place *shared, size_t i)
{
	const struct suite_place *other = there->lines[i] ? there : shared;
	char place[512];

	if (!here->lines[i] && there->lines[i]) {
		note_difference(there, here, shared, i);
		return;
	}
	if (other->lines[i])
		(void)snprintf(place, sizeof(place), "%s:%zu", other->d->file, other->lines[i]);
	else
		(void)snprintf(place, sizeof(place), "the default, which %s has", there->d->file);
	(void)diag_add(here->d, here->lines[i], 1,
		"'%s' differs from %s: a job has one for all its workloads, set it in the suite "
		"or as an option",
		settings[i].key, place);
}

static void check_names(const struct suite *s, const struct suite_place *places, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (streq(s->items[i].name, s->items[at].name)) {
			(void)diag_add(places[at].d, places[at].name_line, 1,
				"workload '%s' is also the name of %s:%zu", s->items[at].name,
				places[i].d->file, places[i].name_line);
			return;
		}
}

static void join_metrics(struct suite *s)
{
	for (size_t i = 1; i < s->n; i++)
		for (int metric = 0; metric < METRIC_MAX; metric++)
			s->items[0].metrics[metric] |= s->items[i].metrics[metric];
	for (size_t i = 1; i < s->n; i++)
		memcpy(s->items[i].metrics, s->items[0].metrics, sizeof(s->items[0].metrics));
}

static double work_of(const struct workload *w)
{
	double n_rows = 0;

	for (int metric = 0; metric < METRIC_MAX; metric++)
		n_rows += w->gate.metrics[metric].wanted;
	return w->is_gate ? n_rows * (double)plan_count(w) / 2 * gate_work(&w->gate) : 0;
}

/* The bus does not answer meanwhile. */
int suite_check_work(const struct suite *s, struct diag *d, size_t line)
{
	double work = 0;

	for (size_t i = 0; i < s->n; i++)
		work += work_of(&s->items[i]);
	if (work <= WORK_MAX)
		return 0;
	return diag_add(d, line, 1,
		"'gate.looks' are too many or too close for so many benchmarks: they would take "
		"%.1f "
		"times as long to judge as they may; leave the looks out, or look less often",
		work / WORK_MAX);
}

int suite_settings_agree(struct suite *s, const struct suite_place *places,
	struct suite_place *shared, const struct node *root)
{
	size_t n_before = diag_count(shared->d);

	suite_place_note(shared, root);
	for (size_t i = 1; i < s->n && diag_count(shared->d) < DIAG_PROBLEMS_MAX; i++) {
		check_names(s, places, i);
		for (size_t k = 0; k < ARRAY_SIZE(settings); k++)
			if (!settings[k].same(&s->items[i], &s->items[0]))
				note_difference(&places[i], &places[0], shared, k);
	}
	if (diag_count(shared->d) > n_before)
		return -EINVAL;
	join_metrics(s);
	return 0;
}
