/* Texts of unknown origin inside the formats of reports. */
#include "ctl/verdict-escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/macro.h"
#include "common/base/utf8.h"

#define CODE_CHARACTERS_MAX 200
#define REPLACEMENT	    "\xef\xbf\xbd" /* U+FFFD */

/* The next character of a text; what is not UTF-8 is a byte with the code UINT32_MAX. */
static size_t next(const char *text, uint32_t *ret)
{
	size_t n = utf8_read(text, strlen(text), ret);

	if (n > 0)
		return n;
	*ret = UINT32_MAX;
	return 1;
}

static bool is_safe(uint32_t code)
{
	return code != UINT32_MAX && utf8_is_printable(code);
}

static bool is_word(char letter)
{
	return isalnum((unsigned char)letter);
}

/*
 * Everything that Markdown could take for a sign of its own is written as a numeric reference:
 * these are text for certain (CommonMark 0.30, section 2.5). Where a sign can do nothing (an
 * underscore inside a word, a colon before a blank) it stays, so that names can be searched for.
 */
static bool is_markdown_sign(const char *start, const char *p)
{
	if (is_word(*p) || strchr(" -=,;[]{}/+%?'\")^", *p))
		return false;
	if (*p == '_')
		return p == start || !is_word(p[-1]) || !is_word(p[1]);
	if (*p == '.')
		return p - start >= 3 && strncasecmp(p - 3, "www", 3) == 0;
	if (*p == '(')
		return p > start && p[-1] == ']';
	return *p != ':' || (p[1] && p[1] != ' ');
}

static void print_markdown(FILE *f, const char *text, bool is_code)
{
	const char *start = text;
	unsigned n_printed = 0;

	for (; *text; n_printed++) {
		uint32_t code;
		size_t n = next(text, &code);

		if (is_code && n_printed == CODE_CHARACTERS_MAX) {
			(void)fputs("...", f);
			return;
		}
		if (!is_safe(code))
			(void)fputc('?', f);
		else if (n > 1 || !is_markdown_sign(start, text))
			(void)fwrite(text, 1, n, f);
		else
			(void)fprintf(f, "&#%u;", (unsigned)code);
		/* References to people and issues are looked for in what is shown: the comment
		 * cuts them in two. */
		if (!is_code && (code == '@' || code == '#' || code == '!'))
			(void)fputs("<!-- -->", f);
		text += n;
	}
}

void escape_markdown(FILE *f, const char *text)
{
	print_markdown(f, text, false);
}

void escape_markdown_code(FILE *f, const char *text)
{
	(void)fputs("<code>", f);
	print_markdown(f, text, true);
	(void)fputs("</code>", f);
}

/* XML 1.0, section 2.2; what is allowed there but not printable is left out too. */
void escape_xml(FILE *f, const char *text)
{
	while (*text) {
		uint32_t code;
		size_t n = next(text, &code);

		if (n == 1 && strchr("\n\t\r&<>\"'", *text))
			(void)fprintf(f, "&#%u;", (unsigned)code);
		else if (!is_safe(code))
			(void)fputs(REPLACEMENT, f);
		else
			(void)fwrite(text, 1, n, f);
		text += n;
	}
}

static void print_workflow(FILE *f, const char *text, const char *signs)
{
	while (*text) {
		uint32_t code;
		size_t n = next(text, &code);

		if (n == 1 && code != UINT32_MAX && strchr(signs, *text))
			(void)fprintf(f, "%%%02X", (unsigned)code);
		else if (!is_safe(code))
			(void)fputc('?', f);
		else
			(void)fwrite(text, 1, n, f);
		text += n;
	}
}

void escape_workflow(FILE *f, const char *text)
{
	print_workflow(f, text, "%\r\n");
}

void escape_workflow_property(FILE *f, const char *text)
{
	print_workflow(f, text, "%\r\n:,");
}

void escape_label(FILE *f, const char *text)
{
	while (*text) {
		uint32_t code;
		size_t n = next(text, &code);

		if (code == UINT32_MAX)
			(void)fputs(REPLACEMENT, f);
		else if (code == '\n')
			(void)fputs("\\n", f);
		else if (code == '"' || code == '\\')
			(void)fprintf(f, "\\%c", (int)code);
		else if (!is_safe(code))
			(void)fputc('?', f);
		else
			(void)fwrite(text, 1, n, f);
		text += n;
	}
}
