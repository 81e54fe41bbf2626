/* The machine's settings for one job: record, change, check. */
#include "daemon/env/env.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/file.h"
#include "daemon/env/engine.h"
#include "daemon/host/topology.h"

#define LOCK_HOLDER	  "steadyd"
#define REASON_NO_JOURNAL "no-journal"
#define CATCHES_MAX	  8 /* walks for tasks born while the others were being moved */

static bool copy_config(struct env *env, const struct env_config *c)
{
	env->state = strdup(c->state);
	env->machine_lock = strdup(c->machine_lock);
	env->sysfs_root = strdup(c->sysfs_root ? c->sysfs_root : "");
	if (c->spare && strv_copy(&env->spare, c->spare) < 0)
		return false;
	return env->state && env->machine_lock && env->sysfs_root;
}

static void reset_host(struct env *env, bool privileged)
{
	env->host = (struct host){
		.root = env->sysfs_root,
		.spare = &env->spare,
		.privileged = privileged,
		.latency_fd = -1,
	};
	topology_allowed(&env->host.run.cpus);
	env->host.run.housekeeping = env->host.run.cpus;
}

int env_new_with(struct env **ret, const struct env_config *c, const struct knob_table *t,
	unsigned passes, struct error *e)
{
	struct env *env = calloc(1, sizeof(*env));

	if (!env)
		return error_setf(e, -ENOMEM, "out of memory");

	env->table = t;
	env->passes = passes;
	env->journal.fd = -1;
	env->lock_fd = -1;
	env->host.latency_fd = -1;
	if (!copy_config(env, c)) {
		(void)env_free(env);
		return error_setf(e, -ENOMEM, "out of memory");
	}
	reset_host(env, c->privileged);
	*ret = env;
	return 0;
}

int env_new(struct env **ret, const struct env_config *c, struct error *e)
{
	return env_new_with(ret, c, knob_table(), UNDO_PASSES_MAX, e);
}

static void release_held(struct env *env)
{
	for (size_t i = 0; i < env->table->n; i++)
		if (knob_kind(env->table->knobs[i]) == KNOB_HELD)
			(void)env->table->knobs[i]->apply(&env->host, KNOB_SYSTEM, NULL);
}

struct env *env_free(struct env *env)
{
	if (!env)
		return NULL;

	release_held(env);
	env_unlock(env);
	journal_close(&env->journal);
	undo_done(&env->undo);
	strv_done(&env->spare);
	free(env->state);
	free(env->machine_lock);
	free(env->sysfs_root);
	free(env);
	return NULL;
}

const struct env_run_settings *env_run_settings(const struct env *env)
{
	return &env->host.run;
}

static bool is_recorded(const struct wish *w, const struct wish_target *t)
{
	return !*w->reason && t->value && knob_kind(w->knob) == KNOB_STATE;
}

/* The record of an earlier job for a target that was hidden when that job gave back. */
static struct undo_item *find_carried(struct undo *u, const struct knob *knob, const char *target)
{
	for (size_t i = 0; i < u->n_carried; i++)
		if (u->items[i].knob == knob && streq(u->items[i].target, target))
			return &u->items[i];
	return NULL;
}

/* What the earlier job found is what is to be given back in the end. */
static int note_over_carried(struct undo_item *item, const struct wish_target *t)
{
	char *want = strdup(t->value);

	if (!want)
		return -ENOMEM;
	free(item->want);
	item->want = want;
	return 0;
}

static int note_old_value(struct undo *u, const struct wish *w, struct wish_target *t)
{
	struct undo_item *carried = find_carried(u, w->knob, t->name);
	struct undo_item item = {
		.knob = w->knob,
		.name = (char *)(uintptr_t)w->name,
		.target = t->name,
		.old = t->old,
		.want = t->value,
		.at = t->at,
	};

	if (carried) {
		t->number = carried->number;
		return note_over_carried(carried, t);
	}
	t->number = u->last_number + 1;
	return undo_add(u, &item);
}

static int note_old_values(struct undo *u, struct wish *w)
{
	int r = 0;

	for (size_t i = 0; i < w->n_targets && r >= 0; i++)
		if (is_recorded(w, &w->targets[i]))
			r = note_old_value(u, w, &w->targets[i]);
	return r;
}

static int write_journal(struct env *env, struct error *e)
{
	CLEANUP_FREE char *path = env_journal_path(env);
	int r = path ? file_make_folders(env->state, 0755, e) : -ENOMEM;

	if (r >= 0)
		r = journal_create(&env->journal, path, &env->undo, e);
	if (r < 0)
		return r;

	for (size_t i = 0; i < env->undo.n; i++)
		journal_add(&env->journal, &env->undo.items[i]);
	journal_mark(&env->journal, "begin");
	r = journal_flush(&env->journal, e);
	if (r < 0)
		(void)journal_remove(&env->journal);
	return r;
}

