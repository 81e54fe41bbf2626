/* All knobs the engine can turn. */
#pragma once

#include "daemon/env/knob.h"

/* A set of knobs; tests have their own. */
struct knob_table {
	const struct knob *const *knobs;
	size_t n;
};

extern const struct knob knob_affinity;
extern const struct knob knob_aslr;
extern const struct knob knob_drop_caches;
extern const struct knob knob_frequency;
extern const struct knob knob_governor;
extern const struct knob knob_idle_latency;
extern const struct knob knob_turbo;

/* In knobs/plain-rows.c. */
extern const struct knob knob_energy_bias;
extern const struct knob knob_energy_preference;
extern const struct knob knob_irq_default;
extern const struct knob knob_ksm_run;
extern const struct knob knob_machinecheck_interval;
extern const struct knob knob_nmi_watchdog;
extern const struct knob knob_numa_balancing;
extern const struct knob knob_perf_cpu_time;
extern const struct knob knob_perf_sample_rate;
extern const struct knob knob_platform_profile;
extern const struct knob knob_resume_latency;
extern const struct knob knob_sched_autogroup;
extern const struct knob knob_sched_rt_throttle;
extern const struct knob knob_thp_defrag;
extern const struct knob knob_thp_enabled;
extern const struct knob knob_timer_migration;
extern const struct knob knob_vm_stat_interval;
extern const struct knob knob_vm_swappiness;
extern const struct knob knob_watchdog_cpus;
extern const struct knob knob_workqueue_cpus;
extern const struct knob knob_writeback_cpus;

/**
 * knob_table() - the machine's knobs
 *
 * Return: static table, in the order of setting.
 */
const struct knob_table *knob_table(void);

/**
 * knob_table_find() - row by name
 * @t:    table
 * @name: as in profiles
 *
 * Return: static row; NULL when there is none.
 */
const struct knob *knob_table_find(const struct knob_table *t, const char *name);
