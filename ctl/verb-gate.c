/* steadyctl gate: two arms side by side until there is a verdict. */
#include <errno.h>

#include "common/base/file.h"
#include "common/document/result-json.h"
#include "ctl/dry-run.h"
#include "ctl/follow.h"
#include "ctl/gate-verdict.h"
#include "ctl/submission-send.h"
#include "ctl/verb.h"
#include "ctl/verdict-report.h"

#define BUILD_LINES_SHOWN 40

/* The end of what the build printed: where compilers say what is wrong. */
static void say_failed_build(const struct gate_job *j)
{
	const struct gate_build *b = streq(j->failed_build, "base") ? &j->revs.base : &j->revs.cand;
	const char *text = b->output, *from = text + strlen(text);

	for (int i = 0; i <= BUILD_LINES_SHOWN && from > text; i++)
		do
			from--;
		while (from > text && from[-1] != '\n');
	(void)fprintf(stderr,
		"%s%ssteadyctl: the build of the %s (%.*s) ended with exit status %d\n", from,
		*from && from[strlen(from) - 1] != '\n' ? "\n" : "", j->failed_build, GIT_SHORT_LEN,
		streq(j->failed_build, "base") ? j->revs.base_commit : j->revs.cand_commit,
		b->status);
}

static int present(const struct context *c, const struct gate_job *j, const struct result *result,
	struct error *e)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	int r = gate_verdict_make(j, result, &d, e);

	if (r >= 0)
		r = verdict_present(c, &d, result, result, e);
	return r;
}

static int take_document(
	const struct context *c, struct gate_job *j, const char *text, struct error *e)
{
	const char *output = options_value(&c->options, OPTION_OUTPUT);
	CLEANUP(result_done) struct result result = {0};
	int r = result_from_json(text, strlen(text), &result, e);

	if (r < 0)
		return error_prefixf(e, "the result document");
	if (output)
		r = file_write_atomic(output, text, strlen(text), 0666, e);
	return r < 0 ? r : present(c, j, &result, e);
}

static int submit_and_judge(const struct context *c, struct gate_job *j, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	CLEANUP_FREE char *document = NULL;
	struct follow_request request;
	enum job_state state;
	uint32_t job;
	int r;

	j->submission.text = TAKE_PTR(j->text.text);
	j->submission.file = TAKE_PTR(j->text.file);
	j->submission.directory = TAKE_PTR(j->text.directory);
	r = client_open(&client, c, e);
	if (r >= 0)
		r = submission_send(client, &j->submission, true, &job, e);
	if (r < 0)
		return r;
	if (c->verbose)
		context_note(c, "job %u", job);

	request = (struct follow_request){
		.client = client, .context = c, .job = job, .cancels = true};
	r = follow_job(&request, &state, e);
	if (r >= 0)
		r = client_document(client, job, &document, e);
	if (r < 0)
		return r;
	/* What was measured is not thrown away for want of them. */
	if (gate_accept_stored(client, j->suite.name, &j->accepted, e) < 0)
		context_note(c, "without the accepted changes that steadyd keeps: %s", e->text);
	return take_document(c, j, document, e);
}

static int gate(struct context *c, struct gate_job *j, struct error *e)
{
	int r = gate_job_make(c, j, e);

	if (r < 0)
		return r;
	if (j->failed_build)
		say_failed_build(j);
	if (j->failed_build || !j->has_suite)
		return present(c, j, NULL, e);
	strv_foreach (note, &j->notes)
		context_note(c, "%s", note);
	if (options_has(&c->options, OPTION_DRY_RUN))
		return dry_run_print(stdout, &j->suite, c->json, e);
	return submit_and_judge(c, j, e);
}

int verb_gate(struct context *c, struct error *e)
{
	CLEANUP(gate_job_done) struct gate_job job = {.revs.base.lock = -1, .revs.cand.lock = -1};
	int r = verdict_present_check(c, e);

	return r < 0 ? r : gate(c, &job, e);
}
