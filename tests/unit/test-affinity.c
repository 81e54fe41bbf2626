/* cpu.affinity with real tasks: moved away, caught, and given back what they had. */

#include <errno.h>
#include <sys/resource.h>

#include "common/base/file.h"
#include "daemon/host/tasks.h"
#include "tests/fake/env-fixture.h"
#include "tests/fake/naps.h"
#include "tests/unit/cmocka-all.h"

struct fixture {
	struct env_fixture e;
	struct naps naps;
	struct snapshot before;
};

static void set_up(struct fixture *f)
{
	*f = (struct fixture){0};
	env_fixture_real(&f->e);
	env_fixture_want(&f->e, "cpu.affinity", "count=1", NEED_PREFER);
}

static void tear_down(struct fixture *f)
{
	env_fixture_done(&f->e);
	naps_done(&f->naps);
	snapshot_done(&f->before);
}

static void apply(struct fixture *f)
{
	struct error e = {0};

	snapshot_take(&f->before);
	if (env_fixture_apply(&f->e, &e) < 0)
		fail_msg("%s", e.text);
}

static void restore(struct fixture *f)
{
	assert_int_equal(env_restore(f->e.env, &f->e.residue), 0);
	assert_false(file_exists(f->e.journal));
}

static void test_tasks_are_moved_and_come_back(void **state)
{
	const struct env_run_settings *run;
	struct fixture f;

	set_up(&f);
	naps_add(&f.naps, NAP_SLEEPER, 4, NAP_ALL);
	naps_add(&f.naps, NAP_SLEEPER, 1, NAP_HOUSEKEEPING);
	naps_add(&f.naps, NAP_SLEEPER, 1, NAP_MEASURED);
	naps_add(&f.naps, NAP_THREADS, 1, NAP_ALL);
	assert_int_equal(snapshot_count(NAP_MEASURED), 9);
	apply(&f);
	assert_int_equal(snapshot_count(NAP_MEASURED), 0);
	run = env_run_settings(f.e.env);
	assert_true(run->pinned && run->isolated);
	assert_int_equal(cpuset_count(&run->cpus), 1);
	assert_true(cpuset_equal(&run->cpus, naps_cpus(NAP_MEASURED)));
	assert_true(cpuset_equal(&run->housekeeping, naps_cpus(NAP_HOUSEKEEPING)));
	assert_int_equal(f.e.outcomes.n, 1);
	assert_int_equal(f.e.outcomes.items[0].status, SETTING_HELD);
	restore(&f);
	assert_int_equal(f.e.residue.n, 0);
	snapshot_check(&f.before, "after restore");
	assert_false(env_run_settings(f.e.env)->pinned);
	tear_down(&f);
}

static void test_tasks_born_meanwhile_are_caught_and_come_back(void **state)
{
	struct fixture f;

	set_up(&f);
	naps_add(&f.naps, NAP_FORKER, 2, NAP_ALL);
	apply(&f);
	assert_int_equal(snapshot_count(NAP_MEASURED), 0);
	naps_add(&f.naps, NAP_SLEEPER, 3, NAP_ALL);
	naps_add(&f.naps, NAP_SLEEPER, 1, NAP_MEASURED);
	assert_int_equal(snapshot_count(NAP_MEASURED), 4);
	assert_int_equal(env_between_runs(f.e.env, 0), 4);
	assert_int_equal(snapshot_count(NAP_MEASURED), 0);
	assert_int_equal(env_between_runs(f.e.env, 0), 0);
	restore(&f);
	assert_int_equal(snapshot_count(NAP_MEASURED) >= 6, 1);
	snapshot_check(&f.before, "after restore");
	tear_down(&f);
}

static void test_what_belongs_to_the_run_is_not_moved(void **state)
{
	struct fixture f;

	set_up(&f);
	apply(&f);
	naps_add(&f.naps, NAP_SLEEPER, 2, NAP_MEASURED);
	assert_int_equal(env_between_runs(f.e.env, getpid()), 0);
	assert_int_equal(env_between_runs(f.e.env, f.naps.pids[0]), 1);
	assert_int_equal(snapshot_count(NAP_MEASURED), 1);
	restore(&f);
	tear_down(&f);
}

static void test_a_mask_someone_else_changed_is_left_alone(void **state)
{
	char text[CPUSET_TEXT_MAX];
	struct fixture f;

	set_up(&f);
	naps_add(&f.naps, NAP_SLEEPER, 2, NAP_ALL);
	apply(&f);
	assert_int_equal(task_cpus_set(f.naps.pids[0], naps_cpus(NAP_MEASURED)), 0);
	restore(&f);
	assert_int_equal(f.e.residue.n, 1);
	assert_string_equal(f.e.residue.items[0].reason, "changed-since");
	assert_string_equal(
		f.e.residue.items[0].after, cpuset_format(naps_cpus(NAP_MEASURED), text));
	assert_int_equal(snapshot_count(NAP_HOUSEKEEPING), 1);
	tear_down(&f);
}

