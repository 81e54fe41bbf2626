/* The workload files of two revisions. */
#include "ctl/gate-difference.h"

#include <errno.h>

#include "common/base/file.h"
#include "common/config/yaml-tree.h"
#include "common/model/plan.h"
#include "common/wire/names.h"

/* Bounded by YAML_TREE_DEPTH_MAX. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static bool same_node(const struct node *a, const struct node *b)
{
	const struct node *x, *y;

	if (!a || !b || a->kind != b->kind || a->n != b->n)
		return a == b;
	if (a->kind == NODE_SCALAR)
		return streq(a->text, b->text);
	for (x = a->children, y = b->children; x && y; x = x->next, y = y->next) {
		if (x->key && !streq(x->key->text, y->key ? y->key->text : NULL))
			return false;
		if (!same_node(x, y))
			return false;
	}
	return true;
}

static struct node *load(const char *text, size_t size)
{
	CLEANUP(diag_done) struct diag d = {0};
	struct node *n = NULL;

	if (diag_init(&d, "", NULL, 0) < 0 || yaml_tree_load(text, size, &d, &n) < 0)
		return NULL;
	return n;
}

/* Keys of either that are not the same in the other. */
static int keys_that_differ(const struct node *a, const struct node *b, struct strv *ret)
{
	int r = 0;

	if (!a || !b || a->kind != NODE_MAPPING || b->kind != NODE_MAPPING)
		return 0;
	node_foreach (child, a) {
		if (r >= 0 && !same_node(child, node_get(b, child->key->text)))
			r = strv_push(ret, child->key->text);
	}
	node_foreach (child, b) {
		if (r >= 0 && !node_get(a, child->key->text))
			r = strv_push(ret, child->key->text);
	}
	return r;
}

static int note_keys(const char *name, const char *base, size_t base_size, const char *cand,
	size_t cand_size, struct strv *ret)
{
	CLEANUP_NODE struct node *a = load(base, base_size);
	CLEANUP_NODE struct node *b = load(cand, cand_size);
	CLEANUP_STRV struct strv keys = {0};
	CLEANUP_FREE char *list = NULL;

	if (keys_that_differ(a, b, &keys) < 0)
		return -ENOMEM;
	if (keys.n == 0)
		return a && b ? 0
			      : strv_pushf(ret,
					"%s differs from that of the base, which is no "
					"workload file",
					name);
	list = strv_join(&keys, ", ");
	return list ? strv_pushf(ret,
			      "%s differs from that of the base in %s: the candidate's is "
			      "used for both",
			      name, list)
		    : -ENOMEM;
}

static int note_file(
	const char *name, const char *base_path, const char *cand_path, struct strv *ret)
{
	CLEANUP_FREE char *base = NULL, *cand = NULL;
	size_t base_size, cand_size;
	struct error ignored = {0};

	if (!file_exists(base_path))
		return strv_pushf(ret, "%s is new: the base does not have it", name);
	if (file_read(base_path, WIRE_TEXT_MAX, &base, &base_size, &ignored) < 0 ||
		file_read(cand_path, WIRE_TEXT_MAX, &cand, &cand_size, &ignored) < 0)
		return 0;
	if (base_size == cand_size && memcmp(base, cand, base_size) == 0)
		return 0;
	return note_keys(name, base, base_size, cand, cand_size, ret);
}

/* Those in the folder of the revision; others are the same file for both. */
static const char *name_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

int gate_difference_notes(const struct gate_text *base, const struct gate_text *cand,
	const char *base_folder, const char *cand_folder, struct strv *ret)
{
	strv_foreach (path, &cand->files) {
		CLEANUP_FREE char *other = NULL;
		const char *name = name_below(path, cand_folder);
		int r;

		if (!name)
			continue;
		if (asprintf(&other, "%s/%s", base_folder, name) < 0)
			return -ENOMEM;
		r = note_file(name, other, path, ret);
		if (r < 0)
			return r;
	}
	if (base)
		strv_foreach (path, &base->files) {
			CLEANUP_FREE char *other = NULL;
			const char *name = name_below(path, base_folder);

			if (name && asprintf(&other, "%s/%s", cand_folder, name) < 0)
				return -ENOMEM;
			if (name && !file_exists(other) &&
				strv_pushf(ret, "%s is gone: only the base has it", name) < 0)
				return -ENOMEM;
		}
	return 0;
}

static bool has_benchmark(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->n_benchmarks; i++)
		if (streq(p->benchmarks[i].name, name))
			return true;
	return false;
}

int gate_difference_missing(
	const struct suite *base, const struct suite *cand, struct strv *ret, struct error *e)
{
	CLEANUP(plan_done) struct plan old = {0}, new = {0};
	int r = plan_make_suite(base, 1, &old, e);

	if (r >= 0 && cand)
		r = plan_make_suite(cand, 1, &new, e);
	for (size_t i = 0; i < old.n_benchmarks && r >= 0; i++) {
		const char *name = old.benchmarks[i].name;

		if (has_benchmark(&new, name) || strv_find(ret, name) >= 0)
			continue;
		if (strv_push(ret, name) < 0)
			r = error_setf(e, -ENOMEM, "out of memory");
	}
	return r;
}
