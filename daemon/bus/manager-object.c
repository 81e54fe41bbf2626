/* org.steadyd.Manager1: read, check, authorise, one call into a module, reply. */
#include <errno.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/config/profile-file.h"
#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"

#define LIST_LIMIT_MAX	 1000u
#define PROFILE_TEXT_MAX (1u << 20)

/* Options of Submit as they come over the wire. */
struct submit_options {
	const char *file;
	struct strv environment, overrides;
	int tied;
};

static void submit_options_done(struct submit_options *o)
{
	strv_done(&o->environment);
	strv_done(&o->overrides);
}

static int read_strings(sd_bus_message *m, struct strv *ret)
{
	const char *text;
	int r = sd_bus_message_enter_container(m, 'v', "as");

	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "s");
	while (r >= 0 && (r = sd_bus_message_read(m, "s", &text)) > 0)
		r = strv_push(ret, text);
	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_option(sd_bus_message *m, struct submit_options *ret, sd_bus_error *error)
{
	const char *key;
	int r = sd_bus_message_read(m, "s", &key);

	if (r < 0)
		return r;
	if (streq(key, WIRE_OPTION_FILE))
		return sd_bus_message_read(m, "v", "s", &ret->file);
	if (streq(key, WIRE_OPTION_TIED))
		return sd_bus_message_read(m, "v", "b", &ret->tied);
	if (streq(key, WIRE_OPTION_ENVIRONMENT))
		return read_strings(m, &ret->environment);
	if (streq(key, WIRE_OPTION_OVERRIDES))
		return read_strings(m, &ret->overrides);
	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
		"unknown option '%s': known are file, environment, overrides and tied", key);
}

