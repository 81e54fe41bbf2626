/* The schema, as the steps that lead to it from an empty file. */
#include <errno.h>
#include <stdio.h>

#include "daemon/store/sql.h"

/* "stdy" in the file's header: tells our database from another program's. */
#define APPLICATION_ID 0x73746479

/*
 * States, statuses and metrics are words: the order of an enum in the program may change, what was
 * stored may not. Words that repeat with every run are in `names` once.
 *
 * What was submitted can be a megabyte and is apart from `jobs`, whose rows are rewritten with
 * every change of state.
 *
 * A sample is its key and eight bytes; without a rowid the key is the table, so that a job's runs
 * lie next to each other and are found without an index beside it. Lists of strings are blobs, each
 * string with its NUL.
 */
static const char step_1[] = "CREATE TABLE jobs ("
			     " number INTEGER PRIMARY KEY AUTOINCREMENT,"
			     " id TEXT NOT NULL UNIQUE,"
			     " uid INTEGER NOT NULL,"
			     " gid INTEGER NOT NULL,"
			     " groups BLOB NOT NULL,"
			     " workload TEXT NOT NULL,"
			     " state TEXT NOT NULL,"
			     " error TEXT,"
			     " submitted_ns INTEGER NOT NULL,"
			     " started_ns INTEGER NOT NULL,"
			     " ended_ns INTEGER NOT NULL,"
			     " owner_pid INTEGER,"
			     " owner_start_ticks INTEGER,"
			     " owner_boot_id TEXT"
			     ") STRICT;"
			     "CREATE INDEX jobs_by_state ON jobs(state, number, uid);"

			     "CREATE TABLE submissions ("
			     " job INTEGER PRIMARY KEY REFERENCES jobs(number) ON DELETE CASCADE,"
			     " text TEXT,"
			     " file TEXT,"
			     " directory TEXT,"
			     " overrides BLOB NOT NULL,"
			     " environment BLOB NOT NULL"
			     ") STRICT;"

			     "CREATE TABLE heads ("
			     " job INTEGER PRIMARY KEY REFERENCES jobs(number) ON DELETE CASCADE,"
			     " machine TEXT NOT NULL,"
			     " workload_hash TEXT,"
			     " seed INTEGER NOT NULL,"
			     " profile TEXT,"
			     " fingerprint TEXT,"
			     " facts BLOB NOT NULL,"
			     " metrics TEXT NOT NULL,"
			     " stop TEXT,"
			     " kernel_timing INTEGER NOT NULL,"
			     " overhead REAL,"
			     " overhead_reason TEXT,"
			     " outlier_rule TEXT NOT NULL,"
			     " tolerance_ratio REAL NOT NULL,"
			     " budget_ratio REAL NOT NULL,"
			     " runs_planned INTEGER NOT NULL"
			     ") STRICT;"

			     "CREATE TABLE labels ("
			     " job INTEGER NOT NULL REFERENCES jobs(number) ON DELETE CASCADE,"
			     " n INTEGER NOT NULL,"
			     " label TEXT NOT NULL,"
			     " PRIMARY KEY (job, n)"
			     ") WITHOUT ROWID, STRICT;"
			     "CREATE INDEX labels_by_label ON labels(label, job);"

			     "CREATE TABLE settings ("
			     " job INTEGER NOT NULL REFERENCES jobs(number) ON DELETE CASCADE,"
			     " residue INTEGER NOT NULL,"
			     " n INTEGER NOT NULL,"
			     " knob TEXT,"
			     " target TEXT,"
			     " want TEXT,"
			     " before TEXT,"
			     " after TEXT,"
			     " status TEXT NOT NULL,"
			     " reason TEXT,"
			     " PRIMARY KEY (job, residue, n)"
			     ") WITHOUT ROWID, STRICT;"

			     "CREATE TABLE benchmarks ("
			     " job INTEGER NOT NULL REFERENCES jobs(number) ON DELETE CASCADE,"
			     " n INTEGER NOT NULL,"
			     " name TEXT,"
			     " arm TEXT,"
			     " params BLOB NOT NULL,"
			     " command BLOB NOT NULL,"
			     " quality TEXT NOT NULL,"
			     " PRIMARY KEY (job, n)"
			     ") WITHOUT ROWID, STRICT;"

			     "CREATE TABLE runs ("
			     " job INTEGER NOT NULL REFERENCES jobs(number) ON DELETE CASCADE,"
			     " n INTEGER NOT NULL,"
			     " benchmark INTEGER NOT NULL,"
			     " block INTEGER NOT NULL,"
			     " warmup INTEGER NOT NULL,"
			     " status TEXT NOT NULL,"
			     " why TEXT NOT NULL,"
			     " exit_code INTEGER NOT NULL,"
			     " signal INTEGER NOT NULL,"
			     " started_ns INTEGER NOT NULL,"
			     " kernel_timing INTEGER NOT NULL,"
			     " n_cpus INTEGER NOT NULL,"
			     " leftovers INTEGER NOT NULL,"
			     " lost_records INTEGER NOT NULL,"
			     " daemon_wakeups INTEGER NOT NULL,"
			     " stdout_bytes INTEGER NOT NULL,"
			     " stdout_truncated INTEGER NOT NULL,"
			     " stdout_sha256 TEXT NOT NULL,"
			     " stderr_bytes INTEGER NOT NULL,"
			     " stderr_truncated INTEGER NOT NULL,"
			     " stderr_sha256 TEXT NOT NULL,"
			     " PRIMARY KEY (job, n)"
			     ") WITHOUT ROWID, STRICT;"

			     "CREATE TABLE names ("
			     " id INTEGER PRIMARY KEY,"
			     " name TEXT NOT NULL UNIQUE"
			     ") STRICT;"

			     "CREATE TABLE samples ("
			     " job INTEGER NOT NULL,"
			     " n INTEGER NOT NULL,"
			     " metric INTEGER NOT NULL REFERENCES names(id),"
			     " value REAL,"
			     " reason INTEGER REFERENCES names(id),"
			     " PRIMARY KEY (job, n, metric),"
			     " FOREIGN KEY (job, n) REFERENCES runs(job, n) ON DELETE CASCADE"
			     ") WITHOUT ROWID, STRICT;"

			     "CREATE TABLE culprits ("
			     " job INTEGER NOT NULL,"
			     " n INTEGER NOT NULL,"
			     " rank INTEGER NOT NULL,"
			     " name INTEGER NOT NULL REFERENCES names(id),"
			     " seconds REAL,"
			     " PRIMARY KEY (job, n, rank),"
			     " FOREIGN KEY (job, n) REFERENCES runs(job, n) ON DELETE CASCADE"
			     ") WITHOUT ROWID, STRICT;";

