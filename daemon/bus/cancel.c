/* Ending a job on request: its owner and root may. */
#include "daemon/bus/bus-private.h"

int cancel_job(struct bus *b, sd_bus_message *m, uint64_t number, sd_bus_error *error)
{
	CLEANUP(caller_done) struct caller who = {0};
	CLEANUP(job_done) struct job job = {0};
	struct error e = {0};
	int r = caller_get(b, m, &who, error);

	if (r < 0)
		return r;
	if (store_load_job(b->config.store, number, &job, &e) < 0)
		return bus_reply_error(error, &e);
	r = access_may_see(b, &who.identity, job.owner.uid, error);
	if (r < 0)
		return r;
	if (queue_cancel(b->config.queue, number, "cancelled by its user", &e) < 0)
		return bus_reply_error(error, &e);
	return sd_bus_reply_method_return(m, NULL);
}
