/* Every task of the machine: who it is, and which CPUs it may use. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/cpuset.h"

#define TASK_COMM_MAX 64 /* the kernel's 16, but kernel workers show a longer name */

struct task {
	pid_t tid;
	pid_t parent; /* process id of the parent; 0 for the first ones */
	char state;   /* as in proc(5): 'R', 'S', 'Z', ... */
	unsigned flags;
	uint64_t start_ticks; /* since boot; with the tid it names a task for good */
	char comm[TASK_COMM_MAX];
};

/**
 * task_read() - read /proc/TID/stat
 * @tid: process or thread
 * @ret: written only on success
 *
 * Return: 0; -ESRCH: gone; -EIO: not understood.
 */
int task_read(pid_t tid, struct task *ret);

/**
 * task_is_fixed() - has the kernel forbidden to change a task's CPUs
 * @t: task
 *
 * Return: true for per-CPU kernel threads and workers (PF_NO_SETAFFINITY).
 */
bool task_is_fixed(const struct task *t);

/**
 * task_is_over() - has a task ended and only waits for its parent
 * @t: task
 *
 * Return: true for zombies.
 */
bool task_is_over(const struct task *t);

/**
 * task_process() - process a thread belongs to
 * @tid: process or thread
 *
 * Return: process id; -ESRCH.
 */
pid_t task_process(pid_t tid);

/**
 * task_cpus_now() - CPUs a task may use, without those that are not active; one system call
 * @tid: process or thread
 * @ret: written only on success
 *
 * Return: 0; -ESRCH; errno of sched_getaffinity.
 */
int task_cpus_now(pid_t tid, struct cpuset *ret);

/**
 * task_cpus_allowed() - the whole mask, offline CPUs too, as it must be given back
 * @tid: process or thread
 * @ret: written only on success
 *
 * Return: 0; -ESRCH; -EIO.
 */
int task_cpus_allowed(pid_t tid, struct cpuset *ret);

/**
 * task_cpus_set() - change the CPUs a task may use
 * @tid:  process or thread
 * @cpus: the kernel leaves out those the task's cpuset does not have
 *
 * Return: 0; -ESRCH; -EINVAL: the kernel does not let this task be moved there; -EPERM.
 */
int task_cpus_set(pid_t tid, const struct cpuset *cpus);

/* Returns 0 to go on, anything else to end the walk with it. */
typedef int (*task_visit_fn)(pid_t tid, pid_t process, void *userdata);

/**
 * tasks_visit() - call a function for every thread of every process
 * @visit:    called once for each; tasks that come or go meanwhile may be missed
 * @userdata: for @visit
 *
 * Return: 0; what @visit returned; errno of reading /proc.
 */
int tasks_visit(task_visit_fn visit, void *userdata);
