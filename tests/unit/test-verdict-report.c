/* Reports of verdicts: golden files; what other programs read is parsed by test-report-formats. */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/base/macro.h"
#include "common/judge/verdict-sum.h"
#include "ctl/verdict-escape.h"
#include "ctl/verdict-formats.h"
#include "ctl/verdict-options.h"
#include "ctl/verdict-plan.h"
#include "ctl/verdict-words.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/report-fixture.h"
#include "tests/unit/verdict-report-fixture.h"

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

static const struct verdict_format *format_of(const char *name)
{
	size_t n;
	const struct verdict_format *formats = verdict_formats(&n);

	for (size_t i = 0; i < n; i++)
		if (streq(formats[i].name, name))
			return &formats[i];
	fail_msg("no format %s", name);
	abort();
}

static char *text_of(const char *format, const struct verdict_view *view)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_int_equal(format_of(format)->write(f, view), 0);
	assert_int_equal(fclose(f), 0);
	return text;
}

static struct verdict_view view_of(const struct verdict_document *d)
{
	return (struct verdict_view){.verdict = d, .code = verdict_exit_code(verdict_codes(d), 0)};
}

static void assert_report(
	const char *format, const char *golden, void (*fixture)(struct verdict_document *ret))
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP_FREE char *text = NULL;
	struct verdict_view view;

	fixture(&d);
	view = view_of(&d);
	text = text_of(format, &view);
	assert_golden(golden, text);
}

static void test_text_begins_with_the_answer(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP(result_done) struct result r = {0};
	CLEANUP_FREE char *text = NULL;
	struct verdict_view view;

	verdict_fixture_regressed(&d);
	fixture_gate(&r);
	view = view_of(&d);
	view.base = view.cand = &r;
	text = text_of("text", &view);
	assert_ptr_equal(strstr(text,
				 "REGRESSED  parse[n=1e6]  +3.1 %  [2.4, 3.7]   margin 2 %, "
				 "could see 0.6 %, 16 rounds"),
		text);
	assert_non_null(strstr(text, "2 pairs replaced (apt-daily"));
	assert_golden("verdict-regressed.txt", text);
}

static void test_every_verdict_and_flag_is_said(void **state)
{
	assert_report("text", "verdict-every.txt", verdict_fixture_every);
	assert_report("markdown", "verdict-every.md", verdict_fixture_every);
	assert_report("github", "verdict-every.github", verdict_fixture_every);
	assert_report("junit", "verdict-every.junit.xml", verdict_fixture_every);
	assert_report("sarif", "verdict-every.sarif", verdict_fixture_every);
	assert_report("gitlab", "verdict-every.metrics", verdict_fixture_every);
}

static unsigned count_of(const char *text, const char *words)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, words)); at += strlen(words))
		n++;
	return n;
}

static void test_nothing_is_said_twice(void **state)
{
	static const char *const formats[] = {"text", "markdown"};

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		CLEANUP(verdict_document_done) struct verdict_document d = {0};
		CLEANUP_FREE char *text = NULL, *reason = NULL;
		struct verdict_view view;

		verdict_fixture_regressed(&d);
		d.rows[0].verdict = VERDICT_INVALID;
		d.rows[0].flags |= VERDICT_ADVISORY | VERDICT_SAME_FILES;
		(void)snprintf(d.rows[0].why, sizeof(d.rows[0].why), "no runs at all");
		assert_true(asprintf(&reason, "%s: %s", d.rows[0].name, d.rows[0].why) > 0);
		assert_int_equal(strv_push(&d.reasons, reason), 0);
		assert_int_equal(strv_push(&d.reasons, "another: no runs at all"), 0);
		view = view_of(&d);
		text = text_of(formats[i], &view);
		assert_int_equal(count_of(text, "no runs at all"), 2);
		assert_int_equal(count_of(text, "another: "), 1);
		assert_int_equal(count_of(text, "advisory"), 1);
		assert_int_equal(count_of(text, "same files"), 1);
	}
}

static void test_cancelled_gate_blames_nobody(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP_FREE char *text = NULL;
	struct verdict_view view;

	verdict_fixture_regressed(&d);
	view = view_of(&d);
	view.code = VERDICT_CODE_CANCELLED;
	text = text_of("text", &view);
	assert_non_null(strstr(text, "exit code 130"));
	assert_non_null(strstr(text, "it was cancelled: run it again"));
	assert_null(strstr(text, "accept "));
}

