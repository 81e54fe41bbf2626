/* Result documents: struct result to JSON. */
#include "common/document/result-json.h"

#include <errno.h>
#include <math.h>

#include "build-config.h"
#include "common/base/clock.h"
#include "common/document/gate-json.h"
#include "common/document/json-writer.h"
#include "common/document/raw-hash.h"
#include "common/document/result-parts.h"
#include "common/document/verdict-rows.h"
#include "common/judge/gate.h"
#include "common/judge/run-index.h"

static void write_time(struct json_writer *w, const char *name, uint64_t realtime_ns)
{
	char text[CLOCK_RFC3339_MAX];

	json_write_text(w, name, realtime_ns ? clock_rfc3339(realtime_ns, text) : NULL);
}

static void write_measure(struct json_writer *w, const char *name, const struct measure *m)
{
	if (measure_is_set(m))
		json_write_number(w, name, m->value);
	else
		json_write_unavailable(w, name, m->unavailable);
}

/* A figure that is NaN when the summary cannot have it. */
static void write_figure(struct json_writer *w, const char *name, double value, const char *reason)
{
	if (isnan(value))
		json_write_unavailable(w, name, reason);
	else
		json_write_number(w, name, value);
}

/* "key=value" strings as an object. */
static void write_pairs(struct json_writer *w, const char *name, const struct strv *pairs)
{
	json_write_object(w, name, pairs->n > 8 ? JSON_LINES : JSON_ONE_LINE);
	for (size_t i = 0; i < pairs->n; i++) {
		const char *equals = strchrnul(pairs->items[i], '=');
		char *key = strndup(pairs->items[i], (size_t)(equals - pairs->items[i]));

		json_write_text(w, key ? key : "", *equals ? equals + 1 : "");
		free(key);
	}
	json_write_close(w);
}

static void write_settings(
	struct json_writer *w, const char *name, const struct setting_outcomes *settings)
{
	json_write_array(w, name, JSON_LINES);
	for (size_t i = 0; i < settings->n; i++) {
		const struct setting_outcome *s = &settings->items[i];

		json_write_object(w, NULL, JSON_ONE_LINE);
		json_write_text(w, "knob", s->knob);
		json_write_text(w, "target", s->target);
		json_write_text(w, "want", s->want);
		json_write_text(w, "before", s->before);
		json_write_text(w, "after", s->after);
		json_write_text(w, "status", setting_status_name(s->status));
		json_write_text(w, "reason", s->reason);
		json_write_close(w);
	}
	json_write_close(w);
}

static void write_environment(struct json_writer *w, const struct result *r)
{
	json_write_object(w, "environment", JSON_LINES);
	json_write_text(w, "profile", r->profile);
	json_write_text(w, "fingerprint", r->fingerprint);
	write_pairs(w, "facts", &r->facts);
	write_settings(w, "settings", &r->settings);
	write_settings(w, "residue", &r->residue);
	json_write_close(w);
}

static void write_evidence(struct json_writer *w, const struct evidence *e)
{
	json_write_object(w, "evidence", JSON_ONE_LINE);
	write_measure(w, "foreign", &e->foreign);
	write_measure(w, "steal", &e->steal);
	write_measure(w, "migrations", &e->migrations);
	json_write_array(w, "culprits", JSON_ONE_LINE);
	for (unsigned i = 0; i < MIN_OF(e->n_culprits, (unsigned)RUN_CULPRITS_MAX); i++) {
		json_write_array(w, NULL, JSON_ONE_LINE);
		json_write_text(w, NULL, e->culprits[i].name);
		json_write_number(w, NULL, e->culprits[i].seconds);
		json_write_close(w);
	}
	json_write_close(w);
	write_measure(w, "run-delay", &e->run_delay);
	json_write_integer(w, "cpus", e->n_cpus);
	json_write_integer(w, "leftovers", e->leftovers);
	json_write_integer(w, "lost-records", e->lost_records);
	json_write_integer(w, "daemon-wakeups", e->daemon_wakeups);
	json_write_close(w);
}

static void write_output(struct json_writer *w, const char *name, const struct run_output *o)
{
	json_write_object(w, name, JSON_ONE_LINE);
	json_write_integer(w, "bytes", o->bytes);
	json_write_bool(w, "truncated", o->truncated);
	json_write_text(w, "sha256", o->sha256[0] ? o->sha256 : NULL);
	json_write_close(w);
}

static void write_ended(struct json_writer *w, const struct run *run)
{
	if (run->exit_code >= 0)
		json_write_integer(w, "exit", (uint64_t)run->exit_code);
	else
		json_write_null(w, "exit");
	if (run->signal > 0)
		json_write_integer(w, "signal", (uint64_t)run->signal);
	else
		json_write_null(w, "signal");
}

