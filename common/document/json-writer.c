/* Writing JSON as it comes. */
#include "common/document/json-writer.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>

#include "common/base/macro.h"

#define INDENT		   " "
#define DIGITS_MIN	   15 /* every decimal of so many digits survives a double */
#define DIGITS_MAX	   17 /* every double survives so many */
#define EXACT_INTEGER_MAX  ((1ull << 53) - 1) /* of a double */
#define REPLACEMENT	   "\\ufffd"
#define CODE_POINT_MAX	   0x10ffffu
#define IS_SURROGATE(code) ((code) >= 0xd800 && (code) <= 0xdfff)

void json_writer_init(struct json_writer *w, FILE *file)
{
	*w = (struct json_writer){.file = file, .one_line_depth = UINT_MAX, .is_first = true};
}

static void break_line(const struct json_writer *w)
{
	(void)fputc_unlocked('\n', w->file);
	for (unsigned i = 0; i < w->depth; i++)
		(void)fputs_unlocked(INDENT, w->file);
}

/* Number of bytes of the UTF-8 character at text, which holds no NUL; 0 when it is none. */
static size_t utf8_length(const unsigned char *text)
{
	static const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = text[0] < 0x80		    ? 1
		: text[0] >= 0xc2 && text[0] < 0xe0 ? 2
		: text[0] >= 0xe0 && text[0] < 0xf0 ? 3
		: text[0] >= 0xf0 && text[0] < 0xf5 ? 4
						    : 0;
	unsigned code;

	if (length < 2)
		return length;

	code = text[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	return code < smallest[length] || code > CODE_POINT_MAX || IS_SURROGATE(code) ? 0 : length;
}

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

/* Writes what is not plain; returns how many bytes that were. */
static size_t put_special(FILE *f, const unsigned char *p)
{
	size_t length = utf8_length(p);

	if (length == 0)
		(void)fputs_unlocked(REPLACEMENT, f);
	else if (length > 1)
		(void)fwrite_unlocked(p, 1, length, f);
	else if (*p == '"' || *p == '\\')
		(void)fprintf(f, "\\%c", *p);
	else
		(void)fprintf(f, "\\u%04x", *p);
	return MAX_OF(length, (size_t)1);
}

static void put_string(FILE *f, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	(void)fputc_unlocked('"', f);
	while (*p) {
		size_t n_plain = 0;

		while (is_plain(p[n_plain]))
			n_plain++;
		(void)fwrite_unlocked(p, 1, n_plain, f);
		p += n_plain;
		if (*p)
			p += put_special(f, p);
	}
	(void)fputc_unlocked('"', f);
}

/* Comma, line break and name: everything before a value. */
static void begin_value(struct json_writer *w, const char *name)
{
	bool one_line = w->depth > w->one_line_depth;

	if (!w->is_first)
		(void)fputs_unlocked(one_line ? ", " : ",", w->file);
	if (w->depth > 0 && !one_line)
		break_line(w);
	w->is_first = false;
	if (!name)
		return;
	put_string(w->file, name);
	(void)fputs_unlocked(": ", w->file);
}

static void open_container(
	struct json_writer *w, const char *name, bool is_array, enum json_form form)
{
	begin_value(w, name);
	(void)fputc_unlocked(is_array ? '[' : '{', w->file);
	if (form == JSON_ONE_LINE)
		w->one_line_depth = MIN_OF(w->one_line_depth, w->depth);
	w->depth++;
	w->arrays &= ~(1ull << (w->depth % JSON_DEPTH_MAX));
	w->arrays |= (uint64_t)is_array << (w->depth % JSON_DEPTH_MAX);
	w->is_first = true;
}

void json_write_object(struct json_writer *w, const char *name, enum json_form form)
{
	open_container(w, name, false, form);
}

void json_write_array(struct json_writer *w, const char *name, enum json_form form)
{
	open_container(w, name, true, form);
}

void json_write_close(struct json_writer *w)
{
	bool is_array = w->arrays >> (w->depth % JSON_DEPTH_MAX) & 1;
	bool one_line = w->depth > w->one_line_depth;

	w->depth--;
	if (!w->is_first && !one_line)
		break_line(w);
	if (w->depth <= w->one_line_depth && one_line)
		w->one_line_depth = w->depth == w->one_line_depth ? UINT_MAX : w->one_line_depth;
	(void)fputc_unlocked(is_array ? ']' : '}', w->file);
	w->is_first = false;
}

int json_writer_finish(struct json_writer *w)
{
	while (w->depth > 0)
		json_write_close(w);
	(void)fputc_unlocked('\n', w->file);
	return fflush(w->file) != 0 || ferror(w->file) ? -EIO : 0;
}

void json_write_text(struct json_writer *w, const char *name, const char *text)
{
	begin_value(w, name);
	if (text)
		put_string(w->file, text);
	else
		(void)fputs_unlocked("null", w->file);
}

void json_write_number(struct json_writer *w, const char *name, double value)
{
	char text[40];
	int digits = DIGITS_MIN;

	if (!isfinite(value)) {
		json_write_unavailable(w, name, "not a finite number");
		return;
	}
	/* "-0" would be read as an integer, which has no sign of zero. */
	if (fpclassify(value) == FP_ZERO && signbit(value)) {
		begin_value(w, name);
		(void)fputs_unlocked("-0.0", w->file);
		return;
	}
	do
		(void)snprintf(text, sizeof(text), "%.*g", digits, value);
	while (digits++ < DIGITS_MAX && strtod(text, NULL) != value); /* NOLINT: exact on purpose */

	/* A locale may have put something else where JSON has a point. */
	for (char *p = text; *p; p++)
		if (!strchr("+-.0123456789e", *p))
			*p = '.';
	begin_value(w, name);
	(void)fputs_unlocked(text, w->file);
}

void json_write_integer(struct json_writer *w, const char *name, uint64_t value)
{
	begin_value(w, name);
	(void)fprintf(w->file, "%llu", (unsigned long long)value);
}

void json_write_exact(struct json_writer *w, const char *name, uint64_t value)
{
	char text[24];

	if (value <= EXACT_INTEGER_MAX) {
		json_write_integer(w, name, value);
		return;
	}
	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	json_write_text(w, name, text);
}

void json_write_bool(struct json_writer *w, const char *name, bool value)
{
	begin_value(w, name);
	(void)fputs_unlocked(value ? "true" : "false", w->file);
}

void json_write_null(struct json_writer *w, const char *name)
{
	json_write_text(w, name, NULL);
}

void json_write_unavailable(struct json_writer *w, const char *name, const char *reason)
{
	json_write_object(w, name, JSON_ONE_LINE);
	json_write_text(w, "unavailable", reason);
	json_write_close(w);
}