static void test_nothing_compared_is_an_error_everywhere(void **state)
{
	assert_report("text", "verdict-empty.txt", verdict_fixture_empty);
	assert_report("markdown", "verdict-empty.md", verdict_fixture_empty);
	assert_report("github", "verdict-empty.github", verdict_fixture_empty);
	assert_report("junit", "verdict-empty.junit.xml", verdict_fixture_empty);
	assert_report("sarif", "verdict-empty.sarif", verdict_fixture_empty);
	assert_report("gitlab", "verdict-empty.metrics", verdict_fixture_empty);
}

static void test_equivalent_rows_are_counted(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP_FREE char *folded = NULL, *all = NULL;
	struct verdict_view view;

	verdict_fixture_calm(&d);
	view = view_of(&d);
	folded = text_of("text", &view);
	assert_null(strstr(folded, "calm[n=3]"));
	view.verbose = true;
	all = text_of("text", &view);
	assert_non_null(strstr(all, "calm[n=3]"));
	assert_golden("verdict-calm.txt", folded);
	assert_report("markdown", "verdict-calm.md", verdict_fixture_calm);
}

static void test_no_line_of_a_hostile_name_is_its_own(void **state)
{
	static const char *const formats[] = {"text", "markdown", "github", "junit", "gitlab"};
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	struct verdict_view view;

	verdict_fixture_every(&d);
	view = view_of(&d);
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		CLEANUP_FREE char *text = text_of(formats[i], &view);

		assert_null(strstr(text, "\n| x |"));
		assert_null(strchr(text, '\x01'));
		assert_null(strchr(text, '\033'));
		assert_null(strstr(text, "\xff"));
		if (streq(formats[i], "markdown") || streq(formats[i], "junit"))
			assert_null(strstr(text, "<script>"));
	}
}

static void test_colours_are_there_only_when_wanted(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP_FREE char *text = NULL;
	struct verdict_view view;

	verdict_fixture_regressed(&d);
	view = view_of(&d);
	view.colored = true;
	text = text_of("text", &view);
	assert_ptr_equal(strstr(text, "\033[1;31mREGRESSED\033[0m"), text);
}

static void test_neutral_codes_fail_no_test_case(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP_FREE char *junit = NULL, *text = NULL, *github = NULL;
	struct verdict_view view;

	verdict_fixture_regressed(&d);
	view = view_of(&d);
	assert_int_equal(view.code, 1);
	view.code = 0;
	view.neutral = 1u << 1;
	junit = text_of("junit", &view);
	assert_null(strstr(junit, "<failure"));
	assert_non_null(strstr(junit, "<skipped type=\"regressed\""));
	text = text_of("text", &view);
	assert_non_null(strstr(text, "exit code 0, 1 is neutral"));
	github = text_of("github", &view);
	assert_ptr_equal(strstr(github, "::warning "), github);
}

static void test_outputs_cannot_be_forged(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP_FREE char *text = NULL;
	struct verdict_view view;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	verdict_fixture_every(&d);
	view = view_of(&d);
	verdict_github_variables(f, &view, "steady_x");
	(void)fclose(f);
	assert_string_equal(text,
		"verdict<<steady_x\nregressed\nsteady_x\n"
		"code<<steady_x\n1\nsteady_x\n"
		"regressed<<steady_x\n2\nsteady_x\n");
}

static void test_a_hundred_thousand_characters_fit_into_no_comment(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP_FREE char *text = NULL;
	struct verdict_view view;

	for (int i = 0; i < 40; i++) {
		struct verdict_document part = {0};

		verdict_fixture_every(&part);
		d.rows = reallocarray(d.rows, d.n_rows + part.n_rows, sizeof(*d.rows));
		memcpy(&d.rows[d.n_rows], part.rows, part.n_rows * sizeof(*d.rows));
		d.n_rows += part.n_rows;
		free(part.rows);
		part.rows = NULL;
		part.n_rows = 0;
		verdict_document_done(&part);
	}
	view = view_of(&d);
	text = text_of("markdown", &view);
	assert_in_range(strlen(text), 30000, 65536);
	assert_non_null(strstr(text, "more, for which there is no room here"));
}

static void test_percentages_are_short(void **state)
{
	char text[VERDICT_PERCENT_MAX];

	assert_string_equal(verdict_percent(0.02, 4, text), "2 %");
	assert_string_equal(verdict_percent(0.0125, 4, text), "1.25 %");
	assert_string_equal(verdict_percent(0.00612, 2, text), "0.61 %");
	assert_string_equal(verdict_percent(0.1, 2, text), "10 %");
	assert_string_equal(verdict_percent(1.5, 2, text), "150 %");
	assert_string_equal(verdict_percent(0, 2, text), "0 %");
	assert_string_equal(verdict_percent((double)NAN, 2, text), "unknown");
}

