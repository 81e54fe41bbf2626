/* Verdict documents: what is written, that it reads back, and what is refused. */
#include <errno.h>

#include "common/base/file.h"
#include "common/document/json-reader.h"
#include "common/document/verdict-json.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/verdict-fixture.h"

#define CODE 1

static char *to_json(const struct verdict_document *d)
{
	char *text = NULL;

	assert_int_equal(verdict_to_json(d, CODE, &text), 0);
	return text;
}

static void test_round_trip_changes_not_a_byte(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = fixture_verdict();
	CLEANUP(verdict_document_done) struct verdict_document back = {0};
	CLEANUP_FREE char *text = to_json(&d);
	CLEANUP_FREE char *again = NULL;
	struct error e = {0};

	if (verdict_from_json(text, strlen(text), &back, &e) < 0)
		fail_msg("%s", e.text);
	again = to_json(&back);
	assert_string_equal(text, again);
}

static void assert_same_row(const struct verdict_row *a, const struct verdict_row *b)
{
	struct verdict_row x = *a, y = *b;

	assert_string_equal(a->name, b->name);
	assert_true(streq(a->accepted, b->accepted) || (!a->accepted && !b->accepted));
	x.name = y.name = x.accepted = y.accepted = NULL;
	assert_memory_equal(&x, &y, sizeof(x));
}

static void test_round_trip_keeps_every_field(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = fixture_verdict();
	CLEANUP(verdict_document_done) struct verdict_document back = {0};
	CLEANUP_FREE char *text = to_json(&d);

	assert_int_equal(verdict_from_json(text, strlen(text), &back, NULL), 0);
	assert_int_equal(back.n_rows, d.n_rows);
	for (size_t i = 0; i < d.n_rows; i++)
		assert_same_row(&back.rows[i], &d.rows[i]);
	assert_string_equal(back.id, d.id);
	assert_string_equal(back.name, d.name);
	assert_int_equal(back.job, d.job);
	assert_int_equal(back.verdict, d.verdict);
	assert_int_equal(back.policy, d.policy);
	assert_true(back.paired && back.forced && back.seed == d.seed);
	assert_true(back.elapsed_ns == d.elapsed_ns);
	assert_int_equal(back.neutral, d.neutral);
	assert_near(back.alpha, d.alpha, 0);
	assert_string_equal(back.reasons.items[0], d.reasons.items[0]);
	assert_string_equal(back.notes.items[0], d.notes.items[0]);
	assert_string_equal(back.raw.items[1], d.raw.items[1]);
}

static void test_document_has_the_names_and_shapes_of_the_interface(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = fixture_verdict();
	CLEANUP_FREE char *text = to_json(&d);
	CLEANUP_JSON_READER struct json_reader *r = NULL;
	double number = 0;

	assert_int_equal(json_reader_new(&r, text, strlen(text), NULL), 0);
	assert_string_equal(json_reader_text(r, "/format"), "steady-verdict-1");
	assert_string_equal(json_reader_text(r, "/verdict"), "regressed");
	assert_string_equal(json_reader_text(r, "/policy"), "strict");
	assert_string_equal(json_reader_text(r, "/benchmarks/0/metric"), "wall");
	assert_int_equal(json_reader_number(r, &number, "/benchmarks/0/p-adjusted"), 0);
	assert_near(number, 0.0002, 0);
	assert_int_equal(json_reader_number(r, &number, "/benchmarks/0/rounds"), 0);
	assert_near(number, 16, 0);
	assert_int_equal(json_reader_number(r, &number, "/exit"), 0);
	assert_near(number, CODE, 0);
	assert_string_equal(
		json_reader_text(r, "/benchmarks/1/accepted"), "a larger table, on purpose");
	assert_string_equal(json_reader_text(r, "/benchmarks/1/flags/1"), "quarantined");
	assert_string_equal(json_reader_text(r, "/reasons/0"), d.reasons.items[0]);
}

/* Is every member of an object named among the items of the manual page's section. */
static void expect_documented(const struct json_reader *r, const char *pointer, const char *section)
{
	const char *key;

	for (size_t i = 0; (key = json_reader_key(r, i, "%s", pointer)); i++) {
		CLEANUP_FREE char *word = NULL;

		assert_true(asprintf(&word, " %s ", key) > 0);
		if (!strstr(section, word))
			fail_msg("%s/%s is not in steadyctl.1", pointer, key);
	}
}

