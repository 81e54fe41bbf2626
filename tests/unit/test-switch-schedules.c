/* Random schedules whose truth is known: the account must find it, whatever the order of events. */
#include <stdio.h>

#include "common/base/macro.h"
#include "common/base/random.h"
#include "daemon/probes/switch-account.h"
#include "tests/unit/cmocka-all.h"

#define N_SCHEDULES 400
#define N_STEPS	    300
#define TASKS_MAX   48
#define CPUS_MAX    4
#define MAIN	    10
#define IDLE	    (-1)
#define NOWHERE	    (-1)

enum task_state {
	FREE,
	SLEEPING,
	READY,
	RUNNING,
	DYING
};

struct sim_task {
	enum task_state state;
	pid_t pid, tid;
	bool own;
	int cpu; /* where it runs or ran last */
};

/* Ways to be wrong that the comparison must notice. */
enum fault {
	FAULT_NONE,
	FAULT_NO_PREEMPT_FLAG,
	FAULT_IDLE_IS_A_TASK,
	FAULT_NO_FORKS,
	FAULT_MAX
};

struct sim {
	struct random random;
	struct switch_account *account;
	enum fault fault;
	bool pinned, idle_speaks;
	unsigned n_cpus;
	uint64_t now_ns;
	struct sim_task tasks[TASKS_MAX]; /* [0] is the main thread */
	int on[CPUS_MAX];		  /* index into tasks, or IDLE */
	bool spoke[CPUS_MAX];		  /* a record of this CPU was written */
	uint64_t unknown_ns[CPUS_MAX];	  /* window time before that */
	bool opened, closed;
	struct switch_report truth;
};

static pid_t tid_of(const struct sim *s, int task)
{
	return task == IDLE ? 0 : s->tasks[task].tid;
}

static void tell(struct sim *s, struct switch_record record)
{
	pid_t *numbers[] = {&record.tid, &record.other_tid, &record.current_tid};

	record.time_ns = s->now_ns;
	if (s->fault == FAULT_NO_PREEMPT_FLAG)
		record.preempted = false;
	if (s->fault == FAULT_NO_FORKS && record.type == SWITCH_RECORD_FORK)
		return;
	for (size_t i = 0; s->fault == FAULT_IDLE_IS_A_TASK && i < ARRAY_SIZE(numbers); i++)
		if (*numbers[i] == 0)
			*numbers[i] = 9999;
	s->spoke[record.cpu] = true;
	switch_account_feed(s->account, &record);
}

/* Is somebody else's time on this CPU in the run's way? As the header says it, task by task. */
static bool in_the_way(const struct sim *s, int cpu)
{
	for (unsigned i = 0; i < TASKS_MAX; i++) {
		const struct sim_task *task = &s->tasks[i];

		if (task->state == FREE || !task->own || task->cpu != cpu)
			continue;
		if (s->pinned || task->state == READY)
			return true;
	}
	return false;
}

/* Time passes: every CPU's nanoseconds go where they belong. */
static void pass(struct sim *s, uint64_t ns)
{
	struct switch_report *truth = &s->truth;

	s->now_ns += ns;
	if (!s->opened || s->closed)
		return;

	for (unsigned cpu = 0; cpu < s->n_cpus; cpu++) {
		int task = s->on[cpu];

		if (!s->spoke[cpu])
			s->unknown_ns[cpu] += ns;
		if (task == IDLE)
			truth->idle_ns += ns;
		else if (s->tasks[task].own)
			truth->own_ns += ns;
		else if (in_the_way(s, (int)cpu))
			truth->foreign_ns += ns;
		else
			truth->elsewhere_ns += ns;
	}
	for (unsigned i = 0; i < TASKS_MAX; i++)
		if (s->tasks[i].own && s->tasks[i].state == READY)
			truth->waited_ns += ns;
	if (s->tasks[0].state == READY)
		truth->preempted_ns += ns;
}

/* Somebody who could run next, or IDLE. */
static int pick(struct sim *s)
{
	unsigned first = (unsigned)random_below(&s->random, TASKS_MAX);

	if (random_below(&s->random, 4) == 0)
		return IDLE;
	for (unsigned n = 0; n < TASKS_MAX; n++) {
		int i = (int)((first + n) % TASKS_MAX);

		if (s->tasks[i].state == SLEEPING || s->tasks[i].state == READY)
			return i;
	}
	return IDLE;
}

static void put(struct sim *s, unsigned cpu, int task)
{
	s->on[cpu] = task;
	if (task == IDLE)
		return;

	if (s->tasks[task].own && s->opened && !s->closed && s->tasks[task].cpu != NOWHERE &&
		s->tasks[task].cpu != (int)cpu)
		s->truth.migrations++;
	s->tasks[task].state = RUNNING;
	s->tasks[task].cpu = (int)cpu;
}

