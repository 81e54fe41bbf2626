/* A job by its label. */
#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"

int find_job_by_label(struct bus *b, sd_bus_message *m, sd_bus_error *error)
{
	CLEANUP(caller_done) struct caller who = {0};
	const char *label, *workload;
	struct error e = {0};
	uint64_t number;
	int r = sd_bus_message_read(m, "ss", &label, &workload);

	if (r >= 0)
		r = caller_get(b, m, &who, error);
	if (r < 0)
		return r;
	if (store_find_label(b->config.store, label, workload, access_visible_owner(&who.identity),
		    &number, &e) < 0)
		return bus_reply_error(error, &e);
	return sd_bus_reply_method_return(m, "u", (uint32_t)number);
}
