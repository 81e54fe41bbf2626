/* The kernel's files as the daemon reads them: frequency policies, topology, facts. */
#include <errno.h>
#include <stdio.h>

#include "daemon/host/cpufreq.h"
#include "daemon/host/facts.h"
#include "daemon/host/tasks.h"
#include "daemon/host/topology.h"
#include "daemon/host/virtual.h"
#include "tests/fake/sysfs-tree.h"
#include "tests/unit/cmocka-all.h"

static void test_policies_are_read_from_a_tree(void **state)
{
	char root[SYSFS_PATH_MAX], name[CPUFREQ_NAME_MAX];
	CLEANUP_STRV struct strv policies = {0};
	struct cpufreq_limits limits;
	uint64_t khz;

	(void)sysfs_tree_make(SYSFS_INTEL_PSTATE, root);
	assert_int_equal(cpufreq_policies(root, &policies), 0);
	assert_int_equal(policies.n, 2);
	assert_string_equal(policies.items[1], "policy1");
	assert_int_equal(cpufreq_driver_read(root, "policy0", name), 0);
	assert_string_equal(name, "intel_pstate");
	assert_int_equal(cpufreq_limits_read(root, "policy0", &limits), 0);
	assert_int_equal(limits.max_khz, 3600000);
	assert_int_equal(cpufreq_base_read(root, "policy0", &khz), 0);
	assert_int_equal(khz, 2000000);
	assert_int_equal(cpufreq_governor_read(root, "policy7", name), -ENOENT);
	assert_false(cpufreq_has_governor(root, "policy0", "perf"));
	sysfs_tree_remove(root);
}

static void test_nominal_frequency_is_in_megahertz(void **state)
{
	char root[SYSFS_PATH_MAX];
	uint64_t khz;

	(void)sysfs_tree_make(SYSFS_AMD_PSTATE, root);
	assert_int_equal(cpufreq_base_read(root, "policy1", &khz), 0);
	assert_int_equal(khz, 2400000);
	sysfs_tree_remove(root);
}

static void test_a_machine_without_driver_has_no_policies(void **state)
{
	char root[SYSFS_PATH_MAX];
	CLEANUP_STRV struct strv policies = {0};

	(void)sysfs_tree_make(SYSFS_NO_DRIVER, root);
	assert_int_equal(cpufreq_policies(root, &policies), 0);
	assert_int_equal(policies.n, 0);
	assert_string_equal(virtual_no_driver_reason(root), "no-driver");
	sysfs_tree_put(root, "/proc/cpuinfo", "processor: 0\nflags\t: fpu hypervisor tsc");
	assert_string_equal(virtual_no_driver_reason(root), "virtual-machine");
	sysfs_tree_put(root, "/proc/cpuinfo", "processor: 0\nflags\t: fpu nohypervisor tsc");
	assert_string_equal(virtual_no_driver_reason(root), "no-driver");
	sysfs_tree_remove(root);
}

