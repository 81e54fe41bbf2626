/*
 * What rejection does to a result, by simulation: a program with a legitimate slow mode on a
 * machine with neighbours. A rule that looks at values takes the program's own behaviour for an
 * outlier.
 */
#include "common/base/random.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"
#include "common/stats/order.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/judge-fixture.h"

#define SLOW_SHARE	0.2
#define SLOW_EXTRA	0.15
#define DISTURBED_SHARE 0.15
#define NOISE		0.02
#define N_RUNS		20000
#define N_TRIALS	3000
#define N_WANTED	20
#define LEVEL		0.95

/* Median of 1 + NOISE * Exp(1), a fifth of it SLOW_EXTRA later: quantile 5/8 of the fast mode. */
static const double true_median = 1 + NOISE * 0.98082925301172619;
static const double true_mean = 1 + NOISE + SLOW_SHARE * SLOW_EXTRA;

/* Decides the status of a run, seeing those before it. */
typedef void (*judge_fn)(struct result *r, struct run *run);

static double draw_exponential(struct random *random)
{
	return -log(1 - random_unit(random));
}

/* One run; neighbours that are there take their time whatever mode the program is in. */
static struct run *draw_run(struct result *r, struct random *random, bool *ret_slow)
{
	double wall = 1 + NOISE * draw_exponential(random);
	double foreign = 0.004 * random_unit(random);

	*ret_slow = random_unit(random) < SLOW_SHARE;
	wall += *ret_slow ? SLOW_EXTRA : 0;
	if (random_unit(random) < DISTURBED_SHARE) {
		foreign = 0.07 + 0.43 * random_unit(random);
		wall += foreign;
	}
	return fixture_run(r, 0, wall, foreign);
}

/* Broken on purpose: believes evidence sooner when the value is large. */
static void peek_at_the_value(struct result *r, struct run *run)
{
	const struct outliers strict = {OUTLIER_EVIDENCE, 0.001, 0.5};
	bool is_large = run->metrics[METRIC_WALL].value > 1.1;

	evidence_judge(run, is_large ? &strict : &r->outliers);
}

static void judge_evidence(struct result *r, struct run *run)
{
	evidence_judge(run, &r->outliers);
}

/* What is left of many runs under a rule. */
struct remains {
	double slow_share;
	double bias; /* of the mean, relative */
};

static struct remains reject(enum outlier_rule rule, judge_fn judge)
{
	CLEANUP(result_done) struct result r = fixture_result(1);
	CLEANUP_FREE bool *slow = calloc(N_RUNS, sizeof(*slow));
	struct random random = random_make(20261122, rule);
	size_t n = 0, n_slow = 0;
	double sum = 0;

	assert_non_null(slow);
	r.outliers.rule = rule;
	for (size_t i = 0; i < N_RUNS; i++)
		judge(&r, draw_run(&r, &random, &slow[i]));
	assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, &r.outliers), 0);
	for (size_t i = 0; i < N_RUNS; i++) {
		if (!run_counts(&r.runs[i]))
			continue;
		n++;
		n_slow += slow[i];
		sum += r.runs[i].metrics[METRIC_WALL].value;
	}
	return (struct remains){(double)n_slow / (double)n, sum / (double)n / true_mean - 1};
}

static void test_evidence_keeps_a_legitimate_slow_mode(void **state)
{
	struct remains left = reject(OUTLIER_EVIDENCE, judge_evidence);

	assert_near(left.slow_share, SLOW_SHARE, 0.02);
	assert_near(left.bias, 0, 0.003);
}

static void test_value_rule_deletes_the_slow_mode(void **state)
{
	struct remains left = reject(OUTLIER_MAD, judge_evidence);

	assert_true(left.slow_share < 0.01);
	assert_true(left.bias < -0.02);
}

static void test_no_rule_takes_the_neighbours_for_the_program(void **state)
{
	struct remains left = reject(OUTLIER_NONE, judge_evidence);

	assert_near(left.slow_share, SLOW_SHARE, 0.02);
	assert_true(left.bias > 0.03);
}

/* Runs until enough count, as a session does; then the share of intervals with the true median. */
static double coverage(judge_fn judge)
{
	struct random random = random_make(20261123, 0);
	size_t n_hits = 0;

	for (size_t trial = 0; trial < N_TRIALS; trial++) {
		CLEANUP(result_done) struct result r = fixture_result(1);
		struct summary s;
		bool slow;

		for (size_t n = 0; n < N_WANTED;) {
			struct run *run = draw_run(&r, &random, &slow);

			judge(&r, run);
			n += run_counts(run);
		}
		assert_int_equal(evidence_judge_values(r.runs, r.n_runs, 0, &r.outliers), 0);
		summary_metric(&r, 0, METRIC_WALL, &s);
		assert_int_equal(s.n, N_WANTED);
		n_hits += s.low <= true_median && true_median <= s.high;
	}
	return (double)n_hits / N_TRIALS;
}

static const double least_coverage = LEVEL - 3 * 0.003979; /* sqrt(.95 * .05 / 3000) */

static void test_interval_after_rejection_covers_the_undisturbed_median(void **state)
{
	assert_true(coverage(judge_evidence) >= least_coverage);
}

static void test_the_simulation_catches_a_rule_that_peeks(void **state)
{
	struct remains left = reject(OUTLIER_EVIDENCE, peek_at_the_value);

	assert_true(fabs(left.slow_share - SLOW_SHARE) > 0.02);
	assert_true(coverage(peek_at_the_value) < least_coverage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_evidence_keeps_a_legitimate_slow_mode),
		cmocka_unit_test(test_value_rule_deletes_the_slow_mode),
		cmocka_unit_test(test_no_rule_takes_the_neighbours_for_the_program),
		cmocka_unit_test(test_interval_after_rejection_covers_the_undisturbed_median),
		cmocka_unit_test(test_the_simulation_catches_a_rule_that_peeks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
