/* Runs to summaries: one pure function that daemon and client share. */
#pragma once

#include "common/model/result.h"

#define SUMMARY_LEVEL 0.95 /* of every interval */

/**
 * summary_make() - all summaries and quality flags of a result from its judged runs
 * @r: benchmarks and runs are set; summaries and quality are written, but for QUALITY_UNSTABLE and
 *     QUALITY_NO_STEADY_STATE, which the session decides
 *
 * A benchmark that is flagged unstable has no number: its summaries are unavailable, n is 0, and
 * only the counts and the all-runs figure stay.
 *
 * Return: 0; -ENOMEM, then some summaries are missing.
 */
int summary_make(struct result *r);

/**
 * summary_metric() - one metric of one benchmark
 * @r:         result
 * @benchmark: index
 * @metric:    which
 * @ret:       written
 *
 * Median with the narrowest symmetric order-statistic interval of at least 95 %; quartiles by the
 * median-unbiased rule (Hyndman and Fan type 8). Excluded are disturbed and invalid runs; the
 * all-runs median has them in, failed runs are in neither.
 *
 * Return: nothing; without memory the summary is unavailable and says so.
 */
void summary_metric(
	const struct result *r, unsigned benchmark, enum metric metric, struct summary *ret);

/**
 * summary_rel_ci() - half width of the interval of the median wall time, as share of the median
 * @r:         result
 * @benchmark: index
 *
 * Return: the ratio; INFINITY when there is no interval yet.
 */
double summary_rel_ci(const struct result *r, unsigned benchmark);

/**
 * summary_rel_ci_values() - the same for plain values
 * @x: @n values, sorted by this call
 * @n: count
 *
 * Return: the ratio; INFINITY when there is no interval or the median is not positive.
 */
double summary_rel_ci_values(double *x, size_t n);
