/* Log lines to stderr; with a priority prefix when journald is listening. */
#pragma once

#include "common/base/macro.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

/**
 * log_open() - choose the largest level that is written and the form of the lines
 * @level: lines above it are dropped
 *
 * With JOURNAL_STREAM in the environment each line starts with "<N>", which journald reads as the
 * priority (sd-daemon(3)); otherwise with "steadyd: ".
 *
 * Return: nothing.
 */
void log_open(enum log_level level);

/**
 * log_write() - write one line; newlines and control characters in it are replaced
 * @level: priority
 * @fmt:   printf format, no newline
 *
 * Return: nothing; a line that cannot be written is lost.
 */
void log_write(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);

#define log_error(...)	 log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)	 log_write(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)	 log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)	 log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)
