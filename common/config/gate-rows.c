/* The keys below `gate:` of a workload file, as rows. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "common/base/quantity.h"
#include "common/config/similar.h"
#include "common/config/workload-reader.h"

#define MAX_MDE_FACTOR 100
#define MAX_MDE_RATIO  10

static const char *const policy_words[] = {
	[GATE_MATERIAL] = "material",
	[GATE_STRICT] = "strict",
	[GATE_NONINFERIOR] = "noninferior",
	NULL,
};
static const char *const spending_words[] = {"lan-demets", "exact", NULL};

static int decode_spending(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	int choice = 0;
	int r = schema_choice.decode(c, row, n, &choice);

	if (r >= 0)
		*(bool *)target = choice == 1;
	return r;
}

/* As a share, but without the percent sign: the row's type reads the number. */
static int decode_number(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	return schema_ratio.decode(c, row, n, target);
}

static int decode_rounds(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	unsigned rounds = 0;
	int r = schema_unsigned.decode(c, row, n, &rounds);

	if (r >= 0)
		gate_set_rounds(target, rounds);
	return r;
}

static const struct schema_row look_row = {
	.key = "looks",
	.type = &schema_unsigned,
	.min = "8",
	.max = "1000",
};

static int decode_looks(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	unsigned looks[GATE_LOOKS_MAX] = {0};
	struct gate *gate = target;
	size_t n_looks = 0;

	if (n->kind != NODE_LIST)
		return schema_wrong_type(c, row, n);
	if (n->n < 1 || n->n > GATE_LOOKS_MAX)
		return schema_problem(
			c, n, "'looks' has %zu numbers, must have 1..%d", n->n, GATE_LOOKS_MAX);
	node_foreach (child, n) {
		int r = look_row.type->decode(c, &look_row, child, &looks[n_looks]);
		if (r < 0)
			return r;
		if (n_looks > 0 && looks[n_looks] <= looks[n_looks - 1])
			return schema_problem(c, child, "'looks' has %u behind %u, must be rising",
				looks[n_looks], looks[n_looks - 1]);
		n_looks++;
	}
	memcpy(gate->looks, looks, sizeof(looks));
	gate->n_looks = n_looks;
	return 0;
}

/* "2x" is a multiple of the margin, "5%" a ratio of its own. */
static int decode_max_mde(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	CLEANUP_FREE char *number = NULL;
	struct gate *gate = target;
	const char *text;
	size_t size;
	double value;
	bool factor;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	size = strlen(text);
	factor = size > 1 && text[size - 1] == 'x';
	number = strndup(text, factor ? size - 1 : size);
	if (!number)
		return -ENOMEM;

	r = factor ? quantity_double(number, &value) : quantity_ratio(number, &value);
	if (r < 0)
		return schema_wrong_type(c, row, n);
	if (factor ? value < 1 || value > MAX_MDE_FACTOR : value < 1e-4 || value > MAX_MDE_RATIO)
		return schema_problem(c, n,
			"'%s' is %.60s, must be 1x..%dx of the margin, or a share of 0.01%%..%d%%",
			row->key, text, MAX_MDE_FACTOR, MAX_MDE_RATIO * 100);
	gate->max_mde = value;
	gate->max_mde_is_factor = factor;
	return 0;
}

static int decode_quarantine(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	const char *text;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	if (!*text || strlen(text) >= GATE_REASON_MAX || !text_is_line(text))
		return schema_problem(c, n,
			"'%s' must be a reason: one line of 1..%d bytes of printable text",
			row->key, GATE_REASON_MAX - 1);
	(void)snprintf(target, GATE_REASON_MAX, "%s", text);
	return 0;
}

static int decode_floor_s(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	uint64_t floor_ns = 0;
	int r = schema_duration.decode(c, row, n, &floor_ns);

	if (r >= 0)
		*(double *)target = (double)floor_ns / 1e9;
	return r;
}

