/* Noise of known laws, all symmetric about 0, for tests that simulate. */
#pragma once

#include <math.h>
#include <stddef.h>

#include "common/base/random.h"

enum noise_law {
	NOISE_NORMAL,
	NOISE_SPIKES, /* one in ten is ten times as wide */
	NOISE_T2,     /* Student's t with 2 degrees of freedom: no variance */
	NOISE_MAX,
};

/**
 * noise_normal() - one standard normal number, by Box and Muller's method
 * @random: advanced
 *
 * Return: the number.
 */
static inline double noise_normal(struct random *random)
{
	double radius = sqrt(-2 * log(1 - random_unit(random)));

	return radius * cos(2 * M_PI * random_unit(random));
}

/**
 * noise_draw() - one number of a law
 * @random: advanced
 * @law:    below NOISE_MAX
 *
 * Return: the number.
 */
static inline double noise_draw(struct random *random, enum noise_law law)
{
	double z = noise_normal(random);

	if (law == NOISE_SPIKES)
		return random_below(random, 10) == 0 ? 10 * z : z;
	if (law == NOISE_T2)
		return z / sqrt(-log(1 - random_unit(random)));
	return z;
}

/**
 * noise_fill() - a series of independent numbers
 * @random: advanced
 * @law:    below NOISE_MAX
 * @shift:  added to each
 * @d:      @n numbers, written
 * @n:      count
 *
 * Return: nothing.
 */
static inline void noise_fill(
	struct random *random, enum noise_law law, double shift, double *d, size_t n)
{
	for (size_t i = 0; i < n; i++)
		d[i] = noise_draw(random, law) + shift;
}
