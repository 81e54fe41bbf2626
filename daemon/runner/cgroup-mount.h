/* Where in the cgroup hierarchies this daemon may make cgroups. */
#pragma once

#include "common/base/error.h"

/* Longer ones are refused. */
#define CGROUP_PATH_MAX 2048

/**
 * cgroup_mount_parent() - the cgroup below which the runs' folder belongs
 * @ret: path in the file system
 * @e:   filled on failure
 *
 * Under systemd the own cgroup, otherwise the root of the mount. See cgroup_base_open().
 *
 * Return: 0; -ENOENT: no cgroup v2 is mounted; errno of reading /proc.
 */
int cgroup_mount_parent(char ret[static CGROUP_PATH_MAX], struct error *e);

/**
 * cgroup_mount_v1_parent() - the own cgroup of a version 1 controller
 * @controller: "memory" or "pids"
 * @ret:        path in the file system
 *
 * Return: 0; -ENOENT: the controller is not mounted as version 1; errno of reading /proc.
 */
int cgroup_mount_v1_parent(const char *controller, char ret[static CGROUP_PATH_MAX]);
