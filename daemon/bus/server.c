/* The private socket and its peers; the system bus beside it. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"

#define LISTEN_BACKLOG 64
#define PEER_QUEUE_MAX 4096 /* unread signals of a client that does not listen */

static struct peer *peer_free(struct peer *p)
{
	if (!p)
		return NULL;

	(void)sd_bus_close_unref(p->bus);
	identity_done(&p->identity);
	free(p->tied);
	free(p);
	return NULL;
}

static void peer_remove(struct bus *b, struct peer *peer)
{
	for (struct peer **link = &b->peers; *link; link = &(*link)->next)
		if (*link == peer) {
			*link = peer->next;
			break;
		}
}

static void peer_leave(struct peer *peer)
{
	struct bus *b = peer->owner;

	peer_remove(b, peer);
	for (size_t i = 0; i < peer->n_tied; i++)
		(void)queue_cancel(b->config.queue, peer->tied[i], "its client has left", NULL);
	(void)peer_free(peer);
	if (b->single && b->config.client_gone)
		b->config.client_gone(b->config.userdata);
}

static int on_disconnected(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	peer_leave(userdata);
	return 0;
}

/* Who is at the other end, as the kernel noted it when they connected. */
static int peer_identify(int fd, struct peer *peer)
{
	struct ucred cred;
	socklen_t size = sizeof(cred);
	gid_t groups[1024];
	socklen_t groups_size = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) < 0)
		return -errno;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &groups_size) < 0)
		return -errno;

	peer->identity.uid = cred.uid;
	peer->identity.gid = cred.gid;
	peer->identity.n_groups = groups_size / sizeof(gid_t);
	peer->identity.groups = calloc(peer->identity.n_groups + 1, sizeof(gid_t));
	if (!peer->identity.groups)
		return -ENOMEM;
	memcpy(peer->identity.groups, groups, groups_size);
	access_namespace_refusal(cred.pid, peer->refusal, sizeof(peer->refusal));
	return 0;
}

/* The descriptor belongs to the bus object once sd_bus_set_fd() has succeeded. */
static int peer_connect(struct peer *peer, int fd)
{
	struct bus *b = peer->owner;
	sd_id128_t id;
	int r = sd_bus_new(&peer->bus);

	if (r >= 0)
		r = sd_bus_set_fd(peer->bus, fd, fd);
	if (r < 0) {
		(void)close(fd);
		return r;
	}
	r = sd_id128_randomize(&id);
	if (r >= 0)
		r = sd_bus_set_server(peer->bus, 1, id);
	if (r >= 0)
		r = sd_bus_negotiate_fds(peer->bus, 1);
	if (r >= 0)
		r = sd_bus_start(peer->bus);
	if (r >= 0)
		r = objects_add(b, peer->bus);
	if (r >= 0)
		r = driver_add(peer->bus);
	if (r >= 0)
		r = sd_bus_match_signal(peer->bus, NULL, NULL, "/org/freedesktop/DBus/Local",
			"org.freedesktop.DBus.Local", "Disconnected", on_disconnected, peer);
	if (r >= 0)
		r = sd_bus_attach_event(peer->bus, b->config.event, SD_EVENT_PRIORITY_NORMAL);
	return r;
}

static bool too_many(const struct bus *b, uid_t uid)
{
	unsigned all = 0, own = 0;

	for (const struct peer *p = b->peers; p; p = p->next) {
		all++;
		own += p->identity.uid == uid;
	}
	return uid != 0 && (all >= BUS_PEERS_MAX || own >= BUS_PEERS_MAX_PER_UID);
}

static int peer_add(struct bus *b, int fd)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	int r;

	if (!peer) {
		(void)close(fd);
		return -ENOMEM;
	}
	peer->owner = b;
	r = peer_identify(fd, peer);
	if (r >= 0 && too_many(b, peer->identity.uid))
		r = -EUSERS;
	if (r < 0)
		(void)close(fd);
	else
		r = peer_connect(peer, fd);
	if (r < 0) {
		(void)peer_free(peer);
		return r;
	}
	peer->next = b->peers;
	b->peers = peer;
	return 0;
}

static int on_connect(sd_event_source *source, int listen_fd, uint32_t events, void *userdata)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int r;

	if (fd < 0)
		return 0; /* the client has gone again, or there are no descriptors: it may retry */

	r = peer_add(userdata, fd);
	if (r < 0)
		log_warning("a client was turned away: %s", strerror(-r));
	return 0;
}

int bus_new(struct bus **ret, const struct bus_config *c, struct error *e)
{
	struct bus *b = calloc(1, sizeof(*b));

	if (!b)
		return error_setf(e, -ENOMEM, "out of memory");

	b->config = *c;
	b->listen_fd = -1;
	*ret = b;
	return 0;
}

