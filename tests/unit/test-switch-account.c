/* Whose time it was, from records made by hand, every nanosecond known. */
#include "tests/unit/switch-stream.h"

static void test_quiet_run_is_all_own(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	exec_main(&f, 1);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	switch_to(&f, 1, 3100, MAIN, 0, false);
	assert_int_equal(finish(&f, 5000), 0);
	assert_int_equal(f.report.exec_ns, 1000);
	assert_int_equal(f.report.exit_ns, 3000);
	assert_int_equal(f.report.tree_exit_ns, 3000);
	assert_int_equal(f.report.own_ns, 2000);
	assert_int_equal(f.report.foreign_ns, 0);
	assert_int_equal(f.report.n_culprits, 0);
	assert_adds_up(&f);
}

static void test_preemption_is_foreign_with_a_name(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	name_task(&f, 1, 10, HOG, "hog", false);
	switch_to(&f, 1, 20, HOG, 0, false);
	exec_main(&f, 1);
	switch_to(&f, 1, 1500, MAIN, HOG, true);
	switch_to(&f, 1, 1800, HOG, MAIN, true);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	switch_to(&f, 1, 3001, MAIN, HOG, false);
	assert_int_equal(finish(&f, 9000), 0);
	assert_int_equal(f.report.own_ns, 1700);
	assert_int_equal(f.report.foreign_ns, 300);
	assert_int_equal(f.report.preempted_ns, 300);
	assert_int_equal(f.report.n_culprits, 1);
	assert_string_equal(f.report.culprits[0].name, "hog");
	assert_near(f.report.culprits[0].seconds, 300e-9, 1e-12);
	assert_adds_up(&f);
}

static void test_idle_while_the_run_sleeps_is_not_foreign(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	exec_main(&f, 1);
	switch_to(&f, 1, 1500, MAIN, 0, false);
	switch_to(&f, 1, 2500, 0, MAIN, false);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.own_ns, 1000);
	assert_int_equal(f.report.idle_ns, 1000);
	assert_int_equal(f.report.foreign_ns, 0);
	assert_int_equal(f.report.preempted_ns, 0);
	assert_adds_up(&f);
}

static void sleep_beside_hog(struct fixture *f, bool pinned)
{
	start(f, "1", pinned);
	exec_main(f, 1);
	switch_to(f, 1, 1500, MAIN, HOG, false);
	switch_to(f, 1, 2500, HOG, MAIN, true);
	exit_task(f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(f, 4000), 0);
	assert_adds_up(f);
}

static void test_others_during_a_sleep_count_only_when_pinned(void **state)
{
	struct fixture f;

	sleep_beside_hog(&f, true);
	assert_int_equal(f.report.foreign_ns, 1000);
	sleep_beside_hog(&f, false);
	assert_int_equal(f.report.foreign_ns, 0);
	assert_int_equal(f.report.elsewhere_ns, 1000);
}

static void test_unused_measured_cpu_does_not_count(void **state)
{
	struct fixture f;

	start(&f, "1-2", true);
	switch_to(&f, 2, 500, 0, HOG, false);
	exec_main(&f, 1);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.foreign_ns, 0);
	assert_int_equal(f.report.elsewhere_ns, 2000);
	assert_adds_up(&f);
}

static void test_waiting_ends_where_the_task_runs_again(void **state)
{
	struct fixture f;

	start(&f, "0-1", false);
	switch_to(&f, 0, 100, HOG, 0, false);
	exec_main(&f, 1);
	switch_to(&f, 1, 1500, MAIN, HOG, true);
	switch_to(&f, 0, 1900, 0, MAIN, false);
	exit_task(&f, 0, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.own_ns, 1600);
	assert_int_equal(f.report.foreign_ns, 400);
	assert_int_equal(f.report.elsewhere_ns, 1100);
	assert_int_equal(f.report.migrations, 1);
	assert_adds_up(&f);
}

