/* Intended changes in the store. */
#include <errno.h>

#include "daemon/store/acceptances.h"
#include "daemon/store/sql.h"

static int forget_expired(struct store *s, uint64_t now_ns, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_FORGET_ACCEPTANCES);

	sql_put_number(&q, now_ns > ACCEPTANCES_KEEP_NS ? now_ns - ACCEPTANCES_KEEP_NS : 0);
	return sql_run(&q, e);
}

static int check_quota(struct store *s, uid_t owner, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_COUNT_ACCEPTANCES);
	int r;

	sql_put_int(&q, owner);
	r = sql_next(&q, e);
	if (r < 0)
		return r;
	if (r > 0 && sql_int(&q) >= (int64_t)ACCEPTANCES_MAX_PER_USER)
		return error_setf(e, -EDQUOT,
			"user %u has %u acceptances already: withdraw some first", owner,
			ACCEPTANCES_MAX_PER_USER);
	return 0;
}

static int insert(struct store *s, const struct acceptance_row *row, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_ACCEPTANCE);

	sql_put_int(&q, row->owner);
	sql_put_text(&q, row->workload);
	sql_put_text(&q, row->benchmark);
	sql_put_real(&q, row->limit_ratio);
	sql_put_text(&q, row->reason);
	sql_put_number(&q, row->job);
	sql_put_number(&q, row->created_ns);
	sql_put_number(&q, row->expires_ns);
	return sql_run(&q, e);
}

int store_add_acceptance(
	struct store *s, const struct acceptance_row *row, uint64_t *ret_number, struct error *e)
{
	uint64_t number = 0;
	int r = sql_begin_writing(s, STORE_JOBS, e);

	if (r < 0)
		return r;
	r = forget_expired(s, row->created_ns, e);
	if (r >= 0)
		r = check_quota(s, row->owner, e);
	if (r >= 0)
		r = insert(s, row, e);
	if (r >= 0)
		number = (uint64_t)sqlite3_last_insert_rowid(s->connections[STORE_JOBS]);
	r = sql_finish(s, STORE_JOBS, r, e);
	if (r >= 0)
		*ret_number = number;
	return r;
}

void acceptance_rows_free(struct acceptance_row *rows, size_t n)
{
	for (size_t i = 0; rows && i < n; i++) {
		free(rows[i].workload);
		free(rows[i].benchmark);
		free(rows[i].reason);
	}
	free(rows);
}

struct rows {
	struct acceptance_row *items;
	size_t n;
};

static void rows_done(struct rows *rows)
{
	acceptance_rows_free(rows->items, rows->n);
}

static int read_row(struct sql *q, struct rows *rows, struct error *e)
{
	struct acceptance_row *items = reallocarray(rows->items, rows->n + 1, sizeof(*items)), *row;

	if (!items)
		return error_setf(e, -ENOMEM, STORE_OUT_OF_MEMORY);
	rows->items = items;
	row = &items[rows->n++];
	*row = (struct acceptance_row){0};
	row->number = sql_number(q);
	row->owner = (uid_t)sql_int(q);
	row->workload = sql_text(q);
	row->benchmark = sql_text(q);
	row->limit_ratio = sql_real(q);
	row->reason = sql_text(q);
	row->job = sql_number(q);
	row->created_ns = sql_number(q);
	row->expires_ns = sql_number(q);
	return sql_check(q, e);
}

int store_list_acceptances(struct store *s, uid_t owner, const char *workload,
	struct acceptance_row **ret, size_t *ret_n, struct error *e)
{
	bool is_all = owner == (uid_t)-1;
	CLEANUP_SQL struct sql q = sql_use(
		s, is_all ? STORE_LIST_ACCEPTANCES : STORE_LIST_ACCEPTANCES_OF);
	CLEANUP(rows_done) struct rows rows = {0};
	int r;

	sql_put_text(&q, workload);
	if (!is_all)
		sql_put_int(&q, owner);
	while ((r = sql_next(&q, e)) > 0) {
		r = read_row(&q, &rows, e);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	*ret_n = rows.n;
	*ret = TAKE_PTR(rows.items);
	return 0;
}

int store_acceptance_owner(struct store *s, uint64_t number, uid_t *ret, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ACCEPTANCE_OWNER);
	int r;

	sql_put_bound(&q, number);
	r = sql_next(&q, e);
	if (r < 0)
		return r;
	if (r == 0)
		return error_setf(
			e, -ENOENT, "there is no acceptance %llu", (unsigned long long)number);
	*ret = (uid_t)sql_int(&q);
	return 0;
}

int store_remove_acceptance(struct store *s, uint64_t number, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_REMOVE_ACCEPTANCE);

	sql_put_bound(&q, number);
	return sql_run(&q, e);
}
