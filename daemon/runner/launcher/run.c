/* One run from request to result. */
#include "daemon/runner/launcher/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/macro.h"
#include "daemon/runner/launcher/child.h"
#include "daemon/runner/launcher/identity.h"
#include "daemon/runner/launcher/proc.h"
#include "daemon/runner/launcher/spawn.h"
#include "daemon/runner/launcher/tree.h"

/* While something is being killed: how often to look again, and when to give up. */
#define KILL_LOOK_MS	20
#define KILL_GIVE_UP_NS (10 * NSEC_PER_SEC)

struct run {
	const struct launcher *launcher;
	const struct request *request;
	struct launch_result *result;
	struct tree tree;
	int pidfd; /* -1 once the main process was reaped */
	int timer_fd;
	uint64_t kill_ns; /* when killing began; 0: not */
	bool orphaned;	  /* the daemon is gone */
};

static uint64_t now_ns(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * NSEC_PER_SEC + (uint64_t)t.tv_nsec;
}

static void kill_tree(struct run *run)
{
	if (run->kill_ns == 0)
		run->kill_ns = now_ns(CLOCK_MONOTONIC);
	tree_kill(&run->tree);
}

static int arm_timer(uint64_t at_ns)
{
	const struct itimerspec when = {
		.it_value = {(time_t)(at_ns / NSEC_PER_SEC), (long)(at_ns % NSEC_PER_SEC)}};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0 && timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL) < 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* The stamp comes first: everything after it is not part of the run. */
static void on_main_end(struct run *run)
{
	struct launch_result *result = run->result;
	siginfo_t info;

	result->end_ns = now_ns(CLOCK_MONOTONIC);
	(void)waitid(P_PIDFD, (id_t)run->pidfd, &info, WEXITED | WNOWAIT);

	int r = proc_run_delay(run->tree.main_pid, &result->run_delay_ns);

	result->run_delay_error = -r;
	(void)tree_wait_main(&run->tree, &result->code, &result->status);
	(void)close(run->pidfd);
	run->pidfd = -1;
	tree_reap(&run->tree);
	result->tree_end_ns = result->end_ns;
	if (!tree_is_gone(&run->tree))
		kill_tree(run);
}

static void on_timer(struct run *run)
{
	run->result->flags |= LAUNCH_TIMED_OUT;
	(void)close(run->timer_fd);
	run->timer_fd = -1;
	kill_tree(run);
}

static void on_packet(struct run *run)
{
	struct launch_kill kill_packet;
	ssize_t n = recv(run->launcher->socket, &kill_packet, sizeof(kill_packet), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		run->orphaned = true;
		kill_tree(run);
		return;
	}
	if (n != sizeof(kill_packet) || kill_packet.type != LAUNCH_KILL ||
		kill_packet.serial != run->request->run.serial || run->pidfd < 0)
		return;

	run->result->flags |= LAUNCH_KILLED;
	kill_tree(run);
}

static void on_signal(struct run *run)
{
	struct signalfd_siginfo info;
	ssize_t n = read(run->launcher->signal_fd, &info, sizeof(info));

	(void)n; /* one signal may stand for several deaths: all are looked for anyway */
	tree_reap(&run->tree);
}

/* Return: true once nothing of the run is left, or nothing more can be done. */
static bool is_over(struct run *run)
{
	if (run->pidfd < 0 && tree_is_gone(&run->tree)) {
		if (run->tree.leftovers > 0)
			run->result->tree_end_ns = now_ns(CLOCK_MONOTONIC);
		return true;
	}
	if (run->kill_ns == 0)
		return false;

	if (now_ns(CLOCK_MONOTONIC) - run->kill_ns > KILL_GIVE_UP_NS) {
		run->result->flags |= LAUNCH_UNKILLED;
		return true;
	}
	tree_kill(&run->tree);
	return false;
}

