/* Following one job to its end. */
#include "ctl/follow.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <systemd/sd-event.h>

#include "common/wire/names.h"
#include "ctl/job-row.h"
#include "ctl/progress.h"

struct follow {
	const struct follow_request *request;
	struct error *e;
	sd_event *event;
	struct progress progress;
	enum job_state state;
	bool cancelling;
	bool left;   /* outcome is known */
	int outcome; /* 0; negative errno with *e filled */
};

/* Not by sd_event_exit(): a bus that is attached to a loop closes itself when the loop exits, and
 * the result is still to be fetched. */
static int leave(struct follow *f, int r)
{
	f->left = true;
	f->outcome = r;
	return 0;
}

/* Something is known about the job. */
static int take_news(struct follow *f, const struct progress_news *news)
{
	int state = job_state_find(news->state);
	int r = 0;

	if (state < 0)
		return leave(f,
			error_setf(f->e, -EOPNOTSUPP,
				"this steadyd is of another version: a job is '%s'", news->state));
	if (f->request->changed) {
		progress_clear(&f->progress);
		r = f->request->changed(f->request->userdata, f->e);
	} else {
		progress_draw(&f->progress, news);
	}
	if (r < 0)
		return leave(f, r);

	f->state = (enum job_state)state;
	return job_state_is_final(f->state) ? leave(f, 0) : 0;
}

static int on_job_changed(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	struct follow *f = userdata;
	struct progress_news news;
	uint32_t job;
	int r;

	r = sd_bus_message_read(m, "usuutt", &job, &news.state, &news.done, &news.planned,
		&news.remaining_us, &news.elapsed_us);
	if (r < 0)
		return leave(f, error_setf(f->e, -EIO, "JobChanged: %s", strerror(-r)));
	return job == f->request->job ? take_news(f, &news) : 0;
}

static int on_disconnected(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	struct follow *f = userdata;

	return leave(f,
		error_setf(f->e, -ECONNRESET, "steadyd has gone away while job %u was under way",
			f->request->job));
}

static int on_cancelled(sd_bus_message *m, void *userdata, sd_bus_error *ret_error)
{
	struct follow *f = userdata;
	const sd_bus_error *error = sd_bus_message_get_error(m);

	if (!error)
		return 0;
	return leave(f, client_error(error->name, error->message, 0, f->e));
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct follow *f = userdata;
	int r;

	progress_clear(&f->progress);
	if (f->cancelling || !f->request->cancels)
		return leave(f,
			error_setf(f->e, -ECANCELED, "%s",
				f->cancelling ? "left before the job has ended"
					      : "left, the job goes on"));

	f->cancelling = true;
	context_note(f->request->context, "cancelling job %u", f->request->job);
	r = sd_bus_call_method_async(client_bus(f->request->client), NULL, NULL, WIRE_PATH,
		WIRE_MANAGER, "Cancel", on_cancelled, f, "u", f->request->job);
	return r < 0 ? leave(f, client_error(NULL, NULL, r, f->e)) : 0;
}

static int add_sources(struct follow *f)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	sd_bus *bus = client_bus(f->request->client);
	int r;

	r = sd_event_new(&f->event);
	for (size_t i = 0; i < ARRAY_SIZE(signals) && r >= 0; i++)
		r = sd_event_add_signal(f->event, NULL, signals[i], on_signal, f);
	if (r >= 0)
		r = sd_bus_match_signal(
			bus, NULL, NULL, WIRE_PATH, WIRE_MANAGER, "JobChanged", on_job_changed, f);
	if (r >= 0)
		r = sd_bus_match_signal(bus, NULL, NULL, "/org/freedesktop/DBus/Local",
			"org.freedesktop.DBus.Local", "Disconnected", on_disconnected, f);
	if (r >= 0)
		r = sd_bus_attach_event(bus, f->event, SD_EVENT_PRIORITY_NORMAL);
	return r;
}

/* The job may have ended before the first signal could be heard. */
static int look_once(struct follow *f)
{
	struct job_row row;
	struct progress_news news;
	int r = job_row_get(f->request->client, f->request->job, &row, f->e);

	if (r < 0)
		return leave(f, r);

	news = (struct progress_news){.state = row.state, .done = row.done, .planned = row.planned};
	r = take_news(f, &news);
	job_row_done(&row);
	return r;
}

static int follow(struct follow *f)
{
	int r = add_sources(f);

	if (r < 0)
		return error_setf(f->e, r, "cannot follow the job: %s", strerror(-r));

	(void)look_once(f);
	while (!f->left && r >= 0)
		r = sd_event_run(f->event, UINT64_MAX);
	progress_clear(&f->progress);
	if (!f->left)
		return error_setf(f->e, r, "cannot follow the job: %s", strerror(-r));
	return f->outcome;
}

int follow_job(const struct follow_request *request, enum job_state *ret, struct error *e)
{
	struct follow f = {
		.request = request,
		.e = e,
		.progress = {.enabled = request->context->progress},
	};
	sigset_t signals, before;
	int r;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &signals, &before);

	r = follow(&f);
	(void)sd_bus_detach_event(client_bus(request->client));
	(void)sd_event_unref(f.event);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	if (r < 0)
		return r;

	*ret = f.state;
	return 0;
}
