/* Workload files: YAML text to struct workload. */
#include "common/config/workload-file.h"

#include <errno.h>

#include "common/config/workload-reader.h"

/* Options are kept until the end: placeholders borrow their names. */
static int override_one(
	struct schema_context *c, const char *text, struct strv *options, struct workload *w)
{
	const char *equals = strchr(text, '=');
	CLEANUP_FREE char *key = strndup(text, equals ? (size_t)(equals - text) : strlen(text));
	int r;

	if (!key || strv_pushf(options, "--%s", key) < 0)
		return -ENOMEM;

	c->option = options->items[options->n - 1];
	if (!equals) {
		(void)diag_add(c->d, 0, 0, "%s: no value", c->option);
		r = 0;
	} else {
		r = workload_override(c, key, equals + 1, w);
	}
	c->option = NULL;
	return r;
}

static int override_all(struct schema_context *c, const struct strv *overrides,
	struct strv *options, struct workload *w)
{
	for (size_t i = 0; overrides && i < overrides->n; i++) {
		int r = override_one(c, overrides->items[i], options, w);
		if (r < 0)
			return r;
	}
	return 0;
}

/* File first, then options; what needs both is looked at last. */
static int read_all(struct schema_context *c, const struct node *root, const struct strv *overrides,
	struct strv *options, struct workload *w)
{
	int r = root ? schema_walk(c, workload_rows, root, w) : 0;

	if (r >= 0)
		r = override_all(c, overrides, options, w);
	if (r >= 0 && root && root->kind == NODE_MAPPING)
		r = workload_check(c, root, w);
	return r;
}

int workload_parse(const char *text, size_t size, const char *directory,
	const struct strv *overrides, struct workload *ret, struct diag *d)
{
	struct workload_reader reader = {.directory = directory};
	struct schema_context c = {.d = d, .document = &reader};
	CLEANUP(workload_done) struct workload w;
	CLEANUP_STRV struct strv options = {0};
	CLEANUP_NODE struct node *root = NULL;
	size_t n_before = diag_count(d);
	int r;

	workload_init(&w);
	r = yaml_tree_load_full(text, size, d, &root);
	if (r != -ENOMEM)
		r = read_all(&c, root, overrides, &options, &w);
	placeholders_done(&reader.placeholders);
	if (r >= 0)
		r = diag_count(d) > n_before ? -EINVAL : workload_hash(&w);
	if (r < 0)
		return r;

	*ret = w;
	w = (struct workload){0};
	return 0;
}

void workload_print_keys(FILE *f)
{
	schema_print(f, workload_rows, 0);
}
