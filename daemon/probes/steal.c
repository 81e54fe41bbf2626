/* CPU time that the hypervisor gave to others, per CPU, from /proc/stat. */
#include "daemon/probes/steal.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/base/macro.h"

#define STAT_SIZE_MAX ((size_t)4 << 20)

/* One line "cpuN user nice system idle iowait irq softirq steal …"; -1: no such column. */
static int64_t line_steal(const char *line, unsigned *ret_cpu)
{
	uint64_t steal;

	if (sscanf(line, "cpu%u %*u %*u %*u %*u %*u %*u %*u %" SCNu64, ret_cpu, &steal) != 2)
		return -1;
	return (int64_t)steal;
}

/* The lines of CPUs come first. */
static int64_t text_steal(const char *text, const struct cpuset *cpus)
{
	unsigned n_found = 0;
	int64_t ticks = 0;

	while (text && strncmp(text, "cpu", 3) == 0) {
		unsigned cpu;
		int64_t steal = line_steal(text, &cpu);

		if (steal >= 0 && cpuset_has(cpus, cpu)) {
			ticks += steal;
			n_found++;
		}
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return n_found == cpuset_count(cpus) ? ticks : -1;
}

struct steal_snapshot steal_read(const struct cpuset *cpus)
{
	struct steal_snapshot snapshot = {.ticks = -1};
	char *text;

	if (file_read("/proc/stat", STAT_SIZE_MAX, &text, NULL, NULL) < 0)
		return snapshot;

	snapshot.ticks = text_steal(text, cpus);
	free(text);
	return snapshot;
}

struct measure steal_between(struct steal_snapshot before, struct steal_snapshot after)
{
	long ticks_per_s = sysconf(_SC_CLK_TCK);

	if (before.ticks < 0 || after.ticks < 0 || ticks_per_s <= 0)
		return measure_unavailable("no steal time in /proc/stat");

	/* Some hypervisors let the counter step back. */
	return measure_set(
		(double)MAX_OF(after.ticks - before.ticks, INT64_C(0)) / (double)ticks_per_s);
}
