/* What a gate does after a round. */
#include <errno.h>
#include <stdio.h>

#include "common/judge/culprits.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/gate-rows.h"
#include "common/judge/gate.h"

#define CULPRITS_MAX 96

/* How far one benchmark is, counted without looking at a value. */
struct entrant {
	struct arm_pair arms;
	const struct gate *gate; /* borrowed */
	size_t n_counted, n_made, n_excluded, n_runs, n_failed;
	unsigned last_round;	  /* the last it took part in */
	bool last_counted;	  /* its pair of that round counts */
	bool is_spent, is_broken; /* too many excluded; failed, or without one of its arms */
	bool is_undecided;	  /* only after judge() */
};

struct field {
	const struct result *r; /* borrowed */
	struct run_index index;
	struct arm_pair *arms;	  /* owned */
	struct entrant *entrants; /* owned */
	size_t n;
	unsigned last_round; /* the last that anybody took part in; 0: none yet */
	bool is_judged;
};

static void field_done(struct field *f)
{
	run_index_done(&f->index);
	free(f->arms);
	free(f->entrants);
}

/* The next run of a benchmark that is no warm-up, from position *i; NULL at the end. */
static const struct run *next_run(const struct field *f, long benchmark, size_t *i)
{
	while (*i < f->index.starts[benchmark + 1]) {
		const struct run *run = &f->r->runs[f->index.positions[*i]];

		if (!run->warmup)
			return run;
		++*i;
	}
	return NULL;
}

static void count_pair(struct entrant *e, const struct run *base, const struct run *cand)
{
	bool is_failed = base->status == RUN_FAILED || cand->status == RUN_FAILED;

	e->last_counted = run_counts(base) && run_counts(cand);
	e->n_made++;
	e->n_counted += e->last_counted;
	e->n_excluded += !e->last_counted && !is_failed;
}

static void count_run(struct entrant *e, const struct run *run)
{
	e->n_runs++;
	e->n_failed += run->status == RUN_FAILED;
	e->last_round = MAX_OF(e->last_round, run->block);
}

/* Rounds rise in the order of execution. */
static void count_pairs(const struct field *f, struct entrant *e)
{
	size_t i = f->index.starts[e->arms.base];
	size_t k = f->index.starts[e->arms.cand];
	const struct run *base = next_run(f, e->arms.base, &i);
	const struct run *cand = next_run(f, e->arms.cand, &k);

	while (base || cand) {
		bool is_base = base && (!cand || base->block <= cand->block);
		bool is_cand = cand && (!base || cand->block <= base->block);

		if (is_base && is_cand)
			count_pair(e, base, cand);
		if (is_base) {
			count_run(e, base);
			i++;
			base = next_run(f, e->arms.base, &i);
		}
		if (is_cand) {
			count_run(e, cand);
			k++;
			cand = next_run(f, e->arms.cand, &k);
		}
	}
}

static void measure(struct field *f, struct entrant *e)
{
	if (e->arms.base < 0 || e->arms.cand < 0) {
		e->is_broken = true;
		return;
	}
	e->gate = &f->r->benchmarks[e->arms.base].gate;
	count_pairs(f, e);
	e->is_broken = e->n_failed > 0 || e->gate->n_looks == 0 ||
		e->gate->n_looks > GATE_LOOKS_MAX;
	e->is_spent = gate_row_is_spent(e->gate, e->n_excluded, e->n_made);
	f->last_round = MAX_OF(f->last_round, e->last_round);
}

static int field_make(const struct result *r, struct field *ret)
{
	int error;

	*ret = (struct field){.r = r};
	error = arm_pairs_find(r, &ret->arms, &ret->n);
	if (error >= 0)
		error = run_index_make(r, &ret->index);
	if (error < 0)
		return error;
	ret->entrants = calloc(ret->n + 1, sizeof(*ret->entrants));
	if (!ret->entrants)
		return -ENOMEM;

	for (size_t i = 0; i < ret->n; i++) {
		ret->entrants[i].arms = ret->arms[i];
		measure(ret, &ret->entrants[i]);
	}
	return 0;
}

static unsigned last_look(const struct entrant *e)
{
	return e->gate->looks[e->gate->n_looks - 1];
}

/* Could it still be given a round. */
static bool is_open(const struct entrant *e)
{
	return !e->is_broken && !e->is_spent && e->n_counted < last_look(e);
}

/* Was it in the last round: whoever was not had been decided before. */
static bool takes_part(const struct field *f, const struct entrant *e)
{
	return e->last_round == f->last_round;
}

/* Did the last round bring it to one of its looks. */
static bool is_due(const struct field *f, const struct entrant *e)
{
	if (e->is_broken || e->is_spent || !e->last_counted || !takes_part(f, e))
		return false;
	for (size_t i = 0; i < e->gate->n_looks; i++)
		if (e->gate->looks[i] == e->n_counted)
			return true;
	return false;
}

/* The expensive part, once: every row through its looks. Rows come in the order of the entrants. */
static int judge(struct field *f)
{
	CLEANUP(gate_rows_done) struct gate_rows rows = {0};
	int r = f->is_judged ? 0 : gate_rows_make(f->r, true, &rows);
	size_t i = 0;

	if (r < 0)
		return r;

	f->is_judged = true;

	for (size_t k = 0; k < rows.n; k++) {
		while (f->entrants[i].arms.base != rows.rows[k].arms.base ||
			f->entrants[i].arms.cand != rows.rows[k].arms.cand)
			i++;
		f->entrants[i].is_undecided |= !gate_row_is_decided(&rows.rows[k]);
	}
	return 0;
}

static void want(const struct entrant *e, bool *wanted)
{
	wanted[e->arms.base] = true;
	wanted[e->arms.cand] = true;
}

