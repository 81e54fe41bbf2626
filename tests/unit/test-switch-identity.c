/* Which tasks are the run and what the others are called: forks, execs, numbers used again. */
#include "tests/unit/switch-stream.h"

static void test_children_are_followed_until_the_last_ends(void **state)
{
	struct fixture f;

	start(&f, "0-1", true);
	switch_to(&f, 0, 100, HOG, 0, false);
	exec_main(&f, 1);
	fork_task(&f, 1, 1200, MAIN, 101, 101);
	switch_to(&f, 0, 1300, 0, 101, false);
	fork_task(&f, 0, 1400, 101, 102, 102);
	switch_to(&f, 0, 1500, 101, 102, false);
	exit_task(&f, 1, 2000, MAIN, MAIN);
	switch_to(&f, 1, 2001, MAIN, 101, false);
	exit_task(&f, 1, 2500, 101, 101);
	exit_task(&f, 0, 2700, 102, 102);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.exit_ns, 2000);
	assert_int_equal(f.report.tree_exit_ns, 2700);
	assert_int_equal(f.report.own_ns, 1000 + 700);
	assert_adds_up(&f);
}

static void test_child_that_did_not_end_leaves_the_tree_open(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	exec_main(&f, 1);
	fork_task(&f, 1, 1200, MAIN, 101, 101);
	exit_task(&f, 1, 2000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.tree_exit_ns, 0);
}

static void test_process_lasts_as_long_as_its_last_thread(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	exec_main(&f, 1);
	fork_task(&f, 1, 1100, MAIN, MAIN, 101);
	exit_task(&f, 1, 1500, MAIN, MAIN);
	switch_to(&f, 1, 1600, MAIN, 101, false);
	exit_task(&f, 1, 2500, MAIN, 101);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.exit_ns, 2500);
	assert_int_equal(f.report.own_ns, 1500);
}

static void test_wall_starts_at_the_first_exec(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	exec_main(&f, 1);
	name_task(&f, 1, 1700, MAIN, "real", true);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.exec_ns, 1000);
	assert_int_equal(f.report.own_ns, 2000);
}

static void test_exec_by_a_second_thread_stays_the_run(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	exec_main(&f, 1);
	fork_task(&f, 1, 1100, MAIN, MAIN, 101);
	switch_to(&f, 1, 1200, MAIN, 101, true);
	/* 101 calls exec: the first thread is killed, 101 takes its number over. */
	switch_to(&f, 1, 1300, 101, MAIN, false);
	exit_task(&f, 1, 1400, MAIN, MAIN);
	switch_to(&f, 1, 1500, MAIN, 101, false);
	name_task(&f, 1, 1600, MAIN, "next", true);
	switch_to(&f, 1, 2000, MAIN, HOG, true);
	switch_to(&f, 1, 2200, HOG, MAIN, true);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.exit_ns, 3000);
	assert_int_equal(f.report.tree_exit_ns, 3000);
	assert_int_equal(f.report.own_ns, 1800);
	assert_int_equal(f.report.foreign_ns, 200);
	assert_adds_up(&f);
}

static void test_number_used_again_is_somebody_else(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	exec_main(&f, 1);
	fork_task(&f, 1, 1100, MAIN, 101, 101);
	switch_to(&f, 1, 1200, MAIN, 101, false);
	exit_task(&f, 1, 1300, 101, 101);
	switch_to(&f, 1, 1350, 101, HOG, false);
	fork_task(&f, 1, 1400, HOG, 101, 101);
	switch_to(&f, 1, 1500, HOG, 101, false);
	switch_to(&f, 1, 1900, 101, MAIN, false);
	exit_task(&f, 1, 2000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.own_ns, 350 + 100);
	assert_int_equal(f.report.foreign_ns, 550);
	assert_int_equal(f.report.tree_exit_ns, 2000);
	assert_adds_up(&f);
}

static void test_pid_of_the_run_before_and_after_it_is_not_the_run(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	switch_account_follow(f.account, MAIN, 800);
	switch_to(&f, 1, 100, HOG, MAIN, false);
	name_task(&f, 1, 200, MAIN, "earlier", true);
	exit_task(&f, 1, 300, MAIN, MAIN);
	switch_to(&f, 1, 310, MAIN, 0, false);
	exec_main(&f, 1);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	switch_to(&f, 1, 3010, MAIN, HOG, false);
	fork_task(&f, 1, 3100, HOG, MAIN, MAIN);
	switch_to(&f, 1, 3200, HOG, MAIN, false);
	name_task(&f, 1, 3300, MAIN, "later", true);
	exit_task(&f, 1, 3400, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.exec_ns, 1000);
	assert_int_equal(f.report.exit_ns, 3000);
	assert_int_equal(f.report.own_ns, 2000);
	assert_int_equal(f.report.tree_exit_ns, 3000);
}

