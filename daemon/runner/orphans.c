/* Processes that became children of this one because their launcher died: where there is no cgroup.
 */
#include "daemon/runner/orphans.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "common/base/file.h"

#define CHILDREN_SIZE_MAX (1u << 20)
#define LAUNCHER_COMM	  "steady-launcher"

/* Return: text of process numbers, owned by the caller; NULL when it cannot be had. */
static char *read_children(void)
{
	char *text = NULL;

	(void)file_read("/proc/thread-self/children", CHILDREN_SIZE_MAX, &text, NULL, NULL);
	return text;
}

static bool next_pid(char **rest, pid_t *ret)
{
	char *end;
	long pid = strtol(*rest, &end, 10);

	if (end == *rest)
		return false;
	*rest = end;
	*ret = (pid_t)pid;
	return true;
}

void orphans_note(struct orphans *o)
{
	CLEANUP_FREE char *text = read_children();
	char *rest = text;

	o->n = 0;
	while (rest && o->n < ORPHANS_KNOWN_MAX && next_pid(&rest, &o->known[o->n]))
		o->n++;
}

static bool is_known(const struct orphans *o, pid_t pid)
{
	char path[64], comm[32];

	for (size_t i = 0; i < o->n; i++)
		if (o->known[i] == pid)
			return true;

	(void)snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	return file_read_line(path, comm, sizeof(comm)) == 0 && streq(comm, LAUNCHER_COMM);
}

unsigned orphans_kill(const struct orphans *o)
{
	CLEANUP_FREE char *text = read_children();
	char *rest = text;
	unsigned n = 0;

	for (pid_t pid; rest && next_pid(&rest, &pid);) {
		if (is_known(o, pid))
			continue;
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, WNOHANG);
		n++;
	}
	return n;
}
