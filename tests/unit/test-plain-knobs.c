/* Knobs that are nothing but a kernel file, on a fake tree and on files of this very process. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "common/model/knob-desc.h"
#include "daemon/env/engine.h"
#include "daemon/env/knobs/plain.h"
#include "tests/fake/env-fixture.h"
#include "tests/unit/cmocka-all.h"

#define SYSCTL	  "/proc/sys/"
#define WORKQUEUE "/sys/devices/virtual/workqueue/"
#define CPU	  "/sys/devices/system/cpu/"
#define MM	  "/sys/kernel/mm/"

/* A knob, its file, what is in it before, what is asked for and what is then in it. Shown NULL: as
 * in the file. */
struct sample {
	const char *knob, *target, *file, *old, *shown, *want, *text;
};

static const struct sample samples[] = {
	{"kernel.nmi-watchdog", "system", SYSCTL "kernel/nmi_watchdog", "1", "on", "off", "0"},
	{"kernel.timer-migration", "system", SYSCTL "kernel/timer_migration", "0", "off", "on",
		"1"},
	{"ksm.run", "system", MM "ksm/run", "1", "on", "unmerge", "2"},
	{"numa.balancing", "system", SYSCTL "kernel/numa_balancing", "2", NULL, "off", "0"},
	{"sched.autogroup", "system", SYSCTL "kernel/sched_autogroup_enabled", "1", "on", "off",
		"0"},
	{"sched.rt-throttle", "system", SYSCTL "kernel/sched_rt_runtime_us", "950000", "950000us",
		"off", "-1"},
	{"thp.defrag", "system", MM "transparent_hugepage/defrag",
		"always defer defer+madvise [madvise] never", "madvise", "defer",
		"always [defer] defer+madvise madvise never"},
	{"thp.enabled", "system", MM "transparent_hugepage/enabled", "always [madvise] never",
		"madvise", "never", "always madvise [never]"},
	{"vm.stat-interval", "system", SYSCTL "vm/stat_interval", "1", "1s", "2m", "120"},
	{"vm.swappiness", "system", SYSCTL "vm/swappiness", "60", "60", "007", "7"},
	{"cpu.energy-bias", "cpu1", CPU "cpu1/power/energy_perf_bias", "6", "normal", "0", "0"},
	{"cpu.energy-preference", "policy1", CPU "cpufreq/policy1/energy_performance_preference",
		"balance_power", NULL, "performance", "performance"},
	{"cpu.resume-latency", "cpu0", CPU "cpu0/power/pm_qos_resume_latency_us", "0", "unlimited",
		"0us", "n/a"},
	{"irq.default", "system", "/proc/irq/default_smp_affinity", "00000003", "0-1", "1", "2"},
	{"kernel.watchdog-cpus", "system", SYSCTL "kernel/watchdog_cpumask", "0-1", NULL, "0", "0"},
	{"machinecheck.interval", "system",
		"/sys/devices/system/machinecheck/machinecheck0/check_interval", "300", "300s",
		"off", "0"},
	{"perf.cpu-time", "system", SYSCTL "kernel/perf_cpu_time_max_percent", "25", NULL, "1",
		"1"},
	{"perf.sample-rate", "system", SYSCTL "kernel/perf_event_max_sample_rate", "100000", NULL,
		"1", "1"},
	{"platform.profile", "system", "/sys/firmware/acpi/platform_profile", "balanced", NULL,
		"performance", "performance"},
	{"workqueue.cpus", "system", WORKQUEUE "cpumask_requested", "00000003", "0-1", "1", "2"},
	{"writeback.cpus", "system", WORKQUEUE "writeback/cpumask", "3", "0-1", "0", "1"},
};

/* What the kernel makes of a word that is written. */
static int write_brackets(const char *root, const char *file, const char *value)
{
	CLEANUP_STRV struct strv words = {0};
	CLEANUP_FREE char *joined = NULL;
	char line[SYSFS_LINE_MAX], *rest = line, *word;
	bool found = false;
	int r = sysfs_read(root, line, sizeof(line), "%s", file);

	while (r >= 0 && (word = strsep(&rest, " "))) {
		word += strspn(word, "[");
		word[strcspn(word, "]")] = '\0';
		found |= streq(word, value);
		r = strv_pushf(&words, streq(word, value) ? "[%s]" : "%s", word);
	}
	if (r < 0 || !found)
		return r < 0 ? r : -EINVAL;
	joined = strv_join(&words, " ");
	assert_non_null(joined);
	sysfs_tree_put(root, file, joined);
	return 0;
}

