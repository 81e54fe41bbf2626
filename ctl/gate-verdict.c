/* The verdict of a gate. */
#include "ctl/gate-verdict.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/document/raw-hash.h"
#include "common/judge/gate.h"
#include "ctl/exit-code.h"

/* No figure is known of it. */
static int add_row(
	struct verdict_document *d, const char *name, enum verdict_flag flag, const char *why)
{
	struct verdict_row *grown = reallocarray(d->rows, d->n_rows + 1, sizeof(*grown));
	struct verdict_row *row;

	if (!grown)
		return -ENOMEM;
	d->rows = grown;
	row = &d->rows[d->n_rows];
	*row = (struct verdict_row){.name = strdup(name),
		.metric = METRIC_WALL,
		.verdict = VERDICT_INVALID,
		.flags = flag,
		.ratio = NAN,
		.low = NAN,
		.high = NAN,
		.level = NAN,
		.alpha = d->alpha,
		.margin = NAN,
		.mde = NAN,
		.mde_limit = INFINITY,
		.p = NAN,
		.p_adjusted = NAN,
		.p_improved = NAN,
		.p_equivalent = NAN,
		.p_noninferior = NAN,
		.base = NAN,
		.cand = NAN,
		.round_s = NAN};
	if (!row->name)
		return -ENOMEM;
	(void)snprintf(row->why, sizeof(row->why), "%s", why);
	d->n_rows++;
	return strv_pushf(&d->reasons, "%s: %s", name, why);
}

/* Without arms or runs there is nothing to judge: the shell of a document. */
static int empty_document(
	const struct gate_job *j, const struct result *result, struct verdict_document *d)
{
	const char *name = result ? result->workload : j->has_suite ? j->suite.name : "gate";
	struct gate defaults;

	gate_init(&defaults);
	*d = (struct verdict_document){
		.verdict = VERDICT_INVALID,
		.policy = j->has_suite ? j->suite.items[0].gate.policy : defaults.policy,
		.alpha = j->has_suite ? j->suite.items[0].gate.alpha : defaults.alpha,
		.paired = true,
		.name = strdup(name ? name : "gate"),
	};
	if (result) {
		memcpy(d->id, result->id, sizeof(d->id));
		d->job = result->job;
		d->seed = result->seed;
	}
	return d->name ? 0 : -ENOMEM;
}

static int add_failed_build(const struct gate_job *j, struct verdict_document *d)
{
	const struct gate_build *b = streq(j->failed_build, "base") ? &j->revs.base : &j->revs.cand;
	char name[64], why[VERDICT_WHY_MAX];

	(void)snprintf(name, sizeof(name), "build of the %s", j->failed_build);
	(void)snprintf(why, sizeof(why), "the build line ended with exit status %d", b->status);
	return add_row(d, name, VERDICT_FAILED, why);
}

/* A hook that failed before the first run is nobody's row. */
static int mark_failed(const struct result *result, struct verdict_document *d)
{
	const char *why = result->error ? result->error : "a command failed";

	if (result->state != JOB_FAILED || exit_code_from_result(result) != EXIT_CODE_COMMAND)
		return 0;
	if (d->n_rows == 0)
		return add_row(d, d->name, VERDICT_FAILED, why);
	for (size_t i = 0; i < d->n_rows; i++)
		if (d->rows[i].verdict == VERDICT_INVALID)
			d->rows[i].flags |= VERDICT_FAILED;
	return 0;
}

static int judge(const struct gate_job *j, const struct result *result, struct verdict_document *d)
{
	int r = result ? gate_judge(result, d) : -EINVAL;

	if (r == -EINVAL) {
		r = empty_document(j, result, d);
		if (r >= 0 && result && result->state != JOB_DONE)
			r = strv_pushf(&d->reasons, "the job is %s%s%s",
				job_state_name(result->state), result->error ? ": " : "",
				result->error ? result->error : "");
	}
	return r >= 0 && result ? mark_failed(result, d) : r;
}

static int add_hash(struct verdict_document *d, const struct result *r)
{
	char hash[DIGEST_TEXT_MAX];
	int error = raw_hash(r, hash);

	return error < 0 ? error : strv_push(&d->raw, hash);
}

static bool has_row(const struct verdict_document *d, const char *benchmark)
{
	for (size_t i = 0; i < d->n_rows; i++)
		if (streq(benchmark, "*") || streq(benchmark, d->rows[i].name))
			return true;
	return false;
}

/* A slip of the pen in an option; a commit or steadyd may well name benchmarks of other gates. */
static int note_unused(const struct gate_job *j, struct verdict_document *d)
{
	int r = 0;

	for (size_t i = 0; i < j->accepted.n && r >= 0; i++) {
		const struct acceptance *a = &j->accepted.items[i];

		if (streq(a->source, GATE_ACCEPT_OPTION) && !has_row(d, a->benchmark))
			r = strv_pushf(&d->notes, "%s: there is no benchmark '%s' here",
				GATE_ACCEPT_OPTION, a->benchmark);
	}
	return r;
}

static int make(const struct gate_job *j, const struct result *result, struct verdict_document *d)
{
	int r = judge(j, result, d);

	if (r >= 0 && result)
		r = add_hash(d, result);
	if (r >= 0 && j->failed_build)
		r = add_failed_build(j, d);
	for (size_t i = 0; i < j->missing.n && r >= 0; i++)
		r = add_row(d, j->missing.items[i], VERDICT_MISSING,
			"the base has this benchmark, the candidate has not");
	if (r >= 0)
		r = strv_copy(&d->notes, &j->notes);
	if (r >= 0)
		r = verdict_accept(
			d, j->accepted.items, j->accepted.n, clock_now_ns(CLOCK_REALTIME));
	if (r >= 0)
		r = note_unused(j, d);
	if (r >= 0)
		verdict_sum(d);
	return r;
}

int gate_verdict_make(const struct gate_job *j, const struct result *result,
	struct verdict_document *ret, struct error *e)
{
	struct verdict_document d = {0};

	if (make(j, result, &d) < 0) {
		verdict_document_done(&d);
		return error_setf(e, -ENOMEM, "out of memory");
	}
	*ret = d;
	return 0;
}
