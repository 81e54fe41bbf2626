/* Environment, labels, matrix and metrics of a workload file. */
#include <ctype.h>
#include <errno.h>
#include <stddef.h>

#include "common/config/similar.h"
#include "common/config/workload-reader.h"

#define SHA256_DIGITS	 64
#define ENV_NAME_MAX	 255
#define LABEL_KEY_MAX	 64
#define LETTERS		 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ENV_CHARACTERS	 LETTERS "0123456789_"
#define LABEL_CHARACTERS LETTERS "0123456789._/-"

typedef int (*push_pair)(struct schema_context *c, const struct schema_row *row,
	const struct node *n, struct strv *ret);

/* Reads a mapping into a list of "key=value"; the target is replaced only when all is well. */
static int decode_pairs(struct schema_context *c, const struct schema_row *row,
	const struct node *n, struct strv *target, push_pair push)
{
	CLEANUP_STRV struct strv pairs = {0};
	bool bad = false;

	if (n->kind != NODE_MAPPING)
		return schema_wrong_type(c, row, n);
	if (n->n > WORKLOAD_ENV_MAX)
		return schema_problem(c, n, "'%s' has %zu entries, must be at most %d", row->key,
			n->n, WORKLOAD_ENV_MAX);

	node_foreach (child, n) {
		int r = push(c, row, child, &pairs);
		if (r == -ENOMEM)
			return r;
		bad |= r < 0;
	}
	if (bad)
		return -EINVAL;

	strv_done(target);
	*target = pairs;
	pairs = (struct strv){0};
	return 0;
}

static bool is_env_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= ENV_NAME_MAX && !isdigit((unsigned char)name[0]) &&
		strspn(name, ENV_CHARACTERS) == n;
}

int workload_push_env(struct schema_context *c, const struct schema_row *row, const struct node *n,
	struct strv *ret)
{
	struct schema_row named = *row;
	const char *value;
	int r;

	if (!is_env_name(n->key->text))
		return schema_problem(
			c, n->key, "'%.60s' is not the name of a variable", n->key->text);
	named.key = n->key->text;
	named.type = &schema_text;
	r = schema_scalar(c, &named, n, &value);
	if (r < 0)
		return r;
	r = placeholders_note(&((struct workload_reader *)c->document)->placeholders, c, n, value);
	return r < 0 ? r : strv_pushf(ret, "%s=%s", n->key->text, value);
}

static int decode_env(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	return decode_pairs(c, row, n, target, workload_push_env);
}

static int decode_env_names(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	CLEANUP_STRV struct strv names = {0};
	int r = schema_strings(c, row, n, &names);

	if (r < 0)
		return r;
	for (size_t i = 0; i < names.n; i++)
		if (!is_env_name(names.items[i]) && !streq(names.items[i], "*"))
			return schema_problem(c, n,
				"'%s' has '%.60s', which is neither the name of a variable nor "
				"\"*\"",
				row->key, names.items[i]);
	strv_done(target);
	*(struct strv *)target = names;
	names = (struct strv){0};
	return 0;
}

int workload_push_label(struct schema_context *c, const struct schema_row *row,
	const struct node *n, struct strv *ret)
{
	struct schema_row named = *row;
	const char *key = n->key->text, *value;
	size_t size = strlen(key);
	int r;

	if (size == 0 || size > LABEL_KEY_MAX || strspn(key, LABEL_CHARACTERS) != size)
		return schema_problem(c, n->key,
			"'%.60s' is not the name of a label: up to %d of a-z A-Z 0-9 . _ / -", key,
			LABEL_KEY_MAX);
	named.key = key;
	named.type = &schema_line;
	r = schema_scalar(c, &named, n, &value);
	if (r < 0)
		return r;
	if (!text_is_line(value))
		return schema_problem(c, n, "label '%s' must be one line of printable text", key);
	return strv_pushf(ret, "%s=%s", key, value);
}

