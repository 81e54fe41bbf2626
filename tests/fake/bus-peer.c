/* A fake steadyd: it answers by a script and measures nothing. */
#include "tests/fake/bus-peer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "common/base/macro.h"
#include "common/wire/names.h"
#include "tests/unit/cmocka-all.h"

#define PAGE_BYTES 3

struct peer {
	enum bus_peer_script script;
	sd_bus *bus;
	const char *state;
	unsigned n_asked;
};

static const char document[] = "{\"a\":\"page after page\"}\n";

static int emit(struct peer *p, const char *state, uint32_t done)
{
	return sd_bus_emit_signal(p->bus, WIRE_PATH, WIRE_MANAGER, "JobChanged", "usuutt",
		BUS_PEER_JOB, state, done, 2, UINT64_C(0), UINT64_C(1000));
}

static int act(struct peer *p)
{
	int r = 0;

	if (p->n_asked++ > 0)
		return 0;
	switch (p->script) {
	case BUS_PEER_PROGRESS:
		r = emit(p, "running", 1);
		return r < 0 ? r : emit(p, "unstable", 2);
	case BUS_PEER_INTERRUPT:
	case BUS_PEER_TWICE:
		return kill(getppid(), SIGINT);
	case BUS_PEER_VANISH:
		_exit(0);
	default:
		return 0;
	}
}

static int on_list(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct peer *p = userdata;
	int r = sd_bus_reply_method_return(m, "a(ussustttuu)", 1, BUS_PEER_JOB, "id", "w", 0,
		p->state, UINT64_C(1), UINT64_C(2), UINT64_C(0), 0, 2);

	return r < 0 ? r : act(p);
}

static int on_cancel(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct peer *p = userdata;
	int r = sd_bus_reply_method_return(m, NULL);

	if (r < 0)
		return r;
	return p->script == BUS_PEER_TWICE ? kill(getppid(), SIGINT) : emit(p, "cancelled", 1);
}

static int on_result(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	char chunk[PAGE_BYTES + 1];
	uint64_t offset;
	uint32_t job;
	int r = sd_bus_message_read(m, "ut", &job, &offset);

	if (r < 0)
		return r;
	if (job != BUS_PEER_JOB)
		return sd_bus_error_setf(error, WIRE_ERROR_NO_JOB, "there is no job %u", job);
	(void)snprintf(chunk, sizeof(chunk), "%s", document + offset);
	return sd_bus_reply_method_return(
		m, "stt", chunk, offset + strlen(chunk), (uint64_t)strlen(document));
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("ListJobs", "tu", "a(ussustttuu)", on_list, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Cancel", "u", "", on_cancel, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("GetResult", "ut", "stt", on_result, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

static int serve(int listener, enum bus_peer_script script)
{
	struct peer p = {.script = script, .state = script == BUS_PEER_DONE ? "done" : "running"};
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	sd_id128_t id;
	int r;

	if (fd < 0)
		return -errno;
	r = sd_id128_randomize(&id);
	if (r >= 0)
		r = sd_bus_new(&p.bus);
	if (r >= 0)
		r = sd_bus_set_fd(p.bus, fd, fd);
	if (r >= 0)
		r = sd_bus_set_server(p.bus, 1, id);
	if (r >= 0)
		r = sd_bus_add_object_vtable(p.bus, NULL, WIRE_PATH, WIRE_MANAGER, vtable, &p);
	if (r >= 0)
		r = sd_bus_start(p.bus);
	while (r >= 0) {
		r = sd_bus_process(p.bus, NULL);
		if (r == 0)
			r = sd_bus_wait(p.bus, UINT64_MAX);
	}
	return r;
}

void bus_peer_start(struct bus_peer *peer, enum bus_peer_script script)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(peer->socket, sizeof(peer->socket), "/tmp/steady-fake-%d", (int)getpid());
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", peer->socket);
	(void)unlink(peer->socket);
	assert_true(listener >= 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	peer->pid = fork();
	assert_true(peer->pid >= 0);
	if (peer->pid == 0) {
		(void)serve(listener, script);
		_exit(0);
	}
	(void)close(listener);
}

void bus_peer_stop(struct bus_peer *peer)
{
	(void)kill(peer->pid, SIGKILL);
	(void)waitpid(peer->pid, NULL, 0);
	(void)unlink(peer->socket);
}
