/* Every knob steady can turn: the rows. */
#include "common/model/knob-desc.h"

#include <errno.h>
#include <stdint.h>

#include "common/base/cpuset.h"
#include "common/base/macro.h"
#include "common/base/quantity.h"
#include "common/base/strv.h"

static const char *const words_on_off[] = {"on", "off", NULL};
static const char *const words_frequency[] = {"base", "min", "max", NULL};
static const char *const words_affinity[] = {"auto", NULL};
static const char *const words_drop[] = {"pagecache", "slab", "all", NULL};
static const char *const words_off[] = {"off", NULL};
static const char *const words_cpus[] = {"all", "housekeeping", NULL};
static const char *const words_latency[] = {"unlimited", "0us", NULL};
static const char *const words_preference[] = {
	"performance", "balance_performance", "balance_power", "power", NULL};
static const char *const words_bias[] = {
	"performance", "balance-performance", "normal", "balance-power", "power", NULL};
static const char *const words_platform[] = {"low-power", "cool", "quiet", "balanced",
	"balanced-performance", "performance", "max-power", NULL};
static const char *const words_ksm[] = {"on", "off", "unmerge", NULL};
static const char *const words_thp[] = {"always", "madvise", "never", NULL};
static const char *const words_defrag[] = {
	"always", "defer", "defer+madvise", "madvise", "never", NULL};
static const char *const parts_affinity[] = {"count", "cpus", NULL};

static int check_governor(const char *want, struct error *e)
{
	if (*want && strspn(want, "abcdefghijklmnopqrstuvwxyz_-") == strlen(want))
		return 0;
	return error_setf(
		e, -EINVAL, "'%s' is not the name of a governor (such as performance)", want);
}

static int check_frequency(const char *want, struct error *e)
{
	uint64_t khz;

	if (quantity_frequency_khz(want, &khz) >= 0 && khz > 0)
		return 0;
	return error_setf(
		e, -EINVAL, "'%s' is not base, min, max or a frequency such as 2000MHz", want);
}

static int check_latency(const char *want, struct error *e)
{
	uint64_t ns;

	if (quantity_duration_ns(want, &ns) >= 0 && ns <= NSEC_PER_SEC)
		return 0;
	return error_setf(e, -EINVAL, "'%s' is not a latency from 0us to 1s", want);
}

static int check_stat_interval(const char *want, struct error *e)
{
	uint64_t ns;

	if (quantity_duration_ns(want, &ns) >= 0 && ns > 0 && ns <= 86400 * NSEC_PER_SEC &&
		ns % NSEC_PER_SEC == 0)
		return 0;
	return error_setf(
		e, -EINVAL, "'%s' is not a duration from 1s to 1d in whole seconds", want);
}

static int check_throttle(const char *want, struct error *e)
{
	uint64_t ns;

	if (quantity_duration_ns(want, &ns) >= 0 && ns >= NSEC_PER_MSEC && ns <= NSEC_PER_SEC)
		return 0;
	return error_setf(e, -EINVAL, "'%s' is not off or a duration from 1ms to 1s", want);
}

static int check_interval(const char *want, struct error *e)
{
	if (check_stat_interval(want, NULL) >= 0)
		return 0;
	return error_setf(
		e, -EINVAL, "'%s' is not off or a duration from 1s to 1d in whole seconds", want);
}

static int check_resume_latency(const char *want, struct error *e)
{
	uint64_t ns;

	if (quantity_duration_ns(want, &ns) >= 0 && ns > 0 && ns <= NSEC_PER_SEC)
		return 0;
	return error_setf(e, -EINVAL, "'%s' is not unlimited, 0us or a latency up to 1s", want);
}

static int check_cpus(const char *want, struct error *e)
{
	struct cpuset cpus;

	if (cpuset_parse(want, &cpus) >= 0 && cpuset_count(&cpus) > 0)
		return 0;
	return error_setf(
		e, -EINVAL, "'%s' is not all, housekeeping or a list of CPUs such as 0-1", want);
}

