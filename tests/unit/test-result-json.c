/* Result documents: what is written, and that it reads back as the same result. */
#include <errno.h>
#include <math.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/document/json-reader.h"
#include "common/document/raw-hash.h"
#include "common/document/result-json.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/judge-fixture.h"

#define STARTED_NS 1795341600123000000ull /* 2026-11-22T10:00:00.123Z */

static void add_settings(struct result *r)
{
	const struct setting_outcome rows[] = {
		{(char[]){"cpu.governor"}, (char[]){"policy0"}, (char[]){"performance"},
			(char[]){"schedutil"}, (char[]){"performance"}, SETTING_HELD, NULL},
		{(char[]){"cpu.turbo"}, (char[]){"system"}, (char[]){"off"}, NULL, NULL,
			SETTING_UNAVAILABLE, (char[]){"no-driver"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(setting_outcomes_add(&r->settings, &rows[i]), 0);
	assert_int_equal(setting_outcomes_add(&r->residue, &rows[1]), 0);
}

static void add_runs(struct result *r)
{
	struct random random = random_make(31, 0);

	for (unsigned i = 0; i < 46; i++) {
		double wall = 2.6 + 0.01 * random_unit(&random);
		struct run *run = fixture_run(r, i % 2, wall, i % 9 == 8 ? 0.5 : 0.0004);

		run->block = i / 2;
		run->warmup = i < 2;
		run->started_ns = STARTED_NS + 3 * NSEC_PER_SEC * i;
		run->metrics[METRIC_MAX_RSS] = measure_set(98500000);
		run->metrics[METRIC_USER] = measure_set(1.0 / 3);
		run->evidence.migrations = measure_unavailable("not-permitted");
		run->evidence.run_delay = measure_set(0.001);
		run->evidence.n_cpus = 2;
		run->evidence.leftovers = i % 3;
		run->evidence.lost_records = i;
		run->evidence.daemon_wakeups = 1;
		fixture_culprit(run, "kworker/0:1", 0.0003);
		run->kernel_timing = true;
		run->out = (struct run_output){33, i % 2, "sha256:00ff"};
	}
	r->runs[10].status = RUN_FAILED;
	r->runs[10].exit_code = -1;
	r->runs[10].signal = 11;
	(void)snprintf(r->runs[10].why, RUN_WHY_MAX, "killed by signal 11");
}

/* A result in which every field has a value of its own. */
static struct result example(void)
{
	struct result r = fixture_result(2);

	(void)snprintf(r.id, sizeof(r.id), "0f0e0d0c-0b0a-4908-8706-050403020100");
	(void)snprintf(r.machine, sizeof(r.machine), "0123456789abcdef0123456789abcdef");
	r.job = 12;
	r.owner = 1000;
	r.workload = strdup("julia-set");
	r.workload_hash = strdup("sha256:abc");
	r.state = JOB_DONE;
	r.submitted_ns = STARTED_NS - NSEC_PER_SEC;
	r.started_ns = STARTED_NS;
	r.ended_ns = STARTED_NS + 300 * NSEC_PER_SEC;
	r.seed = 7;
	r.profile = strdup("quiet");
	r.fingerprint = strdup("sha256:def");
	assert_int_equal(strv_push(&r.labels, "commit=abc=d"), 0);
	assert_int_equal(strv_push(&r.facts, "cpu.model=A \"quoted\" name"), 0);
	add_settings(&r);
	r.benchmarks[0].arm = strdup("base");
	assert_int_equal(strv_push(&r.benchmarks[0].params, "width=500"), 0);
	assert_int_equal(strv_push(&r.benchmarks[0].command, "python3"), 0);
	r.metrics[METRIC_MAX_RSS] = true;
	r.metrics[METRIC_OWN] = true;
	r.stop = strdup("20 runs");
	r.kernel_timing = true;
	r.overhead = measure_set(0.00004);
	add_runs(&r);
	assert_int_equal(evidence_judge_all(&r), 0);
	assert_int_equal(summary_make(&r), 0);
	return r;
}

static char *to_json(const struct result *r)
{
	char *text = NULL;

	assert_int_equal(result_to_json(r, &text), 0);
	return text;
}

static void test_round_trip_changes_not_a_byte(void **state)
{
	CLEANUP(result_done) struct result r = example();
	CLEANUP(result_done) struct result back = {0};
	CLEANUP_FREE char *text = to_json(&r);
	CLEANUP_FREE char *again = NULL;
	struct error e = {0};

	assert_int_equal(result_from_json(text, strlen(text), &back, &e), 0);
	again = to_json(&back);
	assert_string_equal(text, again);
}

static void test_round_trip_keeps_every_field_of_a_run(void **state)
{
	CLEANUP(result_done) struct result r = example();
	CLEANUP(result_done) struct result back = {0};
	CLEANUP_FREE char *text = to_json(&r);

	assert_int_equal(result_from_json(text, strlen(text), &back, NULL), 0);
	assert_int_equal(back.n_runs, r.n_runs);
	for (size_t i = 0; i < r.n_runs; i++)
		assert_memory_equal(&back.runs[i], &r.runs[i], sizeof(r.runs[i]));
	assert_memory_equal(&back.outliers, &r.outliers, sizeof(r.outliers));
	assert_memory_equal(back.metrics, r.metrics, sizeof(r.metrics));
	assert_memory_equal(back.benchmarks[1].summaries, r.benchmarks[1].summaries,
		r.benchmarks[1].n_summaries * sizeof(struct summary));
	assert_int_equal(back.settings.n, 2);
	assert_int_equal(back.residue.n, 1);
	assert_null(back.settings.items[1].before);
	assert_int_equal(back.started_ns, STARTED_NS);
}

/* The example as a gate, with a rule of every kind that is not the default. */
static struct result example_gate(void)
{
	struct result r = example();

	r.is_gate = true;
	r.state = JOB_RUNNING;
	for (size_t b = 0; b < r.n_benchmarks; b++) {
		struct gate *g = &r.benchmarks[b].gate;

		gate_init(g);
		g->policy = GATE_NONINFERIOR;
		g->exact_spending = true;
		g->max_mde = 2;
		g->max_mde_is_factor = b == 0;
		g->metrics[METRIC_MAX_RSS] = (struct gate_metric){true, 0.003, 4096};
		(void)snprintf(g->quarantine, sizeof(g->quarantine), "until \"it\" is mended");
		r.benchmarks[b].workload = strdup("parse");
		r.benchmarks[b].same_files = true;
	}
	return r;
}

static void test_round_trip_keeps_the_rules_of_a_gate(void **state)
{
	CLEANUP(result_done) struct result r = example_gate();
	CLEANUP(result_done) struct result back = {0};
	CLEANUP_FREE char *text = to_json(&r);
	CLEANUP_FREE char *again = NULL;
	struct error e = {0};

	if (result_from_json(text, strlen(text), &back, &e) < 0)
		fail_msg("%s", e.text);
	again = to_json(&back);
	assert_string_equal(text, again);
	assert_true(back.is_gate);
	for (size_t b = 0; b < r.n_benchmarks; b++) {
		assert_memory_equal(
			&back.benchmarks[b].gate, &r.benchmarks[b].gate, sizeof(struct gate));
		assert_string_equal(back.benchmarks[b].workload, "parse");
		assert_true(back.benchmarks[b].same_files);
	}
}

static void test_hash_of_the_raw_runs_survives_the_document(void **state)
{
	CLEANUP(result_done) struct result r = example_gate();
	CLEANUP(result_done) struct result back = {0};
	CLEANUP_FREE char *text = NULL;
	char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];

	/* What a document cannot hold as it is: bytes that are not UTF-8, numbers that are none. */
	fixture_culprit(&r.runs[3], "\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff", 0.1);
	(void)snprintf(r.runs[10].why, RUN_WHY_MAX, "\xe2\x82");
	r.runs[4].metrics[METRIC_CPU] = measure_set((double)INFINITY);
	r.runs[5].metrics[METRIC_CPU] = measure_set(-0.0);
	r.runs[6].metrics[METRIC_CPU] = measure_set(5e-324);
	text = to_json(&r);
	assert_int_equal(raw_hash(&r, before), 0);
	assert_non_null(strstr(text, before));
	assert_int_equal(result_from_json(text, strlen(text), &back, NULL), 0);
	assert_int_equal(raw_hash(&back, after), 0);
	assert_string_equal(before, after);
}

static void test_hash_changes_with_what_was_measured_and_not_with_what_follows(void **state)
{
	CLEANUP(result_done) struct result r = example();
	char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];
	struct run *run = &r.runs[8];

	assert_int_equal(raw_hash(&r, before), 0);
	run->status = run->status == RUN_OK ? RUN_DISTURBED : RUN_OK;
	r.benchmarks[0].summaries[0].median *= 2;
	r.benchmarks[0].quality ^= QUALITY_DRIFTING;
	assert_int_equal(raw_hash(&r, after), 0);
	assert_string_equal(before, after);
	run->metrics[METRIC_WALL].value = nextafter(run->metrics[METRIC_WALL].value, 0);
	assert_int_equal(raw_hash(&r, after), 0);
	assert_string_not_equal(before, after);
}

static void test_benchmark_or_run_that_is_there_twice_is_refused(void **state)
{
	static const char head[] = "{\"format\":\"steady-result-1\",\"id\":\"x\",\"workload\":"
				   "\"w\",\"state\":\"done\",\"benchmarks\":[";
	static const struct {
		const char *benchmarks;
		const char *words; /* NULL: it is read */
	} cases[] = {
		{"{\"name\":\"b\",\"runs\":[]},{\"name\":\"b\",\"runs\":[]}",
			"benchmark 'b' is there twice"},
		{"{\"name\":\"b\",\"arm\":\"base\",\"runs\":[]},{\"name\":\"b\",\"arm\":"
		 "\"base\",\"runs\":[]}",
			"benchmark 'b', arm base is there twice"},
		{"{\"name\":\"b\",\"arm\":\"base\",\"runs\":[]},{\"name\":\"b\",\"arm\":"
		 "\"cand\",\"runs\":[]}",
			NULL},
		{"{\"name\":\"b\",\"workload\":\"v\",\"runs\":[]},{\"name\":\"b\","
		 "\"workload\":\"w\",\"runs\":[]}",
			NULL},
		{"{\"name\":\"b\",\"runs\":[{\"n\":3,\"status\":\"ok\",\"metrics\":{}}]},"
		 "{\"name\":\"c\",\"runs\":[{\"n\":3,\"status\":\"ok\",\"metrics\":{}}]}",
			"run 3 is there twice"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(result_done) struct result r = {0};
		CLEANUP_FREE char *text = NULL;
		struct error e = {0};

		assert_true(asprintf(&text, "%s%s]}", head, cases[i].benchmarks) > 0);
		assert_int_equal(
			result_from_json(text, strlen(text), &r, &e), cases[i].words ? -EINVAL : 0);
		assert_true(!cases[i].words || strstr(e.text, cases[i].words));
	}
}

static void test_documents_without_the_fields_of_a_gate_are_read(void **state)
{
	static const char text[] = "{\"format\":\"steady-result-1\",\"id\":\"x\",\"workload\":"
				   "\"w\",\"state\":\"done\",\"benchmarks\":[{\"name\":\"b\","
				   "\"runs\":[]}]}";
	CLEANUP(result_done) struct result r = {0};
	struct gate defaults;

	gate_init(&defaults);
	assert_int_equal(result_from_json(text, strlen(text), &r, NULL), 0);
	assert_false(r.is_gate);
	assert_null(r.benchmarks[0].workload);
	assert_memory_equal(&r.benchmarks[0].gate, &defaults, sizeof(defaults));
}

static void test_document_has_the_names_and_shapes_of_the_interface(void **state)
{
	CLEANUP(result_done) struct result r = example();
	CLEANUP_FREE char *text = to_json(&r);
	CLEANUP_JSON_READER struct json_reader *d = NULL;
	double number;

	assert_int_equal(json_reader_new(&d, text, strlen(text), NULL), 0);
	assert_string_equal(json_reader_text(d, "/format"), "steady-result-1");
	assert_string_equal(json_reader_text(d, "/state"), "done");
	assert_string_equal(json_reader_text(d, "/started"), "2026-11-22T10:00:00.123Z");
	assert_string_equal(json_reader_text(d, "/units/max-rss"), "B");
	assert_string_equal(json_reader_text(d, "/labels/commit"), "abc=d");
	assert_string_equal(
		json_reader_text(d, "/environment/facts/cpu.model"), "A \"quoted\" name");
	assert_string_equal(json_reader_text(d, "/environment/settings/0/status"), "held");
	assert_string_equal(json_reader_text(d, "/environment/settings/1/reason"), "no-driver");
	assert_string_equal(json_reader_text(d, "/environment/residue/0/knob"), "cpu.turbo");
	assert_string_equal(json_reader_text(d, "/benchmarks/0/arm"), "base");
	assert_string_equal(json_reader_text(d, "/benchmarks/0/params/width"), "500");
	assert_string_equal(json_reader_text(d, "/benchmarks/0/runs/1/status"), "ok");
	assert_string_equal(
		json_reader_text(d, "/benchmarks/0/runs/1/evidence/culprits/0/0"), "kworker/0:1");
	assert_int_equal(json_reader_number(d, &number, "/benchmarks/0/runs/1/metrics/max-rss"), 0);
	assert_near(number, 98500000, 0);
	assert_string_equal(json_reader_text(d, "/benchmarks/0/runs/1/metrics/own/unavailable"),
		"not in this test");
	assert_int_equal(json_reader_is_true(d, "/benchmarks/0/runs/0/warmup"), 1);
	assert_int_equal(
		json_reader_number(d, &number, "/benchmarks/0/summary/wall/confidence"), 0);
	assert_int_equal(
		json_reader_number(d, &number, "/benchmarks/0/summary/wall/all/median"), 0);
	assert_string_equal(
		json_reader_text(d, "/benchmarks/0/summary/own/unavailable"), "not in this test");
	assert_string_equal(json_reader_text(d, "/rules/outliers"), "evidence");
	assert_string_equal(json_reader_text(d, "/stop"), "20 runs");
	assert_string_equal(json_reader_text(d, "/timing"), "kernel");
	assert_int_equal(json_reader_number(d, &number, "/overhead"), 0);
}

static void test_keys_come_in_the_order_of_the_interface(void **state)
{
	static const char *const keys[] = {"format", "version", "algorithm", "id", "job", "machine",
		"owner", "workload", "workload-hash", "state", "started", "ended", "seed", "labels",
		"units", "environment", "benchmarks", "stop", "timing", "overhead"};
	CLEANUP(result_done) struct result r = example();
	CLEANUP_FREE char *text = to_json(&r);
	const char *at = text;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		char line[64];

		(void)snprintf(line, sizeof(line), "\n \"%s\": ", keys[i]);
		at = strstr(at, line);
		assert_non_null(at);
	}
}

static void test_queued_job_has_nulls_where_nothing_happened_yet(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(0);
	CLEANUP_FREE char *text = NULL;

	r.workload = strdup("w");
	text = to_json(&r);
	assert_non_null(strstr(text, "\"state\": \"queued\""));
	assert_non_null(strstr(text, "\"started\": null"));
	assert_non_null(strstr(text, "\"benchmarks\": []"));
	assert_non_null(strstr(text, "\"overhead\": {\"unavailable\": \"not measured\"}"));
}

static void test_names_that_are_not_utf8_still_make_a_document(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	CLEANUP(result_done) struct result back = {0};
	CLEANUP_FREE char *text = NULL;

	r.workload = strdup("w");
	fixture_culprit(fixture_run(&r, 0, 1, 0), "\xff\x01", 0.5);
	text = to_json(&r);
	assert_int_equal(result_from_json(text, strlen(text), &back, NULL), 0);
}

static void test_seed_of_any_size_survives(void **state)
{
	static const uint64_t seeds[] = {0, (1ull << 53) - 1, 1ull << 53, UINT64_MAX};

	for (size_t i = 0; i < ARRAY_SIZE(seeds); i++) {
		CLEANUP(result_done) struct result r = fixture_result(0);
		CLEANUP(result_done) struct result back = {0};
		CLEANUP_FREE char *text = NULL;

		r.workload = strdup("w");
		r.seed = seeds[i];
		text = to_json(&r);
		assert_int_equal(result_from_json(text, strlen(text), &back, NULL), 0);
		assert_true(back.seed == seeds[i]);
	}
}

static void test_unknown_keys_are_passed_over(void **state)
{
	static const char text[] =
		"{\"format\":\"steady-result-1\",\"id\":\"x\",\"workload\":\"w\",\"state\":"
		"\"done\","
		"\"future\":[{}],\"benchmarks\":[{\"name\":\"b\",\"colour\":\"red\",\"runs\":["
		"{\"n\":2,\"status\":\"ok\",\"metrics\":{\"wall\":1,\"joules\":3},\"mood\":0},"
		"{\"n\":1,\"status\":\"ok\",\"metrics\":{\"wall\":2}}]}]}";
	CLEANUP(result_done) struct result r = {0};
	struct error e = {0};

	assert_int_equal(result_from_json(text, strlen(text), &r, &e), 0);
	assert_int_equal(r.n_runs, 2);
	assert_int_equal(r.runs[0].n, 1);
	assert_near(r.runs[0].metrics[METRIC_WALL].value, 2, 0);
	assert_string_equal(r.runs[0].metrics[METRIC_CPU].unavailable, "not in the document");
	assert_int_equal(r.runs[0].exit_code, -1);
	assert_int_equal(r.outliers.rule, OUTLIER_EVIDENCE);
}

/* Puts a text in place of another, and expects an error that has some words in it. */
static void expect_error(const char *from, const char *to, const char *words)
{
	static const char good[] = "{\"format\":\"steady-result-1\",\"id\":\"x\",\"workload\":"
				   "\"w\",\"state\":\"done\","
				   "\"started\":null,\"rules\":{\"outliers\":\"mad\"},"
				   "\"environment\":{\"settings\":[]},"
				   "\"units\":{\"wall\":\"s\"},\"raw\":null,\"gate\":true,"
				   "\"benchmarks\":[{\"name\":\"b\",\"gate\":{\"margin\":0.02,"
				   "\"looks\":[12],\"metrics\":{\"wall\":{}}},\"runs\":["
				   "{\"n\":1,\"status\":\"ok\",\"metrics\":{\"wall\":1},"
				   "\"evidence\":{\"culprits\":[]}}]}]}";
	const char *at = strstr(good, from);
	CLEANUP_FREE char *text = NULL;
	struct result untouched = {.job = 77};
	struct error e = {0};

	assert_non_null(at);
	assert_true(asprintf(&text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from)) > 0);
	assert_int_equal(result_from_json(text, strlen(text), &untouched, &e), -EINVAL);
	if (!strstr(e.text, words))
		fail_msg("'%s' does not say '%s'", e.text, words);
	assert_int_equal(untouched.job, 77);
}

