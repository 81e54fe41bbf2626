/* Do two proportions differ. */
#include "common/stats/fisher.h"

#include "common/base/macro.h"

#define EQUAL_TOLERANCE 1e-7

/* Margins of a table; the upper left cell runs from least to most. */
struct margins {
	double row, column, total;
	size_t least, most;
};

/* P(cell + 1) / P(cell) of the hypergeometric distribution. */
static double ratio_up(const struct margins *m, size_t cell)
{
	double x = (double)cell;

	return (m->row - x) * (m->column - x) / ((x + 1) * (m->total - m->row - m->column + x + 1));
}

/* Sum of all weights not above limit. The most likely cell has weight 1, so nothing overflows. */
static double sum_weights(const struct margins *m, size_t mode, double limit)
{
	double weight = 1;
	double sum = weight <= limit ? weight : 0;

	for (size_t cell = mode; cell < m->most; cell++) {
		weight *= ratio_up(m, cell);
		sum += weight <= limit ? weight : 0;
	}
	weight = 1;
	for (size_t cell = mode; cell > m->least; cell--) {
		weight /= ratio_up(m, cell - 1);
		sum += weight <= limit ? weight : 0;
	}
	return sum;
}

static double weight_of(const struct margins *m, size_t mode, size_t wanted)
{
	double weight = 1;

	for (size_t cell = mode; cell < wanted; cell++)
		weight *= ratio_up(m, cell);
	for (size_t cell = mode; cell > wanted; cell--)
		weight /= ratio_up(m, cell - 1);
	return weight;
}

double fisher_exact(size_t a, size_t b, size_t c, size_t d)
{
	struct margins m = {
		.row = (double)(a + b),
		.column = (double)(a + c),
		.total = (double)(a + b + c + d),
		.least = a > d ? a - d : 0,
		.most = a + MIN_OF(b, c),
	};
	size_t mode = (size_t)((m.row + 1) * (m.column + 1) / (m.total + 2));
	double observed;

	mode = MIN_OF(MAX_OF(mode, m.least), m.most);
	observed = weight_of(&m, mode, a);
	return MIN_OF(1.0,
		sum_weights(&m, mode, observed * (1 + EQUAL_TOLERANCE)) / sum_weights(&m, mode, 2));
}
