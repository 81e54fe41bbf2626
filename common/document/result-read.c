/* Result documents: JSON to struct result. */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>

#include "common/document/benchmark-read.h"
#include "common/document/json-field.h"
#include "common/document/result-json.h"
#include "common/document/result-parts.h"
#include "common/document/verdict-json.h"
#include "common/judge/summary.h"
#include "common/model/workload.h"

static int read_setting(const json_t *o, struct setting_outcomes *ret, struct error *e)
{
	struct {
		const char *key;
		enum field_need need;
		const char *text;
	} fields[] = {
		{"knob", FIELD_NEEDED, NULL},
		{"target", FIELD_NEEDED, NULL},
		{"want", FIELD_NEEDED, NULL},
		{"before", FIELD_OPTIONAL, NULL},
		{"after", FIELD_OPTIONAL, NULL},
		{"reason", FIELD_OPTIONAL, NULL},
		{"status", FIELD_NEEDED, NULL},
	};
	struct setting_outcome made;
	int status;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		int r = field_text(o, fields[i].key, fields[i].need, &fields[i].text, e);
		if (r < 0)
			return r;
	}
	status = setting_status_find(fields[6].text);
	if (status < 0)
		return error_setf(e, -EINVAL, "status: unknown word '%s'", fields[6].text);

	/* Borrowed for the call, and not changed by it. */
	made = (struct setting_outcome){
		.knob = (char *)(uintptr_t)fields[0].text,
		.target = (char *)(uintptr_t)fields[1].text,
		.want = (char *)(uintptr_t)fields[2].text,
		.before = (char *)(uintptr_t)fields[3].text,
		.after = (char *)(uintptr_t)fields[4].text,
		.reason = (char *)(uintptr_t)fields[5].text,
		.status = (enum setting_status)status,
	};
	if (setting_outcomes_add(ret, &made) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	return 0;
}

static int read_settings(
	const json_t *o, const char *key, struct setting_outcomes *ret, struct error *e)
{
	json_t *list = NULL;
	json_t *item;
	size_t i;
	int r = field_array(o, key, FIELD_OPTIONAL, &list, e);

	if (r < 0)
		return r;

	json_array_foreach(list, i, item)
	{
		r = read_setting(item, ret, e);
		if (r < 0)
			return error_prefixf(e, "%s[%zu]", key, i);
	}
	return 0;
}

static int read_environment(const json_t *root, struct result *ret, struct error *e)
{
	json_t *o = NULL;
	int r = field_object(root, "environment", FIELD_OPTIONAL, &o, e);

	if (r >= 0)
		r = field_owned(o, "profile", FIELD_OPTIONAL, &ret->profile, e);
	if (r >= 0)
		r = field_owned(o, "fingerprint", FIELD_OPTIONAL, &ret->fingerprint, e);
	if (r >= 0)
		r = field_pairs(o, "facts", &ret->facts, e);
	if (r >= 0)
		r = read_settings(o, "settings", &ret->settings, e);
	if (r >= 0)
		r = read_settings(o, "residue", &ret->residue, e);
	return r < 0 ? error_prefixf(e, "environment") : 0;
}

static int read_rule(const json_t *o, enum outlier_rule *ret, struct error *e)
{
	const char *word = outlier_rule_name(*ret);
	int r = field_text(o, "outliers", FIELD_OPTIONAL, &word, e);

	if (r < 0)
		return r;
	r = outlier_rule_find(word);
	if (r < 0)
		return error_setf(e, -EINVAL, "outliers: unknown word '%s'", word);
	*ret = (enum outlier_rule)r;
	return 0;
}

/* What is to be summarised; older documents have it only from their summaries. */
static int read_wanted(const json_t *o, bool *metrics, struct error *e)
{
	CLEANUP_STRV struct strv words = {0};
	int r = field_words(o, "metrics", &words, e);

	if (r < 0)
		return r;

	strv_foreach (word, &words) {
		int metric = metric_find(word);

		if (metric < 0)
			return error_setf(e, -EINVAL, "metrics: unknown metric '%s'", word);
		metrics[metric] = true;
	}
	return 0;
}

static int read_rules(const json_t *root, struct result *ret, struct error *e)
{
	json_t *o = NULL;
	int r = field_object(root, "rules", FIELD_OPTIONAL, &o, e);

	if (r >= 0)
		r = read_rule(o, &ret->outliers.rule, e);
	if (r >= 0)
		r = field_number(o, "tolerance", FIELD_OPTIONAL, &ret->outliers.tolerance_ratio, e);
	if (r >= 0)
		r = field_number(o, "budget", FIELD_OPTIONAL, &ret->outliers.budget_ratio, e);
	if (r >= 0)
		r = read_wanted(o, ret->metrics, e);
	return r < 0 ? error_prefixf(e, "rules") : 0;
}

/* Numbers of another unit are not taken for ours. */
static int check_units(const json_t *root, struct error *e)
{
	json_t *units = NULL;
	const char *name;
	json_t *value;
	int r = field_object(root, "units", FIELD_OPTIONAL, &units, e);

	if (r < 0)
		return r;

	json_object_foreach(units, name, value)
	{
		const char *unit = json_string_value(value);
		int metric = metric_find(name);

		if (!unit)
			return error_setf(e, -EINVAL, "units: %s must be a string", name);
		if (metric >= 0 && !streq(unit, metric_desc((enum metric)metric)->unit))
			return error_setf(e, -EINVAL, "units: %s is in '%s', must be in '%s'", name,
				unit, metric_desc((enum metric)metric)->unit);
	}
	return 0;
}

