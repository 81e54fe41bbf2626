/* Kinds of values that several files have in common. */
#include "common/config/schema-types.h"

#include <errno.h>

#include "common/base/quantity.h"
#include "common/base/utf8.h"
#include "common/config/similar.h"

bool name_is_valid(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && n <= NAME_TEXT_MAX && text[0] != '.' && text[0] != '_' && text[0] != '-' &&
		strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

bool text_is_line(const char *text)
{
	size_t left = strlen(text), n;
	uint32_t code = 0;

	for (; left > 0; text += n, left -= n) {
		n = utf8_read(text, left, &code);
		if (n == 0 || !utf8_is_printable(code))
			return false;
	}
	return true;
}

int schema_set_text(char **target, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;

	free(*target);
	*target = copy;
	return 0;
}

static int decode_text(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	const char *text;
	int r = schema_scalar(c, row, n, &text);

	return r < 0 ? r : schema_set_text(target, text);
}

static int decode_prose(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	CLEANUP_FREE char *prose = NULL;
	const char *text;
	size_t size;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	prose = strdup(text);
	if (!prose)
		return -ENOMEM;

	for (char *p = prose; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	if (!text_is_line(prose))
		return schema_problem(c, n, "'%s' must be printable text", row->key);
	size = strlen(prose);
	while (size > 0 && prose[size - 1] == ' ')
		prose[--size] = '\0';
	return schema_set_text(target, prose);
}

static int decode_line(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	const char *text;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	if (!text_is_line(text))
		return schema_problem(c, n, "'%s' must be one line of printable text", row->key);
	return schema_set_text(target, text);
}

static int decode_name(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	const char *text;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	if (!name_is_valid(text))
		return schema_problem(c, n,
			"'%s' is '%.70s', must be a name of up to 64 of a-z 0-9 . _ -", row->key,
			text);
	return schema_set_text(target, text);
}

static int decode_bool(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	const char *text;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	if (!streq(text, "true") && !streq(text, "false"))
		return schema_wrong_type(c, row, n);
	*(bool *)target = streq(text, "true");
	return 0;
}

static int out_of_range(
	struct schema_context *c, const struct schema_row *row, const struct node *n)
{
	if (row->min && row->max)
		return schema_problem(c, n, "'%s' is %.60s, must be %s..%s", row->key, n->text,
			row->min, row->max);
	if (row->min)
		return schema_problem(
			c, n, "'%s' is %.60s, must be at least %s", row->key, n->text, row->min);
	return schema_problem(c, n, "'%s' is %.60s, must be at most %s", row->key, n->text,
		row->max ? row->max : "18446744073709551615");
}

/* Limits are texts in the row's own unit, so that messages and manual show them as written. */
static int read_whole(
	struct schema_context *c, const struct schema_row *row, const struct node *n, uint64_t *ret)
{
	uint64_t value = 0, limit;
	const char *text;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	r = row->type->read(text, &value);
	if (r == -ERANGE)
		return out_of_range(c, row, n);
	if (r < 0)
		return schema_wrong_type(c, row, n);
	if (row->min && row->type->read(row->min, &limit) >= 0 && value < limit)
		return out_of_range(c, row, n);
	if (row->max && row->type->read(row->max, &limit) >= 0 && value > limit)
		return out_of_range(c, row, n);
	*ret = value;
	return 0;
}

static int decode_u64(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	return read_whole(c, row, n, target);
}

static int decode_unsigned(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	uint64_t value = 0;
	int r = read_whole(c, row, n, &value);

	if (r < 0)
		return r;
	if (value > INT32_MAX)
		return out_of_range(c, row, n);
	*(unsigned *)target = (unsigned)value;
	return 0;
}

static int decode_ratio(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	double value = 0, limit;
	const char *text;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	if (row->type->read_ratio(text, &value) < 0)
		return schema_wrong_type(c, row, n);
	if (row->min && row->type->read_ratio(row->min, &limit) >= 0 && value < limit)
		return out_of_range(c, row, n);
	if (row->max && row->type->read_ratio(row->max, &limit) >= 0 && value > limit)
		return out_of_range(c, row, n);
	*(double *)target = value;
	return 0;
}

static int not_a_choice(
	struct schema_context *c, const struct schema_row *row, const struct node *n)
{
	struct similar similar = similar_start(n->text);
	CLEANUP_STRV struct strv words = {0};
	CLEANUP_FREE char *list = NULL;
	char hint[SIMILAR_HINT_MAX];

	for (size_t i = 0; row->choices[i]; i++) {
		similar_try(&similar, row->choices[i]);
		if (strv_push(&words, row->choices[i]) < 0)
			return -ENOMEM;
	}
	(void)similar_hint(&similar, hint);
	list = strv_join(&words, ", ");
	if (!list)
		return -ENOMEM;
	return schema_problem(c, n, "'%s' is '%.60s', must be one of: %s%s%s", row->key, n->text,
		list, *hint ? ";" : "", *hint ? hint + 1 : "");
}

static int decode_choice(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	const char *text;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	for (int i = 0; row->choices[i]; i++)
		if (streq(row->choices[i], text)) {
			*(int *)target = i;
			return 0;
		}
	return not_a_choice(c, row, n);
}

static int push_string(struct schema_context *c, const struct schema_row *row, const struct node *n,
	struct strv *ret)
{
	if (n->unusable)
		return -EINVAL;
	if (n->kind != NODE_SCALAR)
		return schema_problem(c, n, "an item of '%s' is %s, must be text%s", row->key,
			node_kind_name(n),
			n->kind == NODE_MAPPING ? "; text with braces or ': ' needs quotes" : "");
	if (!n->quoted && !*n->text)
		return schema_problem(
			c, n, "an item of '%s' has no value; an empty text is \"\"", row->key);
	return strv_push(ret, n->text);
}

int schema_strings(struct schema_context *c, const struct schema_row *row, const struct node *n,
	struct strv *ret)
{
	CLEANUP_STRV struct strv strings = {0};
	const struct node *first = n->kind == NODE_LIST ? n->children : n;
	bool bad = false;

	if (n->kind == NODE_MAPPING || (n->kind == NODE_SCALAR && !n->quoted && !*n->text))
		return schema_wrong_type(c, row, n);

	for (const struct node *i = first; i; i = n->kind == NODE_LIST ? i->next : NULL) {
		int r = push_string(c, row, i, &strings);
		if (r == -ENOMEM)
			return r;
		bad |= r < 0;
	}
	if (bad)
		return -EINVAL;

	strv_done(ret);
	*ret = strings;
	strings = (struct strv){0};
	return 0;
}

static int decode_words(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	return schema_strings(c, row, n, target);
}

static int decode_mapping(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	if (n->kind != NODE_MAPPING)
		return schema_wrong_type(c, row, n);
	return schema_walk(c, row->rows, n, target);
}

const struct schema_type schema_text = {"text", NULL, decode_text, .is_text = true};
const struct schema_type schema_prose = {"text", NULL, decode_prose, .is_text = true};
const struct schema_type schema_line = {"one line of text", NULL, decode_line, .is_text = true};
const struct schema_type schema_name = {"a name", NULL, decode_name, .is_text = true};
const struct schema_type schema_bool = {"true or false", NULL, decode_bool};
const struct schema_type schema_int = {"a number", NULL, decode_unsigned, quantity_u64};
const struct schema_type schema_unsigned = {"a number", NULL, decode_unsigned, quantity_u64};
const struct schema_type schema_u64 = {"a number", NULL, decode_u64, quantity_u64};
const struct schema_type schema_size = {"a size", "2GiB", decode_u64, quantity_size_bytes};
const struct schema_type schema_duration = {"a duration", "30s", decode_u64, quantity_duration_ns};
const struct schema_type schema_ratio = {"a share", "1%", decode_ratio, NULL, quantity_ratio};
const struct schema_type schema_choice = {"a word", NULL, decode_choice};
const struct schema_type schema_words = {"a list of words", NULL, decode_words};
const struct schema_type schema_mapping = {"a mapping", NULL, decode_mapping};
