/* From pairs to verdicts: every verdict on purpose, and what a gate does after each round. */
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
	assert_true(d.paired);
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
	for (unsigned i = 0; i < d->r.n_benchmarks / 2; i++) {
		assert_int_equal(wanted[2 * i], wanted[2 * i + 1]);
		if (wanted[2 * i])
			gate_fixture_rounds(&d->r, i, d->n_rounds, 1, &noises[i], random);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_verdict_is_reached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
