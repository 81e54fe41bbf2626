/* steadyctl wait: follow a job that was submitted before. */
#include "ctl/client.h"
#include "ctl/follow.h"
#include "ctl/report.h"
#include "ctl/verb.h"

int verb_wait(struct context *c, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	CLEANUP_FREE char *document = NULL;
	struct follow_request request = {.context = c};
	enum exit_code code;
	enum job_state state;
	int r;

	r = context_words_expect(c, 1, 1, e);
	if (r >= 0)
		r = context_job_number(context_word(c, 0), &request.job, e);
	if (r >= 0)
		r = report_check_options(c, e);
	if (r >= 0)
		r = client_open(&client, c, e);
	if (r < 0)
		return r;

	request.client = client;
	r = follow_job(&request, &state, e);
	if (r >= 0)
		r = client_document(client, request.job, &document, e);
	if (r >= 0)
		r = report_document(c, document, client_is_local(client), &code, e);
	return r < 0 ? r : (int)code;
}
