/* One line of the daemon's job listing. */
#pragma once

#include "ctl/client.h"

struct job_row {
	uint32_t number;
	char *id, *workload, *state;		     /* owned */
	uint32_t owner;				     /* uid */
	uint64_t submitted_us, started_us, ended_us; /* since 1970, 0: not yet */
	uint32_t done, planned;			     /* runs */
};

struct job_rows {
	struct job_row *items;
	size_t n;
};

/**
 * job_row_get() - the row of one job
 * @client: open
 * @job:    number
 * @ret:    owned by the caller; untouched on failure
 * @e:      filled on failure
 *
 * Return: 0; -ENOENT: no such job; see client_error().
 */
int job_row_get(struct client *client, uint32_t job, struct job_row *ret, struct error *e);

/**
 * job_rows_read() - all jobs, in rising order
 * @client: open
 * @ret:    owned by the caller; untouched on failure
 * @e:      filled on failure
 *
 * Return: 0; -ENOMEM; see client_error().
 */
int job_rows_read(struct client *client, struct job_rows *ret, struct error *e);

/**
 * job_row_done() - free the content
 * @row: row, or NULL
 *
 * Return: nothing.
 */
void job_row_done(struct job_row *row);

/**
 * job_rows_done() - free the content
 * @rows: rows, or NULL
 *
 * Return: nothing.
 */
void job_rows_done(struct job_rows *rows);
