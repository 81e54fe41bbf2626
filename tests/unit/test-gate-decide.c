/* What a gate does after each round. */
#include "common/judge/evidence-rules.h"
#include "common/judge/repetition.h"
#include "common/judge/verdict-sum.h"
#include "tests/unit/gate-fixture.h"

#define ROUNDS_MAX 2000

static const struct gate_noise same = {1, 0.002};
static const struct gate_noise slower = {1.05, 0.002};
static const struct gate_noise faster = {0.95, 0.002};
static const struct gate_noise noisy = {1, 0.2};

static struct verdict_document judge(const struct result *r)
{
	struct verdict_document d;

	assert_int_equal(gate_judge(r, &d), 0);
	return d;
}

/* Runs a gate to its end, as a session does. */
struct drive {
	struct result r;
	unsigned n_rounds;
	char stop[REPETITION_STOP_MAX];
};

static void run_round(
	struct drive *d, const bool *wanted, const struct gate_noise *noises, struct random *random)
{
	d->n_rounds++;
	for (size_t i = 0; i < d->r.n_benchmarks / 2; i++) {
		assert_int_equal(wanted[2 * i], wanted[2 * i + 1]);
		if (wanted[2 * i])
			gate_fixture_rounds(&d->r, (unsigned)i, d->n_rounds, 1, &noises[i], random);
	}
	assert_int_equal(evidence_judge_all(&d->r), 0);
}

static void drive(struct drive *d, const struct gate_noise *noises, uint64_t seed)
{
	struct random random = random_make(seed, 0);
	enum gate_step step = GATE_MORE;
	bool wanted[64];

	d->r.state = JOB_RUNNING;
	for (size_t b = 0; b < d->r.n_benchmarks; b++)
		wanted[b] = true;
	while (step == GATE_MORE) {
		assert_true(d->n_rounds < ROUNDS_MAX);
		run_round(d, wanted, noises, &random);
		step = gate_decide(&d->r, 0, 0, wanted, d->stop, sizeof(d->stop));
		assert_int_equal(step == GATE_MORE, d->stop[0] == '\0');
	}
	for (size_t b = 0; b < d->r.n_benchmarks; b++)
		assert_false(wanted[b]);
	d->r.state = JOB_DONE;
}

static void expect_one(const struct gate_noise *noise, enum verdict verdict, const char *stop)
{
	struct drive d = {.r = gate_fixture(1)};
	struct verdict_document v;

	drive(&d, noise, 1);
	v = judge(&d.r);
	assert_int_equal(v.n_rows, 1);
	assert_string_equal(verdict_name(v.rows[0].verdict), verdict_name(verdict));
	assert_int_equal(v.verdict, verdict);
	assert_string_equal(d.stop, stop);
	verdict_document_done(&v);
	result_done(&d.r);
}

static void test_every_verdict_is_reached(void **state)
{
	expect_one(&slower, VERDICT_REGRESSED, "decided after 12 rounds");
	expect_one(&faster, VERDICT_IMPROVED, "decided after 12 rounds");
	expect_one(&same, VERDICT_EQUIVALENT, "decided after 12 rounds");
	expect_one(&noisy, VERDICT_INCONCLUSIVE, "48 rounds");
}

/* Everything of a row that could differ, to the last bit. */
static void print_row(FILE *f, const struct verdict_row *v)
{
	fprintf(f,
		"%s %d %s %x %a %a %a %a %a %a %u %u %a %a %a %a %a %a %a %d %a %a %a '%s' '%s'\n",
		v->name, (int)v->metric, verdict_name(v->verdict), v->flags, v->ratio, v->low,
		v->high, v->level, v->alpha, v->margin, v->rounds, v->excluded, v->mde,
		v->mde_limit, v->p, v->p_adjusted, v->p_improved, v->p_equivalent, v->p_noninferior,
		v->passes, v->base, v->cand, v->round_s, v->why, v->quarantine);
}

static char *print_document(const struct verdict_document *d)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	fprintf(f, "%s %d %a %d %llu\n", d->name, (int)d->verdict, d->alpha, (int)d->policy,
		(unsigned long long)d->elapsed_ns);
	for (size_t i = 0; i < d->n_rows; i++)
		print_row(f, &d->rows[i]);
	strv_foreach (reason, &d->reasons)
		fprintf(f, "reason %s\n", reason);
	strv_foreach (note, &d->notes)
		fprintf(f, "note %s\n", note);
	assert_int_equal(fclose(f), 0);
	return text;
}

