/* A verdict that was changed by hand, or belongs to other runs, does not follow from its results.
 */
#include <errno.h>

#include "common/document/raw-hash.h"
#include "common/document/result-json.h"
#include "common/document/verdict-json.h"
#include "common/document/verify.h"
#include "common/judge/compare.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"
#include "common/judge/verdict-sum.h"
#include "tests/unit/gate-fixture.h"

/* A verdict and the results that it is from, as texts. */
struct documents {
	char *verdict, *base, *cand;
};

static void documents_done(struct documents *d)
{
	free(d->verdict);
	free(d->base);
	free(d->cand);
}

/* What a client has: the result as read from its document. */
static struct result publish(struct result *r, char **ret_text)
{
	struct result back = {0};

	assert_int_equal(evidence_judge_all(r), 0);
	assert_int_equal(summary_make(r), 0);
	assert_int_equal(result_to_json(r, ret_text), 0);
	assert_int_equal(result_from_json(*ret_text, strlen(*ret_text), &back, NULL), 0);
	return back;
}

static void add_hash(struct verdict_document *d, const struct result *r)
{
	char hash[DIGEST_TEXT_MAX];

	assert_int_equal(raw_hash(r, hash), 0);
	assert_int_equal(strv_push(&d->raw, hash), 0);
}

/* One benchmark regressed and is accepted, one is equivalent. */
static struct documents gate(uint64_t seed)
{
	struct documents ret = {0};
	CLEANUP(result_done) struct result r = gate_fixture(2);
	CLEANUP(result_done) struct result back = {0};
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	struct random random = random_make(seed, 0);
	struct acceptance acceptance = {
		.benchmark = (char[]){"b0"},
		.limit_ratio = 0.2,
		.reason = (char[]){"a larger table"},
		.source = (char[]){"job 12"},
	};

	gate_fixture_rounds(&r, 0, 1, 24, &(struct gate_noise){1.05, 0.004}, &random);
	gate_fixture_rounds(&r, 1, 1, 24, &(struct gate_noise){1.0, 0.004}, &random);
	back = publish(&r, &ret.base);
	assert_int_equal(gate_judge(&back, &d), 0);
	assert_int_equal(verdict_accept(&d, &acceptance, 1, 1), 0);
	verdict_sum(&d);
	add_hash(&d, &back);
	assert_int_equal(verdict_to_json(&d, verdict_exit_code_of(&d, NULL), &ret.verdict), 0);
	return ret;
}

static struct result plain(uint64_t seed)
{
	struct result r = fixture_result(1);
	struct random random = random_make(seed, 0);

	r.workload = strdup("w");
	r.state = JOB_DONE;
	for (unsigned i = 0; i < 24; i++)
		fixture_run(&r, 0, 1 + 0.01 * random_unit(&random), 0);
	return r;
}

static struct documents comparison(double session_sd)
{
	struct documents ret = {0};
	CLEANUP(result_done) struct result base = plain(61), cand = plain(62);
	CLEANUP(result_done) struct result a = publish(&base, &ret.base);
	CLEANUP(result_done) struct result b = publish(&cand, &ret.cand);
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	struct compare_request request = {&a, &b, NULL, session_sd, true};

	assert_int_equal(compare_results(&request, &d), 0);
	add_hash(&d, &a);
	add_hash(&d, &b);
	assert_int_equal(verdict_to_json(&d, verdict_exit_code_of(&d, NULL), &ret.verdict), 0);
	return ret;
}

static int verify(const struct documents *d, struct strv *ret_differences, struct error *e)
{
	struct document_text verdict = {d->verdict, strlen(d->verdict)};
	struct document_text results[] = {{d->base, strlen(d->base)}, {d->cand, 0}};

	results[1].size = d->cand ? strlen(d->cand) : 0;
	return verdict_verify(&verdict, results, d->cand ? 2 : 1, ret_differences, e);
}

static void expect_none(const struct documents *d)
{
	CLEANUP_STRV struct strv differences = {0};
	struct error e = {0};

	if (verify(d, &differences, &e) < 0)
		fail_msg("%s", e.text);
	strv_foreach (line, &differences)
		fail_msg("%s", line);
}

static void expect(const struct documents *d, const char *words)
{
	CLEANUP_STRV struct strv differences = {0};

	assert_int_equal(verify(d, &differences, NULL), 0);
	strv_foreach (line, &differences) {
		if (strstr(line, words))
			return;
	}
	fail_msg("no difference has '%s' in it", words);
}

/* Replaces the first text in a document. */
static void edit(char **document, const char *from, const char *to)
{
	const char *at = strstr(*document, from);
	char *made = NULL;

	assert_non_null(at);
	assert_true(asprintf(&made, "%.*s%s%s", (int)(at - *document), *document, to,
			    at + strlen(from)) > 0);
	free(*document);
	*document = made;
}

static void test_untouched_verdicts_follow(void **state)
{
	CLEANUP(documents_done) struct documents of_gate = gate(43);
	CLEANUP(documents_done) struct documents advisory = comparison((double)NAN);

	assert_non_null(strstr(of_gate.verdict, "\"accepted\": \""));
	expect_none(&of_gate);
	expect_none(&advisory);
}

static void expect_edit(const char *from, const char *to, const char *words)
{
	CLEANUP(documents_done) struct documents d = gate(43);

	edit(&d.verdict, from, to);
	expect(&d, words);
}

