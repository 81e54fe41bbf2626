/* Typed fields of JSON objects. */
#include "common/document/json-field.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/quantity.h"

static const char *kind_name(const json_t *value)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "a list",
		[JSON_STRING] = "a string",
		[JSON_INTEGER] = "a number",
		[JSON_REAL] = "a fraction",
		[JSON_TRUE] = "true",
		[JSON_FALSE] = "false",
		[JSON_NULL] = "null",
	};

	return value ? names[json_typeof(value)] : "missing";
}

int field_root(const char *text, size_t size, json_t **ret, struct error *e)
{
	json_error_t at;
	json_t *root;

	/*
	 * A large tree is millions of small pieces. From the fast bins they are merged one by one
	 * at the next large request: a third of the time that it takes to read a document.
	 */
	(void)mallopt(M_MXFAST, 0);
	root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &at);

	if (!root)
		return error_setf(e, -EINVAL, "not JSON: line %d, column %d: %s", at.line,
			at.column, at.text);
	*ret = root;
	return 0;
}

/* Every value but the outermost comes behind one of [ { , outside of strings. */
static size_t count_values(const char *text, size_t size)
{
	bool is_string = false;
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (c == '"')
			is_string = !is_string;
		else if (is_string)
			i += c == '\\';
		else
			n += c == ',' || c == '[' || c == '{';
	}
	return n;
}

int field_check_size(const char *text, size_t size, size_t values_max, struct error *e)
{
	size_t n = count_values(text, size);

	return n <= values_max
		? 0
		: error_setf(e, -E2BIG, "%zu values in %zu bytes, at most %zu are read", n, size,
			  values_max);
}

void field_root_done(json_t **root)
{
	json_decref(*root);
	*root = NULL;
}

/* The value of a key: 1; missing or null: 0, or an error when it is needed. */
static int find(
	const json_t *o, const char *key, enum field_need need, json_t **ret, struct error *e)
{
	json_t *value = json_object_get(o, key);

	if (value && !json_is_null(value)) {
		*ret = value;
		return 1;
	}
	return need == FIELD_NEEDED ? error_setf(e, -EINVAL, "%s is missing", key) : 0;
}

static int wrong_kind(const json_t *value, const char *key, const char *wanted, struct error *e)
{
	return error_setf(e, -EINVAL, "%s must be %s, is %s", key, wanted, kind_name(value));
}

int field_text(
	const json_t *o, const char *key, enum field_need need, const char **ret, struct error *e)
{
	json_t *value = NULL;
	int r = find(o, key, need, &value, e);

	if (r <= 0)
		return r;
	if (!json_is_string(value))
		return wrong_kind(value, key, "a string", e);
	*ret = json_string_value(value);
	return 0;
}

int field_number(
	const json_t *o, const char *key, enum field_need need, double *ret, struct error *e)
{
	json_t *value = NULL;
	int r = find(o, key, need, &value, e);

	if (r <= 0)
		return r;
	if (!json_is_number(value))
		return wrong_kind(value, key, "a number", e);
	*ret = json_number_value(value);
	return 0;
}

int field_count(const json_t *o, const char *key, enum field_need need, uint64_t max, uint64_t *ret,
	struct error *e)
{
	json_t *value = NULL;
	int r = find(o, key, need, &value, e);

	if (r <= 0)
		return r;
	if (!json_is_integer(value))
		return wrong_kind(value, key, "a whole number", e);
	if (json_integer_value(value) < 0 || (uint64_t)json_integer_value(value) > max)
		return error_setf(e, -EINVAL, "%s is %lld, must be 0 to %llu", key,
			(long long)json_integer_value(value), (unsigned long long)max);
	*ret = (uint64_t)json_integer_value(value);
	return 0;
}

int field_exact(const json_t *o, const char *key, uint64_t *ret, struct error *e)
{
	const char *text = json_string_value(json_object_get(o, key));

	if (!text)
		return field_count(o, key, FIELD_OPTIONAL, INT64_MAX, ret, e);
	if (quantity_u64(text, ret) < 0)
		return error_setf(e, -EINVAL, "%s: '%s' is not a number", key, text);
	return 0;
}

