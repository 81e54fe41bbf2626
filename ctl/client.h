/* The connection to steadyd and the calls the verbs share. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "common/base/error.h"
#include "ctl/context.h"

struct client;

/* One page after the other of a text; ret of the callback: 0 or negative errno. */
typedef int (*client_chunk_fn)(const char *text, void *userdata);

/**
 * client_open() - connect to the service, or to a steadyd of one's own with --local
 * @ret: owned by the caller
 * @c:   context; a reading verb falls back to the local store and says so on stderr
 * @e:   filled on failure, naming --local where that helps
 *
 * Return: 0; -EINVAL for --local with a verb that makes no sense there; -ECONNREFUSED without a
 * daemon; errno of connecting or starting.
 */
int client_open(struct client **ret, const struct context *c, struct error *e);

/**
 * client_bus() - the connection itself
 * @client: open
 *
 * Return: borrowed.
 */
sd_bus *client_bus(const struct client *client);

/**
 * client_is_local() - is it a steadyd of one's own
 * @client: open
 *
 * Return: true when it is.
 */
bool client_is_local(const struct client *client);

/**
 * client_call() - call a method of the manager and wait for the answer
 * @client: open
 * @member: name of the method
 * @ret:    reply, owned by the caller; NULL when it is not wanted
 * @e:      filled on failure
 * @types:  D-Bus types of the arguments that follow; NULL for none
 *
 * Return: 0; a negative errno, see client_error().
 */
int client_call(struct client *client, const char *member, sd_bus_message **ret, struct error *e,
	const char *types, ...);

/**
 * client_send() - send a prepared call and wait for the answer
 * @client:  open
 * @message: method call; a reference is kept by the caller
 * @ret:     reply, owned by the caller; NULL when it is not wanted
 * @e:       filled on failure
 *
 * Return: 0; a negative errno, see client_error().
 */
int client_send(
	struct client *client, sd_bus_message *message, sd_bus_message **ret, struct error *e);

/**
 * client_error() - one mapping of the daemon's errors
 * @name: of a D-Bus error, or NULL
 * @text: its message; the diagnostics of a bad file are written to stderr as they are
 * @code: negative errno that came with it, used for names that are not known
 * @e:    filled; its text is empty when everything was said on stderr
 *
 * Return: -EINVAL: bad file or argument; -ENOENT: no such job or profile; -EACCES, -EDQUOT,
 * -EBUSY: refused; -ECONNRESET, -ETIMEDOUT: the daemon is gone or silent; -EIO: its store or
 * anything else failed.
 */
int client_error(const char *name, const char *text, int code, struct error *e);

/**
 * client_document() - whole result document of a job
 * @client: open
 * @job:    number
 * @ret:    JSON text, owned by the caller
 * @e:      filled on failure
 *
 * Return: 0; -ENOMEM; see client_error().
 */
int client_document(struct client *client, uint32_t job, char **ret, struct error *e);

/* Reading a job's log page by page. */
struct client_log_request {
	uint32_t job;
	uint64_t offset;
	client_chunk_fn chunk;
	void *userdata;
	bool ended;
};

/**
 * client_log() - read what there is of a job's log
 * @client:  open
 * @request: offset is advanced; ended is set when the job has ended and all was read
 * @e:       filled on failure
 *
 * Return: 0; negative errno of the callback; see client_error().
 */
int client_log(struct client *client, struct client_log_request *request, struct error *e);

/**
 * client_text() - a method without arguments that answers with one string
 * @client: open
 * @member: name of the method
 * @ret:    owned by the caller
 * @e:      filled on failure
 *
 * Return: 0; -ENOMEM; see client_error().
 */
int client_text(struct client *client, const char *member, char **ret, struct error *e);

/**
 * client_free() - hang up, and wait for a steadyd of one's own to end
 * @client: or NULL
 *
 * Return: NULL.
 */
struct client *client_free(struct client *client);

/**
 * client_cleanup() - client_free() for CLEANUP_CLIENT
 * @client: variable that holds a client or NULL
 *
 * Return: nothing.
 */
static inline void client_cleanup(struct client **client)
{
	(void)client_free(*client);
}

/**
 * client_cleanup_message() - sd_bus_message_unref() for CLEANUP_MESSAGE
 * @message: variable that holds a message or NULL
 *
 * Return: nothing.
 */
static inline void client_cleanup_message(sd_bus_message **message)
{
	(void)sd_bus_message_unref(*message);
}

#define CLEANUP_CLIENT	CLEANUP(client_cleanup)
#define CLEANUP_MESSAGE CLEANUP(client_cleanup_message)
