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

	/* No option has the name of all rules of a gate together. */
	if (!key || strv_pushf(options, "%s%s", streq(key, "gate") ? "" : "--", key) < 0)
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

int workload_override_all(struct schema_context *c, const struct strv *overrides,
	struct strv *options, struct workload *w)
{
	for (size_t i = 0; overrides && i < overrides->n; i++) {
		int r = override_one(c, overrides->items[i], options, w);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_layers(
	struct schema_context *c, const struct workload_layer *layers, size_t n, struct workload *w)
{
	struct workload_reader *reader = c->document;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < n; i++) {
		reader->directory = layers[i].directory;
		reader->order_given |= i + 1 < n && node_get(layers[i].root, "order");
		c->option = layers[i].option;
		r = schema_walk(c, layers[i].rows, layers[i].root, w);
	}
	c->option = NULL;
	return r;
}

/* Files first, then options; what needs both is looked at last. */
static int read_all(struct schema_context *c, const struct workload_layer *layers, size_t n,
	const struct strv *overrides, struct strv *options, struct workload *w)
{
	const struct node *root = layers[n - 1].root;
	int r = read_layers(c, layers, n, w);

	if (r >= 0)
		r = workload_override_all(c, overrides, options, w);
	if (r >= 0 && root->kind == NODE_MAPPING)
		r = workload_check(c, root, w);
	return r;
}

int workload_read(struct diag *d, const struct workload_layer *layers, size_t n,
	const struct strv *overrides, struct workload *ret)
{
	struct workload_reader reader = {0};
	struct schema_context c = {.d = d, .document = &reader};
	CLEANUP(workload_done) struct workload w;
	CLEANUP_STRV struct strv options = {0};
	size_t n_before = diag_count(d);
	int r;

	workload_init(&w);
	r = read_all(&c, layers, n, overrides, &options, &w);
	placeholders_done(&reader.placeholders);
	if (r >= 0)
		r = diag_count(d) > n_before ? -EINVAL : workload_hash(&w);
	if (r < 0)
		return r;

	*ret = w;
	w = (struct workload){0};
	return 0;
}

/* Options that could not be read are worth saying even when the file is none. */
static int override_nothing(struct diag *d, const char *directory, const struct strv *overrides)
{
	struct workload_reader reader = {.directory = directory};
	struct schema_context c = {.d = d, .document = &reader};
	CLEANUP(workload_done) struct workload w;
	CLEANUP_STRV struct strv options = {0};
	int r;

	workload_init(&w);
	r = workload_override_all(&c, overrides, &options, &w);
	placeholders_done(&reader.placeholders);
	return r < 0 ? r : -EINVAL;
}

int workload_parse(const char *text, size_t size, const char *directory,
	const struct strv *overrides, struct workload *ret, struct diag *d)
{
	CLEANUP_NODE struct node *root = NULL;
	size_t n_before = diag_count(d);
	int r = yaml_tree_load_full(text, size, d, &root);

	if (r == -ENOMEM)
		return r;
	if (!root)
		return override_nothing(d, directory, overrides);

	r = workload_read(d,
		&(struct workload_layer){
			.rows = workload_rows, .root = root, .directory = directory},
		1, overrides, ret);
	if (r >= 0 && diag_count(d) > n_before) {
		workload_done(ret);
		return -EINVAL;
	}
	return r;
}

void workload_print_keys(FILE *f)
{
	schema_print(f, workload_rows, 0);
}
