/* How busy some CPUs have been, from /proc/stat. */
#pragma once

#include <stdint.h>

#include "common/base/cpuset.h"

struct busy_snapshot {
	uint64_t busy_ns;  /* sum over the CPUs, everything but idle and iowait */
	uint64_t total_ns; /* sum over the CPUs; 0 when /proc/stat cannot be read */
};

/**
 * busy_read() - time spent so far, in steps of one tick
 * @cpus: which CPUs
 *
 * Return: the snapshot.
 */
struct busy_snapshot busy_read(const struct cpuset *cpus);
