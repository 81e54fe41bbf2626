/* What the control groups around steadyd leave it. */
#pragma once

#include "common/base/strv.h"

/**
 * container_add() - the smallest CPU quota and memory limit of all groups steadyd is in
 * @root:  "" or the root of a fake tree
 * @facts: "cgroup.cpu=..." and "cgroup.memory=..." are appended: "max", or share of one CPU and
 *         bytes
 *
 * Of the second version of control groups only; the first one's are unavailable.
 *
 * Return: 0; -ENOMEM.
 */
int container_add(const char *root, struct strv *facts);
