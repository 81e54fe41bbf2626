/* Problems of a file, collected: file:line:col, the line itself, a caret. */
#include "common/config/diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "common/base/utf8.h"

#define LINE_MAX_BYTES	 100 /* longer lines are cut */
#define CARET_BEFORE_MAX 64  /* characters of a long line shown before the caret */
#define CARET_AFTER_MAX	 32

#define BYTE_ORDER_MARK 0xfeff

int diag_init(struct diag *d, const char *file, const char *text, size_t size)
{
	*d = (struct diag){0};
	d->file = strdup(file);
	if (text)
		d->text = malloc(size + 1);
	if (!d->file || (text && !d->text)) {
		diag_done(d);
		return -ENOMEM;
	}
	if (text) {
		memcpy(d->text, text, size);
		d->text[size] = '\0';
		d->size = size;
	}
	return 0;
}

/* What a person wrote may come back in a message: it must not reach a terminal as it is. */
static void make_printable(char *text)
{
	size_t left = strlen(text);
	char *out = text;

	while (left > 0) {
		uint32_t code = 0;
		size_t n = utf8_read(text, left, &code);

		if (n > 0 && utf8_is_printable(code)) {
			memmove(out, text, n);
			out += n;
		} else {
			*out++ = '?';
			n = MAX_OF(n, (size_t)1);
		}
		text += n;
		left -= n;
	}
	*out = '\0';
}

static bool is_before(const struct diag_problem *a, size_t line, size_t column)
{
	return a->line < line || (a->line == line && a->column <= column);
}

/* Keeps them in the order of their places; there are few. Takes text only on success. */
static int diag_keep(struct diag *d, size_t line, size_t column, char *text)
{
	struct diag_problem *grown = reallocarray(d->problems, d->n + 1, sizeof(*grown));
	size_t i = d->n;

	if (!grown)
		return -ENOMEM;

	d->problems = grown;
	while (i > 0 && !is_before(&grown[i - 1], line, column))
		i--;
	memmove(&grown[i + 1], &grown[i], (d->n - i) * sizeof(*grown));
	grown[i] = (struct diag_problem){.line = line, .column = column, .text = text};
	d->n++;
	return 0;
}

int diag_add(struct diag *d, size_t line, size_t column, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	if (diag_is_full(d)) {
		d->n_dropped++;
		return -EINVAL;
	}

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		d->n_dropped++;
		return -EINVAL;
	}
	make_printable(text);
	if (diag_keep(d, line, column, text) < 0) {
		free(text);
		d->n_dropped++;
	}
	return -EINVAL;
}

bool diag_is_full(const struct diag *d)
{
	return d->n >= DIAG_PROBLEMS_MAX;
}

size_t diag_count(const struct diag *d)
{
	size_t n = d->n + d->n_dropped;

	for (size_t i = 0; i < d->n_others; i++)
		n += d->others[i]->n + d->others[i]->n_dropped;
	return n;
}

struct diag *diag_other(struct diag *d, const char *file, const char *text, size_t size)
{
	struct diag **grown = reallocarray(d->others, d->n_others + 1, sizeof(struct diag *));
	struct diag *other = calloc(1, sizeof(*other));

	d->others = grown ? grown : d->others;
	if (!grown || !other || diag_init(other, file, text, size) < 0) {
		free(other);
		return NULL;
	}
	d->others[d->n_others++] = other;
	return other;
}

/* Part of a line of the file; not terminated. */
struct extent {
	const char *text;
	size_t size;
};

static bool find_line(const struct diag *d, size_t line, struct extent *ret)
{
	const char *p = d->text, *end = p ? p + d->size : NULL;

	while (p && line > 1) {
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : NULL;
		line--;
	}
	if (!p || line == 0)
		return false;

	ret->text = p;
	p = memchr(p, '\n', (size_t)(end - p));
	ret->size = (size_t)((p ? p : end) - ret->text);
	if (ret->size > 0 && ret->text[ret->size - 1] == '\r')
		ret->size--;
	return ret->size > 0;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The offset some characters before one; never before the start. */
static size_t step_back(const struct extent *line, size_t offset, size_t characters)
{
	while (offset > 0 && characters > 0) {
		offset--;
		while (offset > 0 && is_continuation(line->text[offset]))
			offset--;
		characters--;
	}
	return offset;
}

static size_t step_forward(const struct extent *line, size_t offset, size_t characters)
{
	while (offset < line->size && characters > 0) {
		offset++;
		while (offset < line->size && is_continuation(line->text[offset]))
			offset++;
		characters--;
	}
	return offset;
}

/* Writes characters of the file, or blanks that are as wide. */
static void write_part(FILE *f, struct extent part, bool blank)
{
	while (part.size > 0) {
		uint32_t code = 0;
		size_t n = utf8_read(part.text, part.size, &code);
		bool printable = n > 0 && utf8_is_printable(code);

		if (code == '\t')
			(void)fputc('\t', f);
		else if (blank && code != BYTE_ORDER_MARK)
			(void)fprintf(f, "%*s", printable ? (int)utf8_columns(code) : 1, "");
		else if (printable)
			(void)fwrite(part.text, 1, n, f);
		else if (code != BYTE_ORDER_MARK)
			(void)fputc('?', f);
		n = MAX_OF(n, (size_t)1);
		part.text += n;
		part.size -= n;
	}
}

static void write_line_and_caret(FILE *f, const struct extent *line, size_t column)
{
	size_t caret = MIN_OF(column > 0 ? column - 1 : 0, line->size);
	bool cut = line->size > LINE_MAX_BYTES;
	size_t from = cut ? step_back(line, caret, CARET_BEFORE_MAX) : 0;
	size_t to = cut ? step_forward(line, caret, CARET_AFTER_MAX) : line->size;

	(void)fprintf(f, "  %s", from > 0 ? "..." : "");
	write_part(f, (struct extent){line->text + from, to - from}, false);
	(void)fprintf(f, "%s\n  %s", to < line->size ? "..." : "", from > 0 ? "   " : "");
	write_part(f, (struct extent){line->text + from, caret - from}, true);
	(void)fputs("^\n", f);
}

static void write_problem(FILE *f, const struct diag *d, const struct diag_problem *problem)
{
	struct extent line;

	if (problem->line == 0) {
		(void)fprintf(f, "%s: error: %s\n", d->file, problem->text);
		return;
	}
	(void)fprintf(f, "%s:%zu:%zu: error: %s\n", d->file, problem->line, problem->column,
		problem->text);
	if (find_line(d, problem->line, &line))
		write_line_and_caret(f, &line, problem->column);
}

static void write_all(FILE *f, const struct diag *d)
{
	for (size_t i = 0; i < d->n; i++)
		write_problem(f, d, &d->problems[i]);
	if (d->n_dropped > 0)
		(void)fprintf(f, "%s: error: %zu more problems\n", d->file, d->n_dropped);
}

char *diag_format(const struct diag *d)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;

	write_all(f, d);
	for (size_t i = 0; i < d->n_others; i++)
		write_all(f, d->others[i]);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

void diag_done(struct diag *d)
{
	if (!d)
		return;

	for (size_t i = 0; i < d->n_others; i++) {
		diag_done(d->others[i]);
		free(d->others[i]);
	}
	free(d->others);
	for (size_t i = 0; i < d->n; i++)
		free(d->problems[i].text);
	free(d->problems);
	free(d->file);
	free(d->text);
	*d = (struct diag){0};
}
