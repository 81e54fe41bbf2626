/* What was changed and what it was before; giving it back. */
#include "daemon/env/undo.h"

#include <errno.h>
#include <stdio.h>

#include "daemon/env/journal.h"

static void item_done(struct undo_item *item)
{
	free(item->name);
	free(item->target);
	free(item->old);
	free(item->want);
	free(item->now);
	free(item->at);
	free(item->theirs);
}

static char *copy_of(const char *text, bool *failed)
{
	char *copy = text ? strdup(text) : NULL;

	*failed |= text && !copy;
	return copy;
}

int undo_add(struct undo *u, const struct undo_item *from)
{
	struct undo_item *grown = reallocarray(u->items, u->n + 1, sizeof(*grown));
	struct undo_item item = {.knob = from->knob};
	bool failed = false;

	if (!grown)
		return -ENOMEM;

	u->items = grown;
	item.number = from->number ? from->number : u->last_number + 1;
	item.name = copy_of(from->name, &failed);
	item.target = copy_of(from->target, &failed);
	item.old = copy_of(from->old, &failed);
	item.want = copy_of(from->want, &failed);
	item.at = copy_of(from->at, &failed);
	if (failed) {
		item_done(&item);
		return -ENOMEM;
	}
	u->last_number = MAX_OF(u->last_number, item.number);
	u->items[u->n++] = item;
	return 0;
}