static const struct gate_noise suite[] = {
	{1, 0.002}, {1.05, 0.01}, {0.95, 0.01}, {1, 0.2}, {1.02, 0.01}, {1, 0.012}, {1.03, 0.02}};

static void test_the_same_input_gives_the_same_bytes(void **state)
{
	struct drive d = {.r = gate_fixture(ARRAY_SIZE(suite))};
	CLEANUP_FREE char *first = NULL;
	CLEANUP_FREE char *second = NULL;
	struct verdict_document v;

	drive(&d, suite, 2);
	v = judge(&d.r);
	first = print_document(&v);
	verdict_document_done(&v);
	v = judge(&d.r);
	second = print_document(&v);
	verdict_document_done(&v);
	assert_string_equal(first, second);
	result_done(&d.r);
}

/* Gives the runs of a recorded result to another one, round by round. */
static void replay(const struct result *recorded, struct drive *d)
{
	enum gate_step step = GATE_MORE;
	bool wanted[64];
	size_t i = 0;

	d->r.state = JOB_RUNNING;
	while (step == GATE_MORE) {
		d->n_rounds++;
		assert_true(i < recorded->n_runs);
		for (; i < recorded->n_runs && recorded->runs[i].block == d->n_rounds; i++)
			*fixture_run(&d->r, 0, 1, 0) = recorded->runs[i];
		step = gate_decide(&d->r, 0, 0, wanted, d->stop, sizeof(d->stop));
	}
	d->r.state = JOB_DONE;
}

static void test_a_replay_ends_where_the_gate_did(void **state)
{
	for (uint64_t seed = 10; seed < 20; seed++) {
		struct drive d = {.r = gate_fixture(ARRAY_SIZE(suite))};
		struct drive again = {.r = gate_fixture(ARRAY_SIZE(suite))};
		CLEANUP_FREE char *first = NULL;
		CLEANUP_FREE char *second = NULL;
		struct verdict_document v;

		drive(&d, suite, seed);
		replay(&d.r, &again);
		assert_int_equal(again.r.n_runs, d.r.n_runs);
		assert_string_equal(again.stop, d.stop);
		v = judge(&d.r);
		first = print_document(&v);
		verdict_document_done(&v);
		v = judge(&again.r);
		second = print_document(&v);
		verdict_document_done(&v);
		assert_string_equal(first, second);
		result_done(&d.r);
		result_done(&again.r);
	}
}

/* Who rests early has a verdict, who has none went on to the end. */
static void test_only_who_is_decided_rests(void **state)
{
	for (uint64_t seed = 20; seed < 30; seed++) {
		struct drive d = {.r = gate_fixture(ARRAY_SIZE(suite))};
		struct verdict_document v;
		size_t n_early = 0;

		drive(&d, suite, seed);
		v = judge(&d.r);
		for (size_t i = 0; i < v.n_rows; i++) {
			if (v.rows[i].rounds < 48)
				assert_int_not_equal(v.rows[i].verdict, VERDICT_INCONCLUSIVE);
			n_early += v.rows[i].rounds < 48;
		}
		assert_true(n_early > 0 && n_early < ARRAY_SIZE(suite));
		assert_int_equal(v.rows[3].verdict, VERDICT_INCONCLUSIVE);
		verdict_document_done(&v);
		result_done(&d.r);
	}
}

/* A gate of benchmark 0 in which some runs are disturbed. */
static void drive_disturbed(struct drive *d, unsigned every, const char *culprit)
{
	struct random random = random_make(60, 0);
	enum gate_step step = GATE_MORE;
	bool wanted[2];

	d->r.state = JOB_RUNNING;
	while (step == GATE_MORE) {
		struct run *run;

		assert_true(d->n_rounds < ROUNDS_MAX);
		d->n_rounds++;
		gate_fixture_rounds(&d->r, 0, d->n_rounds, 1, &noisy, &random);
		run = &d->r.runs[d->r.n_runs - 1 - random_below(&random, 2)];
		if (d->n_rounds % every == 0) {
			run->status = RUN_DISTURBED;
			fixture_culprit(run, culprit, 0.5);
		}
		step = gate_decide(&d->r, 0, 0, wanted, d->stop, sizeof(d->stop));
	}
	d->r.state = JOB_DONE;
}

