/* Problems as people see them: place, line, caret, and nothing that a terminal would obey. */
#include <errno.h>
#include <stdio.h>

#include "common/config/diag.h"
#include "tests/unit/cmocka-all.h"

static void assert_shows(
	const char *text, size_t size, size_t line, size_t column, const char *expected)
{
	CLEANUP(diag_done) struct diag d;
	CLEANUP_FREE char *shown = NULL;

	assert_int_equal(diag_init(&d, "x.yaml", text, size), 0);
	assert_int_equal(diag_add(&d, line, column, "bad"), -EINVAL);
	shown = diag_format(&d);
	assert_string_equal(shown, expected);
}

#define ASSERT_SHOWS(text, line, column, expected)                                                 \
	assert_shows(text, sizeof(text) - 1, line, column, expected)

static void test_the_caret_is_below_what_is_wrong(void **state)
{
	ASSERT_SHOWS("a: 1\nbc: 2\n", 2, 5, "x.yaml:2:5: error: bad\n  bc: 2\n      ^\n");
	ASSERT_SHOWS("a\n", 1, 1, "x.yaml:1:1: error: bad\n  a\n  ^\n");
	ASSERT_SHOWS("no line end", 1, 4, "x.yaml:1:4: error: bad\n  no line end\n     ^\n");
}

static void test_tabs_and_wide_characters_keep_the_caret_in_place(void **state)
{
	ASSERT_SHOWS("a:\tb\n", 1, 4, "x.yaml:1:4: error: bad\n  a:\tb\n    \t^\n");
	ASSERT_SHOWS("\xc3\xa4: b\n", 1, 5, "x.yaml:1:5: error: bad\n  \xc3\xa4: b\n     ^\n");
	ASSERT_SHOWS(
		"\xe6\x97\xa5 b\n", 1, 5, "x.yaml:1:5: error: bad\n  \xe6\x97\xa5 b\n     ^\n");
}

static void test_a_place_outside_the_text_is_still_shown(void **state)
{
	ASSERT_SHOWS("a\n", 1, 99, "x.yaml:1:99: error: bad\n  a\n   ^\n");
	ASSERT_SHOWS("a\n", 9, 1, "x.yaml:9:1: error: bad\n");
	ASSERT_SHOWS("a\n\nb\n", 2, 1, "x.yaml:2:1: error: bad\n");
	ASSERT_SHOWS("", 1, 1, "x.yaml:1:1: error: bad\n");
	ASSERT_SHOWS("a\n", 0, 0, "x.yaml: error: bad\n");
}

static void test_nothing_a_terminal_would_obey_is_printed(void **state)
{
	CLEANUP(diag_done) struct diag d;
	CLEANUP_FREE char *shown = NULL;

	ASSERT_SHOWS("\x1b[31m\0\xff\r\n", 1, 2, "x.yaml:1:2: error: bad\n  ?[31m??\n   ^\n");
	ASSERT_SHOWS("\xe2\x80\xae x\n", 1, 5, "x.yaml:1:5: error: bad\n  ? x\n    ^\n");
	assert_int_equal(diag_init(&d, "x.yaml", NULL, 0), 0);
	(void)diag_add(&d, 1, 1, "is %s.", "\x1b[2J\n\xc2\x9b\xf0\x9f");
	shown = diag_format(&d);
	assert_string_equal(shown, "x.yaml:1:1: error: is ?[2J????.\n");
}

static void test_long_lines_are_cut_around_the_caret(void **state)
{
	CLEANUP_FREE char *text = malloc(100001);
	CLEANUP(diag_done) struct diag d;
	CLEANUP_FREE char *shown = NULL;
	const char *line, *caret;

	assert_non_null(text);
	memset(text, 'a', 100000);
	text[50000] = 'X';
	text[100000] = '\0';
	assert_int_equal(diag_init(&d, "x.yaml", text, 100000), 0);
	(void)diag_add(&d, 1, 50001, "bad");
	shown = diag_format(&d);
	assert_true(strlen(shown) < 300);
	line = strchr(shown, '\n') + 1;
	caret = strchr(line, '\n') + 1;
	assert_int_equal(strchr(line, 'X') - line, strchr(caret, '^') - caret);
	assert_int_equal(strncmp(line, "  ...a", 6), 0);
}

static void test_problems_come_in_the_order_of_the_file(void **state)
{
	CLEANUP(diag_done) struct diag d;
	CLEANUP_FREE char *shown = NULL;

	assert_int_equal(diag_init(&d, "x", NULL, 0), 0);
	(void)diag_add(&d, 3, 1, "d");
	(void)diag_add(&d, 1, 5, "b");
	(void)diag_add(&d, 1, 2, "a");
	(void)diag_add(&d, 1, 5, "c");
	(void)diag_add(&d, 0, 0, "no place");
	shown = diag_format(&d);
	assert_string_equal(shown,
		"x: error: no place\nx:1:2: error: a\nx:1:5: error: b\n"
		"x:1:5: error: c\nx:3:1: error: d\n");
}

static void test_what_is_too_much_is_counted(void **state)
{
	CLEANUP(diag_done) struct diag d;
	CLEANUP_FREE char *shown = NULL;

	assert_int_equal(diag_init(&d, "x", NULL, 0), 0);
	for (int i = 0; i < DIAG_PROBLEMS_MAX; i++)
		(void)diag_add(&d, 1, 1, "bad");
	assert_true(diag_is_full(&d));
	(void)diag_add(&d, 1, 1, "one more");
	(void)diag_add(&d, 1, 1, "one more");
	assert_int_equal(diag_count(&d), DIAG_PROBLEMS_MAX + 2);
	shown = diag_format(&d);
	assert_null(strstr(shown, "one more"));
	assert_non_null(strstr(shown, "x: error: 2 more problems\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_caret_is_below_what_is_wrong),
		cmocka_unit_test(test_tabs_and_wide_characters_keep_the_caret_in_place),
		cmocka_unit_test(test_a_place_outside_the_text_is_still_shown),
		cmocka_unit_test(test_nothing_a_terminal_would_obey_is_printed),
		cmocka_unit_test(test_long_lines_are_cut_around_the_caret),
		cmocka_unit_test(test_problems_come_in_the_order_of_the_file),
		cmocka_unit_test(test_what_is_too_much_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
