/* Figures of a metric for people: one unit and one precision for a value and its interval. */
#pragma once

#include "common/model/metric-desc.h"

#define REPORT_NUMBER_MAX 48

struct report_scale {
	const char *suffix; /* " ms", or "" for counts */
	double factor;	    /* of the metric's unit */
	int digits;	    /* behind the point */
};

/**
 * report_scale_choose() - unit and precision that suit a value
 * @metric: gives the unit
 * @value:  unit of the metric
 * @spread: width of its interval, same unit; NaN or 0 when there is none
 *
 * Two significant digits of the spread, but at least three and at most six of the value.
 *
 * Return: the scale.
 */
struct report_scale report_scale_choose(enum metric metric, double value, double spread);

/**
 * report_number() - a value without its unit
 * @scale: chosen
 * @value: unit of the metric
 * @ret:   at least REPORT_NUMBER_MAX bytes
 *
 * Return: @ret.
 */
char *report_number(
	const struct report_scale *scale, double value, char ret[static REPORT_NUMBER_MAX]);

/**
 * report_percent() - a share as a percentage with two significant digits
 * @ratio: 0.0004 is "0.04 %"
 * @ret:   at least REPORT_NUMBER_MAX bytes
 *
 * Return: @ret.
 */
char *report_percent(double ratio, char ret[static REPORT_NUMBER_MAX]);
