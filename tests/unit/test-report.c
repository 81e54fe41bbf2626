/* Reports: golden files, and the layout of GNU time compared with the real program. */
#include <errno.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/base/macro.h"
#include "common/base/strv.h"
#include "ctl/report-csv.h"
#include "ctl/report-number.h"
#include "ctl/report-text.h"
#include "ctl/report-time.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/report-fixture.h"

#define GOLDEN_MAX (1u << 20)

/* With STEADY_GOLDEN_WRITE set the file is written instead: look at the difference in git. */
static void assert_golden(const char *name, const char *text)
{
	CLEANUP_FREE char *path = NULL, *expected = NULL;
	const char *source = getenv("STEADY_SOURCE");
	struct error e = {0};

	assert_non_null(source);
	assert_true(asprintf(&path, "%s/tests/golden/report/%s", source, name) > 0);
	if (getenv("STEADY_GOLDEN_WRITE"))
		assert_int_equal(file_write_atomic(path, text, strlen(text), 0644, &e), 0);
	assert_int_equal(file_read(path, GOLDEN_MAX, &expected, NULL, &e), 0);
	assert_string_equal(text, expected);
}

static void assert_report(const char *name, void (*fixture)(struct result *))
{
	CLEANUP(result_done) struct result r = {0};
	CLEANUP_FREE char *text = NULL, *printed = NULL;
	size_t size;
	FILE *f = open_memstream(&printed, &size);

	fixture(&r);
	assert_int_equal(report_text(&r, false, &text), 0);
	report_print(f, text, false);
	(void)fclose(f);
	assert_golden(name, printed);
}

static char *time_of(void (*fixture)(struct result *), uint64_t number)
{
	CLEANUP(result_done) struct result r = {0};
	struct error e = {0};
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fixture(&r);
	assert_int_equal(report_time(f, NULL, &r, number, &e), 0);
	(void)fclose(f);
	return text;
}

static void test_report_says_what_held_and_what_was_excluded(void **state)
{
	assert_report("quiet.txt", fixture_quiet);
}

static void test_report_of_arms_describes_their_ratio(void **state)
{
	assert_report("arms.txt", fixture_arms);
}

static void test_report_of_a_failed_job_begins_with_the_reason(void **state)
{
	assert_report("failed.txt", fixture_failed);
}

static void test_unstable_benchmark_has_no_figure(void **state)
{
	assert_report("unstable.txt", fixture_unstable);
}

static void test_time_layout_is_golden(void **state)
{
	CLEANUP_FREE char *text = time_of(fixture_quiet, 0);

	assert_golden("time.txt", text);
}

static void test_time_shows_the_run_that_was_asked_for(void **state)
{
	CLEANUP_FREE char *text = time_of(fixture_failed, 3);

	assert_ptr_equal(strstr(text, "Command exited with non-zero status 3\n"), text);
	assert_non_null(strstr(text, "\tExit status: 3\n"));
}

static void test_time_says_what_was_not_measured(void **state)
{
	CLEANUP(result_done) struct result r = {0};
	CLEANUP_FREE char *text = NULL;
	struct error e = {0};
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fixture_failed(&r);
	r.runs[0].metrics[METRIC_MAX_RSS] = measure_unavailable("no-procfs");
	assert_int_equal(report_time(f, NULL, &r, 1, &e), 0);
	(void)fclose(f);
	assert_non_null(
		strstr(text, "\tMaximum resident set size (kbytes): unavailable (no-procfs)\n"));
}

static void test_time_of_a_missing_run_is_an_error(void **state)
{
	CLEANUP(result_done) struct result r = {0};
	struct error e = {0};

	fixture_quiet(&r);
	assert_int_equal(report_time(stdout, NULL, &r, 99, &e), -ENOENT);
	assert_string_equal(e.text, "job 12 has no run 99 (it has 23)");
}

static void test_median_run_is_a_counted_one(void **state)
{
	CLEANUP(result_done) struct result r = {0};
	const struct run *run;

	fixture_quiet(&r);
	run = report_time_median_run(&r, 0);
	assert_non_null(run);
	assert_int_equal(run->status, RUN_OK);
	assert_near(run->metrics[METRIC_WALL].value, 2.62, 0.0011);
}

