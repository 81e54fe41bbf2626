/* The knobs that are nothing but a kernel file. */
#include "daemon/env/knob-table.h"
#include "daemon/env/knobs/plain.h"

#define PROC_SYS "/proc/sys/"
#define THP	 "/sys/kernel/mm/transparent_hugepage/"

#define CPU	  "/sys/devices/system/cpu/"
#define WORKQUEUE "/sys/devices/virtual/workqueue/"
#define ACPI	  "/sys/firmware/acpi/"

static const struct plain_word on_off[] = {{"on", "1"}, {"off", "0"}, {0}};
static const struct plain_word words_ksm[] = {{"on", "1"}, {"off", "0"}, {"unmerge", "2"}, {0}};
static const struct plain_word words_throttle[] = {{"off", "-1"}, {0}};

static const struct plain_word words_interval[] = {{"off", "0"}, {0}};
static const struct plain_word words_bias[] = {{"performance", "0"}, {"balance-performance", "4"},
	{"normal", "6"}, {"balance-power", "8"}, {"power", "15"}, {0}};

/* To the kernel 0 means any latency, and none has a word of its own. */
static const struct plain_word words_latency[] = {{"unlimited", "0"}, {"0us", "n/a"}, {0}};

/* The functions of a knob do not know their row: each row has its own, that call the common ones.
 * What follows the ranks is the row. */
