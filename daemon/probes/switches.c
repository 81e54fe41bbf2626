/* The rings of all measured CPUs: opened once, merged by time, drained while a run lasts. */
#include "daemon/probes/switches.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/macro.h"
#include "daemon/probes/perf-ring.h"

#define RING_SIZE_MAX	   ((size_t)4 << 20)
#define RING_SIZE_MIN	   ((size_t)64 << 10)
#define RINGS_SIZE_MAX	   ((size_t)64 << 20) /* locked memory for all CPUs together */
#define LAUNCHER_RING_SIZE ((size_t)4 << 10)
/* Records this young are left in the rings: on another CPU an older one may still be on its way. */
#define SLACK_NS	  (5 * NSEC_PER_MSEC)
#define INITIAL_NAMESPACE "pid:[4026531836]" /* PROC_PID_INIT_INO of the kernel */

struct cpu_ring {
	struct perf_ring ring;
	sd_event_source *source;
	struct switch_record record; /* oldest one not yet fed */
	bool has_record;
};

struct switches {
	struct switch_account *account;
	uint64_t begin_ns;
	bool active;	/* between begin and collect */
	bool following; /* the account knows the main process */
	bool others_hidden;
	pid_t launcher;
	struct perf_ring launcher_ring; /* its forks, on whatever CPU */
	unsigned n_rings;
	struct cpu_ring rings[];
};

/* /proc names kernel threads and those that never changed their name while we looked. */
static bool name_from_proc(pid_t tid, char ret[static TASK_NAME_MAX], void *userdata)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/comm", tid);
	return file_read_line(path, ret, TASK_NAME_MAX) == 0;
}

/* In a container's PID namespace the tasks of others are recorded as 0, like the idle task. */
static bool others_are_hidden(void)
{
	char name[64];
	ssize_t n = readlink("/proc/self/ns/pid", name, sizeof(name) - 1);

	if (n < 0)
		return false;

	name[n] = '\0';
	return strcmp(name, INITIAL_NAMESPACE) != 0;
}

/* The oldest pending record of all rings; NULL when there is none. */
static struct cpu_ring *oldest(struct switches *s)
{
	struct cpu_ring *best = NULL;

	for (unsigned i = 0; i < s->n_rings; i++) {
		struct cpu_ring *c = &s->rings[i];

		if (!c->has_record)
			c->has_record = perf_ring_next(&c->ring, &c->record);
		if (!c->has_record)
			continue;
		if (!best || c->record.time_ns < best->record.time_ns ||
			(c->record.time_ns == best->record.time_ns &&
				c->record.type < best->record.type))
			best = c;
	}
	return best;
}

/* Feeds everything older than a time, in order, and gives the space back. */
static void feed(struct switches *s, uint64_t before_ns)
{
	struct cpu_ring *c;

	for (unsigned i = 0; i < s->n_rings; i++)
		perf_ring_update(&s->rings[i].ring);
	while ((c = oldest(s)) && c->record.time_ns < before_ns) {
		switch_account_feed(s->account, &c->record);
		c->has_record = false;
	}
	for (unsigned i = 0; i < s->n_rings; i++)
		perf_ring_release(&s->rings[i].ring);
}

/*
 * Follows the process the launcher cloned: the first one, or @main when that is known by now. A
 * process that is not among the launcher's clones is followed from the beginning on.
 */
static void follow(struct switches *s, pid_t main)
{
	struct switch_record record;

	if (s->following)
		return;

	if (main > 0)
		switch_account_follow(s->account, main, s->begin_ns);
	s->following = main > 0;
	if (!s->launcher_ring.page)
		return;

	perf_ring_update(&s->launcher_ring);
	while (perf_ring_next(&s->launcher_ring, &record)) {
		if (record.type != SWITCH_RECORD_FORK || record.pid != record.tid ||
			(main > 0 && record.pid != main))
			continue;
		switch_account_follow(s->account, record.pid, record.time_ns);
		s->following = true;
		break;
	}
	perf_ring_release(&s->launcher_ring);
}

static int on_half_full(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct switches *s = userdata;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	/* The task behind an event of its CPU cannot end, but a CPU can: do not spin on it. */
	if (events & (EPOLLHUP | EPOLLERR))
		return sd_event_source_set_enabled(source, SD_EVENT_OFF);

	if (!s->active)
		return 0;

	follow(s, 0);
	if (s->following)
		feed(s, now_ns - SLACK_NS);
	return 0;
}