static void test_wrong_documents_are_refused_with_their_place(void **state)
{
	expect_error("steady-result-1", "steady-result-2", "format is 'steady-result-2'");
	expect_error("\"format\"", "\"Format\"", "format is missing");
	expect_error("\"id\":\"x\"", "\"id\":1", "id must be a string, is a number");
	expect_error("\"done\"", "\"finished\"", "state: unknown word 'finished'");
	expect_error("\"started\":null", "\"started\":\"yesterday\"", "is not a time");
	expect_error("\"mad\"", "\"magic\"", "rules: outliers: unknown word 'magic'");
	expect_error("\"wall\":\"s\"", "\"wall\":\"ms\"", "units: wall is in 'ms', must be in 's'");
	expect_error("\"wall\":\"s\"", "\"wall\":1", "units: wall must be a string");
	expect_error("\"wall\":1}", "\"wall\":-1}", "metrics: wall is -1, must not be negative");
	expect_error("\"raw\":null", "\"raw\":1", "raw must be a string");
	expect_error("\"gate\":true", "\"gate\":1", "gate must be true or false");
	expect_error("\"gate\":{", "\"gate\":1,\"x\":{", "gate must be an object");
	expect_error("0.02", "0", "gate: margin is 0, must be above 0 and at most 10");
	expect_error("0.02", "-1", "gate: margin is -1");
	expect_error("[12]", "[]", "gate: looks: 0 of them");
	expect_error("[12]", "[12,12]", "gate: looks[1] must be a whole number of pairs, 13 to");
	expect_error("[12]", "[7]", "gate: looks[0] must be");
	expect_error("[12]", "[12],\"alpha\":0.6", "gate: alpha is 0.6");
	expect_error("[12]", "[12],\"rho\":0", "gate: rho is 0");
	expect_error("[12]", "[12],\"policy\":\"lax\"", "gate: policy: unknown word 'lax'");
	expect_error("[12]", "[12],\"spending\":\"all\"", "gate: spending: unknown word 'all'");
	expect_error("[12]", "[12],\"max-mde\":1,\"max-mde-factor\":2", "use one of them");
	expect_error("[12]", "[12],\"max-excluded\":2", "max-excluded is 2, must be 0 to 1");
	expect_error("{\"wall\":{}}", "{}", "gate: metrics: a gate needs at least one");
	expect_error("{\"wall\":{}}", "{\"joules\":{}}", "metrics: unknown metric 'joules'");
	expect_error("{\"wall\":{}}", "{\"wall\":{\"floor\":-1}}", "metrics: wall: floor is -1");
	expect_error("\"outliers\":\"mad\"", "\"metrics\":[\"joules\"]",
		"rules: metrics: unknown metric 'joules'");
	expect_error("\"settings\":[]", "\"settings\":[{}]", "settings[0]: knob is missing");
	expect_error("\"n\":1", "\"n\":-1", "benchmarks[0]: runs[0]: n is -1");
	expect_error("\"n\":1", "\"n\":1.5", "n must be a whole number, is a fraction");
	expect_error("\"ok\"", "\"fine\"", "status: unknown word 'fine'");
	expect_error("\"wall\":1", "\"wall\":\"1\"", "metrics: wall must be a number or");
	expect_error("\"culprits\":[]", "\"culprits\":[[1,2]]", "evidence: culprits must be pairs");
	expect_error("\"metrics\":{\"wall\":1}", "\"metrics\":[]", "metrics must be an object");
	expect_error("\"name\":\"b\"", "\"name\":\"b\",\"name\":\"b\"", "not JSON: line 1");
	expect_error("\"wall\":1", "\"wall\":1e999", "not JSON: line 1");
	expect_error("{\"format\"", "[{\"format\"", "not JSON");
}

