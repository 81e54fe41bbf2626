/* Levels and stage-wise p values by schedule of looks. */
#include "common/judge/stage-memo.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "common/base/macro.h"

#define ROOM_FIRST 64

double stage_alpha(enum spending_rule rule, double alpha)
{
	return rule == SPENDING_LAN_DEMETS ? STAGE_ALLOWANCE * alpha : alpha;
}

void stage_memo_done(struct stage_memo *m)
{
	if (!m)
		return;

	for (size_t i = 0; i < m->n_schedules; i++)
		free(m->schedules[i].entries);
	free(m->schedules);
	*m = (struct stage_memo){0};
}

/* Not a measured number: the same rules give the same bits. */
static bool is_same(double a, double b)
{
	return !(a < b) && !(a > b);
}

static bool fits(const struct stage_schedule *s, const struct spending *spending, double alpha)
{
	if (s->spending.rule != spending->rule || s->spending.n_looks != spending->n_looks ||
		!is_same(s->spending.rho, spending->rho) || !is_same(s->alpha, alpha))
		return false;

	for (size_t i = 0; i < spending->n_looks; i++)
		if (!is_same(s->spending.fractions[i], spending->fractions[i]))
			return false;
	return true;
}

int stage_memo_schedule(struct stage_memo *m, const struct spending *spending, double alpha,
	struct stage_schedule **ret)
{
	struct stage_schedule s = {.spending = *spending, .alpha = alpha};
	struct stage_schedule *list;
	int r;

	for (size_t i = 0; i < m->n_schedules; i++) {
		if (!fits(&m->schedules[i], spending, alpha))
			continue;
		*ret = &m->schedules[i];
		return 0;
	}

	if (!(alpha > 0 && alpha < 0.5))
		return -EINVAL;
	r = spending_levels(spending, stage_alpha(spending->rule, alpha), s.levels);
	if (r < 0)
		return r;
	list = reallocarray(m->schedules, m->n_schedules + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	m->schedules = list;
	list[m->n_schedules] = s;
	*ret = &list[m->n_schedules++];
	return 0;
}

static int entry_order(const struct stage_entry *e, size_t look, double p)
{
	if (e->look != look)
		return e->look < look ? -1 : 1;
	return (e->p > p) - (e->p < p);
}

/* Where the entry is, or would have to be. */
static size_t entry_place(const struct stage_schedule *s, size_t look, double p)
{
	size_t low = 0;
	size_t high = s->n_entries;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entry_order(&s->entries[middle], look, p) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int entry_insert(struct stage_schedule *s, size_t place, const struct stage_entry *entry)
{
	if (s->n_entries == s->room) {
		size_t room = s->room ? 2 * s->room : ROOM_FIRST;
		struct stage_entry *entries = reallocarray(s->entries, room, sizeof(*entries));

		if (!entries)
			return -ENOMEM;
		s->entries = entries;
		s->room = room;
	}
	memmove(&s->entries[place + 1], &s->entries[place],
		(s->n_entries - place) * sizeof(*s->entries));
	s->entries[place] = *entry;
	s->n_entries++;
	return 0;
}

/* Of one look, as if the others had said nothing. */
static int p_of_look(struct stage_schedule *s, size_t look, double p, double *ret)
{
	size_t place = entry_place(s, look, p);
	struct stage_entry entry = {.look = look, .p = p};
	double alone[SPENDING_LOOKS_MAX];

	if (place < s->n_entries && entry_order(&s->entries[place], look, p) == 0) {
		*ret = s->entries[place].stage_p;
		return 0;
	}
	for (size_t i = 0; i < look; i++)
		alone[i] = 1;
	alone[look] = p;
	entry.stage_p = spending_p(&s->spending, alone, look + 1);
	if (isnan(entry.stage_p))
		return -ENOMEM;
	entry.stage_p = MIN_OF(entry.stage_p / stage_alpha(s->spending.rule, 1), 1.0);
	*ret = entry.stage_p;
	return entry_insert(s, place, &entry);
}

int stage_memo_p(struct stage_memo *m, struct stage_schedule *schedule, const double *p, size_t n,
	double *ret)
{
	const struct spending *spending = &schedule->spending;
	double least[SPENDING_LOOKS_MAX];
	double most = 1;
	double best = 1;
	double before = 0;

	if (n > spending->n_looks)
		return -EINVAL;

	for (size_t i = 0; i < n; i++) {
		double spent = pow(spending->fractions[i], spending->rho);

		if (!(p[i] >= 0 && p[i] <= 1))
			return -EINVAL;
		least[i] = p[i] / spent;
		most = MIN_OF(most, p[i] / (spent - before));
		before = spent;
	}
	for (size_t i = 0; i < n; i++) {
		double found;
		int r;

		if (least[i] > most || least[i] >= best || (m->cap > 0 && least[i] > m->cap))
			continue;
		r = p_of_look(schedule, i, p[i], &found);
		if (r < 0)
			return r;
		best = MIN_OF(best, found);
	}
	*ret = best;
	return 0;
}
