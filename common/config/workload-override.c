/* Options of the command line, read with the rows of the file. */
#include <errno.h>
#include <stddef.h>

#include "common/config/similar.h"
#include "common/config/workload-reader.h"

/* Options that are not a row of their own. */
static const char *const extra_keys[] = {
	"param", "label", "until", "max-time", "profiler", "arm-dir", "same-files"};

/* "[a, b]" and "{a: b}" are YAML; a shell has a blank behind its brackets and braces. */
static bool looks_like_yaml(const char *value)
{
	return (value[0] == '[' || value[0] == '{') && value[1] && !strchr(" \t\n", value[1]);
}

static int load_yaml(struct schema_context *c, const char *value, struct node **ret)
{
	CLEANUP(diag_done) struct diag d;
	int r = diag_init(&d, "", NULL, 0);

	if (r < 0)
		return r;
	r = yaml_tree_load_full(value, strlen(value), &d, ret);
	if (r != -ENOMEM && d.n > 0)
		r = diag_add(c->d, 0, 0, "%s: %s", c->option, d.problems[0].text);
	return r;
}

/* What is no list or mapping is plain text, whatever YAML would make of its quotes and colons. */
static int make_node(struct schema_context *c, const struct schema_row *row, const char *value,
	struct node **ret)
{
	if (row->type && !row->type->is_text && looks_like_yaml(value))
		return load_yaml(c, value, ret);
	*ret = node_new_scalar(value);
	return *ret ? 0 : -ENOMEM;
}

static int read_value(
	struct schema_context *c, const struct schema_row *row, const char *value, void *base)
{
	CLEANUP_NODE struct node *n = NULL;
	int r = make_node(c, row, value, &n);

	if (r == -ENOMEM)
		return r;
	return r < 0 ? 0 : schema_read(c, row, n, base);
}

/* Splits "key=rest"; NULL when there is no "=". */
static const char *split_pair(const char *text, char **ret_key)
{
	const char *equals = strchr(text, '=');

	*ret_key = equals ? strndup(text, (size_t)(equals - text)) : NULL;
	return equals ? equals + 1 : NULL;
}

static int unknown(struct schema_context *c, const struct schema_row *rows, const char *key,
	const char *const *more, size_t n_more)
{
	struct similar similar = similar_start(key);
	char hint[SIMILAR_HINT_MAX];

	for (; rows->key; rows++)
		similar_try(&similar, rows->key);
	for (size_t i = 0; i < n_more; i++)
		similar_try(&similar, more[i]);
	(void)diag_add(c->d, 0, 0, "%s: unknown key '%.60s'%s", c->option, key,
		similar_hint(&similar, hint));
	return 0;
}

/* "stdout-contains=TEXT" below verify, "rel-ci=1%" below until: one level of rows further down. */
static int read_row(
	struct schema_context *c, const struct schema_row *row, const char *value, void *base)
{
	CLEANUP_FREE char *key = NULL;
	const struct schema_row *inner;
	const char *rest;

	if (!row->rows || row->flags & SCHEMA_ITEMS || looks_like_yaml(value))
		return read_value(c, row, value, base);
	rest = split_pair(value, &key);
	if (!rest)
		return read_value(c, row, value, base);
	if (!key)
		return -ENOMEM;

	inner = schema_find(row->rows, key);
	if (!inner)
		return unknown(c, row->rows, key, NULL, 0);
	return read_value(c, inner, rest, (char *)base + row->offset);
}

static int split_values(const char *text, struct strv *ret)
{
	for (;;) {
		size_t n = strcspn(text, ",");
		int r = strv_pushf(ret, "%.*s", (int)n, text);

		if (r < 0 || !text[n])
			return r;
		text += n + 1;
	}
}

static int parameter_values(
	struct schema_context *c, const char *name, const char *text, struct strv *ret)
{
	const struct schema_row row = {.key = name, .type = &schema_words};
	CLEANUP_NODE struct node *n = NULL;
	int r;

	if (text[0] != '[')
		return split_values(text, ret);
	r = load_yaml(c, text, &n);
	return r < 0 ? r : schema_strings(c, &row, n, ret);
}

/* "width=500,1000"; a value with a comma needs YAML: "width=[500, 'a,b']". */
static int override_parameter(struct schema_context *c, const char *value, struct workload *w)
{
	CLEANUP_STRV struct strv values = {0};
	CLEANUP_FREE char *name = NULL;
	const char *rest = split_pair(value, &name);
	const struct node nowhere = {0};
	int r;

	if (!rest) {
		(void)schema_problem(c, &nowhere, "'%.60s' is not NAME=VALUE,VALUE", value);
		return 0;
	}
	if (!name)
		return -ENOMEM;

	r = parameter_values(c, name, rest, &values);
	if (r >= 0)
		r = workload_check_parameter(c, &nowhere, name, &values);
	if (r >= 0)
		r = workload_set_parameter(w, name, &values);
	return r == -ENOMEM ? r : 0;
}

static int replace_label(struct strv *labels, const char *name, const char *pair)
{
	return strv_env_set(labels, name, pair + strlen(name) + 1);
}

static int override_label(struct schema_context *c, const char *value, struct workload *w)
{
	const struct schema_row row = {.key = "labels", .type = &workload_labels};
	CLEANUP_STRV struct strv pairs = {0};
	CLEANUP_NODE struct node *n = NULL;
	CLEANUP_FREE char *name = NULL;
	const char *rest = split_pair(value, &name);
	const struct node nowhere = {0};
	int r;

	if (!rest) {
		(void)schema_problem(c, &nowhere, "'%.60s' is not NAME=VALUE", value);
		return 0;
	}
	n = node_new_scalar(rest);
	if (!name || !n)
		return -ENOMEM;
	n->key = node_new_scalar(name);
	if (!n->key)
		return -ENOMEM;

	r = workload_push_label(c, &row, n, &pairs);
	if (r >= 0)
		r = replace_label(&w->labels, name, pairs.items[0]);
	return r == -ENOMEM ? r : 0;
}

int workload_override(
	struct schema_context *c, const char *key, const char *value, struct workload *w)
{
	struct workload_reader *reader = c->document;
	const struct schema_row *row;

	if (streq(key, "arm-dir"))
		return workload_set_arm_dir(c, value, w);
	if (streq(key, "same-files"))
		return strv_push(&w->same_files, value);
	w->is_gate |= streq(key, "gate");
	reader->order_given |= streq(key, "order");
	if (streq(key, "param"))
		return override_parameter(c, value, w);
	if (streq(key, "label"))
		return override_label(c, value, w);
	if (streq(key, "until") || streq(key, "max-time"))
		return read_row(c, schema_find(workload_run_rows, key), value, &w->repetition);

	row = schema_find(workload_rows, streq(key, "profiler") ? "profilers" : key);
	if (!row)
		return unknown(c, workload_rows, key, extra_keys, ARRAY_SIZE(extra_keys));
	return read_row(c, row, value, w);
}
