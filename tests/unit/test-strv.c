/* Lists of strings and the shell's quoting rules. */
#include <errno.h>

#include "common/base/strv.h"
#include "tests/unit/cmocka-all.h"

static void test_words_are_split_like_a_shell_does(void **state)
{
	CLEANUP_STRV struct strv v = {0};
	struct error e = {0};

	assert_int_equal(strv_shell_split("a  'b c' \"d \\\" $e\" f\\ g '' *.c", &v, &e), 0);
	assert_int_equal(v.n, 6);
	assert_string_equal(v.items[0], "a");
	assert_string_equal(v.items[1], "b c");
	assert_string_equal(v.items[2], "d \" $e");
	assert_string_equal(v.items[3], "f g");
	assert_string_equal(v.items[4], "");
	assert_string_equal(v.items[5], "*.c");
	assert_null(v.items[6]);
}

static void test_open_quote_is_an_error_that_changes_nothing(void **state)
{
	CLEANUP_STRV struct strv v = {0};
	struct error e = {0};

	assert_int_equal(strv_shell_split("a 'b", &v, &e), -EINVAL);
	assert_int_equal(v.n, 0);
	assert_non_null(strstr(e.text, "no closing '"));
	assert_int_equal(strv_shell_split("a \\", &v, &e), -EINVAL);
}

static void test_environment_values_are_replaced(void **state)
{
	CLEANUP_STRV struct strv v = {0};

	assert_int_equal(strv_env_set(&v, "A", "1"), 0);
	assert_int_equal(strv_env_set(&v, "AB", "2"), 0);
	assert_int_equal(strv_env_set(&v, "A", "3"), 0);
	assert_int_equal(v.n, 2);
	assert_string_equal(strv_env_get(&v, "A"), "3");
	assert_null(strv_env_get(&v, "B"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_split_like_a_shell_does),
		cmocka_unit_test(test_open_quote_is_an_error_that_changes_nothing),
		cmocka_unit_test(test_environment_values_are_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