static int open_rings(struct switches *s, sd_event *event, const struct cpuset *cpus, size_t size,
	struct error *e)
{
	int r;

	cpuset_foreach (cpu, cpus) {
		struct cpu_ring *c = &s->rings[s->n_rings];

		r = perf_ring_open(&c->ring, -1, (int)cpu, size, e);
		if (r < 0)
			return error_prefixf(e, "CPU %u", cpu);

		s->n_rings++;
		if (!event)
			continue;
		r = sd_event_add_io(event, &c->source, c->ring.fd, EPOLLIN, on_half_full, s);
		if (r < 0)
			return error_setf(e, r, "cannot watch the records of CPU %u", cpu);
	}
	return 0;
}

int switches_open_sized(struct switches **ret, sd_event *event, const struct cpuset *cpus,
	bool pinned, size_t size, struct error *e)
{
	static const struct task_lookup lookup = {.find = name_from_proc};
	struct switches *s;
	int r;

	s = calloc(1, sizeof(*s) + cpuset_count(cpus) * sizeof(s->rings[0]));
	if (!s)
		return error_setf(e, -ENOMEM, "out of memory");

	s->launcher_ring.fd = -1;
	s->others_hidden = others_are_hidden();
	r = switch_account_new(&s->account, cpus, pinned, &lookup);
	if (r < 0)
		error_setf(e, r, "out of memory");
	else
		r = open_rings(s, event, cpus, size, e);
	if (r < 0) {
		(void)switches_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

int switches_open(struct switches **ret, sd_event *event, const struct cpuset *cpus, bool pinned,
	struct error *e)
{
	size_t size = RING_SIZE_MAX;

	while (size > RING_SIZE_MIN && size * cpuset_count(cpus) > RINGS_SIZE_MAX)
		size /= 2;
	return switches_open_sized(ret, event, cpus, pinned, size, e);
}

static int enable(struct switches *s, bool on)
{
	int r = 0;

	for (unsigned i = 0; i < s->n_rings && r == 0; i++)
		r = perf_ring_enable(&s->rings[i].ring, on);
	if (s->launcher_ring.page && r == 0)
		r = perf_ring_enable(&s->launcher_ring, on);
	return r;
}

/* Not to be had is no failure: then only runs that fit into the rings are accounted. */
static void watch_launcher(struct switches *s, pid_t launcher)
{
	struct error ignored;

	if (launcher == s->launcher)
		return;

	perf_ring_close(&s->launcher_ring);
	s->launcher = launcher;
	if (launcher > 0)
		(void)perf_ring_open(&s->launcher_ring, launcher, -1, LAUNCHER_RING_SIZE, &ignored);
}

int switches_begin(struct switches *s, pid_t launcher)
{
	s->active = false;
	(void)enable(s, false);
	watch_launcher(s, launcher);
	for (unsigned i = 0; i < s->n_rings; i++) {
		perf_ring_reset(&s->rings[i].ring);
		s->rings[i].has_record = false;
	}
	if (s->launcher_ring.page)
		perf_ring_reset(&s->launcher_ring);
	s->begin_ns = clock_now_ns(CLOCK_MONOTONIC);
	switch_account_begin(s->account, s->begin_ns);
	s->following = false;
	s->active = true;
	return enable(s, true);
}

int switches_collect(struct switches *s, pid_t main, struct switch_report *ret)
{
	uint64_t end_ns = clock_now_ns(CLOCK_MONOTONIC), lost = 0;
	int r;

	(void)enable(s, false);
	follow(s, main);
	for (unsigned i = 0; i < s->n_rings; i++)
		perf_ring_update(&s->rings[i].ring);
	for (unsigned i = 0; i < s->n_rings; i++)
		lost += perf_ring_lost(&s->rings[i].ring);
	feed(s, UINT64_MAX);
	s->active = false;
	s->following = false;

	r = switch_account_finish(s->account, end_ns, ret);
	ret->lost += lost;
	ret->others_hidden = s->others_hidden;
	return r;
}

struct switches *switches_free(struct switches *s)
{
	if (!s)
		return NULL;

	for (unsigned i = 0; i < s->n_rings; i++) {
		sd_event_source_disable_unref(s->rings[i].source);
		perf_ring_close(&s->rings[i].ring);
	}
	perf_ring_close(&s->launcher_ring);
	s->account = switch_account_free(s->account);
	free(s);
	return NULL;
}
