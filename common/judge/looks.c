/* One series of differences through the planned looks of a gate. */
#include "common/judge/looks.h"

#include <errno.h>
#include <math.h>

#include "common/base/macro.h"
#include "common/judge/stage-memo.h"
#include "common/stats/rank.h"

_Static_assert(GATE_LOOKS_MAX + 1 <= SPENDING_LOOKS_MAX, "room for a closing look");

/* One-sided hypotheses; "equivalent" needs both of the last two rejected. */
enum side {
	SIDE_WORSE,
	SIDE_BETTER,
	SIDE_ABOVE, /* the centre lies above -delta_equivalent */
	SIDE_BELOW, /* the centre lies below delta_equivalent */
	SIDE_MAX,
};

/* Where an interval lies. */
enum place {
	PLACE_OPEN,
	PLACE_WORSE,
	PLACE_BETTER,
	PLACE_EQUIVALENT,
};

/* The looks that are over the series, and what is asked at each. */
struct looks {
	const struct looks_series *series; /* borrowed */
	struct {
		double shift;
		enum rank_side side;
	} sides[SIDE_MAX];
	size_t at[GATE_LOOKS_MAX + 1]; /* differences of each look */
	size_t n;
	struct spending spending;
	double p[SIDE_MAX][GATE_LOOKS_MAX + 1];
};

static bool rules_hold(const struct gate *g, double delta, double delta_equivalent)
{
	if (g->n_looks == 0 || g->n_looks > GATE_LOOKS_MAX || !(delta >= 0 && isfinite(delta)) ||
		!(delta_equivalent > 0 && isfinite(delta_equivalent)))
		return false;

	for (size_t i = 0; i < g->n_looks; i++)
		if (g->looks[i] == 0 || (i > 0 && g->looks[i] <= g->looks[i - 1]))
			return false;
	return true;
}

/* The planned looks that are reached, and the closing one in place of those that are not. */
static void plan_looks(struct looks *l, const struct gate *g)
{
	size_t last = g->looks[g->n_looks - 1];

	l->spending = (struct spending){
		.rule = g->exact_spending ? SPENDING_EXACT : SPENDING_LAN_DEMETS,
		.rho = g->rho,
		.n_looks = g->n_looks,
	};
	for (size_t i = 0; i < g->n_looks; i++) {
		l->spending.fractions[i] = (double)g->looks[i] / (double)last;
		if (g->looks[i] <= l->series->n)
			l->at[l->n++] = g->looks[i];
	}
	if (!l->series->closing || l->n == g->n_looks || l->series->n == 0)
		return;

	l->spending.fractions[l->n] = 1;
	l->at[l->n++] = l->series->n;
	l->spending.n_looks = l->n;
}

static int ask(struct looks *l, const struct gate *g, double delta, double delta_equivalent)
{
	l->sides[SIDE_WORSE].shift = delta;
	l->sides[SIDE_WORSE].side = RANK_GREATER;
	l->sides[SIDE_BETTER].shift = -delta;
	l->sides[SIDE_BETTER].side = RANK_LESS;
	l->sides[SIDE_ABOVE].shift = -delta_equivalent;
	l->sides[SIDE_ABOVE].side = RANK_GREATER;
	l->sides[SIDE_BELOW].shift = delta_equivalent;
	l->sides[SIDE_BELOW].side = RANK_LESS;
	plan_looks(l, g);
	for (size_t k = 0; k < l->n; k++) {
		for (int s = 0; s < SIDE_MAX; s++) {
			int r = rank_signed_p(l->series->d, l->at[k], l->sides[s].shift,
				l->sides[s].side, &l->p[s][k]);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int find_p(const struct looks *l, struct stage_memo *memo, struct stage_schedule *schedule,
	struct looks_outcome *o)
{
	double both[GATE_LOOKS_MAX + 1];
	int r;

	for (size_t k = 0; k < l->n; k++)
		both[k] = MAX_OF(l->p[SIDE_ABOVE][k], l->p[SIDE_BELOW][k]);
	r = stage_memo_p(memo, schedule, l->p[SIDE_WORSE], l->n, &o->p_worse);
	if (r >= 0)
		r = stage_memo_p(memo, schedule, l->p[SIDE_BETTER], l->n, &o->p_better);
	if (r >= 0)
		r = stage_memo_p(memo, schedule, both, l->n, &o->p_equivalent);
	if (r >= 0)
		r = stage_memo_p(memo, schedule, l->p[SIDE_BELOW], l->n, &o->p_noninferior);
	return r;
}

static enum place place_of(const struct looks *l, const struct location *x)
{
	if (x->low > l->sides[SIDE_WORSE].shift)
		return PLACE_WORSE;
	if (x->high < l->sides[SIDE_BETTER].shift)
		return PLACE_BETTER;
	if (x->low > l->sides[SIDE_ABOVE].shift && x->high < l->sides[SIDE_BELOW].shift)
		return PLACE_EQUIVALENT;
	return PLACE_OPEN;
}

/* The sign test's interval is wider: that it merely leaves something open says nothing. */
static bool disagree(const struct looks *l, const struct location *a, const struct location *sign)
{
	enum place place = place_of(l, sign);

	return (place != PLACE_OPEN && place != place_of(l, a)) || sign->low > a->high ||
		sign->high < a->low;
}

static int find_centre(const struct looks *l, struct looks_outcome *o)
{
	struct location sign;
	int r = location_paired(l->series->d, o->n, o->level, &o->centre);

	if (r >= 0)
		r = location_sign(l->series->d, o->n, o->level, &sign);
	if (r >= 0)
		o->asymmetric = disagree(l, &o->centre, &sign);
	return r;
}

static int judge(const struct looks *l, const struct gate *g, struct stage_memo *memo,
	struct looks_outcome *o)
{
	struct stage_schedule *schedule;
	int r = stage_memo_schedule(memo, &l->spending, g->alpha, &schedule);

	if (r < 0)
		return r;
	r = find_p(l, memo, schedule, o);
	if (r < 0 || l->n == 0)
		return r;

	o->n = l->at[l->n - 1];
	o->level = schedule->levels[l->n - 1];
	return l->series->only_p ? 0 : find_centre(l, o);
}

int looks_judge(const struct looks_series *s, const struct gate *g, double delta,
	double delta_equivalent, struct stage_memo *memo, struct looks_outcome *ret)
{
	CLEANUP(stage_memo_done) struct stage_memo own = {0};
	struct looks_outcome o = {.centre = {(double)NAN, -(double)INFINITY, (double)INFINITY, 0}};
	struct looks l = {.series = s};
	int r;

	if (!rules_hold(g, delta, delta_equivalent))
		return -EINVAL;

	r = ask(&l, g, delta, delta_equivalent);
	if (r >= 0)
		r = judge(&l, g, memo ? memo : &own, &o);
	if (r >= 0)
		*ret = o;
	return r;
}
