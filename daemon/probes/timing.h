/* From what was recorded about a run to the numbers in its row: kernel stamps first, else clocks.
 */
#pragma once

#include "daemon/probes/switch-account.h"
#include "daemon/runner/runner.h"

/**
 * timing_fill() - wall, own and wall-tree of a run, and the evidence that comes with them
 * @run:     metrics are taken over from @outcome, then the three are set; evidence is set but for
 *           steal and daemon_wakeups; kernel_timing is set
 * @outcome: of the runner
 * @report:  of switches_collect() if that returned 0, else NULL: clocks
 * @reason:  why there is no report, for people; read only without one
 *
 * By the kernel: wall is from exec to the exit of the main process, own the CPU time of the run's
 * tasks in between (unavailable when records were lost), and foreign what switch-account.h says
 * (a lower bound then). By clocks: wall is from the stamp in the child just before exec to the
 * launcher's stamp of its end, own is unavailable, and foreign is the time the main process waited
 * for a CPU (schedstat run_delay), whoever had it: its own children too, and the wait before exec.
 * That is also foreign where the records hide what runs in other PID namespaces.
 *
 * n_cpus is how many CPUs the run kept busy or waiting on average, at least 1: a disturbance of
 * one CPU weighs the same however many were reserved.
 *
 * Return: nothing.
 */
void timing_fill(struct run *run, const struct run_outcome *outcome,
	const struct switch_report *report, const char *reason);
