/* Results of gates made of two lists of values, for the tests of looks, pairs and verdicts. */
#pragma once

#include <math.h>

#include "common/base/random.h"
#include "common/judge/gate.h"
#include "common/judge/verdict-sum.h"
#include "common/stats/normal.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/judge-fixture.h"

/**
 * gate_fixture() - a finished gate of some benchmarks with the arms base and cand, without runs
 * @n: benchmarks; of benchmark i base is at 2 i, cand at 2 i + 1
 *
 * Return: the result, owned by the caller: result_done().
 */
static inline struct result gate_fixture(size_t n)
{
	struct result r = fixture_result(2 * n);

	r.is_gate = true;
	r.state = JOB_DONE;
	r.workload = strdup("work");
	for (size_t b = 0; b < 2 * n; b++) {
		free(r.benchmarks[b].name);
		if (asprintf(&r.benchmarks[b].name, "b%zu", b / 2) < 0)
			abort();
		r.benchmarks[b].arm = strdup(b % 2 ? "cand" : "base");
		gate_init(&r.benchmarks[b].gate);
	}
	return r;
}

/**
 * gate_fixture_run() - append one run
 * @r:         result
 * @benchmark: index of the arm
 * @round:     from 1
 * @wall:      seconds
 *
 * Return: the run, valid until the next one is appended.
 */
static inline struct run *gate_fixture_run(
	struct result *r, unsigned benchmark, unsigned round, double wall)
{
	struct run *run = fixture_run(r, benchmark, wall, 0);

	run->block = round;
	run->started_ns = r->n_runs * NSEC_PER_SEC;
	return run;
}

/**
 * gate_fixture_pair() - append one round of a benchmark, base first in even rounds
 * @r:     result
 * @i:     benchmark
 * @round: from 1
 * @base:  seconds
 * @cand:  seconds
 *
 * Return: nothing.
 */
static inline void gate_fixture_pair(
	struct result *r, unsigned i, unsigned round, double base, double cand)
{
	bool base_first = round % 2 == 0;

	gate_fixture_run(r, 2 * i + !base_first, round, base_first ? base : cand);
	gate_fixture_run(r, 2 * i + base_first, round, base_first ? cand : base);
}

/**
 * gate_fixture_normal() - a draw from the standard normal distribution
 * @random: generator
 *
 * Return: the draw.
 */
static inline double gate_fixture_normal(struct random *random)
{
	return normal_quantile((random_unit(random) * 0.999998) + 1e-6);
}

struct gate_noise {
	double effect; /* ratio cand/base */
	double sd;     /* of a logarithm */
};

/**
 * gate_fixture_rounds() - rounds of a benchmark around one second, with a common drift
 * @r:      result
 * @i:      benchmark
 * @first:  number of the first round
 * @n:      rounds
 * @noise:  effect and spread
 * @random: generator
 *
 * Return: nothing.
 */
static inline void gate_fixture_rounds(struct result *r, unsigned i, unsigned first, unsigned n,
	const struct gate_noise *noise, struct random *random)
{
	for (unsigned round = first; round < first + n; round++) {
		double level = 1 + 0.01 * round;
		double base = level * exp(noise->sd * gate_fixture_normal(random));
		double cand = level * exp(noise->sd * gate_fixture_normal(random));

		gate_fixture_pair(r, i, round, base, cand * noise->effect);
	}
}

/**
 * gate_fixture_judge() - verdicts of a result
 * @r: result
 *
 * Return: the document, owned by the caller.
 */
static inline struct verdict_document gate_fixture_judge(const struct result *r)
{
	struct verdict_document d;

	assert_int_equal(gate_judge(r, &d), 0);
	assert_true(d.paired);
	return d;
}

/**
 * gate_fixture_of() - a finished gate of one benchmark
 * @noise: effect and spread
 * @n:     rounds
 *
 * Return: the result, owned by the caller.
 */
static inline struct result gate_fixture_of(const struct gate_noise *noise, unsigned n)
{
	struct random random = random_make(40, 0);
	struct result r = gate_fixture(1);

	gate_fixture_rounds(&r, 0, 1, n, noise, &random);
	return r;
}

struct gate_expectation {
	enum verdict verdict;
	unsigned flags; /* among others */
	int code;
	const char *why; /* part of it */
};

/**
 * gate_fixture_expect() - check the first row of a verdict and the exit code
 * @r: result
 * @e: what is expected; whatever is neither green nor red has a reason
 *
 * Return: nothing.
 */
static inline void gate_fixture_expect(const struct result *r, const struct gate_expectation *e)
{
	struct verdict_document v = gate_fixture_judge(r);

	assert_string_equal(verdict_name(v.rows[0].verdict), verdict_name(e->verdict));
	assert_int_equal(v.rows[0].flags & e->flags, e->flags);
	assert_int_equal(verdict_exit_code(verdict_codes(&v), 0), e->code);
	assert_non_null(strstr(v.rows[0].why, e->why));
	if (e->code != 0 && e->code != 1)
		assert_true(v.reasons.n > 0);
	verdict_document_done(&v);
}
