/* Numbers with a unit, as people write them, and back. */
#include "common/base/quantity.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/base/macro.h"

struct unit {
	const char *name;
	double factor;
};

static const struct unit duration_units[] = {
	{"", 1e9},
	{"ns", 1},
	{"us", 1e3},
	{"ms", 1e6},
	{"s", 1e9},
	{"m", 60e9},
	{"min", 60e9},
	{"h", 3600e9},
	{"d", 86400e9},
	{NULL, 0},
};

static const struct unit size_units[] = {
	{"", 1},
	{"B", 1},
	{"k", 1024.0},
	{"K", 1024.0},
	{"KiB", 1024.0},
	{"kB", 1e3},
	{"M", 0x1p20},
	{"MiB", 0x1p20},
	{"MB", 1e6},
	{"G", 0x1p30},
	{"GiB", 0x1p30},
	{"GB", 1e9},
	{"T", 0x1p40},
	{"TiB", 0x1p40},
	{"TB", 1e12},
	{NULL, 0},
};

static const struct unit frequency_units[] = {
	{"kHz", 1},
	{"MHz", 1e3},
	{"GHz", 1e6},
	{NULL, 0},
};

int quantity_u64(const char *text, uint64_t *ret)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (*end)
		return -EINVAL;
	if (errno)
		return -ERANGE;

	*ret = value;
	return 0;
}

/* strtod also takes hexadecimal, "inf" and "nan": none of them is a quantity. */
static int leading_number(const char *text, double *ret, const char **ret_rest)
{
	char *end;
	double value;

	if (!isdigit((unsigned char)text[0]) && text[0] != '.')
		return -EINVAL;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return -EINVAL;

	value = strtod(text, &end);
	if (end == text || !isfinite(value))
		return -EINVAL;

	*ret = value;
	*ret_rest = end;
	return 0;
}

int quantity_double(const char *text, double *ret)
{
	int negative = text[0] == '-';
	const char *rest;
	double value;
	int r = leading_number(text + negative, &value, &rest);

	if (r < 0 || *rest)
		return -EINVAL;

	*ret = negative ? -value : value;
	return 0;
}

static int with_unit(const char *text, const struct unit *units, uint64_t *ret)
{
	const char *rest;
	double value;

	if (leading_number(text, &value, &rest) < 0)
		return -EINVAL;

	while (*rest == ' ')
		rest++;
	for (; units->name; units++) {
		if (!streq(units->name, rest))
			continue;
		value *= units->factor;
		if (value > 0x1p63)
			return -ERANGE;
		*ret = (uint64_t)llround(value);
		return 0;
	}
	return -EINVAL;
}

int quantity_duration_ns(const char *text, uint64_t *ret)
{
	return with_unit(text, duration_units, ret);
}

int quantity_size_bytes(const char *text, uint64_t *ret)
{
	return with_unit(text, size_units, ret);
}

int quantity_frequency_khz(const char *text, uint64_t *ret)
{
	return with_unit(text, frequency_units, ret);
}

int quantity_ratio(const char *text, double *ret)
{
	const char *rest;
	double value;

	if (leading_number(text, &value, &rest) < 0)
		return -EINVAL;

	while (*rest == ' ')
		rest++;
	if (streq(rest, "%"))
		value /= 100;
	else if (*rest)
		return -EINVAL;
	*ret = value;
	return 0;
}

char *quantity_format_duration(double seconds, char ret[static QUANTITY_TEXT_MAX])
{
	static const struct unit steps[] = {{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}, {"ns", 1e-9}};
	double size = fabs(seconds);
	size_t i = 0;
	double value;

	if (size >= 120) {
		(void)snprintf(ret, QUANTITY_TEXT_MAX, "%.0f min %02.0f s", trunc(seconds / 60),
			fmod(size, 60));
		return ret;
	}
	while (i + 1 < ARRAY_SIZE(steps) && size < steps[i].factor)
		i++;
	value = seconds / steps[i].factor;
	(void)snprintf(ret, QUANTITY_TEXT_MAX, "%.*f %s",
		fabs(value) >= 99.95	       ? 0
			: fabs(value) >= 9.995 ? 1
					       : 2,
		value, steps[i].name);
	return ret;
}

char *quantity_format_size(double bytes, char ret[static QUANTITY_TEXT_MAX])
{
	static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	size_t i = 0;

	while (bytes >= 1024 && i + 1 < ARRAY_SIZE(names)) {
		bytes /= 1024;
		i++;
	}
	(void)snprintf(ret, QUANTITY_TEXT_MAX, "%.*f %s", i == 0 || bytes >= 99.95 ? 0 : 1, bytes,
		names[i]);
	return ret;
}
