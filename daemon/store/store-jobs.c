/* Jobs in the store: accepted, started, ended, listed. */
#include <errno.h>

#include "daemon/store/sql.h"

static int add_job_row(struct store *s, const struct job *job, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_JOB);
	const struct identity *owner = &job->owner;

	sql_put_text(&q, job->id);
	sql_put_int(&q, owner->uid);
	sql_put_int(&q, owner->gid);
	sql_put_bytes(&q, owner->groups, owner->n_groups * sizeof(*owner->groups));
	sql_put_text(&q, job->workload);
	sql_put_text(&q, job_state_name(job->state));
	sql_put_text(&q, job->error);
	sql_put_number(&q, job->submitted_ns);
	sql_put_number(&q, job->started_ns);
	sql_put_number(&q, job->ended_ns);
	return sql_run(&q, e);
}

static int add_submission(struct store *s, const struct job *job, uint64_t number, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_SUBMISSION);

	sql_put_number(&q, number);
	sql_put_text(&q, job->text);
	sql_put_text(&q, job->file);
	sql_put_text(&q, job->directory);
	sql_put_strv(&q, &job->overrides);
	sql_put_strv(&q, &job->environment);
	return sql_run(&q, e);
}

int store_add_job(struct store *s, const struct job *job, uint64_t *ret_number, struct error *e)
{
	uint64_t number = 0;
	int r;

	r = sql_begin_writing(s, STORE_JOBS, e);
	if (r < 0)
		return r;

	r = add_job_row(s, job, e);
	if (r >= 0) {
		number = (uint64_t)sqlite3_last_insert_rowid(s->connections[STORE_JOBS]);
		r = add_submission(s, job, number, e);
	}
	r = sql_finish(s, STORE_JOBS, r, e);
	if (r < 0)
		return r;

	*ret_number = number;
	return 0;
}

static int read_state(struct sql *q, enum job_state *ret, struct error *e)
{
	char word[32];
	int state;

	sql_chars(q, word, sizeof(word));
	state = job_state_find(word);
	if (state < 0)
		return error_setf(e, -EUCLEAN, "%s: '%s' is not the state of a job: damaged",
			q->store->path, word);
	*ret = (enum job_state)state;
	return 0;
}

static void read_groups(struct sql *q, struct identity *ret)
{
	size_t size = 0;

	ret->groups = sql_bytes(q, &size);
	ret->n_groups = ret->groups ? size / sizeof(*ret->groups) : 0;
}

static int read_job(struct sql *q, struct job *ret, struct error *e)
{
	int r;

	sql_chars(q, ret->id, sizeof(ret->id));
	ret->owner.uid = (uid_t)sql_int(q);
	ret->owner.gid = (gid_t)sql_int(q);
	read_groups(q, &ret->owner);
	ret->workload = sql_text(q);
	r = read_state(q, &ret->state, e);
	if (r < 0)
		return r;
	ret->error = sql_text(q);
	ret->submitted_ns = sql_number(q);
	ret->started_ns = sql_number(q);
	ret->ended_ns = sql_number(q);
	ret->text = sql_text(q);
	ret->file = sql_text(q);
	ret->directory = sql_text(q);
	sql_strv(q, &ret->overrides);
	sql_strv(q, &ret->environment);
	return sql_check(q, e);
}

int store_load_job(struct store *s, uint64_t number, struct job *ret, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LOAD_JOB);
	CLEANUP(job_done) struct job job = {.number = number};
	int r;

	sql_put_number(&q, number);
	r = sql_next(&q, e);
	if (r < 0)
		return r;
	if (r == 0)
		return error_setf(e, -ENOENT, "no job %llu", (unsigned long long)number);

	r = read_job(&q, &job, e);
	if (r < 0)
		return r;
	*ret = job;
	job = (struct job){0};
	return 0;
}

/* One number from the first row of a query. Return: 1; 0 without a row; negative errno. */
static int read_number(struct sql *q, uint64_t *ret)
{
	int r = sql_next(q, NULL);

	if (r > 0)
		*ret = sql_number(q);
	return r;
}

int store_next_queued(struct store *s, uint64_t above, uint64_t *ret)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_NEXT_QUEUED);

	sql_put_bound(&q, above);
	return read_number(&q, ret);
}

int store_count_queued(struct store *s, uid_t owner, uint64_t *ret)
{
	bool of_all = owner == (uid_t)-1;
	CLEANUP_SQL struct sql q = sql_use(s, of_all ? STORE_COUNT_QUEUED : STORE_COUNT_QUEUED_OF);
	int r;

	if (!of_all)
		sql_put_int(&q, owner);
	r = read_number(&q, ret);
	return MIN_OF(r, 0);
}

