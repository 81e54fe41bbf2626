/* Programs that the client runs before a job. */
#include "ctl/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "common/base/clock.h"

#define TICK_MS	 1000
#define GRACE_NS (2 * NSEC_PER_SEC) /* between asking a group to end and killing it */
#define CHUNK	 16384

/* One pipe: all of it up to a limit, or its end. */
struct stream {
	int fd;
	char *data;
	size_t n, max;
	bool tail, over;
};

struct child {
	const struct capture_request *request;
	pid_t pid;
	struct stream out, err;
	int signals; /* signalfd */
	sigset_t before;
	uint64_t ticked_ns, kill_ns; /* kill_ns: when to stop asking; 0: not ended by us */
	int ended;		     /* why it was: negative errno; 0: by itself */
	bool exited;
	siginfo_t info;
};

static int stream_open(struct stream *s, size_t max, bool tail, int *ret_write)
{
	int pipe_fds[2];

	/* Twice: a tail is moved to the front only when the second half is full. */
	s->data = malloc(2 * max + CHUNK + 1);
	s->max = max;
	s->tail = tail;
	if (!s->data)
		return -ENOMEM;
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -errno;
	s->fd = pipe_fds[0];
	*ret_write = pipe_fds[1];
	return fcntl(s->fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static void stream_close(struct stream *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}

static void stream_take(struct stream *s, size_t got)
{
	s->n += got;
	if (s->tail && s->n > 2 * s->max) {
		memmove(s->data, s->data + s->n - s->max, s->max);
		s->n = s->max;
	} else if (!s->tail && s->n > s->max) {
		s->over = true;
		s->n = s->max;
	}
}

static void stream_read(struct stream *s)
{
	while (s->fd >= 0) {
		ssize_t got = read(s->fd, s->data + s->n, CHUNK);

		if (got > 0)
			stream_take(s, (size_t)got);
		else if (got == 0 || (errno != EAGAIN && errno != EINTR))
			stream_close(s);
		else if (errno == EAGAIN)
			return;
	}
}

/* The end of it, terminated. */
static char *stream_text(struct stream *s)
{
	if (s->tail && s->n > s->max) {
		memmove(s->data, s->data + s->n - s->max, s->max);
		s->n = s->max;
	}
	s->data[s->n] = '\0';
	return TAKE_PTR(s->data);
}

static int add_actions(posix_spawn_file_actions_t *actions, const struct capture_request *request,
	int out, int err)
{
	int r = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

	if (!r)
		r = posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
	if (!r)
		r = posix_spawn_file_actions_adddup2(actions, err, STDERR_FILENO);
	if (!r && request->directory)
		r = posix_spawn_file_actions_addchdir_np(actions, request->directory);
	return r;
}

static int start(struct child *c, int out, int err)
{
	/* posix_spawn() takes words it does not change as if it did. */
	char *const *argv = (char *const *)(uintptr_t)c->request->argv;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r = posix_spawn_file_actions_init(&actions);

	if (r)
		return -r;
	r = posix_spawnattr_init(&attributes);
	if (r) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return -r;
	}
	r = add_actions(&actions, c->request, out, err);
	if (!r)
		r = posix_spawnattr_setsigmask(&attributes, &c->before);
	if (!r)
		r = posix_spawnattr_setflags(
			&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	if (!r)
		r = posix_spawnp(&c->pid, argv[0], &actions, &attributes, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)posix_spawnattr_destroy(&attributes);
	return -r;
}

static int open_all(struct child *c)
{
	size_t out_max = c->request->out_max;
	CLEANUP_CLOSE int out = -1, err = -1;
	sigset_t signals;
	int r;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigaddset(&signals, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &signals, &c->before);
	c->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (c->signals < 0)
		return -errno;

	r = stream_open(&c->err, CAPTURE_TAIL_MAX, true, &err);
	if (r >= 0 && out_max > 0)
		r = stream_open(&c->out, out_max, false, &out);
	return r < 0 ? r : start(c, out_max > 0 ? out : err, err);
}

static void end_group(struct child *c, int why)
{
	if (c->ended)
		return;

	c->ended = why;
	c->kill_ns = clock_now_ns(CLOCK_MONOTONIC) + GRACE_NS;
	(void)kill(-c->pid, SIGTERM);
}

static void read_signals(struct child *c)
{
	struct signalfd_siginfo info;

	while (read(c->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			end_group(c, -ECANCELED);
}

static void look_at_clock(struct child *c)
{
	const struct capture_request *request = c->request;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	if (request->deadline_ns > 0 && now_ns >= request->deadline_ns)
		end_group(c, -ETIME);
	if (c->kill_ns > 0 && now_ns >= c->kill_ns)
		(void)kill(-c->pid, SIGKILL);
	if (request->tick && now_ns - c->ticked_ns >= TICK_MS * NSEC_PER_MSEC) {
		c->ticked_ns = now_ns;
		request->tick(request->userdata);
	}
}

/* Its end, not that of its output: a server it started may hold the pipes for ever. */
static bool has_exited(struct child *c)
{
	c->info.si_pid = 0;
	return waitid(P_PID, (id_t)c->pid, &c->info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		c->info.si_pid != 0;
}

static void wait_for_end(struct child *c)
{
	while (!has_exited(c)) {
		struct pollfd fds[] = {
			{c->signals, POLLIN, 0}, {c->out.fd, POLLIN, 0}, {c->err.fd, POLLIN, 0}};

		(void)poll(fds, ARRAY_SIZE(fds), TICK_MS / 4);
		read_signals(c);
		stream_read(&c->out);
		stream_read(&c->err);
		look_at_clock(c);
	}
	stream_read(&c->out);
	stream_read(&c->err);
	/* Before it is reaped: until then the number of its group is nobody else's. */
	(void)kill(-c->pid, SIGKILL);
	(void)waitpid(c->pid, NULL, 0);
}

static int outcome(struct child *c, struct capture *ret, struct error *e)
{
	const char *program = c->request->argv[0];

	if (c->ended == -ETIME)
		return error_setf(e, -ETIME, "%s was ended: the time is up", program);
	if (c->ended)
		return error_setf(e, c->ended, "%s was ended", program);
	if (c->out.over)
		return error_setf(e, -E2BIG, "%s printed more than %zu bytes", program, c->out.max);

	ret->status = c->info.si_code == CLD_EXITED ? c->info.si_status : 128 + c->info.si_status;
	ret->size = c->out.n;
	ret->out = c->out.data ? stream_text(&c->out) : NULL;
	ret->err = stream_text(&c->err);
	return 0;
}

static int run(struct child *c, struct capture *ret, struct error *e)
{
	int r = open_all(c);

	if (r == -ENOENT)
		return error_setf(e, r, "cannot run %s in %s: %s", c->request->argv[0],
			c->request->directory ? c->request->directory : ".", strerror(-r));
	if (r < 0)
		return error_setf(e, r, "cannot run %s: %s", c->request->argv[0], strerror(-r));

	wait_for_end(c);
	return outcome(c, ret, e);
}

int capture_run(const struct capture_request *request, struct capture *ret, struct error *e)
{
	struct child c = {.request = request, .signals = -1, .out.fd = -1, .err.fd = -1};
	int r;

	c.ticked_ns = clock_now_ns(CLOCK_MONOTONIC);
	r = run(&c, ret, e);
	stream_close(&c.out);
	stream_close(&c.err);
	free(c.out.data);
	free(c.err.data);
	if (c.signals >= 0)
		(void)close(c.signals);
	(void)sigprocmask(SIG_SETMASK, &c.before, NULL);
	return r;
}

void capture_done(struct capture *c)
{
	if (!c)
		return;

	free(c->out);
	free(c->err);
	*c = (struct capture){0};
}
