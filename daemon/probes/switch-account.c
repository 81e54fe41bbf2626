/* What happened on the CPUs during one run. */
#include "daemon/probes/switch-account.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/macro.h"
#include "daemon/probes/cpu-times.h"
#include "daemon/probes/culprit-list.h"
#include "daemon/probes/task-table.h"

struct switch_account {
	bool pinned;
	struct task_lookup lookup;
	struct cpuset cpus;
	uint64_t begin_ns, last_ns;
	pid_t main;
	uint64_t main_since_ns;
	bool followed;		 /* that time has come */
	unsigned n_main_threads; /* alive */
	unsigned n_own;		 /* tasks of the run that are alive */
	uint64_t last_exit_ns;	 /* of a task of the run */
	struct cpu_times *times;
	struct task_table *tasks;
	struct culprit_list culprits;
	struct switch_report report;
};

/* Moves what a task took to the list of names, before its number is forgotten. */
static void fold(struct switch_account *a, struct task *task)
{
	char name[TASK_NAME_MAX];

	if (task->foreign_ns == 0)
		return;

	task_table_name(a->tasks, task->tid, &a->lookup, name);
	culprit_list_add(&a->culprits, name, task->foreign_ns);
	task->foreign_ns = 0;
}

/* Finds or adds a task; when the table is full, those of others have to go. */
static struct task *task_get(struct switch_account *a, pid_t tid)
{
	struct task *task = task_table_add(a->tasks, tid);
	size_t cursor = 0;

	if (task)
		return task;

	while ((task = task_table_each(a->tasks, &cursor))) {
		if (task->own)
			continue;
		fold(a, task);
		task_table_remove(a->tasks, task->tid);
	}
	return task_table_add(a->tasks, tid);
}

static void charge_foreign(pid_t tid, uint64_t time_ns, void *userdata)
{
	struct switch_account *a = userdata;
	struct task *task = task_get(a, tid);

	if (task)
		task->foreign_ns += time_ns;
	else
		culprit_list_add(&a->culprits, "others", time_ns);
}

static void claim_end(struct switch_account *a, struct task *task, uint64_t now_ns)
{
	if (!task->claims)
		return;

	cpu_times_unclaim(a->times, (unsigned)task->cpu, now_ns);
	task->claims = false;
}

static void claim_begin(struct switch_account *a, struct task *task, uint64_t now_ns)
{
	if (task->claims)
		return;

	cpu_times_claim(a->times, (unsigned)task->cpu, now_ns);
	task->claims = true;
}

static void wait_end(struct switch_account *a, struct task *task, uint64_t now_ns)
{
	uint64_t time_ns;

	if (!task->waiting)
		return;

	time_ns = cpu_times_within(a->times, task->wait_ns, now_ns);
	a->report.waited_ns += time_ns;
	if (task->tid == a->main)
		a->report.preempted_ns += time_ns;
	task->waiting = false;
}

/* One of the run's tasks is on a CPU again, or for the first time. */
static void own_starts(struct switch_account *a, struct task *task, unsigned cpu, uint64_t now_ns)
{
	bool moved = task->cpu != (int)cpu;

	wait_end(a, task, now_ns);
	if (moved || !a->pinned)
		claim_end(a, task, now_ns);
	if (moved && task->cpu >= 0 && cpu_times_within(a->times, now_ns, now_ns + 1))
		a->report.migrations++;
	task->cpu = (int)cpu;
	if (a->pinned)
		claim_begin(a, task, now_ns);
}

static void own_forget(struct switch_account *a, struct task *task, uint64_t now_ns)
{
	wait_end(a, task, now_ns);
	claim_end(a, task, now_ns);
	if (!task->ended)
		a->n_own--;
	task_table_remove(a->tasks, task->tid);
}

/* A number that is used again belongs to somebody new. */
static void forget(struct switch_account *a, pid_t tid, uint64_t now_ns)
{
	struct task *task = task_table_find(a->tasks, tid);

	if (!task)
		return;

	if (task->own) {
		own_forget(a, task, now_ns);
		return;
	}
	fold(a, task);
	task_table_remove(a->tasks, tid);
}

static void task_starts(struct switch_account *a, pid_t tid, unsigned cpu, uint64_t now_ns)
{
	struct task *task = tid > 0 ? task_table_find(a->tasks, tid) : NULL;
	bool own = task && task->own;

	cpu_times_put(a->times, cpu, tid, own, now_ns);
	if (own)
		own_starts(a, task, cpu, now_ns);
}