struct undo_item *undo_find(struct undo *u, unsigned number)
{
	size_t low = 0, high = u->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (u->items[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < u->n && u->items[low].number == number ? &u->items[low] : NULL;
}

void undo_drop_done(struct undo *u)
{
	size_t n_kept = 0;

	for (size_t i = 0; i < u->n; i++) {
		if (u->items[i].is_done)
			item_done(&u->items[i]);
		else
			u->items[n_kept++] = u->items[i];
	}
	u->n = n_kept;
}

void undo_truncate(struct undo *u, size_t n)
{
	while (u->n > n)
		item_done(&u->items[--u->n]);
}

void undo_done(struct undo *u)
{
	if (!u)
		return;

	undo_truncate(u, 0);
	free(u->items);
	*u = (struct undo){0};
}

static int item_read(const struct undo_item *item, struct host *h, char **ret)
{
	return item->knob ? item->knob->read(h, item->target, ret) : -ENOSYS;
}

static bool item_holds(
	const struct undo_item *item, struct host *h, const char *value, const char *seen)
{
	return knob_holds(item->knob, h, item->target, value, seen);
}

/*
 * Neither ours nor what it was: somebody has changed it since, on purpose. Returns their value,
 * owned by the caller; NULL when it is not so.
 */
static char *foreign_value(const struct undo_item *item, struct host *h)
{
	CLEANUP_FREE char *seen = NULL;

	if (item_read(item, h, &seen) < 0 ||
		item_holds(item, h, item->now ? item->now : item->want, seen) ||
		item_holds(item, h, item->old, seen))
		return NULL;
	return TAKE_PTR(seen);
}

/*
 * Only once all changes were made and checked: in a half-done set-up a third value is a coupled
 * knob on its way, not somebody's work.
 */
static void decide(struct undo *u, struct journal *j, struct host *h)
{
	for (size_t i = 0; u->ready && i < u->n; i++) {
		struct undo_item *item = &u->items[i];

		if (!item->theirs)
			item->theirs = foreign_value(item, h);
		if (item->theirs)
			journal_mark(j, "leave %u %s", item->number, item->theirs);
	}
	journal_mark(j, "restoring");
	/* A full disk must not keep the machine from being given back. */
	(void)journal_flush(j, NULL);
	u->restoring = true;
}

static int compare_back(const void *a, const void *b)
{
	const struct undo_item *x = *(struct undo_item *const *)a,
			       *y = *(struct undo_item *const *)b;
	unsigned x_back = x->knob ? x->knob->back : 0, y_back = y->knob ? y->knob->back : 0;

	if (x_back != y_back)
		return x_back < y_back ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* Pointers to the items in the order of giving back; owned by the caller. */
static struct undo_item **order_of(struct undo *u)
{
	struct undo_item **order = reallocarray(NULL, u->n + 1, sizeof(struct undo_item *));

	for (size_t i = 0; order && i < u->n; i++)
		order[i] = &u->items[i];
	if (order)
		qsort(order, u->n, sizeof(struct undo_item *), compare_back);
	return order;
}

/* Returns 1 when something was written, 0 when not. */
static unsigned give_back(struct undo_item *item, struct host *h)
{
	const char *goal = item->theirs ? item->theirs : item->old;
	CLEANUP_FREE char *seen = NULL;
	int r;

	/* No knob drags a task along: whoever changes it now does so on purpose. */
	if (!item->knob || (item->theirs && item->knob->many))
		return 0;

	r = item_read(item, h, &seen);
	item->gone = knob_is_absent(r);
	if (r < 0 || item_holds(item, h, goal, seen))
		return 0;
	if (item->knob->apply(h, item->target, goal) < 0)
		return 0;
	item->given = item->knob->many;
	return 1;
}

static unsigned sweep_after(struct undo *u, const struct knob *knob, struct host *h)
{
	int n = knob && knob->sweep ? knob->sweep(h, u) : 0;

	return n > 0 ? (unsigned)n : 0;
}

static unsigned one_pass(struct undo *u, struct undo_item **order, struct host *h)
{
	unsigned n_moved = 0;

	for (size_t i = 0; i < u->n; i++) {
		n_moved += give_back(order[i], h);
		if (i + 1 == u->n || order[i + 1]->knob != order[i]->knob)
			n_moved += sweep_after(u, order[i]->knob, h);
	}
	return n_moved;
}

void undo_restore(struct undo *u, struct journal *j, struct host *h, unsigned passes)
{
	CLEANUP_FREE struct undo_item **order = NULL;

	if (!u->begun)
		return;

	if (!u->restoring)
		decide(u, j, h);
	order = order_of(u);
	while (order && passes-- > 0 && one_pass(u, order, h) > 0)
		;
}

static void report(const struct undo_item *item, struct host *h, const char *seen,
	const char *reason, struct setting_outcomes *to)
{
	CLEANUP_FREE char *old = NULL, *after = NULL;

	if (!to)
		return;
	old = item->knob ? knob_show(item->knob, h, item->target, item->old) : strdup(item->old);
	after = item->knob ? knob_show(item->knob, h, item->target, seen) : NULL;
	(void)setting_outcomes_add(to,
		&(struct setting_outcome){
			.knob = item->name,
			.target = item->target,
			.want = old,
			.after = after,
			.status = reason ? SETTING_FAILED : SETTING_HELD,
			.reason = (char *)(uintptr_t)reason,
		});
}

static bool is_left_to_someone(const struct undo_item *item, struct host *h, const char *seen)
{
	if (!item->knob || !seen)
		return false;
	if (item->given)
		return true;
	return item->theirs && (item->knob->many || item_holds(item, h, item->theirs, seen));
}

static void check_item(struct undo_item *item, struct host *h, struct setting_outcomes *done,
	struct setting_outcomes *residue, struct undo_rest *rest)
{
	CLEANUP_FREE char *seen = NULL;
	bool is_task = item->knob && item->knob->many;
	int r = item_read(item, h, &seen);

	item->gone = knob_is_absent(r);
	item->is_done = true;
	if (r >= 0 && item_holds(item, h, item->old, seen)) {
		if (!is_task)
			report(item, h, seen, NULL, done);
	} else if (is_left_to_someone(item, h, seen)) {
		report(item, h, seen, "changed-since", residue);
	} else if (!item->gone || !is_task) {
		item->is_done = false;
		rest->n_hidden += item->gone;
		rest->n_failed += !item->gone;
		report(item, h, seen,
			item->gone	     ? "hidden"
				: item->knob ? "refused"
					     : "unknown-knob",
			residue);
	}
}

static void report_tasks(unsigned n_tasks, const char *name, struct setting_outcomes *done)
{
	char after[64];

	if (n_tasks == 0 || !done)
		return;
	(void)snprintf(after, sizeof(after), "%u tasks", n_tasks);
	(void)setting_outcomes_add(done,
		&(struct setting_outcome){
			.knob = (char *)(uintptr_t)name,
			.target = (char *)(uintptr_t)KNOB_SYSTEM,
			.want = after,
			.after = after,
			.status = SETTING_HELD,
		});
}

static void report_damage(const struct undo *u, struct setting_outcomes *residue)
{
	if (u->n_damaged == 0 || !residue)
		return;
	(void)setting_outcomes_add(residue,
		&(struct setting_outcome){
			.knob = (char *)(uintptr_t) "undo-journal",
			.target = (char *)(uintptr_t)KNOB_SYSTEM,
			.want = (char *)(uintptr_t) "readable",
			.status = SETTING_FAILED,
			.reason = (char *)(uintptr_t) "damaged-lines",
		});
}

struct undo_rest undo_residue(struct undo *u, struct host *h, struct setting_outcomes *done,
	struct setting_outcomes *residue)
{
	struct undo_rest rest = {.n_failed = u->n_damaged};
	const char *many = NULL;
	unsigned n_tasks = 0;

	report_damage(u, residue);
	for (size_t i = 0; u->begun && i < u->n; i++) {
		struct undo_item *item = &u->items[i];

		check_item(item, h, done, residue, &rest);
		if (!item->knob || !item->knob->many)
			continue;
		many = item->name;
		n_tasks += item->is_done && !item->gone && !item->theirs;
	}
	report_tasks(n_tasks, many, done);
	return rest;
}

int undo_finish(struct undo *u, struct journal *j, struct undo_rest rest)
{
	if (rest.n_failed == 0 && rest.n_hidden == 0)
		return journal_remove(j) < 0 ? -EIO : 0;

	/* What somebody does with the rest of the machine from now on is theirs. */
	for (size_t i = 0; i < u->n; i++)
		if (u->items[i].is_done)
			journal_mark(j, "done %u", u->items[i].number);
	(void)journal_flush(j, NULL);
	journal_close(j);
	return rest.n_failed > 0 ? -EIO : 0;
}
