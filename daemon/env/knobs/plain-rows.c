/* The knobs that are nothing but a kernel file. */
#include "daemon/env/knob-table.h"
#include "daemon/env/knobs/plain.h"

#define PROC_SYS "/proc/sys/"
#define THP	 "/sys/kernel/mm/transparent_hugepage/"

static const struct plain_word on_off[] = {{"on", "1"}, {"off", "0"}, {0}};
static const struct plain_word words_ksm[] = {{"on", "1"}, {"off", "0"}, {"unmerge", "2"}, {0}};
static const struct plain_word words_throttle[] = {{"off", "-1"}, {0}};

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