/* Four times the rounds for half of the effect: 64 rounds of 5.3 s. */
static void test_plan_says_what_a_smaller_effect_takes(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP_FREE char *text = NULL;
	struct verdict_plan plan;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	verdict_fixture_regressed(&d);
	assert_int_equal(verdict_plan_make(&d, &plan), 0);
	verdict_plan_cost_print(f, &plan, true);
	(void)fclose(f);
	assert_string_equal(text, "to see 0.3 %: 64 rounds, about 6 minutes");
}

static void test_plan_asks_for_the_margin_where_it_was_not_seen(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	struct verdict_plan plan;

	verdict_fixture_regressed(&d);
	d.rows[0].mde = 0.04;
	assert_int_equal(verdict_plan_make(&d, &plan), 0);
	assert_true(plan.factor > 0.99 && plan.factor < 1.01);
	assert_int_equal((int)plan.rounds, 64);
	d.rows[0].mde = 0.015;
	assert_int_equal(verdict_plan_make(&d, &plan), 0);
	assert_true(plan.factor > 0.49 && plan.factor < 0.51);
	assert_int_equal((int)plan.rounds, 36);
}

static void test_formats_are_listed_for_who_asks_for_another(void **state)
{
	const struct verdict_format *format;
	const char *path;
	struct error e = {0};

	assert_int_equal(verdict_option_report("junit=a=b.xml", &format, &path, &e), 0);
	assert_string_equal(format->name, "junit");
	assert_string_equal(path, "a=b.xml");
	assert_int_equal(verdict_option_report("html=x", &format, &path, &e), -EINVAL);
	assert_string_equal(e.text,
		"--report: unknown format 'html'; there are text, markdown, "
		"github, junit, sarif, gitlab, json");
	assert_int_equal(verdict_option_report("junit", &format, &path, &e), -EINVAL);
	assert_non_null(strstr(e.text, "names no file"));
	assert_int_equal(verdict_option_report("jun=x", &format, &path, &e), -EINVAL);
	assert_int_equal(verdict_option_report("", &format, &path, &e), -EINVAL);
}

static void test_neutral_is_a_list_of_codes(void **state)
{
	static const char *const bad[] = {
		"", ",", "3,", "x", "2", "7", "9", "0", "99999999999", "3;5", "-1", "3,,5"};
	struct error e = {0};
	uint32_t bits = 77;

	assert_int_equal(verdict_option_neutral(NULL, &bits, &e), 0);
	assert_int_equal(bits, 0);
	assert_int_equal(verdict_option_neutral("3,5", &bits, &e), 0);
	assert_int_equal(bits, 1u << 3 | 1u << 5);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(verdict_option_neutral(bad[i], &bits, &e), -EINVAL);
		assert_int_equal(bits, 1u << 3 | 1u << 5);
	}
	(void)verdict_option_neutral("9", &bits, &e);
	assert_string_equal(
		e.text, "--neutral: exit code 9 cannot be neutral; it may be 1, 3, 4, 5, 6 and 8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_begins_with_the_answer),
		cmocka_unit_test(test_every_verdict_and_flag_is_said),
		cmocka_unit_test(test_nothing_is_said_twice),
		cmocka_unit_test(test_cancelled_gate_blames_nobody),
		cmocka_unit_test(test_nothing_compared_is_an_error_everywhere),
		cmocka_unit_test(test_equivalent_rows_are_counted),
		cmocka_unit_test(test_no_line_of_a_hostile_name_is_its_own),
		cmocka_unit_test(test_colours_are_there_only_when_wanted),
		cmocka_unit_test(test_neutral_codes_fail_no_test_case),
		cmocka_unit_test(test_outputs_cannot_be_forged),
		cmocka_unit_test(test_a_hundred_thousand_characters_fit_into_no_comment),
		cmocka_unit_test(test_percentages_are_short),
		cmocka_unit_test(test_plan_says_what_a_smaller_effect_takes),
		cmocka_unit_test(test_plan_asks_for_the_margin_where_it_was_not_seen),
		cmocka_unit_test(test_formats_are_listed_for_who_asks_for_another),
		cmocka_unit_test(test_neutral_is_a_list_of_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
