/* cpu.governor: the kernel's policy for choosing a CPU frequency. */
#include <errno.h>
#include <stdio.h>

#include "daemon/env/knob-table.h"
#include "daemon/host/cpufreq.h"
#include "daemon/host/virtual.h"

static int probe(struct host *h, const char *want, struct strv *targets, const char **reason)
{
	int r = cpufreq_policies(h->root, targets);

	if (r >= 0 && targets->n == 0)
		*reason = virtual_no_driver_reason(h->root);
	return r;
}

static int resolve(struct host *h, const char *target, const char *want, char **ret)
{
	if (!cpufreq_has_governor(h->root, target, want))
		return -EOPNOTSUPP;
	*ret = strdup(want);
	return *ret ? 0 : -ENOMEM;
}

static int read_value(struct host *h, const char *target, char **ret)
{
	char name[CPUFREQ_NAME_MAX];
	int r = cpufreq_governor_read(h->root, target, name);

	if (r < 0)
		return r;
	*ret = strdup(name);
	return *ret ? 0 : -ENOMEM;
}

static int apply(struct host *h, const char *target, const char *value)
{
	return cpufreq_governor_write(h->root, target, value);
}

static int where(struct host *h, const char *target, char **ret)
{
	int n = asprintf(ret, "%s" CPUFREQ_FOLDER "/%s/scaling_governor", h->root, target);

	return n < 0 ? -ENOMEM : 0;
}

/* Before turbo and limits: choosing a governor may reset both. */
const struct knob knob_governor = {
	.name = "cpu.governor",
	.rank = 20,
	.back = 30,
	.coupled = true,
	.probe = probe,
	.resolve = resolve,
	.read = read_value,
	.apply = apply,
	.where = where,
};
