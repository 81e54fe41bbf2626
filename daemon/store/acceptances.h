/* Intended changes that gates let pass, as they are stored. */
#pragma once

#include "daemon/store/store.h"

#define ACCEPTANCES_MAX_PER_USER 1000u
#define ACCEPTANCES_KEEP_NS	 (30 * 86400ull * 1000000000) /* listed for so long once expired */

struct acceptance_row {
	uint64_t number; /* never comes back */
	uid_t owner;
	char *workload, *benchmark, *reason; /* owned */
	double limit_ratio;
	uint64_t job;
	uint64_t created_ns, expires_ns; /* CLOCK_REALTIME */
};

/**
 * store_add_acceptance() - remember an intended change: on disk when this returns
 * @s:          store
 * @row:        everything but number is set
 * @ret_number: written only on success
 * @e:          filled on failure
 *
 * Those that expired ACCEPTANCES_KEEP_NS before @row was made are forgotten.
 *
 * Return: 0; -EDQUOT: its owner has as many as there may be; -ENOSPC, -EIO, ...
 */
int store_add_acceptance(
	struct store *s, const struct acceptance_row *row, uint64_t *ret_number, struct error *e);

/**
 * store_list_acceptances() - acceptances in rising order of number
 * @s:        store
 * @owner:    of this user; (uid_t)-1: of all
 * @workload: of this workload; "": of all
 * @ret:      owned by the caller, free with acceptance_rows_free(); expired ones too
 * @ret_n:    count
 * @e:        filled on failure
 *
 * Return: 0; -ENOMEM; -EIO, ...
 */
int store_list_acceptances(struct store *s, uid_t owner, const char *workload,
	struct acceptance_row **ret, size_t *ret_n, struct error *e);

/**
 * store_acceptance_owner() - who an acceptance belongs to
 * @s:      store
 * @number: which
 * @ret:    written only on success
 * @e:      filled on failure
 *
 * Return: 0; -ENOENT; -EIO, ...
 */
int store_acceptance_owner(struct store *s, uint64_t number, uid_t *ret, struct error *e);

/**
 * store_remove_acceptance() - forget one
 * @s:      store
 * @number: which
 * @e:      filled on failure
 *
 * Return: 0, also when it is gone already; -ENOSPC, -EIO, ...
 */
int store_remove_acceptance(struct store *s, uint64_t number, struct error *e);

/**
 * acceptance_rows_free() - free a listing
 * @rows: or NULL
 * @n:    count
 *
 * Return: nothing.
 */
void acceptance_rows_free(struct acceptance_row *rows, size_t n);
