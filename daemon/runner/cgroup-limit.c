/* Limits of a run, in whichever version of cgroups the controller lives. */
#include "daemon/runner/cgroup-limit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/file.h"

struct controller {
	const char *name;
	const char *v2_file, *v1_file;
};

static const struct controller memory = {"memory", "memory.max", "memory.limit_in_bytes"};
static const struct controller pids = {"pids", "pids.max", "pids.max"};

static int write_file(const char *folder, const char *name, const char *text)
{
	char path[CGROUP_PATH_MAX + 4 * CGROUP_NAME_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return file_write_kernel(path, text);
}

/* Switch the controller on from the root down, then set the limit. */
static int set_v2(const char *path, const struct cgroup_base *base, const struct controller *k,
	const char *value)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "+%s", k->name);

	int r = write_file(base->parent, "cgroup.subtree_control", text);

	if (r == 0)
		r = write_file(base->folder, "cgroup.subtree_control", text);
	if (r == 0)
		r = write_file(path, k->v2_file, value);
	return r;
}

static int open_procs(struct cgroup *c, const char *path)
{
	char procs[CGROUP_PATH_MAX + 4 * CGROUP_NAME_MAX];

	(void)snprintf(procs, sizeof(procs), "%s/cgroup.procs", path);

	int fd = open(procs, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	c->joins[c->n_joins++] = fd;
	return 0;
}

static int make_folder(const char *path)
{
	return mkdir(path, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

static int set_v1(struct cgroup *c, const struct cgroup_base *base, const char *run_name,
	const struct controller *k, const char *value)
{
	char path[CGROUP_PATH_MAX + 2 * CGROUP_NAME_MAX], parent[CGROUP_PATH_MAX];
	int r = cgroup_mount_v1_parent(k->name, parent);

	if (r < 0)
		return r;
	(void)snprintf(path, sizeof(path), "%s/%s", parent, base->name);
	r = make_folder(path);
	if (r < 0)
		return r;
	(void)snprintf(path, sizeof(path), "%s/%s/%s", parent, base->name, run_name);
	r = make_folder(path);
	if (r == 0)
		r = strv_push(&c->beside, path);
	if (r == 0)
		r = write_file(path, k->v1_file, value);
	if (r == 0 && k == &memory)
		/* Memory and swap together; absent where the kernel does not account for swap. */
		(void)write_file(path, "memory.memsw.limit_in_bytes", value);
	return r < 0 ? r : open_procs(c, path);
}

static int set_one(struct cgroup *c, const struct cgroup_base *base, const char *run_name,
	const struct controller *k, uint64_t limit, struct error *e)
{
	char value[32];

	(void)snprintf(value, sizeof(value), "%" PRIu64, limit);

	int r = set_v2(c->path, base, k, value);

	if (r < 0 && set_v1(c, base, run_name, k, value) == 0)
		return 0;
	if (r < 0)
		return error_setf(e, -EOPNOTSUPP,
			"the %s limit cannot be enforced: no such controller for %s (%s)", k->name,
			base->folder, strerror(-r));
	if (k == &memory) {
		/* Absent without swap; then there is nothing to keep the run out of. */
		(void)write_file(c->path, "memory.swap.max", "0");
		(void)write_file(c->path, "memory.oom.group", "1");
	}
	return 0;
}

int cgroup_limit_set(struct cgroup *c, const struct cgroup_base *base, const char *run_name,
	const struct limits *limits, struct error *e)
{
	int r = 0;

	if (limits->memory_bytes > 0)
		r = set_one(c, base, run_name, &memory, limits->memory_bytes, e);
	if (r == 0 && limits->pids > 0)
		r = set_one(c, base, run_name, &pids, limits->pids, e);
	return r;
}
