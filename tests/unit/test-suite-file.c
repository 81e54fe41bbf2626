/* Suites: what a document of several workloads means, and how one is put together. */
#include <errno.h>
#include <stdio.h>

#include "common/base/random.h"
#include "common/config/suite-file.h"
#include "common/config/yaml-tree.h"
#include "common/model/plan.h"
#include "tests/unit/cmocka-all.h"

#define TEXTS	 300
#define TEXT_MAX 400

static int read_suite(
	const char *text, const char *override, struct suite *ret, char **ret_problems)
{
	CLEANUP(diag_done) struct diag d;
	CLEANUP_STRV struct strv overrides = {0};
	int r;

	if (override)
		assert_int_equal(strv_push(&overrides, override), 0);
	assert_int_equal(diag_init(&d, "all.yaml", text, strlen(text)), 0);
	r = suite_parse(text, strlen(text), "/base", &overrides, ret, &d);
	*ret_problems = diag_format(&d);
	return r;
}

static struct suite good(const char *text, const char *override)
{
	CLEANUP_FREE char *problems = NULL;
	struct suite s = {0};

	if (read_suite(text, override, &s, &problems) < 0)
		fail_msg("%s", problems);
	return s;
}

static void assert_bad(const char *text, const char *override, const char *said)
{
	CLEANUP_FREE char *problems = NULL;
	struct suite s = {0};

	assert_int_equal(read_suite(text, override, &s, &problems), -EINVAL);
	assert_null(s.items);
	if (!strstr(problems, said))
		fail_msg("'%s' is not in: %s", said, problems);
}

#define MEMBER_A "- {file: a.yaml, text: \"workload: a\\ncommand: [./a]\\n\"}\n"
#define MEMBER_B                                                                                   \
	"- {file: sub/b.yaml, text: \"workload: b\\ncommand: [./b]\\ncwd: in\\nwarmup: 3\\n"       \
	"timeout: 5s\\nmatrix: {k: [1, 2]}\\ngate: {margin: 7%}\\n\"}\n"
#define BOTH "workloads:\n" MEMBER_A MEMBER_B

static void test_a_plain_workload_is_a_suite_of_one(void **state)
{
	CLEANUP(suite_done) struct suite s = good("workload: x\ncommand: [true]\n", "runs=7");

	assert_false(s.is_suite);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.name, "x");
	assert_int_equal(s.items[0].repetition.runs, 7);
	assert_string_equal(s.hash, s.items[0].hash);
}

static void test_members_go_over_the_defaults(void **state)
{
	CLEANUP(suite_done)
	struct suite s = good("suite: all\nruns: 4\nwarmup: 2\ntimeout: 9s\ncwd: work\n"
			      "gate: {margin: 5%, alpha: 2%}\nenv: {A: b}\n" BOTH,
		NULL);

	assert_true(s.is_suite);
	assert_string_equal(s.name, "all");
	assert_int_equal(s.n, 2);
	assert_string_equal(s.items[0].name, "a");
	assert_int_equal(s.items[0].repetition.warmup, 2);
	assert_int_equal(s.items[1].repetition.warmup, 3);
	assert_int_equal(s.items[1].repetition.runs, 4);
	assert_true(s.items[0].timeout_ns == 9 * NSEC_PER_SEC);
	assert_true(s.items[1].timeout_ns == 5 * NSEC_PER_SEC);
	assert_string_equal(s.items[0].cwd, "/base/work");
	assert_string_equal(s.items[1].cwd, "/base/sub/in");
	assert_true(s.items[0].gate.margin_ratio == 0.05);
	assert_true(s.items[1].gate.margin_ratio == 0.07 && s.items[1].gate.alpha == 0.02);
	assert_string_equal(s.items[1].env.items[0], "A=b");
	assert_string_not_equal(s.hash, s.items[0].hash);
}

static void test_options_go_over_every_member(void **state)
{
	CLEANUP(suite_done) struct suite s = good("suite: all\n" BOTH, "runs=3");

	assert_int_equal(s.items[0].repetition.runs, 3);
	assert_int_equal(s.items[1].repetition.runs, 3);
}

static void test_arms_of_the_suite_are_completed_by_a_member(void **state)
{
	CLEANUP(suite_done)
	struct suite s = good("suite: all\narms: {base: {}, cand: {env: {N: \"1\"}}}\n"
			      "workloads:\n" MEMBER_A
			      "- {file: b.yaml, text: \"workload: b\\ncommand: [b]\\n"
			      "arms: {cand: {cwd: x}}\\n\"}\n",
		"gate={}");

	assert_int_equal(s.items[0].n_arms, 2);
	assert_int_equal(s.items[1].n_arms, 2);
	assert_string_equal(s.items[1].arms[1].cwd, "/base/x");
	assert_string_equal(s.items[1].arms[1].env.items[0], "N=1");
	assert_true(s.items[1].is_gate);
}

