/* Whose time it was, CPU by CPU, between the exec and the exit of a run. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/cpuset.h"

#define CPU_TIMES_IDLE	  0
#define CPU_TIMES_UNKNOWN (-2) /* nothing was recorded on this CPU so far */

/* Inside the window every measured CPU's time is in one of these; switch-account.h has the words.
 */
struct cpu_sums {
	uint64_t own_ns, idle_ns, foreign_ns, elsewhere_ns, unseen_ns;
};

struct cpu_times;

/* Called with each piece of foreign time and the task that had it. */
typedef void (*cpu_times_foreign_fn)(pid_t tid, uint64_t time_ns, void *userdata);

/**
 * cpu_times_new() - all zero, nobody known to be anywhere
 * @cpus:     measured CPUs
 * @foreign:  not NULL
 * @userdata: for @foreign
 *
 * Return: owned by the caller; NULL without memory.
 */
struct cpu_times *cpu_times_new(
	const struct cpuset *cpus, cpu_times_foreign_fn foreign, void *userdata);

/**
 * cpu_times_begin() - forget everything
 * @t:        times
 * @begin_ns: from when on we look
 *
 * Return: nothing.
 */
void cpu_times_begin(struct cpu_times *t, uint64_t begin_ns);

/**
 * cpu_times_open() - the window begins
 * @t:       times
 * @exec_ns: now or earlier
 *
 * Return: nothing.
 */
void cpu_times_open(struct cpu_times *t, uint64_t exec_ns);

/**
 * cpu_times_close() - the window ends; what comes later does not count
 * @t:       times
 * @exit_ns: now
 *
 * Return: nothing.
 */
void cpu_times_close(struct cpu_times *t, uint64_t exit_ns);

/**
 * cpu_times_within() - how much of an interval is inside the window, as far as that is known
 * @t:       times
 * @from_ns: begin
 * @to_ns:   end
 *
 * Return: ns.
 */
uint64_t cpu_times_within(const struct cpu_times *t, uint64_t from_ns, uint64_t to_ns);

/**
 * cpu_times_measures() - is it one of the measured CPUs
 * @t:   times
 * @cpu: any number
 *
 * Return: true when it is.
 */
bool cpu_times_measures(const struct cpu_times *t, unsigned cpu);

/**
 * cpu_times_who() - which task is on a CPU
 * @t:   times
 * @cpu: measured
 *
 * Return: thread id, CPU_TIMES_IDLE or CPU_TIMES_UNKNOWN.
 */
pid_t cpu_times_who(const struct cpu_times *t, unsigned cpu);

/**
 * cpu_times_settle() - give a CPU's time up to now to the task on it
 * @t:      times
 * @cpu:    measured
 * @now_ns: not before the last call
 *
 * Return: nothing.
 */
void cpu_times_settle(struct cpu_times *t, unsigned cpu, uint64_t now_ns);

/**
 * cpu_times_put() - a task is on a CPU now
 * @t:      times
 * @cpu:    measured
 * @tid:    thread id, or CPU_TIMES_IDLE
 * @own:    it is one of the run's
 * @now_ns: since when; where nobody was known to be there: since the last record
 *
 * Return: nothing.
 */
void cpu_times_put(struct cpu_times *t, unsigned cpu, pid_t tid, bool own, uint64_t now_ns);

/**
 * cpu_times_claim() - from now on others' time on a CPU is in the run's way
 * @t:      times
 * @cpu:    measured
 * @now_ns: now
 *
 * Return: nothing.
 */
void cpu_times_claim(struct cpu_times *t, unsigned cpu, uint64_t now_ns);

/**
 * cpu_times_unclaim() - take back one cpu_times_claim()
 * @t:      times
 * @cpu:    measured
 * @now_ns: now
 *
 * Return: nothing.
 */
void cpu_times_unclaim(struct cpu_times *t, unsigned cpu, uint64_t now_ns);

/**
 * cpu_times_lose() - records before now are missing: nobody knows who was on this CPU
 * @t:      times
 * @cpu:    measured
 * @now_ns: now
 *
 * Return: nothing.
 */
void cpu_times_lose(struct cpu_times *t, unsigned cpu, uint64_t now_ns);

/**
 * cpu_times_finish() - settle all CPUs
 * @t:      times
 * @end_ns: now
 *
 * Return: the sums over all CPUs.
 */
struct cpu_sums cpu_times_finish(struct cpu_times *t, uint64_t end_ns);
