/* A suite file and its members as one document. */
#include <errno.h>
#include <stdio.h>

#include "common/config/suite-file.h"
#include "common/config/yaml-scalar.h"
#include "common/config/yaml-tree.h"

#define PLAIN_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./%+-"

/* Where the next byte goes: nodes are put where they were, as far as there is room. */
struct writer {
	FILE *f;
	size_t line, column;
	const struct suite_member *members;
	size_t n_members, next_member;
};

static void put(struct writer *w, const char *text)
{
	(void)fputs(text, w->f);
	w->column += strlen(text);
}

static void end_line(struct writer *w)
{
	(void)fputc('\n', w->f);
	w->line++;
	w->column = 1;
}

static void go_to(struct writer *w, const struct node *n)
{
	while (w->line < n->line)
		end_line(w);
	/* A blank at least: a line that goes on must not look like a key. */
	while (w->column < n->column || w->column == 1)
		put(w, " ");
}

/* A word that is the same with and without quotes; all else is quoted. */
static bool is_plain(const struct node *n)
{
	return !n->quoted && *n->text && n->text[0] != '-' && n->text[0] != '%' &&
		n->text[strspn(n->text, PLAIN_CHARACTERS)] == '\0';
}

/* An empty value without quotes has a meaning of its own: it stays one. */
static bool is_nothing(const struct node *n)
{
	return n->kind == NODE_SCALAR && !n->quoted && !*n->text;
}

static void put_scalar(struct writer *w, const struct node *n)
{
	if (is_plain(n) || is_nothing(n)) {
		put(w, n->text);
		return;
	}
	yaml_scalar_print(w->f, n->text);
	w->column += strlen(n->text) + 2;
}

static void put_node(struct writer *w, const struct node *n);

static void put_children(struct writer *w, const struct node *n)
{
	put(w, n->kind == NODE_LIST ? "[" : "{");
	node_foreach (child, n) {
		if (child->key) {
			go_to(w, child->key);
			put_scalar(w, child->key);
			put(w, ": ");
		}
		/* No flow list can hold nothing at all; a list is as wrong there, and says so. */
		if (n->kind == NODE_LIST && is_nothing(child))
			put(w, "[]");
		else
			put_node(w, child);
		put(w, child->next ? "," : "");
	}
	put(w, n->kind == NODE_LIST ? "]" : "}");
}

/* The tree is at most YAML_TREE_DEPTH_MAX deep. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void put_node(struct writer *w, const struct node *n)
{
	go_to(w, n);
	if (n->kind == NODE_SCALAR)
		put_scalar(w, n);
	else
		put_children(w, n);
}

static void put_member(struct writer *w)
{
	const struct suite_member *member = &w->members[w->next_member++];
	CLEANUP_FREE char *text = strndup(member->text, member->size);

	put(w, "{file: ");
	yaml_scalar_print(w->f, member->file);
	put(w, ", text: ");
	yaml_scalar_print(w->f, text ? text : "");
	put(w, "}");
}

static void put_members(struct writer *w, const struct node *list)
{
	put(w, "[");
	node_foreach (child, list) {
		go_to(w, child);
		put_member(w);
		put(w, child->next ? "," : "");
	}
	put(w, "]");
}

static void put_suite(struct writer *w, const struct node *root)
{
	node_foreach (child, root) {
		bool members = streq(child->key->text, "workloads");

		if (w->column > 1)
			end_line(w);
		while (w->line < child->key->line)
			end_line(w);
		put_scalar(w, child->key);
		put(w, ": ");
		if (members && child->kind == NODE_LIST && child->n == w->n_members)
			put_members(w, child);
		else
			put_node(w, child);
	}
	(void)fputc('\n', w->f);
}

static void put_list(struct writer *w, const char *name)
{
	put(w, "suite: ");
	yaml_scalar_print(w->f, name);
	put(w, "\nworkloads:\n");
	while (w->next_member < w->n_members) {
		put(w, "- ");
		put_member(w);
		put(w, "\n");
	}
}

static int check_member(const struct suite_member *member, struct diag *d)
{
	CLEANUP_FREE char *text = strndup(member->text, member->size);

	if (!text)
		return -ENOMEM;
	if (strlen(text) == member->size && yaml_scalar_fits(text) &&
		yaml_scalar_fits(member->file))
		return 0;
	return diag_add(d, 0, 0, "%s: not UTF-8", member->file);
}

static int check_members(const struct suite_member *members, size_t n, struct diag *d)
{
	int r = 0;

	for (size_t i = 0; i < n && r != -ENOMEM; i++) {
		int one = check_member(&members[i], d);
		r = one < 0 ? one : r;
	}
	return r;
}

static int check_count(const struct node *root, size_t n, struct diag *d)
{
	const struct node *list = node_get(root, "workloads");

	if (list && list->kind == NODE_LIST && list->n == n)
		return 0;
	return diag_add(
		d, list ? list->key->line : 1, 1, "'workloads' is not a list of %zu files", n);
}

/* From a tree, or without one from a name. */
static int write_all(
	struct writer *w, const struct node *root, const char *name, char **ret, struct diag *d)
{
	CLEANUP_FREE char *made = NULL;
	size_t size = 0;

	w->f = open_memstream(&made, &size);
	if (!w->f)
		return -ENOMEM;
	if (root)
		put_suite(w, root);
	else
		put_list(w, name);
	if (fclose(w->f) != 0)
		return -ENOMEM;
	if (size > YAML_TREE_SIZE_MAX)
		return diag_add(d, 0, 0,
			"with its workloads %zu bytes, must be at most 1 MiB in all", size);
	*ret = made;
	made = NULL;
	return 0;
}

int suite_compose(const struct suite_member *shared, const char *name,
	const struct suite_member *members, size_t n, char **ret, struct diag *d)
{
	struct writer w = {.line = 1, .column = 1, .members = members, .n_members = n};
	CLEANUP_NODE struct node *root = NULL;
	size_t n_before = diag_count(d);
	int r = check_members(members, n, d);

	if (r >= 0 && shared)
		r = yaml_tree_load_full(shared->text, shared->size, d, &root);
	if (r >= 0 && shared)
		r = diag_count(d) > n_before ? -EINVAL : check_count(root, n, d);
	return r < 0 ? r : write_all(&w, root, name, ret, d);
}
