/* Any JSON document as lines of "key  value". */
#include "common/document/plain-text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>

#define KEY_WIDTH 30
#define KEY_MAX	  256
#define DEPTH_MAX 16

static void print_safe(FILE *f, const char *text)
{
	for (; *text; text++)
		(void)fputc(iscntrl((unsigned char)*text) ? '?' : *text, f);
}

static void print_scalar(FILE *f, const json_t *value)
{
	if (json_is_string(value))
		print_safe(f, json_string_value(value));
	else if (json_is_integer(value))
		(void)fprintf(f, "%" PRId64, (int64_t)json_integer_value(value));
	else if (json_is_real(value))
		(void)fprintf(f, "%g", json_real_value(value));
	else if (json_is_null(value))
		(void)fputs("-", f);
	else
		(void)fputs(json_is_true(value) ? "yes" : "no", f);
}

static bool is_flat_list(const json_t *value)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(value))
		return false;
	json_array_foreach(
		value, i, item) if (json_is_object(item) || json_is_array(item)) return false;
	return true;
}

static void print_line(FILE *f, const char *key, const json_t *value)
{
	const json_t *item;
	size_t i;

	print_safe(f, key);
	(void)fprintf(f, "%*s ", strlen(key) < KEY_WIDTH ? (int)(KEY_WIDTH - strlen(key)) : 0, "");
	if (json_is_array(value) && json_array_size(value) == 0)
		(void)fputs("none", f);
	if (json_is_array(value))
		json_array_foreach(value, i, item)
		{
			(void)fputs(i > 0 ? ", " : "", f);
			print_scalar(f, item);
		}
	else
		print_scalar(f, value);
	(void)fputc('\n', f);
}

static void print_value(FILE *f, const char *prefix, json_t *value, unsigned depth)
{
	char key[KEY_MAX];
	const char *name;
	json_t *item;
	size_t i;

	if (depth > DEPTH_MAX)
		return;
	if (json_is_object(value)) {
		json_object_foreach(value, name, item)
		{
			(void)snprintf(
				key, sizeof(key), "%s%s%s", prefix, *prefix ? "." : "", name);
			print_value(f, key, item, depth + 1);
		}
	} else if (json_is_array(value) && !is_flat_list(value)) {
		json_array_foreach(value, i, item)
		{
			(void)snprintf(
				key, sizeof(key), "%s%s%zu", prefix, *prefix ? "." : "", i + 1);
			print_value(f, key, item, depth + 1);
		}
	} else {
		print_line(f, prefix, value);
	}
}

int plain_text_print(FILE *f, const char *text, struct error *e)
{
	json_error_t problem;
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &problem);

	if (!document)
		return error_setf(e, -EINVAL, "not JSON: line %d: %s", problem.line, problem.text);

	print_value(f, "", document, 0);
	json_decref(document);
	return 0;
}
