/* Limits of a run, in whichever version of cgroups the controller lives. */
#pragma once

#include "daemon/runner/cgroup.h"

/**
 * cgroup_limit_set() - let limits hold for whoever is in a cgroup, or joins those beside it
 * @c:        path is made; beside and joins are added to, also on failure
 * @base:     it is in
 * @run_name: last part of the path
 * @limits:   memory and pids count, 0 is none
 * @e:        filled on failure
 *
 * Return: 0; -EOPNOTSUPP: one of them cannot be enforced.
 */
int cgroup_limit_set(struct cgroup *c, const struct cgroup_base *base, const char *run_name,
	const struct limits *limits, struct error *e);