static int apply_enabled(struct host *h, const char *target, const char *value)
{
	return write_brackets(h->root, MM "transparent_hugepage/enabled", value);
}

static int apply_defrag(struct host *h, const char *target, const char *value)
{
	return write_brackets(h->root, MM "transparent_hugepage/defrag", value);
}

/* The kernel leaves out the isolated CPU 1. */
static int apply_workqueue(struct host *h, const char *target, const char *value)
{
	assert_int_equal(sysfs_write(h->root, value, WORKQUEUE "cpumask"), 0);
	sysfs_tree_put(h->root, WORKQUEUE "cpumask", "1");
	sysfs_tree_put(h->root, WORKQUEUE "cpumask_requested", value);
	return 0;
}

/* The rate cannot be written while the limiter of the share is off. */
static int apply_rate(struct host *h, const char *target, const char *value)
{
	uint64_t percent;

	assert_int_equal(
		sysfs_read_u64(h->root, &percent, SYSCTL "kernel/perf_cpu_time_max_percent"), 0);
	if (percent == 0 || percent == 100)
		return -EINVAL;
	return sysfs_write(h->root, value, SYSCTL "kernel/perf_event_max_sample_rate");
}

static int refuse_with; /* an errno for the knobs below */

static int refuse(struct host *h, const char *target, const char *value)
{
	return -refuse_with;
}

/* The machine's knobs with other ways to write, as the kernel's files are no plain files. */
static struct knob copies[64];
static const struct knob *rows[ARRAY_SIZE(copies)];
static struct knob_table kernel = {.knobs = rows};

static struct knob *kernel_knob(const char *name)
{
	for (size_t i = 0; i < kernel.n; i++)
		if (streq(copies[i].name, name))
			return &copies[i];
	fail_msg("no knob %s", name);
	return NULL;
}

static void make_kernel(void)
{
	const struct knob_table *t = knob_table();

	assert_true(t->n <= ARRAY_SIZE(copies));
	for (kernel.n = 0; kernel.n < t->n; kernel.n++) {
		copies[kernel.n] = *t->knobs[kernel.n];
		rows[kernel.n] = &copies[kernel.n];
	}
	kernel_knob("thp.enabled")->apply = apply_enabled;
	kernel_knob("thp.defrag")->apply = apply_defrag;
	kernel_knob("workqueue.cpus")->apply = apply_workqueue;
	kernel_knob("perf.sample-rate")->apply = apply_rate;
}

static void set_up(struct env_fixture *f)
{
	env_fixture_fake(f, SYSFS_ACPI);
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		sysfs_tree_put(f->root, samples[i].file, samples[i].old);
	sysfs_tree_put(f->root, WORKQUEUE "cpumask", "1");
	sysfs_tree_put(f->root, "/sys/firmware/acpi/platform_profile_choices",
		"low-power balanced performance");
	sysfs_tree_put(f->root, CPU "cpufreq/policy1/energy_performance_available_preferences",
		"default performance balance_performance balance_power power");
	free(f->before);
	f->before = sysfs_tree_text(f->root);
	make_kernel();
	f->env = env_free(f->env);
	assert_int_equal(env_new_with(&f->env, &f->config, &kernel, UNDO_PASSES_MAX, NULL), 0);
}

static void want_all(struct env_fixture *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		env_fixture_want(f, samples[i].knob, samples[i].want, NEED_REQUIRE);
}

static void check_file(const struct env_fixture *f, const char *file, const char *value)
{
	char text[SYSFS_LINE_MAX];

	assert_int_equal(sysfs_read(f->root, text, sizeof(text), "%s", file), 0);
	assert_string_equal(text, value);
}