static void test_two_waiting_tasks_count_one_cpu_once(void **state)
{
	struct fixture f;

	start(&f, "1", false);
	exec_main(&f, 1);
	fork_task(&f, 1, 1100, MAIN, MAIN, 101);
	switch_to(&f, 1, 1200, MAIN, 101, true);
	switch_to(&f, 1, 1300, 101, HOG, true);
	switch_to(&f, 1, 1700, HOG, MAIN, true);
	switch_to(&f, 1, 1800, MAIN, 101, true);
	exit_task(&f, 1, 1900, MAIN, 101);
	switch_to(&f, 1, 1900, -1, MAIN, false);
	exit_task(&f, 1, 2000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.foreign_ns, 400);
	assert_int_equal(f.report.own_ns, 600);
	/* main: 1200-1700 and 1800-1900; its second thread: 1300-1800 */
	assert_int_equal(f.report.preempted_ns, 600);
	assert_int_equal(f.report.waited_ns, 1100);
	assert_adds_up(&f);
}

static void test_who_was_there_before_the_first_record_is_found_out(void **state)
{
	struct fixture f;

	/* CPU 2 has no record until 2500: HOG was on it all the time, then the run moves there. */
	start(&f, "1-2", false);
	exec_main(&f, 1);
	switch_to(&f, 2, 2500, HOG, 0, false);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.elsewhere_ns, 1500);
	assert_int_equal(f.report.idle_ns, 500);
	assert_int_equal(f.report.unseen_ns, 0);
	assert_adds_up(&f);
}

static void test_silent_cpu_is_unseen(void **state)
{
	struct fixture f;

	start(&f, "1-2", true);
	exec_main(&f, 1);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.unseen_ns, 2000);
	assert_adds_up(&f);
}

static void test_gap_of_lost_records_is_unseen(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	exec_main(&f, 1);
	switch_account_feed(f.account,
		&(struct switch_record){
			.type = SWITCH_RECORD_LOST, .cpu = 1, .time_ns = 2000, .current_tid = HOG});
	switch_to(&f, 1, 2300, HOG, MAIN, true);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.own_ns, 700);
	assert_int_equal(f.report.unseen_ns, 1000);
	assert_int_equal(f.report.foreign_ns, 300);
	assert_adds_up(&f);
}

static void test_records_of_one_instant_are_taken_in_order(void **state)
{
	struct fixture f;

	start(&f, "0-1", false);
	exec_main(&f, 1);
	fork_task(&f, 1, 1500, MAIN, 101, 101);
	switch_to(&f, 0, 1500, 0, 101, false);
	switch_to(&f, 0, 1500, 101, HOG, true);
	switch_to(&f, 0, 1500, HOG, 101, true);
	exit_task(&f, 0, 2000, 101, 101);
	exit_task(&f, 1, 2000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.own_ns, 1500);
	assert_int_equal(f.report.foreign_ns, 0);
	assert_adds_up(&f);
}

static void test_records_older_than_begin_are_ignored(void **state)
{
	struct fixture f;

	start(&f, "1", true);
	switch_account_begin(f.account, 950);
	switch_account_follow(f.account, MAIN, 950);
	exec_main(&f, 1);
	exit_task(&f, 1, 3000, MAIN, MAIN);
	assert_int_equal(finish(&f, 4000), 0);
	assert_int_equal(f.report.n_records, 2); /* COMM and EXIT */
	assert_int_equal(f.report.own_ns, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet_run_is_all_own),
		cmocka_unit_test(test_preemption_is_foreign_with_a_name),
		cmocka_unit_test(test_idle_while_the_run_sleeps_is_not_foreign),
		cmocka_unit_test(test_others_during_a_sleep_count_only_when_pinned),
		cmocka_unit_test(test_unused_measured_cpu_does_not_count),
		cmocka_unit_test(test_waiting_ends_where_the_task_runs_again),
		cmocka_unit_test(test_two_waiting_tasks_count_one_cpu_once),
		cmocka_unit_test(test_who_was_there_before_the_first_record_is_found_out),
		cmocka_unit_test(test_silent_cpu_is_unseen),
		cmocka_unit_test(test_gap_of_lost_records_is_unseen),
		cmocka_unit_test(test_records_of_one_instant_are_taken_in_order),
		cmocka_unit_test(test_records_older_than_begin_are_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
