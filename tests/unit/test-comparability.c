/* What forbids a comparison of two results, and what is only said. */
#include <stdlib.h>

#include "common/judge/comparability.h"
#include "daemon/host/facts.h"
#include "tests/fake/sysfs-tree.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/judge-fixture.h"

static void add_setting(
	struct result *r, const char *knob, const char *after, enum setting_status status)
{
	struct setting_outcome o = {
		.knob = (char *)(uintptr_t)knob,
		.target = (char *)(uintptr_t) "system",
		.want = (char *)(uintptr_t) "auto",
		.after = (char *)(uintptr_t)after,
		.status = status,
	};

	assert_int_equal(setting_outcomes_add(&r->settings, &o), 0);
}

static struct result make(void)
{
	struct result r = fixture_result(1);

	(void)snprintf(r.machine, sizeof(r.machine), "m1");
	r.fingerprint = strdup("sha256:f");
	r.workload_hash = strdup("sha256:w");
	r.profile = strdup("quiet");
	assert_int_equal(strv_push(&r.facts, "boot.id=1"), 0);
	assert_int_equal(strv_push(&r.facts, "cpu.microcode=0x1"), 0);
	assert_int_equal(strv_push(&r.facts, "kernel.cmdline=quiet splash=1"), 0);
	add_setting(&r, "cpu.affinity", "cpus 1, 46 tasks moved", SETTING_HELD);
	return r;
}

static struct fact_differences check(struct result *a, struct result *b)
{
	struct fact_differences d = {0};

	assert_int_equal(comparability_check(a, b, &d), 0);
	result_done(a);
	result_done(b);
	return d;
}

static void set_fact(struct result *r, const char *key, const char *value)
{
	assert_int_equal(strv_env_set(&r->facts, key, value), 0);
}

static void test_two_results_of_one_machine_do_not_differ(void **state)
{
	struct result a = make(), b = make();
	struct fact_differences d = check(&a, &b);

	assert_int_equal(d.n, 0);
	assert_false(d.is_hard);
}

static void test_a_hard_fact_forbids_and_comes_first(void **state)
{
	struct result a = make(), b = make();
	struct fact_differences d;

	set_fact(&b, "boot.id", "2");
	set_fact(&b, "kernel.cmdline", "quiet splash=2");
	d = check(&a, &b);
	assert_int_equal(d.n, 2);
	assert_true(d.is_hard);
	assert_string_equal(d.items[0].key, "kernel.cmdline");
	assert_string_equal(d.items[0].a, "quiet splash=1");
	assert_string_equal(d.items[0].b, "quiet splash=2");
	assert_string_equal(d.items[1].key, "boot.id");
	assert_int_equal(d.items[1].weight, FACT_SOFT);
	fact_differences_done(&d);
}

static void test_soft_facts_forbid_nothing(void **state)
{
	struct result a = make(), b = make();
	struct fact_differences d;

	set_fact(&b, "boot.id", "2");
	free(b.profile);
	b.profile = strdup("as-is");
	d = check(&a, &b);
	assert_int_equal(d.n, 2);
	assert_false(d.is_hard);
	fact_differences_done(&d);
}

static void test_a_fact_that_one_side_lacks_and_an_unknown_one_are_hard(void **state)
{
	struct result a = make(), b = make();
	struct fact_differences d;

	set_fact(&b, "colour.of-the-case", "red");
	d = check(&a, &b);
	assert_true(d.is_hard);
	assert_int_equal(d.n, 1);
	assert_null(d.items[0].a);
	assert_string_equal(d.items[0].b, "red");
	fact_differences_done(&d);
}

static void test_a_fingerprint_that_was_never_taken_is_hard(void **state)
{
	struct result a = make(), b = make();
	struct fact_differences d;

	strv_done(&a.facts);
	strv_done(&b.facts);
	d = check(&a, &b);
	assert_true(d.is_hard);
	assert_string_equal(d.items[0].key, "fingerprint");
	assert_null(d.items[0].a);
	assert_null(d.items[0].b);
	fact_differences_done(&d);
}

static void test_settings_count_as_applied(void **state)
{
	struct result a = make(), b = make();
	struct fact_differences d;

	/* Moved other tasks; could not have, or never wanted, a governor. */
	setting_outcomes_done(&b.settings);
	add_setting(&b, "cpu.affinity", "cpus 1, 7 tasks moved", SETTING_HELD);
	add_setting(&b, "cpu.governor", NULL, SETTING_UNAVAILABLE);
	d = check(&a, &b);
	assert_int_equal(d.n, 0);

	a = make();
	b = make();
	setting_outcomes_done(&b.settings);
	add_setting(&b, "cpu.affinity", "cpus 3, 46 tasks moved", SETTING_HELD);
	add_setting(&b, "cpu.governor", "performance", SETTING_HELD);
	d = check(&a, &b);
	assert_int_equal(d.n, 2);
	assert_true(d.is_hard);
	assert_string_equal(d.items[0].key, "setting cpu.affinity system");
	assert_string_equal(d.items[0].a, "cpus 1");
	assert_null(d.items[1].a);
	assert_string_equal(d.items[1].b, "performance");
	fact_differences_done(&d);
}

static void test_machine_work_rules_and_clock_are_hard(void **state)
{
	static const char *const keys[] = {
		"machine", "outliers", "timing", "version", "workload-hash"};
	struct result a = make(), b = make();
	struct fact_differences d;

	(void)snprintf(b.machine, sizeof(b.machine), "m2");
	b.workload_hash[0] = 'S';
	(void)snprintf(a.version, sizeof(a.version), "1.9.0");
	(void)snprintf(b.version, sizeof(b.version), "2.0.0");
	b.kernel_timing = true;
	b.outliers.rule = OUTLIER_MAD;
	d = check(&a, &b);
	assert_int_equal(d.n, ARRAY_SIZE(keys));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		assert_string_equal(d.items[i].key, keys[i]);
		assert_int_equal(d.items[i].weight, FACT_HARD);
	}
	fact_differences_done(&d);
}

