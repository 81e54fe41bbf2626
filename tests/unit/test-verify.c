/* A document that was changed by hand does not follow from its runs. */
#include <errno.h>

#include "common/base/random.h"
#include "common/document/result-json.h"
#include "common/document/verify.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/gate-fixture.h"

static struct result make_result(enum outlier_rule rule)
{
	struct result r = fixture_result(2);
	struct random random = random_make(41, 0);

	r.workload = strdup("w");
	r.outliers.rule = rule;
	r.metrics[METRIC_CPU] = true;
	for (unsigned i = 0; i < 50; i++) {
		double stray = i % 13 == 12 ? 1 : 0;
		double foreign = i % 7 == 6 ? 0.5 : 0;
		struct run *run = fixture_run(
			&r, i % 2, 1 + 0.01 * random_unit(&random) + stray, foreign);

		run->warmup = i < 2;
	}
	r.runs[20].status = RUN_FAILED;
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(summary_make(&r), 0);
	return r;
}

static char *document(enum outlier_rule rule)
{
	CLEANUP(result_done) struct result r = make_result(rule);
	char *text = NULL;

	assert_int_equal(result_to_json(&r, &text), 0);
	return text;
}

static void test_untouched_documents_follow_from_their_runs(void **state)
{
	for (int rule = 0; rule < OUTLIER_MAX; rule++) {
		CLEANUP_FREE char *text = document((enum outlier_rule)rule);
		CLEANUP_STRV struct strv differences = {0};

		assert_int_equal(result_verify(text, strlen(text), &differences, NULL), 0);
		assert_int_equal(differences.n, 0);
	}
}

/* Replaces the first text behind a mark; returns the changed document. */
static char *edit(const char *text, const char *behind, const char *from, const char *to)
{
	const char *at = strstr(text, behind);
	char *made = NULL;

	assert_non_null(at);
	at = strstr(at, from);
	assert_non_null(at);
	assert_true(asprintf(&made, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)) > 0);
	return made;
}

static void expect_difference(
	const char *behind, const char *from, const char *to, const char *expected)
{
	CLEANUP_FREE char *text = document(OUTLIER_EVIDENCE);
	CLEANUP_FREE char *edited = edit(text, behind, from, to);
	CLEANUP_STRV struct strv differences = {0};
	struct error e = {0};

	assert_int_equal(result_verify(edited, strlen(edited), &differences, &e), 0);
	for (size_t i = 0; i < differences.n; i++)
		if (strstr(differences.items[i], expected))
			return;
	fail_msg("no difference has '%s' in it", expected);
}

static void test_every_change_is_noticed(void **state)
{
	expect_difference("summary", "\"median\": 1", "\"median\": 9", "/summary/wall/median: 9");
	expect_difference(
		"summary", "\"excluded\": ", "\"excluded\": 7", "/summary/wall/excluded: 7");
	expect_difference("summary", "\"all\": {\"n\": ", "\"all\": {\"n\": 9", "/all/n: 9");
	expect_difference("runs", "\"disturbed\"", "\"ok\"",
		"/status: \"ok\" in the document, "
		"\"disturbed\" from the runs");
	expect_difference("runs", "\"why\": \"foreign", "\"why\": \"for", "/why: ");
	expect_difference("\"tolerance\"", "0.01", "0.9", "/status: \"disturbed\" in the document");
	expect_difference("\"tolerance\"", "0.01", "0.9", "/summary/wall/n: ");
	expect_difference("\"quality\"", "[", "[\"drifting\"", "/benchmarks/0/quality: ");
	expect_difference("\"algorithm\"", "1", "2", "/algorithm: 2 in the document, 1 from");
	expect_difference("\"rules\"", "\"rules\"", "\"Rules\"", "/rules: missing in the document");
	expect_difference("\"n\": 3,", "\"wall\": 1.0", "\"wall\": 1.5", "/summary/wall/mean: ");
	expect_difference("\"runs\"", "\"n\": 5,", "\"n\": 7,", "run 5 is missing");
	expect_difference("\"runs\"", "\"n\": 5,", "\"n\": 7,", "run 7 is there twice");
}

