/* The order of runs: balanced, fair, and the same again from the same seed. */
#include <errno.h>

#include "common/base/random.h"
#include "common/model/plan.h"
#include "tests/unit/cmocka-all.h"

#define FAIRNESS_SEEDS 2000
/* Upper 0.1 % points of chi-square with 5 and 2 degrees of freedom. */
#define CHI_SQUARE_5 20.52
#define CHI_SQUARE_2 13.82

struct subject {
	struct workload w;
	struct plan p;
};

static void add_parameter(struct workload *w, const char *name, unsigned n_values)
{
	w->matrix = reallocarray(w->matrix, w->n_matrix + 1, sizeof(*w->matrix));
	assert_non_null(w->matrix);
	w->matrix[w->n_matrix] = (struct parameter){.name = strdup(name)};
	for (unsigned i = 0; i < n_values; i++)
		assert_int_equal(strv_pushf(&w->matrix[w->n_matrix].values, "%u", i), 0);
	w->n_matrix++;
}

static void add_arm(struct workload *w, const char *name)
{
	w->arms = reallocarray(w->arms, w->n_arms + 1, sizeof(*w->arms));
	assert_non_null(w->arms);
	w->arms[w->n_arms++] = (struct arm){.name = strdup(name)};
}

static void subject_init(struct subject *s, enum order order, unsigned n_values, unsigned runs)
{
	*s = (struct subject){0};
	workload_init(&s->w);
	s->w.name = strdup("load");
	s->w.order = order;
	s->w.repetition.runs = runs;
	if (n_values > 0)
		add_parameter(&s->w, "k", n_values);
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

/* The first trial of a round; rounds are from 1. */
static const struct trial *round_start(const struct plan *p, unsigned round)
{
	for (size_t i = 0; i < p->n_trials; i++)
		if (p->trials[i].block == round)
			return &p->trials[i];
	fail_msg("no round %u", round);
	return p->trials;
}

static bool same_order(const struct plan *a, const struct plan *b)
{
	if (a->n_trials != b->n_trials)
		return false;
	for (size_t i = 0; i < a->n_trials; i++)
		if (a->trials[i].benchmark != b->trials[i].benchmark ||
			a->trials[i].block != b->trials[i].block)
			return false;
	return true;
}

static void test_benchmarks_are_every_combination_for_every_arm(void **state)
{
	struct subject s;

	subject_init(&s, ORDER_BLOCKS, 2, 1);
	add_parameter(&s.w, "mode", 3);
	add_arm(&s.w, "base");
	add_arm(&s.w, "cand");
	subject_plan(&s, 1);
	assert_int_equal(s.p.n_benchmarks, 12);
	assert_string_equal(s.p.benchmarks[0].name, "load[k=0,mode=0]");
	assert_string_equal(s.p.benchmarks[1].name, "load[k=0,mode=0]");
	assert_int_equal(s.p.benchmarks[0].arm, 0);
	assert_int_equal(s.p.benchmarks[1].arm, 1);
	assert_string_equal(s.p.benchmarks[2].name, "load[k=0,mode=1]");
	assert_string_equal(s.p.benchmarks[11].name, "load[k=1,mode=2]");
	assert_string_equal(s.p.benchmarks[11].params.items[1], "mode=2");
	subject_done(&s);
}

static void test_workload_without_matrix_is_one_benchmark_of_its_name(void **state)
{
	struct subject s;

	subject_init(&s, ORDER_BLOCKS, 0, 3);
	subject_plan(&s, 1);
	assert_int_equal(s.p.n_benchmarks, 1);
	assert_string_equal(s.p.benchmarks[0].name, "load");
	assert_int_equal(s.p.n_trials, 4);
	assert_int_equal(s.p.blocks, 3);
	subject_done(&s);
}

static void test_same_seed_gives_the_same_order(void **state)
{
	for (enum order order = 0; order < ORDER_MAX; order++) {
		struct subject a, b;
		const bool wanted[] = {true, false, true, true, true};

		subject_init(&a, order, 5, 10);
		subject_init(&b, order, 5, 10);
		subject_plan(&a, 42);
		subject_plan(&b, 42);
		assert_int_equal(plan_extend(&a.p, &a.w, wanted), 0);
		assert_int_equal(plan_extend(&b.p, &b.w, wanted), 0);
		assert_true(same_order(&a.p, &b.p));
		subject_plan(&a, 42);
		subject_plan(&b, 43);
		assert_int_equal(same_order(&a.p, &b.p), order == ORDER_BATCH);
		subject_done(&a);
		subject_done(&b);
	}
}

/* An order that was published must come out again: these numbers are the format of a seed. */
static void test_order_of_a_seed_never_changes(void **state)
{
	static const unsigned expected[] = {2, 1, 0, 0, 2, 1, 1, 0, 2, 2, 1, 0};
	struct subject s;

	subject_init(&s, ORDER_BLOCKS, 3, 4);
	s.w.repetition.warmup = 0;
	subject_plan(&s, 7);
	assert_int_equal(s.p.n_trials, ARRAY_SIZE(expected));
	for (size_t i = 0; i < s.p.n_trials; i++)
		assert_int_equal(s.p.trials[i].benchmark, expected[i]);
	subject_done(&s);
}

static void test_every_benchmark_has_its_runs_in_every_order(void **state)
{
	for (enum order order = 0; order < ORDER_MAX; order++) {
		unsigned warm[7] = {0}, measured[7] = {0};
		struct subject s;

		subject_init(&s, order, 7, 13);
		s.w.repetition.warmup = 2;
		subject_plan(&s, 5);
		assert_int_equal(s.p.n_trials, 7 * 15);
		for (size_t i = 0; i < s.p.n_trials; i++) {
			const struct trial *trial = &s.p.trials[i];

			assert_int_equal(trial->warmup, i < 14);
			assert_int_equal(trial->block == 0, trial->warmup);
			if (trial->warmup)
				warm[trial->benchmark]++;
			else if (order != ORDER_RANDOM)
				measured[trial->benchmark]++;
			else /* blocks number the runs of each benchmark without a gap */
				assert_int_equal(++measured[trial->benchmark], trial->block);
		}
		for (unsigned k = 0; k < 7; k++) {
			assert_int_equal(warm[k], 2);
			assert_int_equal(measured[k], 13);
		}
		subject_done(&s);
	}
}

static void test_rows_of_one_square_put_each_benchmark_at_each_position_once(void **state)
{
	for (unsigned n = 2; n <= 9; n++) {
		unsigned at[9][9] = {{0}};
		struct subject s;

		subject_init(&s, ORDER_BLOCKS, n, 3 * n);
		subject_plan(&s, n);
		for (unsigned round = 1; round <= 3 * n; round++)
			for (unsigned i = 0; i < n; i++)
				at[i][round_start(&s.p, round)[i].benchmark]++;
		for (unsigned i = 0; i < n; i++)
			for (unsigned k = 0; k < n; k++)
				assert_int_equal(at[i][k], 3);
		subject_done(&s);
	}
}

static void test_two_benchmarks_come_as_abba_or_baab(void **state)
{
	unsigned n_abba = 0;

	for (uint64_t seed = 1; seed <= 200; seed++) {
		const struct trial *trials;
		struct subject s;

		subject_init(&s, ORDER_BLOCKS, 2, 2);
		subject_plan(&s, seed);
		trials = round_start(&s.p, 1);
		assert_int_equal(trials[0].benchmark, trials[3].benchmark);
		assert_int_equal(trials[1].benchmark, trials[2].benchmark);
		assert_int_not_equal(trials[0].benchmark, trials[1].benchmark);
		n_abba += trials[0].benchmark == 0;
		subject_done(&s);
	}
	/* 200 fair coins: outside 70..130 by chance once in 50,000. */
	assert_in_range(n_abba, 70, 130);
}

static void test_batch_finishes_one_benchmark_before_the_next(void **state)
{
	struct subject s;

	subject_init(&s, ORDER_BATCH, 3, 4);
	s.w.repetition.warmup = 0;
	subject_plan(&s, 5);
	for (size_t i = 0; i < 12; i++) {
		assert_int_equal(s.p.trials[i].benchmark, i / 4);
		assert_int_equal(s.p.trials[i].block, i % 4 + 1);
	}
	subject_done(&s);
}

static double chi_square(const unsigned *counts, size_t n, double expected)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (counts[i] - expected) * (counts[i] - expected) / expected;
	return sum;
}

