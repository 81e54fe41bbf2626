/* What every verb is given. */
#include "ctl/context.h"

#include <errno.h>
#include <stdarg.h>

#include "common/base/quantity.h"
#include "ctl/verb.h"

const char *context_word(const struct context *c, size_t i)
{
	return i + 1 < c->options.words.n ? c->options.words.items[i + 1] : NULL;
}

int context_words_expect(const struct context *c, size_t min, size_t max, struct error *e)
{
	size_t n = c->options.words.n - 1;

	if (n >= min && n <= max)
		return 0;
	if (n > max)
		return error_setf(e, -EINVAL, "what is '%s'? usage: steadyctl %s %s",
			c->options.words.items[max + 1], c->verb->name, c->verb->usage);
	return error_setf(e, -EINVAL, "usage: steadyctl %s %s", c->verb->name, c->verb->usage);
}

int context_job_number(const char *text, uint32_t *ret, struct error *e)
{
	uint64_t number;

	if (quantity_u64(text, &number) < 0 || number == 0 || number > UINT32_MAX)
		return error_setf(e, -EINVAL, "'%s' is no job number", text);

	*ret = (uint32_t)number;
	return 0;
}

void context_note(const struct context *c, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return;

	(void)fputs("steadyctl: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}
