/* The measures of runs: the one table that grows large. */
#include "daemon/store/store-samples.h"

#include "daemon/store/sql.h"

/* Of a measure that this program knows and the one that stored the run did not. */
#define REASON_NOT_STORED "not-recorded"

static const struct evidence_measure {
	const char *name; /* prefixed: a metric may get the same name one day */
	size_t offset;	  /* in struct run */
} evidence_measures[] = {
	{"evidence.foreign", offsetof(struct run, evidence.foreign)},
	{"evidence.steal", offsetof(struct run, evidence.steal)},
	{"evidence.run-delay", offsetof(struct run, evidence.run_delay)},
	{"evidence.migrations", offsetof(struct run, evidence.migrations)},
};

_Static_assert(METRIC_MAX + ARRAY_SIZE(evidence_measures) == STORE_MEASURES_MAX, "all measures");

const char *store_measure_name(unsigned i)
{
	return i < METRIC_MAX ? metric_desc(i)->name : evidence_measures[i - METRIC_MAX].name;
}

struct measure *store_measure_of(struct run *run, unsigned i)
{
	if (i < METRIC_MAX)
		return &run->metrics[i];
	return (struct measure *)(void *)((char *)run + evidence_measures[i - METRIC_MAX].offset);
}

/* Number of a name. Return: 1; 0 when it is not there; negative errno. */
static int find_name(struct store *s, const char *name, int64_t *ret, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_FIND_NAME);
	int r;

	sql_put_text(&q, name);
	r = sql_next(&q, e);
	if (r > 0)
		*ret = sql_int(&q);
	return r;
}

/*
 * Not remembered between runs: a name that was added in a transaction that failed is not there, and
 * finding one takes two microseconds.
 */
static int need_name(struct store *s, const char *name, int64_t *ret, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_NAME);
	int r;

	r = find_name(s, name, ret, e);
	if (r != 0)
		return MIN_OF(r, 0);

	sql_put_text(&q, name);
	r = sql_run(&q, e);
	if (r >= 0)
		*ret = sqlite3_last_insert_rowid(q.connection);
	return r;
}

/* Next two parameters: the value, or the number of the reason. */
static int put_value(struct sql *q, const struct measure *m, struct error *e)
{
	int64_t reason = 0;
	int r;

	if (measure_is_set(m)) {
		sql_put_real(q, m->value);
		return 0;
	}

	r = need_name(q->store, m->unavailable, &reason, e);
	if (r < 0)
		return r;
	q->at++; /* no value: parameters are NULL unless set */
	sql_put_int(q, reason);
	return 0;
}

static int put_sample(struct sql *q, uint64_t number, struct run *run, unsigned i, struct error *e)
{
	int64_t name = 0;
	int r;

	r = need_name(q->store, store_measure_name(i), &name, e);
	if (r < 0)
		return r;

	sql_again(q);
	sql_put_number(q, number);
	sql_put_int(q, run->n);
	sql_put_int(q, name);
	r = put_value(q, store_measure_of(run, i), e);
	return r < 0 ? r : sql_run(q, e);
}

static int put_culprits(struct store *s, uint64_t number, const struct run *run, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_CULPRIT);
	const struct evidence *evidence = &run->evidence;

	for (unsigned i = 0; i < MIN_OF(evidence->n_culprits, (unsigned)RUN_CULPRITS_MAX); i++) {
		const struct culprit *culprit = &evidence->culprits[i];
		int64_t name = 0;
		int r;

		r = need_name(s, culprit->name, &name, e);
		if (r < 0)
			return r;
		sql_again(&q);
		sql_put_number(&q, number);
		sql_put_int(&q, run->n);
		sql_put_int(&q, i);
		sql_put_int(&q, name);
		sql_put_real(&q, culprit->seconds);
		r = sql_run(&q, e);
		if (r < 0)
			return r;
	}
	return 0;
}

int store_put_samples(struct store *s, uint64_t number, const struct run *run, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_SAMPLE);
	struct run copy = *run;

	for (unsigned i = 0; i < STORE_MEASURES_MAX; i++) {
		int r = put_sample(&q, number, &copy, i, e);
		if (r < 0)
			return r;
	}
	return put_culprits(s, number, run, e);
}

/* Numbers of the names that this program knows; 0: never stored. */
static int find_measures(struct store *s, int64_t *ret, struct error *e)
{
	for (unsigned i = 0; i < STORE_MEASURES_MAX; i++) {
		int r = find_name(s, store_measure_name(i), &ret[i], e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The run that a row belongs to; rows and runs are both in rising order of n. */
static struct run *run_of_row(struct run *runs, size_t n_runs, size_t *at, unsigned n)
{
	while (*at < n_runs && runs[*at].n < n)
		(*at)++;
	return *at < n_runs && runs[*at].n == n ? &runs[*at] : NULL;
}

static void read_sample(struct sql *q, struct run *run, const int64_t *names)
{
	int64_t name = sql_int(q);

	for (unsigned i = 0; run && i < STORE_MEASURES_MAX; i++) {
		if (names[i] != name)
			continue;
		*store_measure_of(run, i) = sql_measure(q);
		return;
	}
}

static int load_measures(
	struct store *s, uint64_t number, struct run *runs, size_t n_runs, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LOAD_SAMPLES);
	int64_t names[STORE_MEASURES_MAX] = {0};
	size_t at = 0;
	int r;

	r = find_measures(s, names, e);
	if (r < 0)
		return r;

	sql_put_number(&q, number);
	while ((r = sql_next(&q, e)) > 0)
		read_sample(&q, run_of_row(runs, n_runs, &at, (unsigned)sql_int(&q)), names);
	return r;
}

static void read_culprit(struct sql *q, struct evidence *ret)
{
	struct culprit *culprit;

	if (ret->n_culprits >= RUN_CULPRITS_MAX)
		return;

	culprit = &ret->culprits[ret->n_culprits++];
	sql_chars(q, culprit->name, sizeof(culprit->name));
	culprit->seconds = sql_real(q);
}

static int load_culprits(
	struct store *s, uint64_t number, struct run *runs, size_t n_runs, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LOAD_CULPRITS);
	size_t at = 0;
	int r;

	sql_put_number(&q, number);
	while ((r = sql_next(&q, e)) > 0) {
		struct run *run = run_of_row(runs, n_runs, &at, (unsigned)sql_int(&q));

		if (run)
			read_culprit(&q, &run->evidence);
	}
	return r;
}

int store_load_samples(
	struct store *s, uint64_t number, struct run *runs, size_t n_runs, struct error *e)
{
	int r;

	for (size_t i = 0; i < n_runs; i++)
		for (unsigned k = 0; k < STORE_MEASURES_MAX; k++)
			*store_measure_of(&runs[i], k) = measure_unavailable(REASON_NOT_STORED);
	r = load_measures(s, number, runs, n_runs, e);
	return r < 0 ? r : load_culprits(s, number, runs, n_runs, e);
}
