/* The rules of a gate: what counts as a regression, how sure, and how long it may take. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/model/metric-desc.h"

#define GATE_LOOKS_MAX	      16
#define GATE_ROUNDS_MIN	      8
#define GATE_ROUNDS_MAX	      1000
#define GATE_REASON_MAX	      128
#define GATE_ROUNDS_DEFAULT   48
#define GATE_MARGIN_DEFAULT   0.02
#define GATE_ALPHA_DEFAULT    0.01
#define GATE_RHO_DEFAULT      2.0
#define GATE_EXCLUDED_DEFAULT 0.20

enum gate_policy {
	GATE_MATERIAL,	  /* fails what is proven to be worse than the margin */
	GATE_STRICT,	  /* fails what is proven to be worse at all */
	GATE_NONINFERIOR, /* passes only what is proven not to be worse than the margin */
	GATE_POLICY_MAX,
};

/* One gated metric. */
struct gate_metric {
	bool wanted;
	double margin_ratio; /* 0: that of the gate */
	double floor; /* smallest absolute difference that matters, unit of the metric; 0: none */
};

/* Plain data: copied by assignment. gate_init() makes the defaults. */
struct gate {
	double margin_ratio; /* a change up to this does not matter */
	double alpha;	     /* error per side, of each verdict, over all looks and benchmarks */
	enum gate_policy policy;
	bool exact_spending;		/* union bound instead of Lan-DeMets */
	double rho;			/* power of the spending function */
	unsigned looks[GATE_LOOKS_MAX]; /* pairs at which it is decided, rising; the last is the
					   most */
	size_t n_looks;
	double max_mde;		   /* 0: any; see below */
	bool max_mde_is_factor;	   /* max_mde is a multiple of the margin, not a ratio */
	double max_excluded_ratio; /* of the pairs made: above, the data are invalid */
	struct gate_metric metrics[METRIC_MAX];
	char quarantine[GATE_REASON_MAX]; /* why its verdict does not count; empty: it does */
};

/**
 * gate_init() - the defaults: margin 2 %, alpha 1 %, material, looks 12 16 24 36 48, wall time
 * @g: uninitialised
 *
 * Return: nothing.
 */
void gate_init(struct gate *g);

/**
 * gate_set_rounds() - looks for another number of rounds
 * @g:      rules
 * @rounds: GATE_ROUNDS_MIN .. GATE_ROUNDS_MAX, the last look
 *
 * A quarter, a third, a half, three quarters and the whole, rounded up, never below 12 or @rounds,
 * none twice.
 *
 * Return: nothing.
 */
void gate_set_rounds(struct gate *g, unsigned rounds);

/**
 * gate_margin() - margin of one metric
 * @g:      rules
 * @metric: a gated one
 *
 * Return: the ratio.
 */
double gate_margin(const struct gate *g, enum metric metric);

/**
 * gate_mde_limit() - largest detectable effect that a gate takes for an answer
 * @g:      rules
 * @metric: a gated one
 *
 * Return: the ratio; INFINITY for any.
 */
double gate_mde_limit(const struct gate *g, enum metric metric);

/**
 * gate_work() - how long one metric of one benchmark may take to be judged, as a number of steps
 * @g: rules whose looks rise
 *
 * Looks that are close together need many nodes of integration, as many as the square root of how
 * far apart they are beside where they are; the time goes with their square. Many pairs take time
 * whatever the spending.
 *
 * Return: steps, some 50 ns each.
 */
double gate_work(const struct gate *g);

/**
 * gate_policy_name() - word for a policy
 * @policy: below GATE_POLICY_MAX
 *
 * Return: static text, as in YAML and JSON.
 */
const char *gate_policy_name(enum gate_policy policy);

/**
 * gate_policy_find() - policy by its word
 * @name: as in YAML and JSON
 *
 * Return: enum gate_policy; -ENOENT.
 */
int gate_policy_find(const char *name);
