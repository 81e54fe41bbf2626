/* Numbers from /proc, read without stdio: every page of the launcher counts. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * proc_run_delay() - how long a process waited for a CPU
 * @pid: process, a zombie too
 * @ret: nanoseconds
 *
 * Return: 0; errno of the file; -ENODATA when it holds something else.
 */
int proc_run_delay(pid_t pid, uint64_t *ret);

/**
 * proc_peak_kib() - largest resident set of the launcher since it was last reset
 *
 * Return: KiB (VmHWM); 0 when it cannot be read.
 */
uint64_t proc_peak_kib(void);

/**
 * proc_reset_peak() - let the peak start again from what is resident now
 *
 * Return: nothing; without the file the peak stays.
 */
void proc_reset_peak(void);

/**
 * proc_is_spared() - is this process protected when memory is out
 *
 * Return: true when its oom_score_adj is below 0.
 */
bool proc_is_spared(void);