/* Also with nothing to record yet where tasks may come that have to be. */
static bool needs_journal(const struct wishes *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct wish *wish = &w->items[i];

		if (!*wish->reason && wish->knob->many)
			return true;
		for (size_t k = 0; k < wish->n_targets; k++)
			if (wish->targets[k].number > 0)
				return true;
	}
	return false;
}

/* No record, no change: all old values are on disk before the first one is touched. */
static int record(struct env *env, struct wishes *w, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < w->n && r >= 0; i++)
		r = note_old_values(&env->undo, &w->items[i]);
	if (r >= 0 && !needs_journal(w))
		return 0;
	if (r >= 0)
		r = write_journal(env, e);
	if (r >= 0) {
		env->undo.begun = true;
		return 0;
	}
	undo_truncate(&env->undo, 0);
	for (size_t i = 0; i < w->n; i++)
		if (!*w->items[i].reason)
			(void)snprintf(w->items[i].reason, WISH_REASON_MAX, REASON_NO_JOURNAL);
	return r == -ENOMEM ? error_setf(e, r, "out of memory") : r;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Targets of a knob that have a record already, sorted; owned by the caller, the texts not. */
static char **known_targets(const struct undo *u, const struct knob *knob, size_t *ret_n)
{
	char **known = reallocarray(NULL, u->n + 1, sizeof(*known));

	*ret_n = 0;
	for (size_t i = 0; known && i < u->n; i++)
		if (u->items[i].knob == knob)
			known[(*ret_n)++] = u->items[i].target;
	if (known)
		qsort(known, *ret_n, sizeof(*known), compare_texts);
	return known;
}

/* Records one target that has come since; what has gone again is not an error. */
static int note_newcomer(struct env *env, const struct knob *knob, char *target)
{
	CLEANUP_FREE char *old = NULL, *want = NULL, *at = NULL;
	int r = knob->read(&env->host, target, &old);

	if (r >= 0)
		r = knob->resolve(&env->host, target, "", &want);
	if (r >= 0)
		r = knob->where(&env->host, target, &at);
	if (r >= 0)
		r = undo_add(&env->undo,
			&(struct undo_item){
				.knob = knob,
				.name = (char *)(uintptr_t)knob->name,
				.target = target,
				.old = old,
				.want = want,
				.at = at,
			});
	if (r < 0)
		return knob_is_absent(r) ? 0 : r;
	journal_add(&env->journal, &env->undo.items[env->undo.n - 1]);
	return 0;
}

static int note_newcomers(struct env *env, const struct knob *knob, const struct strv *names)
{
	size_t n_known;
	CLEANUP_FREE char **known = known_targets(&env->undo, knob, &n_known);
	int r = known ? 0 : -ENOMEM;

	for (size_t i = 0; i < names->n && r >= 0; i++)
		if (!bsearch(&names->items[i], known, n_known, sizeof(*known), compare_texts))
			r = note_newcomer(env, knob, names->items[i]);
	return r;
}

/* Moves what has come since. Returns how many were moved. */
static int catch_newcomers(struct env *env, const struct knob *knob, struct error *e)
{
	CLEANUP_STRV struct strv names = {0};
	size_t n_before = env->undo.n;
	int n_moved = 0, r;

	r = knob->newcomers(&env->host, &names);
	if (r >= 0 && names.n > 0)
		r = note_newcomers(env, knob, &names);
	if (r >= 0 && env->undo.n > n_before)
		r = journal_flush(&env->journal, e);
	if (r < 0) {
		undo_truncate(&env->undo, n_before);
		return r;
	}
	for (size_t i = n_before; i < env->undo.n; i++) {
		r = knob->apply(&env->host, env->undo.items[i].target, env->undo.items[i].want);
		n_moved += r >= 0;
		env->host.n_refused += r < 0 && !knob_is_absent(r);
	}
	env->host.n_moved += (unsigned)n_moved;
	return n_moved;
}

/* Each task may have had children before its turn came: until a walk finds none. */
static int catch_all(struct env *env, struct error *e)
{
	int n_all = 0;

	if (!env->host.run.isolated || !env->undo.begun)
		return 0;

	for (size_t i = 0; i < env->table->n; i++) {
		int r = 1;

		if (!env->table->knobs[i]->many)
			continue;
		for (unsigned n = 0; n < CATCHES_MAX && r > 0; n++) {
			r = catch_newcomers(env, env->table->knobs[i], e);
			if (r < 0)
				return r;
			n_all += r;
		}
	}
	return n_all;
}

