/* The command line of a gate: its form, its rules, its folders, and arms that are the same. */
#include <errno.h>

#include "ctl/gate-arms.h"
#include "ctl/gate-difference.h"
#include "ctl/same-files.h"
#include "ctl/submission-text.h"
#include "ctl/verb.h"
#include "tests/unit/cmocka-all.h"

/* Everything a gate of two commands submits. */
struct made {
	struct context context;
	enum gate_form form;
	struct strv overrides;
	struct gate_text text;
	struct suite suite;
};

static int read_words(const char *const *words, struct made *m, struct error *e)
{
	*m = (struct made){.context = {.verb = verb_find("gate"), .quiet = true}};
	assert_int_equal(options_parse((char *const *)(uintptr_t)words, verb_options_allowed,
				 &m->context.options, e),
		0);
	return gate_arms_form(&m->context, &m->form, e);
}

static int make(const char *const *words, struct made *m, struct error *e)
{
	const struct gate_root root = {NULL, NULL};
	int r = read_words(words, m, e);

	if (r >= 0)
		r = submission_overrides(&m->context.options, &m->overrides, e);
	if (r >= 0)
		r = gate_arms_rules(&m->context.options, &m->overrides, e);
	if (r >= 0)
		r = gate_text_make(&m->context, &root, &m->text, e);
	if (r >= 0)
		r = gate_text_parse(&m->text, &m->overrides, true, &m->suite, e);
	return r;
}

static void made_done(struct made *m)
{
	options_done(&m->context.options);
	strv_done(&m->overrides);
	gate_text_done(&m->text);
	suite_done(&m->suite);
}

#define WORDS(...) ((const char *const[]){"gate", __VA_ARGS__, NULL})

static void make_well(const char *const *words, struct made *m)
{
	struct error e = {0};

	if (make(words, m, &e) < 0)
		fail_msg("%s", e.text);
}

static void assert_refused(const char *const *words, const char *why)
{
	struct error e = {0};
	CLEANUP(made_done) struct made m = {0};

	assert_int_equal(make(words, &m, &e), -EINVAL);
	if (!strstr(e.text, why))
		fail_msg("'%s' is not in '%s'", why, e.text);
}

static void test_base_comes_first_whatever_the_order_of_options(void **state)
{
	CLEANUP(made_done) struct made m = {0};
	const struct workload *w;

	make_well(WORDS("--cand-cmd", "new x", "--base-cmd", "old", "--base-cmd", "older"), &m);
	assert_int_equal(m.form, GATE_FORM_ARMS);
	w = &m.suite.items[0];
	assert_true(w->is_gate);
	assert_int_equal(w->n_arms, 2);
	assert_string_equal(w->arms[0].name, "base");
	assert_string_equal(w->arms[0].command.argv.items[0], "older");
	assert_string_equal(w->arms[1].name, "cand");
	assert_string_equal(w->arms[1].command.argv.items[1], "x");
}

static void test_rules_go_over_those_of_the_file(void **state)
{
	CLEANUP(made_done) struct made m = {0};
	const struct gate *g;

	make_well(WORDS("-c", "a", "-c", "b", "--margin", "5%", "--alpha", "0.02", "--policy",
			  "noninferior", "--max-rounds", "20", "--max-mde", "3x"),
		&m);
	g = &m.suite.items[0].gate;
	assert_true(g->margin_ratio > 0.0499 && g->margin_ratio < 0.0501);
	assert_true(g->alpha > 0.0199 && g->alpha < 0.0201);
	assert_int_equal(g->policy, GATE_NONINFERIOR);
	assert_int_equal(g->looks[g->n_looks - 1], 20);
	assert_true(g->max_mde_is_factor);
}

