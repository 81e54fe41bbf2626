/* A growing list of strings. */
#include "common/base/strv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void strv_done(struct strv *v)
{
	if (!v)
		return;

	for (size_t i = 0; i < v->n; i++)
		free(v->items[i]);
	free(v->items);
	*v = (struct strv){0};
}

/* Takes over text also on failure. */
static int strv_take(struct strv *v, char *text)
{
	char **items;

	if (!text)
		return -ENOMEM;

	items = reallocarray(v->items, v->n + 2, sizeof(*items));
	if (!items) {
		free(text);
		return -ENOMEM;
	}
	v->items = items;
	v->items[v->n++] = text;
	v->items[v->n] = NULL;
	return 0;
}

int strv_push(struct strv *v, const char *text)
{
	return strv_take(v, strdup(text));
}

int strv_pushf(struct strv *v, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	return n < 0 ? -ENOMEM : strv_take(v, text);
}

int strv_copy(struct strv *v, const struct strv *from)
{
	for (size_t i = 0; i < from->n; i++) {
		int r = strv_push(v, from->items[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

long strv_find(const struct strv *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (streq(v->items[i], text))
			return (long)i;
	return -ENOENT;
}

static char **strv_env_slot(const struct strv *v, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < v->n; i++)
		if (strncmp(v->items[i], name, length) == 0 && v->items[i][length] == '=')
			return &v->items[i];
	return NULL;
}

const char *strv_env_get(const struct strv *v, const char *name)
{
	char **slot = strv_env_slot(v, name);

	return slot ? *slot + strlen(name) + 1 : NULL;
}

int strv_env_set(struct strv *v, const char *name, const char *value)
{
	char **slot = strv_env_slot(v, name);
	char *text = NULL;

	if (asprintf(&text, "%s=%s", name, value) < 0)
		return -ENOMEM;
	if (!slot)
		return strv_take(v, text);

	free(*slot);
	*slot = text;
	return 0;
}

/* One word being read; buffer is as long as the whole line. */
struct word {
	char *buffer;
	size_t n;
	bool started;
};

static int word_finish(struct word *w, struct strv *words)
{
	if (!w->started)
		return 0;

	w->buffer[w->n] = '\0';
	w->n = 0;
	w->started = false;
	return strv_push(words, w->buffer);
}

/* Reads a quoted part; returns the position of the closing quote, or NULL when there is none. */
static const char *word_quoted(struct word *w, const char *p)
{
	char quote = *p++;

	w->started = true;
	for (; *p && *p != quote; p++) {
		if (quote == '"' && *p == '\\' && p[1] && strchr("\\\"$`", p[1]))
			p++;
		w->buffer[w->n++] = *p;
	}
	return *p ? p : NULL;
}

static int split_words(const char *text, struct word *w, struct strv *words, struct error *e)
{
	int r = 0;

	for (const char *p = text; *p && r >= 0; p++) {
		if (strchr(" \t\n", *p)) {
			r = word_finish(w, words);
		} else if (*p == '\'' || *p == '"') {
			const char *end = word_quoted(w, p);
			if (!end)
				return error_setf(e, -EINVAL, "no closing %c in: %s", *p, text);
			p = end;
		} else {
			if (*p == '\\' && !*++p)
				return error_setf(e, -EINVAL, "nothing after \\ in: %s", text);
			w->started = true;
			w->buffer[w->n++] = *p;
		}
	}
	return r < 0 ? r : word_finish(w, words);
}

int strv_shell_split(const char *text, struct strv *ret, struct error *e)
{
	CLEANUP_FREE char *buffer = malloc(strlen(text) + 1);
	CLEANUP_STRV struct strv words = {0};
	struct word w = {.buffer = buffer};
	int r;

	if (!buffer)
		return error_setf(e, -ENOMEM, "out of memory");

	r = split_words(text, &w, &words, e);
	if (r < 0)
		return r;

	*ret = words;
	words = (struct strv){0};
	return 0;
}

char *strv_join(const struct strv *v, const char *separator)
{
	size_t size = 1;
	char *text, *end;

	for (size_t i = 0; i < v->n; i++)
		size += strlen(v->items[i]) + strlen(separator);
	text = malloc(size);
	if (!text)
		return NULL;

	end = text;
	*end = '\0';
	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			end = stpcpy(end, separator);
		end = stpcpy(end, v->items[i]);
	}
	return text;
}
