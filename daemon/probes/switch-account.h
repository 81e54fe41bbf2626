/*
 * What happened on the CPUs during one run, from the kernel's records in order of time.
 *
 * Pure: no clock, no system call, no allocation by run length. The window of a run is from its
 * first exec to the exit of the last thread of its main process. Inside it every measured CPU's
 * time is one of
 *
 *   own        tasks of the run were on it: the main process and all that descends from it
 *   idle
 *   foreign    other tasks were on it, in the run's way
 *   elsewhere  other tasks were on it, not in the run's way
 *   unseen     records were lost, or nobody entered or left the CPU: it is not known who was on it
 *
 * and the five add up to the window. What is in the run's way:
 *
 *   pinned      everything on a CPU where one of the run's tasks ran last, from the moment it first
 *               ran there until it ran on another CPU or ended. Nobody else is meant to be there,
 *               so what runs while the task sleeps (and cools its caches, or delays its waking)
 *               counts too. A measured CPU which the run did not use does not count.
 *   not pinned  what ran on a CPU from which one of the run's tasks had been preempted, until that
 *               task ran again, there or elsewhere. On a shared machine somebody else's work during
 *               a sleep is no disturbance. The wait between waking up and running is not in it,
 *               as the records do not tell when a task woke up: schedstat's run_delay does.
 *
 * One CPU counts once, however many tasks of the run wait for it. Interrupts and time taken by the
 * hypervisor are inside own, foreign and idle: whoever was on the CPU is charged.
 */
#pragma once

#include "common/base/cpuset.h"
#include "common/model/run.h"
#include "daemon/probes/switch-record.h"
#include "daemon/probes/task-table.h"

struct switch_account;

/* What the records say about one run. Times are CLOCK_MONOTONIC ns. */
struct switch_report {
	bool exec_seen, exit_seen;
	uint64_t exec_ns; /* first COMM_EXEC of the main process: the launcher's; a later one, of a
			     wrapper or a "#!" line, is part of the run */
	uint64_t exit_ns; /* EXIT of the last thread of the main process */
	uint64_t tree_exit_ns; /* EXIT of the last task of the run; 0 when one has not been seen */
	uint64_t own_ns;       /* see above, all CPUs together, as are the next four */
	uint64_t idle_ns, foreign_ns, elsewhere_ns, unseen_ns;
	uint64_t preempted_ns; /* the main thread wanted to run and did not: from being preempted on
				  until it ran again */
	uint64_t waited_ns;    /* the same, summed over all tasks of the run */
	uint64_t migrations;   /* times a task of the run came back on another CPU */
	uint64_t n_records, lost;
	struct culprit culprits[RUN_CULPRITS_MAX]; /* largest first; sum to foreign_ns or less */
	unsigned n_culprits;
	unsigned n_cpus;    /* measured CPUs */
	bool others_hidden; /* other PID namespaces look idle: foreign, elsewhere and idle are void
			     */
};

/**
 * switch_account_new() - an account for runs on some CPUs
 * @ret:    owned by the caller
 * @cpus:   measured CPUs
 * @pinned: the run can be nowhere else; decides what is foreign
 * @lookup: copied; asked while records are fed and at the end; NULL: only records name tasks
 *
 * Return: 0; -ENOMEM.
 */
int switch_account_new(struct switch_account **ret, const struct cpuset *cpus, bool pinned,
	const struct task_lookup *lookup);

/**
 * switch_account_begin() - forget the last run
 * @a:        account
 * @begin_ns: older records are ignored
 *
 * Return: nothing.
 */
void switch_account_begin(struct switch_account *a, uint64_t begin_ns);

/**
 * switch_account_follow() - say which process is the run; before the first switch_account_feed()
 * @a:        account
 * @main:     pid of the main process
 * @since_ns: when it was forked, or a time shortly before; what had this pid earlier is foreign
 *
 * Return: nothing.
 */
void switch_account_follow(struct switch_account *a, pid_t main, uint64_t since_ns);

/**
 * switch_account_feed() - account one record
 * @a:      account that follows a process
 * @record: not older than the last one; if it is, it counts as of the last one's time
 *
 * Return: nothing.
 */
void switch_account_feed(struct switch_account *a, const struct switch_record *record);

/**
 * switch_account_finish() - close the account
 * @a:      account
 * @end_ns: records are complete up to here
 * @ret:    always written; lost and others_hidden only as far as the account knows
 *
 * Return: 0; -ENODATA: exec or exit of the main process was not among the records.
 */
int switch_account_finish(struct switch_account *a, uint64_t end_ns, struct switch_report *ret);

/**
 * switch_account_free() - free the account
 * @a: or NULL
 *
 * Return: NULL.
 */
struct switch_account *switch_account_free(struct switch_account *a);