static void do_switch(struct sim *s, unsigned cpu, int next)
{
	int old = s->on[cpu];
	bool dead = old != IDLE && s->tasks[old].state == DYING;
	bool preempted = old != IDLE && !dead && random_below(&s->random, 2) == 0;
	pid_t left = dead && random_below(&s->random, 2) == 0 ? -1 : tid_of(s, old);

	if (next == old)
		return;

	if (old != IDLE)
		s->tasks[old].state = dead ? FREE : preempted ? READY : SLEEPING;
	if (old != IDLE || s->idle_speaks)
		tell(s,
			(struct switch_record){.type = SWITCH_RECORD_OUT,
				.cpu = cpu,
				.tid = left,
				.other_tid = tid_of(s, next),
				.current_tid = left,
				.preempted = preempted});
	put(s, cpu, next);
	if (next != IDLE || s->idle_speaks)
		tell(s,
			(struct switch_record){.type = SWITCH_RECORD_IN,
				.cpu = cpu,
				.tid = tid_of(s, next),
				.other_tid = left,
				.current_tid = tid_of(s, next)});
}

static void do_fork(struct sim *s, unsigned cpu)
{
	const struct sim_task *parent = &s->tasks[s->on[cpu]];
	bool thread = random_below(&s->random, 3) == 0;

	for (unsigned i = 1; i < TASKS_MAX; i++) {
		if (s->tasks[i].state != FREE)
			continue;
		/* A slot has one number for ever, so that numbers are used again. */
		s->tasks[i] = (struct sim_task){.state = SLEEPING,
			.tid = MAIN + (pid_t)i,
			.pid = thread ? parent->pid : MAIN + (pid_t)i,
			.own = parent->own,
			.cpu = NOWHERE};
		tell(s,
			(struct switch_record){.type = SWITCH_RECORD_FORK,
				.cpu = cpu,
				.pid = s->tasks[i].pid,
				.tid = s->tasks[i].tid,
				.other_tid = parent->tid,
				.current_tid = parent->tid});
		return;
	}
}

static unsigned threads_of_main(const struct sim *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < TASKS_MAX; i++)
		n += s->tasks[i].own && s->tasks[i].pid == MAIN && s->tasks[i].state != FREE &&
			s->tasks[i].state != DYING;
	return n;
}

static void do_exit(struct sim *s, unsigned cpu)
{
	struct sim_task *task = &s->tasks[s->on[cpu]];

	task->state = DYING;
	tell(s,
		(struct switch_record){.type = SWITCH_RECORD_EXIT,
			.cpu = cpu,
			.pid = task->pid,
			.tid = task->tid,
			.current_tid = task->tid});
	if (task->own && !s->closed)
		s->truth.tree_exit_ns = s->now_ns;
	if (s->opened && !s->closed && threads_of_main(s) == 0) {
		s->closed = true;
		s->truth.exit_ns = s->now_ns;
	}
}

static void do_exec(struct sim *s, unsigned cpu)
{
	const struct sim_task *task = &s->tasks[s->on[cpu]];

	tell(s,
		(struct switch_record){.type = SWITCH_RECORD_COMM,
			.cpu = cpu,
			.pid = task->pid,
			.tid = task->tid,
			.current_tid = task->tid,
			.exec = true,
			.name = "x"});
	if (task->tid != MAIN || s->opened)
		return;

	s->opened = true;
	s->truth.exec_ns = s->now_ns;
}

static void step(struct sim *s)
{
	unsigned cpu = (unsigned)random_below(&s->random, s->n_cpus);
	unsigned what = (unsigned)random_below(&s->random, 20);
	int task = s->on[cpu];

	pass(s, random_below(&s->random, 1000));
	if (task == IDLE || s->tasks[task].state == DYING || what < 14)
		do_switch(s, cpu, pick(s));
	else if (what < 17 && (s->opened || !s->tasks[task].own))
		do_fork(s, cpu);
	else if (what == 17 && s->tasks[task].tid == s->tasks[task].pid &&
		(task != 0 || threads_of_main(s) == 1))
		do_exec(s, cpu);
	else if (what == 18 && task != 0)
		do_exit(s, cpu);
}

static void start(struct sim *s, uint64_t seed, enum fault fault)
{
	struct cpuset cpus = {0};

	*s = (struct sim){.random = random_make(seed, 1), .fault = fault};
	s->n_cpus = 1 + (unsigned)random_below(&s->random, CPUS_MAX);
	s->pinned = random_below(&s->random, 2) == 0;
	s->idle_speaks = random_below(&s->random, 2) == 0;
	for (unsigned cpu = 0; cpu < s->n_cpus; cpu++)
		cpuset_add(&cpus, cpu);
	assert_int_equal(switch_account_new(&s->account, &cpus, s->pinned, NULL), 0);
	switch_account_follow(s->account, MAIN, 0);

	for (unsigned i = 0; i < 8; i++)
		s->tasks[i] = (struct sim_task){.state = SLEEPING,
			.pid = MAIN + (pid_t)i,
			.tid = MAIN + (pid_t)i,
			.own = i == 0,
			.cpu = NOWHERE};
	for (unsigned cpu = 0; cpu < s->n_cpus; cpu++) {
		s->on[cpu] = random_below(&s->random, 2) ? 1 + (int)cpu : IDLE;
		put(s, cpu, s->on[cpu]);
	}
}

