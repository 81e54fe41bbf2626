/* The subject: one command at a time as the submitter, through the launcher. */
#include "daemon/runner/runner.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

#include "common/base/clock.h"
#include "daemon/runner/cgroup.h"
#include "daemon/runner/launch-request.h"
#include "daemon/runner/launcher-process.h"
#include "daemon/runner/orphans.h"
#include "daemon/runner/outcome.h"
#include "daemon/runner/output-watch.h"

#define OUTPUT_BYTES_DEFAULT (16ull << 20)
#define TIMEOUT_NS_MAX	     (UINT64_MAX / 4)

/* After the wall limit, or a cancel: the launcher itself tries to kill for 10 s. */
#define ANSWER_WAIT_US 15000000ull
/* The launcher is dead: how often, and how long, to look whether its run is too. */
#define BURY_LOOK_US	  2000ull
#define BURY_GIVE_UP_NS	  (10 * NSEC_PER_SEC)
#define TIMER_ACCURACY_US 1000
/* At the end the cgroups of the last runs may still be busy for a moment. */
#define REMOVE_TRIES	50
#define REMOVE_PAUSE_NS (2 * (long)NSEC_PER_MSEC)

struct runner {
	sd_event *event;
	struct runner_config config; /* its pointers are to the copies below */
	char *launcher_path;
	struct cpuset housekeeping, all_cpus;
	bool has_base;
	struct cgroup_base base;
	struct strv notes, stale;
	struct launcher_process launcher;
	sd_event_source *packets, *exit, *deadline;

	/* the run */
	bool busy, is_late;
	uint32_t serial;
	runner_done_fn done;
	void *userdata;
	struct launch_request request;
	struct cgroup cgroup;
	struct output_watch output;
	struct orphans known;
	uint64_t lost_ns; /* when the launcher died during the run; 0: it lives */
};

static void note(struct runner *r, const char *what, const char *why)
{
	(void)strv_pushf(&r->notes, "%s: %s", what, why);
}

/* The callback may start the next run or free the runner: nothing may be touched after it. */
static void finish(struct runner *r, struct run_outcome *outcome)
{
	r->deadline = sd_event_source_disable_unref(r->deadline);
	output_watch_stop(&r->output, outcome);
	launch_request_done(&r->request);
	cgroup_discard(&r->cgroup, &r->stale);
	r->busy = r->is_late = false;
	r->lost_ns = 0;
	r->done(outcome, r->userdata);
}

static void finish_lost(struct runner *r)
{
	struct run_outcome outcome;

	outcome_lost(r->is_late ? "the launcher did not answer" : "the launcher died", &outcome);
	outcome.in_cgroup = r->cgroup.path != NULL;
	finish(r, &outcome);
}

static bool is_buried(struct runner *r)
{
	if (!r->cgroup.path)
		return orphans_kill(&r->known) == 0;

	(void)cgroup_kill(&r->cgroup);
	return cgroup_is_empty(&r->cgroup);
}

