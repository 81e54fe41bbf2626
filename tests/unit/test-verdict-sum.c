/* From rows to one answer, intended changes, exit codes. */
#include <errno.h>
#include <stdio.h>

#include "common/judge/verdict-sum.h"
#include "tests/unit/cmocka-all.h"

#define DAY_NS (86400 * NSEC_PER_SEC)
#define NOW_NS (20000 * DAY_NS)
#define BIT(n) (1u << (n))

static struct verdict_document document(size_t n)
{
	struct verdict_document d = {.rows = calloc(n + 1, sizeof(*d.rows)), .n_rows = n};

	for (size_t i = 0; i < n; i++) {
		if (asprintf(&d.rows[i].name, "b%zu", i) < 0)
			abort();
		d.rows[i].passes = true;
		d.rows[i].ratio = 1;
	}
	return d;
}

static void set(struct verdict_document *d, size_t i, enum verdict verdict, unsigned flags)
{
	d->rows[i].verdict = verdict;
	d->rows[i].flags = flags;
	d->rows[i].passes = verdict <= VERDICT_INCONCLUSIVE;
}

static void set_regressed(struct verdict_document *d, size_t i, double ratio)
{
	set(d, i, VERDICT_REGRESSED, 0);
	d->rows[i].ratio = ratio;
	d->rows[i].low = ratio - 0.01;
	d->rows[i].high = ratio + 0.01;
}

static void test_the_worst_row_is_the_answer(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = document(3);

	for (int v = 0; v < VERDICT_MAX; v++) {
		set(&d, 1, v, 0);
		verdict_sum(&d);
		assert_int_equal(d.verdict, v);
	}
}

static void test_nothing_is_invalid(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = document(0);

	verdict_sum(&d);
	assert_int_equal(d.verdict, VERDICT_INVALID);
	assert_int_equal(verdict_codes(&d), BIT(5));
}

static void test_what_does_not_count_is_left_out(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = document(4);

	set(&d, 0, VERDICT_REGRESSED, VERDICT_QUARANTINED);
	set(&d, 1, VERDICT_REGRESSED, VERDICT_SAME_FILES);
	set(&d, 2, VERDICT_REGRESSED, 0);
	d.rows[2].accepted = strdup("meant");
	verdict_sum(&d);
	assert_int_equal(d.verdict, VERDICT_EQUIVALENT);
	assert_int_equal(verdict_codes(&d), 0);

	/* On the same files only a regression is none. */
	set(&d, 1, VERDICT_INVALID, VERDICT_SAME_FILES);
	verdict_sum(&d);
	assert_int_equal(d.verdict, VERDICT_INVALID);
	assert_int_equal(verdict_codes(&d), BIT(5));

	set(&d, 1, VERDICT_REGRESSED, VERDICT_SAME_FILES);
	set(&d, 3, VERDICT_REGRESSED, VERDICT_QUARANTINED);
	verdict_sum(&d);
	assert_int_equal(d.verdict, VERDICT_INCONCLUSIVE);
}

struct code_case {
	enum verdict verdict;
	unsigned flags;
	bool passes;
	uint32_t codes;
};

