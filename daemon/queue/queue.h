/* The order of work: accepted jobs, one session at a time. */
#pragma once

#include "daemon/session/session.h"

struct queue;

/* What a client asks for. Everything is borrowed for the call. */
struct submission {
	const struct identity *identity;
	const char *text;      /* YAML */
	const char *file;      /* name for messages */
	const char *directory; /* absolute */
	const struct strv *overrides;
	const struct strv *environment;
};

/* Something about a job has changed. */
struct queue_event {
	enum job_state state;
	struct session_progress progress;
};

struct queue_config {
	struct session_config session; /* all pointers borrowed for the queue's life */
	bool own_only;		       /* run only what was submitted to this process (--local) */
	void (*changed)(const struct queue_event *event, void *userdata);
	void *userdata;
};

/**
 * queue_new() - a queue over a store; nothing is started before queue_start()
 * @ret: owned by the caller
 * @c:   copied
 * @e:   filled on failure
 *
 * Return: 0; -ENOMEM; errno of the event loop.
 */
int queue_new(struct queue **ret, const struct queue_config *c, struct error *e);

/**
 * queue_start() - begin with the oldest queued job
 * @q: queue
 *
 * Return: nothing.
 */
void queue_start(struct queue *q);

/**
 * queue_submit() - check and accept a job: on disk when this returns
 * @q:            queue
 * @s:            what
 * @ret_number:   its number
 * @ret_id:       its identity, RESULT_ID_MAX bytes
 * @ret_problems: diagnostics of a bad text, owned by the caller; NULL otherwise
 * @e:            filled on failure
 *
 * Return: 0; -EINVAL: see @ret_problems or @e; -ENOENT: no such profile; -EDQUOT: a limit of the
 * queue; -E2BIG: text or environment too large; -ESHUTDOWN: steadyd is stopping; errno of the
 * store.
 */
int queue_submit(struct queue *q, const struct submission *s, uint64_t *ret_number, char *ret_id,
	char **ret_problems, struct error *e);

/**
 * queue_cancel() - end a queued or running job
 * @q:      queue
 * @number: which
 * @why:    for the result
 * @e:      filled on failure
 *
 * Return: 0, also for one that has ended already; -ENOENT; errno of the store.
 */
int queue_cancel(struct queue *q, uint64_t number, const char *why, struct error *e);

/**
 * queue_session() - what is at work
 * @q: queue
 *
 * Return: borrowed; NULL when idle.
 */
const struct session *queue_session(const struct queue *q);

/**
 * queue_stop() - interrupt the session, start no other; the machine is given back
 * @q:       queue
 * @stopped: called once when no session is left, possibly before this returns
 *
 * Return: nothing.
 */
void queue_stop(struct queue *q, void (*stopped)(void *userdata));

/**
 * queue_free() - free; a session at work is given up after its RESTORE
 * @q: or NULL
 *
 * Return: NULL.
 */
struct queue *queue_free(struct queue *q);
