/* steadyctl show: report on a job, or on a result document in a file. */
#include <errno.h>

#include "common/base/file.h"
#include "ctl/client.h"
#include "ctl/report.h"
#include "ctl/verb.h"

#define DOCUMENT_BYTES_MAX (1u << 30)

static int show_file(const struct context *c, const char *path, struct error *e)
{
	CLEANUP_FREE char *text = NULL;
	enum exit_code code;
	int r = file_read(path, DOCUMENT_BYTES_MAX, &text, NULL, e);

	if (r < 0)
		return error_setf(e, r == -ENOMEM ? r : -EINVAL,
			"%s: %s: neither a job number "
			"nor a file that can be read",
			path, strerror(-r));
	r = report_document(c, text, c->local, &code, e);
	if (r == -EINVAL)
		return error_prefixf(e, "%s", path);
	return r < 0 ? r : EXIT_CODE_DONE;
}

static int show_job(struct context *c, uint32_t job, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	CLEANUP_FREE char *document = NULL;
	enum exit_code code;
	int r = client_open(&client, c, e);

	if (r >= 0)
		r = client_document(client, job, &document, e);
	if (r >= 0)
		r = report_document(c, document, client_is_local(client), &code, e);
	return r < 0 ? r : EXIT_CODE_DONE;
}

int verb_show(struct context *c, struct error *e)
{
	struct error ignored = {0};
	uint32_t job;
	int r = context_words_expect(c, 1, 1, e);

	if (r >= 0)
		r = report_check_options(c, e);
	if (r < 0)
		return r;
	if (context_job_number(context_word(c, 0), &job, &ignored) < 0)
		return show_file(c, context_word(c, 0), e);
	return show_job(c, job, e);
}