static void test_every_knob_holds_and_comes_back(void **state)
{
	struct error e = {0};
	struct env_fixture f;

	set_up(&f);
	want_all(&f);
	assert_int_equal(env_fixture_apply(&f, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		const struct sample *s = &samples[i];
		const struct setting_outcome *o = env_fixture_outcome(&f, s->knob, s->target);

		assert_int_equal(o->status, SETTING_HELD);
		assert_string_equal(o->before, s->shown ? s->shown : s->old);
		check_file(&f, s->file, s->text);
	}
	assert_int_equal(env_restore(f.env, &f.residue), 0);
	assert_int_equal(f.residue.n, 0);
	env_fixture_check_restored(&f);
	env_fixture_done(&f);
}

/* Rows without a sample are rows without a test. */
static void test_every_row_has_a_sample(void **state)
{
	const struct knob_table *t = knob_table();
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		bool is_file = t->knobs[i]->where && !t->knobs[i]->many;
		bool found = false;

		for (size_t j = 0; j < ARRAY_SIZE(samples); j++)
			found |= streq(samples[j].knob, t->knobs[i]->name);
		assert_non_null(knob_desc_find(t->knobs[i]->name));
		n += found;
		if (is_file && !found)
			assert_true(strncmp(t->knobs[i]->name, "cpu.", 4) == 0);
	}
	assert_int_equal(n, ARRAY_SIZE(samples));
}

/* A share of 0 or 100 keeps the rate from being written, in both directions. */
static void test_the_share_of_perf_makes_room_for_its_rate(void **state)
{
	static const char *const shares[] = {"0", "100", "25"};
	struct env_fixture f;

	for (size_t i = 0; i < ARRAY_SIZE(shares); i++) {
		set_up(&f);
		sysfs_tree_put(f.root, SYSCTL "kernel/perf_cpu_time_max_percent", shares[i]);
		free(f.before);
		f.before = sysfs_tree_text(f.root);
		env_fixture_want(&f, "perf.cpu-time", "1", NEED_REQUIRE);
		env_fixture_want(&f, "perf.sample-rate", "1", NEED_REQUIRE);
		assert_int_equal(env_fixture_apply(&f, NULL), 0);
		check_file(&f, SYSCTL "kernel/perf_event_max_sample_rate", "1");
		assert_int_equal(env_restore(f.env, &f.residue), 0);
		assert_int_equal(f.residue.n, 0);
		env_fixture_check_restored(&f);
		env_fixture_done(&f);
	}
}

/* "00000003" is "3": not to be written, and nobody's change. */
static void test_masks_are_compared_as_sets(void **state)
{
	struct env_fixture f;

	set_up(&f);
	refuse_with = EIO;
	kernel_knob("irq.default")->apply = refuse;
	env_fixture_want(&f, "irq.default", "0-1", NEED_REQUIRE);
	env_fixture_want(&f, "writeback.cpus", "0", NEED_REQUIRE);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	assert_int_equal(env_fixture_outcome(&f, "irq.default", "system")->status, SETTING_HELD);
	sysfs_tree_put(f.root, WORKQUEUE "writeback/cpumask", "00000000,00000001");
	assert_int_equal(env_restore(f.env, &f.residue), 0);
	assert_int_equal(f.residue.n, 0);
	env_fixture_check_restored(&f);
	env_fixture_done(&f);
}

static void check_cpus(const char *root, const char *want, int error, const char *text)
{
	static const struct plain row = {.file = "/mask", .form = PLAIN_MASK};
	CLEANUP_FREE char *value = NULL;
	struct host h = {.root = root};

	cpuset_add(&h.run.housekeeping, 1);
	assert_int_equal(plain_resolve(&row, &h, "system", want, &value), error);
	if (text)
		assert_string_equal(value, text);
}

static void test_cpus_are_those_there_can_be(void **state)
{
	struct env_fixture f;

	set_up(&f);
	check_cpus(f.root, "all", 0, "3");
	check_cpus(f.root, "housekeeping", 0, "2");
	check_cpus(f.root, "0", 0, "1");
	check_cpus(f.root, "0-2", -EOPNOTSUPP, NULL);
	check_cpus(f.root, "", -EOPNOTSUPP, NULL);
	env_fixture_done(&f);
}

static void test_the_shell_can_undo_it(void **state)
{
	struct env_fixture f;

	set_up(&f);
	env_fixture_want(&f, "vm.swappiness", "10", NEED_REQUIRE);
	env_fixture_want(&f, "sched.rt-throttle", "off", NEED_REQUIRE);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	check_file(&f, SYSCTL "kernel/sched_rt_runtime_us", "-1");
	env_fixture_run_script(&f);
	check_file(&f, SYSCTL "kernel/sched_rt_runtime_us", "950000");
	check_file(&f, SYSCTL "vm/swappiness", "60");
	env_fixture_done(&f);
}

