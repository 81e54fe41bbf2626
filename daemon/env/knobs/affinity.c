/* cpu.affinity: the workload on CPUs of its own, every other task off them. */
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/base/quantity.h"
#include "daemon/env/knob-table.h"
#include "daemon/env/undo.h"
#include "daemon/host/tasks.h"
#include "daemon/host/topology.h"

#define SUPERVISOR_PID	1
#define ANCESTORS_MAX	64
#define SWEEPS_MAX	64
#define TASK_IS_KERNEL	0x00200000u /* PF_KTHREAD: never inherits a mask from who made it */
#define TASK_TARGET_MAX 48
#define AFFINITY_NAME	"cpu.affinity"

static const struct cpuset *online_cpus(struct host *h)
{
	struct topology t;

	if (cpuset_count(&h->online) == 0 && topology_read(h->root, &t) >= 0) {
		h->online = t.online;
		topology_done(&t);
	}
	return &h->online;
}

static bool is_spare(const struct host *h, const struct task *t)
{
	if (t->tid == SUPERVISOR_PID)
		return true;
	for (size_t i = 0; h->spare && i < h->spare->n; i++)
		if (fnmatch(h->spare->items[i], t->comm, 0) == 0)
			return true;
	return false;
}

/* May the CPUs of this task be changed at all, and may we. */
static bool is_movable(const struct host *h, pid_t process, const struct task *t)
{
	return process != SUPERVISOR_PID && !task_is_fixed(t) && !task_is_over(t) &&
		!is_spare(h, t);
}

/* A number is used again after a while; with the start time it names one task. */
static int push_target(struct strv *targets, const struct task *t)
{
	return strv_pushf(targets, "%d@%" PRIu64, t->tid, t->start_ticks);
}

static bool parse_target(const char *target, pid_t *ret_tid, uint64_t *ret_start)
{
	return sscanf(target, "%d@%" SCNu64, ret_tid, ret_start) == 2;
}

/* The task a target names, if it still is the same. */
static int find_task(const char *target, struct task *ret)
{
	uint64_t start;
	pid_t tid;
	int r;

	if (!parse_target(target, &tid, &start))
		return -ESRCH;
	r = task_read(tid, ret);
	if (r < 0)
		return r;
	return ret->start_ticks == start && !task_is_over(ret) ? 0 : -ESRCH;
}

/* What is looked for in a walk over all tasks. */
struct walk {
	struct host *h;
	struct strv *targets;
	bool with_kept; /* also tasks which have exactly our mask already */
};

static bool is_descendant(pid_t process, pid_t ancestor)
{
	struct task t;

	for (unsigned i = 0; ancestor > 0 && process > 0 && i < ANCESTORS_MAX; i++) {
		if (process == ancestor)
			return true;
		if (task_read(process, &t) < 0)
			return false;
		process = t.parent;
	}
	return false;
}

static int visit_task(pid_t tid, pid_t process, void *userdata)
{
	struct walk *w = userdata;
	struct cpuset now;
	struct task t;

	if (task_cpus_now(tid, &now) < 0)
		return 0;
	if (!cpuset_intersects(&now, &w->h->quiet) &&
		!(w->with_kept && cpuset_equal(&now, &w->h->run.housekeeping)))
		return 0;
	if (task_read(tid, &t) < 0 || !is_movable(w->h, process, &t) ||
		is_descendant(process, w->h->keep))
		return 0;
	return push_target(w->targets, &t);
}

static int newcomers(struct host *h, struct strv *targets)
{
	return tasks_visit(visit_task, &(struct walk){.h = h, .targets = targets});
}

static int choose(const struct topology *t, const char *want, struct topology_choice *ret)
{
	struct cpuset allowed = {0}, cpus;
	uint64_t count = 0;

	topology_allowed(&allowed);
	if (strncmp(want, "cpus=", 5) == 0)
		return cpuset_parse(want + 5, &cpus) < 0
			? -EINVAL
			: topology_choose_list(t, &allowed, &cpus, ret);
	if (strncmp(want, "count=", 6) == 0 && quantity_u64(want + 6, &count) < 0)
		return -EINVAL;
	return topology_choose(t, &allowed, (unsigned)count, ret);
}