#define PLAIN_KNOB(id, label, rank_, back_, coupled_, ...)                                         \
	static const struct plain plain_##id = {__VA_ARGS__};                                      \
	static int id##_probe(                                                                     \
		struct host *h, const char *want, struct strv *targets, const char **reason)       \
	{                                                                                          \
		return plain_probe(&plain_##id, h, targets, reason);                               \
	}                                                                                          \
	static int id##_resolve(struct host *h, const char *target, const char *want, char **ret)  \
	{                                                                                          \
		return plain_resolve(&plain_##id, h, target, want, ret);                           \
	}                                                                                          \
	static int id##_read(struct host *h, const char *target, char **ret)                       \
	{                                                                                          \
		return plain_read(&plain_##id, h, target, ret);                                    \
	}                                                                                          \
	static int id##_apply(struct host *h, const char *target, const char *value)               \
	{                                                                                          \
		return plain_apply(&plain_##id, h, target, value);                                 \
	}                                                                                          \
	static bool id##_holds(                                                                    \
		struct host *h, const char *target, const char *value, const char *seen)           \
	{                                                                                          \
		return plain_holds(&plain_##id, value, seen);                                      \
	}                                                                                          \
	static char *id##_show(struct host *h, const char *target, const char *value)              \
	{                                                                                          \
		return plain_show(&plain_##id, value);                                             \
	}                                                                                          \
	static int id##_where(struct host *h, const char *target, char **ret)                      \
	{                                                                                          \
		return plain_where(&plain_##id, h, target, ret);                                   \
	}                                                                                          \
	const struct knob knob_##id = {                                                            \
		.name = (label),                                                                   \
		.rank = (rank_),                                                                   \
		.back = (back_),                                                                   \
		.coupled = (coupled_),                                                             \
		.probe = id##_probe,                                                               \
		.resolve = id##_resolve,                                                           \
		.read = id##_read,                                                                 \
		.apply = id##_apply,                                                               \
		.holds = id##_holds,                                                               \
		.show = id##_show,                                                                 \
		.where = id##_where,                                                               \
	}

PLAIN_KNOB(numa_balancing, "numa.balancing", 70, 5, false, .file = PROC_SYS "kernel/numa_balancing",
	.words = on_off);

/* Read-only where there is no counter to drive it. */
PLAIN_KNOB(nmi_watchdog, "kernel.nmi-watchdog", 70, 5, false,
	.file = PROC_SYS "kernel/nmi_watchdog", .words = on_off);

PLAIN_KNOB(timer_migration, "kernel.timer-migration", 70, 5, false,
	.file = PROC_SYS "kernel/timer_migration", .words = on_off);

PLAIN_KNOB(sched_autogroup, "sched.autogroup", 70, 5, false,
	.file = PROC_SYS "kernel/sched_autogroup_enabled", .words = on_off);

PLAIN_KNOB(sched_rt_throttle, "sched.rt-throttle", 70, 5, false,
	.file = PROC_SYS "kernel/sched_rt_runtime_us", .form = PLAIN_DURATION,
	.words = words_throttle, .unit_ns = NSEC_PER_USEC, .unit = "us");

PLAIN_KNOB(vm_swappiness, "vm.swappiness", 70, 5, false, .file = PROC_SYS "vm/swappiness",
	.form = PLAIN_NUMBER);

PLAIN_KNOB(vm_stat_interval, "vm.stat-interval", 70, 5, false, .file = PROC_SYS "vm/stat_interval",
	.form = PLAIN_DURATION, .unit_ns = NSEC_PER_SEC, .unit = "s");

PLAIN_KNOB(thp_enabled, "thp.enabled", 75, 4, false, .file = THP "enabled", .form = PLAIN_BRACKETS);

PLAIN_KNOB(thp_defrag, "thp.defrag", 75, 4, false, .file = THP "defrag", .form = PLAIN_BRACKETS);

/* Giving back does not merge again what "unmerge" took apart: the kernel does, in time. */
PLAIN_KNOB(ksm_run, "ksm.run", 75, 4, false, .file = "/sys/kernel/mm/ksm/run", .words = words_ksm);

/* The kernel leaves isolated CPUs out of the mask in force, but not out of the one it was given. */
PLAIN_KNOB(workqueue_cpus, "workqueue.cpus", 64, 9, false, .file = WORKQUEUE "cpumask",
	.also = WORKQUEUE "cpumask_requested", .form = PLAIN_MASK);

PLAIN_KNOB(writeback_cpus, "writeback.cpus", 65, 8, false, .file = WORKQUEUE "writeback/cpumask",
	.form = PLAIN_MASK);

PLAIN_KNOB(irq_default, "irq.default", 66, 7, false, .file = "/proc/irq/default_smp_affinity",
	.form = PLAIN_MASK);

PLAIN_KNOB(watchdog_cpus, "kernel.watchdog-cpus", 67, 6, false,
	.file = PROC_SYS "kernel/watchdog_cpumask", .form = PLAIN_LIST);

/* One value for all CPUs, shown below each of them. */
PLAIN_KNOB(machinecheck_interval, "machinecheck.interval", 70, 5, false,
	.file = "/sys/devices/system/machinecheck/machinecheck0/check_interval",
	.form = PLAIN_DURATION, .words = words_interval, .unit_ns = NSEC_PER_SEC, .unit = "s");

/* The rate cannot be written while the share is 0 or 100: the share first, and last in giving
 * back. */
PLAIN_KNOB(perf_cpu_time, "perf.cpu-time", 70, 5, false,
	.file = PROC_SYS "kernel/perf_cpu_time_max_percent", .form = PLAIN_NUMBER);

PLAIN_KNOB(perf_sample_rate, "perf.sample-rate", 71, 4, false,
	.file = PROC_SYS "kernel/perf_event_max_sample_rate", .form = PLAIN_NUMBER);

/* Firmware may take frequency limits along. */
PLAIN_KNOB(platform_profile, "platform.profile", 15, 25, true, .file = ACPI "platform_profile",
	.accepted = ACPI "platform_profile_choices");

/* After the governor, which has its own preference. */
PLAIN_KNOB(energy_preference, "cpu.energy-preference", 23, 33, true,
	.file = CPU "cpufreq/policy*/energy_performance_preference",
	.accepted = CPU "cpufreq/policy*/energy_performance_available_preferences");

PLAIN_KNOB(energy_bias, "cpu.energy-bias", 24, 34, false, .file = CPU "cpu*/power/energy_perf_bias",
	.form = PLAIN_NUMBER, .words = words_bias);

PLAIN_KNOB(resume_latency, "cpu.resume-latency", 41, 21, false,
	.file = CPU "cpu*/power/pm_qos_resume_latency_us", .form = PLAIN_DURATION,
	.words = words_latency, .unit_ns = NSEC_PER_USEC, .unit = "us");
