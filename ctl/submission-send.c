/* Handing a submission to the daemon. */
#include "ctl/submission-send.h"

#include <errno.h>

#include "common/wire/names.h"

static int append_list(sd_bus_message *m, const char *key, const struct strv *list)
{
	int r = sd_bus_message_open_container(m, 'e', "sv");

	if (r >= 0)
		r = sd_bus_message_append(m, "s", key);
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'v', "as");
	if (r >= 0)
		r = sd_bus_message_open_container(m, 'a', "s");
	for (size_t i = 0; i < list->n && r >= 0; i++)
		r = sd_bus_message_append(m, "s", list->items[i]);
	for (int i = 0; i < 3 && r >= 0; i++)
		r = sd_bus_message_close_container(m);
	return r;
}

static int append_options(sd_bus_message *m, const struct submission *s, bool tied)
{
	int r = sd_bus_message_open_container(m, 'a', "{sv}");

	if (r >= 0)
		r = sd_bus_message_append(m, "{sv}", WIRE_OPTION_FILE, "s", s->file);
	if (r >= 0)
		r = sd_bus_message_append(m, "{sv}", WIRE_OPTION_TIED, "b", (int)tied);
	if (r >= 0)
		r = append_list(m, WIRE_OPTION_ENVIRONMENT, &s->environment);
	if (r >= 0)
		r = append_list(m, WIRE_OPTION_OVERRIDES, &s->overrides);
	return r < 0 ? r : sd_bus_message_close_container(m);
}

int submission_send(struct client *client, const struct submission *s, bool tied, uint32_t *ret,
	struct error *e)
{
	CLEANUP_MESSAGE sd_bus_message *message = NULL, *reply = NULL;
	const char *id;
	int r = sd_bus_message_new_method_call(
		client_bus(client), &message, NULL, WIRE_PATH, WIRE_MANAGER, "Submit");

	if (r >= 0)
		r = sd_bus_message_append(message, "ss", s->text, s->directory);
	if (r >= 0)
		r = append_options(message, s, tied);
	if (r < 0)
		return client_error(NULL, NULL, r, e);

	r = client_send(client, message, &reply, e);
	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "us", ret, &id);
	return r < 0 ? error_setf(e, -EIO, "Submit: cannot read the answer: %s", strerror(-r)) : 0;
}
