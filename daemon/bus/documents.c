/* Documents over the wire: results and logs, page by page or as a descriptor. */
#include <errno.h>

#include "common/base/file.h"
#include "common/document/result-json.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"
#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"
#include "daemon/store/job-log.h"

int bus_reply_error(sd_bus_error *error, const struct error *e)
{
	static const struct {
		int code;
		const char *name;
	} names[] = {
		{-ENOENT, WIRE_ERROR_NO_JOB},
		{-EINVAL, WIRE_ERROR_FILE},
		{-E2BIG, WIRE_ERROR_FILE},
		{-EDQUOT, WIRE_ERROR_QUOTA},
		{-EACCES, WIRE_ERROR_DENIED},
		{-EBUSY, WIRE_ERROR_BUSY},
		{-ESHUTDOWN, WIRE_ERROR_BUSY},
		{-ENOSPC, WIRE_ERROR_STORE},
		{-EROFS, WIRE_ERROR_STORE},
		{-EUCLEAN, WIRE_ERROR_STORE},
		{-EIO, WIRE_ERROR_STORE},
	};
	const char *name = WIRE_ERROR_FAILED;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].code == e->code)
			name = names[i].name;
	return sd_bus_error_set(error, name, e->text);
}

/* Statuses by value and summaries are derived: made anew from the raw runs each time. */
static int make_document(struct bus *b, uint64_t job, char **ret, struct error *e)
{
	CLEANUP(result_done) struct result result = {0};
	int r = store_load_result(b->config.store, job, &result, e);

	if (r < 0)
		return r;

	r = evidence_judge_all(&result);
	if (r >= 0)
		r = summary_make(&result);
	if (r >= 0)
		r = result_to_json(&result, ret);
	return r < 0 ? error_setf(e, r, "out of memory") : 0;
}

static int authorise(struct bus *b, sd_bus_message *m, uint64_t number, sd_bus_error *error,
	enum job_state *ret_state)
{
	CLEANUP(caller_done) struct caller who = {0};
	CLEANUP(job_done) struct job job = {0};
	struct error e = {0};
	int r = caller_get(b, m, &who, error);

	if (r < 0)
		return r;
	if (store_load_job(b->config.store, number, &job, &e) < 0)
		return bus_reply_error(error, &e);
	*ret_state = job.state;
	return access_may_see(b, &who.identity, job.owner.uid, error);
}

/* A reader takes many pages of one document: it is made at the first. */
static int refresh(struct bus *b, uint64_t job, uint64_t offset, struct error *e)
{
	char *text = NULL;
	int r;

	if (offset > 0 && b->document_job == job)
		return 0;

	r = make_document(b, job, &text, e);
	if (r < 0)
		return r;
	free(b->document);
	b->document = text;
	b->document_size = strlen(text);
	b->document_job = job;
	return 0;
}

int documents_page(
	struct bus *b, sd_bus_message *m, uint64_t job, uint64_t offset, sd_bus_error *error)
{
	CLEANUP_FREE char *chunk = NULL;
	enum job_state state = JOB_QUEUED;
	struct error e = {0};
	size_t size;
	int r = authorise(b, m, job, error, &state);

	if (r < 0)
		return r;
	if (refresh(b, job, offset, &e) < 0)
		return bus_reply_error(error, &e);

	offset = MIN_OF(offset, b->document_size);
	size = MIN_OF((size_t)WIRE_CHUNK_MAX, b->document_size - offset);
	/* A page ends between two characters. */
	while (size > 0 && offset + size < b->document_size &&
		((unsigned char)b->document[offset + size] & 0xc0) == 0x80)
		size--;
	chunk = strndup(b->document + offset, size);
	if (!chunk)
		return -ENOMEM;
	return sd_bus_reply_method_return(
		m, "stt", chunk, (uint64_t)(offset + size), (uint64_t)b->document_size);
}

int documents_fd(struct bus *b, sd_bus_message *m, uint64_t job, sd_bus_error *error)
{
	CLEANUP_FREE char *text = NULL;
	CLEANUP_CLOSE int fd = -1;
	enum job_state state = JOB_QUEUED;
	struct error e = {0};
	int r = authorise(b, m, job, error, &state);

	if (r < 0)
		return r;
	if (make_document(b, job, &text, &e) < 0)
		return bus_reply_error(error, &e);
	fd = file_sealed("steady-result", text, strlen(text));
	if (fd < 0)
		return sd_bus_error_set_errno(error, fd);
	return sd_bus_reply_method_return(m, "h", fd);
}

int documents_log(
	struct bus *b, sd_bus_message *m, uint64_t job, uint64_t offset, sd_bus_error *error)
{
	CLEANUP_FREE char *chunk = NULL;
	uint64_t next = offset;
	enum job_state state = JOB_QUEUED;
	int r = authorise(b, m, job, error, &state);

	if (r < 0)
		return r;
	r = job_log_read(b->config.state, job, offset, WIRE_CHUNK_MAX, &chunk, &next);
	if (r == -ENOENT)
		return sd_bus_reply_method_return(m, "stb", "", offset, job_state_is_final(state));
	if (r < 0)
		return sd_bus_error_set_errno(error, r);
	return sd_bus_reply_method_return(
		m, "stb", chunk, next, job_state_is_final(state) && next == offset);
}
