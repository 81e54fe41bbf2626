/* The connection to steadyd. */
#include "ctl/client.h"

#include <errno.h>
#include <stdarg.h>

#include "common/wire/names.h"
#include "ctl/local-daemon.h"
#include "ctl/verb.h"

/* A restore may have to wait for services; everything else answers at once. */
#define CALL_TIMEOUT_US (90 * 1000000ull)

struct client {
	sd_bus *bus;
	struct local_daemon local;
};

static const struct {
	const char *name;
	int code;
} error_codes[] = {
	{WIRE_ERROR_FILE, -EINVAL},
	{WIRE_ERROR_DENIED, -EACCES},
	{WIRE_ERROR_NO_JOB, -ENOENT},
	{WIRE_ERROR_NO_PROFILE, -ENOENT},
	{WIRE_ERROR_NO_ACCEPTANCE, -ENOENT},
	{WIRE_ERROR_QUOTA, -EDQUOT},
	{WIRE_ERROR_STORE, -EIO},
	{WIRE_ERROR_BUSY, -EBUSY},
	{WIRE_ERROR_FAILED, -EIO},
	{SD_BUS_ERROR_ACCESS_DENIED, -EACCES},
	{SD_BUS_ERROR_INVALID_ARGS, -EINVAL},
	{SD_BUS_ERROR_NO_REPLY, -ETIMEDOUT},
	{SD_BUS_ERROR_TIMEOUT, -ETIMEDOUT},
	{SD_BUS_ERROR_DISCONNECTED, -ECONNRESET},
	{SD_BUS_ERROR_UNKNOWN_METHOD, -EOPNOTSUPP},
	{SD_BUS_ERROR_UNKNOWN_OBJECT, -EOPNOTSUPP},
	{SD_BUS_ERROR_UNKNOWN_INTERFACE, -EOPNOTSUPP},
};

static int code_of_name(const char *name, int otherwise)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(error_codes); i++)
		if (streq(error_codes[i].name, name))
			return error_codes[i].code;
	return otherwise;
}

int client_error(const char *name, const char *text, int code, struct error *e)
{
	int mapped = code_of_name(name, code < 0 ? code : -EIO);

	/* Diagnostics have a line and a caret per problem: longer than the text of an error. */
	if (streq(name, WIRE_ERROR_FILE)) {
		size_t size = text ? strlen(text) : 0;

		(void)fprintf(stderr, "%s%s", text ? text : "",
			size > 0 && text[size - 1] == '\n' ? "" : "\n");
		return error_setf(e, mapped, "%s", "");
	}
	if (mapped == -ECONNRESET || mapped == -ENOTCONN || mapped == -EPIPE)
		return error_setf(e, -ECONNRESET, "steadyd has gone away");
	if (mapped == -ETIMEDOUT)
		return error_setf(e, mapped, "steadyd does not answer");
	if (mapped == -EOPNOTSUPP)
		return error_setf(e, mapped, "this steadyd is of another version: %s",
			text ? text : "unknown method");
	return error_setf(e, mapped, "%s", text && *text ? text : strerror(-mapped));
}

static int bus_start(sd_bus **ret, const char *socket, int fd)
{
	CLEANUP_FREE char *address = NULL;
	sd_bus *bus = NULL;
	int r;

	r = sd_bus_new(&bus);
	if (r < 0) {
		if (fd >= 0)
			(void)close(fd);
		return r;
	}
	if (fd >= 0) {
		r = sd_bus_set_fd(bus, fd, fd);
	} else {
		r = asprintf(&address, "unix:path=%s", socket) < 0 ? -ENOMEM : 0;
		if (r >= 0)
			r = sd_bus_set_address(bus, address);
	}
	if (r >= 0)
		r = sd_bus_set_method_call_timeout(bus, CALL_TIMEOUT_US);
	if (r >= 0)
		r = sd_bus_start(bus);
	if (r < 0) {
		(void)sd_bus_unref(bus);
		return r;
	}
	*ret = bus;
	return 0;
}

static int open_local(struct client *client, struct error *e)
{
	int fd = -1;
	int r = local_daemon_start(&client->local, &fd, e);

	if (r < 0)
		return r;
	r = bus_start(&client->bus, NULL, fd);
	return r < 0 ? error_setf(e, r, "cannot talk to the local steadyd: %s", strerror(-r)) : 0;
}

/* The address of a socket is escaped text in D-Bus, and sun_path is short. */
static int check_socket(const char *socket, struct error *e)
{
	if (strlen(socket) >= 108)
		return error_setf(e, -EINVAL, "--socket: longer than a socket's path can be");
	if (strpbrk(socket, ",;=% \t\n"))
		return error_setf(e, -EINVAL,
			"--socket: '%s' has a character that D-Bus addresses "
			"cannot hold",
			socket);
	return 0;
}

static int open_service(struct client *client, const struct context *c, struct error *e)
{
	const char *socket = c->socket ? c->socket : WIRE_SOCKET_DEFAULT;
	int r = check_socket(socket, e);

	if (r < 0)
		return r;
	r = bus_start(&client->bus, socket, -1);
	if (r >= 0)
		return 0;
	if (r == -EACCES || r == -EPERM)
		return error_setf(e, r,
			"steadyd at %s refuses: %s; root and the group steady may "
			"use it, --local needs no permission",
			socket, strerror(-r));
	return error_setf(e, -ECONNREFUSED,
		"no steadyd at %s (%s): start it, or use --local for one without privileges",
		socket, strerror(-r));
}

