/* steady-launcher: a small process that starts one program at a time for steadyd. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/macro.h"
#include "daemon/runner/launcher/child.h"
#include "daemon/runner/launcher/proc.h"
#include "daemon/runner/launcher/run.h"

#define SOCKET_DEFAULT 3
/* What a task has unless someone changed it; see prctl(2), PR_SET_TIMERSLACK. */
#define SLACK_DEFAULT_NS 50000

union packet {
	uint32_t type;
	struct launch_configure configure;
	struct launch_run run;
	struct launch_kill kill;
};

struct inbox {
	union packet packet;
	size_t size;
	int fds[LAUNCH_FDS_MAX];
	unsigned n_fds;
};

static void take_fds(struct inbox *inbox, const struct msghdr *message)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(message);

	inbox->n_fds = 0;
	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return;

	inbox->n_fds = (unsigned)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
	memcpy(inbox->fds, CMSG_DATA(c), inbox->n_fds * sizeof(int));
}

/* Return: 1 with a packet; 0 at the end; negative errno. */
static int receive(int fd, struct inbox *ret)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(LAUNCH_FDS_MAX * sizeof(int))];
	} control;
	struct iovec part = {.iov_base = &ret->packet, .iov_len = sizeof(ret->packet)};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes)};
	ssize_t n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);

	ret->size = 0;
	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	ret->size = (size_t)n;
	take_fds(ret, &message);
	return n > 0;
}

static int send_packet(int fd, const void *packet, size_t size)
{
	return send(fd, packet, size, MSG_NOSIGNAL) == (ssize_t)size ? 0 : -EPIPE;
}

static int error_of(int r)
{
	return r < 0 ? errno : 0;
}

/* Nothing here is fatal: the daemon is told what could not be had. */
static int configure(struct launcher *l, const struct launch_configure *wanted)
{
	struct launch_ready ready = {.type = LAUNCH_READY, .version = LAUNCH_VERSION};
	const struct sched_param lowest = {.sched_priority = sched_get_priority_min(SCHED_FIFO)};

	if (wanted->version != LAUNCH_VERSION)
		return -EPROTO;
	if (wanted->pinned)
		ready.pin_error = error_of(sched_setaffinity(
			0, sizeof(wanted->cpus), (const cpu_set_t *)&wanted->cpus));

	int slack = prctl(PR_GET_TIMERSLACK);

	l->timer_slack_ns = slack > 0 ? (unsigned long)slack : SLACK_DEFAULT_NS;
	if (wanted->realtime)
		ready.realtime_error = error_of(sched_setscheduler(0, SCHED_FIFO, &lowest));
	l->realtime = wanted->realtime && ready.realtime_error == 0;
	ready.lock_error = error_of(mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
	return send_packet(l->socket, &ready, sizeof(ready));
}

static int serve(const struct launcher *l, const struct inbox *inbox)
{
	struct launch_result result = {.type = LAUNCH_RESULT, .serial = inbox->packet.run.serial};
	struct request request;
	int gone = 0, r = request_init(&request, &inbox->packet.run, inbox->fds, inbox->n_fds);

	if (r == 0) {
		gone = run_execute(l, &request, &result);
	} else {
		result.step = LAUNCH_STEP_REQUEST;
		result.error = -r;
	}
	request_done(&request);
	/* The blob was resident during exec; it must not stay a floor under later results. */
	proc_reset_peak();
	return gone < 0 ? gone : send_packet(l->socket, &result, sizeof(result));
}

static int dispatch(struct launcher *l, const struct inbox *inbox)
{
	const union packet *packet = &inbox->packet;

	if (inbox->size == sizeof(packet->configure) && packet->type == LAUNCH_CONFIGURE)
		return configure(l, &packet->configure);
	if (inbox->size == sizeof(packet->run) && packet->type == LAUNCH_RUN)
		return serve(l, inbox);
	/* It came after the end of the run it was meant for. */
	if (inbox->size == sizeof(packet->kill) && packet->type == LAUNCH_KILL)
		return 0;
	return -EBADMSG;
}

/* Everything default and blocked: children only need to unblock. */
static int own_signals(void)
{
	sigset_t all, child;

	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	return signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int launcher_init(struct launcher *ret, int fd, pid_t parent)
{
	/* The end of the daemon is seen on the socket: no death signal, there may be a run to kill.
	 */
	if (getppid() != parent)
		return -ESRCH;
	/* A child between clone and exec is the submitter in this very memory: nobody may trace. */
	if (geteuid() == 0 && prctl(PR_SET_DUMPABLE, 0) < 0)
		return -errno;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return -errno;

	void *shared = mmap(NULL, sizeof(struct child_report), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return -errno;
	*ret = (struct launcher){.socket = fd,
		.signal_fd = own_signals(),
		.pid = getpid(),
		.is_spared = proc_is_spared(),
		.timer_slack_ns = SLACK_DEFAULT_NS,
		.report = shared};
	return ret->signal_fd < 0 ? -errno : 0;
}

/* steady-launcher PARENT-PID [SOCKET-FD], or steady-launcher --noop */
int main(int argc, char *argv[])
{
	static struct inbox inbox;
	struct launcher l = {.socket = -1, .signal_fd = -1};

	if (argc < 2)
		return 2;
	/* What the harness adds to a run is measured on a program that does nothing: this one. */
	if (strcmp(argv[1], "--noop") == 0)
		return 0;
	if (launcher_init(&l, argc > 2 ? atoi(argv[2]) : SOCKET_DEFAULT, atoi(argv[1])) < 0)
		return 1;

	int r;

	while ((r = receive(l.socket, &inbox)) > 0)
		if (inbox.size > 0 && dispatch(&l, &inbox) < 0)
			return 1;
	return r < 0;
}
