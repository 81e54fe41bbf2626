/* What a gate needs of its workload: two arms that differ, blind exclusion, pairs. */
#include <errno.h>

#include "common/config/workload-reader.h"

#define ARM_DIR "{arm-dir}"
#define ARMS_FROM                                                                                  \
	": give 'arms' in the file, --base and --cand, --build for git revisions, or "             \
	"--base-cmd and --cand-cmd instead of the file"

static bool words_name_it(const struct strv *words)
{
	strv_foreach (word, words) {
		if (strstr(word, ARM_DIR))
			return true;
	}
	return false;
}

static bool text_names_it(const char *text)
{
	return text && strstr(text, ARM_DIR);
}

static bool run_names_it(const struct workload *w)
{
	bool names_it = words_name_it(&w->command.argv) || words_name_it(&w->env) ||
		text_names_it(w->cwd) || text_names_it(w->stdin_path);

	for (size_t i = 0; i < w->n_arms; i++)
		names_it |= words_name_it(&w->arms[i].command.argv) ||
			words_name_it(&w->arms[i].env) || text_names_it(w->arms[i].cwd);
	return names_it;
}

static const struct node *place_of(const struct node *root, const char *key)
{
	const struct node *n = node_get(root, key);

	return n ? n->key : root;
}

static void check_hook(struct schema_context *c, const struct node *root, const char *name,
	const struct command *command)
{
	if (words_name_it(&command->argv))
		(void)schema_problem(c, place_of(root, name),
			"'%s' runs once and for no arm: there is no " ARM_DIR " in it", name);
}

static void check_dirs(struct schema_context *c, const struct node *root, const struct workload *w)
{
	const struct arm *without = NULL;
	size_t n_dirs = 0;

	for (size_t i = 0; i < w->n_arms; i++) {
		n_dirs += w->arms[i].dir != NULL;
		if (!w->arms[i].dir && !w->arms[i].cwd)
			without = &w->arms[i];
	}
	if (n_dirs > 0 && !run_names_it(w))
		(void)schema_problem(c, place_of(root, "command"),
			"neither command nor env nor cwd has " ARM_DIR
			": both arms would run the same");
	if ((n_dirs > 0 || w->is_gate) && without && run_names_it(w))
		(void)schema_problem(c, place_of(root, "arms"),
			"arm '%.64s' has no directory for " ARM_DIR, without->name);
	if (n_dirs > 0) {
		check_hook(c, root, "setup", &w->setup);
		check_hook(c, root, "cleanup", &w->cleanup);
	}
}

static void check_arms(struct schema_context *c, const struct node *root, const struct workload *w)
{
	if (w->is_gate && w->n_arms != 2)
		(void)schema_problem(c, place_of(root, "arms"),
			"%zu arms, a gate compares exactly two, base and candidate%s", w->n_arms,
			w->n_arms > 0 ? "" : ARMS_FROM);
	else if (w->order == ORDER_PAIRS && w->n_arms < 2)
		(void)schema_problem(c, place_of(root, "order"),
			"'order' is pairs, and there are not two arms to pair");
}

static void complete_gate(struct schema_context *c, const struct node *root, struct workload *w)
{
	const struct workload_reader *reader = c->document;
	bool given = reader->order_given || node_get(root, "order");

	if (given && w->order != ORDER_PAIRS)
		(void)schema_problem(c, place_of(root, "order"),
			"'order' is %s, must be pairs in a gate: leave it out",
			order_name(w->order));
	if (w->outliers.rule != OUTLIER_EVIDENCE && w->outliers.rule != OUTLIER_NONE)
		(void)schema_problem(c, place_of(root, "outliers"),
			"the rule %s looks at the values, which is not blind: a gate takes "
			"evidence or none",
			outlier_rule_name(w->outliers.rule));
	w->order = ORDER_PAIRS;
	for (int i = 0; i < METRIC_MAX; i++)
		w->metrics[i] |= w->gate.metrics[i].wanted;
}

void gate_check(struct schema_context *c, const struct node *root, struct workload *w)
{
	if (w->is_gate)
		complete_gate(c, root, w);
	check_arms(c, root, w);
	check_dirs(c, root, w);
}