static int decode_labels(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	return decode_pairs(c, row, n, target, workload_push_label);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A value that comes twice would be two benchmarks of one name. */
static int find_twice(const struct strv *values, const char **ret)
{
	char **sorted = calloc(values->n + 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;

	*ret = NULL;
	for (size_t i = 0; i < values->n; i++)
		sorted[i] = values->items[i];
	qsort(sorted, values->n, sizeof(*sorted), compare_texts);
	for (size_t i = 1; i < values->n; i++)
		if (streq(sorted[i - 1], sorted[i]))
			*ret = sorted[i];
	free(sorted);
	return 0;
}

static int check_values(
	struct schema_context *c, const struct node *n, const char *name, const struct strv *values)
{
	const char *twice;

	for (size_t i = 0; i < values->n; i++)
		if (!text_is_line(values->items[i]))
			return schema_problem(c, n,
				"parameter '%s' has a value that is not one printable line", name);
	if (find_twice(values, &twice) < 0)
		return -ENOMEM;
	return twice
		? schema_problem(c, n, "parameter '%s' has the value '%.60s' twice", name, twice)
		: 0;
}

int workload_check_parameter(
	struct schema_context *c, const struct node *n, const char *name, const struct strv *values)
{
	if (!placeholder_is_name(name))
		return schema_problem(c, n->key ? n->key : n,
			"'%.60s' is not the name of a parameter: a-z, then a-z 0-9 _ -", name);
	if (placeholder_is_built_in(name))
		return schema_problem(
			c, n->key ? n->key : n, "'%s' is a name that steady fills in itself", name);
	if (values->n == 0)
		return schema_problem(c, n, "parameter '%s' has no values", name);
	return check_values(c, n, name, values);
}

int workload_set_parameter(struct workload *w, const char *name, struct strv *values)
{
	struct parameter *grown, made = {0};

	for (size_t i = 0; i < w->n_matrix; i++)
		if (streq(w->matrix[i].name, name)) {
			strv_done(&w->matrix[i].values);
			w->matrix[i].values = *values;
			*values = (struct strv){0};
			return 0;
		}
	made.name = strdup(name);
	grown = reallocarray(w->matrix, w->n_matrix + 1, sizeof(*grown));
	w->matrix = grown ? grown : w->matrix;
	if (!made.name || !grown) {
		free(made.name);
		return -ENOMEM;
	}
	made.values = *values;
	*values = (struct strv){0};
	w->matrix[w->n_matrix++] = made;
	return 0;
}

static const struct schema_type values_type = {"a list of values", "[500, 1000]"};

static int decode_parameter(struct schema_context *c, const struct node *n, struct workload *w)
{
	const struct schema_row named = {.key = n->key->text, .type = &values_type};
	CLEANUP_STRV struct strv values = {0};
	int r = 0;

	if (placeholder_is_name(n->key->text))
		r = schema_strings(c, &named, n, &values);
	if (r >= 0)
		r = workload_check_parameter(c, n, n->key->text, &values);
	return r < 0 ? r : workload_set_parameter(w, n->key->text, &values);
}

static int decode_matrix(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	if (n->kind != NODE_MAPPING)
		return schema_wrong_type(c, row, n);
	if (n->n > WORKLOAD_PARAMETERS_MAX)
		return schema_problem(c, n, "'%s' has %zu parameters, must be at most %d", row->key,
			n->n, WORKLOAD_PARAMETERS_MAX);

	node_foreach (child, n) {
		int r = decode_parameter(c, child, target);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

static int unknown_metric(struct schema_context *c, const struct node *n, const char *name)
{
	struct similar similar = similar_start(name);
	char hint[SIMILAR_HINT_MAX];

	for (int i = 0; i < METRIC_MAX; i++)
		similar_try(&similar, metric_desc(i)->name);
	return schema_problem(c, n, "unknown metric '%.60s'%s", name, similar_hint(&similar, hint));
}

static int decode_metric(struct schema_context *c, const struct schema_row *row,
	const struct node *n, bool metrics[static METRIC_MAX])
{
	const char *name;
	int r;

	if (n->kind == NODE_MAPPING)
		return schema_problem(
			c, n, "metrics of your own are not supported by this version yet");
	r = schema_scalar(c, row, n, &name);
	if (r < 0)
		return r;
	r = metric_find(name);
	if (r < 0)
		return unknown_metric(c, n, name);
	metrics[r] = true;
	return 0;
}

static int decode_metrics(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	bool metrics[METRIC_MAX] = {[METRIC_WALL] = true};

	if (n->kind != NODE_LIST)
		return schema_wrong_type(c, row, n);

	node_foreach (child, n) {
		int r = decode_metric(c, row, child, metrics);
		if (r == -ENOMEM)
			return r;
	}
	memcpy(target, metrics, sizeof(metrics));
	return 0;
}

static int decode_sha256(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	char digits[SHA256_DIGITS + 1] = "";
	const char *text;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	if (strncmp(text, "sha256:", 7) == 0)
		text += 7;
	if (strlen(text) != SHA256_DIGITS ||
		strspn(text, "0123456789abcdefABCDEF") != SHA256_DIGITS)
		return schema_wrong_type(c, row, n);

	for (size_t i = 0; i < SHA256_DIGITS; i++)
		digits[i] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] - 'A' + 'a'
								    : text[i]);
	return schema_set_text(target, digits);
}

const struct schema_type workload_env = {"a mapping of variables", "{LANG: C}", decode_env};
const struct schema_type workload_env_names = {
	"a list of variables", "[DISPLAY]; \"*\" for all", decode_env_names};
const struct schema_type workload_labels = {"a mapping of labels", "{commit: abc}", decode_labels};
const struct schema_type workload_matrix = {
	"a mapping of parameters to lists", "{width: [500, 1000]}", decode_matrix};
const struct schema_type workload_metrics = {
	"a list of metrics", "[wall, cpu, max-rss]", decode_metrics};
const struct schema_type workload_sha256 = {"64 hexadecimal digits", NULL, decode_sha256};