/* Whoever was on the CPU left it. */
static void task_stops(struct switch_account *a, unsigned cpu, bool preempted, uint64_t now_ns)
{
	pid_t tid = cpu_times_who(a->times, cpu);
	struct task *task;

	cpu_times_settle(a->times, cpu, now_ns);
	task = tid > 0 ? task_table_find(a->tasks, tid) : NULL;
	if (!task)
		return;

	if (task->ended) {
		forget(a, tid, now_ns);
	} else if (task->own && preempted && task->cpu == (int)cpu) {
		task->waiting = true;
		task->wait_ns = now_ns;
		claim_begin(a, task, now_ns);
	}
}

/* A record names who is on the CPU: believe it, whatever was thought before. */
static void see_current(struct switch_account *a, unsigned cpu, pid_t tid, uint64_t now_ns)
{
	if (tid < 0 || cpu_times_who(a->times, cpu) == tid)
		return;

	task_stops(a, cpu, false, now_ns);
	task_starts(a, tid, cpu, now_ns);
}

static struct task *own_add(struct switch_account *a, pid_t tid, pid_t pid)
{
	struct task *task = task_get(a, tid);

	if (!task) {
		/* Its time would be taken for somebody else's: as bad as a lost record. */
		a->report.lost++;
		return NULL;
	}
	if (!task->own || task->ended)
		a->n_own++;
	task->own = true;
	task->ended = false;
	task->pid = pid;
	return task;
}

static void take_fork(struct switch_account *a, const struct switch_record *record, uint64_t now_ns)
{
	struct task *parent = task_table_find(a->tasks, record->other_tid), *task;
	char name[TASK_NAME_MAX] = "";
	bool own = parent && parent->own;

	/* The launcher's fork of the main process, which is followed already. */
	if (record->tid == a->main && a->n_main_threads > 0 && !a->report.exec_seen)
		return;

	if (parent)
		memcpy(name, parent->name, sizeof(name));
	forget(a, record->tid, now_ns);
	if (own) {
		task = own_add(a, record->tid, record->pid);
		if (task && record->pid == a->main && a->n_main_threads > 0)
			a->n_main_threads++;
		return;
	}
	task = task_get(a, record->tid);
	if (!task)
		return;

	task->pid = record->pid;
	task->parent_tid = record->other_tid;
	memcpy(task->name, name, sizeof(task->name));
}

/* After an exec by a thread that was not the first, its process has the pid as only thread. */
static void become_first_thread(
	struct switch_account *a, const struct switch_record *record, uint64_t now_ns)
{
	pid_t tid = cpu_times_who(a->times, record->cpu);
	struct task *task = tid > 0 ? task_table_find(a->tasks, tid) : NULL;

	if (!task || !task->own || task->pid != record->pid || tid == record->tid)
		return;

	cpu_times_settle(a->times, record->cpu, now_ns);
	own_forget(a, task, now_ns);
	(void)own_add(a, record->tid, record->pid);
	task_starts(a, record->tid, record->cpu, now_ns);
}

static void take_exec(struct switch_account *a, const struct switch_record *record, uint64_t now_ns)
{
	become_first_thread(a, record, now_ns);
	see_current(a, record->cpu, record->current_tid, now_ns);
	if (record->pid != a->main || a->n_main_threads == 0)
		return;

	a->n_main_threads = 1;
	if (a->report.exec_seen)
		return;

	a->report.exec_seen = true;
	a->report.exec_ns = now_ns;
	cpu_times_open(a->times, now_ns);
}

static void take_comm(struct switch_account *a, const struct switch_record *record)
{
	struct task *task = task_get(a, record->tid);

	if (!task)
		return;

	task->pid = record->pid;
	memcpy(task->name, record->name, sizeof(task->name));
}

static void take_exit(struct switch_account *a, const struct switch_record *record, uint64_t now_ns)
{
	struct task *task = task_table_find(a->tasks, record->tid);

	if (!task || task->ended)
		return;

	task->ended = true;
	if (!task->own)
		return;

	a->n_own--;
	a->last_exit_ns = now_ns;
	if (task->pid != a->main || a->n_main_threads == 0 || --a->n_main_threads > 0)
		return;

	/* Without an exec it was the launcher's child that failed to start. */
	a->report.exit_seen = a->report.exec_seen;
	a->report.exit_ns = now_ns;
	cpu_times_close(a->times, now_ns);
}

void switch_account_follow(struct switch_account *a, pid_t main, uint64_t since_ns)
{
	a->main = main;
	a->main_since_ns = since_ns;
	a->followed = false;
}

