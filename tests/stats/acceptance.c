/* When a simulated rate is taken for the promised one. */
#include "tests/stats/acceptance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

size_t acceptance_trials(size_t n_short)
{
	const char *full = getenv("STEADY_FULL");

	return full && *full ? ACCEPTANCE_FULL : n_short;
}

static double deviation(double share, size_t n)
{
	return ACCEPTANCE_DEVIATIONS * sqrt(share * (1 - share) / (double)n);
}

static bool report(const char *what, size_t hits, size_t n, double limit, bool is_good)
{
	printf("# %-52s %6zu of %6zu = %.4f, limit %.4f%s\n", what, hits, n,
		(double)hits / (double)n, limit, is_good ? "" : ": not accepted");
	return is_good;
}

bool acceptance_at_most(const char *what, size_t hits, size_t n, double alpha)
{
	double limit = alpha + deviation(alpha, n);

	return report(what, hits, n, limit, (double)hits / (double)n <= limit);
}

bool acceptance_at_least(const char *what, size_t hits, size_t n, double share)
{
	double limit = share - deviation(share, n);

	return report(what, hits, n, limit, (double)hits / (double)n >= limit);
}

bool acceptance_holds(acceptance_fn simulate, const void *what)
{
	return simulate(what, ACCEPTANCE_SEED);
}
