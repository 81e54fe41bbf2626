/* cpu.turbo: frequencies above the base frequency. */
#include <errno.h>
#include <stdio.h>

#include "daemon/env/knob-table.h"
#include "daemon/host/cpufreq.h"
#include "daemon/host/sysfs.h"
#include "daemon/host/virtual.h"

#define TARGET_INTEL  "intel_pstate"
#define TARGET_GLOBAL "boost"
#define FILE_INTEL    "/sys/devices/system/cpu/intel_pstate/no_turbo"

/* The file of a target: intel_pstate, boost (all policies) or one policy. */
static char *path_of(struct host *h, const char *target, char ret[static SYSFS_PATH_MAX])
{
	if (streq(target, TARGET_INTEL))
		return sysfs_path(ret, h->root, FILE_INTEL);
	if (streq(target, TARGET_GLOBAL))
		return sysfs_path(ret, h->root, CPUFREQ_FOLDER "/boost");
	return sysfs_path(ret, h->root, CPUFREQ_FOLDER "/%s/boost", target);
}

static int add_policies(struct host *h, struct strv *policies, struct strv *targets)
{
	int r = cpufreq_policies(h->root, policies);

	strv_foreach (policy, policies)
		if (r >= 0 && sysfs_exists(h->root, CPUFREQ_FOLDER "/%s/boost", policy))
			r = strv_push(targets, policy);
	return r;
}

/* The global switch turns all policies, so it comes first in both directions. */
static int probe(struct host *h, const char *want, struct strv *targets, const char **reason)
{
	CLEANUP_STRV struct strv policies = {0};
	int r;

	if (sysfs_exists(h->root, FILE_INTEL))
		return strv_push(targets, TARGET_INTEL);

	r = sysfs_exists(h->root, CPUFREQ_FOLDER "/boost") ? strv_push(targets, TARGET_GLOBAL) : 0;
	if (r >= 0)
		r = add_policies(h, &policies, targets);
	if (targets->n == 0)
		*reason = policies.n > 0 ? "not-supported" : virtual_no_driver_reason(h->root);
	return r;
}

/* no_turbo says the opposite of the others. */
static bool value_means_on(const char *target, const char *value)
{
	return streq(value, "1") != streq(target, TARGET_INTEL);
}

static int resolve(struct host *h, const char *target, const char *want, char **ret)
{
	bool is_one = streq(want, "on") != streq(target, TARGET_INTEL);

	*ret = strdup(is_one ? "1" : "0");
	return *ret ? 0 : -ENOMEM;
}

static int read_value(struct host *h, const char *target, char **ret)
{
	char path[SYSFS_PATH_MAX], text[8];
	int r = sysfs_read("", text, sizeof(text), "%s", path_of(h, target, path));

	if (r < 0)
		return r;
	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}

static int apply(struct host *h, const char *target, const char *value)
{
	char path[SYSFS_PATH_MAX];

	return sysfs_write("", value, "%s", path_of(h, target, path));
}

static char *show(struct host *h, const char *target, const char *value)
{
	return strdup(value_means_on(target, value) ? "on" : "off");
}

static int where(struct host *h, const char *target, char **ret)
{
	char path[SYSFS_PATH_MAX];

	*ret = strdup(path_of(h, target, path));
	return *ret ? 0 : -ENOMEM;
}

const struct knob knob_turbo = {
	.name = "cpu.turbo",
	.rank = 21,
	.back = 31,
	.coupled = true,
	.probe = probe,
	.resolve = resolve,
	.read = read_value,
	.apply = apply,
	.show = show,
	.where = where,
};