/* From now on the main process's number means the main process. */
static void follow_main(struct switch_account *a, uint64_t now_ns)
{
	struct task *task;

	a->followed = true;
	forget(a, a->main, now_ns);
	task = own_add(a, a->main, a->main);
	if (!task)
		return;

	a->n_main_threads = 1;
	cpuset_foreach (cpu, &a->cpus)
		if (cpu_times_who(a->times, cpu) == a->main)
			task_starts(a, a->main, cpu, now_ns);
}

static void dispatch(struct switch_account *a, const struct switch_record *record, uint64_t now_ns)
{
	if (record->type == SWITCH_RECORD_LOST) {
		cpu_times_lose(a->times, record->cpu, now_ns);
		return;
	}
	if (record->type == SWITCH_RECORD_COMM && record->exec)
		take_exec(a, record, now_ns);
	if (record->type == SWITCH_RECORD_IN &&
		cpu_times_who(a->times, record->cpu) == CPU_TIMES_UNKNOWN)
		see_current(a, record->cpu, record->other_tid, now_ns);
	see_current(a, record->cpu, record->current_tid, now_ns);
	switch (record->type) {
	case SWITCH_RECORD_FORK:
		take_fork(a, record, now_ns);
		break;
	case SWITCH_RECORD_COMM:
		take_comm(a, record);
		break;
	case SWITCH_RECORD_OUT:
		task_stops(a, record->cpu, record->preempted, now_ns);
		task_starts(a, record->other_tid, record->cpu, now_ns);
		break;
	case SWITCH_RECORD_EXIT:
		take_exit(a, record, now_ns);
		break;
	default:
		break;
	}
}

struct switch_account *switch_account_free(struct switch_account *a)
{
	if (a) {
		a->tasks = task_table_free(a->tasks);
		free(a->times);
	}
	free(a);
	return NULL;
}

int switch_account_new(struct switch_account **ret, const struct cpuset *cpus, bool pinned,
	const struct task_lookup *lookup)
{
	struct switch_account *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;

	a->tasks = task_table_new();
	a->times = cpu_times_new(cpus, charge_foreign, a);
	if (!a->tasks || !a->times) {
		(void)switch_account_free(a);
		return -ENOMEM;
	}
	a->pinned = pinned;
	if (lookup)
		a->lookup = *lookup;
	a->cpus = *cpus;
	switch_account_begin(a, 0);
	*ret = a;
	return 0;
}

void switch_account_begin(struct switch_account *a, uint64_t begin_ns)
{
	task_table_clear(a->tasks);
	cpu_times_begin(a->times, begin_ns);
	a->culprits.n = 0;
	a->report = (struct switch_report){.n_cpus = cpuset_count(&a->cpus)};
	a->begin_ns = a->last_ns = begin_ns;
	a->main = 0;
	a->followed = true; /* nothing to follow yet */
	a->n_main_threads = a->n_own = 0;
	a->last_exit_ns = 0;
}

void switch_account_feed(struct switch_account *a, const struct switch_record *record)
{
	if (record->time_ns < a->begin_ns || !cpu_times_measures(a->times, record->cpu))
		return;

	a->report.n_records++;
	a->last_ns = MAX_OF(a->last_ns, record->time_ns);
	if (!a->followed && record->time_ns >= a->main_since_ns)
		follow_main(a, a->last_ns);
	dispatch(a, record, a->last_ns);
}

int switch_account_finish(struct switch_account *a, uint64_t end_ns, struct switch_report *ret)
{
	struct cpu_sums sums;
	size_t cursor = 0;
	struct task *task;

	end_ns = MAX_OF(end_ns, a->last_ns);
	sums = cpu_times_finish(a->times, end_ns);
	a->report.own_ns = sums.own_ns;
	a->report.idle_ns = sums.idle_ns;
	a->report.foreign_ns = sums.foreign_ns;
	a->report.elsewhere_ns = sums.elsewhere_ns;
	a->report.unseen_ns = sums.unseen_ns;
	while ((task = task_table_each(a->tasks, &cursor))) {
		wait_end(a, task, end_ns);
		fold(a, task);
	}
	a->report.n_culprits = culprit_list_top(&a->culprits, a->report.culprits);
	a->report.tree_exit_ns = a->n_own == 0 ? a->last_exit_ns : 0;
	*ret = a->report;
	return ret->exec_seen && ret->exit_seen ? 0 : -ENODATA;
}
