/* Rounds as differences of logarithms. */
#include <errno.h>

#include "common/judge/pairs.h"
#include "tests/unit/gate-fixture.h"

#define ROUNDS 10

static struct pairs make(const struct result *r, enum metric metric)
{
	CLEANUP_RUN_INDEX struct run_index index = {0};
	struct pairs p;

	assert_int_equal(run_index_make(r, &index), 0);
	assert_int_equal(pairs_make(r, &index, (struct arm_pair){0, 1}, metric, &p), 0);
	return p;
}

static double base_of(unsigned round)
{
	return 1 + 0.1 * round;
}

static double cand_of(unsigned round)
{
	return base_of(round) * (1 + 0.01 * round);
}

static struct result ten_rounds(void)
{
	struct result r = gate_fixture(1);

	for (unsigned round = 1; round <= ROUNDS; round++)
		gate_fixture_pair(&r, 0, round, base_of(round), cand_of(round));
	return r;
}

static struct run *run_of(struct result *r, unsigned benchmark, unsigned round)
{
	for (size_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].benchmark == benchmark && r->runs[i].block == round)
			return &r->runs[i];
	abort();
}

/* All rounds but those in @left_out, a bit each. */
static void expect_rounds(const struct pairs *p, unsigned left_out)
{
	size_t n = 0;

	for (unsigned round = 1; round <= ROUNDS; round++) {
		if (left_out & (1u << round))
			continue;
		assert_true(n < p->n);
		assert_near(p->d[n], log(1 + 0.01 * round), 1e-12);
		assert_int_equal(p->base_first[n], round % 2 == 0);
		n++;
	}
	assert_int_equal(p->n, n);
}

static void test_a_round_is_a_difference(void **state)
{
	CLEANUP(result_done) struct result r = ten_rounds();
	CLEANUP(pairs_done) struct pairs p = make(&r, METRIC_WALL);

	expect_rounds(&p, 0);
	assert_int_equal(p.n_made, ROUNDS);
	assert_int_equal(p.n_excluded + p.n_failed + p.base_excluded + p.cand_excluded, 0);
	assert_null(p.unusable);
	assert_near(p.base_median, (base_of(5) + base_of(6)) / 2, 1e-12);
	assert_near(p.cand_median, (cand_of(5) + cand_of(6)) / 2, 1e-12);
	assert_true(p.round_s > base_of(5) + cand_of(5) && p.round_s < base_of(6) + cand_of(6));
}

static void test_warm_ups_and_halves_of_rounds_are_left_out(void **state)
{
	CLEANUP(result_done) struct result r = ten_rounds();
	CLEANUP(pairs_done) struct pairs p = {0};

	gate_fixture_run(&r, 0, 0, 100)->warmup = true;
	gate_fixture_run(&r, 1, 0, 200)->warmup = true;
	gate_fixture_run(&r, 0, ROUNDS + 1, 100);
	gate_fixture_run(&r, 1, ROUNDS + 2, 100);
	p = make(&r, METRIC_WALL);
	expect_rounds(&p, 0);
	assert_int_equal(p.n_made, ROUNDS);
}

/* Taking only the disturbed run would pair what does not belong together, or tell the arms apart.
 */
static void test_the_whole_pair_goes_with_either_run(void **state)
{
	CLEANUP(result_done) struct result r = ten_rounds();
	CLEANUP(pairs_done) struct pairs p = {0};

	run_of(&r, 0, 3)->status = RUN_DISTURBED;
	run_of(&r, 1, 5)->status = RUN_DISTURBED;
	run_of(&r, 0, 7)->status = RUN_INVALID;
	run_of(&r, 0, 8)->status = run_of(&r, 1, 8)->status = RUN_DISTURBED;
	run_of(&r, 1, 9)->status = RUN_SUSPECT;
	p = make(&r, METRIC_WALL);
	expect_rounds(&p, 1u << 3 | 1u << 5 | 1u << 7 | 1u << 8);
	assert_int_equal(p.n_made, ROUNDS);
	assert_int_equal(p.n_excluded, 4);
	assert_int_equal(p.base_excluded, 3);
	assert_int_equal(p.cand_excluded, 2);
	assert_near(p.base_median, (base_of(4) + base_of(6)) / 2, 1e-12);
}

static void test_failed_runs_are_counted_and_never_used(void **state)
{
	CLEANUP(result_done) struct result r = ten_rounds();
	CLEANUP(pairs_done) struct pairs p = {0};

	run_of(&r, 1, 4)->status = RUN_FAILED;
	p = make(&r, METRIC_WALL);
	expect_rounds(&p, 1u << 4);
	assert_int_equal(p.n_failed, 1);
	assert_int_equal(p.n_excluded, 0);
}

static void test_rounds_come_in_order_wherever_they_stand(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture(1);
	CLEANUP(pairs_done) struct pairs p = {0};

	for (unsigned round = ROUNDS; round >= 1; round--)
		gate_fixture_pair(&r, 0, round, base_of(round), cand_of(round));
	p = make(&r, METRIC_WALL);
	expect_rounds(&p, 0);
}

