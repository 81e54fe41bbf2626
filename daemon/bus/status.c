/* What the daemon and the machine are doing, as JSON texts. */
#include <errno.h>
#include <stdio.h>

#include "build-config.h"
#include "common/base/file.h"
#include "common/document/json-writer.h"
#include "common/model/fact-desc.h"
#include "daemon/bus/bus-private.h"
#include "daemon/host/facts.h"

/* A JSON document being written to memory. */
struct text {
	char *data;
	size_t size;
	FILE *file;
	struct json_writer writer;
};

static int text_begin(struct text *t)
{
	t->file = open_memstream(&t->data, &t->size);
	if (!t->file)
		return -ENOMEM;

	json_writer_init(&t->writer, t->file);
	json_write_object(&t->writer, NULL, JSON_LINES);
	return 0;
}

static int text_end(struct text *t, char **ret)
{
	int r = json_writer_finish(&t->writer);

	if (fclose(t->file) != 0 || r < 0) {
		free(t->data);
		return -ENOMEM;
	}
	*ret = t->data;
	return 0;
}

/* The daemon's own wake-ups so far: each switch of it onto a CPU (proc_pid_status(5)). */
static uint64_t own_switches(void)
{
	CLEANUP_FREE char *text = NULL;
	unsigned long long voluntary = 0;
	const char *line;

	if (file_read("/proc/self/status", 65536, &text, NULL, NULL) < 0)
		return 0;
	line = strstr(text, "\nvoluntary_ctxt_switches:");
	if (line)
		(void)sscanf(line, "\nvoluntary_ctxt_switches: %llu", &voluntary);
	return voluntary;
}

static void write_session(struct json_writer *w, const struct session *s)
{
	struct session_progress p;

	if (!s) {
		json_write_null(w, "session");
		return;
	}
	p = session_progress_now(s);
	json_write_object(w, "session", JSON_ONE_LINE);
	json_write_integer(w, "job", p.job);
	json_write_text(w, "workload", session_job(s)->workload);
	json_write_text(w, "doing", session_state_name(s));
	json_write_integer(w, "done", p.done);
	json_write_integer(w, "planned", p.planned);
	json_write_close(w);
}

int status_json(const struct bus *b, char **ret)
{
	uint64_t queued = 0;
	struct text t = {0};
	char path[4200];
	int r = text_begin(&t);

	if (r < 0)
		return r;

	(void)store_count_queued(b->config.store, (uid_t)-1, &queued);
	(void)snprintf(path, sizeof(path), "%s/undo.journal", b->config.state);
	json_write_text(&t.writer, "version", STEADY_VERSION);
	json_write_integer(&t.writer, "pid", (uint64_t)getpid());
	json_write_text(&t.writer, "socket", b->path);
	json_write_bool(&t.writer, "system-bus", b->system != NULL);
	json_write_text(&t.writer, "state", b->config.state);
	json_write_bool(&t.writer, "privileged", b->config.env->privileged);
	json_write_text(&t.writer, "default-profile", b->config.host->default_profile);
	json_write_integer(&t.writer, "queued", queued);
	write_session(&t.writer, queue_session(b->config.queue));
	/* Present outside a session means: something could not be given back. */
	json_write_bool(&t.writer, "journal", file_exists(path));
	json_write_integer(&t.writer, "wakeups", own_switches());
	return text_end(&t, ret);
}

static void write_facts(
	struct json_writer *w, const char *name, const struct strv *facts, enum fact_weight weight)
{
	json_write_object(w, name, JSON_LINES);
	strv_foreach (fact, facts) {
		const char *equals = strchr(fact, '=');
		CLEANUP_FREE char *key = strndup(fact, (size_t)(equals - fact));

		if (key && fact_desc_weight(fact) == weight)
			json_write_text(w, key, equals + 1);
	}
	json_write_close(w);
}

int fingerprint_json(const struct bus *b, char **ret)
{
	CLEANUP_STRV struct strv facts = {0};
	char hash[DIGEST_TEXT_MAX], machine[RESULT_MACHINE_MAX];
	struct text t = {0};
	int r = facts_read(b->config.env->sysfs_root, &facts);

	if (r >= 0)
		r = text_begin(&t);
	if (r < 0)
		return r;

	json_write_text(&t.writer, "machine", facts_machine_id(machine, sizeof(machine)));
	json_write_text(&t.writer, "fingerprint", facts_fingerprint(&facts, hash) ? hash : NULL);
	write_facts(&t.writer, "hard", &facts, FACT_HARD);
	write_facts(&t.writer, "soft", &facts, FACT_SOFT);
	return text_end(&t, ret);
}

static void write_outcomes(
	struct json_writer *w, const char *name, const struct setting_outcomes *list)
{
	json_write_array(w, name, JSON_LINES);
	for (size_t i = 0; i < list->n; i++) {
		json_write_object(w, NULL, JSON_ONE_LINE);
		json_write_text(w, "knob", list->items[i].knob);
		json_write_text(w, "target", list->items[i].target);
		json_write_text(w, "after", list->items[i].after);
		json_write_text(w, "reason", list->items[i].reason);
		json_write_close(w);
	}
	json_write_close(w);
}

int restore_json(const struct bus *b, char **ret, struct error *e)
{
	CLEANUP(setting_outcomes_done) struct setting_outcomes done = {0}, residue = {0};
	struct text t = {0};
	int r = env_restore_journal(b->config.env, &done, &residue, e);

	if (r < 0 && r != -EIO)
		return r;
	if (text_begin(&t) < 0)
		return error_setf(e, -ENOMEM, "out of memory");

	json_write_bool(&t.writer, "clean", residue.n == 0);
	write_outcomes(&t.writer, "restored", &done);
	write_outcomes(&t.writer, "left", &residue);
	r = text_end(&t, ret);
	return r < 0 ? error_setf(e, r, "out of memory") : 0;
}