static void test_every_field_is_in_the_manual(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = fixture_verdict();
	CLEANUP_FREE char *text = to_json(&d), *path = NULL, *manual = NULL;
	CLEANUP_JSON_READER struct json_reader *r = NULL;
	char *section;
	size_t size;

	assert_non_null(getenv("STEADY_SOURCE"));
	assert_true(asprintf(&path, "%s/docs/steadyctl.1", getenv("STEADY_SOURCE")) > 0);
	assert_int_equal(file_read(path, 1 << 20, &manual, &size, NULL), 0);
	section = strstr(manual, ".Sh DOCUMENTS");
	assert_non_null(section);
	*strstr(section, ".Sh ENVIRONMENT") = '\0';
	for (char *p = section; *p; p++)
		*p = *p == '\n' ? ' ' : *p;
	assert_int_equal(json_reader_new(&r, text, strlen(text), NULL), 0);
	expect_documented(r, "", section);
	expect_documented(r, "/benchmarks/0", section);
}

static void test_figures_without_basis_are_unavailable_with_the_reason(void **state)
{
	static const char *const figures[] = {"ratio", "low", "high", "mde", "p", "p-adjusted",
		"p-improved", "p-equivalent", "p-noninferior", "base", "cand", "round", "level"};
	CLEANUP(verdict_document_done) struct verdict_document d = fixture_verdict();
	CLEANUP_JSON_READER struct json_reader *r = NULL;
	CLEANUP_FREE char *text = NULL;

	d.rows[0].low = -INFINITY;
	d.rows[0].high = INFINITY;
	text = to_json(&d);
	assert_int_equal(json_reader_new(&r, text, strlen(text), NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
		assert_string_equal(json_reader_text(r, "/benchmarks/2/%s/unavailable", figures[i]),
			"no run of arm cand");
	assert_non_null(json_reader_text(r, "/benchmarks/0/low/unavailable"));
	assert_non_null(json_reader_text(r, "/benchmarks/0/high/unavailable"));
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf\""));
}

static const char good[] =
	"{\"format\":\"steady-verdict-1\",\"id\":\"x\",\"verdict\":\"regressed\",\"benchmarks\":[{"
	"\"name\":\"b\",\"metric\":\"wall\",\"verdict\":\"regressed\",\"ratio\":1.5,\"low\":1.25,"
	"\"high\":1.75,\"rounds\":16,\"p\":0.25,\"flags\":[\"worse\"],\"mde-limit\":null}],"
	"\"policy\":\"material\",\"reasons\":[\"r\"],\"alpha\":0.01,\"elapsed\":1,\"exit\":1}";

static void test_least_document_and_unknown_keys_are_read(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP_FREE char *text = NULL;

	assert_true(asprintf(&text, "{\"future\":[{}],%s", good + 1) > 0);
	assert_int_equal(verdict_from_json(text, strlen(text), &d, NULL), 0);
	assert_int_equal(d.n_rows, 1);
	assert_near(d.rows[0].ratio, 1.5, 0);
	assert_true(isnan(d.rows[0].mde));
	assert_true(isinf(d.rows[0].mde_limit));
	assert_int_equal(d.rows[0].flags, VERDICT_WORSE);
}

/* Puts a text in place of another, and expects an error that has some words in it. */
static void expect_error(const char *from, const char *to, const char *words)
{
	const char *at = strstr(good, from);
	CLEANUP_FREE char *text = NULL;
	struct verdict_document untouched = {.job = 77};
	struct error e = {0};

	assert_non_null(at);
	assert_true(asprintf(&text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from)) > 0);
	assert_int_equal(verdict_from_json(text, strlen(text), &untouched, &e), -EINVAL);
	if (!strstr(e.text, words))
		fail_msg("'%s' does not say '%s'", e.text, words);
	assert_int_equal(untouched.job, 77);
}

static void test_wrong_documents_are_refused_with_their_place(void **state)
{
	expect_error("steady-verdict-1", "steady-result-1", "format is 'steady-result-1'");
	expect_error("\"format\"", "\"Format\"", "format is missing");
	expect_error("\"id\":\"x\"", "\"id\":1", "id must be a string, is a number");
	expect_error("\"verdict\":\"regressed\"", "\"verdict\":\"bad\"", "unknown word 'bad'");
	expect_error("\"verdict\":\"regressed\",\"ratio\"", "\"verdict\":\"red\",\"ratio\"",
		"benchmarks[0]: verdict: unknown word 'red'");
	expect_error("\"wall\"", "\"joules\"", "benchmarks[0]: metric: unknown word 'joules'");
	expect_error("\"name\":\"b\",", "", "benchmarks[0]: name is missing");
	expect_error("\"ratio\":1.5", "\"ratio\":\"1.5\"", "ratio must be a number or");
	expect_error("\"ratio\":1.5", "\"ratio\":-1", "ratio is -1, must be 0 to inf");
	expect_error("\"p\":0.25", "\"p\":1.5", "p is 1.5, must be 0 to 1");
	expect_error("\"low\":1.25", "\"low\":2", "low is 2, above high, 1.75");
	expect_error("\"rounds\":16", "\"rounds\":-1", "rounds is -1");
	expect_error("\"rounds\":16", "\"rounds\":1e3", "rounds must be a whole number");
	expect_error("[\"worse\"]", "[\"worst\"]", "flags: unknown word 'worst'");
	expect_error("\"mde-limit\":null", "\"mde-limit\":0", "mde-limit is 0, must be above 0");
	expect_error("\"material\"", "\"lax\"", "policy: unknown word 'lax'");
	expect_error("\"alpha\":0.01", "\"alpha\":2", "alpha is 2, must be 0 to 1");
	expect_error("\"elapsed\":1", "\"elapsed\":-1", "elapsed is -1 s");
	expect_error("\"exit\":1", "\"exit\":256", "exit is 256, must be 0 to 255");
	expect_error("[\"r\"]", "[1]", "reasons must be a list of strings");
}

