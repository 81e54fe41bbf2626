/* A LAUNCH_RUN packet, checked, with its descriptors and its blob mapped. */
#pragma once

#include <sys/types.h>

#include "daemon/runner/launcher/protocol.h"

struct request {
	struct launch_run run;
	char *blob; /* private mapping, or NULL */
	int blob_fd, stdout_fd, stderr_fd;
	int cgroup_fd; /* or -1 */
	int joins[LAUNCH_JOINS_MAX];
	char **argv, **env, **candidates; /* into the blob */
	const gid_t *groups;
	const char *cwd;
	const char *stdin_path; /* or NULL */
};

/**
 * request_init() - take a packet and its descriptors
 * @r:    uninitialised; request_done() afterwards, whatever was returned
 * @run:  packet, copied
 * @fds:  descriptors in the order of struct launch_run, taken over
 * @n:    how many
 *
 * Return: 0; -EBADMSG when they do not fit together; errno of mmap.
 */
int request_init(struct request *r, const struct launch_run *run, const int *fds, unsigned n);

/**
 * request_done() - close and unmap
 * @r: request
 *
 * Return: nothing.
 */
void request_done(struct request *r);
