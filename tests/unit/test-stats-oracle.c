/* Our distributions against those of R's mathematical library. */
#define MATHLIB_STANDALONE
#include <Rmath.h>

#include "common/base/macro.h"
#include "common/stats/fisher.h"
#include "common/stats/interval.h"
#include "tests/unit/cmocka-all.h"

#define TOLERANCE 1e-12

static void test_binomial_agrees_with_r_on_a_grid(void **state)
{
	static const size_t sizes[] = {
		1, 2, 3, 6, 7, 20, 21, 60, 61, 500, 1021, 1022, 1023, 1075, 5000, 99999, 100000};

	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++) {
		size_t n = sizes[s];
		size_t step = n / 200 + 1;

		for (size_t k = 0; k <= n; k += step)
			assert_near(interval_binomial_cdf(k, n),
				pbinom((double)k, (double)n, 0.5, 1, 0), TOLERANCE);
	}
}

/* Tables no more likely than the one with a in its first row of 12 and c in its second of 9. */
static double sum_of_r(size_t a, size_t c)
{
	double total = (double)(a + c);
	double observed = dhyper((double)a, 12, 9, total, 0);
	double sum = 0;

	for (size_t x = 0; x <= a + c; x++) {
		double p = dhyper((double)x, 12, 9, total, 0);

		sum += p <= observed * (1 + 1e-7) ? p : 0;
	}
	return sum;
}

static void test_fisher_agrees_with_hypergeometric_sums_of_r(void **state)
{
	for (size_t a = 0; a <= 12; a++)
		for (size_t c = 0; c <= 9; c++)
			assert_near(fisher_exact(a, 12 - a, c, 9 - c), sum_of_r(a, c), TOLERANCE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_binomial_agrees_with_r_on_a_grid),
		cmocka_unit_test(test_fisher_agrees_with_hypergeometric_sums_of_r),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
