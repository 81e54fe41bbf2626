/* One line of the daemon's job listing. */
#include "ctl/job-row.h"

#include <errno.h>

#define PAGE_ROWS 500

/* Takes the row over, also on failure. */
static int add_row(struct job_rows *rows, struct job_row *row)
{
	struct job_row *items = NULL;

	if (row->id && row->workload && row->state)
		items = reallocarray(rows->items, rows->n + 1, sizeof(*items));
	if (!items) {
		job_row_done(row);
		return -ENOMEM;
	}
	rows->items = items;
	items[rows->n++] = *row;
	return 0;
}

static int read_rows(sd_bus_message *reply, struct job_rows *rows)
{
	const char *id, *workload, *state;
	struct job_row row = {0};
	int r = sd_bus_message_enter_container(reply, 'a', "(ussustttuu)");

	while (r > 0) {
		r = sd_bus_message_read(reply, "(ussustttuu)", &row.number, &id, &workload,
			&row.owner, &state, &row.submitted_us, &row.started_us, &row.ended_us,
			&row.done, &row.planned);
		if (r <= 0)
			break;
		row.id = strdup(id);
		row.workload = strdup(workload);
		row.state = strdup(state);
		r = add_row(rows, &row);
		if (r < 0)
			return r;
		r = 1;
	}
	return r;
}

/* Numbers above @first; the count of new rows is positive as long as there may be more. */
static int read_page(struct client *client, uint64_t first, uint32_t limit, struct job_rows *rows,
	struct error *e)
{
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	size_t before = rows->n;
	int r = client_call(client, "ListJobs", &reply, e, "tu", first, limit);

	if (r < 0)
		return r;
	r = read_rows(reply, rows);
	if (r < 0)
		return error_setf(e, r == -ENOMEM ? r : -EIO, "ListJobs: %s", strerror(-r));
	return (int)(rows->n - before);
}

int job_row_get(struct client *client, uint32_t job, struct job_row *ret, struct error *e)
{
	CLEANUP(job_rows_done) struct job_rows rows = {0};
	int r = read_page(client, job - 1, 1, &rows, e);

	if (r < 0)
		return r;
	if (rows.n == 0 || rows.items[0].number != job)
		return error_setf(e, -ENOENT, "there is no job %u", job);

	*ret = rows.items[0];
	rows.items[0] = (struct job_row){0};
	return 0;
}

int job_rows_read(struct client *client, struct job_rows *ret, struct error *e)
{
	struct job_rows rows = {0};
	int r;

	do {
		uint64_t first = rows.n > 0 ? rows.items[rows.n - 1].number : 0;

		r = read_page(client, first, PAGE_ROWS, &rows, e);
	} while (r > 0);
	if (r < 0) {
		job_rows_done(&rows);
		return r;
	}
	*ret = rows;
	return 0;
}

void job_row_done(struct job_row *row)
{
	if (!row)
		return;

	free(row->id);
	free(row->workload);
	free(row->state);
	*row = (struct job_row){0};
}

void job_rows_done(struct job_rows *rows)
{
	if (!rows)
		return;

	for (size_t i = 0; i < rows->n; i++)
		job_row_done(&rows->items[i]);
	free(rows->items);
	*rows = (struct job_rows){0};
}
