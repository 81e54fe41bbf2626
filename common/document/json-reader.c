/* Reading a few fields out of a JSON document. */
#include "common/document/json-reader.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

#define POINTER_MAX 512

struct json_reader {
	json_t *root;
};

int json_reader_new(struct json_reader **ret, const char *text, size_t size, struct error *e)
{
	struct json_reader *r = calloc(1, sizeof(*r));
	json_error_t at;

	if (!r)
		return error_setf(e, -ENOMEM, "out of memory");

	r->root = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &at);
	if (!r->root) {
		free(r);
		return error_setf(e, -EINVAL, "not JSON: line %d, column %d: %s", at.line,
			at.column, at.text);
	}
	*ret = r;
	return 0;
}

struct json_reader *json_reader_free(struct json_reader *r)
{
	if (!r)
		return NULL;

	json_decref(r->root);
	free(r);
	return NULL;
}

void json_reader_cleanup(struct json_reader **r)
{
	*r = json_reader_free(*r);
}

/* "~1" stands for "/", "~0" for "~". Works in place. */
static void unescape(char *token)
{
	char *to = token;

	for (const char *from = token; *from; from++) {
		char c = *from;

		if (c == '~' && (from[1] == '0' || from[1] == '1'))
			c = *++from == '0' ? '~' : '/';
		*to++ = c;
	}
	*to = '\0';
}

static json_t *step(json_t *from, char *token)
{
	char *end;
	unsigned long index;

	if (!json_is_array(from)) {
		unescape(token);
		return json_object_get(from, token);
	}
	index = strtoul(token, &end, 10);
	return *token >= '0' && *token <= '9' && *end == '\0' ? json_array_get(from, index) : NULL;
}

/* Follows a pointer; NULL when it leads nowhere. */
PRINTF_LIKE(2, 0)
static json_t *find(const struct json_reader *r, const char *fmt, va_list ap)
{
	char pointer[POINTER_MAX];
	json_t *at = r->root;
	int n = vsnprintf(pointer, sizeof(pointer), fmt, ap);
	char *next = pointer;

	if (n < 0 || (size_t)n >= sizeof(pointer) || (pointer[0] && pointer[0] != '/'))
		return NULL;

	while (at && next && *next) {
		char *token = next + 1;

		next = strchr(token, '/');
		if (next)
			*next = '\0';
		at = step(at, token);
		if (next)
			*next = '/';
	}
	return at;
}

const char *json_reader_text(const struct json_reader *r, const char *fmt, ...)
{
	json_t *found;
	va_list ap;

	va_start(ap, fmt);
	found = find(r, fmt, ap);
	va_end(ap);
	return json_string_value(found);
}

int json_reader_number(const struct json_reader *r, double *ret, const char *fmt, ...)
{
	json_t *found;
	va_list ap;

	va_start(ap, fmt);
	found = find(r, fmt, ap);
	va_end(ap);
	if (!json_is_number(found))
		return -ENOENT;

	*ret = json_number_value(found);
	return 0;
}

int json_reader_is_true(const struct json_reader *r, const char *fmt, ...)
{
	json_t *found;
	va_list ap;

	va_start(ap, fmt);
	found = find(r, fmt, ap);
	va_end(ap);
	return json_is_boolean(found) ? json_is_true(found) : -ENOENT;
}

size_t json_reader_count(const struct json_reader *r, const char *fmt, ...)
{
	json_t *found;
	va_list ap;

	va_start(ap, fmt);
	found = find(r, fmt, ap);
	va_end(ap);
	return json_is_array(found) ? json_array_size(found) : json_object_size(found);
}

const char *json_reader_key(const struct json_reader *r, size_t i, const char *fmt, ...)
{
	json_t *found;
	va_list ap;
	void *at;

	va_start(ap, fmt);
	found = find(r, fmt, ap);
	va_end(ap);
	at = json_object_iter(found);
	while (at && i-- > 0)
		at = json_object_iter_next(found, at);
	return at ? json_object_iter_key(at) : NULL;
}
