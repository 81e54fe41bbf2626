/* Which bytes may be in a YAML file at all. */
#include "common/config/yaml-bytes.h"

#include <errno.h>

#include "common/base/utf8.h"

#define PROBLEMS_MAX 5 /* lines of a file that is no text are of no use to anyone */

static bool is_allowed(const char *p, const char *end, uint32_t code)
{
	if (code == '\r')
		return p + 1 < end && p[1] == '\n';
	return code == '\t' || utf8_is_printable(code);
}

/* A character that must not be there. */
struct bad_character {
	const char *place;
	uint32_t code;
	size_t n; /* bytes; 0: not valid UTF-8 */
};

static void add_problem(struct diag *d, size_t line, size_t column, const struct bad_character *bad)
{
	unsigned code = bad->code;

	if (bad->n == 0)
		(void)diag_add(d, line, column, "not valid UTF-8");
	else if (code == '\r')
		(void)diag_add(d, line, column, "a carriage return without a line feed");
	else if (code < 0xa0)
		(void)diag_add(d, line, column, "control character 0x%02x is not allowed", code);
	else
		(void)diag_add(d, line, column,
			"invisible character U+%04X is not allowed, write \"\\u%04x\" if it is "
			"meant",
			code, code);
}

static bool find_bad(const char *p, const char *end, struct bad_character *ret)
{
	for (; p < end && *p != '\n'; p += ret->n) {
		ret->place = p;
		ret->n = utf8_read(p, (size_t)(end - p), &ret->code);
		if (ret->n == 0 || !is_allowed(p, end, ret->code))
			return true;
	}
	return false;
}

int yaml_bytes_check(const char *text, size_t size, size_t skip, struct diag *d)
{
	const char *start = text, *end = text + size;
	size_t n_problems = 0;

	for (size_t line = 1; start && start < end; line++) {
		struct bad_character bad = {0};

		if (find_bad(start, end, &bad)) {
			if (++n_problems > PROBLEMS_MAX)
				return diag_add(d, line, 1, "this is not a text file");
			add_problem(d, line, (size_t)(bad.place - start) + 1 + skip, &bad);
		}
		skip = 0;
		start = memchr(start, '\n', (size_t)(end - start));
		start = start ? start + 1 : NULL;
	}
	return n_problems > 0 ? -EINVAL : 0;
}