static int decode_floor_bytes(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	uint64_t floor_bytes = 0;
	int r = schema_size.decode(c, row, n, &floor_bytes);

	if (r >= 0)
		*(double *)target = (double)floor_bytes;
	return r;
}

static const struct schema_type number_type = {
	"a number", "2", decode_number, NULL, quantity_double};
static const struct schema_type spending_type = {"a word", NULL, decode_spending};
static const struct schema_type rounds_type = {"a number", NULL, decode_rounds, quantity_u64};
static const struct schema_type looks_type = {
	"a rising list of numbers", "[12, 16, 24, 36, 48]", decode_looks};
static const struct schema_type max_mde_type = {
	"a multiple of the margin or a share", "2x or 5%", decode_max_mde};
static const struct schema_type quarantine_type = {
	"one line of text", NULL, decode_quarantine, .is_text = true};
static const struct schema_type floor_s_type = {
	"a duration", "1ms", decode_floor_s, quantity_duration_ns};
static const struct schema_type floor_bytes_type = {
	"a size", "64KiB", decode_floor_bytes, quantity_size_bytes};
static const struct schema_type floor_count_type = {
	"a number", "100", decode_number, NULL, quantity_double};

/* The floor is in the unit of the metric: its type and limit are put in for each. */
static const struct schema_row metric_rows[] = {
	{
		.key = "floor",
		.type = &floor_s_type,
		.offset = offsetof(struct gate_metric, floor),
		.default_text = "none",
		.help = "Smallest difference that matters, in the unit of the metric.",
	},
	{
		.key = "margin",
		.type = &schema_ratio,
		.offset = offsetof(struct gate_metric, margin_ratio),
		.min = "0.01%",
		.max = "100%",
		.default_text = "that of the gate",
		.help = "Largest change of this metric that does not matter.",
	},
	{0},
};

static void set_floor(struct schema_row *floor, enum metric metric)
{
	const char *unit = metric_desc(metric)->unit;

	floor->type = streq(unit, "s") ? &floor_s_type
		: streq(unit, "B")     ? &floor_bytes_type
				       : &floor_count_type;
	floor->min = "0";
	floor->max = streq(unit, "s") ? "7d" : streq(unit, "B") ? "1TiB" : "1000000000000";
}

static int unknown_metric(struct schema_context *c, const struct node *n, const char *name)
{
	struct similar similar = similar_start(name);
	char hint[SIMILAR_HINT_MAX];

	for (int i = 0; i < METRIC_MAX; i++)
		similar_try(&similar, metric_desc(i)->name);
	return schema_problem(c, n, "unknown metric '%.60s'%s", name, similar_hint(&similar, hint));
}

static int decode_listed(struct schema_context *c, const struct schema_row *row,
	const struct node *n, struct gate_metric metrics[static METRIC_MAX])
{
	const char *name;
	int metric, r = schema_scalar(c, row, n, &name);

	if (r < 0)
		return r;
	metric = metric_find(name);
	if (metric < 0)
		return unknown_metric(c, n, name);
	metrics[metric].wanted = true;
	return 0;
}

static int decode_mapped(struct schema_context *c, const struct node *n,
	struct gate_metric metrics[static METRIC_MAX])
{
	const struct schema_row named = {.key = n->key->text, .type = &schema_mapping};
	struct schema_row rows[ARRAY_SIZE(metric_rows)];
	int metric = metric_find(n->key->text);

	if (metric < 0)
		return unknown_metric(c, n->key, n->key->text);
	if (n->kind != NODE_MAPPING)
		return schema_wrong_type(c, &named, n);
	metrics[metric].wanted = true;
	memcpy(rows, metric_rows, sizeof(rows));
	set_floor(&rows[0], (enum metric)metric);
	return schema_walk(c, rows, n, &metrics[metric]);
}

