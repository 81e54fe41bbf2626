/* One run: its samples, the evidence of what disturbed it, and whether it counts. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/base/digest.h"
#include "common/model/metric-desc.h"

#define RUN_REASON_MAX	     64
#define RUN_WHY_MAX	     192
#define RUN_CULPRITS_MAX     5
#define RUN_CULPRIT_NAME_MAX 32

enum run_status {
	RUN_OK,
	RUN_SUSPECT,   /* an odd value without a cause: listed, never removed */
	RUN_DISTURBED, /* a foreign cause is known: excluded and replaced */
	RUN_INVALID,   /* the measurement itself failed: excluded and replaced */
	RUN_FAILED,    /* the command failed: never mixed with the others */
	RUN_STATUS_MAX,
};

/* A number, or the reason why there is none. */
struct measure {
	double value;
	char unavailable[RUN_REASON_MAX]; /* empty: value holds */
};

/* Who ran on the measured CPUs besides the run. */
struct culprit {
	char name[RUN_CULPRIT_NAME_MAX]; /* the task's comm */
	double seconds;
};

struct evidence {
	struct measure foreign; /* CPU seconds of others while the run was there or wanted to be */
	struct measure steal;	/* CPU seconds taken by the hypervisor, of the measured CPUs */
	struct measure run_delay;  /* seconds the main process waited for a CPU (schedstat) */
	struct measure migrations; /* times the run changed its CPU */
	struct culprit culprits[RUN_CULPRITS_MAX]; /* largest first */
	unsigned n_culprits;
	unsigned n_cpus;	 /* measured CPUs the shares refer to, at least 1 */
	unsigned leftovers;	 /* processes that outlived the main one and were killed */
	uint64_t lost_records;	 /* of the kernel's switch records: the evidence is incomplete */
	uint64_t daemon_wakeups; /* of steadyd during the run */
};

struct run_output {
	uint64_t bytes;		      /* written by the run */
	bool truncated;		      /* not all of them were kept */
	char sha256[DIGEST_TEXT_MAX]; /* of what was kept; empty when nothing was */
};

struct run {
	unsigned n;	    /* 1, 2, ... in order of execution over the whole job */
	unsigned benchmark; /* index into the job's benchmarks */
	unsigned block;	    /* round it belongs to */
	bool warmup;
	enum run_status status;
	char why[RUN_WHY_MAX]; /* empty for ok */
	int exit_code;	       /* -1 when it did not exit by itself */
	int signal;	       /* 0 when none ended it */
	uint64_t started_ns;   /* CLOCK_REALTIME */
	struct measure metrics[METRIC_MAX];
	struct evidence evidence;
	struct run_output out, err;
	bool kernel_timing; /* wall stamped by the kernel, not by clocks */
};

/**
 * measure_set() - a measure that holds a number
 * @value: finite
 *
 * Return: the measure.
 */
struct measure measure_set(double value);

/**
 * measure_unavailable() - a measure without a number
 * @reason: short, copied and cut to fit
 *
 * Return: the measure.
 */
struct measure measure_unavailable(const char *reason);

/**
 * measure_is_set() - does it hold a number
 * @m: measure
 *
 * Return: true when it does.
 */
bool measure_is_set(const struct measure *m);

/**
 * run_status_name() - word for a status
 * @status: below RUN_STATUS_MAX
 *
 * Return: static text, as in JSON.
 */
const char *run_status_name(enum run_status status);

/**
 * run_status_find() - status by its word
 * @name: as in JSON
 *
 * Return: enum run_status; -ENOENT.
 */
int run_status_find(const char *name);
