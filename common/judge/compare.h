/* Two results side by side: an answer for people, not a gate. */
#pragma once

#include <stdbool.h>

#include "common/model/verdict.h"

struct compare_request {
	const struct result *base, *cand; /* judged and summarised */
	const struct gate
		*gate;	   /* margin, alpha, metrics; NULL: defaults, all by-default metrics */
	double session_sd; /* standard deviation of ln(median) between sessions; NaN: not calibrated
			    */
	bool force;	   /* compare in spite of hard differences */
};

/**
 * compare_results() - verdicts from two results
 * @request: what
 * @ret:     owned by the caller; untouched on failure
 *
 * Benchmarks are matched by name and arm (a single arm on either side matches any); one that only
 * one side has is missing. Rows: exact Mann-Whitney inversion over logarithms
 * (location_two_sample()), each end widened by z sqrt(2) session_sd; Benjamini-Hochberg over the
 * rows. Without session_sd every row is flagged as advisory; reports say so. Hard differences make
 * every row not comparable, with the differences as reasons, unless forced.
 *
 * Return: 0; -ENOMEM.
 */
int compare_results(const struct compare_request *request, struct verdict_document *ret);