int env_between_runs(struct env *env, pid_t keep)
{
	env->host.keep = keep;
	return catch_all(env, NULL);
}

static void change(struct env *env, struct wishes *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (!*w->items[i].reason)
			wish_apply(&w->items[i], &env->host);
}

/* What the kernel made of our changes must not look like somebody else's work later. */
static int note_deviations(struct env *env, const struct wish *w)
{
	for (size_t i = 0; i < w->n_targets; i++) {
		const struct wish_target *t = &w->targets[i];
		struct undo_item *item = t->number ? undo_find(&env->undo, t->number) : NULL;

		if (!item || !t->seen ||
			knob_holds(w->knob, &env->host, t->name, t->value, t->seen))
			continue;
		item->now = strdup(t->seen);
		if (!item->now)
			return -ENOMEM;
		journal_mark(&env->journal, "now %u %s", item->number, item->now);
	}
	return 0;
}

/* Also what held before: a later change may have dragged it along. */
static int check(struct env *env, struct wishes *w, struct error *e)
{
	const struct wish *broken = NULL;
	int r = 0;

	for (size_t i = 0; i < w->n && r >= 0; i++) {
		struct wish *wish = &w->items[i];

		if (*wish->reason)
			continue;
		if (!wish_check(wish, &env->host) && wish->is_required && !broken)
			broken = wish;
		r = note_deviations(env, wish);
	}
	if (r >= 0 && env->undo.begun) {
		journal_mark(&env->journal, "ready");
		r = journal_flush(&env->journal, e);
	}
	if (r < 0)
		return r == -ENOMEM ? error_setf(e, r, "out of memory") : r;
	env->undo.ready = true;
	return broken ? error_setf(e, -EIO, "%s: '%s' is required but did not hold",
				broken->setting->knob, broken->setting->want)
		      : 0;
}

static int make_it_so(struct env *env, struct wishes *w, struct error *e)
{
	const struct wish *missing = wishes_missing(w);
	int r;

	if (missing)
		return error_setf(e,
			env->lock_fd < 0 && env->host.privileged ? -EBUSY : -EOPNOTSUPP,
			"%s: '%s' is required but unavailable: %s", missing->setting->knob,
			missing->setting->want,
			*missing->reason ? missing->reason : "not-supported");
	r = record(env, w, e);
	if (r < 0)
		return r;

	change(env, w);
	r = catch_all(env, e);
	return r < 0 ? r : check(env, w, e);
}

/* Nobody else's settings, and none of ours left from an earlier job. */
static int take_machine(struct env *env, const char **ret_holder, struct error *e)
{
	struct error why = {0};
	int r;

	*ret_holder = NULL;
	if (!env->host.privileged)
		return 0;

	r = env_lock(env, &why);
	if (r == -EBUSY) {
		*ret_holder = LOCK_HOLDER;
		return 0;
	}
	if (r < 0)
		return error_setf(e, r, "%s", why.text);
	r = env_recover(env, NULL, NULL, e);
	return r < 0 ? r : 0;
}

/* NOLINTNEXTLINE(readability-function-size): a job's identity is two numbers, called once a job. */
int env_apply(struct env *env, const struct profile *p, bool strict, uid_t owner, uint64_t job,
	struct setting_outcomes *ret, struct error *e)
{
	struct wishes w = {0};
	const char *holder;
	int r, reported = 0;

	if (p->n_settings == 0)
		return 0;

	r = take_machine(env, &holder, e);
	if (r < 0)
		return r;
	env->undo.owner = owner;
	env->undo.job = job;
	journal_boot(env->undo.boot);
	r = wishes_make(env->table, &env->host, p, strict, holder, &w);
	if (r < 0)
		return error_setf(e, r, "out of memory");

	r = make_it_so(env, &w, e);
	for (size_t i = 0; i < w.n && reported >= 0; i++)
		reported = wish_report(&w.items[i], &env->host, ret);
	wishes_done(&w);
	if (reported < 0)
		return error_setf(e, reported, "out of memory");
	return r;
}

static int give_back(struct env *env, struct setting_outcomes *residue)
{
	struct undo_rest rest;

	if (!env->journal.path)
		return 0;

	undo_restore(&env->undo, &env->journal, &env->host, env->passes);
	rest = undo_residue(&env->undo, &env->host, NULL, residue);
	return undo_finish(&env->undo, &env->journal, rest);
}

int env_restore(struct env *env, struct setting_outcomes *residue)
{
	int r = give_back(env, residue);

	release_held(env);
	undo_done(&env->undo);
	env_unlock(env);
	reset_host(env, env->host.privileged);
	return r;
}
