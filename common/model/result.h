/* A job's result: everything the JSON document says, as plain data. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/base/strv.h"
#include "common/model/run.h"
#include "common/model/workload.h"

#define RESULT_ID_MAX	   40 /* UUID text and NUL */
#define RESULT_ALGORITHM   1  /* of exclusion and summary; changes when their figures would */
#define RESULT_MACHINE_MAX 40
#define RESULT_VERSION_MAX 32

enum job_state {
	JOB_QUEUED,
	JOB_RUNNING,
	JOB_DONE,
	JOB_FAILED,
	JOB_UNSTABLE,
	JOB_CANCELLED,
	JOB_INTERRUPTED,
	JOB_STATE_MAX,
};

enum setting_status {
	SETTING_HELD,
	SETTING_UNAVAILABLE, /* reason says why; nothing was changed */
	SETTING_FAILED,	     /* it was tried and did not hold */
	SETTING_STATUS_MAX,
};

/* What became of one setting on one target ("policy0", "system", "cpu3"). All owned. */
struct setting_outcome {
	char *knob;
	char *target;
	char *want;
	char *before; /* or NULL */
	char *after;  /* or NULL */
	enum setting_status status;
	char *reason; /* or NULL; "no-driver", "virtual-machine", "not-permitted", ... */
};

struct setting_outcomes {
	struct setting_outcome *items;
	size_t n;
};

/* One summarised metric of one benchmark. n 0: no counted run had a value. */
struct summary {
	enum metric metric;
	unsigned n;	   /* counted runs */
	unsigned excluded; /* runs left out, with a cause each */
	double median;
	double low, high;  /* order-statistic interval of the median; NaN when n is too small */
	double confidence; /* achieved level of the interval; NaN when there is none */
	double min, max, q1, q3, mean;
	double stdev; /* NaN below two runs */
	unsigned all_n;
	double all_median;		  /* of all runs that ended well, excluded ones too */
	char unavailable[RUN_REASON_MAX]; /* when n is 0 */
};

enum quality {
	QUALITY_UNSTABLE = 1u << 0,
	QUALITY_MULTIMODAL = 1u << 1,
	QUALITY_DRIFTING = 1u << 2,
	QUALITY_REJECTION_SENSITIVE = 1u << 3,
	QUALITY_NO_STEADY_STATE = 1u << 4,
	QUALITY_BELOW_OVERHEAD = 1u << 5,
};

struct benchmark {
	char *name;	     /* owned: "julia-set[width=500]" */
	char *arm;	     /* owned, or NULL */
	char *workload;	     /* owned: member of the suite, or NULL when the job is one workload */
	struct gate gate;    /* rules; used when the result is a gate's */
	bool same_files;     /* the submitter found the same files on both arms */
	struct strv params;  /* "width=500" */
	struct strv command; /* words as executed; a shell line is "/bin/sh", "-c", LINE */
	unsigned quality;    /* enum quality */
	struct summary summaries[METRIC_MAX];
	size_t n_summaries;
};

struct result {
	char id[RESULT_ID_MAX];
	uint64_t job;
	char machine[RESULT_MACHINE_MAX];
	char version[RESULT_VERSION_MAX]; /* that measured; empty: this program */
	uid_t owner;
	char *workload;
	char *workload_hash;
	enum job_state state;
	char *error;				     /* why it failed or was interrupted, or NULL */
	uint64_t submitted_ns, started_ns, ended_ns; /* CLOCK_REALTIME; 0: not yet */
	uint64_t seed;
	struct strv labels;
	char *profile;
	char *fingerprint; /* or NULL before it was taken */
	struct strv facts; /* key=value, sorted by key */
	struct setting_outcomes settings;
	struct setting_outcomes residue; /* what did not come back */
	bool metrics[METRIC_MAX];	 /* wanted summaries */
	struct outliers outliers;	 /* the rules by which runs were judged */
	struct benchmark *benchmarks;
	size_t n_benchmarks;
	struct run *runs; /* of all benchmarks, in order of execution */
	size_t n_runs;
	char *stop;   /* why repeating ended */
	bool is_gate; /* repeated until there was a verdict */
	bool kernel_timing;
	struct measure overhead; /* seconds the harness adds to a no-op */
};

/**
 * result_done() - free the content
 * @r: result, or NULL
 *
 * Return: nothing.
 */
void result_done(struct result *r);

/**
 * setting_outcomes_add() - append copies of the texts
 * @s:    list
 * @from: borrowed texts; before, after and reason may be NULL
 *
 * Return: 0; -ENOMEM.
 */
int setting_outcomes_add(struct setting_outcomes *s, const struct setting_outcome *from);

/**
 * setting_outcomes_done() - free the content
 * @s: list, or NULL
 *
 * Return: nothing.
 */
void setting_outcomes_done(struct setting_outcomes *s);

/**
 * job_state_name() - word for a state
 * @state: below JOB_STATE_MAX
 *
 * Return: static text, as in JSON.
 */
const char *job_state_name(enum job_state state);

/**
 * job_state_find() - state by its word
 * @name: as in JSON
 *
 * Return: enum job_state; -ENOENT.
 */
int job_state_find(const char *name);

/**
 * job_state_is_final() - will the state never change again
 * @state: below JOB_STATE_MAX
 *
 * Return: true for all but queued and running.
 */
bool job_state_is_final(enum job_state state);

/**
 * setting_status_name() - word for a status
 * @status: below SETTING_STATUS_MAX
 *
 * Return: static text, as in JSON.
 */
const char *setting_status_name(enum setting_status status);

/**
 * setting_status_find() - status by its word
 * @name: as in JSON
 *
 * Return: enum setting_status; -ENOENT.
 */
int setting_status_find(const char *name);

/**
 * quality_name() - word for one flag
 * @bit: number of the bit, 0 for QUALITY_UNSTABLE
 *
 * Return: static text, as in JSON; NULL past the last one.
 */
const char *quality_name(unsigned bit);
