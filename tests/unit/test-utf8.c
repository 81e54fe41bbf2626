/* UTF-8, checked against every code point there is. */
#include <string.h>

#include "common/base/utf8.h"
#include "tests/unit/cmocka-all.h"

static size_t encode(uint32_t code, char ret[static 4])
{
	if (code < 0x80) {
		ret[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		ret[0] = (char)(0xc0 | code >> 6);
		ret[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		ret[0] = (char)(0xe0 | code >> 12);
		ret[1] = (char)(0x80 | (code >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | code >> 18);
	ret[1] = (char)(0x80 | (code >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (code >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

static void test_every_code_point_is_read_and_nothing_else(void **state)
{
	for (uint32_t code = 0; code < 0x120000; code++) {
		bool valid = code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);
		char bytes[4];
		size_t n = encode(code, bytes);
		uint32_t seen = 0;

		if (utf8_read(bytes, n, &seen) != (valid ? n : 0))
			fail_msg("U+%04X", code);
		if (valid)
			assert_int_equal(seen, code);
		if (n > 1)
			assert_int_equal(utf8_read(bytes, n - 1, &seen), 0);
	}
}

static void test_overlong_and_stray_bytes_are_refused(void **state)
{
	static const char *const bad[] = {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf",
		"\xf0\x8f\xbf\xbf", "\xf5\x80\x80\x80", "\xff", "\xc3(", "\xe2\x82("};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint32_t code;

		assert_int_equal(utf8_read(bad[i], strlen(bad[i]), &code), 0);
	}
}

static void test_what_changes_what_people_read_is_not_printable(void **state)
{
	static const uint32_t hidden[] = {
		0, '\n', 0x1b, 0x7f, 0x85, 0x9b, 0x200e, 0x202e, 0x2028, 0x2066, 0xfeff, 0xffff};
	static const uint32_t shown[] = {' ', 'a', 0xa0, 0xe4, 0x2030, 0x65e5, 0x1f600};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		assert_false(utf8_is_printable(hidden[i]));
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		assert_true(utf8_is_printable(shown[i]));
}

static void test_columns_are_those_of_a_terminal(void **state)
{
	assert_int_equal(utf8_columns('a'), 1);
	assert_int_equal(utf8_columns(0xe4), 1);
	assert_int_equal(utf8_columns(0x65e5), 2);
	assert_int_equal(utf8_columns(0x1f600), 2);
	assert_int_equal(utf8_columns(0x301), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point_is_read_and_nothing_else),
		cmocka_unit_test(test_overlong_and_stray_bytes_are_refused),
		cmocka_unit_test(test_what_changes_what_people_read_is_not_printable),
		cmocka_unit_test(test_columns_are_those_of_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
