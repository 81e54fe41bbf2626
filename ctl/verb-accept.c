/* steadyctl accept: an intended change is let pass until it expires. */
#include <errno.h>
#include <math.h>

#include "common/base/clock.h"
#include "common/base/quantity.h"
#include "common/judge/gate.h"
#include "common/wire/names.h"
#include "ctl/acceptances.h"
#include "ctl/json-text.h"
#include "ctl/report-text.h"
#include "ctl/result-source.h"
#include "ctl/verb.h"

#define EXPIRES_DEFAULT_NS (90 * 86400ull * NSEC_PER_SEC)

/* What is asked for. */
struct request {
	uint32_t job;
	const char *benchmark, *reason;
	uint64_t expires_us; /* since 1970 */
};

static void print_json_row(const struct stored_acceptance *s, bool is_first)
{
	const struct acceptance *a = &s->acceptance;

	(void)printf(
		"%s\n{\"acceptance\":%u,\"owner\":%u", is_first ? "" : ",", s->number, s->owner);
	json_text_field(stdout, ",", "workload", s->workload);
	json_text_field(stdout, ",", "benchmark", a->benchmark);
	(void)printf(",\"limit\":%.17g,\"job\":%u", a->limit_ratio, s->job);
	json_text_field(stdout, ",", "reason", a->reason);
	json_text_time(stdout, "created", s->created_us);
	json_text_time(stdout, "expires", a->expires_ns / NSEC_PER_USEC);
	(void)printf(",\"expired\":%s}",
		a->expires_ns <= clock_now_ns(CLOCK_REALTIME) ? "true" : "false");
}

static int print_row(const struct stored_acceptance *s)
{
	const struct acceptance *a = &s->acceptance;
	bool is_expired = a->expires_ns <= clock_now_ns(CLOCK_REALTIME);
	CLEANUP_FREE char *line = NULL;
	char until[CLOCK_RFC3339_MAX];

	(void)clock_rfc3339(a->expires_ns, until);
	if (asprintf(&line, "%6u  %-24s  %-30s  <= %.2f %%  %s %.10s  job %u: %s\n", s->number,
		    s->workload, a->benchmark, a->limit_ratio * 100,
		    is_expired ? "expired" : "until  ", until, s->job, a->reason) < 0) {
		line = NULL;
		return -ENOMEM;
	}
	report_print(stdout, line, false);
	return 0;
}

static int list_all(const struct context *c, struct client *client, struct error *e)
{
	CLEANUP(stored_acceptances_done) struct stored_acceptances list = {0};
	int r = acceptances_read(client, "", &list, e);

	if (r < 0)
		return r;
	if (c->json)
		(void)fputs("{\"acceptances\":[", stdout);
	for (size_t i = 0; i < list.n && r >= 0; i++) {
		if (c->json)
			print_json_row(&list.items[i], i == 0);
		else
			r = print_row(&list.items[i]);
	}
	if (c->json)
		(void)fputs("]}\n", stdout);
	else if (list.n == 0)
		context_note(c, "no changes are accepted");
	return r < 0 ? error_setf(e, r, "out of memory") : EXIT_CODE_DONE;
}

static int read_expires(const struct context *c, uint64_t *ret_us, struct error *e)
{
	const char *text = options_value(&c->options, OPTION_EXPIRES);
	uint64_t now_ns = clock_now_ns(CLOCK_REALTIME), length_ns = EXPIRES_DEFAULT_NS;

	if (text &&
		(quantity_duration_ns(text, &length_ns) < 0 || length_ns < NSEC_PER_SEC ||
			length_ns > UINT64_MAX - now_ns))
		return error_setf(e, -EINVAL, "--expires: '%s' is not a time such as 90d", text);
	*ret_us = (now_ns + length_ns) / NSEC_PER_USEC;
	return 0;
}

static int read_request(const struct context *c, struct request *ret, struct error *e)
{
	int r = context_job_number(context_word(c, 0), &ret->job, e);

	if (r < 0)
		return r;
	ret->benchmark = context_word(c, 1);
	ret->reason = options_value(&c->options, OPTION_REASON);
	if (!ret->reason || !*ret->reason)
		return error_setf(e, -EINVAL, "--reason is needed: why is the change intended");
	return read_expires(c, &ret->expires_us, e);
}

