/* steadyctl list: the jobs. */
#include <pwd.h>

#include "common/base/clock.h"
#include "common/base/quantity.h"
#include "ctl/job-row.h"
#include "ctl/json-text.h"
#include "ctl/verb.h"

static void print_json(const struct job_row *row, bool first)
{
	(void)printf("%s\n{\"job\":%u", first ? "" : ",", row->number);
	json_text_field(stdout, ",", "id", row->id);
	json_text_field(stdout, ",", "workload", row->workload);
	(void)printf(",\"owner\":%u", row->owner);
	json_text_field(stdout, ",", "state", row->state);
	json_text_time(stdout, "submitted", row->submitted_us);
	json_text_time(stdout, "started", row->started_us);
	json_text_time(stdout, "ended", row->ended_us);
	(void)printf(",\"runs-done\":%u,\"runs-planned\":%u}", row->done, row->planned);
}

/* 2026-11-22 10:00:00 in the person's time zone. */
static void format_time(uint64_t realtime_us, char *ret, size_t size)
{
	time_t seconds = (time_t)(realtime_us / 1000000);
	struct tm when;

	ret[0] = '\0';
	if (realtime_us > 0 && localtime_r(&seconds, &when))
		(void)strftime(ret, size, "%Y-%m-%d %H:%M:%S", &when);
}

static void print_text(const struct job_row *row)
{
	char submitted[32], runs[32], duration[QUANTITY_TEXT_MAX] = "";
	const struct passwd *user = getpwuid(row->owner);
	uint64_t now_us = clock_now_ns(CLOCK_REALTIME) / NSEC_PER_USEC;
	uint64_t end_us = row->ended_us > 0 ? row->ended_us : now_us;

	format_time(row->submitted_us, submitted, sizeof(submitted));
	(void)snprintf(runs, sizeof(runs), "%u/%u", row->done, row->planned);
	if (row->started_us > 0 && end_us >= row->started_us)
		(void)quantity_format_duration((double)(end_us - row->started_us) / 1e6, duration);
	(void)printf("%6u  %-11s  %9s  %-20s  %-10s  %s  %s\n", row->number, row->state, runs,
		row->workload, user ? user->pw_name : "?", submitted, duration);
}

int verb_list(struct context *c, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	CLEANUP(job_rows_done) struct job_rows rows = {0};
	int r = context_words_expect(c, 0, 0, e);

	if (r >= 0)
		r = client_open(&client, c, e);
	if (r >= 0)
		r = job_rows_read(client, &rows, e);
	if (r < 0)
		return r;

	if (c->json)
		(void)fputs("{\"jobs\":[", stdout);
	else if (rows.n > 0 && !c->quiet)
		(void)printf("%6s  %-11s  %9s  %-20s  %-10s  %-19s  %s\n", "JOB", "STATE", "RUNS",
			"WORKLOAD", "OWNER", "SUBMITTED", "TOOK");
	for (size_t i = 0; i < rows.n; i++) {
		if (c->json)
			print_json(&rows.items[i], i == 0);
		else
			print_text(&rows.items[i]);
	}
	if (c->json)
		(void)fputs("]}\n", stdout);
	else if (rows.n == 0)
		context_note(c, "there are no jobs");
	return EXIT_CODE_DONE;
}