static int open_any(struct client *client, const struct context *c, struct error *e)
{
	int r;

	if (c->local && c->verb->not_local)
		return error_setf(e, -EINVAL,
			"'%s' makes no sense with --local: that steadyd ends with its client",
			c->verb->name);
	if (c->local)
		return open_local(client, e);

	r = open_service(client, c, e);
	if (r != -ECONNREFUSED || !c->verb->reading || c->socket)
		return r;
	context_note(c, "no steadyd at %s: looking into the local store", WIRE_SOCKET_DEFAULT);
	return open_local(client, e);
}

int client_open(struct client **ret, const struct context *c, struct error *e)
{
	struct client *client = calloc(1, sizeof(*client));
	int r;

	if (!client)
		return error_setf(e, -ENOMEM, "out of memory");

	r = open_any(client, c, e);
	if (r < 0) {
		(void)client_free(client);
		return r;
	}
	*ret = client;
	return 0;
}

sd_bus *client_bus(const struct client *client)
{
	return client->bus;
}

bool client_is_local(const struct client *client)
{
	return client->local.pid > 0;
}

int client_send(
	struct client *client, sd_bus_message *message, sd_bus_message **ret, struct error *e)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	int r = sd_bus_call(client->bus, message, 0, &error, &reply);

	if (r < 0)
		r = client_error(error.name, error.message, r, e);
	else if (ret)
		*ret = sd_bus_message_ref(reply);
	(void)sd_bus_message_unref(reply);
	sd_bus_error_free(&error);
	return r < 0 ? r : 0;
}

int client_call(struct client *client, const char *member, sd_bus_message **ret, struct error *e,
	const char *types, ...)
{
	CLEANUP_MESSAGE sd_bus_message *message = NULL;
	va_list ap;
	int r;

	r = sd_bus_message_new_method_call(
		client->bus, &message, NULL, WIRE_PATH, WIRE_MANAGER, member);
	if (r >= 0 && types) {
		va_start(ap, types);
		r = sd_bus_message_appendv(message, types, ap);
		va_end(ap);
	}
	if (r < 0)
		return client_error(NULL, NULL, r, e);
	return client_send(client, message, ret, e);
}

static int bad_reply(int r, const char *member, struct error *e)
{
	return error_setf(e, -EIO, "%s: cannot read the answer: %s", member, strerror(-r));
}

int client_text(struct client *client, const char *member, char **ret, struct error *e)
{
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	const char *text;
	int r = client_call(client, member, &reply, e, NULL);

	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "s", &text);
	if (r < 0)
		return bad_reply(r, member, e);

	*ret = strdup(text);
	return *ret ? 0 : error_setf(e, -ENOMEM, "out of memory");
}

static int read_page(struct client *client, uint32_t job, uint64_t *offset, FILE *f, bool *ret_more,
	struct error *e)
{
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	const char *chunk;
	uint64_t next, total;
	int r = client_call(client, "GetResult", &reply, e, "ut", job, *offset);

	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "stt", &chunk, &next, &total);
	if (r < 0)
		return bad_reply(r, "GetResult", e);
	if (next < total && next <= *offset)
		return error_setf(e, -EIO, "GetResult: the document has a page without content");

	(void)fputs(chunk, f);
	*offset = next;
	*ret_more = next < total;
	return 0;
}

int client_document(struct client *client, uint32_t job, char **ret, struct error *e)
{
	char *text = NULL;
	size_t size = 0;
	uint64_t offset = 0;
	bool more = true;
	FILE *f = open_memstream(&text, &size);
	int r = 0;

	if (!f)
		return error_setf(e, -ENOMEM, "out of memory");
	while (more && r >= 0)
		r = read_page(client, job, &offset, f, &more, e);
	if (fclose(f) != 0 && r >= 0)
		r = error_setf(e, -ENOMEM, "out of memory");
	if (r < 0) {
		free(text);
		return r;
	}
	*ret = text;
	return 0;
}

static int read_log_page(
	struct client *client, struct client_log_request *request, bool *ret_more, struct error *e)
{
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	const char *chunk;
	uint64_t next;
	int last, r;

	r = client_call(client, "GetLog", &reply, e, "ut", request->job, request->offset);
	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "stb", &chunk, &next, &last);
	if (r < 0)
		return bad_reply(r, "GetLog", e);

	*ret_more = next > request->offset && !last;
	request->ended = last;
	request->offset = next;
	return *chunk ? request->chunk(chunk, request->userdata) : 0;
}

int client_log(struct client *client, struct client_log_request *request, struct error *e)
{
	bool more = true;
	int r = 0;

	while (more && r >= 0)
		r = read_log_page(client, request, &more, e);
	return r;
}

struct client *client_free(struct client *client)
{
	if (!client)
		return NULL;

	(void)sd_bus_flush(client->bus);
	sd_bus_close(client->bus);
	(void)sd_bus_unref(client->bus);
	local_daemon_finish(&client->local);
	free(client);
	return NULL;
}
