/* CPU frequency policies; the only user of libcpupower. */
#include "daemon/host/cpufreq.h"

#include <cpufreq.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "common/base/quantity.h"
#include "daemon/host/sysfs.h"

#define KHZ_PER_MHZ 1000u

static bool is_real(const char *root)
{
	return !*root;
}

static long policy_number(const char *name)
{
	uint64_t number;

	if (strncmp(name, "policy", 6) != 0 || quantity_u64(name + 6, &number) < 0)
		return -EINVAL;
	return number < CPUSET_CPUS_MAX ? (long)number : -ERANGE;
}

static int policy_compare(const void *a, const void *b)
{
	return (int)(policy_number(*(char *const *)a) - policy_number(*(char *const *)b));
}

/* libcpupower names policies by CPU: any online CPU of it. Offline policies have none. */
static int policy_cpu(const char *root, const char *policy, unsigned *ret)
{
	struct cpuset cpus;
	int r = sysfs_read_cpus(root, &cpus, CPUFREQ_FOLDER "/%s/affected_cpus", policy);

	/* A policy without online CPUs keeps its folder, but all its files are busy. */
	if (r < 0)
		return r == -ENOENT || r == -EBUSY ? -ENOENT : -EIO;

	cpuset_foreach (cpu, &cpus) {
		*ret = cpu;
		return 0;
	}
	return -ENOENT;
}

int cpufreq_policies(const char *root, struct strv *ret)
{
	char path[SYSFS_PATH_MAX];
	DIR *folder = opendir(sysfs_path(path, root, CPUFREQ_FOLDER));
	struct dirent *entry;
	unsigned cpu;
	int r = 0;

	if (!folder)
		return 0;

	while (r >= 0 && (entry = readdir(folder)))
		if (policy_number(entry->d_name) >= 0 &&
			policy_cpu(root, entry->d_name, &cpu) != -ENOENT)
			r = strv_push(ret, entry->d_name);
	(void)closedir(folder);
	if (ret->n > 1)
		qsort(ret->items, ret->n, sizeof(*ret->items), policy_compare);
	return r;
}

static int fake_read(const char *root, const char *policy, const char *file, char *ret)
{
	return sysfs_read(root, ret, CPUFREQ_NAME_MAX, CPUFREQ_FOLDER "/%s/%s", policy, file);
}

/* Copies a text of libcpupower; every one of its read errors is NULL or 0. */
static int copy_name(const char *text, char ret[static CPUFREQ_NAME_MAX])
{
	if (!text || !*text)
		return -EIO;

	(void)snprintf(ret, CPUFREQ_NAME_MAX, "%s", text);
	return 0;
}

int cpufreq_driver_read(const char *root, const char *policy, char ret[static CPUFREQ_NAME_MAX])
{
	unsigned cpu;
	int r = policy_cpu(root, policy, &cpu);
	char *text;

	if (r < 0)
		return r;
	if (!is_real(root))
		return fake_read(root, policy, "scaling_driver", ret);

	errno = 0;
	text = cpufreq_get_driver(cpu);
	r = copy_name(text, ret);
	if (text)
		cpufreq_put_driver(text);
	return r;
}

/* Reads governor and limits at once; one of the outputs may be NULL. */
static int policy_read(unsigned cpu, char *ret_governor, struct cpufreq_limits *ret_limits)
{
	struct cpufreq_policy *p;
	int r = 0;

	errno = 0;
	p = cpufreq_get_policy(cpu);
	if (!p)
		return -EIO;

	if (ret_governor)
		r = copy_name(p->governor, ret_governor);
	if (ret_limits && (p->min == 0 || p->max == 0))
		r = -EIO;
	if (ret_limits && r >= 0)
		*ret_limits = (struct cpufreq_limits){p->min, p->max};
	cpufreq_put_policy(p);
	return r;
}

int cpufreq_governor_read(const char *root, const char *policy, char ret[static CPUFREQ_NAME_MAX])
{
	unsigned cpu;
	int r = policy_cpu(root, policy, &cpu);

	if (r < 0)
		return r;
	return is_real(root) ? policy_read(cpu, ret, NULL)
			     : fake_read(root, policy, "scaling_governor", ret);
}

/* libcpupower answers every failed write with -ENODEV: find out what it probably was. */
static int write_error(const char *policy, const char *file)
{
	char path[SYSFS_PATH_MAX];

	(void)sysfs_path(path, "", CPUFREQ_FOLDER "/%s/%s", policy, file);
	if (access(path, F_OK) < 0)
		return -ENOENT;
	return access(path, W_OK) < 0 ? -EACCES : -EIO;
}