/* What there is instead of a regressed benchmark of that name. */
static int nothing_to_accept(
	const struct verdict_document *d, const char *benchmark, struct error *e)
{
	CLEANUP_STRV struct strv found = {0};
	CLEANUP_FREE char *list = NULL;
	bool is_there = false;
	int r = 0;

	for (size_t i = 0; i < d->n_rows && r >= 0; i++) {
		const struct verdict_row *row = &d->rows[i];

		is_there = is_there || streq(row->name, benchmark);
		if (streq(row->name, benchmark) || row->verdict == VERDICT_REGRESSED)
			r = strv_pushf(&found, "%s %s is %s", row->name,
				metric_desc(row->metric)->name, verdict_name(row->verdict));
	}
	list = r < 0 ? NULL : strv_join(&found, ", ");
	if (!list)
		return error_setf(e, -ENOMEM, "out of memory");
	return error_setf(e, -EINVAL, "%s '%s' in this job: %s",
		is_there ? "nothing regressed of" : "there is no benchmark", benchmark,
		found.n > 0 ? list : "nothing has regressed");
}

/* By how much it is worse at most: as far as it was seen, whichever direction is the bad one. */
static double worst_loss(const struct verdict_row *row)
{
	return metric_desc(row->metric)->lower_is_better ? row->high - 1 : 1 / row->low - 1;
}

static int find_limit(
	const struct verdict_document *d, const char *benchmark, double *ret, struct error *e)
{
	double limit = 0;

	for (size_t i = 0; i < d->n_rows; i++)
		if (streq(d->rows[i].name, benchmark) && d->rows[i].verdict == VERDICT_REGRESSED &&
			isfinite(worst_loss(&d->rows[i])))
			limit = MAX_OF(limit, worst_loss(&d->rows[i]));
	if (!(limit > 0))
		return nothing_to_accept(d, benchmark, e);
	*ret = limit;
	return 0;
}

static int judge_job(struct result_source *source, const struct context *c, const char *benchmark,
	double *ret_limit, struct error *e)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	CLEANUP(result_done) struct result result = {0};
	int r = result_source_load(source, context_word(c, 0), NULL, &result, e);

	if (r < 0)
		return r;
	if (!result.is_gate)
		return error_setf(e, -EINVAL,
			"job %s is no gate: only what a gate has called regressed can be accepted",
			context_word(c, 0));
	r = gate_judge(&result, &d);
	if (r < 0)
		return error_setf(
			e, r, "job %s cannot be judged: %s", context_word(c, 0), strerror(-r));
	return find_limit(&d, benchmark, ret_limit, e);
}

static int say_accepted(
	const struct context *c, const struct request *q, uint32_t number, double limit)
{
	CLEANUP_FREE char *line = NULL;
	char until[CLOCK_RFC3339_MAX];

	(void)clock_rfc3339(q->expires_us * NSEC_PER_USEC, until);
	if (c->json) {
		(void)printf("{\"acceptance\":%u,\"job\":%u", number, q->job);
		json_text_field(stdout, ",", "benchmark", q->benchmark);
		(void)printf(",\"limit\":%.17g", limit);
		json_text_time(stdout, "expires", q->expires_us);
		(void)fputs("}\n", stdout);
		return 0;
	}
	if (asprintf(&line, "acceptance %u: %s may be up to %.2f %% worse until %.10s\n", number,
		    q->benchmark, limit * 100, until) < 0) {
		line = NULL;
		return -ENOMEM;
	}
	report_print(stdout, line, false);
	return 0;
}

static int accept_one(struct context *c, struct error *e)
{
	CLEANUP(result_source_done) struct result_source source = {.context = c};
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	struct request q = {0};
	uint32_t number;
	double limit = 0;
	int r = read_request(c, &q, e);

	if (r >= 0)
		r = judge_job(&source, c, q.benchmark, &limit, e);
	if (r >= 0)
		r = client_call(source.client, "Accept", &reply, e, WIRE_ACCEPT_TYPES, q.job,
			q.benchmark, limit, q.reason, q.expires_us);
	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "u", &number);
	if (r < 0)
		return error_setf(e, -EIO, "Accept: %s", strerror(-r));
	r = say_accepted(c, &q, number, limit);
	return r < 0 ? error_setf(e, r, "out of memory") : EXIT_CODE_DONE;
}

static int withdraw(struct client *client, const struct context *c, struct error *e)
{
	struct error ignored = {0};
	uint32_t number;
	int r;

	if (context_job_number(context_word(c, 1), &number, &ignored) < 0)
		return error_setf(e, -EINVAL,
			"'%s' is no number of an acceptance; "
			"'steadyctl accept' lists them",
			context_word(c, 1));
	r = client_call(client, "WithdrawAcceptance", NULL, e, "u", number);
	return r < 0 ? r : EXIT_CODE_DONE;
}

int verb_accept(struct context *c, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	const char *first = context_word(c, 0);
	int r = context_words_expect(c, first ? 2 : 0, 2, e);

	if (r < 0)
		return r;
	if (first && !streq(first, "withdraw"))
		return accept_one(c, e);
	r = client_open(&client, c, e);
	if (r < 0)
		return r;
	return first ? withdraw(client, c, e) : list_all(c, client, e);
}
