/* Results by what a person calls them. */
#include "ctl/result-source.h"

#include <errno.h>

#include "common/base/file.h"
#include "common/document/result-json.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"

#define DOCUMENT_BYTES_MAX (1u << 30)

void result_source_done(struct result_source *s)
{
	if (s)
		s->client = client_free(s->client);
}

bool result_source_is_label(const char *word)
{
	const char *equals = strchr(word, '=');

	return equals && equals > word && !strchr(word, '/') && !file_exists(word);
}

/* Statuses in a document are what somebody wrote: they are made anew, as verify does. */
static int read_document(const char *text, size_t size, struct result *ret, struct error *e)
{
	CLEANUP(result_done) struct result result = {0};
	int r = result_from_json(text, size, &result, e);

	if (r < 0)
		return r;
	r = evidence_judge_all(&result);
	if (r >= 0)
		r = summary_make(&result);
	if (r < 0)
		return error_setf(e, r, "out of memory");
	*ret = TAKE_STRUCT(result);
	return 0;
}

static int load_file(const char *path, struct result *ret, struct error *e)
{
	CLEANUP_FREE char *text = NULL;
	size_t size;
	int r = file_read(path, DOCUMENT_BYTES_MAX, &text, &size, e);

	if (r < 0)
		return error_setf(e, r == -ENOMEM ? r : -EINVAL,
			"%s: neither a job number, a label nor a file that can be read",
			strerror(-r));
	return read_document(text, size, ret, e);
}

static int connect(struct result_source *s, struct error *e)
{
	return s->client ? 0 : client_open(&s->client, s->context, e);
}

static int load_job(struct result_source *s, uint32_t job, struct result *ret, struct error *e)
{
	CLEANUP_FREE char *text = NULL;
	int r = connect(s, e);

	if (r >= 0)
		r = client_document(s->client, job, &text, e);
	return r < 0 ? r : read_document(text, strlen(text), ret, e);
}

static int load_label(struct result_source *s, const char *label, const char *workload,
	struct result *ret, struct error *e)
{
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	uint32_t job = 0;
	int r = connect(s, e);

	if (r >= 0)
		r = client_call(
			s->client, "FindJob", &reply, e, "ss", label, workload ? workload : "");
	if (r == -ENOENT) {
		e->code = -ENOMEDIUM;
		return e->code;
	}
	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "u", &job);
	if (r < 0)
		return error_setf(e, -EIO, "FindJob: %s", strerror(-r));
	return load_job(s, job, ret, e);
}

int result_source_load(struct result_source *s, const char *word, const char *workload,
	struct result *ret, struct error *e)
{
	struct error ignored = {0};
	uint32_t job;
	int r;

	if (context_job_number(word, &job, &ignored) >= 0)
		r = load_job(s, job, ret, e);
	else if (result_source_is_label(word))
		r = load_label(s, word, workload, ret, e);
	else
		r = load_file(word, ret, e);
	return r < 0 ? error_prefixf(e, "%s", word) : 0;
}
