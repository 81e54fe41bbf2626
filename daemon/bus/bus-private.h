/* The inside of the bus, shared by the files of this folder only. */
#pragma once

#include <systemd/sd-bus.h>

#include "common/model/job.h"
#include "daemon/bus/bus.h"

#define BUS_PEERS_MAX	      128
#define BUS_PEERS_MAX_PER_UID 64

/* One connection on the private socket. */
struct peer {
	struct bus *owner; /* borrowed */
	struct peer *next;
	sd_bus *bus;
	struct identity identity; /* from the socket, at connect time */
	char refusal[256];	  /* why this peer may do nothing; empty: it may */
	uint64_t *tied;		  /* jobs that end when this peer leaves */
	size_t n_tied;
};

/* A job whose submitter is on the system bus. */
struct tie {
	struct bus *owner; /* borrowed */
	struct tie *next;
	sd_bus_track *track;
	uint64_t job;
};

struct bus {
	struct bus_config config;
	int listen_fd;
	char *path; /* of the socket, removed at the end */
	sd_event_source *listen;
	struct peer *peers;
	struct tie *ties;
	sd_bus *system; /* or NULL */
	bool single;	/* serves one client and ends with it */
	/* The document being read page by page. */
	char *document;
	size_t document_size;
	uint64_t document_job;
};

/* Who is calling. */
struct caller {
	struct identity identity; /* owned */
	struct peer *peer;	  /* borrowed; NULL on the system bus */
};

/**
 * caller_get() - who sent a message, and whether steadyd talks to them at all
 * @b:     bus
 * @m:     message
 * @ret:   owned by the caller, caller_done()
 * @error: filled on failure
 *
 * On the private socket from the peer credentials of the connection; on the system bus from the
 * bus daemon, never augmented.
 *
 * Return: 0; negative errno with @error set.
 */
int caller_get(struct bus *b, sd_bus_message *m, struct caller *ret, sd_bus_error *error);

/**
 * caller_done() - free the content
 * @c: or NULL
 *
 * Return: nothing.
 */
void caller_done(struct caller *c);

/**
 * access_may_submit() - may this user change the machine and run jobs
 * @b:     bus
 * @who:   caller
 * @error: filled when not
 *
 * root, the user steadyd runs as, members of the allowed groups, allowed users.
 *
 * Return: 0; -EACCES with @error set.
 */
int access_may_submit(const struct bus *b, const struct identity *who, sd_bus_error *error);

/**
 * access_may_see() - may this user read output of a job and cancel it
 * @b:     bus
 * @who:   caller
 * @owner: of the job
 * @error: filled when not
 *
 * Return: 0; -EACCES with @error set.
 */
int access_may_see(
	const struct bus *b, const struct identity *who, uid_t owner, sd_bus_error *error);

/**
 * access_visible_owner() - whose jobs and acceptances a caller may see
 * @who: caller
 *
 * Return: their own uid; (uid_t)-1, everybody's, for root and the user steadyd runs as.
 */
uid_t access_visible_owner(const struct identity *who);

/**
 * access_namespace_refusal() - is a process outside the host's namespaces
 * @pid:  of the peer
 * @ret:  the refusal in words, empty when it is inside
 * @size: of @ret
 *
 * Root of a container is not root of this host, and a workload of another mount namespace would
 * not find its files.
 *
 * Return: nothing.
 */
void access_namespace_refusal(pid_t pid, char *ret, size_t size);

/**
 * objects_add() - put every object of the API on a connection
 * @b:      bus
 * @target: connection
 *
 * Return: 0; errno of sd-bus.
 */
int objects_add(struct bus *b, sd_bus *target);

/**
 * driver_add() - the org.freedesktop.DBus object that bus clients expect to talk to first
 * @target: connection of a peer
 *
 * Return: 0; errno of sd-bus.
 */
int driver_add(sd_bus *target);

/**
 * job_objects_add() - /org/steadyd/job/N
 * @b:      bus
 * @target: connection
 *
 * Return: 0; errno of sd-bus.
 */
