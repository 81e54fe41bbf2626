/* Laws of noise: what the logarithm of a time does from one run to the next. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/base/random.h"

#define NOISE_SD	0.014 /* of most laws: two runs then differ by about the default margin */
#define NOISE_TICK	0.005 /* of the timer that ties */
#define NOISE_PAIRS_MAX 256

enum noise {
	NOISE_NORMAL,
	NOISE_LOGNORMAL,
	NOISE_LAPLACE,
	NOISE_T2,      /* Student's t with two degrees of freedom: no variance */
	NOISE_SPIKES,  /* one run of ten is slower by much */
	NOISE_BIMODAL, /* one run of four is slower by four standard deviations */
	NOISE_REGIMES, /* the machine is slow for a while, then fast again */
	NOISE_AR_5,    /* autoregressive, coefficient .5 */
	NOISE_AR_9,    /* .9 */
	NOISE_AR_98,   /* .98 */
	NOISE_RAMP,    /* slower with every run */
	NOISE_COARSE,  /* normal, by a timer of NOISE_TICK */
	NOISE_MAX,
};

/**
 * noise_name() - words for a law
 * @noise: below NOISE_MAX
 *
 * Return: static text.
 */
const char *noise_name(enum noise noise);

/**
 * noise_is_independent() - are runs independent and of one distribution
 * @noise: below NOISE_MAX
 *
 * Return: false for laws with a memory or a trend.
 */
bool noise_is_independent(enum noise noise);

/**
 * noise_fill() - one series of runs, one after the other
 * @noise:  law
 * @random: advanced
 * @e:      written: @n logarithms around 0
 * @n:      count
 *
 * Return: nothing.
 */
void noise_fill(enum noise noise, struct random *random, double *e, size_t n);

/**
 * noise_pairs() - differences of an A/A comparison with its order drawn for each pair
 * @noise:  law
 * @random: advanced
 * @d:      written: @n_pairs of candidate minus base; the centre is 0
 * @n_pairs: at most NOISE_PAIRS_MAX
 *
 * Return: nothing.
 */
void noise_pairs(enum noise noise, struct random *random, double *d, size_t n_pairs);
