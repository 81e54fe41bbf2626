/* Second part of the report: what held, what disturbed, what could not be had. */
#pragma once

#include <stdio.h>

#include "common/model/result.h"

/* What disturbed the runs of a job, added up. */
struct disturbance {
	double foreign_seconds, steal_seconds;
	double cpu_seconds; /* of the measured CPUs during these runs */
	bool of_all;	    /* no run counts: the seconds are those of all runs */
	bool known, steal_known;
	unsigned n_pairs; /* of a gate: that lost a run, and so were replaced */
	unsigned n_timed, n_excluded, n_suspect, n_failed, n_leftovers, n_lost, n_truncated;
	struct culprit culprits[RUN_CULPRITS_MAX]; /* of excluded runs, largest first */
	unsigned n_culprits;
	const char *clocks;  /* why the kernel did not stamp; borrowed, NULL when it did */
	const char *unknown; /* why foreign time is not known; borrowed, or NULL */
};

/**
 * disturbance_of() - add up the evidence of all runs
 * @r:   result
 * @ret: written; borrows from @r
 *
 * Return: nothing.
 */
void disturbance_of(const struct result *r, struct disturbance *ret);

/**
 * report_trust() - the TRUST part
 * @f: where to
 * @r: result
 *
 * Return: nothing.
 */
void report_trust(FILE *f, const struct result *r);

/**
 * report_trust_of() - the same for one of several results
 * @f:   where to
 * @r:   result
 * @who: put in front, "base: "
 *
 * Return: nothing.
 */
void report_trust_of(FILE *f, const struct result *r, const char *who);