static void test_what_is_missing_has_a_reason(void **state)
{
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_NO_DRIVER);
	env_fixture_want(&f, "numa.balancing", "off", NEED_PREFER);
	env_fixture_want(&f, "ksm.run", "off", NEED_PREFER);
	env_fixture_want(&f, "thp.enabled", "madvise", NEED_PREFER);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	assert_string_equal(
		env_fixture_outcome(&f, "numa.balancing", "system")->reason, "not-supported");
	assert_string_equal(env_fixture_outcome(&f, "ksm.run", "system")->reason, "not-supported");
	assert_int_equal(env_fixture_outcome(&f, "thp.enabled", "system")->status, SETTING_HELD);
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_check_restored(&f);
	env_fixture_done(&f);
}

static void test_a_word_that_this_kernel_does_not_know_is_not_tried(void **state)
{
	struct error e = {0};
	struct env_fixture f;

	set_up(&f);
	sysfs_tree_put(f.root, MM "transparent_hugepage/defrag", "always [madvise] never");
	env_fixture_want(&f, "thp.defrag", "defer+madvise", NEED_REQUIRE);
	assert_int_equal(env_fixture_apply(&f, &e), -EOPNOTSUPP);
	assert_string_equal(
		env_fixture_outcome(&f, "thp.defrag", "system")->reason, "not-supported");
	check_file(&f, MM "transparent_hugepage/defrag", "always [madvise] never");
	env_fixture_done(&f);
}

/* As kernel.nmi_watchdog is in most virtual machines, for root as well. */
static void test_a_read_only_file_can_only_be_what_it_is(void **state)
{
	const char *file = SYSCTL "kernel/nmi_watchdog";
	char path[SYSFS_PATH_MAX];
	struct env_fixture f;

	set_up(&f);
	assert_int_equal(chmod(sysfs_path(path, f.root, "%s", file), 0444), 0);
	env_fixture_want(&f, "kernel.nmi-watchdog", "off", NEED_PREFER);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	assert_int_equal(env_fixture_outcome(&f, "kernel.nmi-watchdog", "system")->status,
		SETTING_UNAVAILABLE);
	assert_string_equal(
		env_fixture_outcome(&f, "kernel.nmi-watchdog", "system")->reason, "not-supported");
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_check_restored(&f);
	env_fixture_want(&f, "kernel.nmi-watchdog", "on", NEED_REQUIRE);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	assert_int_equal(
		env_fixture_outcome(&f, "kernel.nmi-watchdog", "system")->status, SETTING_HELD);
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_done(&f);
}

static void check_refusal(int error)
{
	const struct setting_outcome *o;
	struct env_fixture f;

	set_up(&f);
	refuse_with = error;
	kernel_knob("vm.swappiness")->apply = refuse;
	env_fixture_want(&f, "vm.swappiness", "1", NEED_PREFER);
	env_fixture_want(&f, "vm.stat-interval", "10s", NEED_PREFER);
	(void)env_fixture_apply(&f, NULL);
	o = env_fixture_outcome(&f, "vm.swappiness", "system");
	assert_int_equal(o->status, SETTING_FAILED);
	assert_string_equal(o->reason, strerror(error));
	assert_string_equal(o->after, "60");
	check_file(&f, SYSCTL "vm/stat_interval", "10");
	assert_int_equal(env_restore(f.env, &f.residue), 0);
	assert_int_equal(f.residue.n, 0);
	env_fixture_check_restored(&f);
	env_fixture_done(&f);
}

static void test_a_refusal_is_told_and_the_rest_comes_back(void **state)
{
	check_refusal(EIO);
	check_refusal(EINVAL);
	check_refusal(EBUSY);
}

static void test_someone_elses_change_is_left_alone(void **state)
{
	struct env_fixture f;

	set_up(&f);
	want_all(&f);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	sysfs_tree_put(f.root, SYSCTL "vm/swappiness", "33");
	sysfs_tree_put(f.root, MM "transparent_hugepage/enabled", "[always] madvise never");
	assert_int_equal(env_restore(f.env, &f.residue), 0);
	assert_int_equal(f.residue.n, 2);
	for (size_t i = 0; i < f.residue.n; i++)
		assert_string_equal(f.residue.items[i].reason, "changed-since");
	check_file(&f, SYSCTL "vm/swappiness", "33");
	check_file(&f, MM "transparent_hugepage/enabled", "[always] madvise never");
	check_file(&f, SYSCTL "vm/stat_interval", "1");
	check_file(&f, SYSCTL "kernel/numa_balancing", "2");
	assert_false(file_exists(f.journal));
	env_fixture_done(&f);
}

