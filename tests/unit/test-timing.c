/* Which numbers a run's row gets, from records or from clocks. */
#include "common/base/macro.h"
#include "daemon/probes/steal.h"
#include "daemon/probes/timing.h"
#include "tests/unit/cmocka-all.h"

#define MS NSEC_PER_MSEC

static struct run_outcome make_outcome(void)
{
	struct run_outcome outcome = {
		.end = RUN_END_EXITED,
		.spawn_ns = 90 * MS,
		.exec_ns = 100 * MS,
		.end_ns = 160 * MS,
		.tree_end_ns = 190 * MS,
		.leftovers = 2,
	};

	for (unsigned i = 0; i < METRIC_MAX; i++)
		outcome.metrics[i] = measure_unavailable("nobody looked");
	outcome.metrics[METRIC_CPU] = measure_set(0.031);
	outcome.run_delay = measure_set(0.007);
	return outcome;
}

static struct switch_report make_report(void)
{
	return (struct switch_report){
		.exec_seen = true,
		.exit_seen = true,
		.exec_ns = 101 * MS,
		.exit_ns = 141 * MS,
		.tree_exit_ns = 171 * MS,
		.own_ns = 30 * MS,
		.foreign_ns = 10 * MS,
		.waited_ns = 10 * MS,
		.migrations = 3,
		.n_cpus = 4,
		.culprits = {{.name = "hog", .seconds = 0.010}},
		.n_culprits = 1,
	};
}

static void test_kernel_stamps_win_over_clocks(void **state)
{
	struct run_outcome outcome = make_outcome();
	struct switch_report report = make_report();
	struct run run = {0};

	timing_fill(&run, &outcome, &report, NULL);
	assert_true(run.kernel_timing);
	assert_near(run.metrics[METRIC_WALL].value, 0.040, 1e-12);
	assert_near(run.metrics[METRIC_OWN].value, 0.030, 1e-12);
	assert_near(run.metrics[METRIC_WALL_TREE].value, 0.070, 1e-12);
	assert_near(run.metrics[METRIC_CPU].value, 0.031, 1e-12);
	assert_near(run.evidence.foreign.value, 0.010, 1e-12);
	assert_near(run.evidence.run_delay.value, 0.007, 1e-12);
	assert_near(run.evidence.migrations.value, 3, 1e-12);
	assert_int_equal(run.evidence.n_culprits, 1);
	assert_string_equal(run.evidence.culprits[0].name, "hog");
	assert_int_equal(run.evidence.leftovers, 2);
	assert_int_equal(run.evidence.n_cpus, 1);
}

static void test_share_refers_to_the_cpus_kept_busy(void **state)
{
	struct run_outcome outcome = make_outcome();
	struct switch_report report = make_report();
	struct run run = {0};

	report.own_ns = 100 * MS;
	report.waited_ns = 21 * MS;
	timing_fill(&run, &outcome, &report, NULL);
	assert_int_equal(run.evidence.n_cpus, 3);
	report.waited_ns = 1000 * MS;
	timing_fill(&run, &outcome, &report, NULL);
	assert_int_equal(run.evidence.n_cpus, 4);
	report.own_ns = report.waited_ns = 0;
	timing_fill(&run, &outcome, &report, NULL);
	assert_int_equal(run.evidence.n_cpus, 1);
}

static void test_lost_records_make_own_unavailable(void **state)
{
	struct run_outcome outcome = make_outcome();
	struct switch_report report = make_report();
	struct run run = {0};

	report.lost = 5;
	timing_fill(&run, &outcome, &report, NULL);
	assert_true(measure_is_set(&run.metrics[METRIC_WALL]));
	assert_false(measure_is_set(&run.metrics[METRIC_OWN]));
	assert_int_equal(run.evidence.lost_records, 5);
}

static void test_unseen_end_of_the_tree_is_taken_from_the_launcher(void **state)
{
	struct run_outcome outcome = make_outcome();
	struct switch_report report = make_report();
	struct run run = {0};

	report.tree_exit_ns = 0;
	timing_fill(&run, &outcome, &report, NULL);
	assert_near(run.metrics[METRIC_WALL_TREE].value, 0.089, 1e-12);
	outcome.tree_end_ns = 0;
	timing_fill(&run, &outcome, &report, NULL);
	assert_false(measure_is_set(&run.metrics[METRIC_WALL_TREE]));
}

static void test_hidden_tasks_leave_no_foreign_time_to_trust(void **state)
{
	struct run_outcome outcome = make_outcome();
	struct switch_report report = make_report();
	struct run run = {0};

	report.others_hidden = true;
	timing_fill(&run, &outcome, &report, NULL);
	assert_near(run.evidence.foreign.value, 0.007, 1e-12);
	assert_int_equal(run.evidence.n_culprits, 0);
}

static void test_without_records_clocks_and_run_delay_serve(void **state)
{
	struct run_outcome outcome = make_outcome();
	struct run run = {0};

	timing_fill(&run, &outcome, NULL, "perf events are not permitted");
	assert_false(run.kernel_timing);
	assert_near(run.metrics[METRIC_WALL].value, 0.060, 1e-12);
	assert_near(run.metrics[METRIC_WALL_TREE].value, 0.090, 1e-12);
	assert_false(measure_is_set(&run.metrics[METRIC_OWN]));
	assert_string_equal(run.metrics[METRIC_OWN].unavailable, "perf events are not permitted");
	assert_false(measure_is_set(&run.evidence.migrations));
	assert_near(run.evidence.foreign.value, 0.007, 1e-12);
	assert_int_equal(run.evidence.n_cpus, 1);
}

static void test_run_that_never_started_has_no_wall(void **state)
{
	struct run_outcome outcome = make_outcome();
	struct run run = {0};

	outcome.exec_ns = outcome.end_ns = outcome.tree_end_ns = 0;
	timing_fill(&run, &outcome, NULL, NULL);
	assert_false(measure_is_set(&run.metrics[METRIC_WALL]));
	assert_false(measure_is_set(&run.metrics[METRIC_WALL_TREE]));
	assert_true(run.metrics[METRIC_OWN].unavailable[0] != '\0');
}

static void test_steal_is_the_kernels_column(void **state)
{
	struct cpuset cpus = {0}, absent = {0};
	struct steal_snapshot now, before = {.ticks = 100}, after = {.ticks = 150};
	struct measure steal;

	cpuset_add(&cpus, 0);
	cpuset_add(&absent, CPUSET_CPUS_MAX - 1);
	now = steal_read(&cpus);
	assert_true(now.ticks >= 0);
	assert_int_equal(steal_read(&absent).ticks, -1);

	steal = steal_between(before, after);
	assert_near(steal.value, 50.0 / (double)sysconf(_SC_CLK_TCK), 1e-12);
	steal = steal_between((struct steal_snapshot){.ticks = -1}, now);
	assert_false(measure_is_set(&steal));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_stamps_win_over_clocks),
		cmocka_unit_test(test_share_refers_to_the_cpus_kept_busy),
		cmocka_unit_test(test_lost_records_make_own_unavailable),
		cmocka_unit_test(test_unseen_end_of_the_tree_is_taken_from_the_launcher),
		cmocka_unit_test(test_hidden_tasks_leave_no_foreign_time_to_trust),
		cmocka_unit_test(test_without_records_clocks_and_run_delay_serve),
		cmocka_unit_test(test_run_that_never_started_has_no_wall),
		cmocka_unit_test(test_steal_is_the_kernels_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