static void test_an_excluded_pair_is_replaced(void **state)
{
	struct drive d = {.r = gate_fixture(1)};
	struct verdict_document v;

	drive_disturbed(&d, 10, "cc1");
	assert_int_equal(d.n_rounds, 53);
	assert_string_equal(d.stop, "48 rounds");
	v = judge(&d.r);
	assert_int_equal(v.rows[0].rounds, 48);
	assert_int_equal(v.rows[0].excluded, 5);
	verdict_document_done(&v);
	result_done(&d.r);
}

static void test_too_many_excluded_pairs_end_a_gate_and_name_the_culprits(void **state)
{
	struct drive d = {.r = gate_fixture(1)};
	struct verdict_document v;

	drive_disturbed(&d, 2, "cc1");
	/* More than a fifth of 48, and more than a fifth of what was made. */
	assert_int_equal(d.n_rounds, 20);
	assert_string_equal(d.stop, "too many pairs excluded: 10 of 20, mostly by cc1");
	v = judge(&d.r);
	assert_int_equal(v.rows[0].verdict, VERDICT_INVALID);
	assert_true(v.rows[0].flags & VERDICT_UNSTABLE);
	verdict_document_done(&v);
	result_done(&d.r);
}

static void test_a_gate_ends_although_every_pair_may_be_excluded(void **state)
{
	struct drive d = {.r = gate_fixture(1)};

	d.r.benchmarks[0].gate.max_excluded_ratio = 1;
	drive_disturbed(&d, 1, "cc1");
	assert_int_equal(d.n_rounds, 480);
	assert_non_null(strstr(d.stop, "too many pairs excluded: 480 of 480"));
	result_done(&d.r);
}

static void test_one_unstable_benchmark_does_not_keep_others_from_a_verdict(void **state)
{
	struct drive d = {.r = gate_fixture(2)};
	struct random random = random_make(61, 0);
	enum gate_step step = GATE_MORE;
	bool wanted[4] = {true, true, true, true};
	unsigned last_of_first = 0;

	d.r.state = JOB_RUNNING;
	while (step == GATE_MORE) {
		d.n_rounds++;
		if (wanted[0]) {
			gate_fixture_rounds(&d.r, 0, d.n_rounds, 1, &noisy, &random);
			d.r.runs[d.r.n_runs - 1].status = RUN_DISTURBED;
			last_of_first = d.n_rounds;
		}
		gate_fixture_rounds(&d.r, 1, d.n_rounds, 1, &noisy, &random);
		step = gate_decide(&d.r, 0, 0, wanted, d.stop, sizeof(d.stop));
	}
	assert_int_equal(last_of_first, 10);
	assert_int_equal(d.n_rounds, 48);
	assert_string_equal(d.stop, "too many pairs excluded for 1 of 2 benchmarks: b0: 10 of 10");
	result_done(&d.r);
}

static void test_a_failed_run_ends_its_benchmark(void **state)
{
	struct drive d = {.r = gate_fixture(1)};
	struct random random = random_make(62, 0);
	bool wanted[2];

	gate_fixture_rounds(&d.r, 0, 1, 5, &same, &random);
	d.r.runs[7].status = RUN_FAILED;
	assert_int_equal(gate_decide(&d.r, 0, 0, wanted, d.stop, sizeof(d.stop)), GATE_DONE);
	assert_string_equal(d.stop, "1 of 10 runs failed");
	result_done(&d.r);
}

static void test_time_ends_a_gate(void **state)
{
	struct drive d = {.r = gate_fixture(1)};
	struct random random = random_make(63, 0);
	bool wanted[2];

	gate_fixture_rounds(&d.r, 0, 1, 20, &noisy, &random);
	assert_int_equal(gate_decide(&d.r, 9, 10, wanted, d.stop, sizeof(d.stop)), GATE_MORE);
	assert_true(wanted[0] && wanted[1]);
	assert_int_equal(gate_decide(&d.r, 10, 10, wanted, d.stop, sizeof(d.stop)), GATE_DONE);
	assert_string_equal(d.stop, "max-time reached after 20 rounds");
	assert_false(wanted[0] || wanted[1]);
	result_done(&d.r);
}

static void test_nothing_is_decided_between_looks(void **state)
{
	for (unsigned n = 1; n <= 48; n++) {
		struct drive d = {.r = gate_fixture(1)};
		struct random random = random_make(64, 0);
		bool is_look = n == 12 || n == 16 || n == 24 || n == 36 || n == 48;
		bool wanted[2];

		/* Clear at any number of rounds, were it looked at. */
		gate_fixture_rounds(&d.r, 0, 1, n, &slower, &random);
		assert_int_equal(gate_decide(&d.r, 0, 0, wanted, d.stop, sizeof(d.stop)),
			is_look ? GATE_DONE : GATE_MORE);
		assert_int_equal(wanted[0], !is_look);
		assert_int_equal(wanted[1], !is_look);
		result_done(&d.r);
	}
}