static void test_every_row_asks_for_its_code(void **state)
{
	static const struct code_case cases[] = {
		{VERDICT_EQUIVALENT, 0, true, 0},
		{VERDICT_EQUIVALENT, 0, false, BIT(5)},
		{VERDICT_IMPROVED, 0, true, 0},
		{VERDICT_INCONCLUSIVE, 0, true, 0},
		{VERDICT_INCONCLUSIVE, VERDICT_WORSE, true, 0},
		{VERDICT_INCONCLUSIVE, 0, false, BIT(3)},
		{VERDICT_INCONCLUSIVE, VERDICT_BLIND, true, BIT(3)},
		{VERDICT_INCONCLUSIVE, VERDICT_BLIND | VERDICT_ADVISORY, true, 0},
		{VERDICT_NOT_COMPARABLE, 0, false, BIT(4)},
		{VERDICT_NOT_COMPARABLE, VERDICT_ADVISORY, false, BIT(4)},
		{VERDICT_INVALID, 0, false, BIT(5)},
		{VERDICT_INVALID, VERDICT_UNSTABLE, false, BIT(5)},
		{VERDICT_INVALID, VERDICT_MISSING, false, BIT(6)},
		{VERDICT_INVALID, VERDICT_MISSING | VERDICT_ADVISORY, false, BIT(6)},
		{VERDICT_INVALID, VERDICT_FAILED, false, BIT(8)},
		{VERDICT_REGRESSED, 0, false, BIT(1)},
		{VERDICT_REGRESSED, VERDICT_ADVISORY, false, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(verdict_document_done) struct verdict_document d = document(2);

		set(&d, 1, cases[i].verdict, cases[i].flags);
		d.rows[1].passes = cases[i].passes;
		assert_int_equal(verdict_codes(&d), cases[i].codes);
	}
}

static void test_one_code_comes_before_the_other(void **state)
{
	static const int order[] = {1, 8, 6, 5, 4, 3};
	uint32_t codes = 0;
	uint32_t neutral = 0;

	for (size_t i = ARRAY_SIZE(order); i-- > 0;) {
		codes |= BIT(order[i]);
		assert_int_equal(verdict_exit_code(codes, 0), order[i]);
	}
	for (size_t i = 0; i + 1 < ARRAY_SIZE(order); i++) {
		neutral |= BIT(order[i]);
		assert_int_equal(verdict_exit_code(codes, neutral), order[i + 1]);
	}
	assert_int_equal(verdict_exit_code(codes, codes), 0);
	assert_int_equal(verdict_exit_code(BIT(3) | BIT(5), BIT(3) | BIT(5)), 0);
	assert_int_equal(verdict_exit_code(BIT(1) | BIT(3), BIT(3) | BIT(5)), 1);
	assert_int_equal(verdict_exit_code(0, 0), 0);
}

static bool says(const struct strv *list, const char *text)
{
	strv_foreach (line, list)
		if (strstr(line, text))
			return true;
	return false;
}

static char reason[] = "new parser checks more";
static char source[] = "commit 1a2b3c";
static char first_benchmark[] = "b0";
static char any_benchmark[] = "*";

static struct acceptance up_to(char *benchmark, double limit)
{
	return (struct acceptance){
		.benchmark = benchmark, .limit_ratio = limit, .reason = reason, .source = source};
}

static void test_an_intended_change_passes_and_is_said(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = document(2);
	struct acceptance a = up_to(first_benchmark, 0.05);

	set_regressed(&d, 0, 1.04);
	assert_int_equal(verdict_accept(&d, &a, 1, NOW_NS), 0);
	assert_string_equal(d.rows[0].accepted, reason);
	assert_null(d.rows[1].accepted);
	assert_int_equal(d.rows[0].verdict, VERDICT_REGRESSED);
	assert_true(says(&d.notes, "b0: wall is 4.0 % worse, accepted up to 5 % by commit 1a2b3c"));
	assert_true(says(&d.notes, reason));
	verdict_sum(&d);
	assert_int_equal(d.verdict, VERDICT_EQUIVALENT);
	assert_int_equal(verdict_codes(&d), 0);
}

static void test_more_than_the_limit_is_not_accepted(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = document(1);
	struct acceptance a = up_to(first_benchmark, 0.05);

	set_regressed(&d, 0, 1.0501);
	assert_int_equal(verdict_accept(&d, &a, 1, NOW_NS), 0);
	assert_null(d.rows[0].accepted);
	assert_true(says(&d.notes, "more than the 5 % that commit 1a2b3c accepts"));
	assert_int_equal(verdict_codes(&d), BIT(1));
}

static void test_another_benchmark_is_not_accepted(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = document(2);
	struct acceptance a = up_to(first_benchmark, 0.05);

	set_regressed(&d, 1, 1.04);
	assert_int_equal(verdict_accept(&d, &a, 1, NOW_NS), 0);
	assert_null(d.rows[1].accepted);
	assert_int_equal(d.notes.n, 0);
	a.benchmark = any_benchmark;
	assert_int_equal(verdict_accept(&d, &a, 1, NOW_NS), 0);
	assert_non_null(d.rows[1].accepted);
}

static void test_an_acceptance_expires(void **state)
{
	for (int is_late = 0; is_late < 2; is_late++) {
		CLEANUP(verdict_document_done) struct verdict_document d = document(1);
		struct acceptance a = up_to(first_benchmark, 0.05);

		a.expires_ns = NOW_NS + (is_late ? 0 : 1);
		set_regressed(&d, 0, 1.04);
		assert_int_equal(verdict_accept(&d, &a, 1, NOW_NS), 0);
		assert_int_equal(d.rows[0].accepted == NULL, is_late);
		assert_int_equal(says(&d.notes, "expired on 2024-10-04"), is_late);
	}
}

static void test_the_first_that_fits_is_used(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = document(1);
	struct acceptance list[] = {up_to(first_benchmark, 0.05), up_to(any_benchmark, 0.10),
		up_to(any_benchmark, 0.20)};
	char second[] = "the whole release";

	list[1].reason = second;
	set_regressed(&d, 0, 1.08);
	assert_int_equal(verdict_accept(&d, list, ARRAY_SIZE(list), NOW_NS), 0);
	assert_string_equal(d.rows[0].accepted, second);
	assert_int_equal(d.notes.n, 2);
}

static void test_only_a_regression_is_accepted(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = document(1);
	struct acceptance a = up_to(any_benchmark, 0.5);

	for (int v = 0; v < VERDICT_MAX; v++) {
		if (v == VERDICT_REGRESSED)
			continue;
		set(&d, 0, v, VERDICT_UNSTABLE);
		assert_int_equal(verdict_accept(&d, &a, 1, NOW_NS), 0);
		assert_null(d.rows[0].accepted);
	}
	set_regressed(&d, 0, (double)NAN);
	assert_int_equal(verdict_accept(&d, &a, 1, NOW_NS), 0);
	assert_null(d.rows[0].accepted);
}

static void expect_trailer(const char *text, const char *benchmark, double limit)
{
	CLEANUP(acceptance_done) struct acceptance a = {0};
	struct error e = {0};

	assert_int_equal(acceptance_parse_trailer(text, &a, &e), 0);
	assert_string_equal(a.benchmark, benchmark);
	assert_near(a.limit_ratio, limit, 1e-12);
}

static void test_trailers_are_read(void **state)
{
	expect_trailer("parse<=5%", "parse", 0.05);
	expect_trailer("  parse[n=1e6] <= 2.5% ", "parse[n=1e6]", 0.025);
	expect_trailer("*<=0.1", "*", 0.1);
	expect_trailer("sum[k<=4] <= 3%\n", "sum[k<=4]", 0.03);
}

static void test_bad_trailers_are_refused_in_words(void **state)
{
	static const char *const bad[] = {"", "parse", "parse<5%", "<=5%", "  <= 5%",
		"parse<=", "parse<=five", "parse<=-5%", "parse<=0%", "parse<=nan",
		"parse<=5% because", "parse<=inf", "parse<=1000000%"};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct acceptance a = {0};
		struct error e = {0};

		assert_int_equal(acceptance_parse_trailer(bad[i], &a, &e), -EINVAL);
		assert_null(a.benchmark);
		assert_non_null(strstr(e.text, "expected"));
		assert_non_null(strstr(e.text, bad[i]));
	}
}