static int on_bury(sd_event_source *source, uint64_t us, void *userdata)
{
	struct runner *r = userdata;

	if (is_buried(r) || clock_now_ns(CLOCK_MONOTONIC) - r->lost_ns > BURY_GIVE_UP_NS) {
		finish_lost(r);
		return 0;
	}
	(void)sd_event_source_set_time_relative(source, BURY_LOOK_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void set_deadline(struct runner *r, uint64_t us, sd_event_time_handler_t on_time)
{
	r->deadline = sd_event_source_disable_unref(r->deadline);
	(void)sd_event_add_time_relative(
		r->event, &r->deadline, CLOCK_MONOTONIC, us, TIMER_ACCURACY_US, on_time, r);
}

/* Stuck between clone and exec (a slow file system), most likely: its death ends the child too. */
static int on_late(sd_event_source *source, uint64_t us, void *userdata)
{
	struct runner *r = userdata;

	r->is_late = true;
	if (r->launcher.pid > 0)
		(void)kill(r->launcher.pid, SIGKILL);
	return 0;
}

static void on_ready(struct runner *r, const struct launch_ready *ready)
{
	if (ready->realtime_error)
		note(r, "real-time priority", strerror(ready->realtime_error));
	if (ready->lock_error)
		note(r, "locked memory", strerror(ready->lock_error));
	if (ready->pin_error)
		note(r, "housekeeping CPUs", strerror(ready->pin_error));
}

/* Return: false at the end of the stream. After a result the runner may be gone. */
static bool take_packet(struct runner *r)
{
	union {
		uint32_t type;
		struct launch_ready ready;
		struct launch_result result;
	} packet;
	ssize_t n = recv(r->launcher.socket, &packet, sizeof(packet), MSG_DONTWAIT);

	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	if (n == sizeof(packet.ready) && packet.type == LAUNCH_READY) {
		on_ready(r, &packet.ready);
	} else if (n == sizeof(packet.result) && packet.type == LAUNCH_RESULT && r->busy &&
		packet.result.serial == r->serial) {
		struct run_outcome outcome;

		outcome_from_result(&packet.result, &r->request, &outcome);
		finish(r, &outcome);
	}
	return true;
}

static int on_packet(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct runner *r = userdata;

	/* At the end of the stream the process ends too, which is what counts. */
	if (!take_packet(r))
		return sd_event_source_set_enabled(source, SD_EVENT_OFF);
	return 0;
}

static int on_exit_of_launcher(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct runner *r = userdata;

	r->packets = sd_event_source_disable_unref(r->packets);
	r->exit = sd_event_source_disable_unref(r->exit);
	launcher_process_reap(&r->launcher);
	if (r->busy) {
		r->lost_ns = clock_now_ns(CLOCK_MONOTONIC);
		set_deadline(r, 0, on_bury);
	}
	return 0;
}

static int start_launcher(struct runner *r, struct error *e)
{
	int code = launcher_process_start(&r->launcher, &r->config, e);

	if (code < 0)
		return code;
	code = sd_event_add_io(r->event, &r->packets, r->launcher.socket, EPOLLIN, on_packet, r);
	if (code >= 0)
		code = sd_event_add_io(
			r->event, &r->exit, r->launcher.pidfd, EPOLLIN, on_exit_of_launcher, r);
	/* An answer that was sent before the end counts. */
	if (code >= 0)
		code = sd_event_source_set_priority(r->packets, SD_EVENT_PRIORITY_IMPORTANT);
	return code < 0 ? error_setf(e, code, "cannot watch the launcher: %s", strerror(-code)) : 0;
}

static void open_cgroup(struct runner *r, const char *name)
{
	struct error e = {0};

	(void)cgroup_clean(name);
	r->has_base = cgroup_base_open(&r->base, name, &e) == 0;
	if (!r->has_base)
		note(r, "cgroup", e.text);
}

int runner_new(struct runner **ret, const struct runner_config *c, struct error *e)
{
	struct runner *r = calloc(1, sizeof(*r));

	if (!r)
		return error_setf(e, -ENOMEM, "out of memory");
	r->launcher = (struct launcher_process)LAUNCHER_PROCESS_NONE;
	r->output = (struct output_watch)OUTPUT_WATCH_NONE;
	r->request.blob_fd = r->cgroup.fd = -1;
	r->event = sd_event_ref(c->event);
	r->config = *c;
	r->config.launcher = r->launcher_path = strdup(c->launcher);
	if (c->housekeeping) {
		r->housekeeping = *c->housekeeping;
		r->config.housekeeping = &r->housekeeping;
	}
	if (sched_getaffinity(0, sizeof(r->all_cpus), (cpu_set_t *)&r->all_cpus) < 0)
		(void)memset(&r->all_cpus, 0xff, sizeof(r->all_cpus));
	if (c->cgroup)
		open_cgroup(r, c->cgroup);
	/* Then what a dead launcher leaves comes to us, and can be killed. */
	if (!r->has_base)
		(void)prctl(PR_SET_CHILD_SUBREAPER, 1);

	int code = r->launcher_path ? start_launcher(r, e)
				    : error_setf(e, -ENOMEM, "out of memory");

	if (code < 0) {
		(void)runner_free(r);
		return code;
	}
	*ret = r;
	return 0;
}

/* Return: 0; -EOPNOTSUPP. Without a cgroup a run goes on, unless it asks for limits. */
static int make_cgroup(struct runner *r, const struct limits *limits, struct error *e)
{
	bool is_limited = limits->memory_bytes > 0 || limits->pids > 0;
	struct error why = {0};
	int code = r->has_base ? cgroup_make(&r->cgroup, &r->base, r->serial, limits, &why)
			       : error_setf(&why, -EOPNOTSUPP, "there is no cgroup v2 for the run");

	if (code < 0 && is_limited)
		return error_setf(e, -EOPNOTSUPP, "a limit cannot be enforced: %s", why.text);
	if (code < 0 && r->has_base)
		note(r, "cgroup", why.text);
	return 0;
}

/* In the order of struct launch_run. Return: how many. */
static unsigned collect_fds(struct runner *r, int out, int err, int ret[static LAUNCH_FDS_MAX])
{
	struct launch_run *packet = &r->request.packet;
	unsigned n = 0;

	ret[n++] = r->request.blob_fd;
	ret[n++] = out;
	ret[n++] = err;
	if (r->cgroup.fd >= 0) {
		packet->flags |= LAUNCH_CGROUP;
		ret[n++] = r->cgroup.fd;
	}
	for (packet->n_joins = 0; packet->n_joins < r->cgroup.n_joins; packet->n_joins++)
		ret[n++] = r->cgroup.joins[packet->n_joins];
	return n;
}

static int send_request(struct runner *r, const struct run_spec *spec, struct error *e)
{
	CLEANUP_CLOSE int out = output_writer(&r->output.out);
	CLEANUP_CLOSE int err = output_writer(&r->output.err);
	struct launch_run *packet = &r->request.packet;
	int fds[LAUNCH_FDS_MAX];

	if (out < 0 || err < 0)
		return error_setf(e, out < 0 ? out : err, "cannot open the output of the run");
	packet->serial = r->serial;
	packet->timeout_ns = MIN_OF(spec->timeout_ns, TIMEOUT_NS_MAX);
	packet->cpus = spec->cpus ? *spec->cpus : r->all_cpus;

	unsigned n = collect_fds(r, out, err, fds);
	int code = launcher_process_send(&r->launcher, packet, sizeof(*packet), fds, n);

	return code < 0 ? error_setf(e, -EPIPE, "the launcher is gone: %s", strerror(-code)) : 0;
}

static int prepare(struct runner *r, const struct run_spec *spec, struct error *e)
{
	const uint64_t kept = spec->limits.output_bytes ? spec->limits.output_bytes
							: OUTPUT_BYTES_DEFAULT;
	int code = launch_request_init(&r->request, spec, e);

	if (code == 0)
		code = make_cgroup(r, &spec->limits, e);
	if (code < 0)
		return code;
	code = output_watch_start(&r->output, r->event, kept);
	if (code < 0)
		return error_setf(e, code, "cannot keep the output: %s", strerror(-code));
	orphans_note(&r->known);
	return send_request(r, spec, e);
}

int runner_start(struct runner *r, const struct run_spec *spec, runner_done_fn done, void *userdata,
	struct error *e)
{
	if (r->busy)
		return error_setf(e, -EBUSY, "a run is under way");
	if (r->launcher.pid == 0 && start_launcher(r, e) < 0)
		return -EPIPE;

	(void)cgroup_discard_stale(&r->stale);
	r->serial++;

	int code = prepare(r, spec, e);

	if (code < 0) {
		output_watch_done(&r->output);
		launch_request_done(&r->request);
		cgroup_discard(&r->cgroup, &r->stale);
		return code;
	}
	r->busy = true;
	r->done = done;
	r->userdata = userdata;
	set_deadline(r, r->request.packet.timeout_ns / NSEC_PER_USEC + ANSWER_WAIT_US, on_late);
	return 0;
}

void runner_cancel(struct runner *r)
{
	const struct launch_kill packet = {.type = LAUNCH_KILL, .serial = r->serial};

	if (!r->busy || r->lost_ns)
		return;
	(void)launcher_process_send(&r->launcher, &packet, sizeof(packet), NULL, 0);
	set_deadline(r, ANSWER_WAIT_US, on_late);
}

pid_t runner_launcher_pid(const struct runner *r)
{
	return r->launcher.pid;
}

const struct strv *runner_notes(const struct runner *r)
{
	return &r->notes;
}

static void remove_stale(struct runner *r)
{
	const struct timespec pause = {0, REMOVE_PAUSE_NS};

	for (int i = 0; cgroup_discard_stale(&r->stale) < 0 && i < REMOVE_TRIES; i++)
		(void)nanosleep(&pause, NULL);
}

struct runner *runner_free(struct runner *r)
{
	if (!r)
		return NULL;

	r->packets = sd_event_source_disable_unref(r->packets);
	r->exit = sd_event_source_disable_unref(r->exit);
	r->deadline = sd_event_source_disable_unref(r->deadline);
	if (r->cgroup.path)
		(void)cgroup_kill(&r->cgroup);
	launcher_process_stop(&r->launcher);
	output_watch_done(&r->output);
	launch_request_done(&r->request);
	cgroup_discard(&r->cgroup, &r->stale);
	remove_stale(r);
	if (r->has_base)
		(void)cgroup_clean(r->base.name);
	strv_done(&r->notes);
	strv_done(&r->stale);
	free(r->launcher_path);
	(void)sd_event_unref(r->event);
	free(r);
	return NULL;
}