static void test_every_change_of_a_gate_is_noticed(void **state)
{
	expect_edit("\"verdict\": \"equivalent\"", "\"verdict\": \"improved\"",
		"/verdict: \"improved\"");
	expect_edit("\"regressed\"", "\"equivalent\"", "/benchmarks/0/verdict: \"equivalent\"");
	expect_edit("\"ratio\": 1", "\"ratio\": 0", "/benchmarks/0/ratio: 0");
	expect_edit("\"rounds\": 24", "\"rounds\": 48", "/benchmarks/0/rounds: 48");
	expect_edit(
		"\"accepted\": \"", "\"accepted\": null, \"was\": \"", "/verdict: \"equivalent\"");
	expect_edit("\"alpha\": 0.01", "\"alpha\": 0.02", "/alpha: 0.02");
	expect_edit("\"seed\": 0", "\"seed\": 5", "/seed: 5");
	expect_edit("\"exit\": 0", "\"exit\": 1", "/exit: 1 in the document, 0 from");
	expect_edit("sha256:", "sha256:0", "/raw/0: sha256:0");
}

static void expect_error(struct documents *d, const char *words)
{
	CLEANUP_STRV struct strv differences = {0};
	struct error e = {0};

	assert_int_equal(verify(d, &differences, &e), -EINVAL);
	if (!strstr(e.text, words))
		fail_msg("'%s' does not say '%s'", e.text, words);
	assert_int_equal(differences.n, 0);
}

/* A red gate is green only where the document says which code is neutral. */
static void test_exit_code_follows_from_rows_and_neutral_codes(void **state)
{
	static const char red[] = "\"accepted\": null, \"was\": \"";
	CLEANUP(documents_done) struct documents d = gate(43);

	edit(&d.verdict, "\"accepted\": \"", red);
	edit(&d.verdict, "\"verdict\": \"equivalent\"", "\"verdict\": \"regressed\"");
	expect(&d, "/exit: 0 in the document, 1 from the runs");
	edit(&d.verdict, "\"neutral\": []", "\"neutral\": [1]");
	expect_none(&d);
	edit(&d.verdict, "\"neutral\": [1]", "\"neutral\": [3]");
	expect(&d, "/exit: 0 in the document, 1 from the runs");
	edit(&d.verdict, "\"neutral\": [3]", "\"neutral\": []");
	edit(&d.verdict, "\"exit\": 0", "\"exit\": 1");
	expect_none(&d);
	edit(&d.verdict, "\"neutral\": []", "\"neutral\": [-1]");
	expect_error(&d, "neutral[0] must be a number from 1 to 31");
}

/* The client knows of a build that failed, the result does not. */
static void test_rows_of_the_client_are_let_stand_if_they_are_no_answer(void **state)
{
	static const char row[] = "\n ],\n \"policy\"",
			  failed[] = ",\n  {\"name\": \"c\", \"metric\": \"wall\", \"verdict\": "
				     "\"invalid\", \"why\": "
				     "\"x\", \"flags\": [\"failed\"]}\n ],\n \"policy\"";
	static const char answered[] =
		",\n  {\"name\": \"c\", \"metric\": \"wall\", \"verdict\": \"equivalent\"}\n ],\n "
		"\"policy\"";

	expect_edit(row, answered, "/benchmarks: ");
	expect_edit(row, failed, "/verdict: \"equivalent\" in the document, \"invalid\" from");
}

static void test_verdict_of_other_runs_is_noticed(void **state)
{
	CLEANUP(documents_done) struct documents d = gate(43);
	CLEANUP(documents_done) struct documents other = gate(44);
	char *own = d.base;

	d.base = other.base;
	other.base = own;
	expect(&d, "/raw/0: ");
	expect(&d, "/benchmarks/0/ratio: ");
}

static void test_what_cannot_be_made_anew_is_not_said_to_follow(void **state)
{
	CLEANUP(documents_done) struct documents calibrated = comparison(0.002);

	expect(&calibrated, "cannot be made anew");
}

static void test_run_that_was_changed_is_noticed(void **state)
{
	CLEANUP(documents_done) struct documents advisory = comparison((double)NAN);
	CLEANUP(documents_done) struct documents calibrated = comparison(0.002);

	edit(&advisory.cand, "\"wall\": 1.0", "\"wall\": 1.5");
	expect(&advisory, "/raw/1: ");
	expect(&advisory, "/benchmarks/0/");
	edit(&calibrated.base, "\"wall\": 1.0", "\"wall\": 1.5");
	expect(&calibrated, "/raw/0: ");
}

static void test_wrong_kinds_and_numbers_of_documents_are_errors(void **state)
{
	CLEANUP(documents_done) struct documents d = gate(43);
	CLEANUP(documents_done) struct documents two = comparison((double)NAN);

	d.cand = strdup(d.base);
	expect_error(&d, "2 results: the verdict is from 1");
	free(two.cand);
	two.cand = NULL;
	expect_error(&two, "1 result: the verdict is from 2");
	edit(&two.base, "steady-result-1", "steady-verdict-1");
	two.cand = strdup(two.base);
	expect_error(&two, "result 1: this is a verdict");
	edit(&two.verdict, "steady-verdict-1", "steady-result-1");
	expect_error(&two, "the verdict: format is 'steady-result-1'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untouched_verdicts_follow),
		cmocka_unit_test(test_every_change_of_a_gate_is_noticed),
		cmocka_unit_test(test_exit_code_follows_from_rows_and_neutral_codes),
		cmocka_unit_test(test_rows_of_the_client_are_let_stand_if_they_are_no_answer),
		cmocka_unit_test(test_verdict_of_other_runs_is_noticed),
		cmocka_unit_test(test_what_cannot_be_made_anew_is_not_said_to_follow),
		cmocka_unit_test(test_run_that_was_changed_is_noticed),
		cmocka_unit_test(test_wrong_kinds_and_numbers_of_documents_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
