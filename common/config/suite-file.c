/* Suites: several workloads in one submission. */
#include "common/config/suite-file.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "common/config/suite-settings.h"
#include "common/config/workload-file.h"
#include "common/config/workload-reader.h"
#include "common/model/plan.h"

#define ROWS_MAX 64
/* What the defaults of all members together may take, in bytes: the text alone would not bound it.
 */
#define DEFAULTS_MAX  (64u << 20)
#define NODE_OVERHEAD 64

/* A member as it was submitted. */
struct entry {
	char *file, *text; /* owned */
};

/* What is known while a suite is read. */
struct reading {
	const struct node *root;
	const char *directory;
	const struct strv *overrides;
	struct schema_row rows[ROWS_MAX]; /* of the suite's own keys */
	struct suite suite;
	struct suite_place *places; /* one a member */
	struct diag *d;
};

static int decode_nothing(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	if (n->kind != NODE_LIST)
		return schema_wrong_type(c, row, n);
	if (n->n < 1 || n->n > WORKLOAD_BENCHMARKS_MAX)
		return schema_problem(c, n, "'%s' has %zu entries, must have 1..%d", row->key, n->n,
			WORKLOAD_BENCHMARKS_MAX);
	return 0;
}

static const struct schema_type workloads_type = {
	"a list of files", "[parse.yaml, sub/render.yaml]", decode_nothing};

static const struct schema_row own_rows[] = {
	{
		.key = "suite",
		.type = &schema_name,
		.offset = offsetof(struct workload, name),
		.flags = SCHEMA_REQUIRED,
		.help = "What the results are called.",
	},
	{
		.key = "workloads",
		.type = &workloads_type,
		.flags = SCHEMA_REQUIRED,
		.help = "Files, relative to this one.",
	},
};

/* Any key of a workload is a default for all members, but for its name. */
static void make_rows(struct schema_row rows[static ROWS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(own_rows); i++)
		rows[n++] = own_rows[i];
	for (size_t i = 0; workload_rows[i].key && n < ROWS_MAX - 1; i++)
		if (!streq(workload_rows[i].key, "workload"))
			rows[n++] = workload_rows[i];
	rows[n] = (struct schema_row){0};
}

static const struct schema_row entry_rows[] = {
	{
		.key = "file",
		.type = &schema_line,
		.offset = offsetof(struct entry, file),
		.flags = SCHEMA_REQUIRED,
	},
	{
		.key = "text",
		.type = &schema_text,
		.offset = offsetof(struct entry, text),
		.flags = SCHEMA_REQUIRED,
	},
	{0},
};

static void entry_done(struct entry *entry)
{
	free(entry->file);
	free(entry->text);
}

/* Folder of a member's file; the suite's own, when it has none. */
static char *folder_of(const char *directory, const char *file)
{
	const char *slash = strrchr(file, '/');
	char *made = NULL;
	int n = slash ? (int)(slash - file) : 0;

	if (!slash)
		return strdup(directory);
	if (file[0] == '/')
		return strndup(file, n > 0 ? (size_t)n : 1);
	if (asprintf(&made, "%s/%.*s", streq(directory, "/") ? "" : directory, n, file) < 0)
		return NULL;
	return made;
}

static int add_member(
	struct reading *reading, struct diag *d, const char *file, const struct node *root)
{
	struct suite *suite = &reading->suite;
	CLEANUP_FREE char *folder = folder_of(reading->directory, file);
	const struct workload_layer layers[] = {
		{reading->rows, reading->root, reading->directory, "the suite"},
		{workload_rows, root, folder, NULL},
	};
	int r;

	if (!folder)
		return -ENOMEM;
	if (node_get(root, "suite"))
		return diag_add(d, node_get(root, "suite")->key->line, 1,
			"a suite cannot be a member of a suite");
	r = workload_read(
		d, layers, ARRAY_SIZE(layers), reading->overrides, &suite->items[suite->n]);
	if (r < 0)
		return r;
	reading->places[suite->n].d = d;
	suite_place_note(&reading->places[suite->n++], root);
	return 0;
}

