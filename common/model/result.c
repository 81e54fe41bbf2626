/* A job's result. */
#include "common/model/result.h"

#include <errno.h>

static const char *const state_names[JOB_STATE_MAX] = {
	[JOB_QUEUED] = "queued",
	[JOB_RUNNING] = "running",
	[JOB_DONE] = "done",
	[JOB_FAILED] = "failed",
	[JOB_UNSTABLE] = "unstable",
	[JOB_CANCELLED] = "cancelled",
	[JOB_INTERRUPTED] = "interrupted",
};

static const char *const setting_status_names[SETTING_STATUS_MAX] = {
	[SETTING_HELD] = "held",
	[SETTING_UNAVAILABLE] = "unavailable",
	[SETTING_FAILED] = "failed",
};

static const char *const quality_names[] = {
	"unstable",
	"multimodal",
	"drifting",
	"rejection-sensitive",
	"no-steady-state",
	"below-overhead",
};

static int name_find(const char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (streq(names[i], name))
			return i;
	return -ENOENT;
}

static void outcome_done(struct setting_outcome *o)
{
	free(o->knob);
	free(o->target);
	free(o->want);
	free(o->before);
	free(o->after);
	free(o->reason);
}

void setting_outcomes_done(struct setting_outcomes *s)
{
	if (!s)
		return;

	for (size_t i = 0; i < s->n; i++)
		outcome_done(&s->items[i]);
	free(s->items);
	*s = (struct setting_outcomes){0};
}

/* strdup that keeps NULL; *ok turns false without memory. */
static char *copy_text(const char *text, bool *ok)
{
	char *copy = text ? strdup(text) : NULL;

	if (text && !copy)
		*ok = false;
	return copy;
}

int setting_outcomes_add(struct setting_outcomes *s, const struct setting_outcome *from)
{
	struct setting_outcome *grown = reallocarray(s->items, s->n + 1, sizeof(*grown));
	bool ok = true;
	struct setting_outcome made;

	if (!grown)
		return -ENOMEM;

	s->items = grown;
	made = (struct setting_outcome){
		.knob = copy_text(from->knob, &ok),
		.target = copy_text(from->target, &ok),
		.want = copy_text(from->want, &ok),
		.before = copy_text(from->before, &ok),
		.after = copy_text(from->after, &ok),
		.status = from->status,
		.reason = copy_text(from->reason, &ok),
	};
	if (!ok) {
		outcome_done(&made);
		return -ENOMEM;
	}
	s->items[s->n++] = made;
	return 0;
}

void result_done(struct result *r)
{
	if (!r)
		return;

	for (size_t i = 0; i < r->n_benchmarks; i++) {
		free(r->benchmarks[i].name);
		free(r->benchmarks[i].arm);
		free(r->benchmarks[i].workload);
		strv_done(&r->benchmarks[i].params);
		strv_done(&r->benchmarks[i].command);
	}
	free(r->benchmarks);
	free(r->runs);
	setting_outcomes_done(&r->settings);
	setting_outcomes_done(&r->residue);
	strv_done(&r->labels);
	strv_done(&r->facts);
	free(r->workload);
	free(r->workload_hash);
	free(r->error);
	free(r->profile);
	free(r->fingerprint);
	free(r->stop);
	*r = (struct result){0};
}

const char *job_state_name(enum job_state state)
{
	return state_names[state];
}

int job_state_find(const char *name)
{
	return name_find(state_names, JOB_STATE_MAX, name);
}

bool job_state_is_final(enum job_state state)
{
	return state != JOB_QUEUED && state != JOB_RUNNING;
}

const char *setting_status_name(enum setting_status status)
{
	return setting_status_names[status];
}

int setting_status_find(const char *name)
{
	return name_find(setting_status_names, SETTING_STATUS_MAX, name);
}

const char *quality_name(unsigned bit)
{
	return bit < ARRAY_SIZE(quality_names) ? quality_names[bit] : NULL;
}
