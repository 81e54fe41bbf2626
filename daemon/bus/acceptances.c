/* Intended changes over the wire: they belong to the owner of the job they were made from. */
#include "daemon/store/acceptances.h"

#include <errno.h>
#include <math.h>

#include "common/base/clock.h"
#include "common/base/utf8.h"
#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"

#define TEXT_MAX_BYTES 1024u
#define LIMIT_MAX      100.0			  /* a hundred times worse */
#define EXPIRES_MAX_US (731 * 86400ull * 1000000) /* from now */

/* Text that may be shown in a report: one line, not empty. */
static int check_text(const char *what, const char *text, sd_bus_error *error)
{
	size_t size = strlen(text);
	uint32_t code;

	for (size_t i = 0, length; i < size; i += length) {
		length = utf8_read(text + i, size - i, &code);
		if (length == 0 || !utf8_is_printable(code))
			return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
				"%s has a character that cannot be printed", what);
	}
	if (size > 0 && size <= TEXT_MAX_BYTES)
		return 0;
	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
		"%s must have 1 to %u bytes, not %zu", what, TEXT_MAX_BYTES, size);
}

static int check_row(const struct acceptance_row *row, sd_bus_error *error)
{
	uint64_t now_us = row->created_ns / NSEC_PER_USEC;
	uint64_t expires_us = row->expires_ns / NSEC_PER_USEC;
	int r = check_text("the benchmark", row->benchmark, error);

	if (r >= 0)
		r = check_text("the reason", row->reason, error);
	if (r < 0)
		return r;
	if (!(isfinite(row->limit_ratio) && row->limit_ratio > 0 && row->limit_ratio <= LIMIT_MAX))
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
			"the limit is %g, must be above 0 and at most %g", row->limit_ratio,
			LIMIT_MAX);
	if (expires_us <= now_us || expires_us - now_us > EXPIRES_MAX_US)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
			"an acceptance must expire within two years from now");
	return 0;
}

static int add(
	struct bus *b, sd_bus_message *m, const struct acceptance_row *row, sd_bus_error *error)
{
	struct error e = {0};
	uint64_t number;
	int r = check_row(row, error);

	if (r < 0)
		return r;
	if (store_add_acceptance(b->config.store, row, &number, &e) < 0)
		return bus_reply_error(error, &e);
	return sd_bus_reply_method_return(m, "u", (uint32_t)number);
}

int acceptances_accept(struct bus *b, sd_bus_message *m, sd_bus_error *error)
{
	CLEANUP(caller_done) struct caller who = {0};
	CLEANUP(job_done) struct job job = {0};
	struct acceptance_row row = {.created_ns = clock_now_ns(CLOCK_REALTIME)};
	const char *benchmark, *reason;
	uint64_t expires_us;
	struct error e = {0};
	uint32_t number;
	int r = sd_bus_message_read(
		m, WIRE_ACCEPT_TYPES, &number, &benchmark, &row.limit_ratio, &reason, &expires_us);

	if (r >= 0)
		r = caller_get(b, m, &who, error);
	if (r < 0)
		return r;
	if (store_load_job(b->config.store, number, &job, &e) < 0)
		return bus_reply_error(error, &e);
	r = access_may_see(b, &who.identity, job.owner.uid, error);
	if (r < 0)
		return r;

	row.owner = job.owner.uid;
	row.job = number;
	row.expires_ns = expires_us <= UINT64_MAX / NSEC_PER_USEC ? expires_us * NSEC_PER_USEC : 0;
	row.workload = strdup(job.workload);
	row.benchmark = strdup(benchmark);
	row.reason = strdup(reason);
	r = row.workload && row.benchmark && row.reason ? add(b, m, &row, error) : -ENOMEM;
	free(row.workload);
	free(row.benchmark);
	free(row.reason);
	return r;
}

static int append_row(sd_bus_message *reply, const struct acceptance_row *row)
{
	return sd_bus_message_append(reply, WIRE_ACCEPTANCE_TYPES, (uint32_t)row->number,
		(uint32_t)row->owner, row->workload, row->benchmark, row->limit_ratio, row->reason,
		(uint32_t)row->job, row->created_ns / NSEC_PER_USEC,
		row->expires_ns / NSEC_PER_USEC);
}

static int reply_rows(sd_bus_message *m, const struct acceptance_row *rows, size_t n)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(m, &reply);

	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', WIRE_ACCEPTANCE_TYPES);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = append_row(reply, &rows[i]);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

int acceptances_list(struct bus *b, sd_bus_message *m, sd_bus_error *error)
{
	CLEANUP(caller_done) struct caller who = {0};
	struct acceptance_row *rows = NULL;
	struct error e = {0};
	const char *workload;
	size_t n = 0;
	int r = sd_bus_message_read(m, "s", &workload);

	if (r >= 0)
		r = caller_get(b, m, &who, error);
	if (r < 0)
		return r;
	if (store_list_acceptances(b->config.store, access_visible_owner(&who.identity), workload,
		    &rows, &n, &e) < 0)
		return bus_reply_error(error, &e);
	r = reply_rows(m, rows, n);
	acceptance_rows_free(rows, n);
	return r;
}

int acceptances_withdraw(struct bus *b, sd_bus_message *m, sd_bus_error *error)
{
	CLEANUP(caller_done) struct caller who = {0};
	struct error e = {0};
	uint32_t number;
	uid_t owner;
	int r = sd_bus_message_read(m, "u", &number);

	if (r >= 0)
		r = caller_get(b, m, &who, error);
	if (r < 0)
		return r;
	r = store_acceptance_owner(b->config.store, number, &owner, &e);
	if (r == -ENOENT)
		return sd_bus_error_set(error, WIRE_ERROR_NO_ACCEPTANCE, e.text);
	if (r < 0)
		return bus_reply_error(error, &e);
	r = access_may_see(b, &who.identity, owner, error);
	if (r < 0)
		return r;
	if (store_remove_acceptance(b->config.store, number, &e) < 0)
		return bus_reply_error(error, &e);
	return sd_bus_reply_method_return(m, NULL);
}