static void test_times_read_back(void **state)
{
	static const char *const bad[] = {"", "2026-11-22", "2026-11-22T10:00:00", "x",
		"2026-11-22T10:00:00.1+01:00", "1969-12-31T23:59:59Z", "2026-13-01T00:00:00Z"};
	char text[CLOCK_RFC3339_MAX];
	uint64_t ns = 0;

	assert_int_equal(clock_parse_rfc3339(clock_rfc3339(STARTED_NS, text), &ns), 0);
	assert_true(ns == STARTED_NS);
	assert_int_equal(clock_parse_rfc3339("1970-01-01T00:00:01Z", &ns), 0);
	assert_true(ns == NSEC_PER_SEC);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(clock_parse_rfc3339(bad[i], &ns), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip_changes_not_a_byte),
		cmocka_unit_test(test_round_trip_keeps_every_field_of_a_run),
		cmocka_unit_test(test_round_trip_keeps_the_rules_of_a_gate),
		cmocka_unit_test(test_hash_of_the_raw_runs_survives_the_document),
		cmocka_unit_test(
			test_hash_changes_with_what_was_measured_and_not_with_what_follows),
		cmocka_unit_test(test_benchmark_or_run_that_is_there_twice_is_refused),
		cmocka_unit_test(test_documents_without_the_fields_of_a_gate_are_read),
		cmocka_unit_test(test_document_has_the_names_and_shapes_of_the_interface),
		cmocka_unit_test(test_keys_come_in_the_order_of_the_interface),
		cmocka_unit_test(test_queued_job_has_nulls_where_nothing_happened_yet),
		cmocka_unit_test(test_names_that_are_not_utf8_still_make_a_document),
		cmocka_unit_test(test_seed_of_any_size_survives),
		cmocka_unit_test(test_unknown_keys_are_passed_over),
		cmocka_unit_test(test_wrong_documents_are_refused_with_their_place),
		cmocka_unit_test(test_times_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
