/* The store's database file: created, opened, brought up to date, closed. */
#include "daemon/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "daemon/store/sql.h"

#define FOLDER_MODE   0755
#define DATABASE_MODE 0600 /* results are given out over the bus, to those who may have them */

/*
 * How long to wait for another process, which holds the file for one commit at a time. SQLite's own
 * waiting pauses up to 100 ms between attempts, and then others come first time after time.
 */
#define BUSY_PAUSE_NS NSEC_PER_MSEC
#define BUSY_ATTEMPTS 5000

/* Changing to WAL needs the file alone; SQLite does not wait for that at all. */
#define WAL_TIMEOUT_NS (5 * NSEC_PER_SEC)

/*
 * journal_size_limit: a log that grew with one large job is cut back. cache_size: KiB of memory a
 * connection keeps. trusted_schema: nothing in the file may call functions.
 */
#define SETTINGS                                                                                   \
	"PRAGMA foreign_keys = ON;"                                                                \
	"PRAGMA journal_size_limit = 16777216;"                                                    \
	"PRAGMA cache_size = -1024;"                                                               \
	"PRAGMA temp_store = MEMORY;"                                                              \
	"PRAGMA trusted_schema = OFF;"

static const char *const settings[STORE_CONNECTIONS] = {
	[STORE_JOBS] = SETTINGS "PRAGMA synchronous = FULL",
	/*
	 * In WAL the log is one file: the next FULL commit puts all runs before it on disk too, so
	 * that a job whose end is stored has its runs.
	 */
	[STORE_RUNS] = SETTINGS "PRAGMA synchronous = NORMAL",
};

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* A new empty file with our permissions; its log and index take them over from it. */
static int create_file(struct store *s, struct error *e)
{
	CLEANUP_FREE char *folder = folder_of(s->path);
	CLEANUP_CLOSE int fd = -1;
	int r;

	if (!folder)
		return error_setf(e, -ENOMEM, STORE_OUT_OF_MEMORY);
	r = file_make_folders(folder, FOLDER_MODE, e);
	if (r < 0)
		return r;

	/*
	 * Only ever a new file: closing any descriptor of an existing database would drop the locks
	 * that SQLite holds on it in this process (fcntl(2), POSIX locks).
	 */
	fd = open(s->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, DATABASE_MODE);
	if (fd < 0 && errno == EEXIST)
		return 0;
	if (fd < 0)
		return error_setf(e, -errno, "%s: cannot be created: %s", s->path, strerror(errno));
	r = file_sync_folder_of(s->path);
	return r < 0 ? error_setf(e, r, "%s: syncing its folder: %s", s->path, strerror(-r)) : 0;
}

/* An older umask or a copied backup may have left it readable for all. */
static int close_to_others(struct store *s, struct error *e)
{
	struct stat st;

	if (stat(s->path, &st) < 0)
		return error_setf(e, -errno, "%s: %s", s->path, strerror(errno));
	if (S_ISREG(st.st_mode) && (st.st_mode & 0077) && st.st_uid == geteuid() &&
		chmod(s->path, DATABASE_MODE) < 0)
		return error_setf(
			e, -errno, "%s: cannot be closed to others: %s", s->path, strerror(errno));
	return 0;
}

/* SQLite would open what it cannot write, and fail later with a worse explanation. */
static int check_access(struct store *s, struct error *e)
{
	if (access(s->path, R_OK | W_OK) == 0)
		return 0;
	if (errno == EROFS)
		return sql_error(s, NULL, SQLITE_READONLY, e);
	return error_setf(e, -errno, "%s: cannot be used: %s", s->path, strerror(errno));
}

static void pause_for_others(void)
{
	const struct timespec pause = {.tv_nsec = (long)BUSY_PAUSE_NS};

	(void)nanosleep(&pause, NULL);
}

/* SQLite's busy handler. Return: 1 to try again. */
static int wait_for_others(void *userdata, int n_attempts)
{
	pause_for_others();
	return n_attempts < BUSY_ATTEMPTS;
}

static int connect(struct store *s, enum store_connection connection, struct error *e)
{
	sqlite3 **db = &s->connections[connection];
	int code = sqlite3_open_v2(s->path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (code != SQLITE_OK)
		return *db ? sql_error(s, *db, code, e)
			   : error_setf(e, -ENOMEM, STORE_OUT_OF_MEMORY);

	(void)sqlite3_extended_result_codes(*db, 1);
	(void)sqlite3_busy_handler(*db, wait_for_others, NULL);
	return sql_script(s, connection, settings[connection], e);
}

static int set_wal(struct store *s, struct error *e)
{
	uint64_t deadline_ns = clock_now_ns(CLOCK_MONOTONIC) + WAL_TIMEOUT_NS;
	static const char change[] = "PRAGMA journal_mode = WAL";

	/* Only ever waits while two programs create the same file at their start. */
	while (sql_script(s, STORE_JOBS, change, NULL) == -EBUSY &&
		clock_now_ns(CLOCK_MONOTONIC) < deadline_ns)
		pause_for_others();
	return sql_script(s, STORE_JOBS, change, e);
}

static int prepare(struct store *s, enum store_statement id, struct error *e)
{
	enum store_connection connection;
	const char *text = store_statement_text(id, &connection);
	sqlite3 *db = s->connections[connection];
	int code = sqlite3_prepare_v3(
		db, text, -1, SQLITE_PREPARE_PERSISTENT, &s->statements[id], NULL);

	return code == SQLITE_OK ? 0 : sql_error(s, db, code, e);
}

static int open_database(struct store *s, struct error *e)
{
	int r;

	r = create_file(s, e);
	if (r < 0)
		return r;
	r = check_access(s, e);
	if (r >= 0)
		r = close_to_others(s, e);
	for (int i = 0; r >= 0 && i < STORE_CONNECTIONS; i++)
		r = connect(s, (enum store_connection)i, e);
	/* Looked at before the first write: what is not ours stays as it is. */
	if (r >= 0)
		r = store_check(s, e);
	if (r >= 0)
		r = set_wal(s, e);
	if (r >= 0)
		r = store_migrate(s, e);
	for (int i = 0; r >= 0 && i < STORE_STATEMENTS; i++)
		r = prepare(s, (enum store_statement)i, e);
	return r;
}

struct store *store_free(struct store *s)
{
	if (!s)
		return NULL;

	for (int i = 0; i < STORE_STATEMENTS; i++)
		(void)sqlite3_finalize(s->statements[i]);
	/* The last connection to close moves the log into the database. */
	for (int i = 0; i < STORE_CONNECTIONS; i++)
		(void)sqlite3_close(s->connections[i]);
	free(s->path);
	free(s);
	return NULL;
}

static void store_cleanup(struct store **s)
{
	(void)store_free(*s);
}

int store_open(struct store **ret, const char *path, struct error *e)
{
	CLEANUP(store_cleanup) struct store *s = calloc(1, sizeof(*s));
	int r;

	if (s)
		s->path = strdup(path);
	if (!s || !s->path)
		return error_setf(e, -ENOMEM, STORE_OUT_OF_MEMORY);

	r = store_owner_self(&s->self);
	if (r < 0)
		return error_setf(e, r, "/proc/self/stat: %s", strerror(-r));
	r = open_database(s, e);
	if (r >= 0)
		r = store_interrupt_orphans(s, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(s);
	return 0;
}