static void test_a_value_without_logarithm_is_unusable(void **state)
{
	static const double values[] = {0, -1, NAN, INFINITY};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		CLEANUP(result_done) struct result r = ten_rounds();
		CLEANUP(pairs_done) struct pairs p = {0};

		run_of(&r, i % 2, 6)->metrics[METRIC_WALL].value = values[i];
		p = make(&r, METRIC_WALL);
		assert_non_null(p.unusable);
		assert_non_null(strstr(p.unusable, i < 2 ? "not above 0" : "not a finite number"));
		for (size_t k = 0; k < p.n; k++)
			assert_true(isfinite(p.d[k]));
	}
	{
		CLEANUP(result_done) struct result r = ten_rounds();
		CLEANUP(pairs_done) struct pairs p = make(&r, METRIC_MAX_RSS);

		assert_string_equal(p.unusable, "not in this test");
		assert_int_equal(p.n, 0);
		assert_true(isnan(p.base_median));
	}
}

static void test_rules_that_look_at_values_are_unusable(void **state)
{
	static const enum outlier_rule rules[] = {
		OUTLIER_TUKEY, OUTLIER_MAD, OUTLIER_NONE, OUTLIER_EVIDENCE};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		CLEANUP(result_done) struct result r = ten_rounds();
		CLEANUP(pairs_done) struct pairs p = {0};

		r.outliers.rule = rules[i];
		p = make(&r, METRIC_WALL);
		assert_int_equal(p.unusable != NULL, i < 2);
	}
}

static void test_an_arm_that_is_not_there_makes_no_pairs(void **state)
{
	CLEANUP(result_done) struct result r = ten_rounds();
	CLEANUP_RUN_INDEX struct run_index index = {0};
	CLEANUP(pairs_done) struct pairs p = {0};

	assert_int_equal(run_index_make(&r, &index), 0);
	assert_int_equal(pairs_make(&r, &index, (struct arm_pair){0, -1}, METRIC_WALL, &p), 0);
	assert_int_equal(p.n + p.n_made, 0);
	assert_true(isnan(p.round_s));
}

static void rename_benchmark(struct benchmark *b, const char *name, const char *arm)
{
	free(b->name);
	free(b->arm);
	b->name = strdup(name);
	b->arm = arm ? strdup(arm) : NULL;
}

static void test_arms_find_each_other(void **state)
{
	CLEANUP(result_done) struct result r = fixture_result(8);
	CLEANUP_FREE struct arm_pair *arms = NULL;
	size_t n;

	assert_int_equal(arm_pairs_find(&r, &arms, &n), -EINVAL);
	rename_benchmark(&r.benchmarks[0], "z", "old");
	rename_benchmark(&r.benchmarks[1], "lonely", "new");
	rename_benchmark(&r.benchmarks[2], "z", "new");
	rename_benchmark(&r.benchmarks[3], "a", "old");
	rename_benchmark(&r.benchmarks[4], "z", "third");
	rename_benchmark(&r.benchmarks[5], "a", "new");
	rename_benchmark(&r.benchmarks[6], "half", "old");
	rename_benchmark(&r.benchmarks[7], "plain", NULL);
	assert_int_equal(arm_pairs_find(&r, &arms, &n), 0);
	assert_int_equal(n, 4);
	assert_true(arms[0].base == 0 && arms[0].cand == 2);
	assert_true(arms[1].base == -1 && arms[1].cand == 1);
	assert_true(arms[2].base == 3 && arms[2].cand == 5);
	assert_true(arms[3].base == 6 && arms[3].cand == -1);
}

static void test_members_of_a_suite_are_kept_apart(void **state)
{
	CLEANUP(result_done) struct result r = gate_fixture(2);
	CLEANUP_FREE struct arm_pair *arms = NULL;
	size_t n;

	for (size_t b = 0; b < 4; b++) {
		rename_benchmark(&r.benchmarks[b], "same", b % 2 ? "cand" : "base");
		r.benchmarks[b].workload = strdup(b < 2 ? "one" : "two");
	}
	assert_int_equal(arm_pairs_find(&r, &arms, &n), 0);
	assert_int_equal(n, 2);
	assert_true(arms[0].base == 0 && arms[0].cand == 1);
	assert_true(arms[1].base == 2 && arms[1].cand == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_round_is_a_difference),
		cmocka_unit_test(test_warm_ups_and_halves_of_rounds_are_left_out),
		cmocka_unit_test(test_the_whole_pair_goes_with_either_run),
		cmocka_unit_test(test_failed_runs_are_counted_and_never_used),
		cmocka_unit_test(test_rounds_come_in_order_wherever_they_stand),
		cmocka_unit_test(test_a_value_without_logarithm_is_unusable),
		cmocka_unit_test(test_rules_that_look_at_values_are_unusable),
		cmocka_unit_test(test_an_arm_that_is_not_there_makes_no_pairs),
		cmocka_unit_test(test_arms_find_each_other),
		cmocka_unit_test(test_members_of_a_suite_are_kept_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