int job_objects_add(struct bus *b, sd_bus *target);

/**
 * bus_reply_error() - turn an error of a module into a D-Bus error
 * @error: filled
 * @e:     what went wrong; its code chooses the name
 *
 * Return: negative errno.
 */
int bus_reply_error(sd_bus_error *error, const struct error *e);

/**
 * documents_page() - reply to GetResult
 * @b:      bus
 * @m:      call to answer
 * @job:    number
 * @offset: where the page begins
 * @error:  filled on failure
 *
 * Return: as a method handler.
 */
int documents_page(
	struct bus *b, sd_bus_message *m, uint64_t job, uint64_t offset, sd_bus_error *error);

/**
 * documents_fd() - reply to GetResultFd with a sealed memfd
 * @b:     bus
 * @m:     call to answer
 * @job:   number
 * @error: filled on failure
 *
 * Return: as a method handler.
 */
int documents_fd(struct bus *b, sd_bus_message *m, uint64_t job, sd_bus_error *error);

/**
 * documents_log() - reply to GetLog
 * @b:      bus
 * @m:      call to answer
 * @job:    number
 * @offset: where the page begins
 * @error:  filled on failure
 *
 * Return: as a method handler.
 */
int documents_log(
	struct bus *b, sd_bus_message *m, uint64_t job, uint64_t offset, sd_bus_error *error);

/**
 * cancel_job() - authorise, end the job and reply
 * @b:      bus
 * @m:      call to answer
 * @number: of the job
 * @error:  filled on failure
 *
 * Return: as a method handler.
 */
int cancel_job(struct bus *b, sd_bus_message *m, uint64_t number, sd_bus_error *error);

/**
 * acceptances_accept() - remember an intended change and reply with its number
 * @b:     bus
 * @m:     call to answer
 * @error: filled on failure
 *
 * For the owner of the job and root; it belongs to the owner of the job.
 *
 * Return: as a method handler.
 */
int acceptances_accept(struct bus *b, sd_bus_message *m, sd_bus_error *error);

/**
 * acceptances_list() - reply with the acceptances that the caller may see
 * @b:     bus
 * @m:     call to answer
 * @error: filled on failure
 *
 * Return: as a method handler.
 */
int acceptances_list(struct bus *b, sd_bus_message *m, sd_bus_error *error);

/**
 * acceptances_withdraw() - forget an acceptance, for its owner and root
 * @b:     bus
 * @m:     call to answer
 * @error: filled on failure
 *
 * Return: as a method handler.
 */
int acceptances_withdraw(struct bus *b, sd_bus_message *m, sd_bus_error *error);

/**
 * find_job_by_label() - reply with the newest job of a label that the caller may see
 * @b:     bus
 * @m:     call to answer
 * @error: filled on failure
 *
 * Return: as a method handler.
 */
int find_job_by_label(struct bus *b, sd_bus_message *m, sd_bus_error *error);

/**
 * tie_job() - let a job end when its submitter leaves
 * @b:   bus
 * @m:   the submission
 * @who: its sender
 * @job: number
 *
 * Return: 0; -ENOMEM; errno of sd-bus.
 */
int tie_job(struct bus *b, sd_bus_message *m, const struct caller *who, uint64_t job);

/**
 * status_json() - state of the daemon as a JSON text
 * @b:   bus
 * @ret: owned by the caller
 *
 * Return: 0; -ENOMEM.
 */
int status_json(const struct bus *b, char **ret);

/**
 * fingerprint_json() - facts and fingerprint of the machine as it is now
 * @b:   bus
 * @ret: owned by the caller
 *
 * Return: 0; -ENOMEM.
 */
int fingerprint_json(const struct bus *b, char **ret);

/**
 * restore_json() - give the machine back from the journal and say what happened
 * @b:   bus
 * @ret: owned by the caller; untouched on failure
 * @e:   filled on failure
 *
 * Return: 0; errno of env_restore_journal().
 */
int restore_json(const struct bus *b, char **ret, struct error *e);