/* Number, status and why: what is not measured but decided, and of which run. */
static void write_judgement(struct json_writer *w, const struct run *run, bool is_whole)
{
	json_write_integer(w, "n", run->n);
	if (is_whole)
		json_write_bool(w, "warmup", run->warmup);
	json_write_text(w, "status", run_status_name(run->status));
	json_write_text(w, "why", run->why[0] ? run->why : NULL);
}

static void write_measured(struct json_writer *w, const struct run *run)
{
	write_ended(w, run);
	json_write_integer(w, "block", run->block);
	write_time(w, "started", run->started_ns);
	json_write_object(w, "metrics", JSON_ONE_LINE);
	for (int m = 0; m < METRIC_MAX; m++)
		write_measure(w, metric_desc((enum metric)m)->name, &run->metrics[m]);
	json_write_close(w);
	write_evidence(w, &run->evidence);
	write_output(w, "stdout", &run->out);
	write_output(w, "stderr", &run->err);
	json_write_text(w, "timing", run->kernel_timing ? "kernel" : "clock");
}

static void write_run(struct json_writer *w, const struct run *run, bool is_whole)
{
	json_write_object(w, NULL, JSON_ONE_LINE);
	write_judgement(w, run, is_whole);
	if (is_whole)
		write_measured(w, run);
	json_write_close(w);
}

static void write_figures(struct json_writer *w, const struct summary *s)
{
	static const char few[] = "too few runs for 95 %";

	json_write_number(w, "median", s->median);
	write_figure(w, "low", s->low, few);
	write_figure(w, "high", s->high, few);
	write_figure(w, "confidence", s->confidence, few);
	json_write_number(w, "min", s->min);
	json_write_number(w, "max", s->max);
	json_write_number(w, "q1", s->q1);
	json_write_number(w, "q3", s->q3);
	json_write_number(w, "mean", s->mean);
	write_figure(w, "stdev", s->stdev, "one run");
}

static void write_summary(struct json_writer *w, const struct summary *s)
{
	json_write_object(w, metric_desc(s->metric)->name, JSON_ONE_LINE);
	if (s->n == 0)
		json_write_text(w, "unavailable", s->unavailable);
	json_write_integer(w, "n", s->n);
	json_write_integer(w, "excluded", s->excluded);
	if (s->n > 0)
		write_figures(w, s);
	json_write_object(w, "all", JSON_ONE_LINE);
	json_write_integer(w, "n", s->all_n);
	write_figure(w, "median", s->all_n > 0 ? s->all_median : (double)NAN, "no run has a value");
	json_write_close(w);
	json_write_close(w);
}

static void write_benchmark_head(struct json_writer *w, const struct benchmark *b, bool is_gate)
{
	json_write_text(w, "name", b->name);
	json_write_text(w, "arm", b->arm);
	json_write_text(w, "workload", b->workload);
	if (is_gate) {
		gate_write(w, "gate", &b->gate);
		json_write_bool(w, "same-files", b->same_files);
	}
	write_pairs(w, "params", &b->params);
	json_write_array(w, "command", JSON_ONE_LINE);
	for (size_t i = 0; i < b->command.n; i++)
		json_write_text(w, NULL, b->command.items[i]);
	json_write_close(w);
}

static void write_quality(struct json_writer *w, unsigned quality)
{
	json_write_array(w, "quality", JSON_ONE_LINE);
	for (unsigned bit = 0; quality_name(bit); bit++)
		if (quality & 1u << bit)
			json_write_text(w, NULL, quality_name(bit));
	json_write_close(w);
}

static void write_benchmark(struct json_writer *w, const struct result *r, size_t b,
	const struct run_index *index, bool is_whole)
{
	const struct benchmark *benchmark = &r->benchmarks[b];

	json_write_object(w, NULL, JSON_LINES);
	if (is_whole)
		write_benchmark_head(w, benchmark, r->is_gate);
	write_quality(w, benchmark->quality);
	json_write_array(w, "runs", JSON_LINES);
	for (size_t i = index->starts[b]; i < index->starts[b + 1]; i++)
		write_run(w, &r->runs[index->positions[i]], is_whole);
	json_write_close(w);
	json_write_object(w, "summary", JSON_LINES);
	for (size_t i = 0; i < benchmark->n_summaries; i++)
		write_summary(w, &benchmark->summaries[i]);
	json_write_close(w);
	json_write_close(w);
}

