/* steadyctl run: submit, follow, report. */
#include "ctl/client.h"
#include "ctl/dry-run.h"
#include "ctl/follow.h"
#include "ctl/report.h"
#include "ctl/submission-send.h"
#include "ctl/verb.h"

static int run_and_report(struct context *c, const struct submission *s, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	CLEANUP_FREE char *document = NULL;
	struct follow_request request;
	enum exit_code code;
	enum job_state state;
	uint32_t job;
	int r;

	r = client_open(&client, c, e);
	if (r < 0)
		return r;
	r = submission_send(client, s, true, &job, e);
	if (r < 0)
		return r;
	if (c->verbose)
		context_note(c, "job %u", job);

	request = (struct follow_request){
		.client = client, .context = c, .job = job, .cancels = true};
	r = follow_job(&request, &state, e);
	if (r < 0)
		return r;
	r = client_document(client, job, &document, e);
	if (r < 0)
		return r;
	r = report_document(c, document, client_is_local(client), &code, e);
	return r < 0 ? r : (int)code;
}

int verb_run(struct context *c, struct error *e)
{
	CLEANUP(submission_done) struct submission s = {0};
	int r = report_check_options(c, e);

	if (r >= 0)
		r = submission_make(c, &s, e);
	if (r < 0)
		return r;
	if (options_has(&c->options, OPTION_DRY_RUN))
		return dry_run_print(stdout, &s.suite, c->json, e);
	return run_and_report(c, &s, e);
}
