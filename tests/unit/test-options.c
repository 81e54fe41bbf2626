/* The command line: options and verbs. */
#include <errno.h>

#include "common/base/macro.h"
#include "ctl/verb.h"
#include "tests/unit/cmocka-all.h"

static int parse(const char *const *argv, struct options *ret, struct error *e)
{
	return options_parse((char *const *)(uintptr_t)argv, verb_options_allowed, ret, e);
}

#define PARSE(o, e, ...) parse((const char *const[]){__VA_ARGS__, NULL}, (o), (e))

static void test_options_stand_before_and_after_words(void **state)
{
	CLEANUP(options_done) struct options o = {0};
	struct error e = {0};

	assert_int_equal(PARSE(&o, &e, "--json", "run", "--runs=5", "a.yaml", "--profile", "quiet",
				 "-qv", "-oout.json"),
		0);
	assert_int_equal(o.words.n, 2);
	assert_string_equal(o.words.items[1], "a.yaml");
	assert_true(options_has(&o, OPTION_JSON));
	assert_true(options_has(&o, OPTION_QUIET));
	assert_true(options_has(&o, OPTION_VERBOSE));
	assert_string_equal(options_value(&o, OPTION_RUNS), "5");
	assert_string_equal(options_value(&o, OPTION_PROFILE), "quiet");
	assert_string_equal(options_value(&o, OPTION_OUTPUT), "out.json");
	assert_false(o.has_rest);
}

static void test_nothing_after_two_dashes_is_an_option(void **state)
{
	CLEANUP(options_done) struct options o = {0};
	struct error e = {0};

	assert_int_equal(PARSE(&o, &e, "run", "--", "ls", "--json", "--", "-c"), 0);
	assert_true(o.has_rest);
	assert_int_equal(o.rest.n, 4);
	assert_string_equal(o.rest.items[1], "--json");
	assert_false(options_has(&o, OPTION_JSON));
}

static void test_the_last_value_wins_and_all_are_kept(void **state)
{
	CLEANUP(options_done) struct options o = {0};
	struct error e = {0};

	assert_int_equal(PARSE(&o, &e, "run", "-c", "a", "--runs", "1", "-c", "b", "--runs=2"), 0);
	assert_string_equal(options_value(&o, OPTION_RUNS), "2");
	assert_string_equal(options_value(&o, OPTION_COMMAND), "b");
	assert_int_equal(o.n_uses, 4);
}

#define ASSERT_REFUSED(sentence, ...)                                                              \
	do {                                                                                       \
		struct options o_ = {0};                                                           \
		struct error e_ = {0};                                                             \
		assert_int_equal(PARSE(&o_, &e_, __VA_ARGS__), -EINVAL);                           \
		assert_string_equal(e_.text, (sentence));                                          \
		assert_null(o_.uses);                                                              \
	} while (0)

static void test_mistakes_are_refused_in_words(void **state)
{
	ASSERT_REFUSED("unknown verb 'rnu', did you mean 'run'?", "rnu");
	ASSERT_REFUSED("unknown verb 'frobnicate'; 'steadyctl help' lists them", "frobnicate");
	ASSERT_REFUSED("unknown option --runz, did you mean 'runs'?", "run", "--runz=5");
	ASSERT_REFUSED("unknown option -z", "run", "-z");
	ASSERT_REFUSED("--runs belongs behind a verb", "--runs=5", "run");
	ASSERT_REFUSED("'list' takes no --runs", "list", "--runs=5");
	ASSERT_REFUSED("--runs needs a value (N)", "run", "--runs");
	ASSERT_REFUSED("--json takes no value", "list", "--json=yes");
	ASSERT_REFUSED("unknown option --", "list", "--=x");
}

static void test_every_row_is_complete(void **state)
{
	size_t n;
	const struct verb *verbs = verb_all(&n);

	for (int i = 0; i < OPTION_MAX; i++) {
		const struct option_desc *d = option_desc((enum option)i);

		assert_non_null(d->name);
		assert_int_equal(d->help[strlen(d->help) - 1], '.');
	}
	for (size_t i = 0; i < n; i++) {
		assert_non_null(verbs[i].call);
		assert_int_equal(verbs[i].help[strlen(verbs[i].help) - 1], '.');
		assert_ptr_equal(verb_find(verbs[i].name), &verbs[i]);
		assert_false(verbs[i].reading && verbs[i].not_local);
	}
}

static void test_letters_are_unique(void **state)
{
	for (int i = 0; i < OPTION_MAX; i++)
		for (int k = 0; k < i; k++)
			assert_true(!option_desc((enum option)i)->letter ||
				option_desc((enum option)i)->letter !=
					option_desc((enum option)k)->letter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_stand_before_and_after_words),
		cmocka_unit_test(test_nothing_after_two_dashes_is_an_option),
		cmocka_unit_test(test_the_last_value_wins_and_all_are_kept),
		cmocka_unit_test(test_mistakes_are_refused_in_words),
		cmocka_unit_test(test_every_row_is_complete),
		cmocka_unit_test(test_letters_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
