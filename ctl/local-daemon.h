/* A steadyd of one's own, unprivileged, that ends with this client. */
#pragma once

#include <sys/types.h>

#include "common/base/error.h"

struct local_daemon {
	pid_t pid;   /* 0: none */
	char *state; /* owned: its state folder */
};

/**
 * local_daemon_state() - where local jobs are kept
 * @ret: path, owned by the caller
 * @e:   filled on failure
 *
 * Return: 0; -ENXIO when neither XDG_STATE_HOME nor HOME is set; -ENOMEM.
 */
int local_daemon_state(char **ret, struct error *e);

/**
 * local_daemon_start() - start steadyd at the other end of a socket pair
 * @ret:    owned by the caller, to be ended with local_daemon_finish()
 * @ret_fd: this end, owned by the caller
 * @e:      filled on failure
 *
 * Its state is in $XDG_STATE_HOME/steady, shared with other local runs. It is in a process group
 * of its own, so that Ctrl-C reaches only the client, which then cancels in an orderly way.
 *
 * Return: 0; -ECONNREFUSED when it cannot be started; -ENXIO when there is no home folder; errno of
 * making its folder.
 */
int local_daemon_start(struct local_daemon *ret, int *ret_fd, struct error *e);

/**
 * local_daemon_finish() - wait until it has given everything back
 * @d: started, its socket closed before; or empty
 *
 * Return: nothing.
 */
void local_daemon_finish(struct local_daemon *d);
