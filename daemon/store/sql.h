/* One use of a prepared statement: parameters in, columns out, in the order of its text. */
#pragma once

#include "daemon/store/store-private.h"

/* The first failure of a use is kept, and reported by the next call that returns one. */
struct sql {
	struct store *store;
	sqlite3 *connection;
	sqlite3_stmt *statement;
	int failure; /* SQLite's code */
	int at;	     /* next parameter or column */
};

/* Ends the use when it leaves scope: an open SELECT would pin the log of the database. */
#define CLEANUP_SQL CLEANUP(sql_end)

/**
 * sql_use() - start to use a statement
 * @s:  store
 * @id: which
 *
 * Return: the use, for sql_end().
 */
struct sql sql_use(struct store *s, enum store_statement id);

/**
 * sql_end() - end the use, leave the statement ready for the next
 * @q: use
 *
 * Return: nothing.
 */
void sql_end(struct sql *q);

/**
 * sql_again() - the same statement once more, with new parameters
 * @q: use
 *
 * Return: nothing.
 */
void sql_again(struct sql *q);

/**
 * sql_put_int() - next parameter: an integer; 64-bit unsigned values keep their bits
 * @q:     use
 * @value: parameter
 *
 * Return: nothing.
 */
void sql_put_int(struct sql *q, int64_t value);

/**
 * sql_put_number() - next parameter: an unsigned integer; its bits are kept
 * @q:     use
 * @value: parameter
 *
 * Return: nothing.
 */
void sql_put_number(struct sql *q, uint64_t value);

/**
 * sql_put_bound() - next parameter: an unsigned integer to compare with; the largest for more
 * @q:     use
 * @value: parameter
 *
 * Return: nothing.
 */
void sql_put_bound(struct sql *q, uint64_t value);

/**
 * sql_put_owner() - next parameter: a user, or -1 for any
 * @q:     use
 * @owner: uid; (uid_t)-1: any
 *
 * Return: nothing.
 */
void sql_put_owner(struct sql *q, uid_t owner);

/**
 * sql_put_real() - next parameter: a number; NaN becomes NULL
 * @q:     use
 * @value: parameter
 *
 * Return: nothing.
 */
void sql_put_real(struct sql *q, double value);

/**
 * sql_put_text() - next parameter: a text
 * @q:    use
 * @text: borrowed until the use ends; NULL becomes NULL
 *
 * Return: nothing.
 */
void sql_put_text(struct sql *q, const char *text);

/**
 * sql_put_bytes() - next parameter: bytes
 * @q:    use
 * @data: borrowed until the use ends; may be NULL when @size is 0
 * @size: count
 *
 * Return: nothing.
 */
void sql_put_bytes(struct sql *q, const void *data, size_t size);

/**
 * sql_put_strv() - next parameter: a list of strings, each with its NUL
 * @q: use
 * @v: list
 *
 * Return: nothing.
 */
void sql_put_strv(struct sql *q, const struct strv *v);

/**
 * sql_put_measure() - next two parameters: value and reason, as texts and numbers
 * @q: use
 * @m: borrowed until the use ends
 *
 * Return: nothing.
 */
void sql_put_measure(struct sql *q, const struct measure *m);

/**
 * sql_next() - execute, or go to the next row
 * @q: use
 * @e: filled on failure
 *
 * Return: 1: there is a row; 0: the end; negative errno of sql_error().
 */
int sql_next(struct sql *q, struct error *e);

/**
 * sql_run() - execute a statement that gives no rows
 * @q: use
 * @e: filled on failure
 *
 * Return: 0; negative errno of sql_error().
 */
int sql_run(struct sql *q, struct error *e);

/**
 * sql_check() - has any column been lost for want of memory
 * @q: use
 * @e: filled on failure
 *
 * Return: 0; negative errno of sql_error().
 */
int sql_check(struct sql *q, struct error *e);

/**
 * sql_int() - next column
 * @q: use with a row
 *
 * Return: the integer; 0 for NULL.
 */
int64_t sql_int(struct sql *q);

/**
 * sql_number() - next column, as it was given to sql_put_number()
 * @q: use with a row
 *
 * Return: the number; 0 for NULL.
 */
uint64_t sql_number(struct sql *q);

/**
 * sql_real() - next column
 * @q: use with a row
 *
 * Return: the number; NaN for NULL.
 */
double sql_real(struct sql *q);

/**
 * sql_text() - next column
 * @q: use with a row
 *
 * Return: owned by the caller; NULL for NULL and without memory, see sql_check().
 */
char *sql_text(struct sql *q);

/**
 * sql_chars() - next column into a buffer
 * @q:    use with a row
 * @ret:  filled, terminated; a longer text is cut, NULL is empty
 * @size: of @ret in bytes
 *
 * Return: nothing.
 */
void sql_chars(struct sql *q, char *ret, size_t size);

/**
 * sql_bytes() - next column
 * @q:        use with a row
 * @ret_size: count
 *
 * Return: owned by the caller, with a NUL behind them; NULL without memory, see sql_check().
 */
void *sql_bytes(struct sql *q, size_t *ret_size);

/**
 * sql_strv() - next column, as it was given to sql_put_strv()
 * @q:   use with a row
 * @ret: appended to
 *
 * Return: nothing; want of memory shows in sql_check().
 */
void sql_strv(struct sql *q, struct strv *ret);

/**
 * sql_measure() - next two columns, as they were given to sql_put_measure()
 * @q: use with a row
 *
 * Return: the measure.
 */
struct measure sql_measure(struct sql *q);

/**
 * sql_error() - the one place where SQLite's codes become errnos and sentences
 * @s:          store
 * @connection: that failed
 * @failure:    SQLite's extended code
 * @e:          filled: names the file and says what to do
 *
 * Return: -ENOSPC, -EROFS, -EACCES, -EUCLEAN (damaged or no database), -EBUSY (another process
 * holds it), -ENOMEM, -EEXIST (number or id is taken), -ENOENT (the job it belongs to is not
 * there), -EFBIG, -EIO, or the errno of opening.
 */
int sql_error(struct store *s, sqlite3 *connection, int failure, struct error *e);

/**
 * sql_script() - execute SQL without parameters or rows
 * @s:          store
 * @connection: on which
 * @text:       statements
 * @e:          filled on failure
 *
 * Return: 0; negative errno of sql_error().
 */
int sql_script(
	struct store *s, enum store_connection connection, const char *text, struct error *e);

/**
 * sql_begin_writing() - start a transaction that writes
 * @s:          store
 * @connection: on which
 * @e:          filled on failure
 *
 * Return: 0, then sql_finish() must follow; negative errno of sql_error().
 */
int sql_begin_writing(struct store *s, enum store_connection connection, struct error *e);

/**
 * sql_begin_reading() - start a transaction whose reads all see the same state
 * @s:          store
 * @connection: on which
 * @e:          filled on failure
 *
 * Return: 0, then sql_finish() must follow; negative errno of sql_error().
 */
int sql_begin_reading(struct store *s, enum store_connection connection, struct error *e);

/**
 * sql_finish() - commit, or roll back what failed
 * @s:          store
 * @connection: of the transaction
 * @r:          outcome of the work: negative rolls back
 * @e:          filled when committing fails
 *
 * Return: @r when negative; else 0 or negative errno of the commit, which is then rolled back.
 */
int sql_finish(struct store *s, enum store_connection connection, int r, struct error *e);