static void test_every_fact_of_this_machine_has_a_row(void **state)
{
	CLEANUP_STRV struct strv facts = {0};

	assert_int_equal(facts_read("", &facts), 0);
	assert_true(facts.n > 30);
	strv_foreach (fact, &facts)
		if (!fact_desc_find(fact))
			fail_msg("no row for %s", fact);
}

static void test_rows_are_sorted_and_say_why(void **state)
{
	size_t n;
	const struct fact_desc *rows = fact_desc_all(&n);

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(rows[i].help[strlen(rows[i].help) - 1], '.');
		if (i > 0)
			assert_true(strcmp(rows[i - 1].key, rows[i].key) < 0);
	}
}

/* Every file whose content moves by itself is moved; what is hashed stays. */
static void test_no_continuous_reading_is_in_the_fingerprint(void **state)
{
	char root[SYSFS_PATH_MAX], before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];
	CLEANUP_STRV struct strv a = {0}, b = {0};

	(void)sysfs_tree_make(SYSFS_INTEL_PSTATE, root);
	sysfs_tree_put(root, "/proc/uptime", "100.00 90.00");
	sysfs_tree_put(root, "/proc/loadavg", "0.01 0.02 0.03 1/100 1000");
	sysfs_tree_put(root, "/proc/sys/kernel/random/boot_id", "one");
	assert_int_equal(facts_read(root, &a), 0);
	assert_string_equal(strv_env_get(&a, "system.load"), "below 0.5");

	sysfs_tree_put(root, "/proc/uptime", "1000000.00 90.00");
	sysfs_tree_put(root, "/proc/loadavg", "9.01 5.02 1.03 7/100 2000");
	sysfs_tree_put(root, "/proc/sys/kernel/random/boot_id", "two");
	sysfs_tree_put(root, "/proc/meminfo", "MemTotal:        4034212 kB\nMemFree:  77 kB");
	sysfs_tree_put(root, "/proc/cpuinfo",
		"processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 142\n"
		"model name\t: Fake CPU @ 2.00GHz\nstepping\t: 10\nmicrocode\t: 0xf0\n"
		"cpu MHz\t\t: 800.001\nflags\t\t: fpu tsc msr\nbogomips\t: 3999.87");
	sysfs_tree_put(root, "/sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", "801234");
	assert_int_equal(facts_read(root, &b), 0);
	assert_string_equal(strv_env_get(&b, "system.load"), "8 and more");
	assert_string_not_equal(strv_env_get(&a, "boot.id"), strv_env_get(&b, "boot.id"));
	assert_string_equal(facts_fingerprint(&a, before), facts_fingerprint(&b, after));
	sysfs_tree_remove(root);
}

/* Many reads of the real machine, with work in between. */
static void test_the_fingerprint_of_this_machine_stays(void **state)
{
	char first[DIGEST_TEXT_MAX], next[DIGEST_TEXT_MAX];

	for (int i = 0; i < 20; i++) {
		CLEANUP_STRV struct strv facts = {0};

		assert_int_equal(facts_read("", &facts), 0);
		assert_non_null(facts_fingerprint(&facts, i == 0 ? first : next));
		if (i > 0)
			assert_string_equal(first, next);
		for (volatile unsigned work = 0; work < 1000000; work++)
			;
	}
}

static void test_limits_of_control_groups_are_the_smallest_above(void **state)
{
	char root[SYSFS_PATH_MAX];
	CLEANUP_STRV struct strv a = {0}, b = {0};

	(void)sysfs_tree_make(SYSFS_NO_DRIVER, root);
	assert_int_equal(facts_read(root, &a), 0);
	assert_non_null(strstr(strv_env_get(&a, "cgroup.cpu"), "unavailable"));
	sysfs_tree_put(root, "/proc/self/cgroup", "0::/a/b");
	sysfs_tree_put(root, "/sys/fs/cgroup/cgroup.controllers", "cpu memory");
	sysfs_tree_put(root, "/sys/fs/cgroup/a/cpu.max", "150000 100000");
	sysfs_tree_put(root, "/sys/fs/cgroup/a/b/cpu.max", "max 100000");
	sysfs_tree_put(root, "/sys/fs/cgroup/a/b/memory.max", "max");
	assert_int_equal(facts_read(root, &b), 0);
	assert_string_equal(strv_env_get(&b, "cgroup.cpu"), "1500 thousandths of a CPU");
	assert_string_equal(strv_env_get(&b, "cgroup.memory"), "max");
	sysfs_tree_remove(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_results_of_one_machine_do_not_differ),
		cmocka_unit_test(test_a_hard_fact_forbids_and_comes_first),
		cmocka_unit_test(test_soft_facts_forbid_nothing),
		cmocka_unit_test(test_a_fact_that_one_side_lacks_and_an_unknown_one_are_hard),
		cmocka_unit_test(test_a_fingerprint_that_was_never_taken_is_hard),
		cmocka_unit_test(test_settings_count_as_applied),
		cmocka_unit_test(test_machine_work_rules_and_clock_are_hard),
		cmocka_unit_test(test_every_fact_of_this_machine_has_a_row),
		cmocka_unit_test(test_rows_are_sorted_and_say_why),
		cmocka_unit_test(test_no_continuous_reading_is_in_the_fingerprint),
		cmocka_unit_test(test_the_fingerprint_of_this_machine_stays),
		cmocka_unit_test(test_limits_of_control_groups_are_the_smallest_above),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
