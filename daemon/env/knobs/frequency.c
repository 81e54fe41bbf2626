/* cpu.frequency: one value for the lowest and the highest frequency of every policy. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/base/quantity.h"
#include "daemon/env/knob-table.h"
#include "daemon/host/cpufreq.h"
#include "daemon/host/virtual.h"

/* A value is "MIN MAX" in kHz, as the two kernel files have it. */
static int to_text(const struct cpufreq_limits *limits, char **ret)
{
	int n = asprintf(ret, "%" PRIu64 " %" PRIu64, limits->min_khz, limits->max_khz);

	return n < 0 ? -ENOMEM : 0;
}

static bool from_text(const char *text, struct cpufreq_limits *ret)
{
	return sscanf(text, "%" SCNu64 " %" SCNu64, &ret->min_khz, &ret->max_khz) == 2;
}

static int probe(struct host *h, const char *want, struct strv *targets, const char **reason)
{
	int r = cpufreq_policies(h->root, targets);

	if (r >= 0 && targets->n == 0)
		*reason = virtual_no_driver_reason(h->root);
	return r;
}

static int wanted_khz(struct host *h, const char *target, const char *want,
	const struct cpufreq_limits *bounds, uint64_t *ret)
{
	if (streq(want, "min")) {
		*ret = bounds->min_khz;
		return 0;
	}
	if (streq(want, "max")) {
		*ret = bounds->max_khz;
		return 0;
	}
	return streq(want, "base") ? cpufreq_base_read(h->root, target, ret)
				   : quantity_frequency_khz(want, ret);
}

static int resolve(struct host *h, const char *target, const char *want, char **ret)
{
	struct cpufreq_limits bounds;
	uint64_t khz;
	int r = cpufreq_bounds_read(h->root, target, &bounds);

	if (r < 0)
		return r;
	if (wanted_khz(h, target, want, &bounds, &khz) < 0)
		return -EOPNOTSUPP;

	/* The kernel would clamp without a word. */
	if (khz < bounds.min_khz || khz > bounds.max_khz)
		return -EOPNOTSUPP;
	return to_text(&(struct cpufreq_limits){khz, khz}, ret);
}

/*
 * The kernel shows the limits in force, not those asked for. Where the firmware caps the policy at
 * this moment, what was asked for cannot be read: it is taken for the hardware's highest, the
 * default, so that the machine does not stay capped after the firmware lets go.
 */
static int read_value(struct host *h, const char *target, char **ret)
{
	struct cpufreq_limits limits, bounds;
	uint64_t cap_khz;
	int r = cpufreq_limits_read(h->root, target, &limits);

	if (r < 0)
		return r;
	if (cpufreq_cap_read(h->root, target, &cap_khz) >= 0 && limits.max_khz == cap_khz &&
		cpufreq_bounds_read(h->root, target, &bounds) >= 0)
		limits.max_khz = MAX_OF(bounds.max_khz, limits.max_khz);
	return to_text(&limits, ret);
}

/* Both sides under the same cap: a cap that came or went meanwhile is nobody's change. */
static bool holds(struct host *h, const char *target, const char *value, const char *seen)
{
	struct cpufreq_limits a, b;
	uint64_t cap_khz;

	if (!from_text(value, &a) || !from_text(seen, &b))
		return false;
	if (cpufreq_cap_read(h->root, target, &cap_khz) >= 0) {
		a.max_khz = MIN_OF(a.max_khz, cap_khz);
		b.max_khz = MIN_OF(b.max_khz, cap_khz);
		a.min_khz = MIN_OF(a.min_khz, cap_khz);
		b.min_khz = MIN_OF(b.min_khz, cap_khz);
	}
	return a.min_khz == b.min_khz && a.max_khz == b.max_khz;
}

static int apply(struct host *h, const char *target, const char *value)
{
	struct cpufreq_limits limits;

	if (!from_text(value, &limits))
		return -EINVAL;
	return cpufreq_limits_write(h->root, target, &limits);
}

static char *show(struct host *h, const char *target, const char *value)
{
	struct cpufreq_limits limits;
	char *text = NULL;

	if (!from_text(value, &limits))
		return strdup(value);
	if (limits.min_khz == limits.max_khz)
		return asprintf(&text, "%" PRIu64 "kHz", limits.min_khz) < 0 ? NULL : text;
	if (asprintf(&text, "%" PRIu64 "kHz-%" PRIu64 "kHz", limits.min_khz, limits.max_khz) < 0)
		return NULL;
	return text;
}

static int where(struct host *h, const char *target, char **ret)
{
	int n = asprintf(ret,
		"%s" CPUFREQ_FOLDER "/%s/scaling_min_freq %s" CPUFREQ_FOLDER "/%s/scaling_max_freq",
		h->root, target, h->root, target);

	return n < 0 ? -ENOMEM : 0;
}

/* After turbo in both directions: no_turbo pulls the limits down and does not bring them back. */
const struct knob knob_frequency = {
	.name = "cpu.frequency",
	.rank = 22,
	.back = 32,
	.coupled = true,
	.probe = probe,
	.resolve = resolve,
	.read = read_value,
	.apply = apply,
	.holds = holds,
	.show = show,
	.where = where,
};