static int read_state(const json_t *root, enum job_state *ret, struct error *e)
{
	const char *word = NULL;
	int r = field_text(root, "state", FIELD_NEEDED, &word, e);

	if (r < 0)
		return r;
	r = job_state_find(word);
	if (r < 0)
		return error_setf(e, -EINVAL, "state: unknown word '%s'", word);
	*ret = (enum job_state)r;
	return 0;
}

static int read_format(const json_t *root, struct error *e)
{
	const char *format = NULL;
	int r;

	if (!json_is_object(root))
		return error_setf(e, -EINVAL, "not a result document: no JSON object");
	r = field_text(root, "format", FIELD_NEEDED, &format, e);
	if (r < 0)
		return r;
	if (streq(format, VERDICT_FORMAT))
		return error_setf(
			e, -EINVAL, "this is a verdict, format '%s', and not a result", format);
	return streq(format, RESULT_FORMAT)
		? 0
		: error_setf(e, -EINVAL, "format is '%s', not '%s'", format, RESULT_FORMAT);
}

static int read_identity(const json_t *root, struct result *ret, struct error *e)
{
	uint64_t owner = 0;
	const char *id = NULL;
	int r = field_text(root, "id", FIELD_NEEDED, &id, e);

	if (r >= 0)
		r = field_copy(root, "id", ret->id, sizeof(ret->id), e);
	if (r >= 0)
		r = field_count(root, "job", FIELD_OPTIONAL, INT64_MAX, &ret->job, e);
	if (r >= 0)
		r = field_copy(root, "machine", ret->machine, sizeof(ret->machine), e);
	if (r >= 0)
		r = field_copy(root, "version", ret->version, sizeof(ret->version), e);
	if (r >= 0)
		r = field_count(root, "owner", FIELD_OPTIONAL, UINT_MAX, &owner, e);
	if (r >= 0)
		r = field_owned(root, "workload", FIELD_NEEDED, &ret->workload, e);
	if (r >= 0)
		r = field_owned(root, "workload-hash", FIELD_OPTIONAL, &ret->workload_hash, e);
	ret->owner = (uid_t)owner;
	return r;
}

static int read_course(const json_t *root, struct result *ret, struct error *e)
{
	const char *timing = NULL;
	int r = read_state(root, &ret->state, e);

	if (r >= 0)
		r = field_owned(root, "error", FIELD_OPTIONAL, &ret->error, e);
	if (r >= 0)
		r = field_time(root, "submitted", &ret->submitted_ns, e);
	if (r >= 0)
		r = field_time(root, "started", &ret->started_ns, e);
	if (r >= 0)
		r = field_time(root, "ended", &ret->ended_ns, e);
	if (r >= 0)
		r = field_exact(root, "seed", &ret->seed, e);
	if (r >= 0)
		r = field_pairs(root, "labels", &ret->labels, e);
	if (r >= 0)
		r = field_owned(root, "stop", FIELD_OPTIONAL, &ret->stop, e);
	if (r >= 0)
		r = field_text(root, "timing", FIELD_OPTIONAL, &timing, e);
	if (r >= 0)
		r = field_measure(root, "overhead", &ret->overhead, e);
	ret->kernel_timing = streq(timing, "kernel");
	return r;
}

static int read_document(const json_t *root, struct result *ret, struct error *e)
{
	const char *raw = NULL; /* made anew where it is needed: only its kind is looked at */
	int r = read_format(root, e);

	if (r >= 0)
		r = read_identity(root, ret, e);
	if (r >= 0)
		r = read_course(root, ret, e);
	if (r >= 0)
		r = read_environment(root, ret, e);
	if (r >= 0)
		r = check_units(root, e);
	if (r >= 0)
		r = read_rules(root, ret, e);
	if (r >= 0)
		r = field_bool(root, "gate", FIELD_OPTIONAL, &ret->is_gate, e);
	if (r >= 0)
		r = field_text(root, "raw", FIELD_OPTIONAL, &raw, e);
	if (r >= 0)
		r = benchmarks_read(root, ret, e);
	return r;
}

int result_read(const json_t *root, struct result *ret, struct error *e)
{
	struct workload defaults;
	CLEANUP(result_done) struct result made = {0};
	struct error unread = {0};
	int r;

	/* The code of an error that gets context on its way up is kept with its text. */
	e = e ? e : &unread;
	workload_init(&defaults);
	made.outliers = defaults.outliers;
	r = read_document(root, &made, e);
	if (r < 0)
		return r;

	*ret = TAKE_STRUCT(made);
	return 0;
}

/* Runs are sorted; the same one twice would count twice. */
static int check_runs(const struct result *r, struct error *e)
{
	for (size_t i = 1; i < r->n_runs; i++)
		if (r->runs[i].n == r->runs[i - 1].n)
			return error_setf(e, -EINVAL, "run %u is there twice", r->runs[i].n);
	return 0;
}

int result_from_json(const char *text, size_t size, struct result *ret, struct error *e)
{
	CLEANUP(result_done) struct result made = {0};
	CLEANUP(field_root_done) json_t *root = NULL;
	int r = field_root(text, size, &root, e);

	if (r >= 0)
		r = result_read(root, &made, e);
	if (r >= 0)
		r = check_runs(&made, e);
	if (r < 0)
		return r;
	if (summary_make(&made) < 0)
		return error_setf(e, -ENOMEM, "out of memory");

	*ret = TAKE_STRUCT(made);
	return 0;
}