static void write_benchmarks(
	struct json_writer *w, const struct result *r, const struct run_index *index, bool is_whole)
{
	json_write_array(w, "benchmarks", JSON_LINES);
	for (size_t b = 0; b < r->n_benchmarks; b++)
		write_benchmark(w, r, b, index, is_whole);
	json_write_close(w);
}

static void write_head(struct json_writer *w, const struct result *r)
{
	json_write_text(w, "format", RESULT_FORMAT);
	json_write_text(w, "version", r->version[0] ? r->version : STEADY_VERSION);
	json_write_integer(w, "algorithm", RESULT_ALGORITHM);
	json_write_text(w, "id", r->id);
	json_write_integer(w, "job", r->job);
	json_write_text(w, "machine", r->machine);
	json_write_integer(w, "owner", r->owner);
	json_write_text(w, "workload", r->workload);
	json_write_text(w, "workload-hash", r->workload_hash);
	json_write_text(w, "state", job_state_name(r->state));
	json_write_text(w, "error", r->error);
	write_time(w, "submitted", r->submitted_ns);
	write_time(w, "started", r->started_ns);
	write_time(w, "ended", r->ended_ns);
	json_write_exact(w, "seed", r->seed);
	write_pairs(w, "labels", &r->labels);
	json_write_object(w, "units", JSON_ONE_LINE);
	for (int m = 0; m < METRIC_MAX; m++)
		json_write_text(
			w, metric_desc((enum metric)m)->name, metric_desc((enum metric)m)->unit);
	json_write_close(w);
}

static void write_rules(struct json_writer *w, const struct result *r)
{
	json_write_object(w, "rules", JSON_ONE_LINE);
	json_write_text(w, "outliers", outlier_rule_name(r->outliers.rule));
	json_write_number(w, "tolerance", r->outliers.tolerance_ratio);
	json_write_number(w, "budget", r->outliers.budget_ratio);
	json_write_array(w, "metrics", JSON_ONE_LINE);
	for (int m = 0; m < METRIC_MAX; m++)
		if (r->metrics[m])
			json_write_text(w, NULL, metric_desc((enum metric)m)->name);
	json_write_close(w);
	json_write_close(w);
}

/* Everything that a document is made from besides the result itself. */
struct material {
	struct run_index index;
	char raw[DIGEST_TEXT_MAX];
	bool has_verdicts;
	struct verdict_document verdicts;
};

static void material_done(struct material *m)
{
	run_index_done(&m->index);
	verdict_document_done(&m->verdicts);
}

static int material_make(const struct result *r, struct material *ret)
{
	int error = run_index_make(r, &ret->index);

	if (error >= 0)
		error = raw_hash(r, ret->raw);
	ret->has_verdicts = r->is_gate && job_state_is_final(r->state);
	if (error < 0 || !ret->has_verdicts)
		return error;

	/* A gate that failed before it had arms has no rows. */
	error = gate_judge(r, &ret->verdicts);
	return error == -EINVAL ? 0 : error;
}

static void write_result(
	struct json_writer *w, const struct result *r, const struct material *m, bool is_whole)
{
	json_write_object(w, NULL, JSON_LINES);
	if (is_whole) {
		write_head(w, r);
		write_environment(w, r);
	} else
		json_write_integer(w, "algorithm", RESULT_ALGORITHM);
	write_rules(w, r);
	json_write_text(w, "raw", m->raw);
	json_write_bool(w, "gate", r->is_gate);
	write_benchmarks(w, r, &m->index, is_whole);
	if (m->has_verdicts)
		verdict_rows_write(w, "verdicts", m->verdicts.rows, m->verdicts.n_rows);
	if (!is_whole)
		return;
	json_write_text(w, "stop", r->stop);
	json_write_text(w, "timing", r->kernel_timing ? "kernel" : "clock");
	write_measure(w, "overhead", &r->overhead);
}

static int to_json(const struct result *r, bool is_whole, char **ret)
{
	CLEANUP(material_done) struct material m = {0};
	CLEANUP_FREE char *text = NULL;
	struct json_writer w;
	size_t size = 0;
	FILE *f;
	int error;

	if (material_make(r, &m) < 0)
		return -ENOMEM;
	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;

	json_writer_init(&w, f);
	write_result(&w, r, &m, is_whole);
	error = json_writer_finish(&w);
	if (fclose(f) != 0 || error < 0)
		return -ENOMEM;
	*ret = TAKE_PTR(text);
	return 0;
}

int result_to_json(const struct result *r, char **ret)
{
	return to_json(r, true, ret);
}

int result_derived_to_json(const struct result *r, char **ret)
{
	return to_json(r, false, ret);
}