/* Which of the six orders of three things this is. */
static unsigned order_index(unsigned a, unsigned b)
{
	return a * 2 + (b > a ? b - 1 : b);
}

/* Distance from all six orders of three runs being as likely, over many seeds. */
static double unfairness_of_first_three(enum order order, unsigned n_values, unsigned runs)
{
	unsigned counts[6] = {0};

	for (uint64_t seed = 1; seed <= FAIRNESS_SEEDS; seed++) {
		const struct trial *trials;
		struct subject s;

		subject_init(&s, order, n_values, runs);
		s.w.repetition.warmup = 0;
		subject_plan(&s, seed);
		trials = s.p.trials;
		counts[order_index(trials[0].benchmark, trials[1].benchmark)]++;
		subject_done(&s);
	}
	return chi_square(counts, 6, FAIRNESS_SEEDS / 6.0);
}

static void test_first_positions_are_fair_over_seeds(void **state)
{
	assert_true(unfairness_of_first_three(ORDER_BLOCKS, 3, 3) < CHI_SQUARE_5);
	assert_true(unfairness_of_first_three(ORDER_RANDOM, 3, 1) < CHI_SQUARE_5);
}

static void test_first_run_of_a_whole_random_order_is_fair(void **state)
{
	unsigned counts[3] = {0};

	for (uint64_t seed = 1; seed <= FAIRNESS_SEEDS; seed++) {
		struct subject s;

		subject_init(&s, ORDER_RANDOM, 3, 8);
		s.w.repetition.warmup = 0;
		subject_plan(&s, seed);
		counts[s.p.trials[0].benchmark]++;
		subject_done(&s);
	}
	assert_true(chi_square(counts, 3, FAIRNESS_SEEDS / 3.0) < CHI_SQUARE_2);
}

