/* The normal distribution and the incomplete beta function. */
#include "common/stats/normal.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

#include "common/base/macro.h"

#define DEGREE		7
#define CENTRE		0.425
#define FAR		5.0
#define STIRLING_EXACT	15.0 /* below, Stirling's series is too short */
#define FRACTION_TERMS	20000
#define FRACTION_FLOOR	1e-300
#define BISECTIONS	1200 /* from 1 to below the smallest double */
#define DEVIANCE_SERIES 1000

/* A quotient of polynomials, lowest power first. */
struct quotient {
	double above[DEGREE + 1], below[DEGREE + 1];
};

static const struct quotient central = {
	{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
		1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
		3.3430575583588128105e4, 2.5090809287301226727e3},
	{1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
		2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
		5.2264952788528545610e3},
};

static const struct quotient tail = {
	{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
		3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
		2.27238449892691845833e-2, 7.74545014278341407640e-4},
	{1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
		1.05075007164441684324e-9},
};

static const struct quotient far_tail = {
	{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
		2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
		2.71155556874348757815e-5, 2.01033439929228813265e-7},
	{1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
		2.04426310338993978564e-15},
};

static double quotient_at(const struct quotient *q, double x)
{
	double above = q->above[DEGREE];
	double below = q->below[DEGREE];

	for (int i = DEGREE - 1; i >= 0; i--) {
		above = above * x + q->above[i];
		below = below * x + q->below[i];
	}
	return above / below;
}

double normal_cdf(double z)
{
	return 0.5 * erfc(-z / M_SQRT2);
}

double normal_quantile(double p)
{
	double q = p - 0.5;
	double r;

	if (!(p > 0 && p < 1))
		return NAN;

	if (fabs(q) <= CENTRE)
		return q * quotient_at(&central, CENTRE * CENTRE - q * q);

	r = sqrt(-log(q < 0 ? p : 1 - p));
	r = r <= FAR ? quotient_at(&tail, r - 1.6) : quotient_at(&far_tail, r - FAR);
	return copysign(r, q);
}

/* log(Gamma(x + 1)) less Stirling's formula for it. Series: DLMF 5.11.1. */
static double stirling_error(double x)
{
	double y = 1 / (x * x);
	int sign;

	if (x < STIRLING_EXACT)
		return lgamma_r(x + 1, &sign) - (x + 0.5) * log(x) + x - 0.5 * log(2 * M_PI);

	return (1.0 / 12 -
		       y *
			       (1.0 / 360 -
				       y *
					       (1.0 / 1260 -
						       y *
							       (1.0 / 1680 -
								       y *
									       (1.0 / 1188 -
										       y * 691.0 /
											       360360))))) /
		x;
}

/* x log(x / mean) + mean - x, without cancellation where both are close. */
static double deviance(double x, double mean)
{
	double v = (x - mean) / (x + mean);
	double sum, power;

	if (fabs(v) >= 0.1)
		return x * log(x / mean) + mean - x;

	/* log(x / mean) = 2 atanh(v), and (x - mean) = 2 x v / (1 + v). */
	sum = (x - mean) * v;
	power = 2 * x * v;
	for (int i = 1; i < DEVIANCE_SERIES; i++) {
		double before = sum;

		power *= v * v;
		sum += power / (2 * i + 1);
		if (sum <= before && sum >= before)
			break;
	}
	return sum;
}

/*
 * x^a (1-x)^b / B(a, b), as a binomial probability in its saddle point form: logarithms of gamma
 * functions of large arguments would cancel.
 */
static double beta_weight(double x, double a, double b)
{
	double n = a + b;
	double exponent = stirling_error(n) - stirling_error(a) - stirling_error(b) -
		deviance(a, n * x) - deviance(b, n * (1 - x));

	return sqrt(a * b / (2 * M_PI * n)) * exp(exponent);
}

static double away_from_zero(double x)
{
	return fabs(x) < FRACTION_FLOOR ? FRACTION_FLOOR : x;
}

/* One level of the continued fraction 1 / (1 + d_1 / (1 + d_2 / ...)); c and d are its state. */
static double lentz_step(double term, double *c, double *d)
{
	*d = 1 / away_from_zero(1 + term * *d);
	*c = away_from_zero(1 + term / *c);
	return *c * *d;
}

static double beta_fraction(double x, double a, double b)
{
	double c = 1;
	double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
	double value = d;

	for (int i = 1; i < FRACTION_TERMS; i++) {
		double m = i;
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double change = lentz_step(even, &c, &d);

		change *= lentz_step(odd, &c, &d);
		value *= change;
		if (fabs(change - 1) <= DBL_EPSILON)
			break;
	}
	return value;
}

double beta_cdf(double x, double a, double b)
{
	if (!(x >= 0 && x <= 1 && a > 0 && b > 0 && isfinite(a) && isfinite(b)))
		return NAN;

	if (x <= 0 || x >= 1)
		return x;
	/* The fraction converges fast on this side of the mean only. */
	if (x <= (a + 1) / (a + b + 2))
		return beta_weight(x, a, b) * beta_fraction(x, a, b) / a;
	return 1 - beta_weight(x, a, b) * beta_fraction(1 - x, b, a) / b;
}

double beta_quantile(double p, double a, double b)
{
	double low = 0;
	double high = 1;

	if (!(p >= 0 && p <= 1 && a > 0 && b > 0 && isfinite(a) && isfinite(b)))
		return NAN;

	if (p <= 0 || p >= 1)
		return p;
	for (int i = 0; i < BISECTIONS; i++) {
		double middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			break;
		if (beta_cdf(middle, a, b) < p)
			low = middle;
		else
			high = middle;
	}
	return high;
}
