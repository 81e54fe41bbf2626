/* steadyctl cancel: end jobs. */
#include "ctl/client.h"
#include "ctl/verb.h"

int verb_cancel(struct context *c, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	int r = context_words_expect(c, 1, SIZE_MAX, e);
	uint32_t job;

	for (size_t i = 0; context_word(c, i) && r >= 0; i++)
		r = context_job_number(context_word(c, i), &job, e);
	if (r >= 0)
		r = client_open(&client, c, e);
	for (size_t i = 0; context_word(c, i) && r >= 0; i++) {
		r = context_job_number(context_word(c, i), &job, e);
		if (r >= 0)
			r = client_call(client, "Cancel", NULL, e, "u", job);
	}
	if (r >= 0 && c->json)
		(void)fputs("{}\n", stdout);
	return r;
}
