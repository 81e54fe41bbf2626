/* The environment engine on fake trees of kernel files: apply, refuse, give back. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

#include "common/base/file.h"
#include "common/model/knob-desc.h"
#include "tests/fake/env-fixture.h"
#include "tests/unit/cmocka-all.h"

static void check_outcome(const struct env_fixture *f, const char *knob, const char *target,
	const char *before, const char *after)
{
	const struct setting_outcome *o = env_fixture_outcome(f, knob, target);

	assert_int_equal(o->status, SETTING_HELD);
	assert_null(o->reason);
	assert_string_equal(o->before, before);
	assert_string_equal(o->after, after);
}

static void check_unavailable(
	const struct env_fixture *f, const char *knob, const char *target, const char *reason)
{
	const struct setting_outcome *o = env_fixture_outcome(f, knob, target);

	assert_int_equal(o->status, SETTING_UNAVAILABLE);
	assert_string_equal(o->reason, reason);
}

static void check_file(const struct env_fixture *f, const char *file, const char *value)
{
	char text[64];

	assert_int_equal(sysfs_read(f->root, text, sizeof(text), "%s", file), 0);
	assert_string_equal(text, value);
}

static const struct {
	enum sysfs_driver driver;
	const char *governor, *turbo_target, *frequency;
} machines[] = {
	{SYSFS_INTEL_PSTATE, "powersave", "intel_pstate", "base"},
	{SYSFS_ACPI, "schedutil", "boost", "1500MHz"},
	{SYSFS_AMD_PSTATE, "powersave", "policy1", "base"},
};

static void check_machine(size_t i)
{
	struct env_fixture f;
	struct error e = {0};

	env_fixture_fake(&f, machines[i].driver);
	env_fixture_want(&f, "cpu.governor", "performance", NEED_REQUIRE);
	env_fixture_want(&f, "cpu.turbo", "off", NEED_REQUIRE);
	env_fixture_want(&f, "cpu.frequency", machines[i].frequency, NEED_REQUIRE);
	env_fixture_want(&f, "aslr", "off", NEED_REQUIRE);
	env_fixture_want(&f, "vm.drop-caches", "pagecache", NEED_REQUIRE);
	assert_int_equal(env_fixture_apply(&f, &e), 0);
	check_outcome(&f, "cpu.governor", "policy1", machines[i].governor, "performance");
	check_outcome(&f, "cpu.turbo", machines[i].turbo_target, "on", "off");
	check_outcome(&f, "aslr", "system", "on", "off");
	assert_int_equal(env_fixture_outcome(&f, "vm.drop-caches", "system")->status, SETTING_HELD);
	assert_true(env_run_settings(f.env)->aslr_off);
	check_file(&f, "/proc/sys/vm/drop_caches", "1");
	assert_true(file_exists(f.journal));
	assert_int_equal(env_between_runs(f.env, 0), 0);
	sysfs_tree_put(f.root, "/proc/sys/vm/drop_caches", "0");
	assert_int_equal(env_restore(f.env, &f.residue), 0);
	assert_int_equal(f.residue.n, 0);
	assert_false(env_run_settings(f.env)->aslr_off);
	env_fixture_check_restored(&f);
	env_fixture_done(&f);
}

static void test_settings_hold_and_come_back(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		check_machine(i);
}

static void test_the_journal_can_be_undone_by_hand(void **state)
{
	CLEANUP_FREE char *text = NULL, *record = NULL;
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	env_fixture_want(&f, "cpu.frequency", "base", NEED_PREFER);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	assert_int_equal(file_read(f.journal, 65536, &text, NULL, NULL), 0);
	assert_int_equal(strncmp(text, "steady-journal 1\nboot ", 22), 0);
	assert_non_null(strstr(text, "\nowner 1000 job 12\n"));
	assert_true(asprintf(&record,
			    "\nset 1 cpu.frequency policy0 old=800000 3600000|want=2000000 2000000|"
			    "at=%s/sys/devices/system/cpu/cpufreq/policy0/scaling_min_freq "
			    "%s/sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq\n",
			    f.root, f.root) > 0);
	assert_non_null(strstr(text, record));
	assert_non_null(strstr(text, "\nbegin\nready\n"));
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_done(&f);
}

static void test_the_journal_alone_is_enough(void **state)
{
	struct setting_outcomes done = {0};
	struct env_fixture f;
	struct error e = {0};

	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	env_fixture_want(&f, "cpu.governor", "performance", NEED_PREFER);
	env_fixture_want(&f, "cpu.turbo", "off", NEED_PREFER);
	assert_int_equal(env_restore_journal(&f.config, &done, &f.residue, &e), 0);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	assert_int_equal(env_restore_journal(&f.config, &done, &f.residue, &e), -EBUSY);
	env_fixture_restart(&f);
	assert_int_equal(env_restore_journal(&f.config, &done, &f.residue, &e), 1);
	assert_int_equal(done.n, 5);
	assert_int_equal(f.residue.n, 0);
	env_fixture_check_restored(&f);
	assert_int_equal(env_restore_journal(&f.config, NULL, NULL, &e), 0);
	setting_outcomes_done(&done);
	env_fixture_done(&f);
}

static void test_a_missing_driver_is_an_answer_with_a_reason(void **state)
{
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_NO_DRIVER);
	env_fixture_want(&f, "cpu.governor", "performance", NEED_PREFER);
	env_fixture_want(&f, "cpu.turbo", "off", NEED_IGNORE);
	env_fixture_want(&f, "cpu.idle-latency", "20us", NEED_PREFER);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	assert_int_equal(f.outcomes.n, 2);
	check_unavailable(&f, "cpu.governor", "system", "no-driver");
	check_unavailable(&f, "cpu.idle-latency", "system", "not-supported");
	assert_false(file_exists(f.journal));
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_done(&f);
}

static void test_a_required_setting_that_is_missing_changes_nothing(void **state)
{
	struct error e = {0};
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_ACPI);
	env_fixture_want(&f, "cpu.governor", "performance", NEED_REQUIRE);
	env_fixture_want(&f, "cpu.frequency", "base", NEED_REQUIRE);
	assert_int_equal(env_fixture_apply(&f, &e), -EOPNOTSUPP);
	assert_non_null(strstr(e.text, "cpu.frequency"));
	check_unavailable(&f, "cpu.frequency", "policy0", "not-supported");
	env_fixture_check_restored(&f);
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_done(&f);
}

static void test_strict_requires_everything_but_what_is_ignored(void **state)
{
	struct error e = {0};
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	env_fixture_want(&f, "cpu.governor", "schedutil", NEED_IGNORE);
	env_fixture_want(&f, "cpu.turbo", "off", NEED_PREFER);
	assert_int_equal(env_apply(f.env, &f.profile, true, 0, 1, &f.outcomes, &e), 0);
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_want(&f, "cpu.governor", "schedutil", NEED_PREFER);
	assert_int_equal(env_apply(f.env, &f.profile, true, 0, 1, &f.outcomes, &e), -EOPNOTSUPP);
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_check_restored(&f);
	env_fixture_done(&f);
}

static void test_what_someone_else_changed_stays_theirs(void **state)
{
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	env_fixture_want(&f, "cpu.frequency", "base", NEED_PREFER);
	env_fixture_want(&f, "cpu.turbo", "off", NEED_PREFER);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	sysfs_tree_put(
		f.root, "/sys/devices/system/cpu/cpufreq/policy1/scaling_max_freq", "2500000");
	assert_int_equal(env_restore(f.env, &f.residue), 0);
	assert_int_equal(f.residue.n, 1);
	assert_string_equal(f.residue.items[0].reason, "changed-since");
	assert_string_equal(f.residue.items[0].after, "2000000kHz-2500000kHz");
	check_file(&f, "/sys/devices/system/cpu/intel_pstate/no_turbo", "0");
	assert_false(file_exists(f.journal));
	env_fixture_done(&f);
}

static void test_a_firmware_cap_is_nobodys_change(void **state)
{
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_ACPI);
	env_fixture_want(&f, "cpu.frequency", "2000MHz", NEED_PREFER);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	for (unsigned cpu = 0; cpu < 2; cpu++) {
		char path[SYSFS_PATH_MAX];

		sysfs_tree_put(f.root,
			sysfs_path(path, "", "/sys/devices/system/cpu/cpufreq/policy%u/bios_limit",
				cpu),
			"1500000");
		sysfs_tree_put(f.root,
			sysfs_path(path, "",
				"/sys/devices/system/cpu/cpufreq/policy%u/scaling_max_freq", cpu),
			"1500000");
		sysfs_tree_put(f.root,
			sysfs_path(path, "",
				"/sys/devices/system/cpu/cpufreq/policy%u/scaling_min_freq", cpu),
			"1500000");
	}
	assert_int_equal(env_restore(f.env, &f.residue), 0);
	assert_int_equal(f.residue.n, 0);
	check_file(&f, "/sys/devices/system/cpu/cpufreq/policy0/scaling_min_freq", "800000");
	check_file(&f, "/sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq", "3600000");
	env_fixture_done(&f);
}

static void test_another_holder_of_the_machine_is_respected(void **state)
{
	struct error e = {0};
	struct env_fixture f;
	int fd;

	env_fixture_fake(&f, SYSFS_ACPI);
	fd = open(f.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	env_fixture_want(&f, "cpu.turbo", "off", NEED_PREFER);
	env_fixture_want(&f, "aslr", "off", NEED_PREFER);
	assert_int_equal(env_fixture_apply(&f, &e), 0);
	check_unavailable(&f, "cpu.turbo", "system", "owned-by:steadyd");
	check_outcome(&f, "aslr", "system", "on", "off");
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_want(&f, "cpu.turbo", "off", NEED_REQUIRE);
	assert_int_equal(env_fixture_apply(&f, &e), -EBUSY);
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_check_restored(&f);
	assert_int_equal(close(fd), 0);
	env_fixture_done(&f);
}

static void test_without_privilege_nothing_of_roots_is_tried(void **state)
{
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_ACPI);
	f.config.privileged = false;
	env_fixture_restart(&f);
	env_fixture_want(&f, "cpu.governor", "performance", NEED_PREFER);
	env_fixture_want(&f, "aslr", "off", NEED_PREFER);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	check_unavailable(&f, "cpu.governor", "system", "not-permitted");
	check_outcome(&f, "aslr", "system", "on", "off");
	assert_false(file_exists(f.lock));
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_check_restored(&f);
	env_fixture_done(&f);
}

static void test_a_reboot_has_given_back_everything(void **state)
{
	CLEANUP_FREE char *text = NULL;
	struct env_fixture f;
	char *boot;

	env_fixture_fake(&f, SYSFS_ACPI);
	env_fixture_want(&f, "cpu.turbo", "off", NEED_PREFER);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	env_fixture_restart(&f);
	assert_int_equal(file_read(f.journal, 65536, &text, NULL, NULL), 0);
	boot = strstr(text, "boot ") + 5;
	*boot = *boot == 'x' ? 'y' : 'x';
	assert_int_equal(file_write_atomic(f.journal, text, strlen(text), 0644, NULL), 0);
	assert_int_equal(env_restore_journal(&f.config, NULL, &f.residue, NULL), 0);
	assert_int_equal(f.residue.n, 0);
	assert_false(file_exists(f.journal));
	check_file(&f, "/sys/devices/system/cpu/cpufreq/boost", "0");
	env_fixture_done(&f);
}

static void test_every_knob_is_listed(void **state)
{
	struct env_fixture f;
	size_t n_descs;

	env_fixture_fake(&f, SYSFS_AMD_PSTATE);
	assert_int_equal(env_list(&f.config, &f.outcomes), 0);
	for (const struct knob_desc *d = knob_desc_all(&n_descs); n_descs > 0; n_descs--, d++) {
		bool found = false;

		for (size_t i = 0; i < f.outcomes.n; i++)
			found |= streq(f.outcomes.items[i].knob, d->name);
		assert_true(found);
	}
	assert_string_equal(env_fixture_outcome(&f, "cpu.turbo", "policy0")->before, "on");
	assert_null(env_fixture_outcome(&f, "cpu.turbo", "policy0")->want);
	env_fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings_hold_and_come_back),
		cmocka_unit_test(test_the_journal_can_be_undone_by_hand),
		cmocka_unit_test(test_the_journal_alone_is_enough),
		cmocka_unit_test(test_a_missing_driver_is_an_answer_with_a_reason),
		cmocka_unit_test(test_a_required_setting_that_is_missing_changes_nothing),
		cmocka_unit_test(test_strict_requires_everything_but_what_is_ignored),
		cmocka_unit_test(test_what_someone_else_changed_stays_theirs),
		cmocka_unit_test(test_a_firmware_cap_is_nobodys_change),
		cmocka_unit_test(test_another_holder_of_the_machine_is_respected),
		cmocka_unit_test(test_without_privilege_nothing_of_roots_is_tried),
		cmocka_unit_test(test_a_reboot_has_given_back_everything),
		cmocka_unit_test(test_every_knob_is_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
