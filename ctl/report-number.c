/* Figures of a metric for people. */
#include "ctl/report-number.h"

#include <math.h>
#include <stdio.h>

#include "common/base/macro.h"

#define DIGITS_MIN 3
#define DIGITS_MAX 6

struct step {
	const char *suffix;
	double factor;
};

/* Largest first; the last one is for everything smaller. */
static const struct step seconds[] = {
	{" s", 1}, {" ms", 1e-3}, {" µs", 1e-6}, {" ns", 1e-9}, {NULL, 0}};
static const struct step bytes[] = {{" TiB", 0x1p40}, {" GiB", 0x1p30}, {" MiB", 0x1p20},
	{" KiB", 0x1p10}, {" B", 1}, {NULL, 0}};
static const struct step counts[] = {{"", 1}, {NULL, 0}};

static const struct step *steps_of(enum metric metric)
{
	const char *unit = metric_desc(metric)->unit;

	return streq(unit, "s") ? seconds : streq(unit, "B") ? bytes : counts;
}

/* Position of the first digit: 0 for 1 to 9.99, 2 for hundreds, -1 for tenths. */
static int magnitude(double value)
{
	return value > 0 ? (int)floor(log10(value)) : 0;
}

struct report_scale report_scale_choose(enum metric metric, double value, double spread)
{
	const struct step *step = steps_of(metric);
	struct report_scale scale;
	double scaled;
	int digits;

	while (step[1].suffix && fabs(value) < step->factor)
		step++;
	scale = (struct report_scale){.suffix = step->suffix, .factor = step->factor};
	if (step->factor >= 1 && step->suffix[0] && step->suffix[1] == 'B')
		return scale;

	scaled = fabs(value) / step->factor;
	digits = spread > 0 ? 1 - magnitude(spread / step->factor) : 0;
	digits = MAX_OF(digits, DIGITS_MIN - 1 - magnitude(scaled));
	digits = MIN_OF(digits, DIGITS_MAX - 1 - magnitude(scaled));
	scale.digits = MAX_OF(digits, 0);
	/* A whole count needs no fraction. */
	if (step == counts && value == floor(value) && !(spread > 0))
		scale.digits = 0;
	return scale;
}

char *report_number(
	const struct report_scale *scale, double value, char ret[static REPORT_NUMBER_MAX])
{
	(void)snprintf(ret, REPORT_NUMBER_MAX, "%.*f", scale->digits, value / scale->factor);
	return ret;
}

char *report_percent(double ratio, char ret[static REPORT_NUMBER_MAX])
{
	double percent = ratio * 100;
	int digits = percent > 0 ? 1 - magnitude(percent) : 0;

	(void)snprintf(ret, REPORT_NUMBER_MAX, "%.*f %%", MIN_OF(MAX_OF(digits, 0), 4), percent);
	return ret;
}
