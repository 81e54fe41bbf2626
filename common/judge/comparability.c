/* Can two results be compared at all: what differs, field by field. */
#include "common/judge/comparability.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/macro.h"

#define RULES_TEXT_MAX 96
#define KEY_MAX	       256
#define ENTRIES_MAX    4096 /* facts or settings */

/* What is being collected; the first failure is kept. */
struct collector {
	struct fact_differences list;
	bool out_of_memory;
};

static void difference_done(struct fact_difference *d)
{
	free(d->key);
	free(d->a);
	free(d->b);
	*d = (struct fact_difference){0};
}

void fact_differences_done(struct fact_differences *d)
{
	if (!d)
		return;

	for (size_t i = 0; i < d->n; i++)
		difference_done(&d->items[i]);
	free(d->items);
	*d = (struct fact_differences){0};
}

static int copy_text(const char *from, char **ret)
{
	*ret = from ? strdup(from) : NULL;
	return from && !*ret ? -ENOMEM : 0;
}

static int append(struct fact_differences *list, struct fact_difference *d)
{
	struct fact_difference *items = reallocarray(list->items, list->n + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->n++] = TAKE_STRUCT(*d);
	return 0;
}

static void add(
	struct collector *c, const char *key, const char *a, const char *b, enum fact_weight weight)
{
	CLEANUP(difference_done) struct fact_difference d = {.weight = weight};

	if (copy_text(key, &d.key) < 0 || copy_text(a, &d.a) < 0 || copy_text(b, &d.b) < 0 ||
		append(&c->list, &d) < 0) {
		c->out_of_memory = true;
		return;
	}
	c->list.is_hard = c->list.is_hard || weight == FACT_HARD;
}

static void compare_texts(
	struct collector *c, const char *key, const char *a, const char *b, enum fact_weight weight)
{
	if (!streq(a, b))
		add(c, key, a, b, weight);
}

/* Value of a fact by the key of another "key=value"; NULL: not there. */
static const char *fact_value(const struct strv *facts, const char *like)
{
	size_t length = strcspn(like, "=");

	strv_foreach (fact, facts)
		if (strcspn(fact, "=") == length && strncmp(fact, like, length) == 0)
			return fact + length + (fact[length] == '=');
	return NULL;
}

static void compare_fact(
	struct collector *c, const char *fact, const struct strv *a, const struct strv *b)
{
	CLEANUP_FREE char *key = strndup(fact, strcspn(fact, "="));

	if (!key)
		c->out_of_memory = true;
	else
		compare_texts(
			c, key, fact_value(a, fact), fact_value(b, fact), fact_desc_weight(key));
}

/* Every entry is looked for among all others: no machine has so many. */
static bool is_too_long(struct collector *c, const char *key, size_t n_a, size_t n_b)
{
	char a[KEY_MAX], b[KEY_MAX];

	if (MAX_OF(n_a, n_b) <= ENTRIES_MAX)
		return false;
	(void)snprintf(a, sizeof(a), "%zu entries", n_a);
	(void)snprintf(b, sizeof(b), "%zu entries", n_b);
	add(c, key, a, b, FACT_HARD);
	return true;
}

static void compare_facts(struct collector *c, const struct strv *a, const struct strv *b)
{
	if (is_too_long(c, "facts", a->n, b->n))
		return;
	strv_foreach (fact, a)
		compare_fact(c, fact, a, b);
	strv_foreach (fact, b)
		if (!fact_value(a, fact))
			compare_fact(c, fact, a, b);
}

/*
 * What a setting that holds says. Behind a comma, cpu.affinity reports what it took to get there:
 * the number of tasks that were moved is another in every job.
 */
static void applied(const struct setting_outcome *o, char **ret)
{
	const char *text = o->after ? o->after : o->want;
	size_t length = text ? strlen(text) : 0;

	if (text && streq(o->knob, "cpu.affinity"))
		length = strcspn(text, ",");
	*ret = strndup(text ? text : "", length);
}

static const struct setting_outcome *find_setting(
	const struct setting_outcomes *list, const struct setting_outcome *like)
{
	for (size_t i = 0; list->items && i < list->n; i++)
		if (streq(list->items[i].knob, like->knob) &&
			streq(list->items[i].target, like->target))
			return &list->items[i];
	return NULL;
}