static int read_options(sd_bus_message *m, struct submit_options *ret, sd_bus_error *error)
{
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");

	while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = read_option(m, ret, error);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int on_submit(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	CLEANUP(submit_options_done) struct submit_options options = {.file = "workload"};
	CLEANUP(caller_done) struct caller who = {0};
	CLEANUP_FREE char *problems = NULL;
	char id[RESULT_ID_MAX] = "";
	struct bus *b = userdata;
	struct error e = {0};
	struct submission s;
	uint64_t number;
	int r = caller_get(b, m, &who, error);

	if (r >= 0)
		r = access_may_submit(b, &who.identity, error);
	if (r < 0)
		return r;

	s = (struct submission){.identity = &who.identity,
		.overrides = &options.overrides,
		.environment = &options.environment};
	r = sd_bus_message_read(m, "ss", &s.text, &s.directory);
	if (r >= 0)
		r = read_options(m, &options, error);
	if (r < 0)
		return r;

	s.file = options.file;
	r = queue_submit(b->config.queue, &s, &number, id, &problems, &e);
	if (r < 0 && problems)
		return sd_bus_error_set(error, WIRE_ERROR_FILE, problems);
	if (r < 0)
		return bus_reply_error(error, &e);
	if (options.tied)
		r = tie_job(b, m, &who, number);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(m, "us", (uint32_t)number, id);
}

/* The same text, folder, options and environment once more, for its owner. */
static int on_resubmit(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	CLEANUP(caller_done) struct caller who = {0};
	CLEANUP(job_done) struct job job = {0};
	CLEANUP_FREE char *problems = NULL;
	char id[RESULT_ID_MAX] = "";
	struct bus *b = userdata;
	struct error e = {0};
	uint64_t number;
	uint32_t old;
	int r = sd_bus_message_read(m, "u", &old);

	if (r >= 0)
		r = caller_get(b, m, &who, error);
	if (r >= 0)
		r = access_may_submit(b, &who.identity, error);
	if (r < 0)
		return r;
	if (store_load_job(b->config.store, old, &job, &e) < 0)
		return bus_reply_error(error, &e);
	r = access_may_see(b, &who.identity, job.owner.uid, error);
	if (r < 0)
		return r;

	r = queue_submit(b->config.queue,
		&(struct submission){.identity = &job.owner,
			.text = job.text,
			.file = job.file,
			.directory = job.directory,
			.overrides = &job.overrides,
			.environment = &job.environment},
		&number, id, &problems, &e);
	if (r < 0)
		return problems ? sd_bus_error_set(error, WIRE_ERROR_FILE, problems)
				: bus_reply_error(error, &e);
	return sd_bus_reply_method_return(m, "us", (uint32_t)number, id);
}

static int append_line(sd_bus_message *reply, const struct job_line *line)
{
	return sd_bus_message_append(reply, "(ussustttuu)", (uint32_t)line->number, line->id,
		line->workload, (uint32_t)line->owner, job_state_name(line->state),
		line->submitted_ns / NSEC_PER_USEC, line->started_ns / NSEC_PER_USEC,
		line->ended_ns / NSEC_PER_USEC, line->runs_done, line->runs_planned);
}

static int on_list_jobs(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct job_line *lines = NULL;
	struct bus *b = userdata;
	uint64_t above;
	uint32_t limit;
	size_t n = 0;
	int r = sd_bus_message_read(m, "tu", &above, &limit);

	if (r < 0)
		return r;
	r = store_list_jobs(b->config.store, above, MIN_OF(limit, LIST_LIMIT_MAX), &lines, &n);
	if (r < 0)
		return sd_bus_error_setf(
			error, WIRE_ERROR_STORE, "the store cannot be read: %s", strerror(-r));

	r = sd_bus_message_new_method_return(m, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(ussustttuu)");
	for (size_t i = 0; i < n && r >= 0; i++)
		r = append_line(reply, &lines[i]);
	store_lines_free(lines, n);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int on_get_result(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	uint64_t offset;
	uint32_t job;
	int r = sd_bus_message_read(m, "ut", &job, &offset);

	return r < 0 ? r : documents_page(userdata, m, job, offset, error);
}

static int on_get_result_fd(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	uint32_t job;
	int r = sd_bus_message_read(m, "u", &job);

	return r < 0 ? r : documents_fd(userdata, m, job, error);
}

static int on_get_log(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	uint64_t offset;
	uint32_t job;
	int r = sd_bus_message_read(m, "ut", &job, &offset);

	return r < 0 ? r : documents_log(userdata, m, job, offset, error);
}

static int on_cancel(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	uint32_t number;
	int r = sd_bus_message_read(m, "u", &number);

	return r < 0 ? r : cancel_job(userdata, m, number, error);
}

static int on_accept(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	return acceptances_accept(userdata, m, error);
}

static int on_list_acceptances(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	return acceptances_list(userdata, m, error);
}

static int on_withdraw_acceptance(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	return acceptances_withdraw(userdata, m, error);
}

static int on_find_job(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	return find_job_by_label(userdata, m, error);
}

static int on_restore(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	CLEANUP(caller_done) struct caller who = {0};
	CLEANUP_FREE char *text = NULL;
	struct bus *b = userdata;
	struct error e = {0};
	int r = caller_get(b, m, &who, error);

	if (r >= 0)
		r = access_may_submit(b, &who.identity, error);
	if (r < 0)
		return r;
	if (queue_session(b->config.queue))
		return sd_bus_error_set(error, WIRE_ERROR_BUSY,
			"a job is at work and gives the machine back at its end: cancel it first");
	if (restore_json(b, &text, &e) < 0)
		return bus_reply_error(error, &e);
	return sd_bus_reply_method_return(m, "s", text);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static int on_list_knobs(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	CLEANUP(setting_outcomes_done) struct setting_outcomes knobs = {0};
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct bus *b = userdata;
	int r = env_list(b->config.env, &knobs);

	if (r >= 0)
		r = sd_bus_message_new_method_return(m, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(sssss)");
	for (size_t i = 0; i < knobs.n && r >= 0; i++) {
		const struct setting_outcome *k = &knobs.items[i];

		r = sd_bus_message_append(reply, "(sssss)", k->knob, k->target, or_empty(k->before),
			k->reason ? "unavailable" : "ok", or_empty(k->reason));
	}
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int append_profile(sd_bus_message *reply, const char *path)
{
	CLEANUP(profile_done) struct profile p = {0};
	CLEANUP(diag_done) struct diag d = {0};
	CLEANUP_FREE char *text = NULL;
	const char *slash = strrchr(path, '/');
	char name[128];
	size_t size = 0;
	bool ok = file_read(path, PROFILE_TEXT_MAX, &text, &size, NULL) >= 0 &&
		diag_init(&d, path, text, size) >= 0 && profile_parse(text, size, &p, &d) >= 0;

	(void)snprintf(name, sizeof(name), "%s", slash ? slash + 1 : path);
	name[strcspn(name, ".")] = '\0';
	return sd_bus_message_append(reply, "(sss)", ok ? p.name : name,
		ok ? or_empty(p.description) : "(not valid: steadyctl profile check)", path);
}

static int on_list_profiles(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	CLEANUP(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	CLEANUP_STRV struct strv paths = {0};
	struct bus *b = userdata;
	int r = profile_list(b->config.profile_folders, &paths);

	if (r >= 0)
		r = sd_bus_message_new_method_return(m, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(sss)");
	for (size_t i = 0; i < paths.n && r >= 0; i++)
		r = append_profile(reply, paths.items[i]);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

static int on_get_profile(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	CLEANUP(profile_done) struct profile p = {0};
	CLEANUP_FREE char *text = NULL;
	struct bus *b = userdata;
	struct error e = {0};
	const char *name;
	int r = sd_bus_message_read(m, "s", &name);

	if (r < 0)
		return r;
	r = profile_load(b->config.profile_folders, name, &p, &e);
	if (r >= 0)
		r = file_read(p.path, PROFILE_TEXT_MAX, &text, NULL, &e);
	if (r == -ENOENT)
		return sd_bus_error_set(error, WIRE_ERROR_NO_PROFILE, e.text);
	if (r < 0)
		return bus_reply_error(error, &e);
	return sd_bus_reply_method_return(m, "s", text);
}

static int reply_json(sd_bus_message *m, int r, char *text, sd_bus_error *error)
{
	CLEANUP_FREE char *owned = text;

	if (r < 0)
		return sd_bus_error_set_errno(error, r);
	return sd_bus_reply_method_return(m, "s", owned);
}

static int on_get_fingerprint(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	char *text = NULL;
	int r = fingerprint_json(userdata, &text);

	return reply_json(m, r, text, error);
}

static int on_get_status(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	char *text = NULL;
	int r = status_json(userdata, &text);

	return reply_json(m, r, text, error);
}

static const sd_bus_vtable manager_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("Submit", SD_BUS_ARGS("s", text, "s", directory, "a{sv}", options),
		SD_BUS_RESULT("u", job, "s", id), on_submit, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Resubmit", SD_BUS_ARGS("u", job), SD_BUS_RESULT("u", job, "s", id),
		on_resubmit, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListJobs", SD_BUS_ARGS("t", above, "u", limit),
		SD_BUS_RESULT("a(ussustttuu)", jobs), on_list_jobs, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetResult", SD_BUS_ARGS("u", job, "t", offset),
		SD_BUS_RESULT("s", chunk, "t", next, "t", size), on_get_result,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetResultFd", SD_BUS_ARGS("u", job), SD_BUS_RESULT("h", document),
		on_get_result_fd, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetLog", SD_BUS_ARGS("u", job, "t", offset),
		SD_BUS_RESULT("s", chunk, "t", next, "b", ended), on_get_log,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Cancel", SD_BUS_ARGS("u", job), SD_BUS_NO_RESULT, on_cancel,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("FindJob", SD_BUS_ARGS("s", label, "s", workload),
		SD_BUS_RESULT("u", job), on_find_job, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Accept",
		SD_BUS_ARGS("u", job, "s", benchmark, "d", limit, "s", reason, "t", expires_usec),
		SD_BUS_RESULT("u", acceptance), on_accept, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListAcceptances", SD_BUS_ARGS("s", workload),
		SD_BUS_RESULT(WIRE_ACCEPTANCES_TYPES, acceptances), on_list_acceptances,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("WithdrawAcceptance", SD_BUS_ARGS("u", acceptance),
		SD_BUS_NO_RESULT, on_withdraw_acceptance, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Restore", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", json), on_restore,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListKnobs", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(sssss)", knobs),
		on_list_knobs, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListProfiles", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(sss)", profiles),
		on_list_profiles, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetProfile", SD_BUS_ARGS("s", name), SD_BUS_RESULT("s", text),
		on_get_profile, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetFingerprint", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", json),
		on_get_fingerprint, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetStatus", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", json),
		on_get_status, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL_WITH_ARGS("JobChanged",
		SD_BUS_ARGS("u", job, "s", state, "u", done, "u", planned, "t", remaining_usec, "t",
			elapsed_usec),
		0),
	SD_BUS_VTABLE_END,
};

int objects_add(struct bus *b, sd_bus *target)
{
	int r = sd_bus_add_object_vtable(target, NULL, WIRE_PATH, WIRE_MANAGER, manager_vtable, b);

	return r < 0 ? r : job_objects_add(b, target);
}
