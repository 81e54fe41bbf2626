/* A cgroup (version 2) for every run: who is in it dies with it, and limits hold in it. */
#include "daemon/runner/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "daemon/runner/cgroup-limit.h"

#define PROCS_SIZE_MAX	(1u << 20)
#define REMOVE_DEPTH	16
#define CLEAN_TRIES	100
#define CLEAN_PAUSE_NS	(10 * (long)NSEC_PER_MSEC)
#define STAT_START_TIME 22 /* field of /proc/PID/stat, see proc_pid_stat(5) */

/* Which daemon a cgroup belongs to: a process number alone may have come back. */
struct owner {
	int pid;
	uint64_t start_ticks;
	uint64_t pid_namespace; /* inode: the number means nothing in another one */
};

static uint64_t own_pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) < 0 ? 0 : st.st_ino;
}

/* Return: 0; negative errno when there is no such process. */
static int start_ticks(int pid, uint64_t *ret)
{
	char path[64], text[1024];

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);

	int r = file_read_line(path, text, sizeof(text));

	if (r < 0)
		return r;

	/* The name in field 2 may hold blanks and brackets: count from its end. */
	char *at = strrchr(text, ')');

	for (int field = 2; at && field < STAT_START_TIME; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return -ENODATA;
	*ret = strtoull(at, NULL, 10);
	return 0;
}

/* Only what is known to be dead is: a container on the same cgroup tree has a daemon of its own
 * that cannot be seen from here, and a file that cannot be read says nothing. */
static bool owner_is_dead(const struct owner *o)
{
	uint64_t ticks;
	int r;

	if (o->pid_namespace != own_pid_namespace())
		return false;
	r = start_ticks(o->pid, &ticks);
	return r == -ENOENT || r == -ESRCH || (r == 0 && ticks != o->start_ticks);
}