/* A gate's rules are kept with each benchmark: members of a suite have their own. */
static const char step_2[] = "ALTER TABLE heads ADD COLUMN is_gate INTEGER NOT NULL DEFAULT 0;"
			     "ALTER TABLE benchmarks ADD COLUMN workload TEXT;"
			     "ALTER TABLE benchmarks ADD COLUMN same_files"
			     " INTEGER NOT NULL DEFAULT 0;"
			     "ALTER TABLE benchmarks ADD COLUMN gate BLOB NOT NULL DEFAULT x'';";

/* An acceptance outlives the job it was made from; a number never comes back. */
static const char step_3[] = "CREATE TABLE acceptances ("
			     " number INTEGER PRIMARY KEY AUTOINCREMENT,"
			     " uid INTEGER NOT NULL,"
			     " workload TEXT NOT NULL,"
			     " benchmark TEXT NOT NULL,"
			     " limit_ratio REAL NOT NULL,"
			     " reason TEXT NOT NULL,"
			     " job INTEGER NOT NULL,"
			     " created_ns INTEGER NOT NULL,"
			     " expires_ns INTEGER NOT NULL"
			     ") STRICT;"
			     "CREATE INDEX acceptances_by_user ON acceptances(uid);"
			     "CREATE INDEX acceptances_by_end ON acceptances(expires_ns);";

/* Step i leads from version i to i + 1. A step that was released is never changed. */
static const char *const steps[] = {step_1, step_2, step_3};

static int pragma_int(struct store *s, const char *text, int *ret, struct error *e)
{
	sqlite3 *db = s->connections[STORE_JOBS];
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, text, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int(statement, 0);
	(void)sqlite3_finalize(statement);
	return code == SQLITE_ROW ? 0 : sql_error(s, db, code, e);
}

/*
 * Version of the schema; 0 for an empty file. Anything that is not ours is an error. Inside of a
 * transaction: seen in parts while another process makes the schema, it would not look like ours.
 */
static int read_version(struct store *s, int *ret, struct error *e)
{
	int version = 0, application = 0, n_tables = 0, r;

	r = pragma_int(s, "PRAGMA user_version", &version, e);
	if (r < 0)
		return r;
	r = pragma_int(s, "PRAGMA application_id", &application, e);
	if (r < 0)
		return r;
	r = pragma_int(s, "SELECT count(*) FROM sqlite_schema", &n_tables, e);
	if (r < 0)
		return r;

	if (n_tables > 0 && application != APPLICATION_ID)
		return error_setf(e, -EUCLEAN,
			"%s: the database of another program: move it away, or name another "
			"state directory",
			s->path);
	if (version < 0 || version > (int)ARRAY_SIZE(steps))
		return error_setf(e, -EPROTO,
			"%s: made by a newer steadyd (version %d, this one knows %zu): use that "
			"one, or another state directory",
			s->path, version, ARRAY_SIZE(steps));
	*ret = version;
	return 0;
}

static int read_version_alone(struct store *s, int *ret, struct error *e)
{
	int r;

	r = sql_begin_reading(s, STORE_JOBS, e);
	if (r < 0)
		return r;
	return sql_finish(s, STORE_JOBS, read_version(s, ret, e), e);
}

int store_check(struct store *s, struct error *e)
{
	int version = 0;

	return read_version_alone(s, &version, e);
}

static int take_step(struct store *s, struct error *e)
{
	char text[96];
	int version = 0, r;

	/* Read again inside of the transaction: another process may have been faster. */
	r = read_version(s, &version, e);
	if (r < 0 || version == (int)ARRAY_SIZE(steps))
		return r;

	r = sql_script(s, STORE_JOBS, steps[version], e);
	if (r < 0)
		return r;
	(void)snprintf(text, sizeof(text), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		APPLICATION_ID, version + 1);
	return sql_script(s, STORE_JOBS, text, e);
}

int store_migrate(struct store *s, struct error *e)
{
	int version = 0, r;

	r = read_version_alone(s, &version, e);
	while (r >= 0 && version < (int)ARRAY_SIZE(steps)) {
		r = sql_begin_writing(s, STORE_JOBS, e);
		if (r < 0)
			return r;
		r = sql_finish(s, STORE_JOBS, take_step(s, e), e);
		if (r >= 0)
			r = read_version_alone(s, &version, e);
	}
	return r;
}
