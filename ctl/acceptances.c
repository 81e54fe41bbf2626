/* Intended changes that steadyd remembers: asked for over the bus. */
#include "ctl/acceptances.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/wire/names.h"

static void stored_acceptance_done(struct stored_acceptance *s)
{
	free(s->workload);
	acceptance_done(&s->acceptance);
	*s = (struct stored_acceptance){0};
}

void stored_acceptances_done(struct stored_acceptances *s)
{
	if (!s)
		return;

	for (size_t i = 0; i < s->n; i++)
		stored_acceptance_done(&s->items[i]);
	free(s->items);
	*s = (struct stored_acceptances){0};
}

void acceptances_free(struct acceptance *list, size_t n)
{
	for (size_t i = 0; list && i < n; i++)
		acceptance_done(&list[i]);
	free(list);
}

/* Takes the row over, also on failure. */
static int add_row(struct stored_acceptances *list, struct stored_acceptance *row)
{
	struct stored_acceptance *items = NULL;

	if (row->workload && row->acceptance.benchmark && row->acceptance.reason &&
		row->acceptance.source)
		items = reallocarray(list->items, list->n + 1, sizeof(*items));
	if (!items) {
		stored_acceptance_done(row);
		return -ENOMEM;
	}
	list->items = items;
	items[list->n++] = *row;
	return 0;
}

/* Return: 1; 0 at the end; negative errno. */
static int read_row(sd_bus_message *reply, struct stored_acceptances *list)
{
	const char *workload, *benchmark, *reason;
	struct stored_acceptance row = {0};
	uint64_t expires_us;
	char source[32];
	int r = sd_bus_message_read(reply, WIRE_ACCEPTANCE_TYPES, &row.number, &row.owner,
		&workload, &benchmark, &row.acceptance.limit_ratio, &reason, &row.job,
		&row.created_us, &expires_us);

	if (r <= 0)
		return r;
	(void)snprintf(source, sizeof(source), "job %u", row.job);
	row.workload = strdup(workload);
	row.acceptance.benchmark = strdup(benchmark);
	row.acceptance.reason = strdup(reason);
	row.acceptance.source = strdup(source);
	row.acceptance.expires_ns = expires_us * NSEC_PER_USEC;
	r = add_row(list, &row);
	return r < 0 ? r : 1;
}

int acceptances_read(struct client *client, const char *workload, struct stored_acceptances *ret,
	struct error *e)
{
	CLEANUP(stored_acceptances_done) struct stored_acceptances list = {0};
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	int r = client_call(client, "ListAcceptances", &reply, e, "s", workload);

	if (r < 0)
		return r;
	r = sd_bus_message_enter_container(reply, 'a', WIRE_ACCEPTANCE_TYPES);
	while (r > 0)
		r = read_row(reply, &list);
	if (r < 0)
		return error_setf(e, r == -ENOMEM ? r : -EIO, "ListAcceptances: %s", strerror(-r));
	*ret = TAKE_STRUCT(list);
	return 0;
}

int acceptances_fetch(struct client *client, const char *workload, struct acceptance **ret,
	size_t *ret_n, struct error *e)
{
	CLEANUP(stored_acceptances_done) struct stored_acceptances all = {0};
	struct acceptance *list;
	size_t n = 0;
	int r = acceptances_read(client, workload, &all, e);

	if (r < 0)
		return r;
	list = calloc(all.n + 1, sizeof(*list));
	if (!list)
		return error_setf(e, -ENOMEM, "out of memory");
	for (size_t i = all.n; i > 0; i--)
		if (all.items[i - 1].owner == geteuid())
			list[n++] = TAKE_STRUCT(all.items[i - 1].acceptance);
	*ret = list;
	*ret_n = n;
	return 0;
}
