/* Workload files: what good ones mean, and what options put over them. */
#include <errno.h>
#include <stdio.h>

#include "common/config/workload-file.h"
#include "tests/unit/cmocka-all.h"

#define MINIMAL "workload: x\ncommand: [true]\n"

static struct workload parse(const char *text, const struct strv *overrides)
{
	CLEANUP(diag_done) struct diag d;
	CLEANUP_FREE char *problems = NULL;
	struct workload w = {0};
	int r;

	assert_int_equal(diag_init(&d, "x.yaml", text, strlen(text)), 0);
	r = workload_parse(text, strlen(text), "/base", overrides, &w, &d);
	problems = diag_format(&d);
	if (r < 0)
		fail_msg("%d: %s", r, problems);
	assert_string_equal(problems, "");
	return w;
}

static char *problems_of(const char *text, const struct strv *overrides)
{
	CLEANUP(diag_done) struct diag d;
	struct workload w = {.name = NULL, .seed = 77};

	assert_int_equal(diag_init(&d, "x.yaml", text, strlen(text)), 0);
	assert_int_equal(workload_parse(text, strlen(text), "/base", overrides, &w, &d), -EINVAL);
	assert_int_equal(w.seed, 77);
	return diag_format(&d);
}

static struct workload parse_with(const char *text, const char *override)
{
	CLEANUP_STRV struct strv overrides = {0};

	assert_int_equal(strv_push(&overrides, override), 0);
	return parse(text, &overrides);
}

static void assert_override_fails(const char *override, const char *expected)
{
	CLEANUP_STRV struct strv overrides = {0};
	CLEANUP_FREE char *problems = NULL;

	assert_int_equal(strv_push(&overrides, override), 0);
	problems = problems_of(MINIMAL, &overrides);
	assert_string_equal(problems, expected);
}

static void assert_strv(const struct strv *v, const char *expected)
{
	CLEANUP_FREE char *joined = strv_join(v, "|");

	assert_string_equal(joined, expected);
}

#define FULL                                                                                       \
	"workload: julia-set\n"                                                                    \
	"description: >\n  Julia set,\n  pure Python\n"                                            \
	"command: [python3, julia.py, \"{width}\"]\n"                                              \
	"cwd: programs\n"                                                                          \
	"env: {PYTHONHASHSEED: \"0\", EMPTY: \"\"}\n"                                              \
	"inherit-env: [DISPLAY, \"*\"]\n"                                                          \
	"matrix: {width: [500, 1e3], mode: fast}\n"                                                \
	"arms: {base: {}, cand: {command: run it, env: {A: 1}, cwd: /o}}\n"                        \
	"setup: make all\n"                                                                        \
	"prepare: [sync, -f, .]\n"                                                                 \
	"conclude: {shell: \"echo {x}\"}\n"                                                        \
	"cleanup: rm -f x\n"                                                                       \
	"warmup: 0\n"                                                                              \
	"runs: {until: {rel-ci: 1%}, min: 12, max: 60, max-time: 10m}\n"                           \
	"order: batch\n"                                                                           \
	"timeout: 60s\n"                                                                           \
	"limits: {memory: 2GiB, pids: 256, output: 1MiB}\n"                                        \
	"on-failure: continue\n"                                                                   \
	"verify: {exit: 3, stdout-contains: \"33219980\"}\n"                                       \
	"metrics: [cpu]\n"                                                                         \
	"outliers: {rule: tukey, tolerance: 2%, budget: 0.25}\n"                                   \
	"profile: quiet\n"                                                                         \
	"strict: true\n"                                                                           \
	"stdin: ./in.txt\n"                                                                        \
	"seed: 7\n"                                                                                \
	"labels: {commit: abc}\n"