/* Puts the main thread on a CPU, wherever it is, so that it can exec or exit. */
static unsigned bring_main(struct sim *s)
{
	if (s->tasks[0].state != RUNNING)
		do_switch(s, 0, 0);
	return (unsigned)s->tasks[0].cpu;
}

static void end_run(struct sim *s)
{
	do_exit(s, bring_main(s));
	for (unsigned i = 0; i < 20 * N_STEPS && !s->closed; i++) {
		unsigned cpu = (unsigned)random_below(&s->random, s->n_cpus);
		int task = s->on[cpu];

		pass(s, random_below(&s->random, 1000));
		if (task != IDLE && s->tasks[task].state == RUNNING && s->tasks[task].own)
			do_exit(s, cpu);
		else
			do_switch(s, cpu, pick(s));
	}
	assert_true(s->closed);
}

/* Nothing is known of a CPU that never spoke: its truth is that it was not seen. */
static void forget_silent(struct sim *s)
{
	for (unsigned cpu = 0; cpu < s->n_cpus; cpu++) {
		if (s->spoke[cpu])
			continue;
		s->truth.unseen_ns += s->unknown_ns[cpu];
		if (s->on[cpu] == IDLE)
			s->truth.idle_ns -= s->unknown_ns[cpu];
		else
			s->truth.elsewhere_ns -= s->unknown_ns[cpu];
	}
}

static bool same(const struct switch_report *a, const struct switch_report *b)
{
	return a->exec_ns == b->exec_ns && a->exit_ns == b->exit_ns && a->own_ns == b->own_ns &&
		a->idle_ns == b->idle_ns && a->foreign_ns == b->foreign_ns &&
		a->elsewhere_ns == b->elsewhere_ns && a->unseen_ns == b->unseen_ns &&
		a->waited_ns == b->waited_ns && a->preempted_ns == b->preempted_ns &&
		a->migrations == b->migrations;
}

/* The culprits are part of the foreign time, the largest first. */
static bool culprits_fit(const struct switch_report *found)
{
	double sum = 0;

	for (unsigned i = 0; i < found->n_culprits; i++) {
		sum += found->culprits[i].seconds;
		if (i > 0 && found->culprits[i].seconds > found->culprits[i - 1].seconds)
			return false;
	}
	return sum <= (double)found->foreign_ns / 1e9 + 1e-12 &&
		(found->n_culprits > 0) == (found->foreign_ns > 0);
}

/* One whole schedule; true when the account found its truth. */
static bool run_schedule(uint64_t seed, enum fault fault, struct switch_report *ret)
{
	struct switch_report found;
	struct sim s;

	start(&s, seed, fault);
	for (unsigned i = 0; i < N_STEPS / 10; i++)
		step(&s);
	if (!s.opened)
		do_exec(&s, bring_main(&s));
	for (unsigned i = 0; i < N_STEPS; i++)
		step(&s);
	end_run(&s);
	for (unsigned i = 0; i < N_STEPS / 10; i++)
		step(&s);
	forget_silent(&s);
	assert_int_equal(s.truth.own_ns + s.truth.idle_ns + s.truth.foreign_ns +
			s.truth.elsewhere_ns + s.truth.unseen_ns,
		(s.truth.exit_ns - s.truth.exec_ns) * s.n_cpus);

	if (switch_account_finish(s.account, s.now_ns, &found) != 0)
		found.exec_ns = 0;
	s.account = switch_account_free(s.account);
	*ret = s.truth;
	return same(&found, &s.truth) && culprits_fit(&found);
}

static void test_every_schedule_is_accounted_to_the_nanosecond(void **state)
{
	uint64_t foreign_ns = 0, migrations = 0, waited_ns = 0;
	struct switch_report truth;

	for (uint64_t seed = 1; seed <= N_SCHEDULES; seed++) {
		if (!run_schedule(seed, FAULT_NONE, &truth))
			fail_msg("schedule %u", (unsigned)seed);
		foreign_ns += truth.foreign_ns;
		migrations += truth.migrations;
		waited_ns += truth.waited_ns;
	}
	/* or else nothing was tried */
	assert_true(foreign_ns > 0 && migrations > 0 && waited_ns > 0);
}

static void test_a_wrong_account_is_noticed(void **state)
{
	struct switch_report truth;

	for (enum fault fault = FAULT_NONE + 1; fault < FAULT_MAX; fault++) {
		unsigned n_wrong = 0;

		for (uint64_t seed = 1; seed <= N_SCHEDULES / 4; seed++)
			n_wrong += !run_schedule(seed, fault, &truth);
		print_message("fault %d: noticed in %u of %d schedules\n", (int)fault, n_wrong,
			N_SCHEDULES / 4);
		assert_true(n_wrong > N_SCHEDULES / 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_schedule_is_accounted_to_the_nanosecond),
		cmocka_unit_test(test_a_wrong_account_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
