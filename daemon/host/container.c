/* What the control groups around steadyd leave it. */
#include "daemon/host/container.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/file.h"
#include "daemon/host/sysfs.h"

#define CGROUP_ROOT    "/sys/fs/cgroup"
#define GROUP_MAX      1024
#define LIMIT_LINE_MAX 128

/* Smallest so far; UINT64_MAX: none. */
struct bounds {
	uint64_t cpu_permille; /* of one CPU */
	uint64_t memory_bytes;
};

/* "0::/user.slice": the group in the second version. */
static bool own_group(const char *root, char ret[static GROUP_MAX])
{
	CLEANUP_FREE char *text = NULL;
	char path[SYSFS_PATH_MAX];
	const char *line;

	if (file_read(sysfs_path(path, root, "/proc/self/cgroup"), 65536, &text, NULL, NULL) < 0)
		return false;
	line = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
	if (!line)
		return false;
	line = strchr(line, '/');
	(void)snprintf(
		ret, GROUP_MAX, "%.*s", line ? (int)strcspn(line, "\n") : 0, line ? line : "");
	return line != NULL;
}

/* A group without the file has no such limit: the root, or a controller that is off. */
static void look(const char *root, const char *group, struct bounds *b)
{
	unsigned long long quota_us, period_us, bytes;
	char line[LIMIT_LINE_MAX];

	if (sysfs_read(root, line, sizeof(line), CGROUP_ROOT "%s/cpu.max", group) >= 0 &&
		sscanf(line, "%llu %llu", &quota_us, &period_us) == 2 && period_us > 0)
		b->cpu_permille = MIN_OF(b->cpu_permille, quota_us * 1000 / period_us);
	if (sysfs_read(root, line, sizeof(line), CGROUP_ROOT "%s/memory.max", group) >= 0 &&
		sscanf(line, "%llu", &bytes) == 1)
		b->memory_bytes = MIN_OF(b->memory_bytes, bytes);
}

static int add_bound(struct strv *facts, const char *key, uint64_t value, const char *unit)
{
	return value == UINT64_MAX
		? strv_pushf(facts, "%s=max", key)
		: strv_pushf(facts, "%s=%llu %s", key, (unsigned long long)value, unit);
}

static int add_unavailable(struct strv *facts, const char *reason)
{
	int r = strv_pushf(facts, "cgroup.cpu=unavailable: %s", reason);

	return r < 0 ? r : strv_pushf(facts, "cgroup.memory=unavailable: %s", reason);
}

int container_add(const char *root, struct strv *facts)
{
	struct bounds b = {UINT64_MAX, UINT64_MAX};
	char group[GROUP_MAX];
	int r;

	if (!own_group(root, group))
		return add_unavailable(facts, "no control group");
	if (!sysfs_exists(root, CGROUP_ROOT "/cgroup.controllers"))
		return add_unavailable(facts, "first version of control groups");

	for (char *slash = group + strlen(group); slash; slash = strrchr(group, '/')) {
		*slash = '\0';
		look(root, group, &b);
	}
	r = add_bound(facts, "cgroup.cpu", b.cpu_permille, "thousandths of a CPU");
	return r < 0 ? r : add_bound(facts, "cgroup.memory", b.memory_bytes, "B");
}
