/* CPU time that the hypervisor gave to others. */
#pragma once

#include <stdint.h>

#include "common/base/cpuset.h"
#include "common/model/run.h"

/* Sum over some CPUs; ticks is -1 when /proc/stat has no such column. */
struct steal_snapshot {
	int64_t ticks;
};

/**
 * steal_read() - steal time so far, from /proc/stat
 * @cpus: which CPUs
 *
 * Return: the snapshot.
 */
struct steal_snapshot steal_read(const struct cpuset *cpus);

/**
 * steal_between() - steal time between two snapshots
 * @before: first
 * @after:  second
 *
 * Return: seconds, in steps of one tick; unavailable when the kernel does not say.
 */
struct measure steal_between(struct steal_snapshot before, struct steal_snapshot after);