static void test_keys_that_say_what_runs_reach_their_fields(void **state)
{
	CLEANUP(workload_done) struct workload w = parse(FULL, NULL);

	assert_string_equal(w.name, "julia-set");
	assert_string_equal(w.description, "Julia set, pure Python");
	assert_strv(&w.command.argv, "python3|julia.py|{width}");
	assert_false(w.command.shell);
	assert_string_equal(w.cwd, "/base/programs");
	assert_strv(&w.env, "PYTHONHASHSEED=0|EMPTY=");
	assert_strv(&w.inherit_env, "DISPLAY|*");
	assert_int_equal(w.n_matrix, 2);
	assert_string_equal(w.matrix[0].name, "width");
	assert_strv(&w.matrix[0].values, "500|1e3");
	assert_strv(&w.matrix[1].values, "fast");
	assert_int_equal(w.n_arms, 2);
	assert_false(command_is_set(&w.arms[0].command));
	assert_null(w.arms[0].cwd);
	assert_strv(&w.arms[1].command.argv, "run|it");
	assert_strv(&w.arms[1].env, "A=1");
	assert_string_equal(w.arms[1].cwd, "/o");
	assert_true(w.setup.shell);
	assert_strv(&w.setup.argv, "make all");
	assert_false(w.prepare.shell);
	assert_strv(&w.prepare.argv, "sync|-f|.");
	assert_true(w.conclude.shell);
	assert_strv(&w.conclude.argv, "echo {x}");
	assert_true(w.cleanup.shell);
	assert_string_equal(w.stdin_path, "/base/in.txt");
	assert_int_equal(strlen(w.hash), 71);
}

static void test_keys_that_say_how_it_runs_reach_their_fields(void **state)
{
	CLEANUP(workload_done) struct workload w = parse(FULL, NULL);

	assert_int_equal(w.repetition.warmup, 0);
	assert_near(w.repetition.rel_ci, 0.01, 1e-12);
	assert_int_equal(w.repetition.min, 12);
	assert_int_equal(w.repetition.max, 60);
	assert_int_equal(w.repetition.max_time_ns, 600 * NSEC_PER_SEC);
	assert_int_equal(w.order, ORDER_BATCH);
	assert_int_equal(w.timeout_ns, 60 * NSEC_PER_SEC);
	assert_int_equal(w.limits.memory_bytes, 2ull << 30);
	assert_int_equal(w.limits.pids, 256);
	assert_int_equal(w.limits.output_bytes, 1 << 20);
	assert_true(w.on_failure_continue);
	assert_int_equal(w.verify.exit, 3);
	assert_string_equal(w.verify.stdout_contains, "33219980");
	assert_true(w.metrics[METRIC_WALL]);
	assert_true(w.metrics[METRIC_CPU]);
	assert_false(w.metrics[METRIC_MAX_RSS]);
	assert_int_equal(w.outliers.rule, OUTLIER_TUKEY);
	assert_near(w.outliers.tolerance_ratio, 0.02, 1e-12);
	assert_near(w.outliers.budget_ratio, 0.25, 1e-12);
	assert_string_equal(w.profile, "quiet");
	assert_true(w.strict);
	assert_int_equal(w.seed, 7);
	assert_strv(&w.labels, "commit=abc");
}

static void test_a_minimal_file_has_the_documented_defaults(void **state)
{
	CLEANUP(workload_done) struct workload w = parse(MINIMAL, NULL);

	assert_string_equal(w.cwd, "/base");
	assert_int_equal(w.repetition.warmup, 1);
	assert_int_equal(w.repetition.runs, 20);
	assert_near(w.repetition.rel_ci, 0, 0);
	assert_int_equal(w.order, ORDER_BLOCKS);
	assert_int_equal(w.timeout_ns, 600 * NSEC_PER_SEC);
	assert_int_equal(w.limits.output_bytes, 16 << 20);
	assert_false(w.on_failure_continue);
	assert_int_equal(w.outliers.rule, OUTLIER_EVIDENCE);
	assert_null(w.profile);
	assert_null(w.stdin_path);
	assert_int_equal(w.n_arms, 0);
}

