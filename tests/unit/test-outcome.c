/* What a launcher's result becomes: no figure that the kernel's counters cannot bear out. */
#include "daemon/runner/outcome.h"
#include "tests/unit/cmocka-all.h"

static struct measure rss_of(uint64_t kib, uint64_t launcher_kib)
{
	const struct launch_request request = {0};
	struct launch_result result = {.peak_kib = launcher_kib,
		.code = CLD_EXITED,
		.exec_ns = 1,
		.end_ns = 2,
		.tree_end_ns = 2};
	struct run_outcome outcome = {0};

	result.usage.ru_maxrss = (long)kib;
	outcome_from_result(&result, &request, &outcome);
	return outcome.metrics[METRIC_MAX_RSS];
}

static void test_rss_within_the_counters_error_is_unavailable(void **state)
{
	/* Each CPU may keep 32 pages of 4 KiB to itself, and more on a large machine. */
	const uint64_t one_cpu_kib = 128;

	for (uint64_t kib = 600; kib <= 704 + 2 * one_cpu_kib; kib += 4) {
		const struct measure rss = rss_of(kib, 704);

		assert_false(measure_is_set(&rss));
		assert_non_null(strstr(rss.unavailable, "not above the launcher's 704 KiB"));
	}
}

static void test_rss_well_above_the_launcher_is_a_figure(void **state)
{
	const struct measure rss = rss_of(524288, 704);

	assert_true(measure_is_set(&rss));
	assert_near(rss.value, 512.0 * 1024 * 1024, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rss_within_the_counters_error_is_unavailable),
		cmocka_unit_test(test_rss_well_above_the_launcher_is_a_figure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