static int check_affinity(const char *want, struct error *e)
{
	struct cpuset cpus;
	uint64_t count;

	if (strncmp(want, "count=", 6) == 0 && quantity_u64(want + 6, &count) >= 0 && count > 0 &&
		count < CPUSET_CPUS_MAX)
		return 0;
	if (strncmp(want, "cpus=", 5) == 0 && cpuset_parse(want + 5, &cpus) >= 0 &&
		cpuset_count(&cpus) > 0)
		return 0;
	return error_setf(e, -EINVAL, "'%s' is not auto, {count: 1} or {cpus: 2-3}", want);
}

static const struct knob_desc descs[] = {
	{
		.name = "aslr",
		.kind = KNOB_RUN,
		.choices = words_on_off,
		.help = "Address space layout randomisation of the workload's processes.",
	},
	{
		.name = "cpu.affinity",
		.kind = KNOB_STATE,
		.choices = words_affinity,
		.parts = parts_affinity,
		.check = check_affinity,
		.help = "Pins the workload to CPUs of its own and moves every other task off them.",
	},
	{
		.name = "cpu.energy-bias",
		.kind = KNOB_STATE,
		.choices = words_bias,
		.max = 15,
		.help = "Whether a CPU leans to speed (0) or to saving power (15).",
	},
	{
		.name = "cpu.energy-preference",
		.kind = KNOB_STATE,
		.choices = words_preference,
		.help = "Whether the CPU itself chooses frequencies for speed or for saving power.",
	},
	{
		.name = "cpu.frequency",
		.kind = KNOB_STATE,
		.unit = "kHz",
		.choices = words_frequency,
		.check = check_frequency,
		.help = "Fixes the lowest and the highest frequency of every CPU to one value.",
	},
	{
		.name = "cpu.governor",
		.kind = KNOB_STATE,
		.check = check_governor,
		.help = "The kernel's policy for choosing a CPU frequency.",
	},
	{
		.name = "cpu.idle-latency",
		.kind = KNOB_HELD,
		.unit = "us",
		.check = check_latency,
		.help = "Longest time a CPU may take to wake up from idle.",
	},
	{
		.name = "cpu.resume-latency",
		.kind = KNOB_STATE,
		.unit = "us",
		.choices = words_latency,
		.check = check_resume_latency,
		.help = "Longest time each CPU may take to wake up, as the kernel keeps it per "
			"CPU.",
	},
	{
		.name = "cpu.turbo",
		.kind = KNOB_STATE,
		.choices = words_on_off,
		.help = "Frequencies above the base frequency, as long as heat and power allow.",
	},
	{
		.name = "irq.default",
		.kind = KNOB_STATE,
		.choices = words_cpus,
		.check = check_cpus,
		.takes = "a list of CPUs such as 0-1",
		.help = "CPUs that take the interrupts of devices that come from now on.",
	},
	{
		.name = "kernel.nmi-watchdog",
		.kind = KNOB_STATE,
		.choices = words_on_off,
		.help = "The watchdog that takes a performance counter on every CPU.",
	},
	{
		.name = "kernel.timer-migration",
		.kind = KNOB_STATE,
		.choices = words_on_off,
		.help = "Timers of idle CPUs move to busy ones.",
	},
	{
		.name = "kernel.watchdog-cpus",
		.kind = KNOB_STATE,
		.choices = words_cpus,
		.check = check_cpus,
		.takes = "a list of CPUs such as 0-1",
		.help = "CPUs on which the kernel looks for lock-ups.",
	},
	{
		.name = "ksm.run",
		.kind = KNOB_STATE,
		.choices = words_ksm,
		.help = "The kernel looks for equal pages and merges them.",
	},
	{
		.name = "machinecheck.interval",
		.kind = KNOB_STATE,
		.unit = "s",
		.choices = words_off,
		.check = check_interval,
		.help = "How often every CPU is asked for corrected errors.",
	},
	{
		.name = "numa.balancing",
		.kind = KNOB_STATE,
		.choices = words_on_off,
		.help = "The kernel moves memory to the node of the CPU that uses it.",
	},
	{
		.name = "perf.cpu-time",
		.kind = KNOB_STATE,
		.min = 1,
		.max = 99,
		.help = "Percentage of a CPU that sampling may take before the kernel lowers its "
			"rate.",
	},
	{
		.name = "perf.sample-rate",
		.kind = KNOB_STATE,
		.min = 1,
		.max = 1000000,
		.help = "Most samples a second that perf may take.",
	},
	{
		.name = "platform.profile",
		.kind = KNOB_STATE,
		.choices = words_platform,
		.help = "The firmware's balance of speed, heat and noise.",
	},
	{
		.name = "sched.autogroup",
		.kind = KNOB_STATE,
		.choices = words_on_off,
		.help = "Each session gets an equal share of a CPU; nice acts only within it.",
	},
	{
		.name = "sched.rt-throttle",
		.kind = KNOB_STATE,
		.unit = "us",
		.choices = words_off,
		.check = check_throttle,
		.help = "How much of each period (usually 1s) real-time tasks may take.",
	},
	{
		.name = "thp.defrag",
		.kind = KNOB_STATE,
		.choices = words_defrag,
		.help = "How hard the kernel works at once to get a huge page.",
	},
	{
		.name = "thp.enabled",
		.kind = KNOB_STATE,
		.choices = words_thp,
		.help = "Transparent huge pages.",
	},
	{
		.name = "vm.drop-caches",
		.kind = KNOB_ACTION,
		.choices = words_drop,
		.help = "Writes back dirty pages and drops clean caches once before the first run.",
	},
	{
		.name = "vm.stat-interval",
		.kind = KNOB_STATE,
		.unit = "s",
		.check = check_stat_interval,
		.help = "How often every CPU adds up its memory statistics.",
	},
	{
		.name = "vm.swappiness",
		.kind = KNOB_STATE,
		.max = 200,
		.help = "How readily memory is swapped out instead of caches being dropped.",
	},
	{
		.name = "workqueue.cpus",
		.kind = KNOB_STATE,
		.choices = words_cpus,
		.check = check_cpus,
		.takes = "a list of CPUs such as 0-1",
		.help = "CPUs on which the kernel does deferred work that is bound to none.",
	},
	{
		.name = "writeback.cpus",
		.kind = KNOB_STATE,
		.choices = words_cpus,
		.check = check_cpus,
		.takes = "a list of CPUs such as 0-1",
		.help = "CPUs on which dirty pages are written back.",
	},
};

const struct knob_desc *knob_desc_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(descs); i++)
		if (streq(descs[i].name, name))
			return &descs[i];
	return NULL;
}

const struct knob_desc *knob_desc_all(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(descs);
	return descs;
}

int knob_desc_check(const struct knob_desc *desc, const char *want, struct error *e)
{
	CLEANUP_STRV struct strv words = {0};
	CLEANUP_FREE char *list = NULL;
	uint64_t number;

	for (size_t i = 0; desc->choices && desc->choices[i]; i++) {
		if (streq(desc->choices[i], want))
			return 0;
		if (strv_push(&words, desc->choices[i]) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	}
	if (desc->max > 0 && quantity_u64(want, &number) >= 0 && number >= desc->min &&
		number <= desc->max)
		return 0;
	if (desc->check)
		return desc->check(want, e);
	if (desc->max > 0 &&
		strv_pushf(&words, "a whole number from %u to %u", desc->min, desc->max) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	list = strv_join(&words, ", ");
	return error_setf(e, -EINVAL, "'%s' is not one of: %s", want, list ? list : "");
}
