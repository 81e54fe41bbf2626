/* Every metric steady measures by itself. */
#include "common/model/metric-desc.h"

#include <errno.h>

#include "common/base/macro.h"

static const struct metric_desc descs[METRIC_MAX] = {
	[METRIC_WALL] = {"wall", "s", true, true,
		"Elapsed time from exec to exit of the main process."},
	[METRIC_OWN] = {"own", "s", true, true,
		"CPU time of the run's tasks between exec and exit, by the kernel's switch "
		"records."},
	[METRIC_CPU] = {"cpu", "s", true, true, "User and system time of the run."},
	[METRIC_USER] = {"user", "s", false, true,
		"CPU time in user mode; the split is sampled at the timer tick."},
	[METRIC_SYS] = {"sys", "s", false, true,
		"CPU time in the kernel; the split is sampled at the timer tick."},
	[METRIC_MAX_RSS] = {"max-rss", "B", true, true,
		"Largest resident set of any one process of the run."},
	[METRIC_MINOR_FAULTS] = {"minor-faults", "1", false, true,
		"Page faults served without reading from a disk."},
	[METRIC_MAJOR_FAULTS] = {"major-faults", "1", false, true,
		"Page faults that had to read from a disk."},
	[METRIC_VOLUNTARY_SWITCHES] = {"voluntary-switches", "1", false, true,
		"Times the run gave up its CPU to wait."},
	[METRIC_INVOLUNTARY_SWITCHES] = {"involuntary-switches", "1", false, true,
		"Times the run was taken off its CPU while it wanted to go on."},
	[METRIC_FS_INPUTS] = {"fs-inputs", "1", false, true,
		"Blocks of 512 bytes read from file systems."},
	[METRIC_FS_OUTPUTS] = {"fs-outputs", "1", false, true,
		"Blocks of 512 bytes written to file systems."},
	[METRIC_WALL_TREE] = {"wall-tree", "s", false, true,
		"Elapsed time from exec to the exit of the last process of the run."},
};

const struct metric_desc *metric_desc(enum metric metric)
{
	return &descs[metric];
}

int metric_find(const char *name)
{
	for (int i = 0; i < METRIC_MAX; i++)
		if (streq(descs[i].name, name))
			return i;
	return -ENOENT;
}
