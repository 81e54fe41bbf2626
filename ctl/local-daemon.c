/* A steadyd of one's own. */
#include "ctl/local-daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "common/base/file.h"
#include "common/base/strv.h"
#include "common/config/search-path.h"

/* $XDG_STATE_HOME counts only when it is absolute (XDG Base Directory Specification). */
int local_daemon_state(char **ret, struct error *e)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int n;

	if (state && state[0] == '/')
		n = asprintf(ret, "%s/steady", state);
	else if (home && home[0] == '/')
		n = asprintf(ret, "%s/.local/state/steady", home);
	else
		return error_setf(
			e, -ENXIO, "no place for results: neither XDG_STATE_HOME nor HOME is set");
	return n < 0 ? error_setf(e, -ENOMEM, "out of memory") : 0;
}

static int spawn(const char *program, char *const *argv, int fd, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r;

	r = posix_spawn_file_actions_init(&actions);
	if (r)
		return -r;
	r = posix_spawnattr_init(&attributes);
	if (r) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return -r;
	}
	/* dup2 onto itself clears close-on-exec in the child only. */
	r = posix_spawn_file_actions_adddup2(&actions, fd, fd);
	if (!r)
		r = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
	if (!r)
		r = posix_spawn(ret, program, &actions, &attributes, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)posix_spawnattr_destroy(&attributes);
	return -r;
}

static int start(const char *program, int fd, struct local_daemon *d, struct error *e)
{
	CLEANUP_STRV struct strv argv = {0};
	int r;

	r = file_make_folders(d->state, 0700, e);
	if (r < 0)
		return r;
	if (strv_push(&argv, program) < 0 || strv_push(&argv, "--socket-fd") < 0 ||
		strv_pushf(&argv, "%d", fd) < 0 || strv_push(&argv, "--state") < 0 ||
		strv_push(&argv, d->state) < 0)
		return error_setf(e, -ENOMEM, "out of memory");

	r = spawn(program, argv.items, fd, &d->pid);
	/* A daemon that cannot be had, not a mistake of the command line. */
	return r < 0 ? error_setf(e, -ECONNREFUSED, "cannot start %s: %s", program, strerror(-r))
		     : 0;
}

int local_daemon_start(struct local_daemon *ret, int *ret_fd, struct error *e)
{
	struct local_daemon d = {0};
	char program[PATH_MAX];
	int fds[2];
	int r;

	r = search_path_program("steadyd", program, sizeof(program));
	if (r < 0)
		return error_setf(e, r, "cannot find steadyd: %s", strerror(-r));
	r = local_daemon_state(&d.state, e);
	if (r < 0)
		return r;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
		free(d.state);
		return error_setf(e, -errno, "socketpair: %s", strerror(errno));
	}

	r = start(program, fds[1], &d, e);
	(void)close(fds[1]);
	if (r < 0) {
		(void)close(fds[0]);
		free(d.state);
		return r;
	}
	*ret = d;
	*ret_fd = fds[0];
	return 0;
}

void local_daemon_finish(struct local_daemon *d)
{
	if (d->pid > 0)
		while (waitpid(d->pid, NULL, 0) < 0 && errno == EINTR)
			;
	free(d->state);
	*d = (struct local_daemon){0};
}