typedef void (*shuffle_fn)(struct random *random, unsigned *items, size_t n);

/* Swapping with any place instead of any place not yet decided. */
static void shuffle_naive(struct random *random, unsigned *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = (size_t)random_below(random, n);
		unsigned kept = items[i];

		items[i] = items[j];
		items[j] = kept;
	}
}

/* Off by one: nothing may stay where it is. */
static void shuffle_cycles_only(struct random *random, unsigned *items, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)random_below(random, i - 1);
		unsigned kept = items[i - 1];

		items[i - 1] = items[j];
		items[j] = kept;
	}
}

static double unfairness_of_shuffle(shuffle_fn shuffle)
{
	unsigned counts[6] = {0};

	for (uint64_t seed = 1; seed <= FAIRNESS_SEEDS; seed++) {
		struct random random = random_make(seed, 0);
		unsigned items[] = {0, 1, 2};

		shuffle(&random, items, 3);
		counts[order_index(items[0], items[1])]++;
	}
	return chi_square(counts, 6, FAIRNESS_SEEDS / 6.0);
}

static void test_fairness_check_catches_broken_shuffles(void **state)
{
	assert_true(unfairness_of_shuffle(random_shuffle) < CHI_SQUARE_5);
	assert_true(unfairness_of_shuffle(shuffle_naive) > CHI_SQUARE_5);
	assert_true(unfairness_of_shuffle(shuffle_cycles_only) > CHI_SQUARE_5);
}

static void test_extension_takes_only_the_wanted_and_keeps_what_was(void **state)
{
	for (enum order order = 0; order < ORDER_MAX; order++) {
		const bool wanted[] = {true, false, true, false};
		const bool nobody[] = {false, false, false, false};
		struct subject s;
		size_t n_before;

		subject_init(&s, order, 4, 6);
		subject_plan(&s, 9);
		n_before = s.p.n_trials;
		assert_int_equal(plan_extend(&s.p, &s.w, wanted), 0);
		assert_int_equal(s.p.blocks, 7);
		assert_int_equal(s.p.n_trials, n_before + 2);
		assert_int_equal(s.p.trials[n_before].block, 7);
		assert_int_equal(
			s.p.trials[n_before].benchmark + s.p.trials[n_before + 1].benchmark, 2);
		assert_int_equal(plan_extend(&s.p, &s.w, nobody), 0);
		assert_int_equal(s.p.n_trials, n_before + 2);
		subject_done(&s);
	}
}

static void test_two_left_of_three_stay_balanced(void **state)
{
	const bool wanted[] = {true, true, false};
	unsigned n_first = 0;
	struct subject s;

	subject_init(&s, ORDER_BLOCKS, 3, 4);
	subject_plan(&s, 11);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(plan_extend(&s.p, &s.w, wanted), 0);
	for (unsigned round = 5; round <= 24; round++)
		n_first += round_start(&s.p, round)->benchmark == 0;
	assert_int_equal(n_first, 10);
	subject_done(&s);
}

static void test_adaptive_repetition_starts_with_its_first_look(void **state)
{
	struct subject s;

	subject_init(&s, ORDER_BLOCKS, 2, 0);
	s.w.repetition = (struct repetition){.warmup = 1, .rel_ci = 0.01, .min = 6, .max = 60};
	subject_plan(&s, 1);
	assert_int_equal(s.p.blocks, 12);
	assert_int_equal(s.p.n_trials, 2 * 13);
	s.w.repetition.max = 8;
	subject_plan(&s, 1);
	assert_int_equal(s.p.blocks, 8);
	subject_done(&s);
}

static void test_looks_are_few_and_end_at_max(void **state)
{
	static const unsigned expected[] = {12, 20, 30, 45, 60, 90, 135, 200};
	struct repetition r = {.rel_ci = 0.01, .min = 6, .max = 200};
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		n = plan_next_look(&r, n);
		assert_int_equal(n, expected[i]);
	}
	assert_int_equal(plan_next_look(&r, 200), 200);
	/* Runs that were lost do not make a new look. */
	assert_int_equal(plan_next_look(&r, 19), 20);
	r.min = 25;
	assert_int_equal(plan_next_look(&r, 0), 25);
	assert_int_equal(plan_next_look(&r, 25), 30);
	r.max = 10;
	assert_int_equal(plan_next_look(&r, 0), 10);
}

