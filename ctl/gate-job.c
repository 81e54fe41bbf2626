/* A gate before it is submitted. */
#include "ctl/gate-job.h"

#include <errno.h>
#include <inttypes.h>

#include "common/base/clock.h"
#include "common/base/quantity.h"
#include "ctl/gate-difference.h"
#include "ctl/same-files.h"

#define SAME_FILES_MAX 128 /* names, of the 256 options a job may have */

static int no_memory(struct error *e)
{
	return error_setf(e, -ENOMEM, "out of memory");
}

/* From now on: builds count too. */
static int read_deadline(const struct context *c, struct gate_job *j, struct error *e)
{
	const char *text = options_value(&c->options, OPTION_MAX_TIME);
	uint64_t limit_ns;

	if (!text)
		return 0;
	if (quantity_duration_ns(text, &limit_ns) < 0 || limit_ns == 0)
		return error_setf(e, -EINVAL, "--max-time: '%s' is no duration such as 5m", text);
	j->deadline_ns = clock_now_ns(CLOCK_MONOTONIC) + limit_ns;
	return 0;
}

/* What is left of --max-time after the builds. */
static int shorten_max_time(struct gate_job *j, struct error *e)
{
	struct strv *overrides = &j->submission.overrides;
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC), left_ms;

	if (j->deadline_ns == 0)
		return 0;
	if (now_ns >= j->deadline_ns)
		return error_setf(e, -ETIME, "--max-time is over before anything was measured");
	left_ms = (j->deadline_ns - now_ns) / NSEC_PER_MSEC;
	if (strv_pushf(overrides, "max-time=%" PRIu64 "ms", left_ms > 0 ? left_ms : 1) < 0)
		return no_memory(e);
	return 0;
}

static int add_overrides(struct context *c, struct gate_job *j, struct error *e)
{
	struct strv *overrides = &j->submission.overrides;
	int r = submission_take_options(c, &j->submission, e);

	if (r >= 0)
		r = gate_arms_rules(&c->options, overrides, e);
	if (r >= 0 && j->form == GATE_FORM_DIRS)
		r = gate_arms_dirs(options_value(&c->options, OPTION_BASE),
			options_value(&c->options, OPTION_CAND), overrides, e);
	if (r >= 0 && j->form == GATE_FORM_REVS)
		r = gate_arms_dirs(j->revs.base.folder, j->revs.cand.folder, overrides, e);
	return r < 0 ? r : shorten_max_time(j, e);
}

/* The base's files count only by what they have and the candidate's have not. */
static int look_at_base(const struct context *c, struct gate_job *j, struct error *e)
{
	const struct gate_root root = {j->revs.git.top, j->revs.base.folder};
	CLEANUP(gate_text_done) struct gate_text text = {0};
	CLEANUP(suite_done) struct suite suite = {0};
	struct error ignored = {0};
	int r = gate_text_make(c, &root, &text, &ignored);
	bool has_text = r >= 0;

	if (r == -ENOMEM)
		return no_memory(e);
	if (gate_difference_notes(has_text ? &text : NULL, &j->text, j->revs.base.folder,
		    j->revs.cand.folder, &j->notes) < 0)
		return no_memory(e);
	if (!has_text ||
		gate_text_parse(&text, &j->submission.overrides, true, &suite, &ignored) < 0)
		return 0;
	return gate_difference_missing(&suite, j->has_suite ? &j->suite : NULL, &j->missing, e);
}

/* A workload that only the base has is missing, not mistyped. */
static int read_text(const struct context *c, struct gate_job *j, struct error *e)
{
	struct gate_root root = {NULL, NULL};
	int r;

	if (j->form == GATE_FORM_REVS)
		root = (struct gate_root){j->revs.git.top, j->revs.cand.folder};
	r = gate_text_make(c, &root, &j->text, e);
	if (r == -ENOENT && j->form == GATE_FORM_REVS) {
		int n = look_at_base(c, j, e);

		return n < 0 ? n : j->missing.n > 0 ? 0 : r;
	}
	if (r >= 0)
		r = gate_text_parse(&j->text, &j->submission.overrides, false, &j->suite, e);
	if (r < 0)
		return r;
	j->has_suite = true;
	return j->form == GATE_FORM_REVS && context_word(c, 0) ? look_at_base(c, j, e) : 0;
}

/* One name for all, since the number of options is bounded. */
static int send_same_files(struct gate_job *j, const struct strv *names, bool all, struct error *e)
{
	if (all)
		return strv_push(&j->submission.overrides, "same-files=*") < 0 ? no_memory(e) : 0;
	if (names->n > SAME_FILES_MAX)
		return error_setf(e, -E2BIG,
			"%zu benchmarks, but not all, have the same files on both arms; at most %d "
			"can "
			"be told apart: leave them out of the suite",
			names->n, SAME_FILES_MAX);
	strv_foreach (name, names) {
		if (strv_pushf(&j->submission.overrides, "same-files=%s", name) < 0)
			return no_memory(e);
	}
	return 0;
}

static int say_same_files(const struct context *c, struct gate_job *j, struct error *e)
{
	CLEANUP_STRV struct strv names = {0};
	bool all;
	int r = same_files_find(&j->suite, &names, &all, e);

	if (r < 0)
		return r;
	if (all && names.n > 1)
		context_note(c,
			"all %zu benchmarks: the same files on both arms, an A/A comparison",
			names.n);
	for (size_t i = 0; i < names.n && !(all && names.n > 1); i++)
		context_note(
			c, "%s: the same files on both arms, an A/A comparison", names.items[i]);
	return send_same_files(j, &names, all && names.n > 0, e);
}

static int make_revs(const struct context *c, struct gate_job *j, struct error *e)
{
	int r = gate_revs_find(c, &j->revs, e);

	if (r >= 0)
		r = gate_accept_trailers(c, &j->revs.accepts, &j->accepted, e);
	if (r >= 0)
		r = gate_revs_build(c, &j->revs, j->deadline_ns, &j->failed_build, e);
	return r;
}

int gate_job_make(struct context *c, struct gate_job *ret, struct error *e)
{
	int r;

	*ret = (struct gate_job){.revs.base.lock = -1, .revs.cand.lock = -1};
	r = gate_arms_form(c, &ret->form, e);
	if (r >= 0)
		r = read_deadline(c, ret, e);
	if (r >= 0)
		r = gate_accept_options(c, &ret->accepted, e);
	if (r >= 0 && ret->form == GATE_FORM_REVS)
		r = make_revs(c, ret, e);
	if (r < 0 || ret->failed_build)
		return r < 0 ? r : 0;

	r = add_overrides(c, ret, e);
	if (r >= 0)
		r = read_text(c, ret, e);
	if (r >= 0 && ret->has_suite)
		r = say_same_files(c, ret, e);
	return r;
}

void gate_job_done(struct gate_job *j)
{
	if (!j)
		return;

	gate_revs_done(&j->revs);
	gate_text_done(&j->text);
	submission_done(&j->submission);
	suite_done(&j->suite);
	strv_done(&j->notes);
	strv_done(&j->missing);
	acceptance_list_done(&j->accepted);
}
