/* Who ran when on the measured CPUs: the kernel's own records of exec, exit and every switch. */
#pragma once

#include <systemd/sd-event.h>

#include "common/base/cpuset.h"
#include "common/base/error.h"
#include "daemon/probes/switch-account.h"

struct switches;

/**
 * switches_open() - one software dummy event and ring per CPU
 * @ret:    owned by the caller
 * @event:  for draining the rings when half full, so that a run may last; borrowed for the life
 *          of @ret; NULL: a ring that fills up loses records, and the report says so
 * @cpus:   measured CPUs: those the run is pinned to, else all that are online
 * @pinned: the run can be nowhere else than on @cpus
 * @e:      filled on failure
 *
 * Nothing is recorded between switches_collect() and the next switches_begin().
 *
 * Return: 0; -EACCES, -EPERM: not allowed to (perf_event_paranoid); -ENOMEM; errno of
 * perf_event_open or mmap.
 */
int switches_open(struct switches **ret, sd_event *event, const struct cpuset *cpus, bool pinned,
	struct error *e);

/**
 * switches_open_sized() - the same with a chosen size of the rings
 * @ret:    as above
 * @event:  as above
 * @cpus:   as above
 * @pinned: as above
 * @size:   bytes per CPU, a power of two of pages; halved while mlock limits refuse it
 * @e:      filled on failure
 *
 * Return: as above.
 */
int switches_open_sized(struct switches **ret, sd_event *event, const struct cpuset *cpus,
	bool pinned, size_t size, struct error *e);

/**
 * switches_begin() - forget all records so far: a run is about to start
 * @s:        open
 * @launcher: its next clone is the main process, so that long runs can be accounted while they
 *            last; 0: unknown, then a run is accounted as far as the rings reach
 *
 * Return: 0; errno of enabling the events.
 */
int switches_begin(struct switches *s, pid_t launcher);

/**
 * switches_collect() - read the rings and account one run; recording stops
 * @s:    open and begun
 * @main: pid of the run's main process
 * @ret:  always written; what each field means: switch-account.h
 *
 * Call it when the last process of the run has ended, so that its EXIT is there. The launcher and
 * steadyd are foreign too: their time is named as theirs. Tasks that no record named are called
 * what /proc says now, those that are gone by then like their parent or else "pid N".
 *
 * Return: 0; -ENODATA: exec or exit of @main is not among the records.
 */
int switches_collect(struct switches *s, pid_t main, struct switch_report *ret);

/**
 * switches_free() - close events and rings
 * @s: or NULL
 *
 * Return: NULL.
 */
struct switches *switches_free(struct switches *s);
