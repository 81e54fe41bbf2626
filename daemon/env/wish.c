/* What a profile wishes, target by target. */
#include "daemon/env/wish.h"

#include <errno.h>
#include <stdio.h>

#define REASON_UNSUPPORTED   "not-supported"
#define REASON_NOT_PERMITTED "not-permitted"
#define REASON_LOCKED	     "firmware-locked"

static void target_done(struct wish_target *t)
{
	free(t->name);
	free(t->value);
	free(t->old);
	free(t->seen);
	free(t->at);
}

static void wish_done(struct wish *w)
{
	for (size_t i = 0; i < w->n_targets; i++)
		target_done(&w->targets[i]);
	free(w->targets);
}

void wishes_done(struct wishes *w)
{
	if (!w)
		return;

	for (size_t i = 0; i < w->n; i++)
		wish_done(&w->items[i]);
	free(w->items);
	*w = (struct wishes){0};
}

static void set_reason(struct wish *w, const char *reason)
{
	(void)snprintf(w->reason, sizeof(w->reason), "%s", reason);
}

static int resolve(const struct wish *w, struct host *h, struct wish_target *t)
{
	int r;

	if (!w->setting)
		return 0;
	if (w->knob->resolve) {
		r = w->knob->resolve(h, t->name, w->setting->want, &t->value);
		return r == -EOPNOTSUPP ? 0 : r;
	}
	t->value = strdup(w->setting->want);
	return t->value ? 0 : -ENOMEM;
}

/* Fills a target; -ENOENT and the like when it has gone meanwhile. */
static int look_at(const struct wish *w, struct host *h, struct wish_target *t)
{
	int r = resolve(w, h, t);

	if (r >= 0 && w->knob->read)
		r = w->knob->read(h, t->name, &t->old);
	if (r >= 0 && !w->setting && t->old) {
		t->value = strdup(t->old);
		r = t->value ? 0 : -ENOMEM;
	}
	if (r >= 0 && w->knob->where && knob_kind(w->knob) == KNOB_STATE)
		r = w->knob->where(h, t->name, &t->at);
	return r;
}

static int look_at_all(struct wish *w, struct host *h, const struct strv *names)
{
	w->targets = calloc(names->n, sizeof(*w->targets));
	if (!w->targets)
		return -ENOMEM;

	for (size_t i = 0; i < names->n; i++) {
		struct wish_target t = {.name = strdup(names->items[i])};
		int r = t.name ? look_at(w, h, &t) : -ENOMEM;

		if (r >= 0) {
			w->targets[w->n_targets++] = t;
			continue;
		}
		target_done(&t);
		if (r == -ENOMEM)
			return r;
		if (!knob_is_absent(r))
			set_reason(w, strerror(-r));
	}
	return 0;
}

static int wish_look(struct wish *w, struct host *h, const char *owner)
{
	CLEANUP_STRV struct strv names = {0};
	const char *reason = NULL;
	bool touches_machine = knob_kind(w->knob) != KNOB_RUN;
	int r;

	if (touches_machine && owner) {
		(void)snprintf(w->reason, sizeof(w->reason), "owned-by:%s", owner);
		return 0;
	}
	r = w->knob->probe(h, w->setting ? w->setting->want : NULL, &names, &reason);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		set_reason(w, strerror(-r));
	else if (reason)
		set_reason(w, reason);
	else if (touches_machine && !h->privileged)
		set_reason(w, REASON_NOT_PERMITTED);
	else if (names.n > 0)
		return look_at_all(w, h, &names);
	else if (!w->knob->many)
		set_reason(w, REASON_UNSUPPORTED);
	return 0;
}

static int compare_rank(const void *a, const void *b)
{
	const struct wish *x = a, *y = b;
	unsigned x_rank = x->knob ? x->knob->rank : 0, y_rank = y->knob ? y->knob->rank : 0;

	if (x_rank != y_rank)
		return x_rank < y_rank ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void collect(
	const struct knob_table *t, const struct profile *p, bool strict, struct wishes *w)
{
	for (size_t i = 0; i < p->n_settings; i++) {
		const struct setting *s = &p->settings[i];

		if (s->need == NEED_IGNORE)
			continue;
		w->items[w->n++] = (struct wish){
			.setting = s,
			.name = s->knob,
			.knob = knob_table_find(t, s->knob),
			.is_required = strict || s->need == NEED_REQUIRE,
		};
	}
	if (w->n > 1)
		qsort(w->items, w->n, sizeof(*w->items), compare_rank);
}

static bool has_knob(const struct wishes *w, const struct knob *knob)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->items[i].knob == knob)
			return true;
	return false;
}

static bool changes_coupled(const struct wishes *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->items[i].knob && w->items[i].knob->coupled && !*w->items[i].reason)
			return true;
	return false;
}

static int add_bystanders(const struct knob_table *t, struct host *h, struct wishes *w)
{
	int r = 0;

	for (size_t i = 0; changes_coupled(w) && i < t->n && r >= 0; i++) {
		if (!t->knobs[i]->coupled || has_knob(w, t->knobs[i]))
			continue;
		w->items[w->n++] = (struct wish){.name = t->knobs[i]->name, .knob = t->knobs[i]};
		r = wish_look(&w->items[w->n - 1], h, NULL);
	}
	return r;
}