static void watch(struct run *run)
{
	do {
		struct pollfd fds[] = {
			{.fd = run->pidfd, .events = POLLIN},
			{.fd = run->pidfd < 0 ? -1 : run->timer_fd, .events = POLLIN},
			{.fd = run->orphaned ? -1 : run->launcher->socket, .events = POLLIN},
			{.fd = run->launcher->signal_fd, .events = POLLIN},
		};

		if (poll(fds, ARRAY_SIZE(fds), run->kill_ns ? KILL_LOOK_MS : -1) < 0)
			continue;
		if (fds[0].revents)
			on_main_end(run);
		else if (fds[1].revents)
			on_timer(run);
		if (fds[2].revents)
			on_packet(run);
		if (fds[3].revents)
			on_signal(run);
	} while (!is_over(run));
}

/* Return: 0 when the program runs; 1 when it does not, the result then says why. */
static int start(struct run *run, const struct child_plan *plan)
{
	struct launch_result *result = run->result;
	struct spawned spawned;

	/* Until exec the launcher cannot watch the socket, and there is nothing to kill but the
	 * child. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	result->realtime_ns = now_ns(CLOCK_REALTIME);
	result->spawn_ns = now_ns(CLOCK_MONOTONIC);

	int r = spawn_child(plan, run->request->cgroup_fd, &spawned);

	result->run_ns = now_ns(CLOCK_MONOTONIC);
	(void)prctl(PR_SET_PDEATHSIG, 0);
	if (r < 0) {
		result->step = LAUNCH_STEP_CLONE;
		result->error = -r;
		return 1;
	}
	run->tree.main_pid = result->pid = spawned.pid;
	run->pidfd = spawned.pidfd;
	result->method = spawned.method;
	result->step = plan->report->step;
	result->error = plan->report->error;
	result->candidate = plan->report->candidate;
	result->exec_ns = plan->report->exec_ns;
	return 0;
}

static void run_plan(struct run *run, const struct child_plan *plan)
{
	if (start(run, plan) != 0)
		return;

	run->timer_fd = arm_timer(run->result->exec_ns + run->request->run.timeout_ns);
	if (run->timer_fd < 0 && run->result->step == LAUNCH_STEP_NONE) {
		/* Without a wall limit it must not go on. */
		run->result->step = LAUNCH_STEP_REQUEST;
		run->result->error = errno;
		kill_tree(run);
	}
	watch(run);
	if (run->timer_fd >= 0)
		(void)close(run->timer_fd);
	if (run->pidfd >= 0)
		(void)close(run->pidfd);
}

static struct child_plan plan_of(const struct launcher *l, const struct request *request)
{
	return (struct child_plan){
		.report = l->report,
		.argv = request->argv,
		.env = request->env,
		.candidates = request->candidates,
		.cwd = request->cwd,
		.stdin_path = request->stdin_path,
		.groups = request->groups,
		.n_groups = request->run.n_groups,
		.uid = request->run.uid,
		.gid = request->run.gid,
		.aslr_off = request->run.flags & LAUNCH_ASLR_OFF,
		.leave_realtime = l->realtime,
		.is_spared = l->is_spared,
		.cpus = &request->run.cpus,
		.stdout_fd = request->stdout_fd,
		.stderr_fd = request->stderr_fd,
		.timer_slack_ns = l->timer_slack_ns,
		.launcher = l->pid,
	};
}

int run_execute(const struct launcher *l, struct request *request, struct launch_result *ret)
{
	struct run run = {.launcher = l,
		.request = request,
		.result = ret,
		.pidfd = -1,
		.timer_fd = -1,
		.tree.cgroup_fd = request->cgroup_fd};
	struct child_plan plan = plan_of(l, request);
	int joins[LAUNCH_JOINS_MAX + 1];
	CLEANUP_CLOSE int procs_fd = -1;

	*l->report = (struct child_report){0};
	if (request->cgroup_fd >= 0) {
		procs_fd = openat(request->cgroup_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
		joins[plan.n_joins++] = procs_fd;
		ret->flags |= LAUNCH_IN_CGROUP;
	}
	for (unsigned i = 0; i < request->run.n_joins; i++)
		joins[plan.n_joins++] = request->joins[i];
	plan.joins = joins;
	plan.keep_identity = identity_is(
		request->run.uid, request->run.gid, request->groups, request->run.n_groups);

	run_plan(&run, &plan);
	ret->leftovers = run.tree.leftovers;
	ret->usage = run.tree.usage;
	ret->peak_kib = proc_peak_kib();
	return run.orphaned ? -EPIPE : 0;
}
