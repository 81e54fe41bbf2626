/* How busy some CPUs have been, from /proc/stat. */
#include "daemon/probes/busy.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/file.h"

#define STAT_SIZE_MAX (4u << 20)

/* Columns of proc_stat(5): user nice system idle iowait irq softirq steal. */
enum {
	STAT_IDLE = 3,
	STAT_IOWAIT = 4,
	STAT_COLUMNS = 8
};

static void add_line(
	const char *line, const struct cpuset *cpus, struct busy_snapshot *ret, uint64_t tick_ns)
{
	uint64_t t[STAT_COLUMNS];
	unsigned cpu;

	if (sscanf(line,
		    "cpu%u %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		    " %" SCNu64 " %" SCNu64,
		    &cpu, &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) != 9)
		return;
	if (!cpuset_has(cpus, cpu))
		return;

	for (int i = 0; i < STAT_COLUMNS; i++) {
		ret->total_ns += t[i] * tick_ns;
		if (i != STAT_IDLE && i != STAT_IOWAIT)
			ret->busy_ns += t[i] * tick_ns;
	}
}

struct busy_snapshot busy_read(const struct cpuset *cpus)
{
	uint64_t tick_ns = NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK);
	struct busy_snapshot ret = {0};
	CLEANUP_FREE char *text = NULL;
	char *rest, *line;

	if (file_read("/proc/stat", STAT_SIZE_MAX, &text, NULL, NULL) < 0)
		return ret;

	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (strncmp(line, "cpu", 3) == 0 && line[3] != ' ')
			add_line(line, cpus, &ret, tick_ns);
	return ret;
}
