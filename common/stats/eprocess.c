/* Evidence that may be looked at after every round, for ever. */
#include "common/stats/eprocess.h"

#include <errno.h>
#include <math.h>

#include "common/base/macro.h"
#include "common/stats/normal.h"

#define CUT   2.0
#define PRIOR 2.0 /* both parameters of the beta mixture */

static const double lambdas[] = {0.25, 0.5, 1, 2};

int eprocess_symmetric(const double *d, size_t n, double shift, double scale, double *ret)
{
	double logs[ARRAY_SIZE(lambdas)] = {0};
	const size_t n_lambdas = ARRAY_SIZE(lambdas);
	double sum = 0;

	if (!isfinite(shift) || !(scale > 0 && isfinite(scale)))
		return -EINVAL;

	for (size_t k = 0; k < n; k++) {
		double x = (d[k] - shift) / scale;

		if (!isfinite(d[k]))
			return -EINVAL;
		x = MAX_OF(-CUT, MIN_OF(x, CUT));
		/* As logarithms: a product of thousands leaves the range of a double. */
		for (size_t i = 0; i < n_lambdas; i++)
			logs[i] += log1p(tanh(lambdas[i] * x));
	}
	for (size_t i = 0; i < n_lambdas; i++)
		sum += exp(logs[i]);
	*ret = sum / (double)n_lambdas;
	return 0;
}

static double log_beta(double a, double b)
{
	int sign;

	return lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
}

double eprocess_sign(size_t n_above, size_t n)
{
	double above = PRIOR + (double)n_above;
	double below = PRIOR + (double)(n - n_above);

	if (n_above > n)
		return NAN;

	/* P(Beta(above, below) > 1/2) = P(Beta(below, above) < 1/2). */
	return exp((double)(n + 1) * M_LN2 + log_beta(above, below) - log_beta(PRIOR, PRIOR)) *
		beta_cdf(0.5, below, above);
}
