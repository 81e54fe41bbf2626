/* What is said about a machine beside its settings, as rows: what forbids a comparison, and why. */
#pragma once

#include <stddef.h>

enum fact_weight {
	FACT_HARD, /* a difference forbids a comparison; part of the fingerprint */
	FACT_SOFT, /* a difference is said */
};

struct fact_desc {
	const char *key; /* of "key=value"; one that ends with '.' stands for all that begin so */
	enum fact_weight weight;
	const char *help; /* why, one sentence */
};

/**
 * fact_desc_find() - row of a fact
 * @key: up to its end or a '='
 *
 * Return: static row; NULL when there is none.
 */
const struct fact_desc *fact_desc_find(const char *key);

/**
 * fact_desc_all() - all rows
 * @ret_n: number of rows
 *
 * Return: static array, sorted by key.
 */
const struct fact_desc *fact_desc_all(size_t *ret_n);

/**
 * fact_desc_weight() - weight of a fact
 * @key: up to its end or a '='
 *
 * Return: of its row; FACT_HARD for a key without one: nobody knows what it stands for.
 */
enum fact_weight fact_desc_weight(const char *key);
