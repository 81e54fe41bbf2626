/* A whole suite of benchmarks: the chance of any false red. */
#include "common/base/macro.h"
#include "common/judge/looks.h"
#include "common/judge/stage-memo.h"
#include "common/stats/multiplicity.h"
#include "tests/stats/acceptance.h"
#include "tests/stats/noise.h"
#include "tests/unit/gate-fixture.h"

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

/* One A/A pair after the other in its slots; a coin says whose they are, and the margin is added.
 */
static void fill_benchmark(struct result *r, unsigned benchmark, struct random *random)
{
	double e[2 * GATE_ROUNDS_DEFAULT];

	noise_fill(benchmark % NOISE_MAX, random, e, ARRAY_SIZE(e));
	for (size_t round = 0; round < GATE_ROUNDS_DEFAULT; round++) {
		struct run *runs = &r->runs[2 * (round * N_BENCHMARKS + benchmark)];
		unsigned cand = (unsigned)random_below(random, 2);

		for (unsigned slot = 0; slot < 2; slot++) {
			double moved = e[2 * round + slot] + (slot == cand ? MARGIN : 0);

			runs[slot].benchmark = 2 * benchmark + (slot == cand);
			runs[slot].metrics[METRIC_WALL] = measure_set(exp(moved));
		}
	}
}

static struct result make_suite(void)
{
	struct result r = gate_fixture(N_BENCHMARKS);

	for (size_t i = 0; i < r.n_benchmarks; i++) {
		r.benchmarks[i].gate.alpha = ALPHA;
		r.benchmarks[i].gate.margin_ratio = expm1(MARGIN);
	}
	for (unsigned round = 1; round <= GATE_ROUNDS_DEFAULT; round++)
		for (unsigned i = 0; i < N_BENCHMARKS; i++)
			gate_fixture_pair(&r, i, round, 1, 1);
	return r;
}

static bool gate_says_red(const struct result *r)
{
	struct verdict_document document;
	bool is_red = false;

	assert_int_equal(gate_judge(r, &document), 0);
	assert_int_equal(document.n_rows, N_BENCHMARKS);
	for (size_t i = 0; i < document.n_rows; i++) {
		assert_int_not_equal(document.rows[i].verdict, VERDICT_INVALID);
		is_red |= document.rows[i].verdict == VERDICT_REGRESSED;
	}
	verdict_document_done(&document);
	return is_red;
}

static bool pipeline_keeps_level(const void *what, uint64_t seed)
{
	struct random random = random_make(seed, 0);
	size_t n = acceptance_trials(N_SHORT / 2);
	struct result r = make_suite();
	size_t hits = 0;

	for (size_t i = 0; i < n; i++) {
		for (unsigned b = 0; b < N_BENCHMARKS; b++)
			fill_benchmark(&r, b, &random);
		hits += gate_says_red(&r);
	}
	result_done(&r);
	return acceptance_at_most(what, hits, n, ALPHA);
}

static void test_verdicts_of_a_suite_keep_the_level(void **state)
{
	assert_true(acceptance_holds(pipeline_keeps_level, "from runs to verdicts"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_suite_is_falsely_red_as_rarely_as_promised),
		cmocka_unit_test(test_verdicts_of_a_suite_keep_the_level),
		cmocka_unit_test(test_without_correction_a_suite_is_not_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