static int pin_runs(struct host *h, const char *want, const char **reason)
{
	struct topology_choice choice;
	struct topology t;
	int r = topology_read(h->root, &t);

	if (r < 0)
		return r;

	r = choose(&t, want, &choice);
	if (r < 0)
		*reason = cpuset_count(&t.online) == 1 ? "single-cpu" : "not-supported";
	else {
		h->online = t.online;
		h->quiet = choice.quiet;
		h->run.cpus = choice.run;
		h->run.housekeeping = choice.housekeeping;
		h->run.pinned = true;
		h->run.isolated = h->privileged;
	}
	topology_done(&t);
	return r;
}

static int probe(struct host *h, const char *want, struct strv *targets, const char **reason)
{
	/* A fake machine has no tasks of its own: leave the real ones alone. */
	if (*h->root) {
		*reason = "not-supported";
		return 0;
	}
	if (want && pin_runs(h, want, reason) < 0)
		return 0;
	if (!want || !h->privileged)
		return strv_push(targets, KNOB_SYSTEM);
	return tasks_visit(
		visit_task, &(struct walk){.h = h, .targets = targets, .with_kept = true});
}

static int to_text(const struct cpuset *cpus, char **ret)
{
	char text[CPUSET_TEXT_MAX];

	*ret = strdup(cpuset_format(cpus, text));
	return *ret ? 0 : -ENOMEM;
}

/*
 * Every task gets exactly the housekeeping CPUs, not what is left of its own: children born
 * meanwhile are known by that mask when the machine is given back.
 */
static int resolve(struct host *h, const char *target, const char *want, char **ret)
{
	return to_text(&h->run.housekeeping, ret);
}

static int read_value(struct host *h, const char *target, char **ret)
{
	struct cpuset cpus = {0};
	struct task t;
	int r;

	if (streq(target, KNOB_SYSTEM)) {
		topology_allowed(&cpus);
		return to_text(&cpus, ret);
	}
	r = find_task(target, &t);
	if (r >= 0)
		r = task_cpus_allowed(t.tid, &cpus);
	return r < 0 ? r : to_text(&cpus, ret);
}

static int apply(struct host *h, const char *target, const char *value)
{
	struct cpuset cpus;
	struct task t;
	int r = cpuset_parse(value, &cpus);

	if (r >= 0)
		r = find_task(target, &t);
	return r < 0 ? r : task_cpus_set(t.tid, &cpus);
}

/* Masks name offline CPUs too, which the kernel may drop when they are set again. */
static bool holds(struct host *h, const char *target, const char *value, const char *seen)
{
	const struct cpuset *online = online_cpus(h);
	struct cpuset a, b;

	if (cpuset_parse(value, &a) < 0 || cpuset_parse(seen, &b) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(a.words); i++)
		if ((a.words[i] & online->words[i]) != (b.words[i] & online->words[i]))
			return false;
	return true;
}

static int where(struct host *h, const char *target, char **ret)
{
	struct task t;
	int r = find_task(target, &t);

	if (r < 0)
		return r;
	for (char *p = t.comm; *p; p++)
		if (*p == '|' || *p == '\n')
			*p = '?';
	return asprintf(ret, "task %d (%s)", t.tid, t.comm) < 0 ? -ENOMEM : 0;
}

static char *summary(struct host *h)
{
	char run[CPUSET_TEXT_MAX];
	char *text = NULL;
	int n;

	(void)cpuset_format(&h->run.cpus, run);
	if (!h->run.isolated)
		n = asprintf(&text, "cpus %s, pinned only", run);
	else if (h->n_refused == 0)
		n = asprintf(&text, "cpus %s, %u tasks moved", run, h->n_moved);
	else
		n = asprintf(&text, "cpus %s, %u tasks moved, %u refused", run, h->n_moved,
			h->n_refused);
	return n < 0 ? NULL : text;
}