int field_bool(const json_t *o, const char *key, enum field_need need, bool *ret, struct error *e)
{
	json_t *value = NULL;
	int r = find(o, key, need, &value, e);

	if (r <= 0)
		return r;
	if (!json_is_boolean(value))
		return wrong_kind(value, key, "true or false", e);
	*ret = json_is_true(value);
	return 0;
}

int field_object(
	const json_t *o, const char *key, enum field_need need, json_t **ret, struct error *e)
{
	json_t *value = NULL;
	int r = find(o, key, need, &value, e);

	if (r > 0 && !json_is_object(value))
		return wrong_kind(value, key, "an object", e);
	if (r >= 0)
		*ret = value;
	return r < 0 ? r : 0;
}

int field_array(
	const json_t *o, const char *key, enum field_need need, json_t **ret, struct error *e)
{
	json_t *value = NULL;
	int r = find(o, key, need, &value, e);

	if (r > 0 && !json_is_array(value))
		return wrong_kind(value, key, "a list", e);
	if (r >= 0)
		*ret = value;
	return r < 0 ? r : 0;
}

int field_time(const json_t *o, const char *key, uint64_t *ret, struct error *e)
{
	const char *text = NULL;
	int r = field_text(o, key, FIELD_OPTIONAL, &text, e);

	if (r < 0 || !text)
		return r;
	if (clock_parse_rfc3339(text, ret) < 0)
		return error_setf(e, -EINVAL,
			"%s: '%s' is not a time such as "
			"2026-11-22T10:00:00.000Z",
			key, text);
	return 0;
}

void field_cut(const char *text, char *ret, size_t size)
{
	size_t n = strnlen(text, size);

	if (n == size)
		n--;
	/* No character begins with a byte 10xxxxxx: a cut before one would leave half of it. */
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(ret, text, n);
	ret[n] = '\0';
}

int field_measure(const json_t *o, const char *key, struct measure *ret, struct error *e)
{
	const json_t *value = json_object_get(o, key);
	const char *reason = json_string_value(json_object_get(value, "unavailable"));
	char cut[RUN_REASON_MAX];

	if (!value)
		*ret = measure_unavailable(FIELD_NO_MEASURE);
	else if (json_is_number(value))
		*ret = measure_set(json_number_value(value));
	else if (reason) {
		field_cut(reason, cut, sizeof(cut));
		*ret = measure_unavailable(cut[0] ? cut : "unavailable");
	} else
		return error_setf(
			e, -EINVAL, "%s must be a number or {\"unavailable\": reason}", key);
	return 0;
}

int field_copy(const json_t *o, const char *key, char *ret, size_t size, struct error *e)
{
	const char *text = NULL;
	int r = field_text(o, key, FIELD_OPTIONAL, &text, e);

	if (r >= 0 && text)
		field_cut(text, ret, size);
	return r;
}

int field_owned(const json_t *o, const char *key, enum field_need need, char **ret, struct error *e)
{
	const char *text = NULL;
	int r = field_text(o, key, need, &text, e);

	if (r < 0 || !text)
		return r;
	*ret = strdup(text);
	return *ret ? 0 : error_setf(e, -ENOMEM, "out of memory");
}

/* An object of strings as "key=value". */
int field_pairs(const json_t *o, const char *key, struct strv *ret, struct error *e)
{
	json_t *object = NULL;
	const char *name;
	json_t *value = NULL;
	int r = field_object(o, key, FIELD_OPTIONAL, &object, e);

	if (r < 0)
		return r;

	json_object_foreach(object, name, value)
	{
		if (!json_is_string(value) || strchr(name, '='))
			return error_setf(e, -EINVAL,
				"%s: %s must be a name without = and a string", key, name);
		if (strv_pushf(ret, "%s=%s", name, json_string_value(value)) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	}
	return 0;
}

int field_words(const json_t *o, const char *key, struct strv *ret, struct error *e)
{
	json_t *list = NULL;
	json_t *item;
	size_t i;
	int r = field_array(o, key, FIELD_OPTIONAL, &list, e);

	if (r < 0)
		return r;

	json_array_foreach(list, i, item)
	{
		if (!json_is_string(item))
			return error_setf(e, -EINVAL, "%s must be a list of strings", key);
		if (strv_push(ret, json_string_value(item)) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	}
	return 0;
}