static void test_a_command_in_one_text_is_split_and_not_expanded(void **state)
{
	CLEANUP(workload_done)
	struct workload w = parse("workload: x\ncommand: sort -k 2 'a b' $HOME *.txt\n", NULL);

	assert_strv(&w.command.argv, "sort|-k|2|a b|$HOME|*.txt");
	assert_false(w.command.shell);
}

static void test_shell_lines_are_kept_whole(void **state)
{
	CLEANUP(workload_done)
	struct workload top = parse("workload: x\nshell: \"sort <in | awk '{print}'\"\n", NULL);
	CLEANUP(workload_done)
	struct workload inner = parse("workload: x\ncommand: {shell: \"a | b\"}\n", NULL);

	assert_true(top.command.shell);
	assert_strv(&top.command.argv, "sort <in | awk '{print}'");
	assert_true(inner.command.shell);
	assert_strv(&inner.command.argv, "a | b");
}

static void test_plain_words_are_text_and_never_booleans(void **state)
{
	CLEANUP(workload_done)
	struct workload w = parse("workload: no\ncommand: [yes, off, ~, null, 010, 1_0]\n", NULL);

	assert_string_equal(w.name, "no");
	assert_strv(&w.command.argv, "yes|off|~|null|010|1_0");
}

static void test_precision_alone_gets_the_planned_looks(void **state)
{
	CLEANUP(workload_done)
	struct workload w = parse(MINIMAL "runs: {until: {rel-ci: 2%}}\n", NULL);
	CLEANUP(workload_done)
	struct workload few = parse(MINIMAL "runs: {until: {rel-ci: 2%}, max: 8}\n", NULL);

	assert_int_equal(w.repetition.min, 12);
	assert_int_equal(w.repetition.max, 200);
	assert_int_equal(few.repetition.min, 8);
	assert_int_equal(few.repetition.max, 8);
}

