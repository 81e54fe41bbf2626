/* The order in which the runs of a job are made. */
#include "common/model/plan.h"

#include <errno.h>

#include "common/base/random.h"

/* "plan": keeps these orders apart from whatever else is drawn from the job's seed. */
#define PLAN_STREAM 0x706c616e00000000ull

/* Each look costs some chance of stopping by luck: few, and further apart as they go. */
static const unsigned planned_looks[] = {12, 20, 30, 45, 60};

void plan_done(struct plan *p)
{
	if (!p)
		return;

	for (size_t i = 0; i < p->n_benchmarks; i++) {
		free(p->benchmarks[i].name);
		strv_done(&p->benchmarks[i].params);
	}
	free(p->benchmarks);
	free(p->trials);
	free(p->square.members);
	free(p->square.base);
	free(p->square.turns);
	*p = (struct plan){0};
}

static unsigned next_planned_look(unsigned n)
{
	unsigned look = planned_looks[ARRAY_SIZE(planned_looks) - 1];

	for (size_t i = 0; i < ARRAY_SIZE(planned_looks); i++)
		if (planned_looks[i] > n)
			return planned_looks[i];
	while (look <= n)
		look += look / 2;
	return look;
}

unsigned plan_next_look(const struct repetition *r, unsigned n)
{
	unsigned first = MAX_OF(r->min, planned_looks[0]);
	unsigned max = r->max > 0 ? MIN_OF(r->max, WORKLOAD_RUNS_MAX) : WORKLOAD_RUNS_MAX;

	if (n >= max)
		return n;
	return MIN_OF(n < first ? first : next_planned_look(n), max);
}

/* Number of matrix combinations; one above the limit stands for all that are too many. */
static size_t count_combinations(const struct workload *w)
{
	size_t n = 1;

	for (size_t i = 0; i < w->n_matrix && n <= WORKLOAD_BENCHMARKS_MAX; i++)
		n *= MIN_OF(w->matrix[i].values.n, (size_t)WORKLOAD_BENCHMARKS_MAX + 1);
	return MIN_OF(n, (size_t)WORKLOAD_BENCHMARKS_MAX + 1);
}

/* The combination as "name=value" pairs; the last parameter changes fastest. */
static int make_params(const struct workload *w, size_t combination, struct strv *ret)
{
	size_t n_below = 1;

	for (size_t i = 0; i < w->n_matrix; i++)
		n_below *= w->matrix[i].values.n;
	for (size_t i = 0; i < w->n_matrix; i++) {
		const struct parameter *parameter = &w->matrix[i];
		size_t value;
		int r;

		n_below /= parameter->values.n;
		value = combination / n_below % parameter->values.n;
		r = strv_pushf(ret, "%s=%s", parameter->name, parameter->values.items[value]);
		if (r < 0)
			return r;
	}
	return 0;
}

static char *make_name(const char *workload, const struct strv *params)
{
	CLEANUP_FREE char *list = NULL;
	char *name = NULL;

	if (params->n == 0)
		return strdup(workload);

	list = strv_join(params, ",");
	if (!list || asprintf(&name, "%s[%s]", workload, list) < 0)
		return NULL;
	return name;
}

static int make_benchmark(const struct workload *w, size_t index, struct plan_benchmark *ret)
{
	size_t n_arms = MAX_OF(w->n_arms, (size_t)1);
	int r;

	r = make_params(w, index / n_arms, &ret->params);
	if (r < 0)
		return r;

	ret->arm = index % n_arms;
	ret->name = make_name(w->name, &ret->params);
	return ret->name ? 0 : -ENOMEM;
}

size_t plan_count(const struct workload *w)
{
	return count_combinations(w) * MAX_OF(w->n_arms, (size_t)1);
}

static int check_size(const struct suite *s, size_t *ret, struct error *e)
{
	*ret = 0;
	for (size_t i = 0; i < s->n; i++) {
		size_t n = plan_count(&s->items[i]);

		if (n == 0)
			return error_setf(e, -EINVAL, "%s: a parameter of the matrix has no values",
				s->items[i].name);
		*ret += n;
		if (*ret > WORKLOAD_BENCHMARKS_MAX)
			return error_setf(e, -E2BIG,
				"%s: matrix and arms give more than %d benchmarks", s->name,
				WORKLOAD_BENCHMARKS_MAX);
	}
	return 0;
}