static void test_metrics_of_a_gate_are_those_of_all(void **state)
{
	CLEANUP(suite_done)
	struct suite s = good("suite: all\narms: {base: {}, cand: {}}\nmetrics: [wall]\n"
			      "workloads:\n" MEMBER_A
			      "- {file: b.yaml, text: \"workload: b\\ncommand: [b]\\n"
			      "gate: {metrics: [minor-faults]}\\n\"}\n",
		"gate={}");

	assert_true(s.items[0].metrics[METRIC_MINOR_FAULTS]);
	assert_true(s.items[1].metrics[METRIC_MINOR_FAULTS]);
	assert_false(s.items[0].gate.metrics[METRIC_MINOR_FAULTS].wanted);
}

static void test_the_plan_is_of_all_members(void **state)
{
	CLEANUP(suite_done) struct suite s = good("suite: all\nruns: 4\n" BOTH, NULL);
	CLEANUP(plan_done) struct plan p = {0};

	assert_int_equal(plan_make_suite(&s, 1, &p, NULL), 0);
	assert_int_equal(p.n_benchmarks, 3);
	assert_string_equal(p.benchmarks[0].name, "a");
	assert_string_equal(p.benchmarks[2].name, "b[k=2]");
	assert_int_equal(p.benchmarks[0].workload, 0);
	assert_int_equal(p.benchmarks[2].workload, 1);
	/* One warm-up of a, three of each of b, four rounds of all. */
	assert_int_equal(p.n_trials, 1 + 2 * 3 + 3 * 4);
}

static void test_problems_are_said_once_and_at_their_file(void **state)
{
	CLEANUP_FREE char *problems = NULL;
	struct suite s = {0};

	assert_int_equal(
		read_suite("suite: all\nruns: many\n" BOTH, "order=wild", &s, &problems), -EINVAL);
	assert_non_null(strstr(problems, "all.yaml:2:7: error: 'runs' is 'many'"));
	assert_non_null(strstr(problems, "--order: 'order' is 'wild'"));
	assert_null(strstr(strstr(problems, "wild") + 1, "wild"));
	assert_bad("suite: all\nprofile: quiet\nworkloads:\n" MEMBER_A
		   "- {file: sub/b.yaml, text: \"workload: b\\ncommand: [b]\\nprofile: lab\\n\"}\n",
		NULL, "sub/b.yaml:3:1: error: 'profile' differs from all.yaml:2");
	assert_bad("suite: all\nworkloads: [a.yaml]\n", NULL, "only steadyctl can read files");
	assert_bad("suite: all\nworkloads: []\n", NULL, "has 0 entries, must have 1..10000");
	assert_bad("suite: all\n", NULL, "missing key 'workloads'");
	assert_bad("workloads: [a.yaml]\n", NULL, "missing key 'suite'");
	assert_bad("suite: all\nworkloads:\n" MEMBER_A MEMBER_A, NULL,
		"a.yaml:1:1: error: workload 'a' is also the name of a.yaml:1");
}

static void test_defaults_cannot_be_multiplied_without_end(void **state)
{
	CLEANUP_FREE char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	(void)fprintf(f, "suite: all\ndescription: %0200000d\nworkloads:\n", 7);
	for (int i = 0; i < 2000; i++)
		(void)fprintf(f, "- {file: a, text: \"workload: a%d\\ncommand: [a]\"}\n", i);
	assert_int_equal(fclose(f), 0);
	assert_bad(text, NULL, "must be at most 64 MiB in all");
}

static char *compose(const char *text, const struct suite_member *members, size_t n)
{
	CLEANUP(diag_done) struct diag d;
	const struct suite_member shared = {"all.yaml", text, text ? strlen(text) : 0};
	CLEANUP_FREE char *problems = NULL;
	char *made = NULL;

	assert_int_equal(diag_init(&d, "all.yaml", text, text ? strlen(text) : 0), 0);
	if (suite_compose(text ? &shared : NULL, "all", members, n, &made, &d) < 0) {
		problems = diag_format(&d);
		fail_msg("%s", problems);
	}
	return made;
}