/* CPUs 0 to n-1, threads that share a core n/2 apart, as Intel numbers them. */
static void make_topology(const char *root, unsigned n, bool smt)
{
	char path[SYSFS_PATH_MAX], text[32];

	(void)snprintf(text, sizeof(text), n > 1 ? "0-%u" : "%u", n - 1);
	sysfs_tree_put(root, "/sys/devices/system/cpu/online", text);
	for (unsigned cpu = 0; cpu < n; cpu++) {
		if (smt && n > 1)
			(void)snprintf(
				text, sizeof(text), "%u,%u", cpu % (n / 2), cpu % (n / 2) + n / 2);
		else
			(void)snprintf(text, sizeof(text), "%u", cpu);
		sysfs_tree_put(root,
			sysfs_path(path, "",
				"/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu),
			text);
	}
}

static const struct {
	unsigned n_cpus;
	bool smt;
	const char *allowed;
	const char *list; /* or NULL: count */
	unsigned count;
	int r;
	const char *run, *quiet, *housekeeping;
} choices[] = {
	{1, false, "0", NULL, 0, -ENODEV},
	{2, false, "0-1", NULL, 0, 0, "1", "1", "0"},
	{2, true, "0-1", NULL, 0, 0, "1", "1", "0"},
	{2, false, "0-1", NULL, 2, -ERANGE},
	{2, false, "1", NULL, 0, -ENODEV},
	{4, false, "0-3", NULL, 0, 0, "1-3", "1-3", "0"},
	{4, false, "0-3", NULL, 1, 0, "3", "3", "0-2"},
	{8, false, "0-7", NULL, 0, 0, "2-7", "2-7", "0-1"},
	{8, true, "0-7", NULL, 0, 0, "1-3", "1-3,5-7", "0,4"},
	{8, true, "0-7", NULL, 1, 0, "3", "3,7", "0-2,4-6"},
	{8, true, "0-7", NULL, 4, 0, "1-3,7", "1-3,5-7", "0,4"},
	{8, true, "0-7", NULL, 7, -ERANGE},
	{8, false, "4-5", NULL, 0, 0, "5", "5", "4"},
	{8, true, "0-7", "2", 0, 0, "2", "2,6", "0-1,3-5,7"},
	{2, true, "0-1", "1", 0, 0, "1", "1", "0"},
	{2, false, "0-1", "0-1", 0, -ERANGE},
	{2, false, "0-1", "5", 0, -ENODEV},
};

static void check_choice(const char *root, size_t i)
{
	struct topology_choice c;
	struct cpuset allowed, list;
	char text[CPUSET_TEXT_MAX];
	struct topology t;
	int r;

	make_topology(root, choices[i].n_cpus, choices[i].smt);
	assert_int_equal(topology_read(root, &t), 0);
	assert_int_equal(cpuset_parse(choices[i].allowed, &allowed), 0);
	if (choices[i].list) {
		assert_int_equal(cpuset_parse(choices[i].list, &list), 0);
		r = topology_choose_list(&t, &allowed, &list, &c);
	} else {
		r = topology_choose(&t, &allowed, choices[i].count, &c);
	}
	topology_done(&t);
	assert_int_equal(r, choices[i].r);
	if (r < 0)
		return;
	assert_string_equal(cpuset_format(&c.run, text), choices[i].run);
	assert_string_equal(cpuset_format(&c.quiet, text), choices[i].quiet);
	assert_string_equal(cpuset_format(&c.housekeeping, text), choices[i].housekeeping);
}

static void test_whole_cores_away_from_the_first_are_chosen(void **state)
{
	char root[SYSFS_PATH_MAX];

	(void)sysfs_tree_make(SYSFS_NO_DRIVER, root);
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		check_choice(root, i);
	sysfs_tree_remove(root);
}

static const char *key_of(const char *fact, char ret[static 64])
{
	(void)snprintf(ret, 64, "%.*s", (int)strcspn(fact, "="), fact);
	return ret;
}

static void test_facts_are_sorted_and_say_what_is_missing(void **state)
{
	char root[SYSFS_PATH_MAX], a[64], b[64];
	CLEANUP_STRV struct strv facts = {0};

	(void)sysfs_tree_make(SYSFS_ACPI, root);
	assert_int_equal(facts_read(root, &facts), 0);
	assert_string_equal(strv_env_get(&facts, "cpufreq.driver"), "acpi-cpufreq");
	assert_string_equal(strv_env_get(&facts, "cpufreq.limits"), "800000-3600000 kHz");
	assert_string_equal(strv_env_get(&facts, "cpufreq.turbo"), "on");
	assert_string_equal(strv_env_get(&facts, "cpu.model"), "Fake CPU @ 2.00GHz");
	assert_string_equal(strv_env_get(&facts, "memory.size"), "3968 MiB");
	assert_string_equal(strv_env_get(&facts, "memory.huge-pages"), "madvise");
	assert_string_equal(strv_env_get(&facts, "mitigation.meltdown"), "Mitigation: PTI");
	for (size_t i = 1; i < facts.n; i++)
		assert_true(strcmp(key_of(facts.items[i - 1], a), key_of(facts.items[i], b)) < 0);
	strv_done(&facts);
	assert_int_equal(facts_read("/nonexistent", &facts), 0);
	assert_string_equal(
		strv_env_get(&facts, "kernel.release"), "unavailable: No such file or directory");
	assert_string_equal(strv_env_get(&facts, "cpufreq.governor"), "unavailable: no-driver");
	sysfs_tree_remove(root);
}

static void test_the_fingerprint_ignores_readings_and_sees_settings(void **state)
{
	char root[SYSFS_PATH_MAX], before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];
	CLEANUP_STRV struct strv a = {0}, b = {0}, c = {0};

	(void)sysfs_tree_make(SYSFS_NO_DRIVER, root);
	assert_int_equal(facts_read(root, &a), 0);
	sysfs_tree_put(root, "/proc/meminfo", "MemTotal:        4034000 kB\nMemFree:  9 kB");
	assert_int_equal(facts_read(root, &b), 0);
	(void)facts_fingerprint(&a, before);
	assert_string_equal(before, facts_fingerprint(&b, after));
	sysfs_tree_put(root, "/proc/sys/kernel/randomize_va_space", "0");
	assert_int_equal(facts_read(root, &c), 0);
	assert_string_not_equal(before, facts_fingerprint(&c, after));
	sysfs_tree_remove(root);
}

static void test_this_machine_has_an_identity_and_facts(void **state)
{
	char one[40], two[40];
	CLEANUP_STRV struct strv facts = {0};

	assert_string_equal(facts_machine_id(one, sizeof(one)), facts_machine_id(two, sizeof(two)));
	assert_true(strlen(one) >= 32);
	assert_int_equal(facts_read("", &facts), 0);
	assert_null(strstr(strv_env_get(&facts, "kernel.release"), "unavailable"));
}

static void test_a_task_is_known_by_number_and_start(void **state)
{
	struct cpuset now, whole;
	struct task t;

	assert_int_equal(task_read(getpid(), &t), 0);
	assert_int_equal(t.tid, getpid());
	assert_int_equal(t.parent, getppid());
	assert_true(t.start_ticks > 0);
	assert_false(task_is_fixed(&t));
	assert_int_equal(task_process(getpid()), getpid());
	assert_int_equal(task_cpus_now(getpid(), &now), 0);
	assert_int_equal(task_cpus_allowed(getpid(), &whole), 0);
	cpuset_minus(&now, &whole, &now);
	assert_int_equal(cpuset_count(&now), 0);
	assert_int_equal(task_read(INT32_MAX, &t), -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policies_are_read_from_a_tree),
		cmocka_unit_test(test_nominal_frequency_is_in_megahertz),
		cmocka_unit_test(test_a_machine_without_driver_has_no_policies),
		cmocka_unit_test(test_whole_cores_away_from_the_first_are_chosen),
		cmocka_unit_test(test_facts_are_sorted_and_say_what_is_missing),
		cmocka_unit_test(test_the_fingerprint_ignores_readings_and_sees_settings),
		cmocka_unit_test(test_this_machine_has_an_identity_and_facts),
		cmocka_unit_test(test_a_task_is_known_by_number_and_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
