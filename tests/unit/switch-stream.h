/* Streams of switch records made by hand, for the tests of their accounting. */
#pragma once

#include <errno.h>

#include "common/base/macro.h"
#include "daemon/probes/switch-account.h"
#include "tests/unit/cmocka-all.h"

#define MAIN	 100
#define LAUNCHER 50
#define HOG	 70

struct fixture {
	struct switch_account *account;
	struct switch_report report;
};

static inline void start(struct fixture *f, const char *cpus, bool pinned)
{
	struct cpuset set;

	assert_int_equal(cpuset_parse(cpus, &set), 0);
	assert_int_equal(switch_account_new(&f->account, &set, pinned, NULL), 0);
	switch_account_begin(f->account, 0);
	switch_account_follow(f->account, MAIN, 0);
}

static inline int finish(struct fixture *f, uint64_t end_ns)
{
	int r = switch_account_finish(f->account, end_ns, &f->report);

	f->account = switch_account_free(f->account);
	return r;
}

static inline void fork_task(
	struct fixture *f, unsigned cpu, uint64_t t, pid_t parent, pid_t pid, pid_t tid)
{
	switch_account_feed(f->account,
		&(struct switch_record){.type = SWITCH_RECORD_FORK,
			.cpu = cpu,
			.time_ns = t,
			.pid = pid,
			.tid = tid,
			.other_tid = parent,
			.current_tid = parent});
}

static inline void switch_to(
	struct fixture *f, unsigned cpu, uint64_t t, pid_t from, pid_t to, bool preempted)
{
	struct switch_record record = {.type = SWITCH_RECORD_OUT,
		.cpu = cpu,
		.time_ns = t,
		.pid = from,
		.tid = from,
		.other_tid = to,
		.current_tid = from,
		.preempted = preempted};

	/* The kernel leaves out what the idle task itself would say. */
	if (from != 0)
		switch_account_feed(f->account, &record);
	if (to == 0)
		return;

	record = (struct switch_record){.type = SWITCH_RECORD_IN,
		.cpu = cpu,
		.time_ns = t,
		.pid = to,
		.tid = to,
		.other_tid = from,
		.current_tid = to};
	switch_account_feed(f->account, &record);
}

static inline void name_task(
	struct fixture *f, unsigned cpu, uint64_t t, pid_t tid, const char *name, bool exec)
{
	struct switch_record record = {.type = SWITCH_RECORD_COMM,
		.cpu = cpu,
		.time_ns = t,
		.pid = tid,
		.tid = tid,
		.current_tid = tid,
		.exec = exec};

	strcpy(record.name, name);
	switch_account_feed(f->account, &record);
}

static inline void exit_task(struct fixture *f, unsigned cpu, uint64_t t, pid_t pid, pid_t tid)
{
	switch_account_feed(f->account,
		&(struct switch_record){.type = SWITCH_RECORD_EXIT,
			.cpu = cpu,
			.time_ns = t,
			.pid = pid,
			.tid = tid,
			.current_tid = tid});
}

/* The main process is put on a CPU at 900 and is there by exec at 1000. */
static inline void exec_main(struct fixture *f, unsigned cpu)
{
	switch_to(f, cpu, 900, 0, MAIN, false);
	name_task(f, cpu, 1000, MAIN, "work", true);
}

static inline void assert_adds_up(const struct fixture *f)
{
	const struct switch_report *r = &f->report;

	assert_int_equal(r->own_ns + r->idle_ns + r->foreign_ns + r->elsewhere_ns + r->unseen_ns,
		(r->exit_ns - r->exec_ns) * r->n_cpus);
}
