/* A fake tree of kernel files. */
#include "tests/fake/sysfs-tree.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "common/base/strv.h"
#include "tests/unit/cmocka-all.h"

#define CPU "/sys/devices/system/cpu"

struct entry {
	const char *path, *text;
};

static const struct entry common_files[] = {
	{CPU "/online", "0-1"},
	{CPU "/possible", "0-1"},
	{CPU "/isolated", ""},
	{CPU "/smt/control", "notsupported"},
	{CPU "/cpu0/topology/thread_siblings_list", "0"},
	{CPU "/cpu1/topology/thread_siblings_list", "1"},
	{CPU "/vulnerabilities/meltdown", "Mitigation: PTI"},
	{"/proc/cmdline", "quiet"},
	{"/proc/cpuinfo",
		"processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 142\n"
		"model name\t: Fake CPU @ 2.00GHz\nstepping\t: 10\nmicrocode\t: 0xf0\n"
		"cpu MHz\t\t: 1999.123\nflags\t\t: fpu tsc msr\nbogomips\t: 4000.11\n"},
	{"/proc/meminfo", "MemTotal:        4034212 kB\nMemFree:  1 kB"},
	{"/proc/sys/kernel/randomize_va_space", "2"},
	{"/proc/sys/kernel/osrelease", "6.1.0-fake"},
	{"/proc/sys/kernel/version", "#1 SMP"},
	{"/proc/sys/vm/swappiness", "60"},
	{"/proc/sys/vm/drop_caches", "0"},
	{"/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never"},
	{"/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc"},
};

/* Of every policy; "%s" in a path is the policy's number. */
static const struct entry policy_files[] = {
	{"cpuinfo_min_freq", "800000"},
	{"cpuinfo_max_freq", "3600000"},
	{"scaling_min_freq", "800000"},
	{"scaling_max_freq", "3600000"},
};

static const struct entry intel_files[] = {
	{CPU "/intel_pstate/no_turbo", "0"},
	{CPU "/intel_pstate/status", "active"},
};

static const struct entry acpi_files[] = {
	{CPU "/cpufreq/boost", "1"},
};

static const struct entry amd_files[] = {
	{CPU "/cpu0/acpi_cppc/nominal_freq", "2400"},
	{CPU "/cpu1/acpi_cppc/nominal_freq", "2400"},
};

static const struct entry intel_policy[] = {
	{"scaling_driver", "intel_pstate"},
	{"scaling_governor", "powersave"},
	{"scaling_available_governors", "performance powersave"},
	{"base_frequency", "2000000"},
};

static const struct entry acpi_policy[] = {
	{"scaling_driver", "acpi-cpufreq"},
	{"scaling_governor", "schedutil"},
	{"scaling_available_governors", "performance schedutil"},
	{"bios_limit", "3600000"},
};

static const struct entry amd_policy[] = {
	{"scaling_driver", "amd-pstate-epp"},
	{"scaling_governor", "powersave"},
	{"scaling_available_governors", "performance powersave"},
	{"boost", "1"},
};

static const struct {
	const struct entry *files, *policy;
	size_t n_files, n_policy;
} drivers[] = {
	[SYSFS_INTEL_PSTATE] = {intel_files, intel_policy, ARRAY_SIZE(intel_files),
		ARRAY_SIZE(intel_policy)},
	[SYSFS_ACPI] = {acpi_files, acpi_policy, ARRAY_SIZE(acpi_files), ARRAY_SIZE(acpi_policy)},
	[SYSFS_AMD_PSTATE] = {amd_files, amd_policy, ARRAY_SIZE(amd_files), ARRAY_SIZE(amd_policy)},
};

void sysfs_tree_put(const char *root, const char *path, const char *text)
{
	char full[SYSFS_PATH_MAX];
	char *slash;
	FILE *f;

	slash = strrchr(sysfs_path(full, root, "%s", path), '/');
	*slash = '\0';
	assert_int_equal(file_make_folders(full, 0755, NULL), 0);
	*slash = '/';
	f = fopen(full, "we");
	assert_non_null(f);
	assert_true(fprintf(f, "%s\n", text) > 0);
	assert_int_equal(fclose(f), 0);
}

static void put_policy(const char *root, unsigned number, const struct entry *files, size_t n_files)
{
	char path[SYSFS_PATH_MAX];

	for (size_t i = 0; i < n_files; i++)
		sysfs_tree_put(root,
			sysfs_path(path, "", CPU "/cpufreq/policy%u/%s", number, files[i].path),
			files[i].text);
}

static void put_driver(const char *root, enum sysfs_driver driver)
{
	char path[SYSFS_PATH_MAX], number[16];

	for (size_t i = 0; i < drivers[driver].n_files; i++)
		sysfs_tree_put(root, drivers[driver].files[i].path, drivers[driver].files[i].text);
	for (unsigned cpu = 0; cpu < 2; cpu++) {
		put_policy(root, cpu, policy_files, ARRAY_SIZE(policy_files));
		put_policy(root, cpu, drivers[driver].policy, drivers[driver].n_policy);
		(void)snprintf(number, sizeof(number), "%u", cpu);
		sysfs_tree_put(root,
			sysfs_path(path, "", CPU "/cpufreq/policy%u/affected_cpus", cpu), number);
	}
}

char *sysfs_tree_make(enum sysfs_driver driver, char ret[static SYSFS_PATH_MAX])
{
	(void)snprintf(ret, SYSFS_PATH_MAX, "/tmp/steady-tree-XXXXXX");
	assert_non_null(mkdtemp(ret));
	for (size_t i = 0; i < ARRAY_SIZE(common_files); i++)
		sysfs_tree_put(ret, common_files[i].path, common_files[i].text);
	if (driver != SYSFS_NO_DRIVER)
		put_driver(ret, driver);
	return ret;
}

/* nftw has no argument for its function. */
static struct strv *collected;

/* First lines only: whoever writes a kernel file may leave out the newline. */
static int collect_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	CLEANUP_FREE char *text = NULL;

	if (type != FTW_F || file_read(path, 65536, &text, NULL, NULL) < 0)
		return 0;
	return strv_pushf(collected, "%s=%.*s", path, (int)strcspn(text, "\n"), text);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *sysfs_tree_text(const char *root)
{
	CLEANUP_STRV struct strv lines = {0};

	collected = &lines;
	assert_int_equal(nftw(root, collect_one, 16, FTW_PHYS), 0);
	if (lines.n > 1)
		qsort(lines.items, lines.n, sizeof(*lines.items), compare_texts);
	return strv_join(&lines, "\n");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

void sysfs_tree_remove(const char *root)
{
	(void)nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
