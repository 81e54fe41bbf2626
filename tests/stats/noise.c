/* Laws of noise. */
#include "tests/stats/noise.h"

#include <math.h>

#include "common/base/macro.h"

#define SPIKE_SHARE    .1
#define SLOW_SHARE     .25
#define SWITCH_SHARE   .05
#define MODE_DISTANCE  4
#define SPIKE_DISTANCE 10
#define SKEW	       1.0 /* sigma of the lognormal law */
#define RAMP_A_RUN     .5  /* standard deviations */

struct process {
	struct random *random;
	double state;
	size_t i;
};

typedef double (*step_fn)(struct process *p);

/* Box and Muller's cosine; the sine is not kept, so that a step has no memory. */
static double normal(struct random *random)
{
	double u = 1 - random_unit(random);

	return sqrt(-2 * log(u)) * cos(2 * M_PI * random_unit(random));
}

static bool happens(struct random *random, double share)
{
	return random_unit(random) < share;
}

static double step_normal(struct process *p)
{
	return normal(p->random);
}

static double step_lognormal(struct process *p)
{
	return (exp(SKEW * normal(p->random)) - exp(SKEW * SKEW / 2)) / 2;
}

static double step_laplace(struct process *p)
{
	double size = -log(1 - random_unit(p->random)) * M_SQRT1_2;

	return happens(p->random, .5) ? size : -size;
}

/* t with two degrees of freedom by its quantile. */
static double step_t2(struct process *p)
{
	double u = (1 + (double)random_below(p->random, 1u << 30)) / (1 + (double)(1u << 30));

	return (2 * u - 1) / sqrt(2 * u * (1 - u));
}

static double step_spikes(struct process *p)
{
	double x = normal(p->random);

	return happens(p->random, SPIKE_SHARE) ? x + SPIKE_DISTANCE * random_unit(p->random) : x;
}

static double step_bimodal(struct process *p)
{
	double x = normal(p->random);

	return happens(p->random, SLOW_SHARE) ? x + MODE_DISTANCE : x;
}

static double step_regimes(struct process *p)
{
	if (p->i == 0 || happens(p->random, SWITCH_SHARE))
		p->state = happens(p->random, .5) ? MODE_DISTANCE : 0;
	return p->state + normal(p->random);
}

/* Starts in its steady state, where the standard deviation is 1. */
static double autoregressive(struct process *p, double coefficient)
{
	double scale = p->i == 0 ? 1 : sqrt(1 - coefficient * coefficient);

	p->state = coefficient * p->state + scale * normal(p->random);
	return p->state;
}

static double step_ar_5(struct process *p)
{
	return autoregressive(p, .5);
}

static double step_ar_9(struct process *p)
{
	return autoregressive(p, .9);
}

static double step_ar_98(struct process *p)
{
	return autoregressive(p, .98);
}

static double step_ramp(struct process *p)
{
	return RAMP_A_RUN * (double)p->i + normal(p->random);
}

static double step_coarse(struct process *p)
{
	return round(normal(p->random) * NOISE_SD / NOISE_TICK) * NOISE_TICK / NOISE_SD;
}

static const struct {
	const char *name;
	step_fn step;
	bool is_independent;
} laws[NOISE_MAX] = {
	[NOISE_NORMAL] = {"normal", step_normal, true},
	[NOISE_LOGNORMAL] = {"lognormal", step_lognormal, true},
	[NOISE_LAPLACE] = {"Laplace", step_laplace, true},
	[NOISE_T2] = {"t2", step_t2, true},
	[NOISE_SPIKES] = {"10 % spikes", step_spikes, true},
	[NOISE_BIMODAL] = {"bimodal", step_bimodal, true},
	[NOISE_REGIMES] = {"regimes", step_regimes, false},
	[NOISE_AR_5] = {"AR(1) .5", step_ar_5, false},
	[NOISE_AR_9] = {"AR(1) .9", step_ar_9, false},
	[NOISE_AR_98] = {"AR(1) .98", step_ar_98, false},
	[NOISE_RAMP] = {"linear ramp", step_ramp, false},
	[NOISE_COARSE] = {"coarse timer", step_coarse, true},
};

const char *noise_name(enum noise noise)
{
	return laws[noise].name;
}

bool noise_is_independent(enum noise noise)
{
	return laws[noise].is_independent;
}

void noise_fill(enum noise noise, struct random *random, double *e, size_t n)
{
	struct process p = {.random = random};

	for (p.i = 0; p.i < n; p.i++)
		e[p.i] = NOISE_SD * laws[noise].step(&p);
}

void noise_pairs(enum noise noise, struct random *random, double *d, size_t n_pairs)
{
	double e[2 * NOISE_PAIRS_MAX];

	noise_fill(noise, random, e, 2 * n_pairs);
	for (size_t i = 0; i < n_pairs; i++) {
		double later_minus_earlier = e[2 * i + 1] - e[2 * i];

		d[i] = happens(random, .5) ? later_minus_earlier : -later_minus_earlier;
	}
}