/* Any character there is, those with a meaning to YAML more often than by chance. */
static void random_text(struct random *random, char ret[static TEXT_MAX])
{
	static const char special[] = "\n\n  \t\"'\\:#-[]{}&*!|>%@`,?~\r\x01\x7f";
	size_t size = 0, wanted = random_below(random, TEXT_MAX - 8);

	while (size < wanted) {
		uint32_t code = (uint32_t)random_below(random, 0x110000);

		if (random_below(random, 2))
			code = (unsigned char)special[random_below(random, sizeof(special) - 1)];
		else if (random_below(random, 2))
			code = (uint32_t)random_below(random, 0x3000);
		if (code == 0 || (code >= 0xd800 && code <= 0xdfff))
			continue;
		if (code < 0x80) {
			ret[size++] = (char)code;
			continue;
		}
		if (code >= 0x10000)
			ret[size++] = (char)(0xf0 | code >> 18);
		if (code >= 0x800)
			ret[size++] = (char)((code >= 0x10000 ? 0x80 : 0xe0) |
				(code >> 12 & (code >= 0x10000 ? 0x3f : 0x0f)));
		ret[size++] = (char)((code >= 0x800 ? 0x80 : 0xc0) | (code >> 6 & 0x3f));
		ret[size++] = (char)(0x80 | (code & 0x3f));
	}
	ret[size] = '\0';
}

static void assert_survives(const char *suite, const char *file, const char *text)
{
	const struct suite_member member = {file, text, strlen(text)};
	CLEANUP_FREE char *made = compose(suite, &member, 1);
	CLEANUP(diag_done) struct diag d;
	CLEANUP_NODE struct node *root = NULL;
	const struct node *entry;

	assert_int_equal(diag_init(&d, "x", made, strlen(made)), 0);
	assert_int_equal(yaml_tree_load_full(made, strlen(made), &d, &root), 0);
	assert_int_equal(diag_count(&d), 0);
	entry = node_get(root, "workloads")->children;
	assert_string_equal(node_get(entry, "file")->text, file);
	assert_string_equal(node_get(entry, "text")->text, text);
}

static void test_any_text_survives_being_composed(void **state)
{
	struct random random = random_make(20261122, 1);
	char text[TEXT_MAX], file[TEXT_MAX];

	for (int i = 0; i < TEXTS; i++) {
		random_text(&random, text);
		random_text(&random, file);
		assert_survives(NULL, file, text);
		assert_survives("suite: all\nworkloads: [a]\nruns: 4\n", file, text);
	}
}

static void test_what_is_no_text_is_refused(void **state)
{
	static const struct suite_member bad[] = {
		{"a.yaml", "workload: \xff", 11},
		{"a.yaml", "work\0load", 9},
		{"a\xff.yaml", "workload: a", 11},
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CLEANUP(diag_done) struct diag d;
		char *made = NULL;

		assert_int_equal(diag_init(&d, "all.yaml", NULL, 0), 0);
		assert_int_equal(suite_compose(NULL, "all", &bad[i], 1, &made, &d), -EINVAL);
		assert_int_equal(diag_count(&d), 1);
		assert_null(made);
	}
}

static void test_more_than_a_mebibyte_is_refused(void **state)
{
	CLEANUP_FREE char *text = calloc(1, YAML_TREE_SIZE_MAX + 1);
	CLEANUP(diag_done) struct diag d;
	struct suite_member member = {"a.yaml", text, YAML_TREE_SIZE_MAX};
	char *made = NULL;

	assert_non_null(text);
	memset(text, '#', YAML_TREE_SIZE_MAX);
	assert_int_equal(diag_init(&d, "all.yaml", NULL, 0), 0);
	assert_int_equal(suite_compose(NULL, "all", &member, 1, &made, &d), -EINVAL);
}

static void test_keys_of_the_suite_keep_their_lines(void **state)
{
	static const char text[] = "# all of it\n"
				   "suite: all   # name\n"
				   "\n"
				   "workloads:\n"
				   "  - a.yaml\n"
				   "  - b.yaml\n"
				   "env:\n"
				   "  A: \"x: y\"\n"
				   "  B:\n"
				   "    - wrong\n"
				   "metrics: [wall,\n"
				   "  wal]\n"
				   "labels: {x: 'it''s'}\n"
				   "runs: many\n";
	static const struct suite_member members[] = {
		{"a.yaml", "workload: a\ncommand: [a]\n", 25},
		{"b.yaml", "workload: b\ncommand: [b]\n", 25},
	};
	CLEANUP_FREE char *made = compose(text, members, 2);
	CLEANUP_FREE char *there = NULL;
	struct suite s = {0};

	assert_int_equal(read_suite(made, NULL, &s, &there), -EINVAL);
	assert_non_null(strstr(there, "all.yaml:10:5: error: 'B' is a list"));
	assert_non_null(strstr(there, "all.yaml:12:3: error: unknown metric 'wal'"));
	assert_non_null(strstr(there, "all.yaml:14:7: error: 'runs' is 'many'"));
}

