/* Uses of prepared statements, and the translation of SQLite's failures. */
#include "daemon/store/sql.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

/* What a person can do about each kind of failure. */
static const struct failure {
	int sqlite; /* primary code */
	int code;
	const char *advice;
} failures[] = {
	{SQLITE_FULL, -ENOSPC, "no space left: free some and try again; what was stored is kept"},
	{SQLITE_READONLY, -EROFS,
		"cannot be written: check its owner, and whether its file system is mounted "
		"read-only"},
	{SQLITE_CORRUPT, -EUCLEAN,
		"damaged: end steadyd, then move the file away together with its -wal and -shm, "
		"or put a backup in its place; nothing was overwritten"},
	{SQLITE_NOTADB, -EUCLEAN,
		"not a database: move it away, steadyd does not overwrite what it did not make"},
	{SQLITE_BUSY, -EBUSY, "held by another process for too long: try again"},
	{SQLITE_LOCKED, -EBUSY, "held by another connection: try again"},
	{SQLITE_PROTOCOL, -EBUSY, "held by too many processes at once: try again"},
	{SQLITE_NOMEM, -ENOMEM, STORE_OUT_OF_MEMORY},
	{SQLITE_PERM, -EACCES, "not permitted: check its owner and that of its folder"},
	{SQLITE_TOOBIG, -EFBIG, "a value is larger than a database holds"},
	{SQLITE_CONSTRAINT, -EINVAL, "a value does not fit the others stored"},
};

static const struct failure *failure_find(int code)
{
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		if (failures[i].sqlite == (code & 0xff))
			return &failures[i];
	return NULL;
}

/* Failures that the system call behind them explains better than SQLite does. */
static int error_of_system(struct store *s, sqlite3 *connection, int failure, struct error *e)
{
	int number = sqlite3_system_errno(connection);

	if (number == ENOSPC || number == EDQUOT)
		return sql_error(s, connection, SQLITE_FULL, e);
	if ((failure & 0xff) == SQLITE_CANTOPEN && number != 0)
		return error_setf(
			e, -number, "%s: cannot be opened: %s", s->path, strerror(number));
	return error_setf(e, -EIO, "%s: %s%s%s: look in the kernel's log for errors of its disk",
		s->path, sqlite3_errstr(failure), number ? ", " : "",
		number ? strerror(number) : "");
}

int sql_error(struct store *s, sqlite3 *connection, int failure, struct error *e)
{
	const struct failure *found = failure_find(failure);

	if (failure == SQLITE_CONSTRAINT_FOREIGNKEY)
		return error_setf(e, -ENOENT, "%s: no such job", s->path);
	if (failure == SQLITE_CONSTRAINT_PRIMARYKEY || failure == SQLITE_CONSTRAINT_UNIQUE)
		return error_setf(e, -EEXIST, "%s: is stored already: %s", s->path,
			sqlite3_errmsg(connection));
	if (found)
		return error_setf(e, found->code, "%s: %s", s->path, found->advice);
	if ((failure & 0xff) == SQLITE_IOERR || (failure & 0xff) == SQLITE_CANTOPEN)
		return error_of_system(s, connection, failure, e);
	return error_setf(e, -EIO, "%s: %s", s->path, sqlite3_errmsg(connection));
}

struct sql sql_use(struct store *s, enum store_statement id)
{
	sqlite3_stmt *statement = s->statements[id];

	return (struct sql){
		.store = s,
		.connection = sqlite3_db_handle(statement),
		.statement = statement,
	};
}

void sql_end(struct sql *q)
{
	/* The failure, if any, was reported when it happened. */
	(void)sqlite3_reset(q->statement);
	(void)sqlite3_clear_bindings(q->statement);
	q->at = 0;
}

void sql_again(struct sql *q)
{
	sql_end(q);
}

static void keep_failure(struct sql *q, int failure)
{
	if (q->failure == SQLITE_OK && failure != SQLITE_OK)
		q->failure = failure;
}

void sql_put_int(struct sql *q, int64_t value)
{
	keep_failure(q, sqlite3_bind_int64(q->statement, ++q->at, value));
}

void sql_put_number(struct sql *q, uint64_t value)
{
	sql_put_int(q, (int64_t)value);
}

