/* All knobs the engine can turn, in the order of setting. */
#include "daemon/env/knob-table.h"

#include <errno.h>

/* Adding a knob: a row in common/model/knob-desc.c, a file in knobs/ or a row in
 * knobs/plain-rows.c, a line here. */
static const struct knob *const knobs[] = {
	&knob_platform_profile,
	&knob_governor,
	&knob_turbo,
	&knob_frequency,
	&knob_energy_preference,
	&knob_energy_bias,
	&knob_idle_latency,
	&knob_resume_latency,
	&knob_affinity,
	&knob_workqueue_cpus,
	&knob_writeback_cpus,
	&knob_irq_default,
	&knob_watchdog_cpus,
	&knob_machinecheck_interval,
	&knob_nmi_watchdog,
	&knob_numa_balancing,
	&knob_perf_cpu_time,
	&knob_perf_sample_rate,
	&knob_sched_autogroup,
	&knob_sched_rt_throttle,
	&knob_timer_migration,
	&knob_vm_stat_interval,
	&knob_vm_swappiness,
	&knob_ksm_run,
	&knob_thp_defrag,
	&knob_thp_enabled,
	&knob_drop_caches,
	&knob_aslr,
};

static const struct knob_table table = {.knobs = knobs, .n = ARRAY_SIZE(knobs)};

const struct knob_table *knob_table(void)
{
	return &table;
}

const struct knob *knob_table_find(const struct knob_table *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (streq(t->knobs[i]->name, name))
			return t->knobs[i];
	return NULL;
}

static const struct knob_desc *desc_of(const struct knob *knob)
{
	return knob->desc ? knob->desc : knob_desc_find(knob->name);
}

enum knob_kind knob_kind(const struct knob *knob)
{
	const struct knob_desc *desc = desc_of(knob);

	return desc ? desc->kind : KNOB_STATE;
}

bool knob_outlives_boot(const struct knob *knob)
{
	const struct knob_desc *desc = desc_of(knob);

	return desc && desc->outlives_boot;
}

bool knob_holds(const struct knob *knob, struct host *h, const char *target, const char *value,
	const char *seen)
{
	return knob->holds ? knob->holds(h, target, value, seen) : streq(value, seen);
}

char *knob_show(const struct knob *knob, struct host *h, const char *target, const char *value)
{
	if (!value)
		return NULL;
	return knob->show ? knob->show(h, target, value) : strdup(value);
}

bool knob_is_absent(int r)
{
	return r == -ENOENT || r == -ESRCH || r == -ENODEV;
}
