/* Many tests at once: adjusted p values. */
#pragma once

#include <stddef.h>

/**
 * multiplicity_holm() - family-wise error rate, any dependence
 * @p:   @n p values, each 0 .. 1
 * @n:   count
 * @ret: @n adjusted p values: reject those at most alpha; may be @p
 *
 * Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of
 * Statistics 6 (1979).
 *
 * Return: 0; -ENOMEM.
 */
int multiplicity_holm(const double *p, size_t n, double *ret);

/**
 * multiplicity_benjamini_hochberg() - false discovery rate, independent or positively dependent
 * @p:   @n p values, each 0 .. 1
 * @n:   count
 * @ret: @n adjusted p values; may be @p
 *
 * When every hypothesis is true the false discovery rate is the chance of any false rejection.
 * Source: Benjamini and Hochberg, Controlling the False Discovery Rate, JRSS B 57 (1995).
 *
 * Return: 0; -ENOMEM.
 */
int multiplicity_benjamini_hochberg(const double *p, size_t n, double *ret);

/**
 * multiplicity_e_benjamini_hochberg() - false discovery rate under any dependence, from e-values
 * @e:   @n e-values, at least 0
 * @n:   count
 * @ret: @n figures like adjusted p values: reject those at most alpha; at most 1
 *
 * The k largest are rejected where k e_(k) / n >= 1 / alpha. Source: Wang and Ramdas, False
 * Discovery Rate Control with E-values, JRSS B 84 (2022).
 *
 * Return: 0; -ENOMEM.
 */
int multiplicity_e_benjamini_hochberg(const double *e, size_t n, double *ret);
