/* Handing a submission to the daemon. */
#pragma once

#include "ctl/client.h"
#include "ctl/submission.h"

/**
 * submission_send() - submit
 * @client: open
 * @s:      made
 * @tied:   the daemon cancels the job when this client hangs up
 * @ret:    job number, written only on success
 * @e:      filled on failure
 *
 * Return: 0 once the job is on disk; see client_error().
 */
int submission_send(struct client *client, const struct submission *s, bool tied, uint32_t *ret,
	struct error *e);
