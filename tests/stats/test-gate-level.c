/* Error rates of a gate's verdicts at the edge of what they claim, for every law of noise. */
#include <stdio.h>

#include "common/base/macro.h"
#include "common/judge/looks.h"
#include "common/judge/stage-memo.h"
#include "tests/stats/acceptance.h"
#include "tests/stats/noise.h"
#include "tests/unit/cmocka-all.h"

#define ALPHA	.025
#define MARGIN	(4 * NOISE_TICK) /* so that the coarse timer's differences can lie on it */
#define N_SHORT 1000

struct design {
	const char *name;
	unsigned rounds;  /* planned */
	unsigned n_pairs; /* made */
	bool is_exact;	  /* union bound */
};

static const struct design designs[] = {
	{"48 pairs, Lan-DeMets", 48, 48, false},
	{"48 pairs, union bound", 48, 48, true},
	{"24 pairs, Lan-DeMets", 24, 24, false},
	{"30 of 96 pairs, Lan-DeMets", 96, 30, false},
	{"30 of 96 pairs, union bound", 96, 30, true},
};

/* Verdicts that would be wrong, each at the centre where it is wrong most often. */
enum wrong {
	WRONG_REGRESSED,	/* the centre is the margin */
	WRONG_IMPROVED,		/* minus the margin */
	WRONG_EQUIVALENT_ABOVE, /* the margin */
	WRONG_EQUIVALENT_BELOW, /* minus the margin */
	WRONG_NONINFERIOR,	/* the margin */
	WRONG_STRICT_WORSE,	/* 0, and no margin */
	WRONG_STRICT_BETTER,	/* 0, and no margin */
	WRONG_MAX,
};

static const char *const wrong_names[WRONG_MAX] = {
	[WRONG_REGRESSED] = "regressed",
	[WRONG_IMPROVED] = "improved",
	[WRONG_EQUIVALENT_ABOVE] = "equivalent at +margin",
	[WRONG_EQUIVALENT_BELOW] = "equivalent at -margin",
	[WRONG_NONINFERIOR] = "noninferior",
	[WRONG_STRICT_WORSE] = "worse, strict",
	[WRONG_STRICT_BETTER] = "better, strict",
};

struct simulation {
	const struct design *design;
	struct gate gate;
	struct stage_memo memo;
	double d[NOISE_PAIRS_MAX]; /* of an A/A comparison */
	size_t hits[WRONG_MAX];
};

static struct looks_outcome judge_moved(struct simulation *s, double centre, double margin)
{
	double moved[NOISE_PAIRS_MAX];
	struct looks_series series = {
		.d = moved, .n = s->design->n_pairs, .closing = true, .only_p = true};
	struct looks_outcome outcome;

	for (size_t i = 0; i < series.n; i++)
		moved[i] = s->d[i] + centre;
	assert_int_equal(looks_judge(&series, &s->gate, margin, MARGIN, &s->memo, &outcome), 0);
	return outcome;
}

static void count_wrong(struct simulation *s)
{
	struct looks_outcome above = judge_moved(s, MARGIN, MARGIN);
	struct looks_outcome below = judge_moved(s, -MARGIN, MARGIN);
	struct looks_outcome strict = judge_moved(s, 0, 0);

	s->hits[WRONG_REGRESSED] += above.p_worse <= ALPHA;
	s->hits[WRONG_IMPROVED] += below.p_better <= ALPHA;
	s->hits[WRONG_EQUIVALENT_ABOVE] += above.p_equivalent <= ALPHA;
	s->hits[WRONG_EQUIVALENT_BELOW] += below.p_equivalent <= ALPHA;
	s->hits[WRONG_NONINFERIOR] += above.p_noninferior <= ALPHA;
	s->hits[WRONG_STRICT_WORSE] += strict.p_worse <= ALPHA;
	s->hits[WRONG_STRICT_BETTER] += strict.p_better <= ALPHA;
}

static void simulation_init(struct simulation *s, const struct design *design)
{
	*s = (struct simulation){.design = design, .memo = {.cap = ALPHA}};
	gate_init(&s->gate);
	gate_set_rounds(&s->gate, design->rounds);
	s->gate.alpha = ALPHA;
	s->gate.exact_spending = design->is_exact;
}

struct cell {
	const struct design *design;
	enum noise noise;
};

static bool keeps_level(const void *what, uint64_t seed)
{
	const struct cell *cell = what;
	const struct design *design = cell->design;
	enum noise noise = cell->noise;
	struct random random = random_make(seed, noise);
	size_t n = acceptance_trials(N_SHORT);
	struct simulation s;
	bool good = true;

	simulation_init(&s, design);
	for (size_t i = 0; i < n; i++) {
		noise_pairs(noise, &random, s.d, design->n_pairs);
		count_wrong(&s);
	}
	for (int wrong = 0; wrong < WRONG_MAX; wrong++) {
		char name[100];

		(void)snprintf(name, sizeof(name), "%s, %s: %s", design->name, noise_name(noise),
			wrong_names[wrong]);
		good &= acceptance_at_most(name, s.hits[wrong], n, ALPHA);
	}
	stage_memo_done(&s.memo);
	return good;
}

static void test_wrong_verdicts_are_as_rare_as_promised(void **state)
{
	bool good = true;

	for (size_t i = 0; i < ARRAY_SIZE(designs); i++)
		for (int noise = 0; noise < NOISE_MAX; noise++)
			good &= acceptance_holds(
				keeps_level, &(const struct cell){&designs[i], noise});
	assert_true(good);
}

/* As a gate works: judge at every look and stop at the first that says anything. */
static bool stops_with_regressed(struct simulation *s, double centre)
{
	double moved[NOISE_PAIRS_MAX];
	struct looks_outcome o;

	for (size_t i = 0; i < s->design->n_pairs; i++)
		moved[i] = s->d[i] + centre;
	for (size_t k = 0; k < s->gate.n_looks; k++) {
		struct looks_series series = {.d = moved, .n = s->gate.looks[k], .only_p = true};

		assert_int_equal(looks_judge(&series, &s->gate, MARGIN, MARGIN, &s->memo, &o), 0);
		if (o.p_worse <= ALPHA)
			return true;
		if (o.p_better <= ALPHA || o.p_equivalent <= ALPHA)
			return false;
	}
	return false;
}

static bool stopping_keeps_level(const void *what, uint64_t seed)
{
	const struct design *design = what;
	size_t n = acceptance_trials(N_SHORT);
	struct random random = random_make(seed, NOISE_MAX);
	struct simulation s;
	size_t hits = 0;
	char name[100];

	simulation_init(&s, design);
	for (size_t i = 0; i < n; i++) {
		noise_pairs(NOISE_NORMAL, &random, s.d, design->n_pairs);
		hits += stops_with_regressed(&s, MARGIN);
	}
	stage_memo_done(&s.memo);
	(void)snprintf(name, sizeof(name), "%s, stopped at an answer", design->name);
	return acceptance_at_most(name, hits, n, ALPHA);
}

static void test_stopping_at_the_first_answer_keeps_the_level(void **state)
{
	assert_true(acceptance_holds(stopping_keeps_level, &designs[0]));
	assert_true(acceptance_holds(stopping_keeps_level, &designs[1]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_verdicts_are_as_rare_as_promised),
		cmocka_unit_test(test_stopping_at_the_first_answer_keeps_the_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
