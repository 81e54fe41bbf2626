/* Clocks and their text. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_RFC3339_MAX 32

/**
 * clock_now_ns() - read a clock
 * @clock: CLOCK_MONOTONIC, CLOCK_REALTIME or CLOCK_BOOTTIME
 *
 * Return: nanoseconds since the clock's epoch.
 */
uint64_t clock_now_ns(clockid_t clock);

/**
 * clock_rfc3339() - write a wall-clock time as RFC 3339 UTC with milliseconds
 * @realtime_ns: nanoseconds since 1970
 * @ret:         at least CLOCK_RFC3339_MAX bytes
 *
 * Return: @ret.
 */
char *clock_rfc3339(uint64_t realtime_ns, char ret[static CLOCK_RFC3339_MAX]);

/**
 * clock_parse_rfc3339() - read what clock_rfc3339() writes
 * @text: UTC ("Z") with or without a fraction of a second, from 1970 on
 * @ret:  nanoseconds since 1970, written only on success
 *
 * Return: 0; -EINVAL.
 */
int clock_parse_rfc3339(const char *text, uint64_t *ret);
