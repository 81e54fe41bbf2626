/* Arms of a workload file. */
#include <errno.h>

#include "common/config/workload-reader.h"

static struct arm *find_arm(struct workload *w, const char *name)
{
	for (size_t i = 0; i < w->n_arms; i++)
		if (streq(w->arms[i].name, name))
			return &w->arms[i];
	return NULL;
}

static struct arm *add_arm(struct workload *w, const char *name)
{
	struct arm *grown = reallocarray(w->arms, w->n_arms + 1, sizeof(*grown));
	struct arm *arm;

	if (!grown)
		return NULL;

	w->arms = grown;
	arm = &w->arms[w->n_arms];
	*arm = (struct arm){.name = strdup(name)};
	if (!arm->name)
		return NULL;
	w->n_arms++;
	return arm;
}

static int decode_arm(struct schema_context *c, const struct node *n, struct workload *w)
{
	struct schema_row named = {.key = n->key->text, .type = &schema_mapping};
	struct arm *arm;

	if (!name_is_valid(n->key->text))
		return schema_problem(c, n->key,
			"'%.70s' is not a name of up to 64 of a-z 0-9 . _ -", n->key->text);
	if (n->kind != NODE_MAPPING)
		return schema_wrong_type(c, &named, n);
	/* One that a suite has declared is completed. */
	arm = find_arm(w, n->key->text);
	if (!arm)
		arm = add_arm(w, n->key->text);
	if (!arm)
		return -ENOMEM;

	if (node_get(n, "command") && node_get(n, "shell"))
		(void)schema_problem(
			c, node_get(n, "shell")->key, "'shell' and 'command' exclude each other");
	return schema_walk(c, workload_arm_rows, n, arm);
}

static int decode_arms(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	if (n->kind != NODE_MAPPING)
		return schema_wrong_type(c, row, n);
	if (n->n > WORKLOAD_BENCHMARKS_MAX)
		return schema_problem(
			c, n, "%zu arms, must be at most %d", n->n, WORKLOAD_BENCHMARKS_MAX);

	node_foreach (child, n) {
		int r = decode_arm(c, child, target);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

int workload_set_arm_dir(struct schema_context *c, const char *value, struct workload *w)
{
	const struct node nowhere = {0};
	size_t n = strcspn(value, "=");
	CLEANUP_FREE char *name = strndup(value, n);
	const char *dir = value[n] ? value + n + 1 : "";
	struct arm *arm;

	if (!name)
		return -ENOMEM;
	if (!name_is_valid(name) || dir[0] != '/' || !text_is_line(dir)) {
		(void)schema_problem(c, &nowhere, "'%.60s' is not NAME=/ABSOLUTE/DIRECTORY", value);
		return 0;
	}
	arm = find_arm(w, name);
	if (!arm)
		arm = add_arm(w, name);
	return arm ? schema_set_text(&arm->dir, dir) : -ENOMEM;
}

const struct schema_type workload_arms = {
	"a mapping of names to what differs", "{base: {command: ...}, cand: {...}}", decode_arms};