static int add_benchmarks(const struct suite *s, size_t workload, struct plan *p)
{
	const struct workload *w = &s->items[workload];
	size_t n = plan_count(w);

	for (size_t i = 0; i < n; i++) {
		/* On failure the last one may be half made: counted, so that it is freed. */
		struct plan_benchmark *benchmark = &p->benchmarks[p->n_benchmarks++];

		benchmark->workload = workload;
		if (make_benchmark(w, i, benchmark) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int make_benchmarks(const struct suite *s, struct plan *p, struct error *e)
{
	size_t n;
	int r = check_size(s, &n, e);

	if (r < 0)
		return r;

	p->benchmarks = calloc(n, sizeof(*p->benchmarks));
	if (!p->benchmarks)
		return error_setf(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < s->n; i++)
		if (add_benchmarks(s, i, p) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	return 0;
}

static int reserve(struct plan *p, size_t n_more)
{
	struct trial *grown;

	if (p->n_trials + n_more > PLAN_TRIALS_MAX)
		return -E2BIG;

	grown = reallocarray(p->trials, p->n_trials + n_more, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	p->trials = grown;
	return 0;
}

static void push(struct plan *p, unsigned benchmark, unsigned block)
{
	p->trials[p->n_trials++] = (struct trial){
		.benchmark = benchmark, .block = block, .warmup = block == 0};
}

/* Every draw has a stream of its own: a plan can be extended without replaying the draws before. */
static struct random next_draw(struct plan *p)
{
	return random_make(p->seed, PLAN_STREAM + p->n_draws++);
}

static void number(unsigned *items, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		items[i] = i;
}

static int square_allocate(struct plan *p)
{
	struct plan_square *square = &p->square;

	if (square->members)
		return 0;

	square->members = calloc(p->n_benchmarks, sizeof(*square->members));
	square->base = calloc(p->n_benchmarks, sizeof(*square->base));
	square->turns = calloc(p->n_benchmarks, sizeof(*square->turns));
	return square->members && square->base && square->turns ? 0 : -ENOMEM;
}

static void square_draw(struct plan *p, const bool *members)
{
	struct plan_square *square = &p->square;
	struct random random = next_draw(p);

	square->n = 0;
	square->row = 0;
	for (unsigned i = 0; i < p->n_benchmarks; i++) {
		square->members[i] = members[i];
		if (members[i])
			square->base[square->n++] = i;
	}
	number(square->turns, square->n);
	random_shuffle(&random, square->base, square->n);
	random_shuffle(&random, square->turns, square->n);
}

static bool square_serves(const struct plan *p, const bool *members)
{
	if (p->square.row >= p->square.n)
		return false;

	for (size_t i = 0; i < p->n_benchmarks; i++)
		if (p->square.members[i] != members[i])
			return false;
	return true;
}

static void append_row(struct plan *p, const bool *members)
{
	struct plan_square *square = &p->square;
	unsigned turn;

	if (!square_serves(p, members))
		square_draw(p, members);
	turn = square->turns[square->row++];
	for (unsigned i = 0; i < square->n; i++)
		push(p, square->base[(i + turn) % square->n], p->blocks);
}

static void append_in_order(struct plan *p, const bool *members)
{
	for (unsigned i = 0; i < p->n_benchmarks; i++)
		if (members[i])
			push(p, i, p->blocks);
}

/* One past the arms of the benchmark at @first: they stand side by side and share the name. */
static unsigned group_end(const struct plan *p, unsigned first)
{
	unsigned end = first + 1;

	while (end < p->n_benchmarks && streq(p->benchmarks[end].name, p->benchmarks[first].name))
		end++;
	return end;
}

/* Of two arms, which one goes first is a fair coin of its own. */
static void append_group(
	struct plan *p, struct random *random, unsigned first, const bool *members, unsigned *arms)
{
	unsigned end = group_end(p, first), n = 0;

	for (unsigned i = first; i < end; i++)
		if (members[i])
			arms[n++] = i;
	random_shuffle(random, arms, n);
	for (unsigned i = 0; i < n; i++)
		push(p, arms[i], p->blocks);
}

static int append_pairs(struct plan *p, const bool *members)
{
	CLEANUP_FREE unsigned *groups = calloc(p->n_benchmarks, sizeof(*groups));
	CLEANUP_FREE unsigned *arms = calloc(p->n_benchmarks, sizeof(*arms));
	struct random random = next_draw(p);
	unsigned n = 0;

	if (!groups || !arms)
		return -ENOMEM;

	for (unsigned i = 0; i < p->n_benchmarks; i = group_end(p, i))
		groups[n++] = i;
	random_shuffle(&random, groups, n);
	for (unsigned i = 0; i < n; i++)
		append_group(p, &random, groups[i], members, arms);
	return 0;
}

static int append_shuffled(struct plan *p, const bool *members, unsigned n)
{
	CLEANUP_FREE unsigned *order = calloc(n, sizeof(*order));
	struct random random = next_draw(p);
	unsigned filled = 0;

	if (!order)
		return -ENOMEM;

	for (unsigned i = 0; i < p->n_benchmarks; i++)
		if (members[i])
			order[filled++] = i;
	random_shuffle(&random, order, filled);
	for (unsigned i = 0; i < filled; i++)
		push(p, order[i], p->blocks);
	return 0;
}

int plan_extend(struct plan *p, const struct workload *w, const bool *wanted)
{
	unsigned n = 0;
	int r;

	for (size_t i = 0; i < p->n_benchmarks; i++)
		n += wanted[i];
	if (n == 0)
		return 0;

	r = reserve(p, n);
	if (r < 0)
		return r;
	r = square_allocate(p);
	if (r < 0)
		return r;

	p->blocks++;
	if (w->order == ORDER_BLOCKS)
		append_row(p, wanted);
	else if (w->order == ORDER_PAIRS)
		r = append_pairs(p, wanted);
	else if (w->order == ORDER_BATCH)
		append_in_order(p, wanted);
	else
		r = append_shuffled(p, wanted, n);
	if (r < 0)
		p->blocks--;
	return r;
}

/* One random order of n_rounds runs of every benchmark. */
static int append_random(struct plan *p, unsigned n_rounds)
{
	unsigned n_benchmarks = (unsigned)p->n_benchmarks;
	unsigned n = n_benchmarks * n_rounds;
	CLEANUP_FREE unsigned *order = calloc(n, sizeof(*order));
	CLEANUP_FREE unsigned *seen = calloc(n_benchmarks, sizeof(*seen));
	struct random random = next_draw(p);

	if (!order || !seen)
		return -ENOMEM;

	number(order, n);
	random_shuffle(&random, order, n);
	for (unsigned i = 0; i < n; i++) {
		unsigned benchmark = order[i] % n_benchmarks;

		push(p, benchmark, ++seen[benchmark]);
	}
	p->blocks = n_rounds;
	return 0;
}

static void append_batches(struct plan *p, unsigned n_rounds)
{
	for (unsigned i = 0; i < p->n_benchmarks; i++)
		for (unsigned block = 1; block <= n_rounds; block++)
			push(p, i, block);
	p->blocks = n_rounds;
}

static int append_rounds(struct plan *p, enum order order, unsigned n_rounds)
{
	CLEANUP_FREE bool *all = calloc(p->n_benchmarks, sizeof(*all));
	int r = square_allocate(p);

	if (!all || r < 0)
		return -ENOMEM;

	for (size_t i = 0; i < p->n_benchmarks; i++)
		all[i] = true;
	while (r >= 0 && p->blocks < n_rounds) {
		p->blocks++;
		if (order == ORDER_PAIRS)
			r = append_pairs(p, all);
		else
			append_row(p, all);
	}
	return r;
}

static unsigned first_rounds(const struct suite *s)
{
	const struct repetition *repetition = &s->items[0].repetition;
	unsigned first = s->items[0].gate.looks[0];

	if (!s->items[0].is_gate)
		return repetition->rel_ci > 0 ? plan_next_look(repetition, 0) : repetition->runs;
	for (size_t i = 1; i < s->n; i++)
		first = MIN_OF(first, s->items[i].gate.looks[0]);
	return first;
}

static unsigned warmups_of(const struct plan *p, const struct suite *s, unsigned benchmark)
{
	return s->items[p->benchmarks[benchmark].workload].repetition.warmup;
}

static void append_warmups(const struct suite *s, struct plan *p)
{
	unsigned n_rounds = 0;

	for (size_t i = 0; i < s->n; i++)
		n_rounds = MAX_OF(n_rounds, s->items[i].repetition.warmup);
	for (unsigned round = 0; round < n_rounds; round++)
		for (unsigned i = 0; i < p->n_benchmarks; i++)
			if (round < warmups_of(p, s, i))
				push(p, i, 0);
}

static int make_trials(const struct suite *s, struct plan *p)
{
	enum order order = s->items[0].order;
	unsigned n_rounds = first_rounds(s);
	size_t n = p->n_benchmarks * n_rounds;
	int r;

	for (unsigned i = 0; i < p->n_benchmarks; i++)
		n += warmups_of(p, s, i);
	r = reserve(p, n);
	if (r < 0)
		return r;

	append_warmups(s, p);
	if (n_rounds == 0)
		return 0;
	if (order == ORDER_BLOCKS || order == ORDER_PAIRS)
		return append_rounds(p, order, n_rounds);
	if (order == ORDER_RANDOM)
		return append_random(p, n_rounds);
	append_batches(p, n_rounds);
	return 0;
}

int plan_make_suite(const struct suite *s, uint64_t seed, struct plan *ret, struct error *e)
{
	CLEANUP(plan_done) struct plan p = {.seed = seed};
	int r;

	r = make_benchmarks(s, &p, e);
	if (r < 0)
		return r;

	r = make_trials(s, &p);
	if (r == -E2BIG)
		return error_setf(e, r, "%s: %zu benchmarks give more than %d runs", s->name,
			p.n_benchmarks, PLAN_TRIALS_MAX);
	if (r < 0)
		return error_setf(e, r, "out of memory");

	*ret = p;
	p = (struct plan){0};
	return 0;
}

int plan_make(const struct workload *w, uint64_t seed, struct plan *ret, struct error *e)
{
	const struct suite s = suite_of(w);

	return plan_make_suite(&s, seed, ret, e);
}
