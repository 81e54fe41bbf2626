/* Commands of the command line as a workload: what comes out of the parser is what went in. */
#include <errno.h>
#include <stdio.h>

#include "common/base/macro.h"
#include "common/config/workload-file.h"
#include "ctl/submission-text.h"
#include "ctl/verb.h"
#include "tests/unit/cmocka-all.h"

static int parse(const char *const *argv, struct options *ret, struct error *e)
{
	return options_parse((char *const *)(uintptr_t)argv, verb_options_allowed, ret, e);
}

/* Through the YAML text and the daemon's own parser. */
static void make(const struct options *o, struct workload *ret)
{
	CLEANUP(diag_done) struct diag d = {0};
	CLEANUP_STRV struct strv overrides = {0};
	CLEANUP_FREE char *text = NULL, *problems = NULL;
	struct error e = {0};
	int r;

	assert_int_equal(submission_text(o, &text, &e), 0);
	assert_int_equal(submission_overrides(o, &overrides, &e), 0);
	assert_int_equal(diag_init(&d, "x", text, strlen(text)), 0);
	r = workload_parse(text, strlen(text), "/", &overrides, ret, &d);
	problems = diag_format(&d);
	if (r < 0)
		fail_msg("%s\n%s", problems, text);
}

#define MAKE(w, ...)                                                                               \
	do {                                                                                       \
		struct options o_ = {0};                                                           \
		struct error e_ = {0};                                                             \
		assert_int_equal(                                                                  \
			parse((const char *const[]){"run", __VA_ARGS__, NULL}, &o_, &e_), 0);      \
		make(&o_, (w));                                                                    \
		options_done(&o_);                                                                 \
	} while (0)

static int text_of(struct error *e, const char *const *argv)
{
	CLEANUP(options_done) struct options o = {0};
	CLEANUP_FREE char *text = NULL;

	assert_int_equal(parse(argv, &o, e), 0);
	return submission_text(&o, &text, e);
}

static void assert_words(const struct command *c, const char *const *words)
{
	size_t n = 0;

	for (; words[n]; n++) {
		assert_true(n < c->argv.n);
		assert_string_equal(c->argv.items[n], words[n]);
	}
	assert_int_equal(c->argv.n, n);
}

#define ASSERT_WORDS(command, ...) assert_words((command), (const char *const[]){__VA_ARGS__, NULL})

static void test_nasty_arguments_survive(void **state)
{
	static const char *const nasty[] = {"", " ", "a b", "\"", "'", "\\", "\\n", "\n", "\t",
		"\r", "a: b", "- a", "# no comment", "*alias", "&anchor", "!tag", "%d", "@", "`x`",
		"$HOME", "~", "null", "true", "1e3", "0x10", "[a, b]", "{a: b}", "---", "...",
		"? x", "| y", "\x01\x1f\x7f", "\xc2\x85", "\xe2\x80\xa8", "\xef\xbb\xbf",
		"\xc3\xa9\xe2\x82\xac", "\xf0\x9f\x90\xa2", "x:", ":x", "a #b", "trailing ",
		" leading", "<<", "=", ","};
	CLEANUP(workload_done) struct workload w = {0};
	const char *argv[ARRAY_SIZE(nasty) + 4] = {"run", "--", "prog"};
	CLEANUP(options_done) struct options o = {0};
	struct error e = {0};

	for (size_t i = 0; i < ARRAY_SIZE(nasty); i++)
		argv[i + 3] = nasty[i];
	assert_int_equal(parse(argv, &o, &e), 0);
	make(&o, &w);
	assert_int_equal(w.command.argv.n, ARRAY_SIZE(nasty) + 1);
	for (size_t i = 0; i < ARRAY_SIZE(nasty); i++)
		assert_string_equal(w.command.argv.items[i + 1], nasty[i]);
}

static void test_braces_of_other_languages_are_left_alone(void **state)
{
	CLEANUP(workload_done) struct workload w = {0};

	MAKE(&w, "--", "awk", "{print}", "{a}");
	ASSERT_WORDS(&w.command, "awk", "{print}", "{a}");
}

static void test_environment_is_inherited(void **state)
{
	CLEANUP(workload_done) struct workload w = {0};

	MAKE(&w, "--", "true");
	assert_int_equal(w.inherit_env.n, 1);
	assert_string_equal(w.inherit_env.items[0], "*");
	assert_string_equal(w.name, "true");
}

static void test_one_string_is_split_without_a_shell(void **state)
{
	CLEANUP(workload_done) struct workload w = {0};

	MAKE(&w, "-c", "grep -c 'a b' $HOME");
	assert_false(w.command.shell);
	ASSERT_WORDS(&w.command, "grep", "-c", "a b", "$HOME");
	assert_int_equal(w.n_arms, 0);
}

static void test_a_command_line_after_the_dashes_is_split_too(void **state)
{
	CLEANUP(workload_done) struct workload w = {0};

	MAKE(&w, "--", "sleep 0.1");
	ASSERT_WORDS(&w.command, "sleep", "0.1");
}