static void test_forms_that_cannot_be_are_refused(void **state)
{
	assert_refused(WORDS("--base-cmd", "a"), "--base-cmd needs --cand-cmd");
	assert_refused(WORDS("--cand", "."), "--cand needs --base");
	assert_refused(WORDS("-c", "a", "-c", "b", "-c", "c"), "3 commands");
	assert_refused(WORDS("-c", "a", "--base-cmd", "a", "--cand-cmd", "b"), "all the commands");
	assert_refused(WORDS("x.yaml", "--shell"), "--shell is for commands");
	assert_refused(WORDS("--quiet"), "what to compare?");
	assert_refused(WORDS("-c", "a", "-c", "b", "--base-rev", "x"), "one command");
	assert_refused(WORDS("-c", "a", "-c", "b", "--margin", "2%}"), "--margin: '2%}'");
	assert_refused(WORDS("-c", "a", "-c", "b", "--alpha", ""), "--alpha: ''");
}

static void test_folders_are_made_absolute(void **state)
{
	CLEANUP_STRV struct strv overrides = {0};
	struct error e = {0};

	assert_int_equal(gate_arms_dirs("/tmp/.", "/", &overrides, &e), 0);
	assert_string_equal(overrides.items[0], "arm-dir=base=/tmp");
	assert_string_equal(overrides.items[1], "arm-dir=cand=/");
	assert_int_equal(gate_arms_dirs("/dev/null", "/", &overrides, &e), -EINVAL);
	assert_non_null(strstr(e.text, "/dev/null is not a folder"));
}

static size_t n_same(const char *const *words)
{
	CLEANUP(made_done) struct made m = {0};
	CLEANUP_STRV struct strv names = {0};
	struct error e = {0};
	bool all;

	make_well(words, &m);
	assert_int_equal(same_files_find(&m.suite, &names, &all, &e), 0);
	assert_int_equal(all, names.n > 0);
	return names.n;
}

static void test_arms_are_the_same_by_their_files_not_their_words(void **state)
{
	assert_int_equal(n_same(WORDS("-c", "sleep 1", "-c", "sleep 1")), 1);
	assert_int_equal(n_same(WORDS("-c", "sleep 1", "-c", "sleep 2")), 0);
	assert_int_equal(n_same(WORDS("-c", "sh -c true", "-c", "/bin/sh -c true")), 1);
	assert_int_equal(n_same(WORDS("-c", "cat /bin/true", "-c", "cat /bin/false")), 0);
	assert_int_equal(n_same(WORDS("--shell", "-c", "true", "-c", "true ")), 0);
	assert_int_equal(
		n_same(WORDS("-c", "sleep {x}", "-c", "sleep {x}", "--param", "x=1,2")), 2);
}

static void suite_of_text(const char *text, struct suite *ret)
{
	const struct gate_text t = {
		.text = (char *)(uintptr_t)text, .file = (char[]){"x"}, .directory = (char[]){"/"}};
	struct error e = {0};

	assert_int_equal(gate_text_parse(&t, NULL, false, ret, &e), 0);
}

static void test_benchmarks_that_are_gone_are_found(void **state)
{
	CLEANUP(suite_done) struct suite base = {0}, cand = {0};
	CLEANUP_STRV struct strv missing = {0}, all = {0};
	struct error e = {0};

	suite_of_text("workload: w\ncommand: [a, '{n}']\nmatrix: {n: [1, 2]}\n", &base);
	suite_of_text("workload: w\ncommand: [a, '{n}']\nmatrix: {n: [2, 3]}\n", &cand);
	assert_int_equal(gate_difference_missing(&base, &cand, &missing, &e), 0);
	assert_int_equal(missing.n, 1);
	assert_string_equal(missing.items[0], "w[n=1]");
	assert_int_equal(gate_difference_missing(&base, NULL, &all, &e), 0);
	assert_int_equal(all.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base_comes_first_whatever_the_order_of_options),
		cmocka_unit_test(test_rules_go_over_those_of_the_file),
		cmocka_unit_test(test_forms_that_cannot_be_are_refused),
		cmocka_unit_test(test_folders_are_made_absolute),
		cmocka_unit_test(test_arms_are_the_same_by_their_files_not_their_words),
		cmocka_unit_test(test_benchmarks_that_are_gone_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
