/* org.steadyd.Job1: one object a job, found in the store when asked for. */
#include <errno.h>
#include <stdio.h>

#include "common/base/quantity.h"
#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"

#define NODES_MAX 1000u /* newest jobs shown by introspection */

/* Number in a path below WIRE_JOB_PREFIX; 0 when it is none. */
static uint64_t number_of(const char *path)
{
	const char *text = path + strlen(WIRE_JOB_PREFIX);
	uint64_t number;

	if (strncmp(path, WIRE_JOB_PREFIX "/", strlen(WIRE_JOB_PREFIX) + 1) != 0)
		return 0;
	return quantity_u64(text + 1, &number) < 0 ? 0 : number;
}

static int load_line(struct bus *b, uint64_t number, struct job_line **ret)
{
	size_t n = 0;
	int r;

	if (number == 0)
		return -ENOENT;
	r = store_list_jobs(b->config.store, number - 1, 1, ret, &n);
	if (r < 0)
		return r;
	if (n == 1 && (*ret)->number == number)
		return 0;
	store_lines_free(*ret, n);
	return -ENOENT;
}

static int find_job(sd_bus *bus, const char *path, const char *interface, void *userdata,
	void **ret_found, sd_bus_error *error)
{
	struct job_line *line = NULL;

	if (load_line(userdata, number_of(path), &line) < 0)
		return 0;
	store_lines_free(line, 1);
	*ret_found = userdata;
	return 1;
}

static int append_property(sd_bus_message *reply, const char *name, const struct job_line *line)
{
	if (streq(name, "Number"))
		return sd_bus_message_append(reply, "u", (uint32_t)line->number);
	if (streq(name, "Id"))
		return sd_bus_message_append(reply, "s", line->id);
	if (streq(name, "Workload"))
		return sd_bus_message_append(reply, "s", line->workload);
	if (streq(name, "Owner"))
		return sd_bus_message_append(reply, "u", (uint32_t)line->owner);
	if (streq(name, "State"))
		return sd_bus_message_append(reply, "s", job_state_name(line->state));
	if (streq(name, "Done"))
		return sd_bus_message_append(reply, "u", line->runs_done);
	return sd_bus_message_append(reply, "u", line->runs_planned);
}

/* NOLINTNEXTLINE(readability-function-size): the signature is sd-bus's */
static int get_property(sd_bus *bus, const char *path, const char *interface, const char *name,
	sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct job_line *line = NULL;
	int r = load_line(userdata, number_of(path), &line);

	if (r < 0)
		return r;
	r = append_property(reply, name, line);
	store_lines_free(line, 1);
	return r;
}

static int on_cancel(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	return cancel_job(userdata, m, number_of(sd_bus_message_get_path(m)), error);
}

static int on_get_result(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	uint64_t offset;
	int r = sd_bus_message_read(m, "t", &offset);

	return r < 0
		? r
		: documents_page(userdata, m, number_of(sd_bus_message_get_path(m)), offset, error);
}

static int on_get_log(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	uint64_t offset;
	int r = sd_bus_message_read(m, "t", &offset);

	return r < 0
		? r
		: documents_log(userdata, m, number_of(sd_bus_message_get_path(m)), offset, error);
}

static const sd_bus_vtable job_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Number", "u", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Id", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Workload", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Owner", "u", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("State", "s", get_property, 0, 0),
	SD_BUS_PROPERTY("Done", "u", get_property, 0, 0),
	SD_BUS_PROPERTY("Planned", "u", get_property, 0, 0),
	SD_BUS_METHOD_WITH_ARGS(
		"Cancel", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, on_cancel, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetResult", SD_BUS_ARGS("t", offset),
		SD_BUS_RESULT("s", chunk, "t", next, "t", size), on_get_result,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetLog", SD_BUS_ARGS("t", offset),
		SD_BUS_RESULT("s", chunk, "t", next, "b", ended), on_get_log,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

static void free_nodes(char **nodes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(nodes[i]);
	free(nodes);
}

/* The newest jobs only: introspecting a store of years must stay small. */
static int enumerate_jobs(
	sd_bus *bus, const char *prefix, void *userdata, char ***ret_nodes, sd_bus_error *error)
{
	struct bus *b = userdata;
	struct job_line *lines = NULL;
	uint64_t latest = 0;
	char **nodes;
	size_t n = 0;
	int r = store_latest_job(b->config.store, &latest);

	if (r >= 0)
		r = store_list_jobs(b->config.store, latest > NODES_MAX ? latest - NODES_MAX : 0,
			NODES_MAX, &lines, &n);
	if (r < 0)
		return r;

	nodes = calloc(n + 1, sizeof(*nodes));
	for (size_t i = 0; nodes && i < n; i++)
		if (asprintf(&nodes[i], WIRE_JOB_PREFIX "/%llu",
			    (unsigned long long)lines[i].number) < 0) {
			free_nodes(nodes, i);
			nodes = NULL;
		}
	store_lines_free(lines, n);
	if (!nodes)
		return -ENOMEM;
	*ret_nodes = nodes;
	return 0;
}

int job_objects_add(struct bus *b, sd_bus *target)
{
	int r = sd_bus_add_fallback_vtable(
		target, NULL, WIRE_JOB_PREFIX, WIRE_JOB, job_vtable, find_job, b);

	if (r >= 0)
		r = sd_bus_add_node_enumerator(target, NULL, WIRE_JOB_PREFIX, enumerate_jobs, b);
	return r;
}