/* Sets who takes part in the next round; returns whether anybody does. */
static int choose(struct field *f, bool *wanted)
{
	bool due = false;
	bool any = false;
	int r;

	for (size_t i = 0; i < f->n; i++)
		due |= is_due(f, &f->entrants[i]);
	r = due ? judge(f) : 0;
	if (r < 0)
		return r;

	for (size_t i = 0; i < f->n; i++) {
		const struct entrant *e = &f->entrants[i];

		if (!is_open(e) || !(due ? e->is_undecided : takes_part(f, e)))
			continue;
		want(e, wanted);
		any = true;
	}
	return any;
}

/* "48 rounds", or "12 to 48 rounds" where benchmarks differ. */
static void format_rounds(const struct field *f, char *ret, size_t size)
{
	size_t least = SIZE_MAX;
	size_t most = 0;

	for (size_t i = 0; i < f->n; i++) {
		least = MIN_OF(least, f->entrants[i].n_counted);
		most = MAX_OF(most, f->entrants[i].n_counted);
	}
	if (least < most)
		(void)snprintf(ret, size, "%zu to %zu rounds", least, most);
	else
		(void)snprintf(ret, size, "%zu round%s", most, most == 1 ? "" : "s");
}

/* "9 of 24, mostly by cc1" about the first benchmark that is spent. */
static void explain_spent(const struct field *f, size_t n_spent, char *ret, size_t size)
{
	const struct entrant *e = f->entrants;
	char culprits[CULPRITS_MAX];
	char which[128] = "";

	while (!e->is_spent)
		e++;
	culprits_rank(f->r, &f->index, (size_t)e->arms.base, culprits, sizeof(culprits));
	if (!culprits[0])
		culprits_rank(f->r, &f->index, (size_t)e->arms.cand, culprits, sizeof(culprits));
	if (f->n > 1)
		(void)snprintf(which, sizeof(which), " for %zu of %zu benchmarks: %.60s", n_spent,
			f->n, f->r->benchmarks[e->arms.base].name);
	(void)snprintf(ret, size, "too many pairs excluded%s: %zu of %zu%s%s", which, e->n_excluded,
		e->n_made, culprits[0] ? ", mostly by " : "", culprits);
}

static void explain_failed(const struct field *f, char *ret, size_t size)
{
	size_t n_failed = 0;
	size_t n_runs = 0;

	for (size_t i = 0; i < f->n; i++) {
		n_failed += f->entrants[i].n_failed;
		n_runs += f->entrants[i].n_runs;
	}
	(void)snprintf(ret, size, "%zu of %zu runs failed", n_failed, n_runs);
}

static int explain_end(struct field *f, bool out_of_time, char *ret, size_t size)
{
	size_t n_spent = 0, n_failed = 0, n_undecided = 0;
	char rounds[64];
	int r = judge(f);

	if (r < 0)
		return r;

	for (size_t i = 0; i < f->n; i++) {
		n_spent += f->entrants[i].is_spent;
		n_failed += f->entrants[i].n_failed > 0;
		n_undecided += f->entrants[i].is_undecided;
	}
	format_rounds(f, rounds, sizeof(rounds));
	if (out_of_time)
		(void)snprintf(ret, size, "max-time reached after %s", rounds);
	else if (n_spent > 0)
		explain_spent(f, n_spent, ret, size);
	else if (n_failed > 0)
		explain_failed(f, ret, size);
	else if (n_undecided == 0)
		(void)snprintf(ret, size, "decided after %s", rounds);
	else if (f->n == 1)
		(void)snprintf(ret, size, "%s", rounds);
	else
		(void)snprintf(ret, size, "%s, %zu of %zu benchmarks undecided", rounds,
			n_undecided, f->n);
	return 0;
}

enum gate_step gate_decide(const struct result *r, uint64_t elapsed_ns, uint64_t max_time_ns,
	bool *wanted, char *ret_stop, size_t size)
{
	CLEANUP(field_done) struct field f = {0};
	bool is_late = max_time_ns > 0 && elapsed_ns >= max_time_ns;
	int any;

	ret_stop[0] = '\0';
	memset(wanted, 0, r->n_benchmarks * sizeof(*wanted));
	any = field_make(r, &f);
	if (any >= 0)
		any = choose(&f, wanted);
	if (any > 0 && !is_late)
		return GATE_MORE;

	memset(wanted, 0, r->n_benchmarks * sizeof(*wanted));
	if (any >= 0)
		any = explain_end(&f, any > 0 && is_late, ret_stop, size);
	if (any < 0)
		(void)snprintf(ret_stop, size, "%s",
			any == -EINVAL ? "there are no arms to compare" : "out of memory");
	return GATE_DONE;
}

/* In the middle of a round some have not had their turn yet. */
static bool rests(const struct field *f, const struct entrant *e)
{
	return job_state_is_final(f->r->state) || !is_open(e) || e->last_round + 1 < f->last_round;
}

int gate_progress(
	const struct result *r, size_t *ret_decided, unsigned *ret_rounds, unsigned *ret_rounds_max)
{
	CLEANUP(field_done) struct field f = {0};
	int error = field_make(r, &f);

	if (error < 0)
		return error;

	*ret_decided = 0;
	*ret_rounds = 0;
	*ret_rounds_max = 0;
	for (size_t i = 0; i < f.n; i++) {
		const struct entrant *e = &f.entrants[i];

		if (rests(&f, e)) {
			++*ret_decided;
			continue;
		}
		*ret_rounds = MAX_OF(*ret_rounds, (unsigned)e->n_made);
		*ret_rounds_max = MAX_OF(*ret_rounds_max, last_look(e));
	}
	return 0;
}
