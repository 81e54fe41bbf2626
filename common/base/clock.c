/* Clocks and their text. */
#include "common/base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "common/base/macro.h"

uint64_t clock_now_ns(clockid_t clock)
{
	struct timespec t = {0};

	(void)clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
}

char *clock_rfc3339(uint64_t realtime_ns, char ret[static CLOCK_RFC3339_MAX])
{
	time_t seconds = (time_t)(realtime_ns / NSEC_PER_SEC);
	struct tm tm;
	size_t n;

	(void)gmtime_r(&seconds, &tm);
	n = strftime(ret, CLOCK_RFC3339_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(ret + n, CLOCK_RFC3339_MAX - n, ".%03uZ",
		(unsigned)(realtime_ns % NSEC_PER_SEC / NSEC_PER_MSEC));
	return ret;
}

/* Nanoseconds of ".123"; digits beyond the ninth are left out. */
static uint64_t parse_fraction(const char **text)
{
	uint64_t weight = NSEC_PER_SEC;
	uint64_t ns = 0;

	if (**text != '.')
		return 0;
	for (++*text; isdigit((unsigned char)**text); ++*text) {
		weight /= 10;
		ns += weight * (uint64_t)(**text - '0');
	}
	return ns;
}

int clock_parse_rfc3339(const char *text, uint64_t *ret)
{
	struct tm tm = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	time_t seconds;
	uint64_t ns;

	if (!rest)
		return -EINVAL;
	ns = parse_fraction(&rest);
	seconds = timegm(&tm);
	if (strcmp(rest, "Z") != 0 || seconds < 0 || seconds > (time_t)(INT64_MAX / NSEC_PER_SEC))
		return -EINVAL;

	*ret = (uint64_t)seconds * NSEC_PER_SEC + ns;
	return 0;
}
