/* The few calls of org.freedesktop.DBus that busctl and gdbus make before anything else. */
#include <errno.h>

#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"

#define DRIVER_UNIQUE_NAME ":1.1" /* there is one client on a peer connection */

static int on_hello(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	return sd_bus_reply_method_return(m, "s", DRIVER_UNIQUE_NAME);
}

static int on_match(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	return sd_bus_reply_method_return(m, NULL);
}

static int on_name_owner(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *name;
	int r = sd_bus_message_read(m, "s", &name);

	if (r < 0)
		return r;
	if (!streq(name, WIRE_NAME) && !streq(name, "org.freedesktop.DBus"))
		return sd_bus_error_setf(error, "org.freedesktop.DBus.Error.NameHasNoOwner",
			"nobody is called %s here", name);
	return sd_bus_reply_method_return(m, "s", name);
}

static int on_list_names(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	return sd_bus_reply_method_return(m, "as", 2, "org.freedesktop.DBus", WIRE_NAME);
}

static const sd_bus_vtable driver_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Hello", NULL, "s", on_hello, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("AddMatch", "s", NULL, on_match, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("RemoveMatch", "s", NULL, on_match, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("GetNameOwner", "s", "s", on_name_owner, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("ListNames", NULL, "as", on_list_names, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

int driver_add(sd_bus *target)
{
	return sd_bus_add_object_vtable(
		target, NULL, "/org/freedesktop/DBus", "org.freedesktop.DBus", driver_vtable, NULL);
}
