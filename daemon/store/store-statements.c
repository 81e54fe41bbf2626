/* Every statement of the store, one row each. */
#include "daemon/store/store-private.h"

#define ACCEPTANCE_COLUMNS                                                                         \
	"SELECT number, uid, workload, benchmark, limit_ratio, reason, job, created_ns,"           \
	" expires_ns FROM acceptances"

static const struct statement {
	enum store_connection connection;
	const char *text;
} statements[STORE_STATEMENTS] = {
	[STORE_ADD_JOB] = {STORE_JOBS,
		"INSERT INTO jobs (id, uid, gid, groups, workload, state, error, submitted_ns,"
		" started_ns, ended_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
	[STORE_ADD_SUBMISSION] = {STORE_JOBS,
		"INSERT INTO submissions (job, text, file, directory, overrides, environment)"
		" VALUES (?, ?, ?, ?, ?, ?)"},
	[STORE_LOAD_JOB] = {STORE_JOBS,
		"SELECT id, uid, gid, groups, workload, state, error, submitted_ns, started_ns,"
		" ended_ns, text, file, directory, overrides, environment"
		" FROM jobs JOIN submissions ON job = number WHERE number = ?"},
	[STORE_NEXT_QUEUED] = {STORE_JOBS,
		"SELECT number FROM jobs WHERE state = 'queued' AND number > ?"
		" ORDER BY number LIMIT 1"},
	[STORE_COUNT_QUEUED] = {STORE_JOBS, "SELECT count(*) FROM jobs WHERE state = 'queued'"},
	[STORE_COUNT_QUEUED_OF] = {STORE_JOBS,
		"SELECT count(*) FROM jobs WHERE state = 'queued' AND uid = ?"},
	[STORE_START_JOB] = {STORE_JOBS,
		"UPDATE jobs SET state = 'running', started_ns = ?, owner_pid = ?,"
		" owner_start_ticks = ?, owner_boot_id = ? WHERE number = ? AND state = 'queued'"},
	[STORE_END_JOB] = {STORE_JOBS,
		"UPDATE jobs SET state = ?, error = ?, ended_ns = ?"
		" WHERE number = ? AND state IN ('queued', 'running')"},
	[STORE_JOB_STATE] = {STORE_JOBS, "SELECT state FROM jobs WHERE number = ?"},
	[STORE_LIST_JOBS] = {STORE_JOBS,
		"SELECT number, id, workload, uid, state, submitted_ns, started_ns, ended_ns,"
		" (SELECT max(n) FROM runs WHERE job = number),"
		" (SELECT runs_planned FROM heads WHERE job = number)"
		" FROM jobs WHERE number > ? ORDER BY number LIMIT ?"},
	[STORE_LATEST_JOB] = {STORE_JOBS,
		"SELECT number FROM jobs WHERE number > 0 ORDER BY number DESC LIMIT 1"},
	[STORE_LIST_RUNNING] = {STORE_JOBS,
		"SELECT number, owner_pid, owner_start_ticks, owner_boot_id"
		" FROM jobs WHERE state = 'running' AND number > ? ORDER BY number LIMIT 1"},
	[STORE_INTERRUPT_JOB] = {STORE_JOBS,
		"UPDATE jobs SET state = 'interrupted', error = ?, ended_ns = ?"
		" WHERE number = ? AND state = 'running'"},
	[STORE_PUT_HEAD] = {STORE_JOBS,
		"INSERT OR REPLACE INTO heads (job, machine, workload_hash, seed, profile,"
		" fingerprint, facts, metrics, stop, kernel_timing, overhead, overhead_reason,"
		" outlier_rule, tolerance_ratio, budget_ratio, runs_planned, is_gate)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
	[STORE_CLEAR_LABELS] = {STORE_JOBS, "DELETE FROM labels WHERE job = ?"},
	[STORE_ADD_LABEL] = {STORE_JOBS, "INSERT INTO labels (job, n, label) VALUES (?, ?, ?)"},
	[STORE_CLEAR_SETTINGS] = {STORE_JOBS, "DELETE FROM settings WHERE job = ?"},
	[STORE_ADD_SETTING] = {STORE_JOBS,
		"INSERT INTO settings (job, residue, n, knob, target, want, before, after, status,"
		" reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
	[STORE_CLEAR_BENCHMARKS] = {STORE_JOBS, "DELETE FROM benchmarks WHERE job = ?"},
	[STORE_ADD_BENCHMARK] = {STORE_JOBS,
		"INSERT INTO benchmarks (job, n, name, arm, params, command, quality, workload,"
		" same_files, gate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
	[STORE_ADD_RUN] = {STORE_RUNS,
		"INSERT INTO runs (job, n, benchmark, block, warmup, status, why, exit_code, "
		"signal,"
		" started_ns, kernel_timing, n_cpus, leftovers, lost_records, daemon_wakeups,"
		" stdout_bytes, stdout_truncated, stdout_sha256,"
		" stderr_bytes, stderr_truncated, stderr_sha256)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
	[STORE_FIND_NAME] = {STORE_RUNS, "SELECT id FROM names WHERE name = ?"},
	[STORE_ADD_NAME] = {STORE_RUNS, "INSERT INTO names (name) VALUES (?)"},
	[STORE_ADD_SAMPLE] = {STORE_RUNS,
		"INSERT INTO samples (job, n, metric, value, reason) VALUES (?, ?, ?, ?, ?)"},
	[STORE_ADD_CULPRIT] = {STORE_RUNS,
		"INSERT INTO culprits (job, n, rank, name, seconds) VALUES (?, ?, ?, ?, ?)"},
	[STORE_LOAD_RESULT] = {STORE_RUNS,
		"SELECT id, uid, workload, state, error, submitted_ns, started_ns, ended_ns,"
		" machine, workload_hash, seed, profile, fingerprint, facts, metrics, stop,"
		" kernel_timing, overhead, iif(job IS NULL, 'not-measured', overhead_reason),"
		" outlier_rule, ifnull(tolerance_ratio, 0),"
		" ifnull(budget_ratio, 0), ifnull(is_gate, 0)"
		" FROM jobs LEFT JOIN heads ON job = number WHERE number = ?"},
	[STORE_LOAD_LABELS] = {STORE_RUNS, "SELECT label FROM labels WHERE job = ? ORDER BY n"},
	[STORE_LOAD_SETTINGS] = {STORE_RUNS,
		"SELECT knob, target, want, before, after, status, reason"
		" FROM settings WHERE job = ? AND residue = ? ORDER BY n"},
	[STORE_LOAD_BENCHMARKS] = {STORE_RUNS,
		"SELECT name, arm, params, command, quality, workload, same_files, gate"
		" FROM benchmarks WHERE job = ? ORDER BY n"},
	[STORE_COUNT_RUNS] = {STORE_RUNS, "SELECT count(*) FROM runs WHERE job = ?"},
	[STORE_LOAD_RUNS] = {STORE_RUNS,
		"SELECT n, benchmark, block, warmup, status, why, exit_code, signal, started_ns,"
		" kernel_timing, n_cpus, leftovers, lost_records, daemon_wakeups,"
		" stdout_bytes, stdout_truncated, stdout_sha256,"
		" stderr_bytes, stderr_truncated, stderr_sha256"
		" FROM runs WHERE job = ? ORDER BY n"},
	[STORE_LOAD_SAMPLES] = {STORE_RUNS,
		"SELECT n, metric, value, (SELECT name FROM names WHERE id = reason)"
		" FROM samples WHERE job = ? ORDER BY n, metric"},
	[STORE_LOAD_CULPRITS] = {STORE_RUNS,
		"SELECT n, (SELECT name FROM names WHERE id = culprits.name), seconds"
		" FROM culprits WHERE job = ? ORDER BY n, rank"},
	[STORE_ADD_ACCEPTANCE] = {STORE_JOBS,
		"INSERT INTO acceptances (uid, workload, benchmark, limit_ratio, reason, job,"
		" created_ns, expires_ns) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"},
	[STORE_COUNT_ACCEPTANCES] = {STORE_JOBS, "SELECT count(*) FROM acceptances WHERE uid = ?"},
	[STORE_FORGET_ACCEPTANCES] = {STORE_JOBS, "DELETE FROM acceptances WHERE expires_ns < ?"},
	[STORE_LIST_ACCEPTANCES] = {STORE_JOBS,
		ACCEPTANCE_COLUMNS " WHERE number > 0 AND ? IN ('', workload) ORDER BY number"},
	[STORE_LIST_ACCEPTANCES_OF] = {STORE_JOBS,
		ACCEPTANCE_COLUMNS " WHERE ? IN ('', workload) AND uid = ? ORDER BY number"},
	[STORE_ACCEPTANCE_OWNER] = {STORE_JOBS, "SELECT uid FROM acceptances WHERE number = ?"},
	[STORE_REMOVE_ACCEPTANCE] = {STORE_JOBS, "DELETE FROM acceptances WHERE number = ?"},
	[STORE_FIND_LABEL] = {STORE_JOBS,
		"SELECT number FROM labels JOIN jobs ON number = job WHERE label = ?1"
		" AND state = 'done' AND ?2 IN ('', jobs.workload) AND ?3 IN (-1, uid)"
		" ORDER BY job DESC LIMIT 1"},
};

const char *store_statement_text(enum store_statement id, enum store_connection *ret)
{
	*ret = statements[id].connection;
	return statements[id].text;
}
