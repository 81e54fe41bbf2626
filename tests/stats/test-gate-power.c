/* Power of a gate: floors below which it has lost something. */
#include <stdio.h>

#include "common/base/macro.h"
#include "common/judge/looks.h"
#include "common/judge/stage-memo.h"
#include "tests/stats/acceptance.h"
#include "tests/stats/noise.h"
#include "tests/unit/cmocka-all.h"

#define SIGMA	(NOISE_SD * M_SQRT2) /* of the difference of two runs */
#define N_SHORT 1000

enum answer {
	ANSWER_REGRESSED,
	ANSWER_IMPROVED,
	ANSWER_EQUIVALENT,
};

/* Floors: about .03 below what 20,000 series showed, or .99 where hardly any was missed. */
struct promise {
	const char *name;
	enum noise noise;
	bool is_exact, is_short; /* union bound; 40 pairs and an error of .025, else the defaults */
	enum answer answer;
	double centre; /* in SIGMA beyond the margin; of "equivalent" from 0 */
	double power;
};

static const struct promise promises[] = {
	{"regressed, 40 pairs", NOISE_NORMAL, false, true, ANSWER_REGRESSED, .5, .80},
	{"regressed, 40 pairs, union bound", NOISE_NORMAL, true, true, ANSWER_REGRESSED, .5, .75},
	{"improved, 40 pairs", NOISE_NORMAL, false, true, ANSWER_IMPROVED, .5, .80},
	{"regressed, 40 pairs", NOISE_NORMAL, false, true, ANSWER_REGRESSED, 1, .995},
	{"equivalent, 40 pairs", NOISE_NORMAL, false, true, ANSWER_EQUIVALENT, 0, .99},
	{"regressed, defaults", NOISE_NORMAL, false, false, ANSWER_REGRESSED, .5, .78},
	{"regressed, defaults", NOISE_LAPLACE, false, false, ANSWER_REGRESSED, .5, .84},
	{"regressed, defaults", NOISE_SPIKES, false, false, ANSWER_REGRESSED, 1, .94},
	{"regressed, defaults", NOISE_COARSE, false, false, ANSWER_REGRESSED, 1, .99},
	{"regressed, defaults", NOISE_AR_9, false, false, ANSWER_REGRESSED, .5, .99},
};

static struct gate gate_of(const struct promise *p)
{
	static const unsigned looks[] = {10, 15, 20, 30, 40};
	struct gate gate;

	gate_init(&gate);
	gate.exact_spending = p->is_exact;
	if (!p->is_short)
		return gate;

	gate.alpha = .025;
	gate.n_looks = ARRAY_SIZE(looks);
	memcpy(gate.looks, looks, sizeof(looks));
	return gate;
}

static double p_of(const struct looks_outcome *o, enum answer answer)
{
	switch (answer) {
	case ANSWER_REGRESSED:
		return o->p_worse;
	case ANSWER_IMPROVED:
		return o->p_better;
	case ANSWER_EQUIVALENT:
		break;
	}
	return o->p_equivalent;
}

static double centre_of(const struct promise *p)
{
	if (p->answer == ANSWER_EQUIVALENT)
		return 0;
	return (p->answer == ANSWER_IMPROVED ? -1 : 1) * (1 + p->centre) * SIGMA;
}

/* The margin is SIGMA. */
static bool keeps(const void *what, uint64_t seed)
{
	const struct promise *p = what;
	struct random random = random_make(seed, p->noise);
	size_t n = acceptance_trials(N_SHORT);
	struct gate gate = gate_of(p);
	struct stage_memo memo = {.cap = gate.alpha};
	double d[NOISE_PAIRS_MAX];
	struct looks_series series = {.d = d, .n = gate.looks[gate.n_looks - 1], .only_p = true};
	size_t hits = 0;
	char name[100];

	for (size_t i = 0; i < n; i++) {
		struct looks_outcome o;

		noise_pairs(p->noise, &random, d, series.n);
		for (size_t k = 0; k < series.n; k++)
			d[k] += centre_of(p);
		assert_int_equal(looks_judge(&series, &gate, SIGMA, SIGMA, &memo, &o), 0);
		hits += p_of(&o, p->answer) <= gate.alpha;
	}
	stage_memo_done(&memo);
	(void)snprintf(
		name, sizeof(name), "%s, %s, +%.1f sd", p->name, noise_name(p->noise), p->centre);
	return acceptance_at_least(name, hits, n, p->power);
}

static void test_power_is_at_least_what_was_planned(void **state)
{
	bool good = true;

	for (size_t i = 0; i < ARRAY_SIZE(promises); i++)
		good &= acceptance_holds(keeps, &promises[i]);
	assert_true(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_is_at_least_what_was_planned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
