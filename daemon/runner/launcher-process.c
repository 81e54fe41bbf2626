/* The launcher as seen from the daemon: a child process at the other end of a socket. */
#include "daemon/runner/launcher-process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "common/base/macro.h"

#define SOCKET_FD    3
#define STOP_WAIT_MS 12000 /* it gives up killing after 10 s */

static int set_actions(posix_spawn_file_actions_t *actions, int socket)
{
	int r = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

	if (r == 0)
		r = posix_spawn_file_actions_addopen(
			actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(actions, socket, SOCKET_FD);
	if (r == 0)
		r = posix_spawn_file_actions_addclosefrom_np(actions, SOCKET_FD + 1);
	return -r;
}

static int spawn_launcher(const char *path, int socket, pid_t *ret)
{
	char name[] = "steady-launcher", parent[16];
	char *argv[] = {name, parent, NULL};
	posix_spawn_file_actions_t actions;
	int r;

	(void)snprintf(parent, sizeof(parent), "%d", getpid());
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -ENOMEM;
	r = set_actions(&actions, socket);
	if (r == 0)
		r = -posix_spawn(ret, path, &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return r;
}

static int send_configuration(const struct launcher_process *l, const struct runner_config *config)
{
	struct launch_configure packet = {.type = LAUNCH_CONFIGURE,
		.version = LAUNCH_VERSION,
		.realtime = config->realtime,
		.pinned = config->housekeeping != NULL};

	if (config->housekeeping)
		packet.cpus = *config->housekeeping;
	return launcher_process_send(l, &packet, sizeof(packet), NULL, 0);
}

int launcher_process_start(
	struct launcher_process *l, const struct runner_config *config, struct error *e)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_setf(e, -errno, "cannot make a socket: %s", strerror(errno));

	CLEANUP_CLOSE int theirs = pair[1];
	struct launcher_process started = {.pidfd = -1, .socket = pair[0]};
	int r = spawn_launcher(config->launcher, theirs, &started.pid);

	if (r == 0) {
		started.pidfd = (int)syscall(SYS_pidfd_open, started.pid, 0);
		r = started.pidfd < 0 ? -errno : send_configuration(&started, config);
	}
	if (r < 0) {
		launcher_process_stop(&started);
		return error_setf(e, r, "cannot start %s: %s", config->launcher, strerror(-r));
	}
	*l = started;
	return 0;
}

int launcher_process_send(const struct launcher_process *l, const void *packet, size_t size,
	const int *fds, unsigned n_fds)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(LAUNCH_FDS_MAX * sizeof(int))];
	} control = {0};
	char copy[sizeof(struct launch_run)];
	struct iovec part = {.iov_base = memcpy(copy, packet, size), .iov_len = size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (n_fds > 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));

		struct cmsghdr *c = CMSG_FIRSTHDR(&message);

		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		(void)memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
	}
	return sendmsg(l->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

void launcher_process_reap(struct launcher_process *l)
{
	if (l->pid > 0)
		(void)waitpid(l->pid, NULL, 0);
	if (l->pidfd >= 0)
		(void)close(l->pidfd);
	if (l->socket >= 0)
		(void)close(l->socket);
	*l = (struct launcher_process)LAUNCHER_PROCESS_NONE;
}

void launcher_process_stop(struct launcher_process *l)
{
	struct pollfd ended = {.fd = l->pidfd, .events = POLLIN};

	if (l->socket >= 0)
		(void)close(TAKE_FD(l->socket));
	if (l->pid > 0 && (l->pidfd < 0 || poll(&ended, 1, STOP_WAIT_MS) <= 0))
		(void)kill(l->pid, SIGKILL);
	launcher_process_reap(l);
}