/* What is named replaces the wall time that is gated without a word. */
static int decode_metrics(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	struct gate_metric metrics[METRIC_MAX] = {0};

	if (n->kind == NODE_SCALAR)
		return schema_wrong_type(c, row, n);
	if (n->n == 0)
		return schema_problem(c, n, "'%s' names no metric", row->key);
	node_foreach (child, n) {
		int r = n->kind == NODE_LIST ? decode_listed(c, row, child, metrics)
					     : decode_mapped(c, child, metrics);
		if (r == -ENOMEM)
			return r;
	}
	memcpy(target, metrics, sizeof(metrics));
	return 0;
}

static const struct schema_type metrics_type = {"a list of metrics or a mapping",
	"[wall, max-rss] or {wall: {margin: 1%, floor: 1ms}}", decode_metrics};

const struct schema_row workload_gate_rows[] = {
	{
		.key = "margin",
		.type = &schema_ratio,
		.offset = offsetof(struct gate, margin_ratio),
		.min = "0.01%",
		.max = "100%",
		.default_text = "2%",
		.help = "Largest change that does not matter.",
	},
	{
		.key = "alpha",
		.type = &schema_ratio,
		.offset = offsetof(struct gate, alpha),
		.min = "0.001%",
		.max = "10%",
		.default_text = "1%",
		.help = "Chance of any false verdict to one side, over all looks and benchmarks.",
	},
	{
		.key = "policy",
		.type = &schema_choice,
		.offset = offsetof(struct gate, policy),
		.choices = policy_words,
		.default_text = "material",
		.help = "What fails: what is proven to be worse than the margin, what is proven to "
			"be worse at all, or what is not proven to be within the margin.",
	},
	{
		.key = "max-rounds",
		.type = &rounds_type,
		.min = "8",
		.max = "1000",
		.default_text = "48",
		.help = "Most pairs of runs of a benchmark; the looks follow from it.",
	},
	{
		.key = "looks",
		.type = &looks_type,
		.default_text = "[12, 16, 24, 36, 48]",
		.help = "Pairs at which it is decided, instead of max-rounds.",
	},
	{
		.key = "rho",
		.type = &number_type,
		.offset = offsetof(struct gate, rho),
		.min = "0.5",
		.max = "8",
		.default_text = "2",
		.help = "How much of alpha is kept for the later looks: power of the spending "
			"function.",
	},
	{
		.key = "spending",
		.type = &spending_type,
		.offset = offsetof(struct gate, exact_spending),
		.choices = spending_words,
		.default_text = "lan-demets",
		.help = "How alpha is shared by the looks: by their correlation, or as a plain sum "
			"that needs no approximation.",
	},
	{
		.key = "max-mde",
		.type = &max_mde_type,
		.default_text = "any",
		.help = "Largest detectable effect that is an answer.",
	},
	{
		.key = "max-excluded",
		.type = &schema_ratio,
		.offset = offsetof(struct gate, max_excluded_ratio),
		.max = "90%",
		.default_text = "20%",
		.help = "Pairs that may be put aside, as a share of those made; above, there is no "
			"verdict.",
	},
	{
		.key = "quarantine",
		.type = &quarantine_type,
		.offset = offsetof(struct gate, quarantine),
		.help = "Why the verdict is shown and does not count.",
	},
	{
		.key = "metrics",
		.type = &metrics_type,
		.offset = offsetof(struct gate, metrics),
		.flags = SCHEMA_ITEMS,
		.rows = metric_rows,
		.default_text = "[wall]",
		.help = "What is judged.",
	},
	{0},
};

static int decode_gate(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	const struct node *looks = node_get(n, "looks");

	if (n->kind != NODE_MAPPING)
		return schema_wrong_type(c, row, n);
	if (looks && node_get(n, "max-rounds"))
		(void)schema_problem(c, looks->key,
			"'looks' and 'max-rounds' exclude each other: the last look is the most");
	return schema_walk(c, workload_gate_rows, n, target);
}

const struct schema_type workload_gate = {"a mapping", "{margin: 2%, max-rounds: 48}", decode_gate};