static void test_shell_keeps_the_line(void **state)
{
	CLEANUP(workload_done) struct workload w = {0};

	MAKE(&w, "--shell", "-c", "echo $HOME | wc -c");
	assert_true(w.command.shell);
	ASSERT_WORDS(&w.command, "echo $HOME | wc -c");
	assert_string_equal(w.name, "echo");
}

static void test_several_commands_are_arms(void **state)
{
	CLEANUP(workload_done) struct workload w = {0};

	MAKE(&w, "-c", "gzip -k f", "-c", "/usr/bin/zstd f", "-c", "xz f");
	assert_string_equal(w.name, "gzip");
	assert_int_equal(w.n_arms, 3);
	assert_string_equal(w.arms[0].name, "base");
	assert_string_equal(w.arms[1].name, "cand");
	assert_string_equal(w.arms[2].name, "cand2");
	ASSERT_WORDS(&w.arms[1].command, "/usr/bin/zstd", "f");
}

static void test_shell_arms_keep_their_lines(void **state)
{
	CLEANUP(workload_done) struct workload w = {0};

	MAKE(&w, "--shell", "-c", "true; true", "-c", "true");
	assert_int_equal(w.n_arms, 2);
	assert_true(w.arms[0].command.shell);
	ASSERT_WORDS(&w.arms[0].command, "true; true");
}

static void test_options_go_over_the_keys(void **state)
{
	CLEANUP(workload_done) struct workload w = {0};

	MAKE(&w, "--runs", "7", "--warmup=0", "--profile", "quiet", "--strict", "--timeout", "30s",
		"--label", "commit=abc", "--setup", "echo 'a: b' # c", "--verify",
		"stdout-contains=a: b", "--seed", "9", "--param", "n=1,2", "--", "prog", "{n}");
	assert_int_equal(w.repetition.runs, 7);
	assert_int_equal(w.repetition.warmup, 0);
	assert_string_equal(w.profile, "quiet");
	assert_true(w.strict);
	assert_int_equal(w.timeout_ns, 30 * NSEC_PER_SEC);
	assert_string_equal(strv_env_get(&w.labels, "commit"), "abc");
	ASSERT_WORDS(&w.setup, "echo 'a: b' # c");
	assert_string_equal(w.verify.stdout_contains, "a: b");
	assert_int_equal(w.seed, 9);
	assert_int_equal(w.n_matrix, 1);
	assert_int_equal(w.matrix[0].values.n, 2);
}

static void test_until_replaces_the_number_of_runs(void **state)
{
	CLEANUP(workload_done) struct workload w = {0};

	MAKE(&w, "--until", "rel-ci=1%", "--max-time=5m", "-c", "true");
	assert_near(w.repetition.rel_ci, 0.01, 1e-12);
	assert_int_equal(w.repetition.max_time_ns, 300 * NSEC_PER_SEC);
}

static void assert_name(const char *program, const char *expected)
{
	char name[SUBMISSION_NAME_MAX];

	assert_string_equal(submission_name(program, name), expected);
}

static void test_names_are_made_to_fit(void **state)
{
	assert_name("/usr/bin/Python3.11", "python3.11");
	assert_name("./a b", "a-b");
	assert_name("_-x-", "x");
	assert_name("\xc3\xa9", "command");
	assert_name("/", "command");
	assert_name("x123456789012345678901234567890123456789012345678901234567890123456789",
		"x123456789012345678901234567890123456789012345678901234567890123");
}

static void test_what_cannot_be_run_is_refused_in_words(void **state)
{
	struct error e = {0};

	assert_int_equal(text_of(&e, (const char *const[]){"run", "--", NULL}), -EINVAL);
	assert_string_equal(e.text, "no command after --");
	assert_int_equal(text_of(&e, (const char *const[]){"run", "-c", "  ", NULL}), -EINVAL);
	assert_string_equal(e.text, "an empty command");
	assert_int_equal(text_of(&e, (const char *const[]){"run", "-c", "a 'b", NULL}), -EINVAL);
	assert_non_null(strstr(e.text, "no closing '"));
	assert_int_equal(
		text_of(&e, (const char *const[]){"run", "--", "a", "\xff\xfe", NULL}), -EINVAL);
	assert_non_null(strstr(e.text, "not UTF-8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nasty_arguments_survive),
		cmocka_unit_test(test_braces_of_other_languages_are_left_alone),
		cmocka_unit_test(test_environment_is_inherited),
		cmocka_unit_test(test_one_string_is_split_without_a_shell),
		cmocka_unit_test(test_a_command_line_after_the_dashes_is_split_too),
		cmocka_unit_test(test_shell_keeps_the_line),
		cmocka_unit_test(test_several_commands_are_arms),
		cmocka_unit_test(test_shell_arms_keep_their_lines),
		cmocka_unit_test(test_options_go_over_the_keys),
		cmocka_unit_test(test_until_replaces_the_number_of_runs),
		cmocka_unit_test(test_names_are_made_to_fit),
		cmocka_unit_test(test_what_cannot_be_run_is_refused_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