static void test_an_excluded_pair_is_no_look(void **state)
{
	struct drive d = {.r = gate_fixture(1)};
	struct random random = random_make(65, 0);
	bool wanted[2];

	gate_fixture_rounds(&d.r, 0, 1, 12, &slower, &random);
	d.r.runs[5].status = RUN_DISTURBED;
	assert_int_equal(gate_decide(&d.r, 0, 0, wanted, d.stop, sizeof(d.stop)), GATE_MORE);
	gate_fixture_rounds(&d.r, 0, 13, 1, &slower, &random);
	assert_int_equal(gate_decide(&d.r, 0, 0, wanted, d.stop, sizeof(d.stop)), GATE_DONE);
	assert_string_equal(d.stop, "decided after 12 rounds");
	result_done(&d.r);
}

static void test_who_rests_goes_on_resting(void **state)
{
	struct drive d = {.r = gate_fixture(2)};
	struct random random = random_make(66, 0);
	bool wanted[4];

	gate_fixture_rounds(&d.r, 0, 1, 12, &same, &random);
	gate_fixture_rounds(&d.r, 1, 1, 12, &noisy, &random);
	for (unsigned round = 13; round <= 48; round++) {
		assert_int_equal(
			gate_decide(&d.r, 0, 0, wanted, d.stop, sizeof(d.stop)), GATE_MORE);
		assert_false(wanted[0] || wanted[1]);
		assert_true(wanted[2] && wanted[3]);
		gate_fixture_rounds(&d.r, 1, round, 1, &noisy, &random);
	}
	assert_int_equal(gate_decide(&d.r, 0, 0, wanted, d.stop, sizeof(d.stop)), GATE_DONE);
	assert_string_equal(d.stop, "12 to 48 rounds, 1 of 2 benchmarks undecided");
	result_done(&d.r);
}

static void test_progress(void **state)
{
	struct drive d = {.r = gate_fixture(2)};
	struct random random = random_make(67, 0);
	size_t n_decided;
	unsigned rounds;
	unsigned rounds_max;

	assert_int_equal(gate_progress(&d.r, &n_decided, &rounds, &rounds_max), 0);
	assert_int_equal(n_decided, 2); /* it is over */
	d.r.state = JOB_RUNNING;
	assert_int_equal(gate_progress(&d.r, &n_decided, &rounds, &rounds_max), 0);
	assert_true(n_decided == 0 && rounds == 0 && rounds_max == 48);
	gate_fixture_rounds(&d.r, 0, 1, 12, &same, &random);
	gate_fixture_rounds(&d.r, 1, 1, 20, &noisy, &random);
	assert_int_equal(gate_progress(&d.r, &n_decided, &rounds, &rounds_max), 0);
	assert_true(n_decided == 1 && rounds == 20 && rounds_max == 48);
	result_done(&d.r);
}

static void test_a_result_without_arms_is_said(void **state)
{
	struct result r = fixture_result(1);
	char stop[REPETITION_STOP_MAX];
	bool wanted[1] = {true};

	assert_int_equal(gate_decide(&r, 0, 0, wanted, stop, sizeof(stop)), GATE_DONE);
	assert_string_equal(stop, "there are no arms to compare");
	assert_false(wanted[0]);
	result_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_verdict_is_reached),
		cmocka_unit_test(test_the_same_input_gives_the_same_bytes),
		cmocka_unit_test(test_a_replay_ends_where_the_gate_did),
		cmocka_unit_test(test_only_who_is_decided_rests),
		cmocka_unit_test(test_an_excluded_pair_is_replaced),
		cmocka_unit_test(test_too_many_excluded_pairs_end_a_gate_and_name_the_culprits),
		cmocka_unit_test(test_a_gate_ends_although_every_pair_may_be_excluded),
		cmocka_unit_test(test_one_unstable_benchmark_does_not_keep_others_from_a_verdict),
		cmocka_unit_test(test_a_failed_run_ends_its_benchmark),
		cmocka_unit_test(test_time_ends_a_gate),
		cmocka_unit_test(test_nothing_is_decided_between_looks),
		cmocka_unit_test(test_an_excluded_pair_is_no_look),
		cmocka_unit_test(test_who_rests_goes_on_resting),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_a_result_without_arms_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