static void test_what_no_figure_shows_is_noticed_by_the_hash(void **state)
{
	expect_difference("\"raw\"", "sha256:", "sha256:0", "/raw: \"sha256:0");
	expect_difference("\"runs\"", "\"leftovers\": 0", "\"leftovers\": 1", "/raw: ");
	expect_difference("\"runs\"", "\"exit\": 0", "\"exit\": 1", "/raw: ");
	expect_difference("\"runs\"", "\"block\": 1", "\"block\": 7", "/raw: ");
	expect_difference("\"benchmarks\"", "\"name\": \"b0\"", "\"name\": \"b9\"", "/raw: ");
	expect_difference("\"rules\"", "\"wall\", ", "", "/rules/metrics: ");
}

static void test_summary_that_was_taken_out_is_noticed(void **state)
{
	expect_difference("\"summary\"", "\"wall\"", "\"WALL\"",
		"/benchmarks/0/summary/wall: missing in the document");
	expect_difference("\"summary\"", "\"summary\"", "\"Summary\"",
		"/benchmarks/0/summary: missing in the document");
}

/* Takes a text out of every line that has it. */
static void take_out(char *text, const char *from, const char *to)
{
	for (char *at = strstr(text, from); at; at = strstr(at, from)) {
		char *end = strstr(at, to) + strlen(to);

		memmove(at, end, strlen(end) + 1);
	}
}

static void test_documents_from_before_the_hash_follow_too(void **state)
{
	CLEANUP_FREE char *text = document(OUTLIER_EVIDENCE);
	CLEANUP_STRV struct strv differences = {0};

	take_out(text, ", \"metrics\": [", "]");
	take_out(text, "\n \"raw\": ", ",");
	take_out(text, "\n \"gate\": ", ",");
	assert_null(strstr(text, "sha256:"));
	assert_int_equal(result_verify(text, strlen(text), &differences, NULL), 0);
	assert_int_equal(differences.n, 0);
}

/* Two benchmarks, one of them slower; with a run that is excluded. */
static char *gate_document(void)
{
	CLEANUP(result_done) struct result r = gate_fixture(2);
	struct random random = random_make(43, 0);
	char *text = NULL;

	gate_fixture_rounds(&r, 0, 1, 24, &(struct gate_noise){1.05, 0.004}, &random);
	gate_fixture_rounds(&r, 1, 1, 24, &(struct gate_noise){1.0, 0.004}, &random);
	r.runs[4].evidence.foreign = measure_set(0.5);
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(result_to_json(&r, &text), 0);
	return text;
}

static void expect_gate_difference(const char *from, const char *to, const char *expected)
{
	CLEANUP_FREE char *text = gate_document();
	CLEANUP_FREE char *edited = edit(text, "\"benchmarks\"", from, to);
	CLEANUP_STRV struct strv differences = {0};
	struct error e = {0};

	if (result_verify(edited, strlen(edited), &differences, &e) < 0)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < differences.n; i++)
		if (strstr(differences.items[i], expected))
			return;
	fail_msg("no difference has '%s' in it", expected);
}

static void test_rules_of_a_gate_are_part_of_the_hash(void **state)
{
	CLEANUP_FREE char *text = gate_document();
	CLEANUP_STRV struct strv differences = {0};

	assert_int_equal(result_verify(text, strlen(text), &differences, NULL), 0);
	assert_int_equal(differences.n, 0);
	expect_gate_difference("\"margin\": 0.02", "\"margin\": 0.2", "/raw: ");
	expect_gate_difference("\"alpha\": 0.01", "\"alpha\": 0.1", "/raw: ");
	expect_gate_difference("\"max-mde\": null", "\"max-mde\": 0.5", "/raw: ");
	expect_gate_difference("\"floor\": null", "\"floor\": 0.5", "/raw: ");
	expect_gate_difference("[12, ", "[11, ", "/raw: ");
	expect_gate_difference("\"same-files\": false", "\"same-files\": true", "/raw: ");
	expect_gate_difference("\"quarantine\": null", "\"quarantine\": \"x\"", "/raw: ");
}

static void test_verdicts_of_a_gate_are_made_anew(void **state)
{
	static const char row[] = "{\"name\": \"b0\", \"metric\": \"wall\", \"verdict\": ";
	CLEANUP_FREE char *text = gate_document();

	assert_non_null(strstr(text, row));
	expect_gate_difference("\"regressed\"", "\"equivalent\"",
		"/verdicts/0/verdict: \"equivalent\" in the document, \"regressed\" from");
	expect_gate_difference("\"ratio\": 1", "\"ratio\": 2", "/verdicts/0/ratio: 2");
	expect_gate_difference("\"passes\": false", "\"passes\": true", "/verdicts/0/passes: true");
	expect_gate_difference("\"p-adjusted\": ", "\"p-adjusted\": 1", "/verdicts/0/p-adjusted");
	expect_gate_difference("\"verdicts\"", "\"Verdicts\"", "/verdicts: missing in");
	expect_gate_difference("\"margin\": 0.02", "\"margin\": 0.2", "/verdicts/0/margin: 0.02");
	expect_difference("\"stop\"", "\"stop\"", "\"verdicts\": [{}], \"stop\"",
		"/verdicts: [{}] in the document, missing from the runs");
}