/* "\tLabel: value": everything up to the last ": " that is followed by the value. */
static void labels_of(char *text, struct strv *ret)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *end = NULL;

		if (line[0] != '\t')
			continue;
		for (char *p = strstr(line, ": "); p; p = strstr(p + 1, ": "))
			end = p;
		if (!end)
			fail_msg("no value: %s", line);
		else
			*end = '\0';
		assert_int_equal(strv_push(ret, line), 0);
	}
}

static char *real_time_output(void)
{
	CLEANUP_FREE char *path = NULL, *command = NULL;
	struct error e = {0};
	char *text = NULL;

	if (access("/usr/bin/time", X_OK) < 0)
		return NULL;
	assert_true(asprintf(&path, "/tmp/steady-test-time.%d", (int)getpid()) > 0);
	assert_true(asprintf(&command, "/usr/bin/time -v -o %s true", path) > 0);
	assert_int_equal(system(command), 0);
	assert_int_equal(file_read(path, GOLDEN_MAX, &text, NULL, &e), 0);
	(void)unlink(path);
	return text;
}

static void test_every_label_is_that_of_the_real_time(void **state)
{
	CLEANUP_FREE char *real = real_time_output(), *ours = time_of(fixture_quiet, 0);
	CLEANUP_STRV struct strv real_labels = {0}, our_labels = {0};

	if (!real) {
		print_message("skipped: there is no /usr/bin/time\n");
		skip();
	}
	labels_of(real, &real_labels);
	labels_of(ours, &our_labels);
	assert_int_equal(real_labels.n, 23);
	assert_int_equal(our_labels.n, real_labels.n);
	for (size_t i = 0; i < real_labels.n; i++)
		assert_string_equal(our_labels.items[i], real_labels.items[i]);
}

static void test_csv_has_a_line_per_run(void **state)
{
	CLEANUP(result_done) struct result r = {0};
	CLEANUP_FREE char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fixture_failed(&r);
	report_csv(f, &r);
	(void)fclose(f);
	assert_golden("failed.csv", text);
}

static void assert_number(double value, double spread, const char *expected)
{
	struct report_scale scale = report_scale_choose(METRIC_WALL, value, spread);
	char number[REPORT_NUMBER_MAX], text[REPORT_NUMBER_MAX + 8];

	(void)snprintf(
		text, sizeof(text), "%s%s", report_number(&scale, value, number), scale.suffix);
	assert_string_equal(text, expected);
}

static void test_precision_follows_the_interval(void **state)
{
	assert_number(2.6134, 0.024, "2.613 s");
	assert_number(2.6134, 0, "2.61 s");
	assert_number(0.0201234, 0.0000012, "20.1234 ms");
	assert_number(0.0201234, 0.5, "20.1 ms");
	assert_number(312.456, 100, "312 s");
	assert_number(0.00000052, 0, "520 ns");
}

static void test_colours_go_around_labels_only(void **state)
{
	CLEANUP_FREE char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	report_print(f, "DONE       a\033[31m\n           b\n", true);
	(void)fclose(f);
	assert_string_equal(text, "\033[1;32mDONE\033[0m       a?[31m\n           b\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report_says_what_held_and_what_was_excluded),
		cmocka_unit_test(test_report_of_arms_describes_their_ratio),
		cmocka_unit_test(test_report_of_a_failed_job_begins_with_the_reason),
		cmocka_unit_test(test_unstable_benchmark_has_no_figure),
		cmocka_unit_test(test_time_layout_is_golden),
		cmocka_unit_test(test_time_shows_the_run_that_was_asked_for),
		cmocka_unit_test(test_time_says_what_was_not_measured),
		cmocka_unit_test(test_time_of_a_missing_run_is_an_error),
		cmocka_unit_test(test_median_run_is_a_counted_one),
		cmocka_unit_test(test_every_label_is_that_of_the_real_time),
		cmocka_unit_test(test_csv_has_a_line_per_run),
		cmocka_unit_test(test_precision_follows_the_interval),
		cmocka_unit_test(test_colours_go_around_labels_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
