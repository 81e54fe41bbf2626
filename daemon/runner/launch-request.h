/* A run as the launcher wants it: names looked up, strings in one sealed file. */
#pragma once

#include "daemon/runner/launcher/protocol.h"
#include "daemon/runner/runner.h"

struct launch_request {
	struct launch_run packet; /* but for serial, flags about descriptors and cpus */
	int blob_fd;		  /* owned */
	/* for messages */
	char *program;		/* as it was asked for; owned */
	struct strv candidates; /* paths that are tried */
	char *cwd, *stdin_path; /* owned; stdin_path may be NULL */
};

/**
 * launch_request_init() - make the request for a run
 * @r:    uninitialised; launch_request_done() only after success
 * @spec: borrowed for the call
 * @e:    filled on failure
 *
 * No file of the submitter is touched: where a program has no slash in its name, every folder of
 * PATH is a candidate that the child tries itself.
 *
 * Return: 0; -E2BIG: more than a kernel accepts; -EINVAL: no command; -ENOMEM; errno of the memfd.
 */
int launch_request_init(struct launch_request *r, const struct run_spec *spec, struct error *e);

/**
 * launch_request_done() - free and close
 * @r: request; a zeroed one with blob_fd -1 is allowed
 *
 * Return: nothing.
 */
void launch_request_done(struct launch_request *r);
