/* What a misspelt word might have meant. */
#include <string.h>

#include "common/config/similar.h"
#include "tests/unit/cmocka-all.h"

static void test_each_kind_of_slip_is_one_edit(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} cases[] = {
		{"runs", "runs", 0},
		{"run", "runs", 1},
		{"runns", "runs", 1},
		{"tuns", "runs", 1},
		{"rnus", "runs", 1},
		{"rsnu", "runs", 2},
		{"ca", "abc", 3},
		{"", "ab", 2},
		{"command", "timeout", 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(similar_distance(cases[i].a, cases[i].b), cases[i].distance);
		assert_int_equal(similar_distance(cases[i].b, cases[i].a), cases[i].distance);
	}
}

static void test_words_too_long_to_compare_are_far_apart(void **state)
{
	char long_word[200];

	memset(long_word, 'a', sizeof(long_word));
	long_word[199] = '\0';
	assert_int_equal(similar_distance(long_word, long_word), SIMILAR_DISTANCE_MAX + 1);
	long_word[SIMILAR_WORD_MAX] = '\0';
	assert_int_equal(similar_distance(long_word, long_word), 0);
}

static void test_the_closest_word_is_suggested(void **state)
{
	struct similar s = similar_start("comand");
	char hint[SIMILAR_HINT_MAX];

	assert_string_equal(similar_hint(&s, hint), "");
	similar_try(&s, "demand");
	similar_try(&s, "command");
	similar_try(&s, "commando");
	assert_string_equal(similar_hint(&s, hint), ", did you mean 'command'?");
}

static void test_a_word_with_every_letter_wrong_is_not_suggested(void **state)
{
	struct similar s = similar_start("x");
	char hint[SIMILAR_HINT_MAX];

	similar_try(&s, "y");
	similar_try(&s, "ab");
	assert_string_equal(similar_hint(&s, hint), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_of_slip_is_one_edit),
		cmocka_unit_test(test_words_too_long_to_compare_are_far_apart),
		cmocka_unit_test(test_the_closest_word_is_suggested),
		cmocka_unit_test(test_a_word_with_every_letter_wrong_is_not_suggested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
