/* What can only be said about a workload as a whole. */
#include <errno.h>

#include "common/config/workload-reader.h"
#include "common/model/plan.h"

#define DEFAULT_MIN_RUNS 12 /* the first planned look */
#define DEFAULT_MAX_RUNS 200

/* An arm of the file, of the suite, or of an option; a command that cannot be read is one. */
static void check_arm(struct schema_context *c, const struct node *root, const struct arm *arm)
{
	const struct node *n = node_get(node_get(root, "arms"), arm->name);

	if (command_is_set(&arm->command) || node_get(n, "command") || node_get(n, "shell"))
		return;
	(void)schema_problem(c, n ? n->key : root,
		"arm '%.64s' has no command, and neither has the workload", arm->name);
}

static void check_commands(
	struct schema_context *c, const struct node *root, const struct workload *w)
{
	const struct node *arms = node_get(root, "arms"), *shell = node_get(root, "shell");

	if (shell && node_get(root, "command"))
		(void)schema_problem(c, shell->key, "'shell' and 'command' exclude each other");
	if (command_is_set(&w->command) || shell || node_get(root, "command"))
		return;
	if (w->n_arms == 0 && (!arms || (arms->kind == NODE_MAPPING && arms->n == 0)))
		(void)schema_problem(c, root, "missing key 'command'");
	for (size_t i = 0; i < w->n_arms; i++)
		check_arm(c, root, &w->arms[i]);
}

static size_t count_benchmarks(const struct workload *w)
{
	size_t n = w->n_arms > 0 ? w->n_arms : 1;

	for (size_t i = 0; i < w->n_matrix && n <= PLAN_TRIALS_MAX; i++)
		n *= w->matrix[i].values.n;
	return n;
}

/* The place of a key, or else of the file. */
static const struct node *place_of(const struct node *root, const char *key)
{
	const struct node *n = node_get(root, key);

	return n ? n->key : root;
}

static void check_size(struct schema_context *c, const struct node *root, const struct workload *w)
{
	const struct repetition *r = &w->repetition;
	size_t n = count_benchmarks(w);
	size_t counted = w->is_gate ? w->gate.looks[w->gate.n_looks - 1]
		: r->rel_ci > 0	    ? r->max
				    : r->runs;
	size_t runs = r->warmup + counted;

	if (n > PLAN_TRIALS_MAX)
		(void)schema_problem(c, place_of(root, "matrix"),
			"over %d benchmarks, must be at most %d", PLAN_TRIALS_MAX,
			WORKLOAD_BENCHMARKS_MAX);
	else if (n > WORKLOAD_BENCHMARKS_MAX)
		(void)schema_problem(c, place_of(root, "matrix"),
			"%zu benchmarks, must be at most %d", n, WORKLOAD_BENCHMARKS_MAX);
	else if (n * runs > PLAN_TRIALS_MAX)
		(void)schema_problem(c, place_of(root, "runs"),
			"%zu benchmarks of %zu runs, must be at most %d runs in all", n, runs,
			PLAN_TRIALS_MAX);
}

static void complete_repetition(
	struct schema_context *c, const struct node *root, struct repetition *r)
{
	if (r->rel_ci <= 0)
		return;

	if (r->min == 0)
		r->min = r->max > 0 ? MIN_OF(r->max, DEFAULT_MIN_RUNS) : DEFAULT_MIN_RUNS;
	if (r->max == 0)
		r->max = MAX_OF(r->min, DEFAULT_MAX_RUNS);
	if (r->min > r->max)
		(void)schema_problem(c, place_of(root, "runs"),
			"'min' is %u runs and 'max' only %u", r->min, r->max);
}

int workload_check(struct schema_context *c, const struct node *root, struct workload *w)
{
	const struct workload_reader *reader = c->document;

	check_commands(c, root, w);
	gate_check(c, root, w);
	complete_repetition(c, root, &w->repetition);
	check_size(c, root, w);
	placeholders_check(&reader->placeholders, w, c->d);
	return w->cwd ? 0 : schema_set_text(&w->cwd, reader->directory);
}
