/* Which CPUs there are, which share a core, and which of them to measure on. */
#pragma once

#include "common/base/cpuset.h"
#include "common/base/error.h"

struct topology_core {
	struct cpuset cpus; /* the online hardware threads of one core */
};

struct topology {
	struct cpuset online;
	struct topology_core *cores; /* owned; by their lowest CPU, ascending */
	size_t n_cores;
};

struct topology_choice {
	struct cpuset run;	    /* where the workload runs */
	struct cpuset quiet;	    /* run and the siblings that stay idle */
	struct cpuset housekeeping; /* everything else */
};

/**
 * topology_read() - online CPUs and their cores
 * @root: "" or the root of a fake tree
 * @ret:  owned by the caller; untouched on failure
 *
 * A CPU whose siblings are not told is a core of its own.
 *
 * Return: 0; -ENOMEM; errno of reading the list of online CPUs.
 */
int topology_read(const char *root, struct topology *ret);

/**
 * topology_done() - free the content
 * @t: topology, or NULL
 *
 * Return: nothing.
 */
void topology_done(struct topology *t);

/**
 * topology_allowed() - CPUs this process may use now
 * @ret: filled; online CPU 0 when the kernel does not tell
 *
 * Return: nothing.
 */
void topology_allowed(struct cpuset *ret);

/**
 * topology_choose() - CPUs to measure on: whole cores, far from the lowest CPU
 * @t:       topology
 * @allowed: only these are used
 * @count:   CPUs for the workload; 0: one of each core, but a quarter of the cores (rounded up)
 *           stays for everybody else
 * @ret:     written only on success
 *
 * One hardware thread a core, its siblings stay idle, as long as there are enough cores. With one
 * core its threads count as cores.
 *
 * Return: 0; -ENODEV: a single CPU; -ERANGE: @count leaves nothing for the others.
 */
int topology_choose(const struct topology *t, const struct cpuset *allowed, unsigned count,
	struct topology_choice *ret);

/**
 * topology_choose_list() - the CPUs a person named
 * @t:       topology
 * @allowed: only these are used
 * @cpus:    where the workload shall run
 * @ret:     written only on success; siblings of @cpus stay idle unless nothing would be left
 *
 * Return: 0; -ENODEV: some are not online or not allowed; -ERANGE: nothing left for the others.
 */
int topology_choose_list(const struct topology *t, const struct cpuset *allowed,
	const struct cpuset *cpus, struct topology_choice *ret);