static void test_cancelled_gate_is_never_green_nor_red(void **state)
{
	struct verdict_document d = {.paired = true, .neutral = ~0u};
	struct result cand = {.state = JOB_CANCELLED};

	assert_int_equal(verdict_exit_code_of(&d, &cand), VERDICT_CODE_CANCELLED);
	assert_int_equal(verdict_exit_code_of(&d, NULL), 0);
	d.paired = false;
	d.neutral = 0;
	assert_int_equal(verdict_exit_code_of(&d, &cand), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cancelled_gate_is_never_green_nor_red),
		cmocka_unit_test(test_the_worst_row_is_the_answer),
		cmocka_unit_test(test_nothing_is_invalid),
		cmocka_unit_test(test_what_does_not_count_is_left_out),
		cmocka_unit_test(test_every_row_asks_for_its_code),
		cmocka_unit_test(test_one_code_comes_before_the_other),
		cmocka_unit_test(test_an_intended_change_passes_and_is_said),
		cmocka_unit_test(test_more_than_the_limit_is_not_accepted),
		cmocka_unit_test(test_another_benchmark_is_not_accepted),
		cmocka_unit_test(test_an_acceptance_expires),
		cmocka_unit_test(test_the_first_that_fits_is_used),
		cmocka_unit_test(test_only_a_regression_is_accepted),
		cmocka_unit_test(test_trailers_are_read),
		cmocka_unit_test(test_bad_trailers_are_refused_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
