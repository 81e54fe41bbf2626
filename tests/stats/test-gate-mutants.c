/* Known mistakes must fail the acceptance that the gate passes: proof that it can say no. */
#include <stdio.h>

#include "common/base/macro.h"
#include "common/judge/looks.h"
#include "common/judge/stage-memo.h"
#include "common/stats/order.h"
#include "common/stats/rank.h"
#include "tests/stats/acceptance.h"
#include "tests/stats/noise.h"
#include "tests/unit/cmocka-all.h"

#define ALPHA	    .025
#define MARGIN	    (4 * NOISE_TICK)
#define N_SHORT	    2000
#define N_PAIRS	    48
#define N_INNER	    10 /* iterations within one run */
#define INNER_SHARE .5 /* of a run's noise, that of an iteration */
#define TUKEY	    1.5

struct mutant {
	struct random random;
	struct gate gate;
	struct stage_memo memo;
	enum noise noise;
};

/* Does it find a regression in an A/A comparison with no margin. */
typedef bool (*red_fn)(struct mutant *m);

static bool judge_says_worse(struct mutant *m, const double *d, size_t n)
{
	struct looks_series series = {.d = d, .n = n, .closing = true, .only_p = true};
	struct looks_outcome o;

	assert_int_equal(looks_judge(&series, &m->gate, 0, MARGIN, &m->memo, &o), 0);
	return o.p_worse <= ALPHA;
}

/* What the gate does. */
static bool red_by_the_gate(struct mutant *m)
{
	double d[N_PAIRS];

	noise_pairs(m->noise, &m->random, d, N_PAIRS);
	return judge_says_worse(m, d, N_PAIRS);
}

/* The whole error rate at every look. */
static bool red_by_repeated_looks(struct mutant *m)
{
	double d[N_PAIRS];

	noise_pairs(m->noise, &m->random, d, N_PAIRS);
	for (size_t k = 0; k < m->gate.n_looks; k++) {
		double p;

		assert_int_equal(rank_signed_p(d, m->gate.looks[k], 0, RANK_GREATER, &p), 0);
		if (p <= ALPHA)
			return true;
	}
	return false;
}

/* Iterations of a run share its luck, but are taken for runs of their own. */
static bool red_by_pooled_iterations(struct mutant *m)
{
	double runs[2 * N_PAIRS], x[N_PAIRS * N_INNER], y[N_PAIRS * N_INNER];
	double own[2 * N_INNER];
	double p;

	noise_fill(m->noise, &m->random, runs, ARRAY_SIZE(runs));
	for (size_t i = 0; i < N_PAIRS; i++) {
		size_t base = random_below(&m->random, 2);

		noise_fill(NOISE_NORMAL, &m->random, own, ARRAY_SIZE(own));
		for (size_t k = 0; k < N_INNER; k++) {
			x[i * N_INNER + k] = runs[2 * i + base] + INNER_SHARE * own[k];
			y[i * N_INNER + k] = runs[2 * i + 1 - base] +
				INNER_SHARE * own[N_INNER + k];
		}
	}
	assert_int_equal(rank_sum_p(y, ARRAY_SIZE(y), x, ARRAY_SIZE(x), RANK_GREATER, &p), 0);
	return p <= ALPHA;
}

/* Base first and candidate second in every pair, on a machine that slows down. */
static bool red_by_fixed_order(struct mutant *m)
{
	double e[2 * N_PAIRS], d[N_PAIRS];

	noise_fill(m->noise, &m->random, e, ARRAY_SIZE(e));
	for (size_t i = 0; i < N_PAIRS; i++)
		d[i] = e[2 * i + 1] - e[2 * i];
	return judge_says_worse(m, d, N_PAIRS);
}

/* Values above it are an arm's outliers. */
static double upper_fence(const double *x, size_t n)
{
	double sorted[N_PAIRS];
	double low, high;

	memcpy(sorted, x, n * sizeof(*x));
	order_sort(sorted, n);
	low = order_quantile(sorted, n, .25);
	high = order_quantile(sorted, n, .75);
	return high + TUKEY * (high - low);
}

/* Each arm loses what is an outlier among its own: where the fence lies is that arm's luck. */
static bool red_by_trimmed_arms(struct mutant *m)
{
	double e[2 * N_PAIRS], base[N_PAIRS], cand[N_PAIRS], d[N_PAIRS];
	double fence_base, fence_cand;
	size_t n = 0;

	noise_fill(m->noise, &m->random, e, ARRAY_SIZE(e));
	for (size_t i = 0; i < N_PAIRS; i++) {
		size_t first = random_below(&m->random, 2);

		base[i] = e[2 * i + first];
		cand[i] = e[2 * i + 1 - first];
	}
	fence_base = upper_fence(base, N_PAIRS);
	fence_cand = upper_fence(cand, N_PAIRS);
	for (size_t i = 0; i < N_PAIRS; i++)
		if (base[i] <= fence_base && cand[i] <= fence_cand)
			d[n++] = cand[i] - base[i];
	return judge_says_worse(m, d, n);
}

struct cell {
	const char *name;
	red_fn is_red;
	enum noise noise;
};

static bool keeps_level(const void *what, uint64_t seed)
{
	const struct cell *cell = what;
	struct mutant m = {.random = random_make(seed, cell->noise),
		.memo = {.cap = ALPHA},
		.noise = cell->noise};
	size_t n = acceptance_trials(N_SHORT);
	size_t hits = 0;
	char name[100];

	gate_init(&m.gate);
	m.gate.alpha = ALPHA;
	for (size_t i = 0; i < n; i++)
		hits += cell->is_red(&m);
	stage_memo_done(&m.memo);
	(void)snprintf(name, sizeof(name), "%s, %s", cell->name, noise_name(cell->noise));
	return acceptance_at_most(name, hits, n, ALPHA);
}

static bool is_accepted(const char *name, red_fn is_red, enum noise noise)
{
	return acceptance_holds(keeps_level, &(const struct cell){name, is_red, noise});
}

static void test_repeated_looks_are_not_accepted(void **state)
{
	assert_true(is_accepted("gate", red_by_the_gate, NOISE_NORMAL));
	assert_false(is_accepted("mutant: repeated looks", red_by_repeated_looks, NOISE_NORMAL));
}

static void test_pooled_iterations_are_not_accepted(void **state)
{
	assert_false(
		is_accepted("mutant: pooled iterations", red_by_pooled_iterations, NOISE_NORMAL));
}

static void test_a_fixed_order_is_not_accepted(void **state)
{
	assert_true(is_accepted("gate", red_by_the_gate, NOISE_RAMP));
	assert_false(is_accepted("mutant: fixed order", red_by_fixed_order, NOISE_RAMP));
}

static void test_trimming_each_arm_is_not_accepted(void **state)
{
	assert_true(is_accepted("gate", red_by_the_gate, NOISE_BIMODAL));
	assert_false(is_accepted("mutant: each arm trimmed", red_by_trimmed_arms, NOISE_BIMODAL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repeated_looks_are_not_accepted),
		cmocka_unit_test(test_pooled_iterations_are_not_accepted),
		cmocka_unit_test(test_a_fixed_order_is_not_accepted),
		cmocka_unit_test(test_trimming_each_arm_is_not_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
