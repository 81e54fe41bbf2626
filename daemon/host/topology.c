/* Which CPUs there are, which share a core, and which of them to measure on. */
#include "daemon/host/topology.h"

#include <errno.h>
#include <sched.h>

#include "common/base/macro.h"
#include "daemon/host/sysfs.h"

#define CORES_PER_HOUSEKEEPER 4

static void keep_common(struct cpuset *set, const struct cpuset *mask)
{
	for (size_t i = 0; i < ARRAY_SIZE(set->words); i++)
		set->words[i] &= mask->words[i];
}

static void add_all(struct cpuset *set, const struct cpuset *more)
{
	for (size_t i = 0; i < ARRAY_SIZE(set->words); i++)
		set->words[i] |= more->words[i];
}

static int add_core(struct topology *t, const struct cpuset *cpus)
{
	struct topology_core *grown = reallocarray(t->cores, t->n_cores + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;

	t->cores = grown;
	t->cores[t->n_cores++].cpus = *cpus;
	return 0;
}

static void read_siblings(
	const char *root, unsigned cpu, const struct cpuset *online, struct cpuset *ret)
{
	if (sysfs_read_cpus(root, ret,
		    "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu) < 0)
		*ret = (struct cpuset){0};
	keep_common(ret, online);
	cpuset_add(ret, cpu);
}

int topology_read(const char *root, struct topology *ret)
{
	struct topology t = {0};
	struct cpuset seen = {0};
	int r = sysfs_read_cpus(root, &t.online, "/sys/devices/system/cpu/online");

	cpuset_foreach (cpu, &t.online) {
		struct cpuset siblings;

		if (r < 0 || cpuset_has(&seen, cpu))
			continue;
		read_siblings(root, cpu, &t.online, &siblings);
		add_all(&seen, &siblings);
		r = add_core(&t, &siblings);
	}
	if (r < 0) {
		topology_done(&t);
		return r;
	}
	*ret = t;
	return 0;
}

void topology_done(struct topology *t)
{
	if (!t)
		return;

	free(t->cores);
	*t = (struct topology){0};
}

void topology_allowed(struct cpuset *ret)
{
	cpu_set_t *mask = (cpu_set_t *)ret->words;

	*ret = (struct cpuset){0};
	if (sched_getaffinity(0, sizeof(ret->words), mask) < 0)
		cpuset_add(ret, 0);
}

/* The usable part of each core; the threads of a single core are taken for cores. */
static int usable_cores(
	const struct topology *t, const struct cpuset *allowed, struct topology *ret)
{
	int r = 0;

	for (size_t i = 0; i < t->n_cores && r >= 0; i++) {
		struct cpuset cpus = t->cores[i].cpus;

		keep_common(&cpus, allowed);
		if (cpuset_count(&cpus) > 0)
			r = add_core(ret, &cpus);
		add_all(&ret->online, &cpus);
	}
	if (r < 0 || ret->n_cores != 1 || cpuset_count(&ret->online) == 1)
		return r;

	ret->n_cores = 0;
	cpuset_foreach (cpu, &ret->online) {
		struct cpuset one = {0};

		cpuset_add(&one, cpu);
		if (r >= 0)
			r = add_core(ret, &one);
	}
	return r;
}

/* Takes up to count CPUs, the nth thread of each core from the last core down to the first given.
 */
static unsigned take_threads(
	const struct topology *t, size_t first, unsigned nth, unsigned count, struct cpuset *run)
{
	unsigned taken = 0;

	for (size_t i = t->n_cores; i > first && taken < count; i--) {
		unsigned n = 0;

		cpuset_foreach (cpu, &t->cores[i - 1].cpus) {
			if (n++ != nth)
				continue;
			cpuset_add(run, cpu);
			taken++;
		}
	}
	return taken;
}

static void close_choice(const struct topology *usable, struct topology_choice *c)
{
	c->quiet = c->run;
	for (size_t i = 0; i < usable->n_cores; i++)
		if (cpuset_intersects(&usable->cores[i].cpus, &c->run))
			add_all(&c->quiet, &usable->cores[i].cpus);
	cpuset_minus(&usable->online, &c->quiet, &c->housekeeping);
}

static int choose_from(const struct topology *usable, unsigned count, struct topology_choice *ret)
{
	struct topology_choice c = {0};
	unsigned n_house = 1, found = 0;

	if (usable->n_cores < 2)
		return -ENODEV;
	if (count == 0) {
		n_house = (unsigned)(usable->n_cores + CORES_PER_HOUSEKEEPER - 1) /
			CORES_PER_HOUSEKEEPER;
		count = (unsigned)usable->n_cores - n_house;
	}
	for (unsigned nth = 0; nth < CPUSET_CPUS_MAX && found < count; nth++) {
		unsigned more = take_threads(usable, n_house, nth, count - found, &c.run);

		if (more == 0)
			return -ERANGE;
		found += more;
	}
	close_choice(usable, &c);
	*ret = c;
	return 0;
}

int topology_choose(const struct topology *t, const struct cpuset *allowed, unsigned count,
	struct topology_choice *ret)
{
	struct topology usable = {0};
	int r = usable_cores(t, allowed, &usable);

	if (r >= 0)
		r = choose_from(&usable, count, ret);
	topology_done(&usable);
	return r;
}

int topology_choose_list(const struct topology *t, const struct cpuset *allowed,
	const struct cpuset *cpus, struct topology_choice *ret)
{
	struct topology usable = {0};
	struct topology_choice c = {.run = *cpus};
	struct cpuset beyond;
	int r = usable_cores(t, allowed, &usable);

	cpuset_minus(cpus, &usable.online, &beyond);
	if (r >= 0 && cpuset_count(&beyond) > 0)
		r = -ENODEV;
	if (r >= 0)
		close_choice(&usable, &c);
	if (r >= 0 && cpuset_count(&c.housekeeping) == 0) {
		c.quiet = c.run;
		cpuset_minus(&usable.online, &c.run, &c.housekeeping);
	}
	topology_done(&usable);
	if (r < 0)
		return r;
	if (cpuset_count(&c.housekeeping) == 0)
		return -ERANGE;
	*ret = c;
	return 0;
}
