/* steadyctl submit: hand in a workload and print its job number. */
#include "ctl/client.h"
#include "ctl/dry-run.h"
#include "ctl/submission-send.h"
#include "ctl/verb.h"

static void print_number(const struct context *c, uint32_t job)
{
	(void)printf(c->json ? "{\"job\":%u}\n" : "%u\n", job);
}

/* Everything of the earlier job is in the daemon's store: the client only names it. */
static int resubmit(const struct context *c, struct error *e)
{
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	CLEANUP_CLIENT struct client *client = NULL;
	uint32_t old, job;
	const char *id;
	int r = context_words_expect(c, 0, 0, e);

	if (r >= 0)
		r = context_job_number(options_value(&c->options, OPTION_AGAIN), &old, e);
	if (r >= 0)
		r = client_open(&client, c, e);
	if (r >= 0)
		r = client_call(client, "Resubmit", &reply, e, "u", old);
	if (r < 0)
		return r;

	r = sd_bus_message_read(reply, "us", &job, &id);
	if (r < 0)
		return client_error(NULL, NULL, r, e);
	print_number(c, job);
	return EXIT_CODE_DONE;
}

int verb_submit(struct context *c, struct error *e)
{
	CLEANUP(submission_done) struct submission s = {0};
	CLEANUP_CLIENT struct client *client = NULL;
	uint32_t job;
	int r;

	if (options_has(&c->options, OPTION_AGAIN))
		return resubmit(c, e);
	r = submission_make(c, &s, e);
	if (r < 0)
		return r;
	if (options_has(&c->options, OPTION_DRY_RUN))
		return dry_run_print(stdout, &s.suite, c->json, e);

	r = client_open(&client, c, e);
	if (r < 0)
		return r;
	r = submission_send(client, &s, false, &job, e);
	if (r < 0)
		return r;

	print_number(c, job);
	return EXIT_CODE_DONE;
}
