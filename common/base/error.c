/* An error on its way to a person. */
#include "common/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int(error_setf)(struct error *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return code;

	e->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return code;
}

int error_prefixf(struct error *e, const char *fmt, ...)
{
	char old[ERROR_TEXT_MAX];
	va_list ap;
	int n;

	if (!e)
		return -EIO;

	memcpy(old, e->text, sizeof(old));
	va_start(ap, fmt);
	n = vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(e->text))
		(void)snprintf(e->text + n, sizeof(e->text) - (size_t)n, ": %s", old);
	return e->code ? e->code : -EIO;
}
