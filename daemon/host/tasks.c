/* Every task of the machine, from /proc and the scheduler. */
#include "daemon/host/tasks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/base/macro.h"
#include "common/base/quantity.h"

#define TASK_FLAG_NO_SETAFFINITY 0x04000000u /* PF_NO_SETAFFINITY of include/linux/sched.h */
#define TASK_STATUS_SIZE_MAX	 65536

/* One read(2): /proc files of a task that is gone fail with ENOENT or ESRCH. */
static int read_small(const char *path, char *ret, size_t size)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;

	n = read(fd, ret, size - 1);
	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return 0;
}

/* The name stands in parentheses and may hold any character, so the last ")" ends it. */
static int parse_stat(char *line, struct task *ret)
{
	char *open = strchr(line, '('), *close = strrchr(line, ')');
	unsigned long long start;
	int parent;

	if (!open || !close || close < open)
		return -EIO;
	*close = '\0';
	if (sscanf(close + 1,
		    " %c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
		    "%llu",
		    &ret->state, &parent, &ret->flags, &start) != 4)
		return -EIO;

	ret->parent = parent;
	ret->start_ticks = start;
	(void)snprintf(ret->comm, sizeof(ret->comm), "%s", open + 1);
	return 0;
}

int task_read(pid_t tid, struct task *ret)
{
	struct task t = {.tid = tid};
	char path[64], line[2048];
	int r;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	r = read_small(path, line, sizeof(line));
	if (r >= 0)
		r = parse_stat(line, &t);
	if (r >= 0)
		*ret = t;
	return r;
}

bool task_is_fixed(const struct task *t)
{
	return (t->flags & TASK_FLAG_NO_SETAFFINITY) != 0;
}

bool task_is_over(const struct task *t)
{
	return t->state == 'Z' || t->state == 'X' || t->state == 'x';
}

/* Value of one "Name:\tvalue" line of /proc/TID/status. */
static int status_value(pid_t tid, const char *name, char *ret, size_t size)
{
	CLEANUP_FREE char *text = NULL;
	char path[64], pattern[64];
	const char *found;
	int r;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", tid);
	(void)snprintf(pattern, sizeof(pattern), "\n%s:\t", name);
	r = file_read(path, TASK_STATUS_SIZE_MAX, &text, NULL, NULL);
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;

	found = strstr(text, pattern);
	if (!found)
		return -EIO;
	found += strlen(pattern);
	(void)snprintf(ret, size, "%.*s", (int)strcspn(found, "\n"), found);
	return 0;
}

pid_t task_process(pid_t tid)
{
	uint64_t process;
	char text[32];
	int r = status_value(tid, "Tgid", text, sizeof(text));

	if (r >= 0)
		r = quantity_u64(text, &process);
	return r < 0 ? r : (pid_t)process;
}

int task_cpus_now(pid_t tid, struct cpuset *ret)
{
	struct cpuset cpus = {0};

	if (sched_getaffinity(tid, sizeof(cpus.words), (cpu_set_t *)cpus.words) < 0)
		return -errno;
	*ret = cpus;
	return 0;
}

int task_cpus_allowed(pid_t tid, struct cpuset *ret)
{
	char text[CPUSET_TEXT_MAX];
	int r = status_value(tid, "Cpus_allowed_list", text, sizeof(text));

	return r < 0 ? r : cpuset_parse(text, ret);
}

int task_cpus_set(pid_t tid, const struct cpuset *cpus)
{
	struct cpuset copy = *cpus;

	return sched_setaffinity(tid, sizeof(copy.words), (cpu_set_t *)copy.words) < 0 ? -errno : 0;
}

static pid_t entry_pid(const struct dirent *entry)
{
	uint64_t pid;

	return quantity_u64(entry->d_name, &pid) < 0 || pid > INT32_MAX ? -EINVAL : (pid_t)pid;
}

static int visit_threads(pid_t process, task_visit_fn visit, void *userdata)
{
	struct dirent *entry;
	char path[64];
	DIR *folder;
	int r = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", process);
	folder = opendir(path);
	if (!folder)
		return 0;

	while (r == 0 && (entry = readdir(folder))) {
		pid_t tid = entry_pid(entry);

		if (tid > 0)
			r = visit(tid, process, userdata);
	}
	(void)closedir(folder);
	return r;
}

int tasks_visit(task_visit_fn visit, void *userdata)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	int r = 0;

	if (!folder)
		return -errno;

	while (r == 0 && (entry = readdir(folder))) {
		pid_t process = entry_pid(entry);

		if (process > 0)
			r = visit_threads(process, visit, userdata);
	}
	(void)closedir(folder);
	return r;
}