static void test_hostile_texts_are_refused(void **state)
{
	expect_error("\"id\":\"x\"", "\"id\":\"x\",\"id\":\"y\"", "not JSON: line 1");
	expect_error("\"id\":\"x\"", "\"id\":\"\xff\"", "not JSON: line 1");
	expect_error("\"id\":\"x\"", "\"id\":\"\\ud800\"", "not JSON: line 1");
	expect_error("\"id\":\"x\"", "\"id\":\"\\u0000\"", "not JSON: line 1");
	expect_error("\"ratio\":1.5", "\"ratio\":NaN", "not JSON: line 1");
	expect_error("\"ratio\":1.5", "\"ratio\":Infinity", "not JSON: line 1");
	expect_error("\"ratio\":1.5", "\"ratio\":1e999", "not JSON: line 1");
	expect_error("\"exit\":1}", "", "not JSON: line 1");
	expect_error("{\"format\"", "[{\"format\"", "not JSON");
}

/* A text of one character again and again, behind an opening. */
static int read_repeated(const char *opening, char c, size_t size, struct error *e)
{
	CLEANUP_FREE char *text = malloc(size);
	struct verdict_document d = {0};

	assert_non_null(text);
	memset(text, c, size);
	for (size_t i = 0; opening[i]; i++)
		text[i] = opening[i];
	return verdict_from_json(text, size, &d, e);
}

static void test_huge_texts_cost_little_and_are_refused(void **state)
{
	const size_t size = 100000000;
	struct error e = {0};

	assert_int_equal(read_repeated("{\"a\":", '[', size, &e), -E2BIG);
	assert_non_null(strstr(e.text, "values in 100000000 bytes"));
	assert_int_equal(read_repeated("[1", ',', size, &e), -E2BIG);
	assert_int_equal(read_repeated("{\"a\":", '[', 100000, &e), -EINVAL);
	assert_non_null(strstr(e.text, "depth"));
	assert_int_equal(read_repeated("", ' ', size, &e), -EINVAL);
	assert_int_equal(read_repeated("{", '"', size, &e), -EINVAL);
}

static void test_long_texts_are_cut_between_characters(void **state)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP(verdict_document_done) struct verdict_document back = {0};
	CLEANUP_FREE char *text = NULL, *first = NULL, *second = NULL;
	char why[2 * VERDICT_WHY_MAX + 1];

	for (size_t i = 0; i < sizeof(why) - 1; i += 2)
		memcpy(why + i, "\xc2\xb5", 2);
	why[sizeof(why) - 1] = '\0';
	assert_true(asprintf(&text, "%.*s,\"why\":\"x%s\"%s", (int)(strstr(good, "}]") - good),
			    good, why, strstr(good, "}]")) > 0);
	assert_int_equal(verdict_from_json(text, strlen(text), &d, NULL), 0);
	assert_int_equal(strlen(d.rows[0].why), VERDICT_WHY_MAX - 1);
	first = to_json(&d);
	assert_int_equal(verdict_from_json(first, strlen(first), &back, NULL), 0);
	second = to_json(&back);
	assert_string_equal(first, second);
	assert_null(strstr(first, "\\ufffd"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip_changes_not_a_byte),
		cmocka_unit_test(test_round_trip_keeps_every_field),
		cmocka_unit_test(test_document_has_the_names_and_shapes_of_the_interface),
		cmocka_unit_test(test_every_field_is_in_the_manual),
		cmocka_unit_test(test_figures_without_basis_are_unavailable_with_the_reason),
		cmocka_unit_test(test_least_document_and_unknown_keys_are_read),
		cmocka_unit_test(test_wrong_documents_are_refused_with_their_place),
		cmocka_unit_test(test_hostile_texts_are_refused),
		cmocka_unit_test(test_huge_texts_cost_little_and_are_refused),
		cmocka_unit_test(test_long_texts_are_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
