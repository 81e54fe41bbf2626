/* What a comparison came to, per benchmark and metric and as a whole. */
#pragma once

#include <stdint.h>

#include "common/base/strv.h"
#include "common/model/gate.h"
#include "common/model/result.h"

#define VERDICT_WHY_MAX	  256
#define VERDICT_ALGORITHM 1 /* of verdicts; changes when they would */

enum verdict {
	VERDICT_EQUIVALENT,
	VERDICT_IMPROVED,
	VERDICT_INCONCLUSIVE,
	VERDICT_NOT_COMPARABLE,
	VERDICT_INVALID,
	VERDICT_REGRESSED,
	VERDICT_MAX,
};

/* What a reader should know besides the verdict. */
enum verdict_flag {
	VERDICT_WORSE = 1u << 0,	     /* inconclusive, but surely not better: low above 1 */
	VERDICT_BETTER = 1u << 1,	     /* inconclusive, but surely not worse: high below 1 */
	VERDICT_SAME_FILES = 1u << 2,	     /* both arms run the same files: an A/A comparison */
	VERDICT_ASYMMETRIC = 1u << 3,	     /* signed-rank and sign interval disagree */
	VERDICT_CARRY_OVER = 1u << 4,	     /* differences depend on which arm went first */
	VERDICT_EXCLUSION_DIFFERS = 1u << 5, /* one arm was disturbed more often */
	VERDICT_QUARANTINED = 1u << 6,	     /* reported, does not count */
	VERDICT_BLIND = 1u << 7,     /* inconclusive, detectable effect beyond gate.max-mde */
	VERDICT_FLOOR = 1u << 8,     /* the floor, not the margin, was the limit */
	VERDICT_MISSING = 1u << 9,   /* an arm or the whole benchmark is not there */
	VERDICT_FAILED = 1u << 10,   /* a command of the workload failed */
	VERDICT_UNSTABLE = 1u << 11, /* too many pairs had to be excluded */
	VERDICT_ADVISORY = 1u << 12, /* between-session variation is not known */
};

#define VERDICT_FLAGS 13

/*
 * One benchmark and metric. Numbers that there is no basis for are NaN; why says so. ratio, low and
 * high are cand/base; for a metric where higher is better too.
 */
struct verdict_row {
	char *name; /* owned: "julia-set[width=500]" */
	enum metric metric;
	enum verdict verdict;
	unsigned flags; /* enum verdict_flag */
	double ratio, low, high;
	double level;	      /* one-sided error of each end of the interval */
	double alpha, margin; /* as applied: the margin after the floor */
	unsigned rounds;      /* pairs that count, or runs of the smaller arm when unpaired */
	unsigned excluded;    /* pairs left out, for a stated cause */
	double mde;	      /* ratio of the smallest change that would have been seen */
	double mde_limit;     /* gate.max-mde as a ratio; INFINITY: any */
	double p;	      /* of "not regressed", over all looks */
	double p_adjusted;    /* over all rows */
	double p_improved, p_equivalent, p_noninferior; /* adjusted */
	bool passes;			  /* by the policy, before acceptances and quarantine */
	double base, cand;		  /* medians, unit of the metric */
	double round_s;			  /* mean time of one pair; NaN: unknown */
	char why[VERDICT_WHY_MAX];	  /* of an invalid or inconclusive row; a culprit's name */
	char quarantine[GATE_REASON_MAX]; /* reason, or empty */
	char *accepted; /* owned: reason of an intended change that was let pass, or NULL */
};

struct verdict_document {
	char id[RESULT_ID_MAX]; /* of the result, or of the candidate's when there are two */
	uint64_t job;		/* 0: not from one job */
	char *name;		/* of workload or suite */
	enum verdict verdict;	/* the worst that counts */
	enum gate_policy policy;
	bool paired;  /* a gate; false: two results were compared */
	bool forced;  /* compared although not comparable */
	double alpha; /* "chance of any false red" over the whole suite */
	uint64_t seed;
	struct verdict_row *rows; /* owned; in the order of the result */
	size_t n_rows;
	struct strv
		reasons; /* one sentence each: differences of the fingerprint, missing data, ... */
	struct strv notes;   /* said, but not held against it: acceptances, same files, ... */
	struct strv raw;     /* "sha256:..." of the raw runs of each result */
	uint32_t neutral;    /* bits, 1 << exit code, that count as passed */
	uint64_t elapsed_ns; /* from first to last run; 0: unknown */
};

/**
 * verdict_document_done() - free the content
 * @d: document, or NULL
 *
 * Return: nothing.
 */
void verdict_document_done(struct verdict_document *d);

/**
 * verdict_name() - word for a verdict
 * @verdict: below VERDICT_MAX
 *
 * Return: static text, as in JSON.
 */
const char *verdict_name(enum verdict verdict);

/**
 * verdict_find() - verdict by its word
 * @name: as in JSON
 *
 * Return: enum verdict; -ENOENT.
 */
int verdict_find(const char *name);

/**
 * verdict_flag_name() - word for one flag
 * @bit: number of the bit, 0 for VERDICT_WORSE
 *
 * Return: static text, as in JSON; NULL past the last one.
 */
const char *verdict_flag_name(unsigned bit);

/**
 * verdict_flag_find() - flag by its word
 * @name: as in JSON
 *
 * Return: the number of the bit; -ENOENT.
 */
int verdict_flag_find(const char *name);
