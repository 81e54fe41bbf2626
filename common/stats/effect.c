/* What a comparison could have seen, and what seeing more would cost. */
#include "common/stats/effect.h"

#include <math.h>

#include "common/stats/normal.h"

double effect_detectable(double half_width, double level)
{
	double z = -normal_quantile(level);

	if (!(half_width >= 0 && level > 0 && level < 0.5))
		return NAN;

	return half_width * (z + normal_quantile(EFFECT_POWER)) / z;
}

double effect_rounds(double detectable, size_t rounds, double wanted)
{
	double factor = detectable / wanted;

	if (!(wanted > 0 && detectable >= 0))
		return NAN;

	return ceil((double)rounds * factor * factor);
}

void effect_rate_bounds(size_t hits, size_t n, double level, double *ret_low, double *ret_high)
{
	double hit = (double)hits;
	double missed = (double)(n - hits);

	*ret_low = hits == 0 ? 0 : beta_quantile(level, hit, missed + 1);
	*ret_high = hits == n ? 1 : beta_quantile(1 - level, hit + 1, missed);
}
