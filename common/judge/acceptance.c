/* Intended changes: reading the trailer of a commit. */
#include <errno.h>
#include <stdio.h>

#include "common/base/error.h"
#include "common/base/quantity.h"
#include "common/judge/verdict-sum.h"

#define SIGN	  "<="
#define LIMIT_MAX 100.0 /* a hundredfold */
#define BLANKS	  " \t"

void acceptance_done(struct acceptance *a)
{
	if (!a)
		return;

	free(a->benchmark);
	free(a->reason);
	free(a->source);
	*a = (struct acceptance){0};
}

/* The last sign: a parameter's value may contain another. */
static const char *find_sign(const char *text)
{
	const char *found = NULL;

	for (const char *p = strstr(text, SIGN); p; p = strstr(p + 1, SIGN))
		found = p;
	return found;
}

static int parse_limit(const char *text, double *ret)
{
	char copy[QUANTITY_TEXT_MAX];
	size_t length;

	text += strspn(text, BLANKS);
	length = strlen(text);
	while (length > 0 && strchr(BLANKS "\r\n", text[length - 1]))
		length--;
	if (length == 0 || length >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (quantity_ratio(copy, ret) < 0 || !(*ret > 0 && *ret <= LIMIT_MAX))
		return -EINVAL;
	return 0;
}

int acceptance_parse_trailer(const char *text, struct acceptance *ret, struct error *e)
{
	const char *start = text + strspn(text, BLANKS);
	const char *sign = find_sign(start);
	const char *end = sign;
	double limit;
	char *name;

	while (end && end > start && strchr(BLANKS, end[-1]))
		end--;
	if (!sign || end == start)
		return error_setf(e, -EINVAL,
			"Perf-Accept: %s: expected NAME<=5%%, NAME a benchmark's or *", text);
	if (parse_limit(sign + strlen(SIGN), &limit) < 0)
		return error_setf(e, -EINVAL,
			"Perf-Accept: %s: expected a limit above 0 after <=, such as 5%% or 0.05",
			text);

	name = strndup(start, (size_t)(end - start));
	if (!name)
		return error_setf(e, -ENOMEM, "out of memory");
	ret->benchmark = name;
	ret->limit_ratio = limit;
	return 0;
}