static int read_member(struct reading *reading, const struct entry *entry)
{
	CLEANUP_NODE struct node *root = NULL;
	struct diag *d = diag_other(reading->d, entry->file, entry->text, strlen(entry->text));
	int r = d ? yaml_tree_load_full(entry->text, strlen(entry->text), d, &root) : -ENOMEM;

	if (r >= 0 && diag_count(d) > 0)
		r = -EINVAL;
	return r < 0 ? r : add_member(reading, d, entry->file, root);
}

static int read_entry(struct reading *reading, const struct node *n)
{
	struct schema_context c = {.d = reading->d};
	CLEANUP(entry_done) struct entry entry = {0};
	int r;

	if (n->kind == NODE_SCALAR)
		return schema_problem(&c, n,
			"'%.60s' comes without its text: only steadyctl can read files", n->text);
	r = schema_walk(&c, entry_rows, n, &entry);
	if (r < 0)
		return r;
	return entry.file && entry.text ? read_member(reading, &entry) : -EINVAL;
}

static size_t weight_of(const struct node *n)
{
	size_t weight = NODE_OVERHEAD + (n->text ? strlen(n->text) : 0);

	/* NOLINTNEXTLINE(misc-no-recursion): at most YAML_TREE_DEPTH_MAX deep */
	node_foreach (child, n)
		weight += weight_of(child);
	return weight;
}

/* Every member gets its own copy of all that is shared. */
static int check_weight(const struct reading *reading, const struct node *list)
{
	size_t weight = 0;

	node_foreach (child, reading->root)
		weight += child == list ? 0 : weight_of(child);
	for (size_t i = 0; reading->overrides && i < reading->overrides->n; i++)
		weight += strlen(reading->overrides->items[i]);
	if (weight * list->n <= DEFAULTS_MAX)
		return 0;
	return diag_add(reading->d, list->key->line, list->key->column,
		"%zu workloads with defaults of %zu bytes each, must be at most 64 MiB in all",
		list->n, weight);
}

/* The defaults and the options by themselves, so that their problems are said once. */
static int read_defaults(struct reading *reading)
{
	struct workload_reader reader = {.directory = reading->directory};
	struct schema_context c = {.d = reading->d, .document = &reader};
	CLEANUP(workload_done) struct workload w;
	CLEANUP_STRV struct strv options = {0};
	int r;

	workload_init(&w);
	r = schema_walk(&c, reading->rows, reading->root, &w);
	if (r >= 0)
		r = workload_override_all(&c, reading->overrides, &options, &w);
	placeholders_done(&reader.placeholders);
	if (r < 0)
		return r;
	if (diag_count(reading->d) > 0)
		return -EINVAL;

	reading->suite.name = w.name;
	w.name = NULL;
	return 0;
}

static int read_members(struct reading *reading, const struct node *list)
{
	bool bad = false;

	reading->suite.items = calloc(list->n, sizeof(*reading->suite.items));
	reading->places = calloc(list->n, sizeof(*reading->places));
	if (!reading->suite.items || !reading->places)
		return -ENOMEM;

	node_foreach (child, list) {
		int r = read_entry(reading, child);
		if (r == -ENOMEM)
			return r;
		bad |= r < 0;
		if (diag_count(reading->d) >= DIAG_PROBLEMS_MAX)
			break;
	}
	return bad ? -EINVAL : 0;
}

static int check_size(const struct reading *reading, const struct node *list)
{
	size_t n = 0;

	for (size_t i = 0; i < reading->suite.n && n <= WORKLOAD_BENCHMARKS_MAX; i++)
		n += plan_count(&reading->suite.items[i]);
	if (n <= WORKLOAD_BENCHMARKS_MAX)
		return 0;
	return diag_add(reading->d, list->key->line, list->key->column,
		"more than %d benchmarks in all", WORKLOAD_BENCHMARKS_MAX);
}

