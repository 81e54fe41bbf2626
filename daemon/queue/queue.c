/* The order of work: accepted jobs, one session at a time. */
#include "daemon/queue/queue.h"

#include <errno.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "daemon/queue/queue-private.h"

static void announce(struct queue *q, uint64_t number, enum job_state state)
{
	struct queue_event event = {.state = state, .progress = {.job = number}};

	if (q->session && session_job(q->session)->number == number)
		event.progress = session_progress_now(q->session);
	q->config.changed(&event, q->config.userdata);
}

static void kick(struct queue *q)
{
	(void)sd_event_source_set_enabled(q->next, SD_EVENT_ONESHOT);
}

static void on_progress(const struct session_progress *progress, void *userdata)
{
	struct queue *q = userdata;
	struct queue_event event = {.state = JOB_RUNNING, .progress = *progress};

	q->config.changed(&event, q->config.userdata);
}

static void on_done(struct session *session, enum job_state state, void *userdata)
{
	struct queue *q = userdata;

	log_info("job %llu: %s", (unsigned long long)session_job(session)->number,
		job_state_name(state));
	announce(q, session_job(session)->number, state);
	q->session = session_free(session);
	if (q->stopped)
		q->stopped(q->config.userdata);
	else
		kick(q);
}

/* Next number to run: of the whole store, or of what was submitted here. */
static int next_number(struct queue *q, uint64_t *ret)
{
	if (!q->config.own_only)
		return store_next_queued(q->config.session.store, 0, ret);
	if (q->n_own == 0)
		return 0;

	*ret = q->own[0];
	memmove(q->own, q->own + 1, --q->n_own * sizeof(*q->own));
	return 1;
}

static int begin(struct queue *q, uint64_t number, struct error *e)
{
	const struct session_events events = {
		.progress = on_progress, .done = on_done, .userdata = q};
	uint64_t now_ns = clock_now_ns(CLOCK_REALTIME);
	struct job job;
	int r = store_load_job(q->config.session.store, number, &job, e);

	if (r < 0)
		return r;

	r = store_start_job(q->config.session.store, number, now_ns, e);
	if (r < 0) {
		job_done(&job);
		return r;
	}
	job.started_ns = now_ns;
	r = session_start(&q->session, &q->config.session, &job, &events, e);
	if (r < 0) {
		(void)store_end_job(
			q->config.session.store, number, JOB_FAILED, e->text, now_ns, NULL);
		return r;
	}
	log_info("job %llu: started", (unsigned long long)number);
	announce(q, number, JOB_RUNNING);
	return 0;
}

static int on_next(sd_event_source *source, void *userdata)
{
	struct queue *q = userdata;
	struct error e = {0};
	uint64_t number = 0;
	int r;

	if (q->session || q->stopped || !q->started)
		return 0;

	r = next_number(q, &number);
	if (r <= 0) {
		if (r < 0)
			log_error("the queue cannot be read: %s", strerror(-r));
		return 0;
	}
	r = begin(q, number, &e);
	if (r == -ESTALE) {
		kick(q); /* cancelled, or another process has it */
	} else if (r < 0) {
		/* A full disk, most likely: the job stays queued for the next submission or start.
		 */
		log_error("job %llu could not be started: %s", (unsigned long long)number, e.text);
	}
	return 0;
}

int queue_new(struct queue **ret, const struct queue_config *c, struct error *e)
{
	struct queue *q = calloc(1, sizeof(*q));
	int r;

	if (!q)
		return error_setf(e, -ENOMEM, "out of memory");

	q->config = *c;
	r = sd_event_add_defer(c->session.event, &q->next, on_next, q);
	if (r < 0) {
		free(q);
		return error_setf(e, r, "cannot make the queue: %s", strerror(-r));
	}
	*ret = q;
	return 0;
}

void queue_start(struct queue *q)
{
	q->started = true;
	kick(q);
}

void queue_accepted(struct queue *q, uint64_t number)
{
	announce(q, number, JOB_QUEUED);
	kick(q);
}

int queue_cancel(struct queue *q, uint64_t number, const char *why, struct error *e)
{
	struct job job;
	enum job_state state;
	int r;

	if (q->session && session_job(q->session)->number == number) {
		session_stop(q->session, JOB_CANCELLED, why);
		return 0;
	}
	r = store_load_job(q->config.session.store, number, &job, e);
	if (r < 0)
		return r;

	state = job.state;
	job_done(&job);
	if (state != JOB_QUEUED)
		return 0;

	r = store_end_job(q->config.session.store, number, JOB_CANCELLED, why,
		clock_now_ns(CLOCK_REALTIME), e);
	if (r >= 0)
		announce(q, number, JOB_CANCELLED);
	return r;
}

const struct session *queue_session(const struct queue *q)
{
	return q->session;
}

void queue_stop(struct queue *q, void (*stopped)(void *userdata))
{
	q->stopped = stopped;
	if (q->session)
		session_stop(q->session, JOB_INTERRUPTED, "steadyd was stopped");
	else
		stopped(q->config.userdata);
}

struct queue *queue_free(struct queue *q)
{
	if (!q)
		return NULL;

	q->session = session_free(q->session);
	(void)sd_event_source_disable_unref(q->next);
	free(q->own);
	free(q);
	return NULL;
}
