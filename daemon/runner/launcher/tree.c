/* The processes of a run: the launcher is their subreaper, so all of them end as its children. */
#include "daemon/runner/launcher/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/macro.h"

#define PIDS_BUFFER 4096

static void add_time(struct timeval *sum, const struct timeval *t)
{
	sum->tv_sec += t->tv_sec;
	sum->tv_usec += t->tv_usec;
	if (sum->tv_usec >= 1000000) {
		sum->tv_sec++;
		sum->tv_usec -= 1000000;
	}
}

static void add_usage(struct rusage *sum, const struct rusage *u)
{
	add_time(&sum->ru_utime, &u->ru_utime);
	add_time(&sum->ru_stime, &u->ru_stime);
	sum->ru_maxrss = MAX_OF(sum->ru_maxrss, u->ru_maxrss);
	sum->ru_minflt += u->ru_minflt;
	sum->ru_majflt += u->ru_majflt;
	sum->ru_nvcsw += u->ru_nvcsw;
	sum->ru_nivcsw += u->ru_nivcsw;
	sum->ru_inblock += u->ru_inblock;
	sum->ru_oublock += u->ru_oublock;
}

static int reap(struct tree *t, pid_t pid, int *ret_status)
{
	struct rusage usage;

	if (wait4(pid, ret_status, 0, &usage) < 0)
		return -errno;

	add_usage(&t->usage, &usage);
	return 0;
}

int tree_wait_main(struct tree *t, int *ret_code, int *ret_status)
{
	int status, r = reap(t, t->main_pid, &status);

	t->main_pid = 0;
	if (r < 0)
		return r;

	if (WIFEXITED(status)) {
		*ret_code = CLD_EXITED;
		*ret_status = WEXITSTATUS(status);
	} else {
		*ret_code = WCOREDUMP(status) ? CLD_DUMPED : CLD_KILLED;
		*ret_status = WTERMSIG(status);
	}
	return 0;
}

void tree_reap(struct tree *t)
{
	for (;;) {
		siginfo_t info = {0};
		int status;

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
			return;
		/* Its end is stamped and its records are read first. */
		if (info.si_pid == t->main_pid || reap(t, info.si_pid, &status) < 0)
			return;
		/* The main process may have left zombies of its own. */
		if (t->killing && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
			t->leftovers++;
	}
}

/* Call a function with every process number of a list file. Return: how many there were. */
static unsigned for_each_pid(int folder, const char *path, void (*act)(pid_t pid))
{
	CLEANUP_CLOSE int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	char text[PIDS_BUFFER];
	unsigned n = 0;
	pid_t pid = 0;
	ssize_t size;

	while (fd >= 0 && (size = read(fd, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < size; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				pid = pid * 10 + (text[i] - '0');
			} else if (pid > 0) {
				act(pid);
				n++;
				pid = 0;
			}
		}
	return n;
}

static void only_count(pid_t pid)
{
}

static void kill_pid(pid_t pid)
{
	(void)kill(pid, SIGKILL);
}

bool tree_is_gone(const struct tree *t)
{
	siginfo_t info;
	bool childless = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 &&
		errno == ECHILD;

	/* Not cgroup.events: since Linux 6.19 it lags behind the exit of the last process. */
	return childless &&
		(t->cgroup_fd < 0 || for_each_pid(t->cgroup_fd, "cgroup.procs", only_count) == 0);
}

/* The whole cgroup at once, forks under way included. Linux 5.14. */
static bool kill_cgroup(int cgroup_fd)
{
	CLEANUP_CLOSE int fd = openat(cgroup_fd, "cgroup.kill", O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, "1", 1) == 1;
}

void tree_kill(struct tree *t)
{
	if (!t->killing)
		tree_reap(t); /* who ended by itself is no leftover */
	t->killing = true;
	if (t->cgroup_fd >= 0 && kill_cgroup(t->cgroup_fd))
		return;

	if (t->cgroup_fd >= 0)
		(void)for_each_pid(t->cgroup_fd, "cgroup.procs", kill_pid);
	if (t->main_pid > 0)
		(void)kill(-t->main_pid, SIGKILL);
	/* Children only; theirs become ours as they die, and are found by the next call. */
	(void)for_each_pid(AT_FDCWD, "/proc/thread-self/children", kill_pid);
}