int wishes_make(const struct knob_table *t, struct host *h, const struct profile *p, bool strict,
	const char *owner, struct wishes *ret)
{
	struct wishes w = {.items = calloc(p->n_settings + t->n + 1, sizeof(*w.items))};
	int r = w.items ? 0 : -ENOMEM;

	if (r >= 0)
		collect(t, p, strict, &w);
	for (size_t i = 0; i < w.n && r >= 0; i++) {
		if (!w.items[i].knob)
			set_reason(&w.items[i], REASON_UNSUPPORTED);
		else
			r = wish_look(&w.items[i], h, owner);
	}
	if (r >= 0)
		r = add_bystanders(t, h, &w);
	if (r < 0) {
		wishes_done(&w);
		return r;
	}
	*ret = w;
	return 0;
}

bool wish_is_available(const struct wish *w)
{
	if (*w->reason)
		return false;
	for (size_t i = 0; i < w->n_targets; i++)
		if (!w->targets[i].value)
			return false;
	return true;
}

const struct wish *wishes_missing(const struct wishes *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->items[i].is_required && !wish_is_available(&w->items[i]))
			return &w->items[i];
	return NULL;
}

static void note_task(struct host *h, int error)
{
	if (error >= 0)
		h->n_moved++;
	else if (!knob_is_absent(error))
		h->n_refused++;
}

static void apply_target(const struct wish *w, struct host *h, struct wish_target *t)
{
	CLEANUP_FREE char *seen = NULL;
	int r = w->knob->read ? w->knob->read(h, t->name, &seen) : 0;

	/* Each write may interrupt every CPU: skip what holds. */
	if (r >= 0 && seen && knob_holds(w->knob, h, t->name, t->value, seen))
		return;
	if (r >= 0)
		r = w->knob->apply(h, t->name, t->value);
	t->error = r < 0 ? r : 0;
	if (w->knob->many)
		note_task(h, r);
}

void wish_apply(struct wish *w, struct host *h)
{
	for (size_t i = 0; w->setting && i < w->n_targets; i++)
		if (w->targets[i].value)
			apply_target(w, h, &w->targets[i]);
}

static bool check_target(const struct wish *w, struct host *h, struct wish_target *t)
{
	int r;

	free(TAKE_PTR(t->seen));
	if (!t->value)
		return false;
	if (!w->knob->read)
		return t->error == 0;

	r = w->knob->read(h, t->name, &t->seen);
	t->gone = knob_is_absent(r);
	if (t->gone)
		return true;
	return r >= 0 && knob_holds(w->knob, h, t->name, t->value, t->seen);
}

bool wish_check(struct wish *w, struct host *h)
{
	bool all = true;

	for (size_t i = 0; i < w->n_targets; i++)
		all &= check_target(w, h, &w->targets[i]);
	/* Tasks the kernel does not let go are told by number; the others do hold. */
	return all || w->knob->many;
}

/* Why a target does not hold; NULL when it does. */
static const char *target_reason(const struct wish *w, struct host *h, const struct wish_target *t)
{
	bool is_right = t->seen && knob_holds(w->knob, h, t->name, t->value, t->seen);

	if (is_right || (!w->knob->read && t->error == 0))
		return NULL;
	if (t->gone)
		return "gone";
	if (t->error == -EPERM && h->privileged)
		return REASON_LOCKED;
	return t->error < 0 ? strerror(-t->error) : "did-not-hold";
}

static int report_target(const struct wish *w, struct host *h, const struct wish_target *t,
	struct setting_outcomes *ret)
{
	CLEANUP_FREE char *before = knob_show(w->knob, h, t->name, t->old);
	CLEANUP_FREE char *after = knob_show(w->knob, h, t->name, t->seen);
	const char *reason = t->value ? target_reason(w, h, t) : REASON_UNSUPPORTED;
	bool was_tried = t->value && !streq(reason, REASON_LOCKED);

	return setting_outcomes_add(ret,
		&(struct setting_outcome){
			.knob = w->setting->knob,
			.target = t->name,
			.want = w->setting->want,
			.before = before,
			.after = after,
			.status = !reason   ? SETTING_HELD
				: was_tried ? SETTING_FAILED
					    : SETTING_UNAVAILABLE,
			.reason = (char *)(uintptr_t)reason,
		});
}

static int report_whole(const struct wish *w, struct host *h, struct setting_outcomes *ret)
{
	CLEANUP_FREE char *after = NULL;

	/* The CPUs of the runs are pinned even where other tasks cannot be moved. */
	if (w->knob && w->knob->summary && h->run.pinned)
		after = w->knob->summary(h);
	return setting_outcomes_add(ret,
		&(struct setting_outcome){
			.knob = w->setting->knob,
			.target = (char *)(uintptr_t)KNOB_SYSTEM,
			.want = w->setting->want,
			.after = after,
			.status = *w->reason ? SETTING_UNAVAILABLE : SETTING_HELD,
			.reason = *w->reason ? (char *)(uintptr_t)w->reason : NULL,
		});
}

int wish_report(const struct wish *w, struct host *h, struct setting_outcomes *ret)
{
	int r = 0;

	if (!w->setting)
		return 0;
	if (*w->reason || w->knob->many)
		return report_whole(w, h, ret);
	for (size_t i = 0; i < w->n_targets && r >= 0; i++)
		r = report_target(w, h, &w->targets[i], ret);
	return r;
}
