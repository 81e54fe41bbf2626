/* One run from request to result. */
#pragma once

#include <stdbool.h>

#include "daemon/runner/launcher/request.h"

/* What the launcher is, the same for all runs. */
struct launcher {
	int socket; /* to the daemon */
	int signal_fd;
	pid_t pid;
	bool realtime;
	bool is_spared; /* its oom_score_adj is below 0 */
	unsigned long timer_slack_ns;
	struct child_report *report; /* in shared memory */
};

/**
 * run_execute() - start the program of a request, watch it to its end, kill what it leaves
 * @l:       launcher
 * @request: checked
 * @ret:     filled in any case
 *
 * Return: 0; -EPIPE: the daemon is gone (everything of the run is dead).
 */
int run_execute(const struct launcher *l, struct request *request, struct launch_result *ret);
