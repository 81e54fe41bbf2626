/* CPU lists in the kernel's format. */
#include <errno.h>
#include <stdio.h>

#include "common/base/cpuset.h"
#include "common/base/macro.h"
#include "tests/unit/cmocka-all.h"

static void test_lists_survive_a_round_trip(void **state)
{
	static const char *const lists[] = {"", "0", "0-3", "1,3,5-7", "4095"};
	char text[CPUSET_TEXT_MAX];
	struct cpuset set;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		assert_int_equal(cpuset_parse(lists[i], &set), 0);
		assert_string_equal(cpuset_format(&set, text), lists[i]);
	}
}

static void test_bad_lists_are_refused(void **state)
{
	static const char *const lists[] = {"a", "1-", "3-1", "1,,2", "1,", "-1", "1 2"};
	struct cpuset set;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		assert_int_equal(cpuset_parse(lists[i], &set), -EINVAL);
	assert_int_equal(cpuset_parse("4096", &set), -ERANGE);
	assert_int_equal(cpuset_parse("99999999999999999999", &set), -ERANGE);
}

static void test_sets_can_be_subtracted(void **state)
{
	struct cpuset a, b, rest;
	char text[CPUSET_TEXT_MAX];

	assert_int_equal(cpuset_parse("0-7", &a), 0);
	assert_int_equal(cpuset_parse("2-3,64", &b), 0);
	assert_true(cpuset_intersects(&a, &b));
	cpuset_minus(&a, &b, &rest);
	assert_string_equal(cpuset_format(&rest, text), "0-1,4-7");
	assert_int_equal(cpuset_count(&rest), 6);
	assert_false(cpuset_intersects(&rest, &b));
}

static void test_masks_are_lists_in_words(void **state)
{
	static const char *const masks[][3] = {
		/* as read, as written, list */
		{"00000003", "3", "0-1"},
		{"3", "3", "0-1"},
		{"0", "0", ""},
		{"00000000,00000003", "3", "0-1"},
		{"1,00000000", "1,00000000", "32"},
		{"80000001,00000000,0000000F", "80000001,00000000,0000000f", "0-3,64,95"},
	};
	static const char *const bad[] = {"", ",", "3,", ",3", "123456789", "0x3", "g", "3 ", "-1"};
	struct cpuset set;
	char text[CPUSET_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(masks); i++) {
		assert_int_equal(cpuset_parse_mask(masks[i][0], &set), 0);
		assert_string_equal(cpuset_format_mask(&set, text), masks[i][1]);
		assert_string_equal(cpuset_format(&set, text), masks[i][2]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(cpuset_parse_mask(bad[i], &set), -EINVAL);
}

static void test_the_longest_mask_fits(void **state)
{
	struct cpuset all, again;
	char text[CPUSET_TEXT_MAX], longer[CPUSET_TEXT_MAX + 16];

	assert_int_equal(cpuset_parse("0-4095", &all), 0);
	assert_int_equal(cpuset_parse_mask(cpuset_format_mask(&all, text), &again), 0);
	assert_true(cpuset_equal(&all, &again));
	(void)snprintf(longer, sizeof(longer), "00000000,%s", text);
	assert_int_equal(cpuset_parse_mask(longer, &again), 0);
	longer[7] = '1';
	assert_int_equal(cpuset_parse_mask(longer, &again), -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_survive_a_round_trip),
		cmocka_unit_test(test_bad_lists_are_refused),
		cmocka_unit_test(test_sets_can_be_subtracted),
		cmocka_unit_test(test_masks_are_lists_in_words),
		cmocka_unit_test(test_the_longest_mask_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
