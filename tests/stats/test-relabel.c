/* The whole pipeline on real noise: the arms of recorded rounds are named anew by fair coins. */
#include <stdbool.h>
#include <stdio.h>

#include "common/base/macro.h"
#include "common/judge/gate.h"
#include "common/stats/order.h"
#include "common/stats/rank.h"
#include "tests/stats/acceptance.h"
#include "tests/unit/gate-fixture.h"

#define N_SHORT	   3000
#define N_ROUNDS   60
#define CHANCE	   1e-4 /* of a false alarm of one Kolmogorov-Smirnov bound */
#define RECORDED   "/tests/stats/rounds.csv"
#define SLOW_RATIO 1.5 /* of an injected slowdown: about two standard deviations of the rounds */

struct rounds {
	double base_s[N_ROUNDS], cand_s[N_ROUNDS];
	bool base_first[N_ROUNDS];
};

static void read_rounds(struct rounds *rounds)
{
	const char *source = getenv("STEADY_SOURCE");
	char path[4096], line[256], first[8];
	unsigned n = 0, number;
	double base_ns, cand_ns;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s" RECORDED, source ? source : ".");
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (*line == '#')
			continue;
		assert_true(n < N_ROUNDS);
		assert_int_equal(
			sscanf(line, "%u,%7[a-z],%lf,%lf", &number, first, &base_ns, &cand_ns), 4);
		rounds->base_s[n] = base_ns / 1e9;
		rounds->cand_s[n] = cand_ns / 1e9;
		rounds->base_first[n] = streq(first, "base");
		n++;
	}
	(void)fclose(file);
	assert_int_equal(n, N_ROUNDS);
}

/* The recorded rounds as the result of a strict gate over all of them. */
static struct result make_result(const struct rounds *rounds)
{
	struct result r = gate_fixture(1);

	gate_set_rounds(&r.benchmarks[0].gate, N_ROUNDS);
	r.benchmarks[0].gate.policy = GATE_STRICT;
	r.benchmarks[1].gate = r.benchmarks[0].gate;
	for (unsigned i = 0; i < N_ROUNDS; i++) {
		bool base_first = rounds->base_first[i];
		double base = rounds->base_s[i], cand = rounds->cand_s[i];

		gate_fixture_run(&r, !base_first, i + 1, base_first ? base : cand);
		gate_fixture_run(&r, base_first, i + 1, base_first ? cand : base);
	}
	return r;
}

/* What the design does: a coin says which of two neighbouring runs is the candidate's. */
static void relabel(struct result *r, struct random *random)
{
	for (size_t i = 0; i < r->n_runs; i += 2) {
		unsigned first = (unsigned)random_below(random, 2);

		r->runs[i].benchmark = first;
		r->runs[i + 1].benchmark = 1 - first;
	}
}

static void slow_candidate_down(struct result *r, double ratio)
{
	for (size_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].benchmark == 1)
			r->runs[i].metrics[METRIC_WALL].value *= ratio;
}

struct answer {
	enum verdict verdict;
	double p; /* of "not regressed" */
};

static struct answer ask_gate(const struct result *r)
{
	struct verdict_document document;
	struct answer answer;

	assert_int_equal(gate_judge(r, &document), 0);
	assert_int_equal(document.n_rows, 1);
	answer = (struct answer){document.rows[0].verdict, document.rows[0].p};
	verdict_document_done(&document);
	return answer;
}

/* A mutant: the least p of all looks. */
static double p_of_best_look(const struct result *r)
{
	const struct gate *gate = &r->benchmarks[0].gate;
	double d[N_ROUNDS];
	double best = 1;

	for (size_t i = 0; i < N_ROUNDS; i++) {
		double change = log(r->runs[2 * i + 1].metrics[METRIC_WALL].value /
			r->runs[2 * i].metrics[METRIC_WALL].value);

		d[i] = r->runs[2 * i].benchmark == 0 ? change : -change;
	}
	for (size_t k = 0; k < gate->n_looks; k++) {
		double p;

		assert_int_equal(rank_signed_p(d, gate->looks[k], 0, RANK_GREATER, &p), 0);
		best = MIN_OF(best, p);
	}
	return best;
}

static double p_of_gate(const struct result *r)
{
	return ask_gate(r).p;
}

/* How far the share of p values up to x rises above x: one-sided, since a p value may be larger. */
static double excess_over_uniform(double *p, size_t n)
{
	double excess = 0;

	order_sort(p, n);
	for (size_t i = 0; i < n; i++)
		excess = MAX_OF(excess, (double)(i + 1) / (double)n - p[i]);
	return excess;
}

/* Kolmogorov-Smirnov, one-sided: exceeded with CHANCE at most (Massart, 1990). */
static bool is_uniform(const char *what, double (*p_of)(const struct result *r))
{
	size_t n = acceptance_trials(N_SHORT);
	double limit = sqrt(-log(CHANCE) / (2 * (double)n));
	struct random random = random_make(ACCEPTANCE_SEED, 0);
	CLEANUP_FREE double *p = reallocarray(NULL, n, sizeof(*p));
	struct rounds rounds;
	struct result r;
	double excess;

	assert_non_null(p);
	read_rounds(&rounds);
	r = make_result(&rounds);
	for (size_t i = 0; i < n; i++) {
		relabel(&r, &random);
		p[i] = p_of(&r);
	}
	result_done(&r);
	excess = excess_over_uniform(p, n);
	printf("# %s: %zu labellings, largest excess %.4f, limit %.4f, p 1 %% %.4f, 50 %% %.4f\n",
		what, n, excess, limit, p[n / 100], p[n / 2]);
	return excess <= limit;
}

static void test_p_values_of_relabelled_rounds_are_uniform(void **state)
{
	assert_true(is_uniform("gate", p_of_gate));
}

static void test_the_best_of_all_looks_is_not_accepted(void **state)
{
	assert_false(is_uniform("mutant: best look", p_of_best_look));
}

static void test_an_injected_slowdown_is_found(void **state)
{
	size_t n = acceptance_trials(N_SHORT / 10);
	struct random random = random_make(ACCEPTANCE_SEED, 1);
	struct rounds rounds;
	size_t hits = 0;

	read_rounds(&rounds);
	for (size_t i = 0; i < n; i++) {
		struct result r = make_result(&rounds);

		relabel(&r, &random);
		slow_candidate_down(&r, SLOW_RATIO);
		hits += ask_gate(&r).verdict == VERDICT_REGRESSED;
		result_done(&r);
	}
	assert_true(acceptance_at_least("injected slowdown", hits, n, .99));
}

/* The labels it was recorded with are one of the labellings. */
static void test_the_recorded_comparison_is_not_red(void **state)
{
	struct rounds rounds;
	struct result r;

	read_rounds(&rounds);
	r = make_result(&rounds);
	assert_int_not_equal(ask_gate(&r).verdict, VERDICT_REGRESSED);
	assert_int_not_equal(ask_gate(&r).verdict, VERDICT_IMPROVED);
	result_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_p_values_of_relabelled_rounds_are_uniform),
		cmocka_unit_test(test_the_best_of_all_looks_is_not_accepted),
		cmocka_unit_test(test_an_injected_slowdown_is_found),
		cmocka_unit_test(test_the_recorded_comparison_is_not_red),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