static void test_gate_that_still_runs_has_no_verdict(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture(1);
	CLEANUP_FREE char *text = NULL;

	r.state = JOB_RUNNING;
	gate_fixture_pair(&r, 0, 1, 1, 1);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(result_to_json(&r, &text), 0);
	assert_null(strstr(text, "\"verdicts\""));
}

static void test_gate_without_a_hash_is_noticed(void **state)
{
	CLEANUP_FREE char *text = gate_document();
	CLEANUP_STRV struct strv differences = {0};

	take_out(text, "\n \"raw\": ", ",");
	assert_int_equal(result_verify(text, strlen(text), &differences, NULL), 0);
	assert_int_equal(differences.n, 1);
	assert_non_null(strstr(differences.items[0], "/raw: missing in the document"));
}

static void test_failed_runs_and_flags_of_the_session_are_taken_as_they_are(void **state)
{
	CLEANUP_FREE char *text = document(OUTLIER_EVIDENCE);
	CLEANUP_FREE char *edited = edit(text, "\"quality\"", "[]", "[\"no-steady-state\"]");
	CLEANUP_STRV struct strv differences = {0};

	assert_non_null(strstr(text, "\"failed\""));
	assert_int_equal(result_verify(edited, strlen(edited), &differences, NULL), 0);
	assert_int_equal(differences.n, 0);
}

static void test_names_that_json_cannot_hold_make_no_difference(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	CLEANUP_FREE char *text = NULL;
	CLEANUP_STRV struct strv differences = {0};

	r.workload = strdup("w");
	fixture_culprit(fixture_run(&r, 0, 1, 0.5), "\xff\xc3(\001µ", 0.5);
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(summary_make(&r), 0);
	assert_int_equal(result_to_json(&r, &text), 0);
	assert_int_equal(result_verify(text, strlen(text), &differences, NULL), 0);
	assert_int_equal(differences.n, 0);
}

static void test_differences_come_to_an_end(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	CLEANUP_FREE char *text = NULL;
	CLEANUP_STRV struct strv differences = {0};

	r.workload = strdup("w");
	for (int i = 0; i < 3000; i++)
		fixture_run(&r, 0, 1, 0.5);
	assert_int_equal(result_to_json(&r, &text), 0);
	assert_int_equal(result_verify(text, strlen(text), &differences, NULL), 0);
	assert_int_equal(differences.n, VERIFY_DIFFERENCES_MAX + 1);
	assert_string_equal(differences.items[VERIFY_DIFFERENCES_MAX], "and more");
}

static void test_what_is_no_result_is_an_error(void **state)
{
	CLEANUP_STRV struct strv differences = {0};
	struct error e = {0};

	assert_int_equal(result_verify("{}", 2, &differences, &e), -EINVAL);
	assert_string_equal(e.text, "format is missing");
	assert_int_equal(result_verify("", 0, &differences, &e), -EINVAL);
	assert_int_equal(differences.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untouched_documents_follow_from_their_runs),
		cmocka_unit_test(test_every_change_is_noticed),
		cmocka_unit_test(test_what_no_figure_shows_is_noticed_by_the_hash),
		cmocka_unit_test(test_summary_that_was_taken_out_is_noticed),
		cmocka_unit_test(test_documents_from_before_the_hash_follow_too),
		cmocka_unit_test(test_rules_of_a_gate_are_part_of_the_hash),
		cmocka_unit_test(test_verdicts_of_a_gate_are_made_anew),
		cmocka_unit_test(test_gate_that_still_runs_has_no_verdict),
		cmocka_unit_test(test_gate_without_a_hash_is_noticed),
		cmocka_unit_test(test_failed_runs_and_flags_of_the_session_are_taken_as_they_are),
		cmocka_unit_test(test_names_that_json_cannot_hold_make_no_difference),
		cmocka_unit_test(test_differences_come_to_an_end),
		cmocka_unit_test(test_what_is_no_result_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