static void test_failed_start_is_no_data(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	switch_to(&f, 1, 900, 0, MAIN, false);
	exit_task(&f, 1, 1000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), -ENODATA);
	start(&f, "1", true);
	exec_main(&f, 1);
	assert_int_equal(finish(&f, 4000), -ENODATA);
	assert_true(f.report.exec_seen);
	assert_false(f.report.exit_seen);
}

static bool find_kworker(pid_t tid, char ret[static TASK_NAME_MAX], void *userdata)
{
	if (tid != 7)
		return false;

	strcpy(ret, "kworker/1:0-eve");
	return true;
}

static void test_names_come_from_records_parents_proc_or_numbers(void **state)
{
	static const struct task_lookup lookup = {.find = find_kworker};
	struct cpuset set = {0};
	struct fixture f;

	cpuset_add(&set, 1);
	assert_int_equal(switch_account_new(&f.account, &set, true, &lookup), 0);
	switch_account_follow(f.account, MAIN, 0);
	name_task(&f, 1, 10, HOG, "parent", false);
	fork_task(&f, 1, 20, HOG, 71, 71);
	switch_to(&f, 1, 30, HOG, 0, false);
	exec_main(&f, 1);
	switch_to(&f, 1, 1100, MAIN, 71, true);
	switch_to(&f, 1, 1500, 71, 7, false);
	switch_to(&f, 1, 1800, 7, 8, false);
	switch_to(&f, 1, 2000, 8, MAIN, false);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.n_culprits, 3);
	assert_string_equal(f.report.culprits[0].name, "parent");
	assert_string_equal(f.report.culprits[1].name, "kworker/1:0");
	assert_string_equal(f.report.culprits[2].name, "pid 8");
	assert_near(f.report.culprits[2].seconds, 200e-9, 1e-12);
}

static void test_more_tasks_than_the_table_holds_do_not_lose_the_run(void **state)
{
	struct fixture f;
	uint64_t t = 1000;
	double seconds = 0;

	start(&f, "1", true);
	exec_main(&f, 1);
	for (pid_t tid = 1000; tid < 1000 + (pid_t)TASK_TABLE_MAX + 5000; tid++, t += 10) {
		switch_to(&f, 1, t, tid == 1000 ? MAIN : tid - 1, tid, tid == 1000);
	}
	switch_to(&f, 1, t, 1000 + (pid_t)TASK_TABLE_MAX + 4999, MAIN, false);
	exit_task(&f, 1, t + 100, MAIN, MAIN);
	assert_int_equal(finish(&f, t + 200), 0);
	assert_int_equal(f.report.own_ns, 100);
	assert_int_equal(f.report.foreign_ns, 10 * (TASK_TABLE_MAX + 5000));
	assert_int_equal(f.report.n_culprits, RUN_CULPRITS_MAX);
	for (unsigned i = 0; i < f.report.n_culprits; i++)
		seconds += f.report.culprits[i].seconds;
	assert_string_equal(f.report.culprits[0].name, "others");
	assert_true(seconds * 1e9 <= (double)f.report.foreign_ns + 1);
	assert_adds_up(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_children_are_followed_until_the_last_ends),
		cmocka_unit_test(test_child_that_did_not_end_leaves_the_tree_open),
		cmocka_unit_test(test_process_lasts_as_long_as_its_last_thread),
		cmocka_unit_test(test_wall_starts_at_the_first_exec),
		cmocka_unit_test(test_exec_by_a_second_thread_stays_the_run),
		cmocka_unit_test(test_number_used_again_is_somebody_else),
		cmocka_unit_test(test_pid_of_the_run_before_and_after_it_is_not_the_run),
		cmocka_unit_test(test_failed_start_is_no_data),
		cmocka_unit_test(test_names_come_from_records_parents_proc_or_numbers),
		cmocka_unit_test(test_more_tasks_than_the_table_holds_do_not_lose_the_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
