/* The face: the D-Bus API on the private socket and, where there is one, on the system bus. */
#pragma once

#include <systemd/sd-event.h>

#include "common/config/host-file.h"
#include "daemon/env/env.h"
#include "daemon/queue/queue.h"
#include "daemon/store/store.h"

struct bus;

/* Everything is borrowed for the life of the bus. */
struct bus_config {
	sd_event *event;
	struct queue *queue;
	struct store *store;
	const struct env_config *env;
	const struct host_config *host;
	const struct strv *profile_folders;
	const char *state;
	void (*client_gone)(
		void *userdata); /* the one client of bus_serve_fd() has left; or NULL */
	void *userdata;
};

/**
 * bus_new() - a bus that serves nobody yet
 * @ret: owned by the caller
 * @c:   copied
 * @e:   filled on failure
 *
 * Return: 0; -ENOMEM.
 */
int bus_new(struct bus **ret, const struct bus_config *c, struct error *e);

/**
 * bus_listen() - serve a private socket
 * @b:    bus
 * @path: of the socket; a socket that nobody listens on is replaced
 * @e:    filled on failure
 *
 * Return: 0; -EADDRINUSE: somebody listens there; -ENOTSOCK: something else is at @path;
 * -ENAMETOOLONG; errno of bind or listen.
 */
int bus_listen(struct bus *b, const char *path, struct error *e);

/**
 * bus_serve_fd() - serve one client on a connected socket
 * @b:  bus
 * @fd: taken over, also on failure
 * @e:  filled on failure
 *
 * Return: 0; errno of sd-bus.
 */
int bus_serve_fd(struct bus *b, int fd, struct error *e);

/**
 * bus_join_system() - add the objects to the system bus, then request the name
 * @b: bus
 * @e: filled on failure
 *
 * Return: 0; -ENOENT: there is no system bus; -EEXIST: the name is taken; -EACCES: the bus's policy
 * refuses the name; errno of sd-bus.
 */
int bus_join_system(struct bus *b, struct error *e);

/**
 * bus_job_changed() - send JobChanged to everyone
 * @b:     bus
 * @event: what
 *
 * Return: nothing.
 */
void bus_job_changed(struct bus *b, const struct queue_event *event);

/**
 * bus_free() - close every connection, remove the socket
 * @b: or NULL
 *
 * Return: NULL.
 */
struct bus *bus_free(struct bus *b);
