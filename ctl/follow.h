/* Following one job to its end. */
#pragma once

#include "common/model/result.h"
#include "ctl/client.h"

struct follow_request {
	struct client *client;
	const struct context *context;
	uint32_t job;
	bool cancels; /* Ctrl-C ends the job, not only the watching */
	/* Called when something about the job has changed, and once at the start; or NULL. */
	int (*changed)(void *userdata, struct error *e);
	void *userdata;
};

/**
 * follow_job() - wait until a job has ended, drawing the progress on a terminal
 * @request: borrowed for the call
 * @ret:     the final state, written only on success
 * @e:       filled on failure
 *
 * The first Ctrl-C (or SIGTERM, SIGHUP) asks the daemon to cancel and goes on waiting, so that the
 * machine is seen to be given back; the second one leaves. Without @request->cancels the first one
 * leaves.
 *
 * Return: 0; -ECANCELED when the person left; -ENOENT: no such job; -ECONNRESET when the daemon
 * went away; negative errno of the callback.
 */
int follow_job(const struct follow_request *request, enum job_state *ret, struct error *e);