static void test_tasks_that_had_our_mask_before_keep_it(void **state)
{
	struct cpuset cpus;
	struct fixture f;

	set_up(&f);
	naps_add(&f.naps, NAP_SLEEPER, 1, NAP_HOUSEKEEPING);
	apply(&f);
	restore(&f);
	assert_int_equal(task_cpus_now(f.naps.pids[0], &cpus), 0);
	assert_true(cpuset_equal(&cpus, naps_cpus(NAP_HOUSEKEEPING)));
	tear_down(&f);
}

static void test_hundreds_of_tasks_come_back(void **state)
{
	struct fixture f;

	set_up(&f);
	naps_add(&f.naps, NAP_THREADS, 75, NAP_ALL);
	apply(&f);
	assert_int_equal(snapshot_count(NAP_MEASURED), 0);
	restore(&f);
	assert_int_equal(snapshot_count(NAP_MEASURED), 300);
	snapshot_check(&f.before, "after restore");
	tear_down(&f);
}

static void test_without_privilege_the_workload_is_only_pinned(void **state)
{
	struct fixture f;

	set_up(&f);
	f.e.config.privileged = false;
	env_fixture_restart(&f.e);
	env_fixture_want(&f.e, "cpu.affinity", "auto", NEED_PREFER);
	apply(&f);
	assert_true(env_run_settings(f.e.env)->pinned);
	assert_false(env_run_settings(f.e.env)->isolated);
	assert_int_equal(f.e.outcomes.items[0].status, SETTING_UNAVAILABLE);
	assert_string_equal(f.e.outcomes.items[0].reason, "not-permitted");
	assert_non_null(strstr(f.e.outcomes.items[0].after, "pinned only"));
	assert_false(file_exists(f.e.journal));
	tear_down(&f);
}

static void test_a_newcomer_that_cannot_be_recorded_is_not_moved(void **state)
{
	struct naps naps = {0};
	struct env_fixture f;
	size_t size;
	char *text;

	env_fixture_real(&f);
	env_fixture_want(&f, "cpu.affinity", "count=1", NEED_REQUIRE);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	naps_add(&naps, NAP_SLEEPER, 2, NAP_ALL);
	assert_int_equal(file_read(f.journal, 65536, &text, &size, NULL), 0);
	env_fixture_limit_files(size + 8);
	assert_int_equal(env_between_runs(f.env, 0), -EFBIG);
	assert_int_equal(snapshot_count(NAP_MEASURED), 2);
	env_fixture_limit_files(RLIM_INFINITY);
	assert_int_equal(env_between_runs(f.env, 0), 2);
	assert_int_equal(env_restore(f.env, NULL), 0);
	assert_int_equal(snapshot_count(NAP_MEASURED), 2);
	free(text);
	naps_done(&naps);
	env_fixture_done(&f);
}

static void test_the_script_gives_back_tasks_and_their_children(void **state)
{
	struct snapshot before;
	struct naps naps = {0};
	struct env_fixture f;

	env_fixture_real(&f);
	naps_add(&naps, NAP_SLEEPER, 2, NAP_ALL);
	naps_add(&naps, NAP_SLEEPER, 1, NAP_HOUSEKEEPING);
	naps_add(&naps, NAP_SLEEPER, 1, NAP_MEASURED);
	naps_add(&naps, NAP_PARENT, 1, NAP_ALL);
	snapshot_take(&before);
	env_fixture_want(&f, "cpu.affinity", "count=1", NEED_REQUIRE);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	naps_poke(&naps);
	assert_int_equal(snapshot_count(NAP_MEASURED), 0);
	env_fixture_run_script(&f);
	snapshot_check(&before, "after the script");
	assert_int_equal(snapshot_count(NAP_MEASURED), 5);
	naps_done(&naps);
	snapshot_done(&before);
	env_fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tasks_are_moved_and_come_back),
		cmocka_unit_test(test_tasks_born_meanwhile_are_caught_and_come_back),
		cmocka_unit_test(test_what_belongs_to_the_run_is_not_moved),
		cmocka_unit_test(test_a_mask_someone_else_changed_is_left_alone),
		cmocka_unit_test(test_tasks_that_had_our_mask_before_keep_it),
		cmocka_unit_test(test_hundreds_of_tasks_come_back),
		cmocka_unit_test(test_a_newcomer_that_cannot_be_recorded_is_not_moved),
		cmocka_unit_test(test_the_script_gives_back_tasks_and_their_children),
		cmocka_unit_test(test_without_privilege_the_workload_is_only_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
