/* Do both arms of a benchmark run the same files: then a gate is an A/A comparison. */
#pragma once

#include "common/model/suite.h"

/**
 * same_files_find() - benchmarks whose two arms are the same
 * @s:       complete suite of workloads with two arms
 * @ret:     names of benchmarks, appended in the order of the plan
 * @ret_all: these are all benchmarks there are
 * @e:       filled on failure
 *
 * The same: words, environment and folder are the same, but for files that are named in different
 * ways and hold the same bytes (a program is looked for in PATH); and, where an arm has a folder of
 * its own, both folders hold the same. What a shell line reads besides is not known: the line has
 * to be the same.
 *
 * Return: 0; -ENOMEM; see plan_make_suite().
 */
int same_files_find(const struct suite *s, struct strv *ret, bool *ret_all, struct error *e);
