/* Results in the store: the head of a job, and everything of it put together. */
#include <errno.h>
#include <stdio.h>

#include "common/model/gate-words.h"
#include "daemon/store/sql.h"
#include "daemon/store/store-runs.h"

/* Room for every word of a set, with a blank behind each. */
#define WORDS_MAX 512

static void metrics_to_words(const bool *metrics, char *ret)
{
	char *end = ret;

	*end = '\0';
	for (int i = 0; i < METRIC_MAX; i++)
		if (metrics[i])
			end = stpcpy(stpcpy(end, metric_desc(i)->name), " ");
}

/* Words that this program does not know are of a metric that is gone. */
static void words_to_metrics(char *words, bool *ret)
{
	char *word;

	while ((word = strsep(&words, " "))) {
		int metric = metric_find(word);
		if (metric >= 0)
			ret[metric] = true;
	}
}

static void quality_to_words(unsigned quality, char *ret)
{
	char *end = ret;

	*end = '\0';
	for (unsigned bit = 0; quality_name(bit); bit++)
		if (quality & (1u << bit))
			end = stpcpy(stpcpy(end, quality_name(bit)), " ");
}

static unsigned words_to_quality(char *words)
{
	unsigned quality = 0;
	char *word;

	while ((word = strsep(&words, " ")))
		for (unsigned bit = 0; quality_name(bit); bit++)
			if (streq(quality_name(bit), word))
				quality |= 1u << bit;
	return quality;
}

static int put_head_row(
	struct store *s, const struct result *r, uint32_t runs_planned, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_PUT_HEAD);
	char metrics[WORDS_MAX];

	metrics_to_words(r->metrics, metrics);
	sql_put_number(&q, r->job);
	sql_put_text(&q, r->machine);
	sql_put_text(&q, r->workload_hash);
	sql_put_number(&q, r->seed);
	sql_put_text(&q, r->profile);
	sql_put_text(&q, r->fingerprint);
	sql_put_strv(&q, &r->facts);
	sql_put_text(&q, metrics);
	sql_put_text(&q, r->stop);
	sql_put_int(&q, r->kernel_timing);
	sql_put_measure(&q, &r->overhead);
	sql_put_text(&q, outlier_rule_name(r->outliers.rule));
	sql_put_real(&q, r->outliers.tolerance_ratio);
	sql_put_real(&q, r->outliers.budget_ratio);
	sql_put_int(&q, runs_planned);
	sql_put_int(&q, r->is_gate);
	return sql_run(&q, e);
}

static int clear(struct store *s, enum store_statement id, uint64_t number, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, id);

	sql_put_number(&q, number);
	return sql_run(&q, e);
}

static int put_labels(struct store *s, const struct result *result, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_LABEL);
	int r;

	r = clear(s, STORE_CLEAR_LABELS, result->job, e);
	for (size_t i = 0; r >= 0 && i < result->labels.n; i++) {
		sql_again(&q);
		sql_put_number(&q, result->job);
		sql_put_number(&q, i);
		sql_put_text(&q, result->labels.items[i]);
		r = sql_run(&q, e);
	}
	return r;
}

static int put_settings(struct store *s, const struct result *result, bool residue, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_SETTING);
	const struct setting_outcomes *outcomes = residue ? &result->residue : &result->settings;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < outcomes->n; i++) {
		const struct setting_outcome *outcome = &outcomes->items[i];

		sql_again(&q);
		sql_put_number(&q, result->job);
		sql_put_int(&q, residue);
		sql_put_number(&q, i);
		sql_put_text(&q, outcome->knob);
		sql_put_text(&q, outcome->target);
		sql_put_text(&q, outcome->want);
		sql_put_text(&q, outcome->before);
		sql_put_text(&q, outcome->after);
		sql_put_text(&q, setting_status_name(outcome->status));
		sql_put_text(&q, outcome->reason);
		r = sql_run(&q, e);
	}
	return r;
}

static int put_gate(struct sql *q, const struct result *result, const struct benchmark *benchmark)
{
	CLEANUP_STRV struct strv words = {0};
	int r = result->is_gate ? gate_to_words(&benchmark->gate, &words) : 0;

	if (r >= 0)
		sql_put_strv(q, &words);
	return r;
}