static void test_the_files_of_a_suite_are_named(void **state)
{
	static const char *const texts[] = {"suite: x\nworkloads: [a.yaml, sub/b.yaml]\n",
		"workload: x\ncommand: [a]\n", "suite: x\nworkloads: {a: b}\n",
		"suite: x\nworkloads: [[a]]\n"};
	static const int expected[] = {1, 0, -EINVAL, -EINVAL};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP(diag_done) struct diag d;
		CLEANUP_STRV struct strv files = {0};

		assert_int_equal(diag_init(&d, "x", texts[i], strlen(texts[i])), 0);
		assert_int_equal(suite_files(texts[i], strlen(texts[i]), &files, &d), expected[i]);
		if (i == 0)
			assert_string_equal(files.items[1], "sub/b.yaml");
	}
}

/* With a search for each name of each member, this test would not end in its time. */
static void test_the_environment_is_what_any_member_may_see(void **state)
{
	CLEANUP(strv_done) struct strv from = {0}, some = {0}, all = {0};
	static struct workload items[300];
	struct suite s = {.items = items, .n = ARRAY_SIZE(items), .is_suite = true};

	for (size_t i = 0; i < s.n; i++) {
		workload_init(&items[i]);
		for (unsigned k = 0; k < 4000; k++)
			assert_int_equal(strv_pushf(&items[i].inherit_env, "N%u_%zu", k, i), 0);
	}
	assert_int_equal(strv_push(&from, "N7_3=="), 0);
	for (unsigned k = 0; k < 50000; k++)
		assert_int_equal(strv_pushf(&from, "N%u=x", k), 0);
	assert_int_equal(strv_push(&from, "N7_2999=secret"), 0);
	assert_int_equal(strv_push(&from, "PATH=/bin"), 0);
	assert_int_equal(strv_push(&from, "N3999_299="), 0);

	assert_int_equal(suite_environment(&s, &from, &some), 0);
	assert_int_equal(some.n, 3);
	assert_string_equal(some.items[0], "N7_3==");
	assert_string_equal(some.items[1], "PATH=/bin");
	assert_string_equal(some.items[2], "N3999_299=");

	assert_int_equal(strv_push(&items[1].inherit_env, "*"), 0);
	assert_int_equal(suite_environment(&s, &from, &all), 0);
	assert_int_equal(all.n, from.n);
	for (size_t i = 0; i < s.n; i++)
		workload_done(&items[i]);
}

#define TEN  "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
#define ARMS "arms: {base: {env: {A: b}}, cand: {env: {A: c}}}\n"

/* The daemon judges in its event loop: rules that would take it minutes are refused. */
static void test_a_gate_cannot_take_minutes_to_judge(void **state)
{
	static const char plain[] = "workload: x\ncommand: [x]\n"
				    "matrix: {a: " TEN ", b: " TEN ", c: " TEN "}\n" ARMS;
	static const char suite[] = "suite: all\n" ARMS "workloads:\n"
				    "- {file: a.yaml, text: \"workload: a\\ncommand: [./a]\\n"
				    "matrix: {a: " TEN ", b: " TEN ", c: [1, 2]}\\n\"}\n"
				    "- {file: b.yaml, text: \"workload: b\\ncommand: [./b]\\n"
				    "matrix: {a: " TEN ", b: " TEN ", c: [1, 2]}\\n\"}\n";
	static const char close[] =
		"gate={looks: [33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48]}";
	CLEANUP(suite_done) struct suite usual = good(plain, "gate={metrics: [wall, cpu]}");
	CLEANUP(suite_done) struct suite members = good(suite, "gate={}");

	assert_bad(plain, close, "'gate.looks' are too many or too close");
	assert_bad(suite, close, "all.yaml:3");
	assert_bad(plain, "gate={looks: [399, 400], metrics: [wall, cpu]}", "too close");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plain_workload_is_a_suite_of_one),
		cmocka_unit_test(test_members_go_over_the_defaults),
		cmocka_unit_test(test_options_go_over_every_member),
		cmocka_unit_test(test_arms_of_the_suite_are_completed_by_a_member),
		cmocka_unit_test(test_metrics_of_a_gate_are_those_of_all),
		cmocka_unit_test(test_the_plan_is_of_all_members),
		cmocka_unit_test(test_problems_are_said_once_and_at_their_file),
		cmocka_unit_test(test_the_environment_is_what_any_member_may_see),
		cmocka_unit_test(test_a_gate_cannot_take_minutes_to_judge),
		cmocka_unit_test(test_defaults_cannot_be_multiplied_without_end),
		cmocka_unit_test(test_any_text_survives_being_composed),
		cmocka_unit_test(test_what_is_no_text_is_refused),
		cmocka_unit_test(test_more_than_a_mebibyte_is_refused),
		cmocka_unit_test(test_keys_of_the_suite_keep_their_lines),
		cmocka_unit_test(test_the_files_of_a_suite_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
