/* The launcher as seen from the daemon: a child process at the other end of a socket. */
#pragma once

#include <sys/types.h>

#include "daemon/runner/launcher/protocol.h"
#include "daemon/runner/runner.h"

struct launcher_process {
	pid_t pid;  /* 0 when there is none */
	int pidfd;  /* owned; -1 */
	int socket; /* owned; -1 */
};

#define LAUNCHER_PROCESS_NONE                                                                      \
	{                                                                                          \
		.pidfd = -1, .socket = -1                                                          \
	}

/**
 * launcher_process_start() - start a launcher and send it its configuration
 * @l:      empty
 * @config: launcher, housekeeping and realtime count
 * @e:      filled on failure
 *
 * Return: 0; -ENOENT: no such binary; errno of starting it.
 */
int launcher_process_start(
	struct launcher_process *l, const struct runner_config *config, struct error *e);

/**
 * launcher_process_send() - send a packet
 * @l:      running
 * @packet: struct of protocol.h
 * @size:   of it
 * @fds:    descriptors that go with it, or NULL
 * @n_fds:  at most LAUNCH_FDS_MAX
 *
 * Return: 0; -EPIPE: it is gone; errno of sendmsg.
 */
int launcher_process_send(const struct launcher_process *l, const void *packet, size_t size,
	const int *fds, unsigned n_fds);

/**
 * launcher_process_reap() - take the exit status of a launcher that has ended, and forget it
 * @l: ended
 *
 * Return: nothing.
 */
void launcher_process_reap(struct launcher_process *l);

/**
 * launcher_process_stop() - close the socket, wait until it has killed its run and ended
 * @l: running or empty; empty afterwards
 *
 * Waits for some seconds at most, then kills it: for the end of the runner, not for the event loop.
 *
 * Return: nothing.
 */
void launcher_process_stop(struct launcher_process *l);