/* Not applied, for whatever reason, is the same as never wanted: facts tell what is there then. */
static void compare_setting(struct collector *c, const struct setting_outcome *like,
	const struct setting_outcome *a, const struct setting_outcome *b)
{
	CLEANUP_FREE char *text_a = NULL, *text_b = NULL;
	bool held_a = a && a->status == SETTING_HELD, held_b = b && b->status == SETTING_HELD;
	char key[KEY_MAX];

	if (held_a)
		applied(a, &text_a);
	if (held_b)
		applied(b, &text_b);
	if ((held_a && !text_a) || (held_b && !text_b)) {
		c->out_of_memory = true;
		return;
	}
	(void)snprintf(key, sizeof(key), "setting %s %s", like->knob ? like->knob : "?",
		like->target ? like->target : "?");
	compare_texts(c, key, text_a, text_b, FACT_HARD);
}

static void compare_settings(
	struct collector *c, const struct setting_outcomes *a, const struct setting_outcomes *b)
{
	if (is_too_long(c, "settings", a->n, b->n))
		return;
	for (size_t i = 0; a->items && i < a->n; i++)
		compare_setting(c, &a->items[i], &a->items[i], find_setting(b, &a->items[i]));
	for (size_t i = 0; b->items && i < b->n; i++)
		if (!find_setting(a, &b->items[i]))
			compare_setting(c, &b->items[i], NULL, &b->items[i]);
}

static void rules_text(const struct outliers *o, char ret[static RULES_TEXT_MAX])
{
	(void)snprintf(ret, RULES_TEXT_MAX, "%s, tolerance %.6g", outlier_rule_name(o->rule),
		o->tolerance_ratio);
}

static void compare_work(struct collector *c, const struct result *a, const struct result *b)
{
	char rules_a[RULES_TEXT_MAX], rules_b[RULES_TEXT_MAX];

	rules_text(&a->outliers, rules_a);
	rules_text(&b->outliers, rules_b);
	compare_texts(c, "workload-hash", a->workload_hash, b->workload_hash, FACT_HARD);
	compare_texts(c, "outliers", rules_a, rules_b, FACT_HARD);
	compare_texts(c, "timing", a->kernel_timing ? "kernel" : "clock",
		b->kernel_timing ? "kernel" : "clock", FACT_HARD);
	compare_texts(c, "profile", a->profile, b->profile, FACT_SOFT);
}

/* Another major version may measure in another way; another minor one is said. */
static void compare_versions(struct collector *c, const char *a, const char *b)
{
	size_t major = a ? strcspn(a, ".") : 0;
	bool is_same = a && b && major == strcspn(b, ".") && strncmp(a, b, major) == 0;

	compare_texts(c, "version", a, b, is_same ? FACT_SOFT : FACT_HARD);
}

/* Without facts nothing is known of the machine: alike in that is not comparable. */
static void compare_machine(struct collector *c, const struct result *a, const struct result *b)
{
	compare_texts(c, "machine", a->machine, b->machine, FACT_HARD);
	compare_versions(c, a->version, b->version);
	if (a->facts.n == 0 || b->facts.n == 0 || !a->fingerprint || !b->fingerprint)
		add(c, "fingerprint", a->facts.n > 0 ? a->fingerprint : NULL,
			b->facts.n > 0 ? b->fingerprint : NULL, FACT_HARD);
}

static int by_weight_and_key(const void *a, const void *b)
{
	const struct fact_difference *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? -1 : 1;
	return strcmp(x->key, y->key);
}

int comparability_check(
	const struct result *a, const struct result *b, struct fact_differences *ret)
{
	struct collector c = {0};

	compare_machine(&c, a, b);
	compare_facts(&c, &a->facts, &b->facts);
	compare_settings(&c, &a->settings, &b->settings);
	compare_work(&c, a, b);
	if (c.out_of_memory) {
		fact_differences_done(&c.list);
		return -ENOMEM;
	}
	if (c.list.n > 1)
		qsort(c.list.items, c.list.n, sizeof(*c.list.items), by_weight_and_key);
	*ret = c.list;
	return 0;
}

bool fact_is_hard(const char *key)
{
	return fact_desc_weight(key) == FACT_HARD;
}
