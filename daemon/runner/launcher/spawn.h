/* Make the process of a run: clone3 into its cgroup, or the next best thing. */
#pragma once

#include "daemon/runner/launcher/child.h"
#include "daemon/runner/launcher/protocol.h"

struct spawned {
	pid_t pid;
	int pidfd; /* owned by the caller */
	enum launch_method method;
};

/**
 * spawn_child() - clone a child that runs a plan, and wait until it has done exec or given up
 * @plan:        what it becomes; its joins must begin with the cgroup.procs file of @cgroup_fd
 * @cgroup_fd:   folder of a cgroup v2, or -1
 * @ret:         written only on success
 *
 * A child born in its cgroup does not use the first of the joins.
 *
 * Return: 0; negative errno of the last way that was tried.
 */
int spawn_child(const struct child_plan *plan, int cgroup_fd, struct spawned *ret);