/* The kernel itself, on a file that belongs to this process alone. */
static void test_the_kernels_own_refusal_arrives(void **state)
{
	static const struct plain row = {.file = "/proc/self/oom_score_adj", .form = PLAIN_NUMBER};
	CLEANUP_FREE char *before = NULL, *after = NULL;
	struct host h = {.root = ""};

	assert_int_equal(plain_read(&row, &h, "system", &before), 0);
	assert_int_equal(plain_apply(&row, &h, "system", "5000"), -EINVAL);
	assert_int_equal(plain_apply(&row, &h, "system", before), 0);
	assert_int_equal(plain_read(&row, &h, "system", &after), 0);
	assert_string_equal(after, before);
}

static void test_brackets_without_a_word_are_no_value(void **state)
{
	static const char *const lines[] = {"always madvise never", "always [] never", "[always"};
	struct env_fixture f;

	set_up(&f);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		CLEANUP_FREE char *value = NULL;
		struct host h = {.root = f.root};

		sysfs_tree_put(f.root, MM "transparent_hugepage/enabled", lines[i]);
		assert_int_equal(kernel_knob("thp.enabled")->read(&h, "system", &value), -EIO);
	}
	env_fixture_done(&f);
}

static void test_a_wrong_value_is_told_what_would_be_right(void **state)
{
	static const char *const wrong[][3] = {
		{"ksm.run", "yes", "'yes' is not one of: on, off, unmerge"},
		{"thp.enabled", "defer", "'defer' is not one of: always, madvise, never"},
		{"vm.swappiness", "201", "'201' is not one of: a whole number from 0 to 200"},
		{"vm.swappiness", "1.5", "'1.5' is not one of: a whole number from 0 to 200"},
		{"vm.stat-interval", "0s", "'0s' is not a duration from 1s to 1d in whole seconds"},
		{"vm.stat-interval", "1500ms",
			"'1500ms' is not a duration from 1s to 1d in whole seconds"},
		{"irq.default", "", "'' is not all, housekeeping or a list of CPUs such as 0-1"},
		{"cpu.energy-bias", "16",
			"'16' is not one of: performance, balance-performance, normal, "
			"balance-power, power, a whole number from 0 to 15"},
		{"cpu.resume-latency", "0s", "'0s' is not unlimited, 0us or a latency up to 1s"},
		{"perf.cpu-time", "100", "'100' is not one of: a whole number from 1 to 99"},
		{"sched.rt-throttle", "on", "'on' is not off or a duration from 1ms to 1s"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct error e = {0};

		assert_int_equal(
			knob_desc_check(knob_desc_find(wrong[i][0]), wrong[i][1], &e), -EINVAL);
		assert_string_equal(e.text, wrong[i][2]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		assert_int_equal(
			knob_desc_check(knob_desc_find(samples[i].knob), samples[i].want, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_knob_holds_and_comes_back),
		cmocka_unit_test(test_every_row_has_a_sample),
		cmocka_unit_test(test_the_share_of_perf_makes_room_for_its_rate),
		cmocka_unit_test(test_masks_are_compared_as_sets),
		cmocka_unit_test(test_cpus_are_those_there_can_be),
		cmocka_unit_test(test_the_shell_can_undo_it),
		cmocka_unit_test(test_what_is_missing_has_a_reason),
		cmocka_unit_test(test_a_word_that_this_kernel_does_not_know_is_not_tried),
		cmocka_unit_test(test_a_read_only_file_can_only_be_what_it_is),
		cmocka_unit_test(test_a_refusal_is_told_and_the_rest_comes_back),
		cmocka_unit_test(test_someone_elses_change_is_left_alone),
		cmocka_unit_test(test_the_kernels_own_refusal_arrives),
		cmocka_unit_test(test_brackets_without_a_word_are_no_value),
		cmocka_unit_test(test_a_wrong_value_is_told_what_would_be_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
