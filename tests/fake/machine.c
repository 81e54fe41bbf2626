/* A fake machine whose knobs pull at each other. */
#include "tests/fake/machine.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

#include "tests/unit/cmocka-all.h"

#define BASE_MHZ    2000u
#define LOWEST_MHZ  800u
#define HIGHEST_MHZ 3600u

struct machine_power *machine_power;

void machine_start(void)
{
	machine_power = mmap(NULL, sizeof(*machine_power), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(machine_power != MAP_FAILED);
}

void machine_set(char *word, const char *value)
{
	memset(word, 0, MACHINE_WORD_MAX);
	(void)snprintf(word, MACHINE_WORD_MAX, "%s", value);
}

struct machine machine_boot_defaults(const char *firmware)
{
	struct machine m = {
		.smt = "on",
		.profile = "balanced",
		.governor = {"ondemand", "ondemand"},
		.turbo = "on",
		.min_mhz = LOWEST_MHZ,
		.max_mhz = HIGHEST_MHZ,
	};

	machine_set(m.firmware, firmware);
	return m;
}

void machine_step(void)
{
	if (++machine_power->step == machine_power->cut_before)
		_exit(MACHINE_CUT);
}

const char *machine_text(const struct machine *m, char *ret, size_t size)
{
	(void)snprintf(ret, size,
		"smt %s, profile %s, governors %s %s, turbo %s, %u-%u, firmware %s", m->smt,
		m->profile, m->governor[0], m->governor[1], m->turbo, m->min_mhz, m->max_mhz,
		m->firmware);
	return ret;
}

static struct machine *now(void)
{
	return &machine_power->machine;
}

static int give_word(const char *word, char **ret)
{
	*ret = strdup(word);
	return *ret ? 0 : -ENOMEM;
}

static bool is(const char *word, const char *other)
{
	return strcmp(word, other) == 0;
}

static bool has_cpu(unsigned cpu)
{
	return cpu == 0 || is(now()->smt, "on");
}

static int probe_one(struct host *h, const char *want, struct strv *targets, const char **reason)
{
	return strv_push(targets, KNOB_SYSTEM);
}

static int where_one(struct host *h, const char *target, char **ret)
{
	return give_word(target, ret);
}

static int smt_read(struct host *h, const char *target, char **ret)
{
	return give_word(now()->smt, ret);
}

static int smt_apply(struct host *h, const char *target, const char *value)
{
	machine_step();
	if (!is(value, now()->smt))
		machine_set(now()->governor[1], "ondemand");
	machine_set(now()->smt, value);
	return 0;
}

static int profile_read(struct host *h, const char *target, char **ret)
{
	return give_word(now()->profile, ret);
}

static int profile_apply(struct host *h, const char *target, const char *value)
{
	machine_step();
	machine_set(now()->profile, value);
	for (unsigned cpu = 0; cpu < MACHINE_CPUS; cpu++)
		if (has_cpu(cpu))
			machine_set(now()->governor[cpu],
				is(value, "quiet") ? "powersave" : "ondemand");
	return 0;
}

static int governor_probe(
	struct host *h, const char *want, struct strv *targets, const char **reason)
{
	int r = 0;

	for (unsigned cpu = 0; cpu < MACHINE_CPUS && r >= 0; cpu++)
		if (has_cpu(cpu))
			r = strv_pushf(targets, "cpu%u", cpu);
	return r;
}

static int governor_read(struct host *h, const char *target, char **ret)
{
	unsigned cpu = target[3] == '1';

	return has_cpu(cpu) ? give_word(now()->governor[cpu], ret) : -ENOENT;
}

static int governor_apply(struct host *h, const char *target, const char *value)
{
	unsigned cpu = target[3] == '1';

	machine_step();
	if (!has_cpu(cpu))
		return -ENOENT;
	machine_set(now()->governor[cpu], value);
	return 0;
}

static int turbo_read(struct host *h, const char *target, char **ret)
{
	return give_word(now()->turbo, ret);
}

static void squash_limits(void)
{
	if (is(now()->turbo, "on"))
		return;
	now()->max_mhz = MIN_OF(now()->max_mhz, BASE_MHZ);
	now()->min_mhz = MIN_OF(now()->min_mhz, now()->max_mhz);
}

static int turbo_apply(struct host *h, const char *target, const char *value)
{
	machine_step();
	machine_set(now()->turbo, value);
	squash_limits();
	return 0;
}

static int limits_read(struct host *h, const char *target, char **ret)
{
	return asprintf(ret, "%u %u", now()->min_mhz, now()->max_mhz) < 0 ? -ENOMEM : 0;
}

/* Two writes, and a cut may come between them. */
static int limits_apply(struct host *h, const char *target, const char *value)
{
	unsigned min_mhz, max_mhz;
	bool is_raising;

	if (sscanf(value, "%u %u", &min_mhz, &max_mhz) != 2 || min_mhz > max_mhz)
		return -EINVAL;
	is_raising = max_mhz > now()->max_mhz;
	machine_step();
	if (is_raising)
		now()->max_mhz = max_mhz;
	else
		now()->min_mhz = min_mhz;
	squash_limits();
	machine_step();
	if (is_raising)
		now()->min_mhz = min_mhz;
	else
		now()->max_mhz = max_mhz;
	squash_limits();
	return 0;
}

static int firmware_read(struct host *h, const char *target, char **ret)
{
	return give_word(now()->firmware, ret);
}

static int firmware_apply(struct host *h, const char *target, const char *value)
{
	machine_step();
	machine_set(now()->firmware, value);
	machine_set(now()->turbo, "on");
	return 0;
}

#define DESC(variable, text, outlives)                                                             \
	static const struct knob_desc variable = {                                                 \
		.name = (text), .kind = KNOB_STATE, .outlives_boot = (outlives), .help = "Fake."}

DESC(firmware_desc, "firmware", true);
DESC(smt_desc, "smt", false);
DESC(profile_desc, "profile", false);
DESC(governor_desc, "governor", false);
DESC(turbo_desc, "turbo", false);
DESC(limits_desc, "limits", false);

/* Given back in plain reverse order, so that repeating it has to do the rest. */
#define KNOB(variable, text, n, probe_fn)                                                          \
	static const struct knob variable##_knob = {                                               \
		.name = (text),                                                                    \
		.desc = &variable##_desc,                                                          \
		.rank = (n),                                                                       \
		.back = 100 - (n),                                                                 \
		.coupled = true,                                                                   \
		.probe = (probe_fn),                                                               \
		.read = variable##_read,                                                           \
		.apply = variable##_apply,                                                         \
		.where = where_one,                                                                \
	}

KNOB(firmware, "firmware", 10, probe_one);
KNOB(smt, "smt", 20, probe_one);
KNOB(profile, "profile", 30, probe_one);
KNOB(governor, "governor", 40, governor_probe);
KNOB(turbo, "turbo", 50, probe_one);
KNOB(limits, "limits", 60, probe_one);

const struct knob_table *machine_knobs(void)
{
	static const struct knob *const knobs[] = {&firmware_knob, &smt_knob, &profile_knob,
		&governor_knob, &turbo_knob, &limits_knob};
	static const struct knob_table table = {.knobs = knobs, .n = ARRAY_SIZE(knobs)};

	return &table;
}