static int join_path(char ret[static CGROUP_PATH_MAX], const char *folder, const char *name)
{
	int n = snprintf(ret, CGROUP_PATH_MAX, "%s/%s", folder, name);

	return n > 0 && n < CGROUP_PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int write_file(const char *folder, const char *name, const char *text)
{
	char path[CGROUP_PATH_MAX];
	int r = join_path(path, folder, name);

	return r < 0 ? r : file_write_kernel(path, text);
}

int cgroup_base_open(struct cgroup_base *ret, const char *name, struct error *e)
{
	struct cgroup_base base = {0};
	int r = cgroup_mount_parent(base.parent, e);

	if (r < 0)
		return r;
	r = join_path(base.folder, base.parent, name);
	if (r < 0 || strlen(name) >= sizeof(base.name))
		return error_setf(e, -ENAMETOOLONG, "the name of the cgroup is too long");
	(void)memcpy(base.name, name, strlen(name) + 1);
	if (mkdir(base.folder, 0755) < 0 && errno != EEXIST)
		return error_setf(e, -errno, "cannot make %s: %s", base.folder, strerror(errno));
	if (access(base.folder, W_OK) < 0)
		return error_setf(e, -errno, "cannot use %s: %s", base.folder, strerror(errno));

	*ret = base;
	return 0;
}

static int kill_listed(const char *path)
{
	char procs[CGROUP_PATH_MAX];
	CLEANUP_FREE char *text = NULL;
	int r = join_path(procs, path, "cgroup.procs");

	if (r == 0)
		r = file_read(procs, PROCS_SIZE_MAX, &text, NULL, NULL);
	if (r < 0)
		return r;

	char *rest = text;

	for (const char *line; (line = strsep(&rest, "\n"));) {
		int pid = (int)strtol(line, NULL, 10);

		if (pid > 0)
			(void)kill(pid, SIGKILL);
	}
	return 0;
}

static int kill_path(const char *path)
{
	/* cgroup.kill is Linux 5.14. */
	int r = write_file(path, "cgroup.kill", "1");

	return r == -ENOENT ? kill_listed(path) : r;
}

int cgroup_kill(const struct cgroup *c)
{
	return kill_path(c->path);
}

bool cgroup_is_empty(const struct cgroup *c)
{
	char path[CGROUP_PATH_MAX];
	CLEANUP_FREE char *text = NULL;

	if (join_path(path, c->path, "cgroup.events") < 0 ||
		file_read(path, PROCS_SIZE_MAX, &text, NULL, NULL) < 0)
		return true;
	return strstr(text, "populated 0") != NULL;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	if (type == FTW_DP && rmdir(path) < 0)
		return errno;
	return 0;
}

/* The files of a cgroup cannot and need not be removed, only its folders, deepest first. */
static int remove_path(const char *path)
{
	if (rmdir(path) == 0 || errno == ENOENT)
		return 0;
	if (errno != EBUSY && errno != ENOTEMPTY)
		return -errno;

	int r = nftw(path, remove_one, REMOVE_DEPTH, FTW_DEPTH | FTW_PHYS);

	return r < 0 ? -errno : -r;
}

void cgroup_discard(struct cgroup *c, struct strv *stale)
{
	for (unsigned i = 0; i < c->n_joins; i++)
		(void)close(c->joins[i]);
	if (c->path && remove_path(c->path) < 0)
		(void)strv_push(stale, c->path);
	strv_foreach (path, &c->beside)
		if (remove_path(path) < 0)
			(void)strv_push(stale, path);
	if (c->fd >= 0)
		(void)close(c->fd);
	free(c->path);
	strv_done(&c->beside);
	*c = (struct cgroup){.fd = -1};
}

int cgroup_discard_stale(struct strv *stale)
{
	struct strv left = {0};

	strv_foreach (path, stale)
		if (remove_path(path) == -EBUSY)
			(void)strv_push(&left, path);
	strv_done(stale);
	*stale = left;
	return left.n > 0 ? -EBUSY : 0;
}

static int make_here(struct cgroup *c, const struct cgroup_base *base, const char *run_name,
	const struct limits *limits, struct error *e)
{
	char path[CGROUP_PATH_MAX];
	int r = join_path(path, base->folder, run_name);

	if (r < 0)
		return error_setf(e, r, "the name of the cgroup is too long");
	/* Another daemon that ended may have removed the folder. */
	(void)mkdir(base->folder, 0755);
	if (mkdir(path, 0755) < 0)
		return error_setf(e, -errno, "cannot make %s: %s", path, strerror(errno));
	c->path = strdup(path);
	if (!c->path) {
		(void)rmdir(path);
		return error_setf(e, -ENOMEM, "out of memory");
	}
	c->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (c->fd < 0)
		return error_setf(e, -errno, "cannot open %s: %s", path, strerror(errno));
	return cgroup_limit_set(c, base, run_name, limits, e);
}

int cgroup_make(struct cgroup *ret, const struct cgroup_base *base, unsigned n,
	const struct limits *limits, struct error *e)
{
	char run_name[CGROUP_NAME_MAX];
	struct cgroup made = {.fd = -1};
	struct strv stale = {0};
	struct owner owner = {.pid = getpid(), .pid_namespace = own_pid_namespace()};
	int r = start_ticks(owner.pid, &owner.start_ticks);

	if (r < 0)
		return error_setf(e, r, "cannot read /proc/self/stat: %s", strerror(-r));
	(void)snprintf(run_name, sizeof(run_name), "%d-%" PRIu64 "-%" PRIu64 "-%u", owner.pid,
		owner.start_ticks, owner.pid_namespace, n);
	r = make_here(&made, base, run_name, limits, e);
	if (r < 0) {
		cgroup_discard(&made, &stale);
		strv_done(&stale);
		return r;
	}
	*ret = made;
	return 0;
}

static int clean_one(const char *path)
{
	const struct timespec pause = {0, CLEAN_PAUSE_NS};
	int r = -EBUSY;

	for (int i = 0; r == -EBUSY && i < CLEAN_TRIES; i++) {
		(void)kill_path(path);
		r = remove_path(path);
		if (r == -EBUSY)
			(void)nanosleep(&pause, NULL);
	}
	return r;
}

static int clean_folder(const char *path)
{
	char run[CGROUP_PATH_MAX];
	DIR *folder = opendir(path);
	int result = 0;

	if (!folder)
		return errno == ENOENT ? 0 : -errno;
	for (const struct dirent *entry; (entry = readdir(folder));) {
		struct owner owner;

		if (sscanf(entry->d_name, "%d-%" SCNu64 "-%" SCNu64 "-", &owner.pid,
			    &owner.start_ticks, &owner.pid_namespace) != 3 ||
			!owner_is_dead(&owner) || join_path(run, path, entry->d_name) < 0)
			continue;

		int r = clean_one(run);

		if (r < 0)
			result = r;
	}
	(void)closedir(folder);
	/* Another daemon's runs keep it. */
	(void)rmdir(path);
	return result;
}

int cgroup_clean(const char *name)
{
	static const char *const v1_controllers[] = {"memory", "pids"};
	char parent[CGROUP_PATH_MAX], folder[CGROUP_PATH_MAX];
	int result = 0;

	if (cgroup_mount_parent(parent, NULL) == 0 && join_path(folder, parent, name) == 0)
		result = clean_folder(folder);
	for (size_t i = 0; i < ARRAY_SIZE(v1_controllers); i++)
		if (cgroup_mount_v1_parent(v1_controllers[i], parent) == 0 &&
			join_path(folder, parent, name) == 0)
			(void)clean_folder(folder);
	return result;
}