static int read_suite(struct reading *reading)
{
	const struct node *list = node_get(reading->root, "workloads");
	int r = read_defaults(reading);

	if (r >= 0)
		r = check_weight(reading, list);
	if (r >= 0)
		r = read_members(reading, list);
	if (r >= 0)
		r = check_size(reading, list);
	if (r >= 0)
		r = suite_settings_agree(&reading->suite, reading->places,
			&(struct suite_place){.d = reading->d}, reading->root);
	if (r < 0)
		return r;
	r = suite_check_work(&reading->suite, reading->d, list->key->line);
	if (r < 0)
		return r;
	reading->suite.is_suite = true;
	return suite_hash(&reading->suite);
}

static int parse_suite(const struct node *root, const char *directory, const struct strv *overrides,
	struct suite *ret, struct diag *d)
{
	struct reading reading = {
		.root = root, .directory = directory, .overrides = overrides, .d = d};
	int r;

	make_rows(reading.rows);
	r = diag_count(d) > 0 ? -EINVAL : read_suite(&reading);
	free(reading.places);
	if (r < 0) {
		suite_done(&reading.suite);
		return r;
	}
	*ret = reading.suite;
	return 0;
}

static int parse_plain(const char *text, size_t size, const char *directory,
	const struct strv *overrides, struct suite *ret, struct diag *d)
{
	CLEANUP(suite_done) struct suite s = {.items = calloc(1, sizeof(*s.items))};
	int r;

	if (!s.items)
		return -ENOMEM;
	r = workload_parse(text, size, directory, overrides, &s.items[0], d);
	if (r < 0)
		return r;
	s.n = 1;
	r = suite_check_work(&s, d, 0);
	if (r < 0)
		return r;
	s.name = strdup(s.items[0].name);
	if (!s.name)
		return -ENOMEM;
	(void)suite_hash(&s);
	*ret = s;
	s = (struct suite){0};
	return 0;
}

static bool is_suite(const struct node *root)
{
	return root && (node_get(root, "suite") || node_get(root, "workloads"));
}

int suite_parse(const char *text, size_t size, const char *directory, const struct strv *overrides,
	struct suite *ret, struct diag *d)
{
	CLEANUP_NODE struct node *root = NULL;
	CLEANUP(diag_done) struct diag look = {0};
	int r = diag_init(&look, "", NULL, 0);

	if (r >= 0)
		r = yaml_tree_load(text, size, &look, &root);
	if (r == -ENOMEM)
		return r;
	if (!is_suite(root))
		return parse_plain(text, size, directory, overrides, ret, d);

	root = node_free(root);
	r = yaml_tree_load_full(text, size, d, &root);
	return r < 0 ? r : parse_suite(root, directory, overrides, ret, d);
}

static int push_file(const struct node *n, struct strv *ret, struct diag *d)
{
	if (n->kind == NODE_MAPPING)
		return strv_push(ret, "");
	if (n->kind != NODE_SCALAR || !*n->text)
		return diag_add(d, n->line, n->column,
			"an entry of 'workloads' is %s, must be the "
			"name of a file",
			n->kind == NODE_SCALAR ? "empty" : node_kind_name(n));
	return strv_push(ret, n->text);
}

int suite_files(const char *text, size_t size, struct strv *ret, struct diag *d)
{
	CLEANUP_NODE struct node *root = NULL;
	const struct node *list;
	int r = yaml_tree_load_full(text, size, d, &root);

	if (r < 0)
		return r;
	if (!is_suite(root))
		return 0;

	list = node_get(root, "workloads");
	if (!list || list->kind != NODE_LIST || list->n == 0)
		return diag_add(d, list ? list->key->line : 1, 1,
			"a suite needs 'workloads', a list of files");
	node_foreach (child, list) {
		r = push_file(child, ret, d);
		if (r < 0)
			return r;
	}
	return diag_count(d) > 0 ? -EINVAL : 1;
}
