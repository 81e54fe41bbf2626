/* Runs in the store: written one by one, read a job at a time. */
#include "daemon/store/store-runs.h"

#include <errno.h>

#include "daemon/store/sql.h"
#include "daemon/store/store-samples.h"

static void put_output(struct sql *q, const struct run_output *output)
{
	sql_put_number(q, output->bytes);
	sql_put_int(q, output->truncated);
	sql_put_text(q, output->sha256);
}

static int put_run_row(struct store *s, uint64_t number, const struct run *run, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_RUN);

	sql_put_number(&q, number);
	sql_put_int(&q, run->n);
	sql_put_int(&q, run->benchmark);
	sql_put_int(&q, run->block);
	sql_put_int(&q, run->warmup);
	sql_put_text(&q, run_status_name(run->status));
	sql_put_text(&q, run->why);
	sql_put_int(&q, run->exit_code);
	sql_put_int(&q, run->signal);
	sql_put_number(&q, run->started_ns);
	sql_put_int(&q, run->kernel_timing);
	sql_put_int(&q, run->evidence.n_cpus);
	sql_put_int(&q, run->evidence.leftovers);
	sql_put_number(&q, run->evidence.lost_records);
	sql_put_number(&q, run->evidence.daemon_wakeups);
	put_output(&q, &run->out);
	put_output(&q, &run->err);
	return sql_run(&q, e);
}

int store_put_run(struct store *s, uint64_t number, const struct run *run, struct error *e)
{
	int r;

	r = sql_begin_writing(s, STORE_RUNS, e);
	if (r < 0)
		return r;

	r = put_run_row(s, number, run, e);
	if (r >= 0)
		r = store_put_samples(s, number, run, e);
	return sql_finish(s, STORE_RUNS, r, e);
}

static int read_status(struct sql *q, enum run_status *ret, struct error *e)
{
	char word[32];
	int status;

	sql_chars(q, word, sizeof(word));
	status = run_status_find(word);
	if (status < 0)
		return error_setf(e, -EUCLEAN, "%s: '%s' is not the status of a run: damaged",
			q->store->path, word);
	*ret = (enum run_status)status;
	return 0;
}

static void read_output(struct sql *q, struct run_output *ret)
{
	ret->bytes = sql_number(q);
	ret->truncated = sql_int(q) != 0;
	sql_chars(q, ret->sha256, sizeof(ret->sha256));
}

static int read_run(struct sql *q, struct run *ret, struct error *e)
{
	int r;

	ret->n = (unsigned)sql_int(q);
	ret->benchmark = (unsigned)sql_int(q);
	ret->block = (unsigned)sql_int(q);
	ret->warmup = sql_int(q) != 0;
	r = read_status(q, &ret->status, e);
	if (r < 0)
		return r;
	sql_chars(q, ret->why, sizeof(ret->why));
	ret->exit_code = (int)sql_int(q);
	ret->signal = (int)sql_int(q);
	ret->started_ns = sql_number(q);
	ret->kernel_timing = sql_int(q) != 0;
	ret->evidence.n_cpus = (unsigned)sql_int(q);
	ret->evidence.leftovers = (unsigned)sql_int(q);
	ret->evidence.lost_records = sql_number(q);
	ret->evidence.daemon_wakeups = sql_number(q);
	read_output(q, &ret->out);
	read_output(q, &ret->err);
	return 0;
}

static int count_runs(struct store *s, uint64_t number, size_t *ret, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_COUNT_RUNS);
	int r;

	sql_put_number(&q, number);
	r = sql_next(&q, e);
	if (r > 0)
		*ret = (size_t)sql_int(&q);
	return MIN_OF(r, 0);
}

static int load_rows(
	struct store *s, uint64_t number, struct run *runs, size_t n_runs, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LOAD_RUNS);
	size_t n = 0;
	int r;

	sql_put_number(&q, number);
	while ((r = sql_next(&q, e)) > 0) {
		if (n == n_runs)
			return error_setf(
				e, -EUCLEAN, "%s: more runs than counted: damaged", s->path);
		r = read_run(&q, &runs[n++], e);
		if (r < 0)
			return r;
	}
	return r;
}

int store_load_runs(
	struct store *s, uint64_t number, struct run **ret, size_t *ret_n, struct error *e)
{
	CLEANUP_FREE struct run *runs = NULL;
	size_t n = 0;
	int r;

	r = count_runs(s, number, &n, e);
	if (r < 0)
		return r;
	runs = calloc(n + 1, sizeof(*runs));
	if (!runs)
		return error_setf(e, -ENOMEM, STORE_OUT_OF_MEMORY);

	r = load_rows(s, number, runs, n, e);
	if (r >= 0)
		r = store_load_samples(s, number, runs, n, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(runs);
	*ret_n = n;
	return 0;
}
