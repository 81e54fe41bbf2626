/* Keys of a file as rows of data: the walker and the manual. */
#include "common/config/schema.h"

#include <errno.h>
#include <stdarg.h>

#include "common/config/similar.h"

int schema_problem(struct schema_context *c, const struct node *n, const char *fmt, ...)
{
	CLEANUP_FREE char *text = NULL;
	va_list ap;
	int r;

	if (n->unusable)
		return -EINVAL;

	va_start(ap, fmt);
	r = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (r < 0)
		return -ENOMEM;
	if (c->option)
		return diag_add(c->d, 0, 0, "%s: %s", c->option, text);
	return diag_add(c->d, n->line, n->column, "%s", text);
}

/* "{width}" without quotes is YAML for a mapping: the most likely mistake of all. */
static const char *braces_hint(const struct node *n)
{
	const struct node *child = n->children;

	if (n->kind != NODE_MAPPING || n->n != 1 || child->kind != NODE_SCALAR || *child->text)
		return "";
	return "; text in braces needs quotes";
}

int schema_wrong_type(struct schema_context *c, const struct schema_row *row, const struct node *n)
{
	const struct schema_type *type = row->type;
	const char *such = type->example ? " such as " : "";
	const char *example = type->example ? type->example : "";

	if (n->kind != NODE_SCALAR)
		return schema_problem(c, n, "'%s' is %s, must be %s%s%s%s", row->key,
			node_kind_name(n), type->name, such, example, braces_hint(n));
	if (!n->quoted && !*n->text)
		return schema_problem(c, n, "'%s' has no value, must be %s%s%s", row->key,
			type->name, such, example);
	return schema_problem(c, n, "'%s' is '%.60s', must be %s%s%s", row->key, n->text,
		type->name, such, example);
}

int schema_scalar(struct schema_context *c, const struct schema_row *row, const struct node *n,
	const char **ret)
{
	if (n->unusable)
		return -EINVAL;
	if (n->kind != NODE_SCALAR || (!n->quoted && !*n->text))
		return schema_wrong_type(c, row, n);

	*ret = n->text;
	return 0;
}

const struct schema_row *schema_find(const struct schema_row *rows, const char *key)
{
	for (; rows->key; rows++)
		if (streq(rows->key, key))
			return rows;
	return NULL;
}

static int unknown_key(
	struct schema_context *c, const struct schema_row *rows, const struct node *key)
{
	struct similar similar = similar_start(key->text);
	char hint[SIMILAR_HINT_MAX];

	for (; rows->key && !diag_is_full(c->d); rows++)
		similar_try(&similar, rows->key);
	return schema_problem(
		c, key, "unknown key '%.60s'%s", key->text, similar_hint(&similar, hint));
}

int schema_read(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *base)
{
	int r;

	if (row->flags & SCHEMA_NOT_YET)
		r = schema_problem(c, n->key ? n->key : n,
			"'%s' is not supported by this version yet", row->key);
	else if (n->unusable)
		r = -EINVAL;
	else
		r = row->type->decode(c, row, n, (char *)base + row->offset);
	return r == -ENOMEM ? r : 0;
}

static int walk_key(
	struct schema_context *c, const struct schema_row *rows, const struct node *n, void *base)
{
	const struct schema_row *row = schema_find(rows, n->key->text);

	if (row)
		return schema_read(c, row, n, base);
	return unknown_key(c, rows, n->key) == -ENOMEM ? -ENOMEM : 0;
}

int schema_walk(struct schema_context *c, const struct schema_row *rows, const struct node *mapping,
	void *base)
{
	if (mapping->unusable)
		return 0;
	if (mapping->kind != NODE_MAPPING) {
		(void)schema_problem(c, mapping, "%s, where 'key: value' lines are expected",
			node_kind_name(mapping));
		return 0;
	}

	node_foreach (child, mapping) {
		int r = walk_key(c, rows, child, base);
		if (r < 0)
			return r;
	}
	for (; rows->key; rows++)
		if (rows->flags & SCHEMA_REQUIRED && !node_get(mapping, rows->key))
			(void)schema_problem(c, mapping, "missing key '%s'", rows->key);
	return 0;
}

static void print_limits(FILE *f, const struct schema_row *row)
{
	if (row->min && row->max)
		(void)fprintf(f, ", %s to %s", row->min, row->max);
	else if (row->min)
		(void)fprintf(f, ", at least %s", row->min);
	else if (row->max)
		(void)fprintf(f, ", at most %s", row->max);
	if (row->flags & SCHEMA_REQUIRED)
		(void)fputs(", required", f);
	if (row->default_text)
		(void)fprintf(f, ", default %s", row->default_text);
}

static void print_row(FILE *f, const struct schema_row *row, unsigned indent)
{
	(void)fprintf(f, "%*s%s: ", (int)indent, "", row->key);
	for (size_t i = 0; row->choices && row->choices[i]; i++)
		(void)fprintf(f, "%s%s", i > 0 ? " | " : "", row->choices[i]);
	if (!row->choices)
		(void)fprintf(f, "%s", row->type->name);
	if (!row->choices && row->type->example)
		(void)fprintf(f, " such as %s", row->type->example);
	print_limits(f, row);
	(void)fprintf(f, "\n%*s%s\n", (int)indent + 4, "", row->help);
}

/* Tables are a few levels deep by construction. */
void schema_print(FILE *f, const struct schema_row *rows, unsigned indent)
{
	for (; rows->key; rows++) {
		if (rows->flags & SCHEMA_NOT_YET)
			continue;
		print_row(f, rows, indent);
		if (rows->rows)
			schema_print(f, rows->rows, indent + 4);
	}
}
