/* Log lines to stderr; with a priority prefix when journald is listening. */
#include "common/base/log.h"

#include <stdarg.h>
#include <stdio.h>

static enum log_level log_max = LOG_LEVEL_INFO;
static int log_journal;

void log_open(enum log_level level)
{
	log_max = level;
	log_journal = getenv("JOURNAL_STREAM") != NULL;
}

void log_write(enum log_level level, const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	int n;

	if (level > log_max)
		return;

	n = log_journal ? snprintf(line, sizeof(line), "<%d>", (int)level)
			: snprintf(line, sizeof(line), "steadyd: ");
	va_start(ap, fmt);
	(void)vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	va_end(ap);

	/* What clients name ends up in log lines: it must not be able to forge another line. */
	for (char *p = line; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	(void)fprintf(stderr, "%s\n", line);
}