static void test_paths_start_at_the_file(void **state)
{
	static const struct {
		const char *cwd, *expected;
	} cases[] = {
		{".", "/base"},
		{"./", "/base"},
		{".//a", "/base/a"},
		{"/abs", "/abs"},
		{"a b", "/base/a b"},
		{"\"{arm-dir}/sub\"", "{arm-dir}/sub"},
		{"\"{scratch}\"", "{scratch}"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP_FREE char *text = NULL;
		CLEANUP(workload_done) struct workload w = {0};

		assert_true(asprintf(&text, MINIMAL "cwd: %s\n", cases[i].cwd) > 0);
		w = parse(text, NULL);
		assert_string_equal(w.cwd, cases[i].expected);
	}
}

static void test_options_are_put_over_the_file(void **state)
{
	CLEANUP_STRV struct strv v = {0};
	CLEANUP(workload_done) struct workload w = {0};
	static const char *const options[] = {
		"runs=5",
		"max-time=5m",
		"warmup=3",
		"timeout=30s",
		"param=k=v1,v2",
		"param=width=[1, 'a,b']",
		"label=commit=b=c",
		"label=who=me",
		"setup=[ -f x ] || echo \"a: b\"",
		"prepare=[sync, -f]",
		"verify=stdout-contains={\"a\": 1}",
		"verify=exit=2",
		"profile=lab",
		"seed=9",
		"strict=true",
		"outliers=mad",
		"outliers=budget=10%",
		"limits=memory=1GiB",
		"command=prog '{width}' \"{k}\"",
		"metrics=[cpu, user]",
		"order=random",
	};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		assert_int_equal(strv_push(&v, options[i]), 0);
	w = parse(MINIMAL "matrix: {width: [500]}\nlabels: {commit: a}\nruns: {until: {rel-ci: "
			  "1%}}\nenv: {A: b}\n",
		&v);
	assert_int_equal(w.repetition.runs, 5);
	assert_near(w.repetition.rel_ci, 0, 0);
	assert_int_equal(w.repetition.max_time_ns, 300 * NSEC_PER_SEC);
	assert_int_equal(w.repetition.warmup, 3);
	assert_int_equal(w.timeout_ns, 30 * NSEC_PER_SEC);
	assert_int_equal(w.n_matrix, 2);
	assert_strv(&w.matrix[0].values, "1|a,b");
	assert_string_equal(w.matrix[1].name, "k");
	assert_strv(&w.matrix[1].values, "v1|v2");
	assert_strv(&w.labels, "commit=b=c|who=me");
	assert_true(w.setup.shell);
	assert_strv(&w.setup.argv, "[ -f x ] || echo \"a: b\"");
	assert_false(w.prepare.shell);
	assert_strv(&w.prepare.argv, "sync|-f");
	assert_string_equal(w.verify.stdout_contains, "{\"a\": 1}");
	assert_int_equal(w.verify.exit, 2);
	assert_string_equal(w.profile, "lab");
	assert_int_equal(w.seed, 9);
	assert_true(w.strict);
	assert_int_equal(w.outliers.rule, OUTLIER_MAD);
	assert_near(w.outliers.budget_ratio, 0.1, 1e-12);
	assert_int_equal(w.limits.memory_bytes, 1 << 30);
	assert_strv(&w.command.argv, "prog|{width}|{k}");
	assert_true(w.metrics[METRIC_USER]);
	assert_int_equal(w.order, ORDER_RANDOM);
	assert_strv(&w.env, "A=b");
}

static void test_until_makes_a_fixed_number_adaptive(void **state)
{
	CLEANUP(workload_done)
	struct workload w = parse_with(MINIMAL "runs: 5\n", "until=rel-ci=0.5%");
	CLEANUP(workload_done)
	struct workload mapping = parse_with(MINIMAL, "runs={until: {rel-ci: 3%}, max: 30}");

	assert_near(w.repetition.rel_ci, 0.005, 1e-12);
	assert_int_equal(w.repetition.min, 12);
	assert_near(mapping.repetition.rel_ci, 0.03, 1e-12);
	assert_int_equal(mapping.repetition.max, 30);
}

static void test_bad_options_are_named(void **state)
{
	assert_override_fails("runs=0", "x.yaml: error: --runs: 'runs' is 0, must be 1..100000\n");
	assert_override_fails(
		"runs=", "x.yaml: error: --runs: 'runs' has no value, must be a number\n");
	assert_override_fails("runs", "x.yaml: error: --runs: no value\n");
	assert_override_fails(
		"rums=5", "x.yaml: error: --rums: unknown key 'rums', did you mean 'runs'?\n");
	assert_override_fails("until=rel-cj=1%",
		"x.yaml: error: --until: unknown key 'rel-cj', did you mean 'rel-ci'?\n");
	assert_override_fails(
		"until=1%", "x.yaml: error: --until: 'until' is '1%', must be a mapping\n");
	assert_override_fails("timeout=5 parsecs",
		"x.yaml: error: --timeout: 'timeout' is '5 parsecs', "
		"must be a duration such as 30s\n");
	assert_override_fails("param=k", "x.yaml: error: --param: 'k' is not NAME=VALUE,VALUE\n");
	assert_override_fails("param=K=1",
		"x.yaml: error: --param: 'K' is not the name of a parameter: "
		"a-z, then a-z 0-9 _ -\n");
	assert_override_fails(
		"param=k=1,1", "x.yaml: error: --param: parameter 'k' has the value '1' twice\n");
	assert_override_fails("label=k", "x.yaml: error: --label: 'k' is not NAME=VALUE\n");
	assert_override_fails("metrics=[wall", "x.yaml: error: --metrics: expected ',' or ']'\n");
	assert_override_fails("arms=command=x",
		"x.yaml: error: --arms: 'arms' is 'command=x', must be "
		"a mapping of names to what differs such as "
		"{base: {command: ...}, cand: {...}}\n");
	assert_override_fails("profiler=perf",
		"x.yaml: error: --profiler: 'profilers' is not supported by "
		"this version yet\n");
	assert_override_fails("cwd={scrach}",
		"x.yaml: error: --cwd: '{scrach}' is not in the matrix, did you mean 'scratch'?\n");
}

static void test_problems_of_file_and_options_come_together(void **state)
{
	CLEANUP_STRV struct strv v = {0};
	CLEANUP_FREE char *problems = NULL;

	assert_int_equal(strv_push(&v, "runs=0"), 0);
	assert_int_equal(strv_push(&v, "warmup=x"), 0);
	problems = problems_of("workload: x\ncomand: [true]\n", &v);
	assert_string_equal(problems,
		"x.yaml: error: --runs: 'runs' is 0, must be 1..100000\n"
		"x.yaml: error: --warmup: 'warmup' is 'x', must be a number\n"
		"x.yaml:1:1: error: missing key 'command'\n  workload: x\n  ^\n"
		"x.yaml:2:1: error: unknown key 'comand', did you mean 'command'?\n"
		"  comand: [true]\n  ^\n");
}

static void test_only_the_work_decides_the_hash(void **state)
{
	CLEANUP(workload_done) struct workload a = parse(MINIMAL, NULL);
	CLEANUP(workload_done)
	struct workload same = parse(MINIMAL
		"runs: 5\nwarmup: 0\ndescription: d\nprofile: quiet\nlabels: {a: b}\n",
		NULL);
	CLEANUP(workload_done)
	struct workload other = parse("workload: x\ncommand: [false]\n", NULL);

	assert_string_equal(a.hash, same.hash);
	assert_string_not_equal(a.hash, other.hash);
}

static void test_the_same_file_in_another_folder_is_the_same_work(void **state)
{
	static const char text[] = MINIMAL "stdin: in.txt\ncwd: sub\n";
	CLEANUP(diag_done) struct diag d;
	CLEANUP(workload_done) struct workload here = parse(text, NULL);
	CLEANUP(workload_done) struct workload there = {0};

	assert_int_equal(diag_init(&d, "x.yaml", text, strlen(text)), 0);
	assert_int_equal(workload_parse(text, strlen(text), "/elsewhere", NULL, &there, &d), 0);
	assert_string_equal(there.stdin_path, "/elsewhere/in.txt");
	assert_string_equal(here.hash, there.hash);
}

static void test_the_manual_names_every_supported_key(void **state)
{
	CLEANUP_FREE char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	workload_print_keys(f);
	assert_int_equal(fclose(f), 0);
	assert_non_null(strstr(text, "workload: a name, required\n"));
	assert_non_null(strstr(text, "order: blocks | random | batch | pairs, default blocks\n"));
	assert_non_null(
		strstr(text, "        rel-ci: a share such as 1%, 0.01% to 50%, required\n"));
	assert_non_null(strstr(text, "gate: a mapping such as"));
	assert_non_null(
		strstr(text, "    margin: a share such as 1%, 0.01% to 100%, default 2%\n"));
	assert_null(strstr(text, "profilers:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_that_say_what_runs_reach_their_fields),
		cmocka_unit_test(test_keys_that_say_how_it_runs_reach_their_fields),
		cmocka_unit_test(test_a_minimal_file_has_the_documented_defaults),
		cmocka_unit_test(test_a_command_in_one_text_is_split_and_not_expanded),
		cmocka_unit_test(test_shell_lines_are_kept_whole),
		cmocka_unit_test(test_plain_words_are_text_and_never_booleans),
		cmocka_unit_test(test_precision_alone_gets_the_planned_looks),
		cmocka_unit_test(test_paths_start_at_the_file),
		cmocka_unit_test(test_options_are_put_over_the_file),
		cmocka_unit_test(test_until_makes_a_fixed_number_adaptive),
		cmocka_unit_test(test_bad_options_are_named),
		cmocka_unit_test(test_problems_of_file_and_options_come_together),
		cmocka_unit_test(test_only_the_work_decides_the_hash),
		cmocka_unit_test(test_the_same_file_in_another_folder_is_the_same_work),
		cmocka_unit_test(test_the_manual_names_every_supported_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