static void test_too_many_benchmarks_or_runs_are_refused_in_words(void **state)
{
	struct error e = {0};
	struct subject s;

	subject_init(&s, ORDER_BLOCKS, 101, 1);
	add_parameter(&s.w, "j", 100);
	assert_int_equal(plan_make(&s.w, 1, &s.p, &e), -E2BIG);
	assert_non_null(strstr(e.text, "more than 10000 benchmarks"));
	subject_done(&s);

	subject_init(&s, ORDER_RANDOM, 100, 10000);
	assert_int_equal(plan_make(&s.w, 1, &s.p, &e), -E2BIG);
	assert_non_null(strstr(e.text, "more than 1000000 runs"));
	subject_done(&s);

	subject_init(&s, ORDER_BLOCKS, 1, 1);
	add_parameter(&s.w, "none", 0);
	assert_int_equal(plan_make(&s.w, 1, &s.p, &e), -EINVAL);
	subject_done(&s);
}

static void assert_substituted(const char *text, const struct strv *values, const char *expected)
{
	CLEANUP_FREE char *made = plan_substitute(text, values);

	assert_non_null(made);
	assert_string_equal(made, expected);
}

static void test_only_declared_names_are_substituted(void **state)
{
	static const char *const given[] = {"width=500", "w={width}", "empty=", "eq=a=b"};
	CLEANUP_STRV struct strv v = {0};

	for (size_t i = 0; i < ARRAY_SIZE(given); i++)
		assert_int_equal(strv_push(&v, given[i]), 0);
	assert_substituted("--w={width},{width}", &v, "--w=500,500");
	assert_substituted("{w}", &v, "{width}");
	assert_substituted("{wid}{width2}{}{ {width}", &v, "{wid}{width2}{}{ 500");
	assert_substituted("{{width}} {width", &v, "{500} {width");
	assert_substituted("a{empty}b {eq}", &v, "ab a=b");
	assert_substituted("", &v, "");
}

static void test_printed_plan_has_a_line_for_every_trial(void **state)
{
	CLEANUP_FREE char *text = NULL;
	size_t size = 0, n_lines = 0;
	FILE *f = open_memstream(&text, &size);
	struct subject s;

	subject_init(&s, ORDER_BATCH, 0, 2);
	add_arm(&s.w, "base");
	add_arm(&s.w, "cand");
	subject_plan(&s, 3);
	assert_non_null(f);
	plan_print(f, &s.p, &(struct suite){.name = s.w.name, .items = &s.w, .n = 1});
	assert_int_equal(fclose(f), 0);
	for (const char *c = text; *c; c++)
		n_lines += *c == '\n';
	assert_int_equal(n_lines, 1 + s.p.n_trials);
	assert_non_null(strstr(text, "load: 2 benchmarks, order batch, seed 3\n"));
	assert_non_null(strstr(text, "     1  warm-up   load  base\n"));
	assert_non_null(strstr(text, "     6  round 2   load  cand\n"));
	subject_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_benchmarks_are_every_combination_for_every_arm),
		cmocka_unit_test(test_workload_without_matrix_is_one_benchmark_of_its_name),
		cmocka_unit_test(test_same_seed_gives_the_same_order),
		cmocka_unit_test(test_order_of_a_seed_never_changes),
		cmocka_unit_test(test_every_benchmark_has_its_runs_in_every_order),
		cmocka_unit_test(test_rows_of_one_square_put_each_benchmark_at_each_position_once),
		cmocka_unit_test(test_two_benchmarks_come_as_abba_or_baab),
		cmocka_unit_test(test_batch_finishes_one_benchmark_before_the_next),
		cmocka_unit_test(test_first_positions_are_fair_over_seeds),
		cmocka_unit_test(test_first_run_of_a_whole_random_order_is_fair),
		cmocka_unit_test(test_fairness_check_catches_broken_shuffles),
		cmocka_unit_test(test_extension_takes_only_the_wanted_and_keeps_what_was),
		cmocka_unit_test(test_two_left_of_three_stay_balanced),
		cmocka_unit_test(test_adaptive_repetition_starts_with_its_first_look),
		cmocka_unit_test(test_looks_are_few_and_end_at_max),
		cmocka_unit_test(test_too_many_benchmarks_or_runs_are_refused_in_words),
		cmocka_unit_test(test_only_declared_names_are_substituted),
		cmocka_unit_test(test_printed_plan_has_a_line_for_every_trial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
