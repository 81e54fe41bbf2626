/* The rules of a gate: from a file, over a file, and what a gate asks of its workload. */
#include <errno.h>
#include <stdio.h>

#include "common/config/workload-file.h"
#include "tests/unit/cmocka-all.h"

#define ARMS "arms: {base: {command: [a]}, cand: {command: [b]}}\n"
#define TWO  "workload: x\n" ARMS
#define DIRS "workload: x\ncommand: [\"{arm-dir}/run\"]\n"

/* Overrides are given as one text, one a line. */
static int read_gate(const char *text, const char *overrides, struct workload *ret, char **problems)
{
	CLEANUP(diag_done) struct diag d;
	CLEANUP_STRV struct strv list = {0};
	CLEANUP_FREE char *lines = strdup(overrides);
	char *rest = lines, *line;
	int r;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			assert_int_equal(strv_push(&list, line), 0);
	assert_int_equal(diag_init(&d, "x.yaml", text, strlen(text)), 0);
	r = workload_parse(text, strlen(text), "/base", &list, ret, &d);
	*problems = diag_format(&d);
	return r;
}

static struct workload good(const char *text, const char *overrides)
{
	CLEANUP_FREE char *problems = NULL;
	struct workload w = {0};

	if (read_gate(text, overrides, &w, &problems) < 0)
		fail_msg("%s", problems);
	return w;
}

static void assert_bad(const char *text, const char *overrides, const char *said)
{
	CLEANUP_FREE char *problems = NULL;
	struct workload w = {0};

	assert_int_equal(read_gate(text, overrides, &w, &problems), -EINVAL);
	if (!strstr(problems, said))
		fail_msg("'%s' is not in: %s", said, problems);
}

static void test_every_key_reaches_its_field(void **state)
{
	CLEANUP(workload_done)
	struct workload w = good(TWO "gate: {margin: 3%, alpha: 0.5%, policy: strict, rho: 3, "
				     "spending: exact, max-mde: 2x, max-excluded: 10%, "
				     "looks: [12, 20], quarantine: noisy since May, "
				     "metrics: {max-rss: {floor: 64KiB, margin: 1%}, "
				     "own: {floor: 1ms}, minor-faults: {floor: 100}}}\n",
		"");
	const struct gate *g = &w.gate;

	assert_false(w.is_gate);
	assert_int_equal(w.order, ORDER_BLOCKS);
	assert_true(g->margin_ratio == 0.03 && g->alpha == 0.005 && g->rho == 3);
	assert_int_equal(g->policy, GATE_STRICT);
	assert_true(g->exact_spending && g->max_mde_is_factor && g->max_mde == 2);
	assert_true(g->max_excluded_ratio == 0.10);
	assert_int_equal(g->n_looks, 2);
	assert_int_equal(g->looks[1], 20);
	assert_string_equal(g->quarantine, "noisy since May");
	assert_false(g->metrics[METRIC_WALL].wanted);
	assert_true(g->metrics[METRIC_MAX_RSS].wanted);
	assert_true(g->metrics[METRIC_MAX_RSS].floor == 65536);
	assert_true(g->metrics[METRIC_MAX_RSS].margin_ratio == 0.01);
	assert_true(g->metrics[METRIC_OWN].floor == 0.001);
	assert_true(g->metrics[METRIC_MINOR_FAULTS].floor == 100);
}

static void test_the_option_goes_over_the_file_key_by_key(void **state)
{
	CLEANUP(workload_done)
	struct workload w = good(TWO "gate: {margin: 3%, looks: [12, 20], metrics: [own]}\n",
		"gate={max-rounds: 24, max-mde: 5%}");

	assert_true(w.is_gate);
	assert_int_equal(w.order, ORDER_PAIRS);
	assert_true(w.gate.margin_ratio == 0.03);
	assert_int_equal(w.gate.looks[w.gate.n_looks - 1], 24);
	assert_true(!w.gate.max_mde_is_factor && w.gate.max_mde == 0.05);
	assert_true(w.gate.metrics[METRIC_OWN].wanted);
	assert_false(w.gate.metrics[METRIC_WALL].wanted);
}

static void test_an_empty_option_makes_a_gate_of_the_defaults(void **state)
{
	CLEANUP(workload_done) struct workload w = good(TWO, "gate={}");
	struct gate defaults;

	gate_init(&defaults);
	assert_true(w.is_gate);
	assert_memory_equal(&w.gate.looks, &defaults.looks, sizeof(defaults.looks));
	assert_true(w.gate.metrics[METRIC_WALL].wanted);
}

