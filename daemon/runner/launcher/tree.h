/* The processes of a run: the launcher is their subreaper, so all of them end as its children. */
#pragma once

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

struct tree {
	pid_t main_pid;	     /* 0 once it was reaped */
	int cgroup_fd;	     /* borrowed; -1 without */
	bool killing;	     /* from now on who dies of SIGKILL was killed by us */
	unsigned leftovers;  /* processes besides the main one that had to be killed */
	struct rusage usage; /* of all that were reaped */
};

/**
 * tree_wait_main() - reap the main process, which has ended
 * @t:          tree
 * @ret_code:   siginfo code
 * @ret_status: siginfo status
 *
 * Return: 0; negative errno.
 */
int tree_wait_main(struct tree *t, int *ret_code, int *ret_status);

/**
 * tree_reap() - reap all ended processes but the main one
 * @t: tree
 *
 * Return: nothing.
 */
void tree_reap(struct tree *t);

/**
 * tree_is_gone() - has every process of the run ended
 * @t: tree, reaped
 *
 * Return: true when no child is left and the cgroup is empty.
 */
bool tree_is_gone(const struct tree *t);

/**
 * tree_kill() - SIGKILL to everything; without cgroup.kill to be repeated until tree_is_gone()
 * @t: tree
 *
 * Return: nothing.
 */
void tree_kill(struct tree *t);
