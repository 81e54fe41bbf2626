/* Both outputs of the run under way, looked at now and then so that they stay small. */
#pragma once

#include <systemd/sd-event.h>

#include "daemon/runner/output.h"
#include "daemon/runner/runner.h"

struct output_watch {
	struct output out, err;
	sd_event_source *timer; /* NULL between runs */
	uint64_t look_ns, look_max_ns;
};

#define OUTPUT_WATCH_NONE                                                                          \
	{                                                                                          \
		.out.fd = -1, .err.fd = -1                                                         \
	}

/**
 * output_watch_start() - open new outputs, forgetting those of the last run
 * @w:        initialised
 * @event:    loop
 * @kept_max: bytes to keep of each
 *
 * Nothing reads while the run writes: a timer looks at the sizes, rarely when nothing happens.
 *
 * Return: 0; errno of the memfds or the timer.
 */
int output_watch_start(struct output_watch *w, sd_event *event, uint64_t kept_max);

/**
 * output_watch_stop() - the run has ended: describe what it wrote
 * @w:       started
 * @outcome: its output fields are filled
 *
 * Return: nothing.
 */
void output_watch_stop(struct output_watch *w, struct run_outcome *outcome);

/**
 * output_watch_done() - forget everything
 * @w: initialised
 *
 * Return: nothing.
 */
void output_watch_done(struct output_watch *w);
