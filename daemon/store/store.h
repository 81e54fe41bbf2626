/* The memory: jobs, their settings and their raw runs, in SQLite. */
#pragma once

#include "common/base/error.h"
#include "common/model/job.h"
#include "common/model/plan.h"
#include "common/model/result.h"

struct store;

/* One line of a job listing. */
struct job_line {
	uint64_t number;
	char id[RESULT_ID_MAX];
	char *workload; /* owned */
	uid_t owner;
	enum job_state state;
	uint64_t submitted_ns, started_ns, ended_ns;
	uint32_t runs_done, runs_planned;
};

/* Who executes jobs of this store: lets another process see whether the owner still lives. */
struct store_owner {
	pid_t pid;
	uint64_t start_ticks; /* field 22 of /proc/PID/stat */
	char boot_id[40];
};

/**
 * store_open() - open or create the database, migrate it, mark orphaned jobs
 * @ret:   owned by the caller
 * @path:  of the database file
 * @e:     filled on failure
 *
 * The folder is made (0755) when it is not there, the file belongs to its owner alone (0600).
 * WAL; synchronous=FULL for jobs and their states; runs on a second connection with NORMAL. Jobs
 * that are `running` under an owner that is no longer alive become `interrupted`, ended now, with
 * the runs they have. Several processes may have the same file open; a process opens it once, and
 * never opens the file by other means: closing that would drop SQLite's locks.
 *
 * Errors of every function here name the file and what to do. What cannot be used is left as it is.
 *
 * Return: 0; -ENOSPC, -EROFS, -EACCES, -EUCLEAN (not a database, another program's, or damaged),
 * -EPROTO (made by a newer version), -EBUSY (another process holds it for seconds), -EIO.
 */
int store_open(struct store **ret, const char *path, struct error *e);

/**
 * store_free() - close
 * @s: or NULL
 *
 * Return: NULL.
 */
struct store *store_free(struct store *s);

/**
 * store_add_job() - accept a job: on disk when this returns
 * @s:   store
 * @job: everything but number is set; state queued
 * @ret_number: its number; numbers never come back
 * @e:   filled on failure
 *
 * Return: 0; -EEXIST: its id is stored already; -ENOSPC, -EIO, ...
 */
int store_add_job(struct store *s, const struct job *job, uint64_t *ret_number, struct error *e);

/**
 * store_load_job() - a job as submitted, with its present state
 * @s:      store
 * @number: which
 * @ret:    owned by the caller; untouched on failure
 * @e:      filled on failure
 *
 * Return: 0; -ENOENT; -EIO, ...
 */
int store_load_job(struct store *s, uint64_t number, struct job *ret, struct error *e);

/**
 * store_next_queued() - lowest queued job
 * @s:     store
 * @above: only numbers above this
 * @ret:   its number
 *
 * Return: 1; 0 when there is none; negative errno.
 */
int store_next_queued(struct store *s, uint64_t above, uint64_t *ret);

/**
 * store_count_queued() - queued jobs
 * @s:     store
 * @owner: of this user only; (uid_t)-1: of all
 * @ret:   count
 *
 * Return: 0; negative errno.
 */
int store_count_queued(struct store *s, uid_t owner, uint64_t *ret);

/**
 * store_start_job() - state running, with our own process as owner
 * @s:          store
 * @number:     which
 * @started_ns: CLOCK_REALTIME
 * @e:          filled on failure
 *
 * Return: 0; -ESTALE: it is not queued any more (cancelled, or taken by another process); ...
 */
int store_start_job(struct store *s, uint64_t number, uint64_t started_ns, struct error *e);

/**
 * store_end_job() - a final state
 * @s:        store
 * @number:   which
 * @state:    final
 * @why:      error text, or NULL
 * @ended_ns: CLOCK_REALTIME
 * @e:        filled on failure
 *
 * The runs stored before are on disk, too, when this returns.
 *
 * Return: 0; -ENOENT; -EALREADY: it had ended before, nothing is changed; -ENOSPC, ...
 */
int store_end_job(struct store *s, uint64_t number, enum job_state state, const char *why,
	uint64_t ended_ns, struct error *e);

/**
 * store_put_head() - what is known of a result besides its runs
 * @s: store
 * @r: job, machine, workload_hash, seed, labels, profile, fingerprint, facts, settings, residue,
 *     metrics, benchmarks (name, arm, params, command, quality), stop, kernel_timing, overhead and
 *     outliers are written, replacing what was there; runs and summaries are not looked at
 * @runs_planned: for the listing
 * @e: filled on failure
 *
 * Return: 0; -ENOENT: no such job; -ENOSPC, ...
 */
int store_put_head(struct store *s, const struct result *r, uint32_t runs_planned, struct error *e);

/**
 * store_put_run() - one run with all samples and evidence, one transaction
 * @s:      store
 * @number: of the job
 * @run:    run->n must be new for this job
 * @e:      filled on failure
 *
 * Return: 0; -ENOENT: no such job; -EEXIST: it has a run of this number; -ENOSPC, ...
 */
int store_put_run(struct store *s, uint64_t number, const struct run *run, struct error *e);

/**
 * store_load_result() - everything of a job but the summaries
 * @s:      store
 * @number: which
 * @ret:    owned by the caller, result_done(); summaries are empty; untouched on failure
 * @e:      filled on failure
 *
 * Of a job without a head (queued, or ended before it began) workload_hash, profile, fingerprint
 * and stop are NULL, and the overhead is unavailable. Statuses are as they were when a run was
 * stored: rules that look at all runs are applied to what is loaded. A measure that the program
 * that stored the run did not know is unavailable.
 *
 * Return: 0; -ENOENT; ...
 */
int store_load_result(struct store *s, uint64_t number, struct result *ret, struct error *e);

/**
 * store_list_jobs() - one page of jobs in rising order of number
 * @s:     store
 * @above: only numbers above this
 * @limit: at most so many
 * @ret:   array owned by the caller, free with store_lines_free()
 * @ret_n: count
 *
 * runs_done is the highest run->n stored.
 *
 * Return: 0; -ENOMEM; ...
 */
int store_list_jobs(
	struct store *s, uint64_t above, unsigned limit, struct job_line **ret, size_t *ret_n);

/**
 * store_lines_free() - free a listing
 * @lines: or NULL
 * @n:     count
 *
 * Return: nothing.
 */
void store_lines_free(struct job_line *lines, size_t n);

/**
 * store_latest_job() - number of the newest job
 * @s:   store
 * @ret: number
 *
 * Return: 1; 0 when there is none; negative errno.
 */
int store_latest_job(struct store *s, uint64_t *ret);

/**
 * store_find_label() - newest job that ended well and has a label
 * @s:        store
 * @label:    "name=value"
 * @workload: of this workload; "": of any
 * @owner:    of this user; (uid_t)-1: of any
 * @ret:      its number
 * @e:        filled on failure
 *
 * Return: 0; -ENOENT: there is none; -EIO, ...
 */
int store_find_label(struct store *s, const char *label, const char *workload, uid_t owner,
	uint64_t *ret, struct error *e);