int cpufreq_governor_write(const char *root, const char *policy, const char *name)
{
	CLEANUP_FREE char *copy = NULL;
	unsigned cpu;
	int r = policy_cpu(root, policy, &cpu);

	if (r < 0)
		return r;
	if (!is_real(root))
		return sysfs_write(root, name, CPUFREQ_FOLDER "/%s/scaling_governor", policy);

	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	errno = 0;
	if (cpufreq_modify_policy_governor(cpu, copy) == 0)
		return 0;
	r = write_error(policy, "scaling_governor");
	return r == -EIO && !cpufreq_has_governor(root, policy, name) ? -EINVAL : r;
}

bool cpufreq_has_governor(const char *root, const char *policy, const char *name)
{
	char line[SYSFS_LINE_MAX];
	char *rest = line, *word;

	if (sysfs_read(root, line, sizeof(line), CPUFREQ_FOLDER "/%s/scaling_available_governors",
		    policy) < 0)
		return false;

	while ((word = strsep(&rest, " ")))
		if (streq(word, name))
			return true;
	return false;
}

static int fake_limits(const char *root, const char *policy, const char *files[static 2],
	struct cpufreq_limits *ret)
{
	struct cpufreq_limits limits;
	int r;

	r = sysfs_read_u64(root, &limits.min_khz, CPUFREQ_FOLDER "/%s/%s", policy, files[0]);
	if (r < 0)
		return r;
	r = sysfs_read_u64(root, &limits.max_khz, CPUFREQ_FOLDER "/%s/%s", policy, files[1]);
	if (r < 0)
		return r;

	*ret = limits;
	return 0;
}

int cpufreq_limits_read(const char *root, const char *policy, struct cpufreq_limits *ret)
{
	const char *files[] = {"scaling_min_freq", "scaling_max_freq"};
	unsigned cpu;
	int r = policy_cpu(root, policy, &cpu);

	if (r < 0)
		return r;
	return is_real(root) ? policy_read(cpu, NULL, ret) : fake_limits(root, policy, files, ret);
}

static int limit_write(const char *root, const char *policy, bool upper, uint64_t khz)
{
	const char *file = upper ? "scaling_max_freq" : "scaling_min_freq";
	char text[32];
	unsigned cpu;
	int r = policy_cpu(root, policy, &cpu);

	if (r < 0)
		return r;
	if (!is_real(root)) {
		(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)khz);
		return sysfs_write(root, text, CPUFREQ_FOLDER "/%s/%s", policy, file);
	}
	errno = 0;
	r = upper ? cpufreq_modify_policy_max(cpu, khz) : cpufreq_modify_policy_min(cpu, khz);
	return r == 0 ? 0 : write_error(policy, file);
}

int cpufreq_limits_write(const char *root, const char *policy, const struct cpufreq_limits *want)
{
	struct cpufreq_limits now;
	bool is_raising;
	int r = cpufreq_limits_read(root, policy, &now);

	if (r < 0)
		return r;

	is_raising = want->max_khz > now.max_khz;
	r = limit_write(root, policy, is_raising, is_raising ? want->max_khz : want->min_khz);
	if (r < 0)
		return r;
	return limit_write(root, policy, !is_raising, is_raising ? want->min_khz : want->max_khz);
}

int cpufreq_bounds_read(const char *root, const char *policy, struct cpufreq_limits *ret)
{
	const char *files[] = {"cpuinfo_min_freq", "cpuinfo_max_freq"};
	unsigned long min_khz = 0, max_khz = 0;
	unsigned cpu;
	int r = policy_cpu(root, policy, &cpu);

	if (r < 0)
		return r;
	if (!is_real(root))
		return fake_limits(root, policy, files, ret);

	errno = 0;
	if (cpufreq_get_hardware_limits(cpu, &min_khz, &max_khz) != 0 || max_khz == 0)
		return -EIO;
	*ret = (struct cpufreq_limits){min_khz, max_khz};
	return 0;
}

int cpufreq_base_read(const char *root, const char *policy, uint64_t *ret_khz)
{
	uint64_t mhz;
	unsigned cpu;
	int r = policy_cpu(root, policy, &cpu);

	if (r < 0)
		return -ENOENT;
	if (sysfs_read_u64(root, ret_khz, CPUFREQ_FOLDER "/%s/base_frequency", policy) >= 0 &&
		*ret_khz > 0)
		return 0;

	/* Firmware tables with a zero here exist. */
	r = sysfs_read_u64(root, &mhz, "/sys/devices/system/cpu/cpu%u/acpi_cppc/nominal_freq", cpu);
	if (r < 0 || mhz == 0)
		return -ENOENT;
	*ret_khz = mhz * KHZ_PER_MHZ;
	return 0;
}

int cpufreq_cap_read(const char *root, const char *policy, uint64_t *ret_khz)
{
	int r = sysfs_read_u64(root, ret_khz, CPUFREQ_FOLDER "/%s/bios_limit", policy);

	return r < 0 ? -ENOENT : 0;
}
