/* Intended changes that steadyd remembers. */
#pragma once

#include "common/judge/verdict-sum.h"
#include "ctl/client.h"

/* One as it is stored. */
struct stored_acceptance {
	uint32_t number;
	uint32_t owner; /* uid: of the job it was made from */
	char *workload; /* owned */
	uint32_t job;
	uint64_t created_us; /* since 1970 */
	struct acceptance acceptance;
};

struct stored_acceptances {
	struct stored_acceptance *items; /* owned, in order of their numbers */
	size_t n;
};

/**
 * acceptances_read() - the acceptances that the caller may see
 * @client:   open
 * @workload: of this workload only; "": of all
 * @ret:      owned by the caller; untouched on failure; expired ones too
 * @e:        filled on failure
 *
 * Return: 0; -ENOMEM; see client_error().
 */
int acceptances_read(struct client *client, const char *workload, struct stored_acceptances *ret,
	struct error *e);

/**
 * acceptances_fetch() - the caller's own acceptances, as verdict_accept() takes them
 * @client:   open
 * @workload: of the job: the workload's or the suite's name
 * @ret:      owned by the caller, acceptances_free(); untouched on failure. Newest first; expired
 *            ones too, verdict_accept() says them and does not use them
 * @ret_n:    count
 * @e:        filled on failure
 *
 * Those of other users, which root may see, are left out: they are for gates of these users.
 *
 * Return: 0; -ENOMEM; see client_error().
 */
int acceptances_fetch(struct client *client, const char *workload, struct acceptance **ret,
	size_t *ret_n, struct error *e);

/**
 * acceptances_free() - free a list
 * @list: or NULL
 * @n:    count
 *
 * Return: nothing.
 */
void acceptances_free(struct acceptance *list, size_t n);

/**
 * stored_acceptances_done() - free the content
 * @s: list, or NULL
 *
 * Return: nothing.
 */
void stored_acceptances_done(struct stored_acceptances *s);