int store_latest_job(struct store *s, uint64_t *ret)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LATEST_JOB);

	return read_number(&q, ret);
}

int store_start_job(struct store *s, uint64_t number, uint64_t started_ns, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_START_JOB);
	int r;

	sql_put_number(&q, started_ns);
	sql_put_int(&q, s->self.pid);
	sql_put_number(&q, s->self.start_ticks);
	sql_put_text(&q, s->self.boot_id);
	sql_put_number(&q, number);
	r = sql_run(&q, e);
	if (r < 0)
		return r;

	if (sqlite3_changes(q.connection) == 0)
		return error_setf(
			e, -ESTALE, "job %llu is not queued any more", (unsigned long long)number);
	return 0;
}

/* Why ending a job changed nothing. */
static int explain_unchanged(struct store *s, uint64_t number, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_JOB_STATE);
	char word[32];
	int r;

	sql_put_number(&q, number);
	r = sql_next(&q, e);
	if (r < 0)
		return r;
	if (r == 0)
		return error_setf(e, -ENOENT, "no job %llu", (unsigned long long)number);

	sql_chars(&q, word, sizeof(word));
	return error_setf(e, -EALREADY, "job %llu is %s already", (unsigned long long)number, word);
}

int store_end_job(struct store *s, uint64_t number, enum job_state state, const char *why,
	uint64_t ended_ns, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_END_JOB);
	int r;

	sql_put_text(&q, job_state_name(state));
	sql_put_text(&q, why);
	sql_put_number(&q, ended_ns);
	sql_put_number(&q, number);
	r = sql_run(&q, e);
	if (r < 0)
		return r;
	return sqlite3_changes(q.connection) == 0 ? explain_unchanged(s, number, e) : 0;
}

struct lines {
	struct job_line *items;
	size_t n, capacity;
};

static void lines_done(struct lines *lines)
{
	store_lines_free(lines->items, lines->n);
}

static struct job_line *lines_add(struct lines *lines)
{
	if (lines->n == lines->capacity) {
		size_t capacity = MAX_OF(2 * lines->capacity, (size_t)64);
		struct job_line *grown = reallocarray(lines->items, capacity, sizeof(*grown));

		if (!grown)
			return NULL;
		lines->items = grown;
		lines->capacity = capacity;
	}
	lines->items[lines->n] = (struct job_line){0};
	return &lines->items[lines->n++];
}

static int read_line(struct sql *q, struct job_line *ret)
{
	int r;

	ret->number = sql_number(q);
	sql_chars(q, ret->id, sizeof(ret->id));
	ret->workload = sql_text(q);
	ret->owner = (uid_t)sql_int(q);
	r = read_state(q, &ret->state, NULL);
	if (r < 0)
		return r;
	ret->submitted_ns = sql_number(q);
	ret->started_ns = sql_number(q);
	ret->ended_ns = sql_number(q);
	ret->runs_done = (uint32_t)sql_int(q);
	ret->runs_planned = (uint32_t)sql_int(q);
	return sql_check(q, NULL);
}

int store_list_jobs(
	struct store *s, uint64_t above, unsigned limit, struct job_line **ret, size_t *ret_n)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LIST_JOBS);
	CLEANUP(lines_done) struct lines lines = {0};
	int r;

	sql_put_bound(&q, above);
	sql_put_int(&q, limit);
	while ((r = sql_next(&q, NULL)) > 0) {
		struct job_line *line = lines_add(&lines);

		r = line ? read_line(&q, line) : -ENOMEM;
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;

	*ret_n = lines.n;
	*ret = TAKE_PTR(lines.items);
	return 0;
}

void store_lines_free(struct job_line *lines, size_t n)
{
	for (size_t i = 0; lines && i < n; i++)
		free(lines[i].workload);
	free(lines);
}

int store_find_label(struct store *s, const char *label, const char *workload, uid_t owner,
	uint64_t *ret, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_FIND_LABEL);
	int r;

	sql_put_text(&q, label);
	sql_put_text(&q, workload);
	sql_put_owner(&q, owner);
	r = sql_next(&q, e);
	if (r < 0)
		return r;
	if (r == 0)
		return error_setf(e, -ENOENT, "no job%s%s that is done has the label %s",
			*workload ? " of " : "", workload, label);
	*ret = sql_number(&q);
	return 0;
}
