/* The rules of a gate: defaults and words. */
#include "common/model/gate.h"

#include <errno.h>
#include <math.h>

#include "common/base/macro.h"

#define FIRST_LOOK 12
/* In steps of 50 ns, as measured. */
#define WORK_LOOK  400.0
#define WORK_CLOSE 500.0
#define WORK_PAIRS (1.0 / 128)

static const char *const policy_names[GATE_POLICY_MAX] = {
	[GATE_MATERIAL] = "material",
	[GATE_STRICT] = "strict",
	[GATE_NONINFERIOR] = "noninferior",
};

void gate_init(struct gate *g)
{
	*g = (struct gate){
		.margin_ratio = GATE_MARGIN_DEFAULT,
		.alpha = GATE_ALPHA_DEFAULT,
		.rho = GATE_RHO_DEFAULT,
		.max_excluded_ratio = GATE_EXCLUDED_DEFAULT,
		.metrics[METRIC_WALL] = {.wanted = true},
	};
	gate_set_rounds(g, GATE_ROUNDS_DEFAULT);
}

void gate_set_rounds(struct gate *g, unsigned rounds)
{
	/* In twelfths: 12 16 24 36 48 of 48. */
	static const unsigned twelfths[] = {3, 4, 6, 9, 12};

	g->n_looks = 0;
	for (size_t i = 0; i < ARRAY_SIZE(twelfths); i++) {
		unsigned look = (rounds * twelfths[i] + 11) / 12;

		look = MIN_OF(MAX_OF(look, (unsigned)FIRST_LOOK), rounds);
		if (g->n_looks == 0 || look > g->looks[g->n_looks - 1])
			g->looks[g->n_looks++] = look;
	}
}

double gate_margin(const struct gate *g, enum metric metric)
{
	double own = g->metrics[metric].margin_ratio;

	return own > 0 ? own : g->margin_ratio;
}

double gate_mde_limit(const struct gate *g, enum metric metric)
{
	if (!(g->max_mde > 0))
		return INFINITY;
	return g->max_mde_is_factor ? g->max_mde * gate_margin(g, metric) : g->max_mde;
}

double gate_work(const struct gate *g)
{
	double last = g->n_looks > 0 ? g->looks[g->n_looks - 1] : 0;
	double n_looks = (double)g->n_looks;
	double closest = 1;

	for (size_t i = 1; i < g->n_looks; i++)
		closest = MAX_OF(closest, (double)g->looks[i] / (g->looks[i] - g->looks[i - 1]));
	return WORK_PAIRS * last * last * n_looks +
		(g->exact_spending ? 0 : (n_looks - 1) * (WORK_LOOK + WORK_CLOSE * closest));
}

const char *gate_policy_name(enum gate_policy policy)
{
	return policy_names[policy];
}

int gate_policy_find(const char *name)
{
	for (int i = 0; i < GATE_POLICY_MAX; i++)
		if (streq(policy_names[i], name))
			return i;
	return -ENOENT;
}