/* Records by task number, for finding one quickly. */
struct task_index {
	const struct undo_item **items; /* owned; sorted by tid */
	size_t n;
	struct host *h;
	struct cpuset housekeeping;
	unsigned n_swept;
};

static pid_t item_tid(const struct undo_item *item)
{
	return (pid_t)strtol(item->target, NULL, 10);
}

static int compare_items(const void *a, const void *b)
{
	pid_t x = item_tid(*(const struct undo_item *const *)a),
	      y = item_tid(*(const struct undo_item *const *)b);

	return x < y ? -1 : x > y;
}

static int index_make(const struct undo *u, struct task_index *ret)
{
	ret->items = reallocarray(NULL, u->n + 1, sizeof(const struct undo_item *));
	if (!ret->items)
		return -ENOMEM;

	for (size_t i = 0; i < u->n; i++)
		if (streq(u->items[i].name, AFFINITY_NAME))
			ret->items[ret->n++] = &u->items[i];
	qsort(ret->items, ret->n, sizeof(const struct undo_item *), compare_items);
	return ret->n > 0 ? cpuset_parse(ret->items[0]->want, &ret->housekeeping) : 0;
}

/* The record of a task; a number can have been used by several, one after the other. */
static const struct undo_item *index_find(const struct task_index *x, const struct task *t)
{
	size_t low = 0, high = x->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (item_tid(x->items[middle]) < t->tid)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < x->n && item_tid(x->items[low]) == t->tid; low++) {
		uint64_t start;
		pid_t tid;

		if (parse_target(x->items[low]->target, &tid, &start) && start == t->start_ticks)
			return x->items[low];
	}
	return NULL;
}

/* What the nearest recorded ancestor had; all online CPUs when there is none. */
static struct cpuset inherited_cpus(const struct task_index *x, pid_t process, const struct task *t)
{
	pid_t next = t->tid == process ? t->parent : process;
	struct cpuset cpus;
	struct task up;

	for (unsigned i = 0; i < ANCESTORS_MAX && next > SUPERVISOR_PID; i++) {
		const struct undo_item *item;

		if (task_read(next, &up) < 0)
			break;
		item = index_find(x, &up);
		if (item && cpuset_parse(item->old, &cpus) >= 0)
			return cpus;
		/* Never moved, so what it has is its own. */
		if (is_spare(x->h, &up) && task_cpus_allowed(next, &cpus) >= 0)
			return cpus;
		next = up.parent;
	}
	return *online_cpus(x->h);
}

/* A task that is in no record but has exactly our mask was born of one we had moved. */
static int sweep_task(pid_t tid, pid_t process, void *userdata)
{
	struct task_index *x = userdata;
	struct cpuset now, cpus;
	struct task t;

	if (task_cpus_now(tid, &now) < 0 || !cpuset_equal(&now, &x->housekeeping))
		return 0;
	if (task_read(tid, &t) < 0 || !is_movable(x->h, process, &t) ||
		(t.flags & TASK_IS_KERNEL) || index_find(x, &t))
		return 0;
	cpus = inherited_cpus(x, process, &t);
	if (!cpuset_equal(&cpus, &now) && task_cpus_set(tid, &cpus) >= 0)
		x->n_swept++;
	return 0;
}

/* Until a walk finds none: each one may have had children before its turn came. */
static int sweep(struct host *h, const struct undo *u)
{
	struct task_index x = {.h = h};
	int r = index_make(u, &x);
	unsigned n_all = 0;

	for (unsigned i = 0; r >= 0 && x.n > 0 && i < SWEEPS_MAX; i++) {
		x.n_swept = 0;
		r = tasks_visit(sweep_task, &x);
		n_all += x.n_swept;
		if (x.n_swept == 0)
			break;
	}
	free(x.items);
	return r < 0 ? r : (int)n_all;
}

const struct knob knob_affinity = {
	.name = AFFINITY_NAME,
	.rank = 60,
	.back = 10,
	.many = true,
	.probe = probe,
	.resolve = resolve,
	.read = read_value,
	.apply = apply,
	.holds = holds,
	.where = where,
	.newcomers = newcomers,
	.sweep = sweep,
	.summary = summary,
};
