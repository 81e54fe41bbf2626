/* A cgroup (version 2) for every run: who is in it dies with it, and limits hold in it. */
#pragma once

#include <stdbool.h>

#include "common/base/error.h"
#include "common/base/strv.h"
#include "common/model/workload.h"
#include "daemon/runner/cgroup-mount.h"

#define CGROUP_NAME_MAX	 64
#define CGROUP_JOINS_MAX 2 /* memory and pids */

/* The folder the runs' cgroups are made in. */
struct cgroup_base {
	char parent[CGROUP_PATH_MAX]; /* own cgroup under systemd, else the version 2 root */
	char folder[CGROUP_PATH_MAX]; /* parent/name */
	char name[CGROUP_NAME_MAX];
};

struct cgroup {
	char *path; /* owned */
	int fd;	    /* of the folder; owned, -1 when path is NULL */
	/* Where a controller lives in version 1: cgroups beside it, for the limits alone. */
	struct strv beside;
	int joins[CGROUP_JOINS_MAX]; /* their cgroup.procs, writable; owned */
	unsigned n_joins;
};

/**
 * cgroup_base_open() - find the cgroup v2 hierarchy and make the folder for runs
 * @ret:  written only on success
 * @name: of the folder, "steady"
 * @e:    filled on failure
 *
 * Under systemd the folder is made in the own cgroup; when that is delegated to us, this process
 * moves to its child "daemon", so that controllers can be switched on for the runs. Without systemd
 * it is made in the root of the hierarchy.
 *
 * Return: 0; -ENOENT: no cgroup v2 is mounted; errno of making the folder.
 */
int cgroup_base_open(struct cgroup_base *ret, const char *name, struct error *e);

/**
 * cgroup_clean() - kill and remove what daemons that have died left below a folder
 * @name: as for cgroup_base_open()
 *
 * Waits a moment for the killed to go: for start-up, not for the event loop. Cgroups of daemons
 * that live are left alone.
 *
 * Return: 0, also when there is nothing; -EBUSY: something does not die; errno of opening.
 */
int cgroup_clean(const char *name);

/**
 * cgroup_make() - a fresh cgroup for one run, with its limits
 * @ret:    written only on success; owned by the caller, see cgroup_discard()
 * @base:   where
 * @n:      number of the run, of this daemon
 * @limits: memory and pids count, 0 is none
 * @e:      filled on failure
 *
 * A limit is set in version 2 where its controller is there, else in a version 1 cgroup beside it,
 * which the process has to join by itself. There is no killing as a group then, when memory is out.
 *
 * Return: 0; -EOPNOTSUPP: a limit cannot be enforced; errno of making it.
 */
int cgroup_make(struct cgroup *ret, const struct cgroup_base *base, unsigned n,
	const struct limits *limits, struct error *e);

/**
 * cgroup_kill() - SIGKILL to everyone in it
 * @c: cgroup
 *
 * Return: 0; errno.
 */
int cgroup_kill(const struct cgroup *c);

/**
 * cgroup_is_empty() - has everyone left it
 * @c: cgroup
 *
 * Return: true when no process is in it or below it.
 */
bool cgroup_is_empty(const struct cgroup *c);

/**
 * cgroup_discard() - remove the cgroup of a run that has ended, and forget it
 * @c:     cgroup, or none (path NULL)
 * @stale: its path is added when the kernel still calls it busy
 *
 * Return: nothing.
 */
void cgroup_discard(struct cgroup *c, struct strv *stale);

/**
 * cgroup_discard_stale() - try again for those that were busy
 * @stale: paths; those that are gone are taken out
 *
 * Return: 0; -EBUSY: some are left.
 */
int cgroup_discard_stale(struct strv *stale);
