/* The progress bar: one line on stderr, redrawn only when the daemon says something new. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/macro.h"

#define PROGRESS_LINE_MAX 256

/* What the daemon said last. */
struct progress_news {
	const char *state; /* word */
	uint32_t done, planned;
	uint64_t remaining_us; /* 0: unknown */
	uint64_t elapsed_us;
};

struct progress {
	bool enabled;
	bool drawn;	   /* there is a line on the screen */
	uint64_t drawn_ns; /* CLOCK_MONOTONIC */
};

/**
 * progress_line() - the text of the bar
 * @news:    what to show
 * @columns: width of the terminal; the line is shorter
 * @ret:     at least PROGRESS_LINE_MAX bytes
 *
 * Return: @ret.
 */
char *progress_line(
	const struct progress_news *news, size_t columns, char ret[static PROGRESS_LINE_MAX]);

/**
 * progress_draw() - show it, at most five times a second
 * @p:    bar
 * @news: what to show
 *
 * Never draws by itself: a timer would wake CPUs while they are measured.
 *
 * Return: nothing.
 */
void progress_draw(struct progress *p, const struct progress_news *news);

/**
 * progress_say() - show a line of its own, for work that has no runs to count
 * @p:   bar
 * @fmt: printf format, no newline
 *
 * Return: nothing.
 */
void progress_say(struct progress *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

/**
 * progress_clear() - take the line away
 * @p: bar
 *
 * Return: nothing.
 */
void progress_clear(struct progress *p);
