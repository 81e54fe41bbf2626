/* Sequential looks: how much of the error rate each look may spend. */
#include "common/stats/spending.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/macro.h"
#include "common/stats/normal.h"

#define ALPHA_MAX	0.5
#define REACH		7.0 /* standard deviations below 0 from where nothing comes back in time */
#define NODES_MIN	14
#define NODES_MAX	1024
#define NODES_PER_WIDTH 1.4
#define NEWTON_STEPS	60
#define NEWTON_END	1e-14
#define SEARCH_STEPS	100
#define SEARCH_END	1e-11 /* of the logarithm of alpha */
#define EXPONENT_MIN	(-700.0)

static const char *const rule_names[SPENDING_RULE_MAX] = {
	[SPENDING_LAN_DEMETS] = "lan-demets",
	[SPENDING_EXACT] = "exact",
};

/* A Brownian motion that has not crossed a boundary yet, seen at the nodes of a Gauss rule. */
struct motion {
	double *memory;
	double *rule_at, *rule_weight; /* Gauss-Legendre on -1 .. 1 */
	double *at, *mass;	       /* where it may be at the last look, and the chance of it */
	double *next_at, *next_mass;
	size_t n;
	double time;
};

static bool is_valid(const struct spending *s)
{
	double before = 0;

	if (s->rule >= SPENDING_RULE_MAX || !(s->rho > 0 && isfinite(s->rho)) || s->n_looks == 0 ||
		s->n_looks > SPENDING_LOOKS_MAX)
		return false;

	for (size_t i = 0; i < s->n_looks; i++) {
		if (!(s->fractions[i] > before))
			return false;
		before = s->fractions[i];
	}
	return fabs(before - 1) <= 1e-12;
}

static double spent_by(const struct spending *s, size_t look)
{
	return pow(s->fractions[look], s->rho);
}

static double spent_at(const struct spending *s, size_t look)
{
	return spent_by(s, look) - (look == 0 ? 0 : spent_by(s, look - 1));
}

/* Legendre's polynomial of degree n at x, and its slope. */
static double legendre(size_t n, double x, double *ret_slope)
{
	double before = 1;
	double value = x;

	for (size_t k = 2; k <= n; k++) {
		double m = (double)k;
		double next = ((2 * m - 1) * x * value - (m - 1) * before) / m;

		before = value;
		value = next;
	}
	*ret_slope = (double)n * (x * value - before) / (x * x - 1);
	return value;
}

static void rule_make(struct motion *m)
{
	for (size_t i = 0; i < m->n; i++) {
		double x = -cos(M_PI * ((double)i + 0.75) / ((double)m->n + 0.5));
		double slope = 1;

		for (int step = 0; step < NEWTON_STEPS; step++) {
			double move = legendre(m->n, x, &slope) / slope;

			x -= move;
			if (fabs(move) <= NEWTON_END)
				break;
		}
		m->rule_at[i] = x;
		m->rule_weight[i] = 2 / ((1 - x * x) * slope * slope);
	}
}

/* Enough nodes for the narrowest step of the motion within the widest range it needs. */
static size_t nodes_needed(const struct spending *s, double alpha, size_t n_looks)
{
	double range = REACH - normal_quantile(alpha * spent_by(s, 0));
	double widest = 0;

	for (size_t i = 1; i < n_looks; i++) {
		double before = s->fractions[i - 1];
		double step = s->fractions[i] - before;

		widest = MAX_OF(widest, range * sqrt((before + step) / step));
	}
	return (size_t)MIN_OF(NODES_MIN + NODES_PER_WIDTH * widest, (double)NODES_MAX);
}

static int motion_init(struct motion *m, size_t n)
{
	*m = (struct motion){.memory = malloc(6 * n * sizeof(double)), .n = n};
	if (!m->memory)
		return -ENOMEM;

	m->rule_at = m->memory;
	m->rule_weight = m->memory + n;
	m->at = m->memory + 2 * n;
	m->mass = m->memory + 3 * n;
	m->next_at = m->memory + 4 * n;
	m->next_mass = m->memory + 5 * n;
	rule_make(m);
	return 0;
}

static void motion_done(struct motion *m)
{
	free(m->memory);
}

/* Chance per unit of length to be at x one step of that variance later. */
static double density_after(const struct motion *m, double step, double x)
{
	double scale = -0.5 / step;
	double sum = 0;

	for (size_t i = 0; i < m->n; i++) {
		double distance = x - m->at[i];
		double exponent = scale * distance * distance;

		if (exponent > EXPONENT_MIN)
			sum += m->mass[i] * exp(exponent);
	}
	return sum / sqrt(2 * M_PI * step);
}

static double crossing_after(const struct motion *m, double step, double boundary)
{
	double width = sqrt(step);
	double sum = 0;

	for (size_t i = 0; i < m->n; i++)
		sum += m->mass[i] * normal_cdf((m->at[i] - boundary) / width);
	return sum;
}

/*
 * The boundary that is crossed one step later with that probability. The logarithm of the
 * probability is concave, and from a start that is too high Newton's method comes down to the root.
 */
static double boundary_after(const struct motion *m, double step, double probability, double start)
{
	double boundary = start;

	for (int i = 0; i < NEWTON_STEPS; i++) {
		double crossing = crossing_after(m, step, boundary);
		double move = crossing * log(crossing / probability) /
			density_after(m, step, boundary);

		if (!isfinite(move))
			break;
		boundary += move;
		if (fabs(move) <= NEWTON_END * (1 + fabs(boundary)))
			break;
	}
	return boundary;
}

