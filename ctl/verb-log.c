/* steadyctl log: what a job's steps and commands wrote. */
#include <errno.h>

#include "ctl/client.h"
#include "ctl/follow.h"
#include "ctl/json-text.h"
#include "ctl/verb.h"

struct log_reader {
	struct client *client;
	struct client_log_request request;
};

static int print_chunk(const char *text, void *userdata)
{
	(void)fputs(text, stdout);
	return fflush(stdout) == 0 ? 0 : -EIO;
}

static int collect_chunk(const char *text, void *userdata)
{
	FILE *f = userdata;

	return fputs(text, f) < 0 ? -ENOMEM : 0;
}

static int read_more(void *userdata, struct error *e)
{
	struct log_reader *reader = userdata;

	return client_log(reader->client, &reader->request, e);
}

/* {"job":12,"log":"..."}: the log itself is no JSON. */
static int print_json(struct log_reader *reader, struct error *e)
{
	CLEANUP_FREE char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	int r;

	if (!f)
		return error_setf(e, -ENOMEM, "out of memory");

	reader->request.chunk = collect_chunk;
	reader->request.userdata = f;
	r = read_more(reader, e);
	if (fclose(f) != 0 && r >= 0)
		r = error_setf(e, -ENOMEM, "out of memory");
	if (r < 0)
		return r;

	(void)printf("{\"job\":%u", reader->request.job);
	json_text_field(stdout, ",", "log", text);
	(void)fputs("}\n", stdout);
	return EXIT_CODE_DONE;
}

static int follow_log(struct context *c, struct log_reader *reader, struct error *e)
{
	struct follow_request request = {
		.client = reader->client,
		.context = c,
		.job = reader->request.job,
		.changed = read_more,
		.userdata = reader,
	};
	enum job_state state;
	int r = follow_job(&request, &state, e);

	/* What was written between the last news and the end. */
	return r < 0 ? r : read_more(reader, e);
}

int verb_log(struct context *c, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	struct log_reader reader = {.request = {.chunk = print_chunk}};
	bool follow = options_has(&c->options, OPTION_FOLLOW);
	int r = context_words_expect(c, 1, 1, e);

	if (r >= 0)
		r = context_job_number(context_word(c, 0), &reader.request.job, e);
	if (r >= 0 && follow && c->json)
		r = error_setf(e, -EINVAL, "--follow and --json do not go together");
	if (r >= 0)
		r = client_open(&client, c, e);
	if (r < 0)
		return r;

	reader.client = client;
	if (c->json)
		return print_json(&reader, e);
	return follow ? follow_log(c, &reader, e) : read_more(&reader, e);
}
