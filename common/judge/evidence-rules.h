/* Which runs count: rules that look at causes, declared before the job. */
#pragma once

#include "common/model/result.h"

/**
 * evidence_judge() - status of one run that ended well, from its evidence alone
 * @run:   status and why are written unless it already is failed or invalid
 * @rules: of the workload; rules other than OUTLIER_EVIDENCE leave the run ok here
 *
 * disturbed when (foreign + steal) / (wall * measured CPUs) exceeds the tolerance; never looks at
 * whether the value is large or small. Lost records or missing evidence do not exclude.
 *
 * Steal time comes in ticks of 10 ms and is taken as it reads. One tick in a run of 20 ms is half
 * of it and excludes the run, although less may have been taken: that it was taken in or just
 * before the run is evidence all the same. A shorter run without a tick may still have lost time,
 * up to the next tick: for runs of a few milliseconds steal is caught only on average, and a share
 * of the stolen time below one tick stays in the values. From 1 s on, with the tolerance of 1 %,
 * a single tick on one CPU no longer excludes.
 *
 * Why reads "foreign load 3.1 % of the run (cc1 2.9 %)". Source: simulation and 600 real runs,
 * docs/METHOD.md#outliers
 *
 * Return: nothing.
 */
void evidence_judge(struct run *run, const struct outliers *rules);

/**
 * evidence_judge_values() - value rules over the runs of one benchmark
 * @runs:      all runs of the job
 * @n:         count
 * @benchmark: index
 * @rules:     OUTLIER_TUKEY and OUTLIER_MAD set disturbed with their formula as the cause;
 *             OUTLIER_EVIDENCE marks suspects, which still count
 *
 * All look at wall time, and at nothing below six runs. Tukey: outside Q1 - 1.5 IQR .. Q3 +
 * 1.5 IQR (Exploratory Data Analysis, 1977). MAD: |x - median| / (1.4826 MAD) above 3.5 (Iglewicz
 * and Hoaglin, How to Detect and Handle Outliers, 1993); suspects: above 5, among the runs that
 * are not disturbed. MAD is at least the clock's resolution and 0.1 % of the median.
 *
 * Idempotent: statuses set by an earlier call are taken back first.
 *
 * Return: 0; -ENOMEM, then no status was changed.
 */
int evidence_judge_values(
	struct run *runs, size_t n, unsigned benchmark, const struct outliers *rules);

/**
 * evidence_judge_all() - both of the above for every run and benchmark of a result
 * @r: runs that are no warm-ups are judged by r->outliers; linear in the number of runs
 *
 * Return: 0; -ENOMEM.
 */
int evidence_judge_all(struct result *r);

/**
 * evidence_share() - foreign and stolen time as a share of what the run could have had
 * @run: any
 *
 * Return: (foreign + steal) / (wall * measured CPUs); NaN without wall time or any evidence.
 */
double evidence_share(const struct run *run);

/**
 * run_counts() - does a run enter the summary
 * @run: judged
 *
 * Return: true for ok and suspect runs that are no warm-up.
 */
bool run_counts(const struct run *run);
