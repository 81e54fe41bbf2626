/* Processes that became children of this one because their launcher died: where there is no cgroup.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#define ORPHANS_KNOWN_MAX 64

/* Children that are not orphans. A zeroed struct knows none. */
struct orphans {
	pid_t known[ORPHANS_KNOWN_MAX];
	size_t n;
};

/**
 * orphans_note() - remember who is a child before the run starts
 * @o: written
 *
 * Return: nothing.
 */
void orphans_note(struct orphans *o);

/**
 * orphans_kill() - SIGKILL to the children that were not there, and reap those that have ended
 * @o: noted
 *
 * Launchers are left alone. To be repeated: children of the killed come to this process.
 *
 * Return: how many were found.
 */
unsigned orphans_kill(const struct orphans *o);
