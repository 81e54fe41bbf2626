/* Every metric steady measures by itself, as a row of data. */
#pragma once

#include <stdbool.h>

enum metric {
	METRIC_WALL,
	METRIC_OWN,
	METRIC_CPU,
	METRIC_USER,
	METRIC_SYS,
	METRIC_MAX_RSS,
	METRIC_MINOR_FAULTS,
	METRIC_MAJOR_FAULTS,
	METRIC_VOLUNTARY_SWITCHES,
	METRIC_INVOLUNTARY_SWITCHES,
	METRIC_FS_INPUTS,
	METRIC_FS_OUTPUTS,
	METRIC_WALL_TREE,
	METRIC_MAX,
};

struct metric_desc {
	const char *name; /* as in JSON and YAML */
	const char *unit; /* "s", "B" or "1" for counts */
	bool by_default;  /* summarised when the workload names no metrics */
	bool lower_is_better;
	const char *help; /* one sentence */
};

/**
 * metric_desc() - the row of a metric
 * @metric: below METRIC_MAX
 *
 * Return: static row, never NULL.
 */
const struct metric_desc *metric_desc(enum metric metric);

/**
 * metric_find() - metric by its name
 * @name: as in JSON and YAML
 *
 * Return: enum metric; -ENOENT.
 */
int metric_find(const char *name);