static void test_a_gated_metric_is_summarised(void **state)
{
	CLEANUP(workload_done)
	struct workload w = good(TWO "metrics: [wall]\n", "gate={metrics: [minor-faults]}");

	assert_true(w.metrics[METRIC_MINOR_FAULTS]);
	assert_false(w.metrics[METRIC_MAX_RSS]);
}

static void test_directories_make_the_arms(void **state)
{
	CLEANUP(workload_done)
	struct workload w = good(DIRS, "arm-dir=base=/old\narm-dir=cand=/new=er\ngate={}");

	assert_int_equal(w.n_arms, 2);
	assert_string_equal(w.arms[0].name, "base");
	assert_string_equal(w.arms[0].dir, "/old");
	assert_string_equal(w.arms[1].dir, "/new=er");
}

static void test_directories_complete_the_arms_of_the_file(void **state)
{
	CLEANUP(workload_done)
	struct workload w = good(DIRS "arms: {cand: {env: {A: b}}, base: {}}\n",
		"arm-dir=base=/old\narm-dir=cand=/new\nsame-files=x");

	assert_int_equal(w.n_arms, 2);
	assert_string_equal(w.arms[0].dir, "/new");
	assert_string_equal(w.arms[1].dir, "/old");
	assert_int_equal(w.same_files.n, 1);
}

static void test_rules_and_directories_are_not_the_work(void **state)
{
	CLEANUP(workload_done) struct workload plain = good(TWO, "");
	CLEANUP(workload_done)
	struct workload gated = good(TWO "gate: {margin: 9%}\n", "gate={alpha: 5%}");

	assert_string_equal(plain.hash, gated.hash);
}

static void test_what_no_gate_can_be_is_said(void **state)
{
	assert_bad(DIRS, "gate={}", "--base-cmd");
	assert_bad("workload: x\narms: {a: {command: [a]}, b: {command: [b]}, c: {command: [c]}}\n",
		"gate={}", "x.yaml:2:1: error: 3 arms, a gate compares exactly two");
	assert_bad(TWO "order: blocks\n", "gate={}",
		"x.yaml:3:1: error: 'order' is blocks, must be pairs in a gate");
	assert_bad(TWO, "order=random\ngate={}", "'order' is random, must be pairs in a gate");
	assert_bad(TWO "outliers: mad\n", "gate={}", "the rule mad looks at the values");
	assert_bad(
		TWO, "gate={margin: 200%}", "error: gate: 'margin' is 200%, must be 0.01%..100%");
	assert_bad(TWO, "gate={looks: [12, 24], max-rounds: 24}", "exclude each other");
	assert_bad("workload: x\ncommand: [a]\norder: pairs\n", "", "not two arms to pair");
}

static void test_directories_that_nothing_uses_are_said(void **state)
{
	const char *dirs = "arm-dir=base=/a\narm-dir=cand=/b";

	assert_bad("workload: x\ncommand: [a]\n", dirs, "both arms would run the same");
	assert_bad("workload: x\ncommand: [a]\nprepare: \"{arm-dir}/p\"\n", dirs,
		"both arms would run the same");
	assert_bad(DIRS "setup: \"{arm-dir}/s\"\n", dirs, "'setup' runs once and for no arm");
	assert_bad(DIRS "arms: {base: {}, cand: {}}\n", "arm-dir=base=/a",
		"arm 'cand' has no directory for {arm-dir}");
	assert_bad(DIRS, "arm-dir=base=rel", "--arm-dir: 'base=rel' is not NAME=/ABSOLUTE");
	assert_bad(DIRS, "arm-dir=base", "--arm-dir: 'base' is not NAME=/ABSOLUTE");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key_reaches_its_field),
		cmocka_unit_test(test_the_option_goes_over_the_file_key_by_key),
		cmocka_unit_test(test_an_empty_option_makes_a_gate_of_the_defaults),
		cmocka_unit_test(test_a_gated_metric_is_summarised),
		cmocka_unit_test(test_directories_make_the_arms),
		cmocka_unit_test(test_directories_complete_the_arms_of_the_file),
		cmocka_unit_test(test_rules_and_directories_are_not_the_work),
		cmocka_unit_test(test_what_no_gate_can_be_is_said),
		cmocka_unit_test(test_directories_that_nothing_uses_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