void sql_put_bound(struct sql *q, uint64_t value)
{
	sql_put_int(q, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void sql_put_owner(struct sql *q, uid_t owner)
{
	sql_put_int(q, owner == (uid_t)-1 ? -1 : (int64_t)owner);
}

void sql_put_real(struct sql *q, double value)
{
	keep_failure(q, sqlite3_bind_double(q->statement, ++q->at, value));
}

void sql_put_text(struct sql *q, const char *text)
{
	keep_failure(q, sqlite3_bind_text(q->statement, ++q->at, text, -1, SQLITE_STATIC));
}

void sql_put_bytes(struct sql *q, const void *data, size_t size)
{
	/* A null pointer would store NULL instead of nothing. */
	keep_failure(q,
		sqlite3_bind_blob64(q->statement, ++q->at, data ? data : "", size, SQLITE_STATIC));
}

void sql_put_strv(struct sql *q, const struct strv *v)
{
	size_t size = 0;
	char *bytes, *end;

	for (size_t i = 0; i < v->n; i++)
		size += strlen(v->items[i]) + 1;
	bytes = malloc(size + 1);
	if (!bytes) {
		keep_failure(q, SQLITE_NOMEM);
		return;
	}

	end = bytes;
	for (size_t i = 0; i < v->n; i++)
		end = stpcpy(end, v->items[i]) + 1;
	/* SQLite frees it, also on failure. */
	keep_failure(q, sqlite3_bind_blob64(q->statement, ++q->at, bytes, size, free));
}

void sql_put_measure(struct sql *q, const struct measure *m)
{
	bool is_set = measure_is_set(m);

	sql_put_real(q, is_set ? m->value : (double)NAN);
	sql_put_text(q, is_set ? NULL : m->unavailable);
}

int sql_next(struct sql *q, struct error *e)
{
	int code = q->failure == SQLITE_OK ? sqlite3_step(q->statement) : q->failure;

	q->at = 0;
	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;
	return sql_error(q->store, q->connection, code, e);
}

int sql_run(struct sql *q, struct error *e)
{
	int r = sql_next(q, e);

	return MIN_OF(r, 0);
}

int sql_check(struct sql *q, struct error *e)
{
	return q->failure == SQLITE_OK ? 0 : sql_error(q->store, q->connection, q->failure, e);
}

int64_t sql_int(struct sql *q)
{
	return sqlite3_column_int64(q->statement, q->at++);
}

uint64_t sql_number(struct sql *q)
{
	return (uint64_t)sql_int(q);
}

double sql_real(struct sql *q)
{
	int column = q->at++;

	if (sqlite3_column_type(q->statement, column) == SQLITE_NULL)
		return (double)NAN;
	return sqlite3_column_double(q->statement, column);
}

char *sql_text(struct sql *q)
{
	int column = q->at++;
	const char *text;
	char *copy;

	if (sqlite3_column_type(q->statement, column) == SQLITE_NULL)
		return NULL;

	text = (const char *)sqlite3_column_text(q->statement, column);
	copy = text ? strdup(text) : NULL;
	if (!copy)
		keep_failure(q, SQLITE_NOMEM);
	return copy;
}

void sql_chars(struct sql *q, char *ret, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(q->statement, q->at++);

	(void)snprintf(ret, size, "%s", text ? text : "");
}

void *sql_bytes(struct sql *q, size_t *ret_size)
{
	int column = q->at++;
	const void *bytes = sqlite3_column_blob(q->statement, column);
	size_t size = (size_t)sqlite3_column_bytes(q->statement, column);
	char *copy = calloc(size + 1, 1);

	if (!copy || (size > 0 && !bytes)) {
		free(copy);
		keep_failure(q, SQLITE_NOMEM);
		return NULL;
	}

	if (size > 0)
		memcpy(copy, bytes, size);
	*ret_size = size;
	return copy;
}

void sql_strv(struct sql *q, struct strv *ret)
{
	size_t size = 0;
	CLEANUP_FREE char *bytes = sql_bytes(q, &size);

	for (size_t at = 0; bytes && at < size; at += strlen(bytes + at) + 1)
		if (strv_push(ret, bytes + at) < 0)
			keep_failure(q, SQLITE_NOMEM);
}

struct measure sql_measure(struct sql *q)
{
	struct measure m = {.value = sql_real(q)};

	sql_chars(q, m.unavailable, sizeof(m.unavailable));
	if (!measure_is_set(&m))
		m.value = 0;
	return m;
}

int sql_script(struct store *s, enum store_connection connection, const char *text, struct error *e)
{
	sqlite3 *db = s->connections[connection];
	int code = sqlite3_exec(db, text, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : sql_error(s, db, code, e);
}

int sql_begin_writing(struct store *s, enum store_connection connection, struct error *e)
{
	/* IMMEDIATE: a transaction that reads first and writes later cannot wait for others. */
	return sql_script(s, connection, "BEGIN IMMEDIATE", e);
}

int sql_begin_reading(struct store *s, enum store_connection connection, struct error *e)
{
	return sql_script(s, connection, "BEGIN", e);
}

int sql_finish(struct store *s, enum store_connection connection, int r, struct error *e)
{
	if (r >= 0)
		r = sql_script(s, connection, "COMMIT", e);
	/* A full disk or want of memory has rolled back already; then this does nothing. */
	if (r < 0)
		(void)sqlite3_exec(s->connections[connection], "ROLLBACK", NULL, NULL, NULL);
	return MIN_OF(r, 0);
}
