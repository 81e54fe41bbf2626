/* Rounds of pairs: the arms of a benchmark side by side, which goes first a fair coin. */
#include <errno.h>

#include "common/model/plan.h"
#include "tests/unit/cmocka-all.h"

#define N_BENCHMARKS 8 /* four of two arms */
#define ROUNDS	     400
/* Of 400 fair coins: outside by chance once in a million. */
#define HEADS_MIN 151
#define HEADS_MAX 249

struct subject {
	struct workload w;
	struct plan p;
};

static void subject_init(struct subject *s, unsigned n_values, unsigned n_arms)
{
	*s = (struct subject){0};
	workload_init(&s->w);
	s->w.name = strdup("load");
	s->w.order = ORDER_PAIRS;
	s->w.repetition.warmup = 1;
	s->w.matrix = calloc(1, sizeof(*s->w.matrix));
	s->w.arms = calloc(n_arms, sizeof(*s->w.arms));
	assert_true(s->w.matrix && s->w.arms);
	s->w.n_matrix = 1;
	s->w.n_arms = n_arms;
	s->w.matrix[0].name = strdup("k");
	for (unsigned i = 0; i < n_values; i++)
		assert_int_equal(strv_pushf(&s->w.matrix[0].values, "%u", i), 0);
	for (unsigned i = 0; i < n_arms; i++)
		assert_true(asprintf(&s->w.arms[i].name, "arm%u", i) > 0);
}

static void subject_plan(struct subject *s, uint64_t seed)
{
	plan_done(&s->p);
	assert_int_equal(plan_make(&s->w, seed, &s->p, NULL), 0);
}

static void subject_done(struct subject *s)
{
	plan_done(&s->p);
	workload_done(&s->w);
}

static void test_arms_of_a_benchmark_are_neighbours(void **state)
{
	struct subject s;

	subject_init(&s, 4, 2);
	s.w.repetition.runs = 50;
	subject_plan(&s, 9);
	assert_int_equal(s.p.n_trials, N_BENCHMARKS * 51);
	for (size_t i = N_BENCHMARKS; i < s.p.n_trials; i += 2) {
		const struct trial *a = &s.p.trials[i], *b = a + 1;

		assert_int_equal(a->benchmark / 2, b->benchmark / 2);
		assert_int_not_equal(a->benchmark, b->benchmark);
		assert_int_equal(a->block, (i - N_BENCHMARKS) / N_BENCHMARKS + 1);
		assert_int_equal(b->block, a->block);
	}
	subject_done(&s);
}

/* 1 where the second arm of a benchmark goes first, by round. */
static void coins_of(const struct plan *p, unsigned benchmark, unsigned coins[static ROUNDS])
{
	for (size_t i = N_BENCHMARKS; i < p->n_trials; i += 2)
		if (p->trials[i].benchmark / 2 == benchmark)
			coins[p->trials[i].block - 1] = p->trials[i].benchmark % 2;
}

static unsigned count_heads(const unsigned *a, const unsigned *b, unsigned lag)
{
	unsigned n = 0;

	for (unsigned i = lag; i < ROUNDS; i++)
		n += b ? a[i] ^ b[i - lag] : a[i];
	return n;
}

static void test_who_goes_first_is_a_fair_and_independent_coin(void **state)
{
	static unsigned coins[4][ROUNDS];
	struct subject s;

	subject_init(&s, 4, 2);
	s.w.repetition.runs = ROUNDS;
	subject_plan(&s, 20261122);
	for (unsigned i = 0; i < 4; i++)
		coins_of(&s.p, i, coins[i]);
	for (unsigned i = 0; i < 4; i++) {
		assert_in_range(count_heads(coins[i], NULL, 0), HEADS_MIN, HEADS_MAX);
		/* Not the opposite of the round before, as ABBA would be. */
		assert_in_range(count_heads(coins[i], coins[i], 1), HEADS_MIN, HEADS_MAX);
		for (unsigned k = 0; k < i; k++)
			assert_in_range(count_heads(coins[i], coins[k], 0), HEADS_MIN, HEADS_MAX);
	}
	subject_done(&s);
}

static void test_benchmarks_come_in_another_order_each_round(void **state)
{
	unsigned first[4] = {0};
	struct subject s;

	subject_init(&s, 4, 2);
	s.w.repetition.runs = ROUNDS;
	subject_plan(&s, 3);
	for (size_t i = N_BENCHMARKS; i < s.p.n_trials; i += N_BENCHMARKS)
		first[s.p.trials[i].benchmark / 2]++;
	/* 400 draws of a chance of 1/4: outside by chance less than once in a million. */
	for (unsigned i = 0; i < 4; i++)
		assert_in_range(first[i], 57, 143);
	subject_done(&s);
}

static void test_a_gate_begins_with_its_first_look_and_goes_on_with_who_is_undecided(void **state)
{
	bool wanted[N_BENCHMARKS] = {[2] = true, [3] = true, [6] = true, [7] = true};
	struct subject s;
	size_t n;

	subject_init(&s, 4, 2);
	s.w.is_gate = true;
	s.w.repetition.warmup = 0;
	subject_plan(&s, 5);
	n = s.p.n_trials;
	assert_int_equal(n, (size_t)s.w.gate.looks[0] * N_BENCHMARKS);
	assert_int_equal(plan_extend(&s.p, &s.w, wanted), 0);
	assert_int_equal(s.p.n_trials, n + 4);
	assert_int_equal(s.p.blocks, s.w.gate.looks[0] + 1);
	for (size_t i = n; i < s.p.n_trials; i++) {
		assert_true(wanted[s.p.trials[i].benchmark]);
		assert_int_equal(s.p.trials[i].block, s.w.gate.looks[0] + 1);
	}
	assert_int_equal(s.p.trials[n].benchmark / 2, s.p.trials[n + 1].benchmark / 2);
	subject_done(&s);
}

static void test_three_arms_come_in_every_order(void **state)
{
	unsigned first[3] = {0};
	struct subject s;

	subject_init(&s, 1, 3);
	s.w.repetition.warmup = 0;
	s.w.repetition.runs = 300;
	subject_plan(&s, 11);
	for (size_t i = 0; i < s.p.n_trials; i += 3) {
		first[s.p.trials[i].benchmark]++;
		assert_int_equal(s.p.trials[i].benchmark + s.p.trials[i + 1].benchmark +
				s.p.trials[i + 2].benchmark,
			3);
	}
	for (unsigned i = 0; i < 3; i++)
		assert_in_range(first[i], 60, 140);
	subject_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arms_of_a_benchmark_are_neighbours),
		cmocka_unit_test(test_who_goes_first_is_a_fair_and_independent_coin),
		cmocka_unit_test(test_benchmarks_come_in_another_order_each_round),
		cmocka_unit_test(
			test_a_gate_begins_with_its_first_look_and_goes_on_with_who_is_undecided),
		cmocka_unit_test(test_three_arms_come_in_every_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