/* Go on to the look at @time: what crosses @boundary there is gone. */
static void motion_advance(struct motion *m, double time, double boundary)
{
	double low = -REACH * sqrt(time);
	double half = (boundary - low) / 2;

	for (size_t i = 0; i < m->n; i++) {
		double x = low + half * (1 + m->rule_at[i]);
		double density = m->time > 0 ? density_after(m, time - m->time, x)
					     : exp(-0.5 * x * x / time) / sqrt(2 * M_PI * time);

		m->next_at[i] = x;
		m->next_mass[i] = half * m->rule_weight[i] * density;
	}
	memcpy(m->at, m->next_at, m->n * sizeof(double));
	memcpy(m->mass, m->next_mass, m->n * sizeof(double));
	m->time = time;
}

/* Levels of the first looks. */
static void levels_lan_demets(
	const struct spending *s, struct motion *m, double alpha, size_t n_looks, double *ret)
{
	m->time = 0;
	for (size_t i = 0; i < n_looks; i++) {
		double time = s->fractions[i];
		double probability = alpha * spent_at(s, i);
		double boundary = -normal_quantile(probability) * sqrt(time);

		if (i > 0)
			boundary = boundary_after(m, time - m->time, probability, boundary);
		ret[i] = normal_cdf(-boundary / sqrt(time));
		if (i + 1 < n_looks)
			motion_advance(m, time, boundary);
	}
}

int spending_levels(const struct spending *s, double alpha, double *ret)
{
	struct motion m;
	int r;

	if (!is_valid(s) || !(alpha > 0 && alpha < ALPHA_MAX))
		return -EINVAL;

	if (s->rule == SPENDING_EXACT) {
		for (size_t i = 0; i < s->n_looks; i++)
			ret[i] = alpha * spent_at(s, i);
		return 0;
	}

	r = motion_init(&m, nodes_needed(s, alpha, s->n_looks));
	if (r < 0)
		return r;

	levels_lan_demets(s, &m, alpha, s->n_looks, ret);
	motion_done(&m);
	return 0;
}

/* How far the best look is beyond its level, as a logarithm: not negative once one rejects. */
static double excess(
	const struct spending *s, struct motion *m, double log_alpha, const double *p, size_t n)
{
	double levels[SPENDING_LOOKS_MAX];
	double best = -INFINITY;

	levels_lan_demets(s, m, exp(log_alpha), n, levels);
	for (size_t i = 0; i < n; i++)
		best = MAX_OF(best, log(levels[i] / p[i]));
	return best;
}

/* Root of the excess by false position, halving the weight of an end that stays (Illinois). */
static double search(const struct spending *s, struct motion *m, const double range[2],
	const double *p, size_t n)
{
	double low = range[0];
	double high = range[1];
	double at_low = excess(s, m, low, p, n);
	double at_high = excess(s, m, high, p, n);

	if (at_high < 0) /* by rounding where both ends are one; else no alpha rejects */
		return high >= log(ALPHA_MAX) - 2 * SEARCH_END ? 1 : exp(high);

	for (int i = 0, side = 0; i < SEARCH_STEPS && high - low > SEARCH_END && at_low < 0; i++) {
		double middle = high - at_high * (high - low) / (at_high - at_low);
		double at = excess(s, m, middle, p, n);

		if (fabs(at) <= SEARCH_END)
			return exp(middle);
		if (at < 0) {
			low = middle;
			at_low = at;
			at_high = side == -1 ? at_high / 2 : at_high;
			side = -1;
		} else {
			high = middle;
			at_high = at;
			at_low = side == 1 ? at_low / 2 : at_low;
			side = 1;
		}
	}
	return at_low >= 0 ? exp(low) : exp(high);
}

/* Look k's level lies between what it may spend alone and what has been spent by then. */
static double p_lan_demets(const struct spending *s, const double *p, size_t n)
{
	double low = INFINITY;
	double high = INFINITY;
	double range[2];
	struct motion m;
	double found;

	for (size_t i = 0; i < n; i++) {
		low = MIN_OF(low, p[i] / spent_by(s, i));
		high = MIN_OF(high, p[i] / spent_at(s, i));
	}
	if (low <= 0 || low >= ALPHA_MAX)
		return low <= 0 ? 0 : 1;

	range[0] = log(low);
	range[1] = MIN_OF(log(high), log(ALPHA_MAX) - SEARCH_END);
	if (motion_init(&m, nodes_needed(s, low, n)) < 0)
		return NAN;

	found = search(s, &m, range, p, n);
	motion_done(&m);
	return found;
}

double spending_p(const struct spending *s, const double *p, size_t n)
{
	double best = 1;

	if (!is_valid(s) || n > s->n_looks)
		return NAN;

	for (size_t i = 0; i < n; i++) {
		if (!(p[i] >= 0 && p[i] <= 1))
			return NAN;
		best = MIN_OF(best, p[i] / spent_at(s, i));
	}
	return s->rule == SPENDING_EXACT || n == 0 ? best : p_lan_demets(s, p, n);
}

const char *spending_rule_name(enum spending_rule rule)
{
	return rule_names[rule];
}

int spending_rule_find(const char *name)
{
	for (int i = 0; i < SPENDING_RULE_MAX; i++)
		if (streq(name, rule_names[i]))
			return i;
	return -ENOENT;
}
