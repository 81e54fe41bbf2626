/* Do values fall into two groups. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define MODES_VALUES_MIN 20
#define MODES_SIDE_MIN	 3 /* values on either side: fewer are strays, not a mode */

struct modes {
	size_t n_low;	  /* values of the lower group */
	double low, high; /* medians of the groups */
};

/**
 * modes_find() - are there two groups with a wide gap between them
 * @x:     @n values sorted ascending
 * @n:     count; below MODES_VALUES_MIN nothing is found
 * @floor: smallest spread to reckon with (resolution of the clock), unit of @x
 * @ret:   the groups; written only when there are two
 *
 * Looks at the widest gap that has at least 10 % of the values, and MODES_SIDE_MIN, on either side.
 * There are two modes when it is more than five times the median absolute deviation of the values
 * from the median of their own side. Deviations from the common median would not do: where both
 * groups are of one size they are themselves as wide as the gap. By simulation, 20 values of one
 * mode are taken for two in 4 % of samples when exponential and in 0.2 % when normal, as with
 * three times the common deviation. docs/METHOD.md#quality
 *
 * Return: 1 when there are two modes; 0 when not; -ENOMEM.
 */
int modes_find(const double *x, size_t n, double floor, struct modes *ret);
