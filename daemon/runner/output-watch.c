/* Both outputs of the run under way, looked at now and then so that they stay small. */
#include "daemon/runner/output-watch.h"

#include <sys/sysinfo.h>
#include <time.h>

#include "common/base/clock.h"

#define LOOK_FIRST_NS (20 * NSEC_PER_MSEC)
#define LOOK_MIN_NS   (5 * NSEC_PER_MSEC)
#define LOOK_MAX_NS   NSEC_PER_SEC
/* A timer that wakes the loop late or early by this much saves nothing here. */
#define ACCURACY_US 500

/* Between two looks no more than this share of the free memory may be written... */
#define FREE_SHARE 4
/* ...by the fastest writer: one CPU filling new pages, rounded up. */
#define BYTES_PER_NS_MAX 4
/* Grown by more than this: look twice as often. */
#define GROWN_MUCH (8u << 20)

static uint64_t longest_pause(void)
{
	struct sysinfo info;

	if (sysinfo(&info) < 0)
		return LOOK_FIRST_NS;

	uint64_t bytes = (uint64_t)info.freeram * info.mem_unit;
	uint64_t pause_ns = bytes / FREE_SHARE / BYTES_PER_NS_MAX;

	return MAX_OF(LOOK_FIRST_NS, MIN_OF(pause_ns, LOOK_MAX_NS));
}

static int on_look(sd_event_source *source, uint64_t us, void *userdata)
{
	struct output_watch *w = userdata;
	uint64_t grown = output_trim(&w->out) + output_trim(&w->err);

	w->look_ns = grown > GROWN_MUCH ? MAX_OF(w->look_ns / 2, LOOK_MIN_NS)
					: MIN_OF(w->look_ns * 2, w->look_max_ns);
	(void)sd_event_source_set_time_relative(source, w->look_ns / NSEC_PER_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int output_watch_start(struct output_watch *w, sd_event *event, uint64_t kept_max)
{
	output_watch_done(w);
	w->look_ns = LOOK_FIRST_NS;
	w->look_max_ns = longest_pause();

	int r = output_open(&w->out, "stdout", kept_max);

	if (r == 0)
		r = output_open(&w->err, "stderr", kept_max);
	if (r == 0)
		r = sd_event_add_time_relative(event, &w->timer, CLOCK_MONOTONIC,
			w->look_ns / NSEC_PER_USEC, ACCURACY_US, on_look, w);
	if (r < 0)
		output_watch_done(w);
	return r < 0 ? r : 0;
}

void output_watch_stop(struct output_watch *w, struct run_outcome *outcome)
{
	w->timer = sd_event_source_disable_unref(w->timer);
	output_finish(&w->out, &outcome->out);
	output_finish(&w->err, &outcome->err);
	outcome->stdout_fd = w->out.fd;
	outcome->stderr_fd = w->err.fd;
}

void output_watch_done(struct output_watch *w)
{
	w->timer = sd_event_source_disable_unref(w->timer);
	output_close(&w->out);
	output_close(&w->err);
}
