/* What the files of the store share: its connections and its statements. */
#pragma once

#include <sqlite3.h>

#include "daemon/store/store.h"

#define STORE_OUT_OF_MEMORY "out of memory"

/* Two connections, so that runs can be cheaper to write than promises. */
enum store_connection {
	STORE_JOBS, /* synchronous=FULL: on disk when a call returns */
	STORE_RUNS, /* synchronous=NORMAL: survives the process, on disk with the next job state */
	STORE_CONNECTIONS,
};

enum store_statement {
	STORE_ADD_JOB,
	STORE_ADD_SUBMISSION,
	STORE_LOAD_JOB,
	STORE_NEXT_QUEUED,
	STORE_COUNT_QUEUED,
	STORE_COUNT_QUEUED_OF,
	STORE_START_JOB,
	STORE_END_JOB,
	STORE_JOB_STATE,
	STORE_LIST_JOBS,
	STORE_LATEST_JOB,
	STORE_LIST_RUNNING,
	STORE_INTERRUPT_JOB,
	STORE_PUT_HEAD,
	STORE_CLEAR_LABELS,
	STORE_ADD_LABEL,
	STORE_CLEAR_SETTINGS,
	STORE_ADD_SETTING,
	STORE_CLEAR_BENCHMARKS,
	STORE_ADD_BENCHMARK,
	STORE_ADD_RUN,
	STORE_FIND_NAME,
	STORE_ADD_NAME,
	STORE_ADD_SAMPLE,
	STORE_ADD_CULPRIT,
	STORE_LOAD_RESULT,
	STORE_LOAD_LABELS,
	STORE_LOAD_SETTINGS,
	STORE_LOAD_BENCHMARKS,
	STORE_COUNT_RUNS,
	STORE_LOAD_RUNS,
	STORE_LOAD_SAMPLES,
	STORE_LOAD_CULPRITS,
	STORE_ADD_ACCEPTANCE,
	STORE_COUNT_ACCEPTANCES,
	STORE_FORGET_ACCEPTANCES,
	STORE_LIST_ACCEPTANCES,
	STORE_LIST_ACCEPTANCES_OF,
	STORE_ACCEPTANCE_OWNER,
	STORE_REMOVE_ACCEPTANCE,
	STORE_FIND_LABEL,
	STORE_STATEMENTS,
};

struct store {
	char *path;
	sqlite3 *connections[STORE_CONNECTIONS];
	sqlite3_stmt *statements[STORE_STATEMENTS]; /* prepared once, by store_open() */
	struct store_owner self;
};

/**
 * store_statement_text() - the SQL of a statement
 * @id:  below STORE_STATEMENTS
 * @ret: the connection it belongs to
 *
 * Return: static text.
 */
const char *store_statement_text(enum store_statement id, enum store_connection *ret);

/**
 * store_check() - is this a database that this program may write to
 * @s: store with open connections
 * @e: filled on failure
 *
 * Return: 0, also for an empty file; -EUCLEAN: damaged, or not ours; -EPROTO: made by a newer
 * version; ...
 */
int store_check(struct store *s, struct error *e);

/**
 * store_migrate() - bring a database to the schema of this program
 * @s: store with open connections
 * @e: filled on failure
 *
 * One transaction a step; another process may migrate the same file at the same time.
 *
 * Return: 0; -EUCLEAN: not our database; -EPROTO: made by a newer version; -ENOSPC, ...
 */
int store_migrate(struct store *s, struct error *e);

/**
 * store_owner_self() - this process, as an owner
 * @ret: written only on success
 *
 * Return: 0; errno of reading /proc.
 */
int store_owner_self(struct store_owner *ret);

/**
 * store_owner_is_alive() - does the process that an owner names still run
 * @owner: pid, start time and boot together name a process for ever
 *
 * Return: true when it does.
 */
bool store_owner_is_alive(const struct store_owner *owner);

/**
 * store_interrupt_orphans() - end the jobs that run under an owner that is gone
 * @s: store, open
 * @e: filled on failure
 *
 * Return: 0; -ENOSPC, ...
 */
int store_interrupt_orphans(struct store *s, struct error *e);
