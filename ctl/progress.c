/* The progress bar. */
#include "ctl/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "common/base/clock.h"
#include "common/base/macro.h"

#define REDRAW_NS     (200 * NSEC_PER_MSEC)
#define COLUMNS_GUESS 80
#define BAR_MAX	      40

static void format_clock(uint64_t us, char *ret, size_t size)
{
	uint64_t seconds = us / 1000000;

	if (seconds >= 3600)
		(void)snprintf(ret, size, "%lu:%02lu:%02lu", (unsigned long)(seconds / 3600),
			(unsigned long)(seconds / 60 % 60), (unsigned long)(seconds % 60));
	else
		(void)snprintf(ret, size, "%lu:%02lu", (unsigned long)(seconds / 60),
			(unsigned long)(seconds % 60));
}

static void format_words(const struct progress_news *news, char *ret, size_t size)
{
	char elapsed[32], remaining[48] = "";

	format_clock(news->elapsed_us, elapsed, sizeof(elapsed));
	if (news->remaining_us > 0) {
		char left[32];

		format_clock(news->remaining_us, left, sizeof(left));
		(void)snprintf(remaining, sizeof(remaining), ", about %s left", left);
	}
	if (news->planned > 0)
		(void)snprintf(ret, size, "%u of %u runs, %s%s", news->done, news->planned, elapsed,
			remaining);
	else
		(void)snprintf(ret, size, "%s", news->state);
}

char *progress_line(
	const struct progress_news *news, size_t columns, char ret[static PROGRESS_LINE_MAX])
{
	char words[128], bar[BAR_MAX + 1];
	size_t length, filled;

	format_words(news, words, sizeof(words));
	/* Brackets, a blank, and one column free: a full line would wrap. */
	length = columns > strlen(words) + 4 ? columns - strlen(words) - 4 : 0;
	length = MIN_OF(length, (size_t)BAR_MAX);
	if (length < 5 || news->planned == 0) {
		(void)snprintf(ret, PROGRESS_LINE_MAX, "%.*s", (int)(columns > 1 ? columns - 1 : 0),
			words);
		return ret;
	}
	filled = length * MIN_OF(news->done, news->planned) / news->planned;
	memset(bar, '-', length);
	memset(bar, '#', filled);
	bar[length] = '\0';
	(void)snprintf(ret, PROGRESS_LINE_MAX, "[%s] %s", bar, words);
	return ret;
}

static size_t terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return COLUMNS_GUESS;
	return size.ws_col;
}

void progress_draw(struct progress *p, const struct progress_news *news)
{
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);
	char line[PROGRESS_LINE_MAX];

	if (!p->enabled || (p->drawn && now_ns - p->drawn_ns < REDRAW_NS))
		return;

	(void)fprintf(stderr, "\r\033[K%s", progress_line(news, terminal_columns(), line));
	(void)fflush(stderr);
	p->drawn = true;
	p->drawn_ns = now_ns;
}

void progress_say(struct progress *p, const char *fmt, ...)
{
	char line[PROGRESS_LINE_MAX];
	va_list ap;

	if (!p->enabled)
		return;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "\r\033[K%.*s", (int)terminal_columns() - 1, line);
	(void)fflush(stderr);
	p->drawn = true;
}

void progress_clear(struct progress *p)
{
	if (!p->drawn)
		return;

	(void)fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	p->drawn = false;
}
