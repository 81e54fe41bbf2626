/* One job's experiment, from start to give-back. */
#pragma once

#include <systemd/sd-event.h>

#include "common/config/host-file.h"
#include "common/model/job.h"
#include "daemon/env/env.h"
#include "daemon/store/store.h"

struct session;

/* Everything is borrowed for the session's life. */
struct session_config {
	sd_event *event;
	struct store *store;
	const struct env_config *env;
	const struct host_config *host;
	const struct strv *profile_folders;
	const char *launcher; /* path of the binary */
	const char *state;    /* folder for scratch space and logs */
	bool privileged;
};

struct session_progress {
	uint64_t job;
	uint32_t done, planned; /* runs, warm-ups included */
	uint64_t elapsed_ns;
	uint64_t remaining_ns; /* estimate; 0: not known yet */
};

/* What a session tells whoever started it. Both are called from the event loop. */
struct session_events {
	void (*progress)(const struct session_progress *progress, void *userdata);
	/* The last call: the job has its final state in the store, the machine is given back. */
	void (*done)(struct session *session, enum job_state state, void *userdata);
	void *userdata;
};

/**
 * session_start() - begin a job that is marked running in the store
 * @ret:    owned by the caller, free it in or after events->done
 * @c:      borrowed
 * @job:    moved into the session, also on failure
 * @events: copied
 * @e:      filled on failure
 *
 * Every way out (success, failure, cancel, timeout, signal) passes RESTORE.
 *
 * Return: 0; -ENOMEM.
 */
int session_start(struct session **ret, const struct session_config *c, struct job *job,
	const struct session_events *events, struct error *e);

/**
 * session_stop() - end early: the run under way is killed, the machine given back, then done
 * @s:     session
 * @state: JOB_CANCELLED or JOB_INTERRUPTED
 * @why:   for the result, copied
 *
 * Return: nothing; the first call wins.
 */
void session_stop(struct session *s, enum job_state state, const char *why);

/**
 * session_job() - the job at work
 * @s: session
 *
 * Return: borrowed.
 */
const struct job *session_job(const struct session *s);

/**
 * session_progress_now() - how far it is
 * @s: session
 *
 * Return: a copy.
 */
struct session_progress session_progress_now(const struct session *s);

/**
 * session_state_name() - word for what it is doing
 * @s: session
 *
 * Return: static text.
 */
const char *session_state_name(const struct session *s);

/**
 * session_free() - free; a session that is not done gives the machine back first
 * @s: or NULL
 *
 * Return: NULL.
 */
struct session *session_free(struct session *s);
