/* A whole suite of benchmarks: the chance of any false red. */
#include <stdio.h>

#include "common/base/macro.h"
#include "common/judge/looks.h"
#include "common/judge/stage-memo.h"
#include "common/stats/multiplicity.h"
#include "tests/stats/acceptance.h"
#include "tests/stats/noise.h"
#include "tests/unit/cmocka-all.h"

#define ALPHA	     .05
#define MARGIN	     (4 * NOISE_TICK)
#define N_BENCHMARKS 50
#define N_SHORT	     300

typedef int (*adjust_fn)(const double *p, size_t n, double *ret);

static int adjust_nothing(const double *p, size_t n, double *ret)
{
	memmove(ret, p, n * sizeof(*ret));
	return 0;
}

struct suite {
	struct gate gate;
	struct stage_memo memo;
	struct random random;
	adjust_fn adjust;
};

/* As bad as the margin allows, each benchmark with a law of its own. */
static bool any_is_red(struct suite *s)
{
	double d[NOISE_PAIRS_MAX], p[N_BENCHMARKS];
	struct looks_series series = {.d = d, .n = GATE_ROUNDS_DEFAULT, .only_p = true};

	for (int i = 0; i < N_BENCHMARKS; i++) {
		struct looks_outcome o;

		noise_pairs(i % NOISE_MAX, &s->random, d, series.n);
		for (size_t k = 0; k < series.n; k++)
			d[k] += MARGIN;
		assert_int_equal(looks_judge(&series, &s->gate, MARGIN, MARGIN, &s->memo, &o), 0);
		p[i] = o.p_worse;
	}
	assert_int_equal(s->adjust(p, N_BENCHMARKS, p), 0);
	for (int i = 0; i < N_BENCHMARKS; i++)
		if (p[i] <= ALPHA)
			return true;
	return false;
}

struct cell {
	const char *name;
	adjust_fn adjust;
	bool is_exact; /* union bound */
};

static bool keeps_level(const void *what, uint64_t seed)
{
	const struct cell *cell = what;
	struct suite s = {.memo = {.cap = ALPHA},
		.random = random_make(seed, N_BENCHMARKS),
		.adjust = cell->adjust};
	size_t n = acceptance_trials(N_SHORT);
	size_t hits = 0;

	gate_init(&s.gate);
	s.gate.alpha = ALPHA;
	s.gate.exact_spending = cell->is_exact;
	for (size_t i = 0; i < n; i++)
		hits += any_is_red(&s);
	stage_memo_done(&s.memo);
	return acceptance_at_most(cell->name, hits, n, ALPHA);
}

static void test_a_suite_is_falsely_red_as_rarely_as_promised(void **state)
{
	static const struct cell cells[] = {
		{"Benjamini-Hochberg, Lan-DeMets", multiplicity_benjamini_hochberg, false},
		{"Benjamini-Hochberg, union bound", multiplicity_benjamini_hochberg, true},
		{"Holm, Lan-DeMets", multiplicity_holm, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cells); i++)
		assert_true(acceptance_holds(keeps_level, &cells[i]));
}

static void test_without_correction_a_suite_is_not_accepted(void **state)
{
	static const struct cell mutant = {"mutant: no correction", adjust_nothing, false};

	assert_false(acceptance_holds(keeps_level, &mutant));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_suite_is_falsely_red_as_rarely_as_promised),
		cmocka_unit_test(test_without_correction_a_suite_is_not_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