static int put_benchmarks(struct store *s, const struct result *result, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_ADD_BENCHMARK);
	int r;

	r = clear(s, STORE_CLEAR_BENCHMARKS, result->job, e);
	for (size_t i = 0; r >= 0 && i < result->n_benchmarks; i++) {
		const struct benchmark *benchmark = &result->benchmarks[i];
		char quality[WORDS_MAX];

		quality_to_words(benchmark->quality, quality);
		sql_again(&q);
		sql_put_number(&q, result->job);
		sql_put_number(&q, i);
		sql_put_text(&q, benchmark->name);
		sql_put_text(&q, benchmark->arm);
		sql_put_strv(&q, &benchmark->params);
		sql_put_strv(&q, &benchmark->command);
		sql_put_text(&q, quality);
		sql_put_text(&q, benchmark->workload);
		sql_put_int(&q, benchmark->same_files);
		r = put_gate(&q, result, benchmark);
		r = r < 0 ? error_setf(e, r, STORE_OUT_OF_MEMORY) : sql_run(&q, e);
	}
	return r;
}

static int put_head(
	struct store *s, const struct result *result, uint32_t runs_planned, struct error *e)
{
	int r;

	r = put_head_row(s, result, runs_planned, e);
	if (r >= 0)
		r = put_labels(s, result, e);
	if (r >= 0)
		r = clear(s, STORE_CLEAR_SETTINGS, result->job, e);
	if (r >= 0)
		r = put_settings(s, result, false, e);
	if (r >= 0)
		r = put_settings(s, result, true, e);
	return r < 0 ? r : put_benchmarks(s, result, e);
}

int store_put_head(
	struct store *s, const struct result *result, uint32_t runs_planned, struct error *e)
{
	int r;

	r = sql_begin_writing(s, STORE_JOBS, e);
	if (r < 0)
		return r;
	return sql_finish(s, STORE_JOBS, put_head(s, result, runs_planned, e), e);
}

/* A job that never got as far as a head has no rule yet: nothing of it is excluded. */
static enum outlier_rule words_to_rule(const char *word)
{
	int rule = outlier_rule_find(word);

	return rule < 0 ? OUTLIER_NONE : (enum outlier_rule)rule;
}

static int read_head(struct sql *q, struct result *ret, struct error *e)
{
	char word[WORDS_MAX];
	int state;

	sql_chars(q, ret->id, sizeof(ret->id));
	ret->owner = (uid_t)sql_int(q);
	ret->workload = sql_text(q);
	sql_chars(q, word, sizeof(word));
	state = job_state_find(word);
	if (state < 0)
		return error_setf(e, -EUCLEAN, "%s: '%s' is not the state of a job: damaged",
			q->store->path, word);
	ret->state = (enum job_state)state;
	ret->error = sql_text(q);
	ret->submitted_ns = sql_number(q);
	ret->started_ns = sql_number(q);
	ret->ended_ns = sql_number(q);
	sql_chars(q, ret->machine, sizeof(ret->machine));
	ret->workload_hash = sql_text(q);
	ret->seed = sql_number(q);
	ret->profile = sql_text(q);
	ret->fingerprint = sql_text(q);
	sql_strv(q, &ret->facts);
	sql_chars(q, word, sizeof(word));
	words_to_metrics(word, ret->metrics);
	ret->stop = sql_text(q);
	ret->kernel_timing = sql_int(q) != 0;
	ret->overhead = sql_measure(q);
	sql_chars(q, word, sizeof(word));
	ret->outliers.rule = words_to_rule(word);
	ret->outliers.tolerance_ratio = sql_real(q);
	ret->outliers.budget_ratio = sql_real(q);
	ret->is_gate = sql_int(q) != 0;
	return sql_check(q, e);
}

static int load_head(struct store *s, struct result *ret, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LOAD_RESULT);
	int r;

	sql_put_number(&q, ret->job);
	r = sql_next(&q, e);
	if (r < 0)
		return r;
	if (r == 0)
		return error_setf(e, -ENOENT, "no job %llu", (unsigned long long)ret->job);
	return read_head(&q, ret, e);
}

static int load_labels(struct store *s, struct result *ret, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LOAD_LABELS);
	int r;

	sql_put_number(&q, ret->job);
	while ((r = sql_next(&q, e)) > 0) {
		CLEANUP_FREE char *label = sql_text(&q);

		if (!label || strv_push(&ret->labels, label) < 0)
			return error_setf(e, -ENOMEM, STORE_OUT_OF_MEMORY);
	}
	return r;
}

