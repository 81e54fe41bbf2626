/* When a simulated rate is taken for the promised one; the same for the product and its mutants. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCEPTANCE_SEED	      20261122
#define ACCEPTANCE_FULL	      20000
#define ACCEPTANCE_DEVIATIONS 3

/**
 * acceptance_trials() - how many series to simulate
 * @n_short: in the short form
 *
 * Return: ACCEPTANCE_FULL when STEADY_FULL is set and not empty, else @n_short.
 */
size_t acceptance_trials(size_t n_short);

/**
 * acceptance_at_most() - is an error rate the promised one or less
 * @what:  printed with the figures
 * @hits:  errors
 * @n:     tries
 * @alpha: promised
 *
 * Return: true up to ACCEPTANCE_DEVIATIONS standard errors above @alpha.
 */
bool acceptance_at_most(const char *what, size_t hits, size_t n, double alpha);

/**
 * acceptance_at_least() - is a coverage or a power the promised one or more
 * @what:  printed with the figures
 * @hits:  successes
 * @n:     tries
 * @share: promised
 *
 * Return: true down to ACCEPTANCE_DEVIATIONS standard errors below @share.
 */
bool acceptance_at_least(const char *what, size_t hits, size_t n, double share);

/* Simulates and says what acceptance_at_most() and acceptance_at_least() say. */
typedef bool (*acceptance_fn)(const void *what, uint64_t seed);

/**
 * acceptance_holds() - simulate with the numbers of this suite
 * @simulate: simulation
 * @what:     its argument
 *
 * Return: true when it is accepted.
 */
bool acceptance_holds(acceptance_fn simulate, const void *what);
