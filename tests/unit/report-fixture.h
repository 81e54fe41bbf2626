/* Results for the tests of reports: built here, so that every figure in a golden file is known. */
#pragma once

#include "common/model/result.h"

/**
 * fixture_quiet() - one benchmark, 20 runs, two of them excluded; a machine without cpufreq driver
 * @ret: owned by the caller
 *
 * Return: nothing.
 */
void fixture_quiet(struct result *ret);

/**
 * fixture_arms() - two arms of one benchmark, profile as-is, timed by clocks
 * @ret: owned by the caller
 *
 * Return: nothing.
 */
void fixture_arms(struct result *ret);

/**
 * fixture_failed() - the third run exits with 3
 * @ret: owned by the caller
 *
 * Return: nothing.
 */
void fixture_failed(struct result *ret);

/**
 * fixture_unstable() - the budget is spent, settings were not given back
 * @ret: owned by the caller
 *
 * Return: nothing.
 */
void fixture_unstable(struct result *ret);

/**
 * fixture_gate() - 18 rounds of two arms, two pairs of which are excluded
 * @ret: owned by the caller
 *
 * Return: nothing.
 */
void fixture_gate(struct result *ret);