static int read_setting(struct sql *q, struct setting_outcome *ret, struct error *e)
{
	char word[32];
	int status;

	ret->knob = sql_text(q);
	ret->target = sql_text(q);
	ret->want = sql_text(q);
	ret->before = sql_text(q);
	ret->after = sql_text(q);
	sql_chars(q, word, sizeof(word));
	ret->reason = sql_text(q);
	status = setting_status_find(word);
	if (status < 0)
		return error_setf(e, -EUCLEAN, "%s: '%s' is not the status of a setting: damaged",
			q->store->path, word);
	ret->status = (enum setting_status)status;
	return sql_check(q, e);
}

static int load_settings(struct store *s, struct result *result, bool residue, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LOAD_SETTINGS);
	struct setting_outcomes *ret = residue ? &result->residue : &result->settings;
	int r;

	sql_put_number(&q, result->job);
	sql_put_int(&q, residue);
	while ((r = sql_next(&q, e)) > 0) {
		struct setting_outcome *grown = reallocarray(
			ret->items, ret->n + 1, sizeof(*grown));

		if (!grown)
			return error_setf(e, -ENOMEM, STORE_OUT_OF_MEMORY);
		ret->items = grown;
		ret->items[ret->n] = (struct setting_outcome){0};
		/* Counted before it is filled, so that a half read one is freed. */
		r = read_setting(&q, &ret->items[ret->n++], e);
		if (r < 0)
			return r;
	}
	return r;
}

static int read_benchmark(struct sql *q, struct benchmark *ret, struct error *e)
{
	CLEANUP_STRV struct strv gate = {0};
	char quality[WORDS_MAX];

	ret->name = sql_text(q);
	ret->arm = sql_text(q);
	sql_strv(q, &ret->params);
	sql_strv(q, &ret->command);
	sql_chars(q, quality, sizeof(quality));
	ret->quality = words_to_quality(quality);
	ret->workload = sql_text(q);
	ret->same_files = sql_int(q) != 0;
	sql_strv(q, &gate);
	if (gate_from_words(&gate, &ret->gate) < 0)
		return error_setf(
			e, -EUCLEAN, "%s: the rules of a gate are damaged", q->store->path);
	return sql_check(q, e);
}

static int load_benchmarks(struct store *s, struct result *ret, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LOAD_BENCHMARKS);
	size_t capacity = 0;
	int r;

	sql_put_number(&q, ret->job);
	while ((r = sql_next(&q, e)) > 0) {
		if (ret->n_benchmarks == capacity) {
			struct benchmark *grown;

			capacity = MAX_OF(2 * capacity, (size_t)8);
			grown = reallocarray(ret->benchmarks, capacity, sizeof(*grown));
			if (!grown)
				return error_setf(e, -ENOMEM, STORE_OUT_OF_MEMORY);
			ret->benchmarks = grown;
		}
		ret->benchmarks[ret->n_benchmarks] = (struct benchmark){0};
		r = read_benchmark(&q, &ret->benchmarks[ret->n_benchmarks++], e);
		if (r < 0)
			return r;
	}
	return r;
}

static int load_result(struct store *s, struct result *ret, struct error *e)
{
	int r;

	r = load_head(s, ret, e);
	if (r >= 0)
		r = load_labels(s, ret, e);
	if (r >= 0)
		r = load_settings(s, ret, false, e);
	if (r >= 0)
		r = load_settings(s, ret, true, e);
	if (r >= 0)
		r = load_benchmarks(s, ret, e);
	return r < 0 ? r : store_load_runs(s, ret->job, &ret->runs, &ret->n_runs, e);
}

int store_load_result(struct store *s, uint64_t number, struct result *ret, struct error *e)
{
	CLEANUP(result_done) struct result result = {.job = number};
	int r;

	/* One transaction: the job may be written by another process meanwhile. */
	r = sql_begin_reading(s, STORE_RUNS, e);
	if (r < 0)
		return r;
	r = sql_finish(s, STORE_RUNS, load_result(s, &result, e), e);
	if (r < 0)
		return r;

	*ret = result;
	result = (struct result){0};
	return 0;
}