/* A socket file that nobody answers on is what a killed daemon left behind. */
static int remove_stale(const char *path, const struct sockaddr_un *address, struct error *e)
{
	CLEANUP_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;

	if (fd < 0)
		return error_setf(e, -errno, "socket: %s", strerror(errno));
	if (lstat(path, &st) < 0)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return error_setf(
			e, -ENOTSOCK, "%s: there is something that is not a socket", path);
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN)
		return error_setf(e, -EADDRINUSE, "%s: another steadyd is listening there", path);
	if (unlink(path) < 0)
		return error_setf(e, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

static int make_folder_of(const char *path, struct error *e)
{
	const char *slash = strrchr(path, '/');
	CLEANUP_FREE char *folder = slash && slash != path ? strndup(path, (size_t)(slash - path))
							   : NULL;

	return folder ? file_make_folders(folder, 0755, e) : 0;
}

static int open_socket(struct bus *b, const char *path, struct error *e)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int r;

	if (strlen(path) >= sizeof(address.sun_path))
		return error_setf(e, -ENAMETOOLONG,
			"%s: longer than the %zu bytes of a socket's name", path,
			sizeof(address.sun_path) - 1);

	memcpy(address.sun_path, path, strlen(path) + 1);
	r = make_folder_of(path, e);
	if (r >= 0)
		r = remove_stale(path, &address, e);
	if (r < 0)
		return r;

	b->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (b->listen_fd < 0 ||
		bind(b->listen_fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return error_setf(e, -errno, "%s: %s", path, strerror(errno));

	/* Everyone may connect and is told in words what they may not do. */
	if (chmod(path, 0666) < 0 || listen(b->listen_fd, LISTEN_BACKLOG) < 0)
		return error_setf(e, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

int bus_listen(struct bus *b, const char *path, struct error *e)
{
	int r = open_socket(b, path, e);

	if (r < 0)
		return r;

	b->path = strdup(path);
	r = sd_event_add_io(b->config.event, &b->listen, b->listen_fd, EPOLLIN, on_connect, b);
	return r < 0 ? error_setf(e, r, "%s: %s", path, strerror(-r)) : 0;
}

int bus_serve_fd(struct bus *b, int fd, struct error *e)
{
	int r = peer_add(b, fd);

	b->single = true;
	return r < 0 ? error_setf(e, r, "cannot serve descriptor %d: %s", fd, strerror(-r)) : 0;
}

int bus_join_system(struct bus *b, struct error *e)
{
	int r = sd_bus_open_system(&b->system);

	if (r < 0)
		return error_setf(e, r, "no system bus: %s", strerror(-r));

	r = objects_add(b, b->system);
	if (r >= 0)
		r = sd_bus_request_name(b->system, WIRE_NAME, 0);
	if (r >= 0)
		r = sd_bus_attach_event(b->system, b->config.event, SD_EVENT_PRIORITY_NORMAL);
	if (r < 0) {
		b->system = sd_bus_close_unref(b->system);
		return error_setf(e, r, "system bus: %s: %s", WIRE_NAME, strerror(-r));
	}
	return 0;
}

static void send_changed(sd_bus *bus, const struct queue_event *event)
{
	const struct session_progress *p = &event->progress;
	uint64_t queued = 0;

	if (sd_bus_get_n_queued_write(bus, &queued) >= 0 && queued > PEER_QUEUE_MAX)
		return; /* it does not read: whatever it missed it can ask for */
	(void)sd_bus_emit_signal(bus, WIRE_PATH, WIRE_MANAGER, "JobChanged", "usuutt",
		(uint32_t)p->job, job_state_name(event->state), p->done, p->planned,
		p->remaining_ns / NSEC_PER_USEC, p->elapsed_ns / NSEC_PER_USEC);
}

void bus_job_changed(struct bus *b, const struct queue_event *event)
{
	for (struct peer *p = b->peers; p; p = p->next)
		if (!p->refusal[0])
			send_changed(p->bus, event);
	if (b->system)
		send_changed(b->system, event);
	if (b->document_job == event->progress.job)
		b->document_job = 0;
}

struct bus *bus_free(struct bus *b)
{
	if (!b)
		return NULL;

	while (b->ties) {
		struct tie *tie = b->ties;

		b->ties = tie->next;
		(void)sd_bus_track_unref(tie->track);
		free(tie);
	}
	while (b->peers) {
		struct peer *peer = b->peers;

		b->peers = peer->next;
		(void)peer_free(peer);
	}
	(void)sd_event_source_disable_unref(b->listen);
	(void)sd_bus_flush_close_unref(b->system);
	if (b->listen_fd >= 0)
		(void)close(b->listen_fd);
	if (b->path)
		(void)unlink(b->path);
	free(b->path);
	free(b->document);
	free(b);
	return NULL;
}
