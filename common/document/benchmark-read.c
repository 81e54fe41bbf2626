/* Result documents: benchmarks and their runs. */
#include "common/document/benchmark-read.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "common/document/gate-json.h"
#include "common/document/json-field.h"
#include "common/model/plan.h"

static int read_culprit(const json_t *pair, struct evidence *ret, struct error *e)
{
	const char *name = json_string_value(json_array_get(pair, 0));
	const json_t *seconds = json_array_get(pair, 1);
	struct culprit *culprit;

	if (!name || !json_is_number(seconds))
		return error_setf(e, -EINVAL, "culprits must be pairs of a name and seconds");
	if (ret->n_culprits == RUN_CULPRITS_MAX)
		return 0;
	culprit = &ret->culprits[ret->n_culprits++];
	field_cut(name, culprit->name, sizeof(culprit->name));
	culprit->seconds = json_number_value(seconds);
	return 0;
}

static int read_culprits(const json_t *o, struct evidence *ret, struct error *e)
{
	json_t *list = NULL;
	json_t *pair;
	size_t i;
	int r = field_array(o, "culprits", FIELD_OPTIONAL, &list, e);

	if (r < 0)
		return r;

	json_array_foreach(list, i, pair)
	{
		r = read_culprit(pair, ret, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_evidence(const json_t *run, struct evidence *ret, struct error *e)
{
	json_t *o = NULL;
	uint64_t n_cpus = 1, leftovers = 0;
	int r = field_object(run, "evidence", FIELD_OPTIONAL, &o, e);

	if (r >= 0)
		r = field_measure(o, "foreign", &ret->foreign, e);
	if (r >= 0)
		r = field_measure(o, "steal", &ret->steal, e);
	if (r >= 0)
		r = field_measure(o, "migrations", &ret->migrations, e);
	if (r >= 0)
		r = field_measure(o, "run-delay", &ret->run_delay, e);
	if (r >= 0)
		r = read_culprits(o, ret, e);
	if (r >= 0)
		r = field_count(o, "cpus", FIELD_OPTIONAL, UINT_MAX, &n_cpus, e);
	if (r >= 0)
		r = field_count(o, "leftovers", FIELD_OPTIONAL, UINT_MAX, &leftovers, e);
	if (r >= 0)
		r = field_count(
			o, "lost-records", FIELD_OPTIONAL, INT64_MAX, &ret->lost_records, e);
	if (r >= 0)
		r = field_count(
			o, "daemon-wakeups", FIELD_OPTIONAL, INT64_MAX, &ret->daemon_wakeups, e);
	ret->n_cpus = (unsigned)n_cpus;
	ret->leftovers = (unsigned)leftovers;
	return r < 0 ? error_prefixf(e, "evidence") : 0;
}

static int read_output(const json_t *run, const char *key, struct run_output *ret, struct error *e)
{
	json_t *o = NULL;
	int r = field_object(run, key, FIELD_OPTIONAL, &o, e);

	if (r >= 0)
		r = field_count(o, "bytes", FIELD_OPTIONAL, INT64_MAX, &ret->bytes, e);
	if (r >= 0)
		r = field_bool(o, "truncated", FIELD_OPTIONAL, &ret->truncated, e);
	if (r >= 0)
		r = field_copy(o, "sha256", ret->sha256, sizeof(ret->sha256), e);
	return r < 0 ? error_prefixf(e, "%s", key) : 0;
}

/* Times, sizes and counts: none of them can be negative. */
static int read_metric(const json_t *o, const char *name, struct measure *ret, struct error *e)
{
	int r = field_measure(o, name, ret, e);

	if (r >= 0 && measure_is_set(ret) && ret->value < 0)
		return error_setf(e, -EINVAL, "%s is %g, must not be negative", name, ret->value);
	return r;
}

static int read_metrics(const json_t *run, struct measure *ret, struct error *e)
{
	json_t *o = NULL;
	int r = field_object(run, "metrics", FIELD_NEEDED, &o, e);

	for (int m = 0; m < METRIC_MAX && r >= 0; m++)
		r = read_metric(o, metric_desc((enum metric)m)->name, &ret[m], e);
	return r < 0 ? error_prefixf(e, "metrics") : 0;
}

/* How a run ended: exit and signal are null where they do not apply. */
static int read_ended(const json_t *o, struct run *ret, struct error *e)
{
	uint64_t exit_code = UINT64_MAX, signal = 0;
	int r = field_count(o, "exit", FIELD_OPTIONAL, 255, &exit_code, e);

	if (r >= 0)
		r = field_count(o, "signal", FIELD_OPTIONAL, 127, &signal, e);
	ret->exit_code = exit_code > 255 ? -1 : (int)exit_code;
	ret->signal = (int)signal;
	return r;
}

static int read_run_words(const json_t *o, struct run *ret, struct error *e)
{
	const char *status = NULL;
	const char *timing = NULL;
	int r = field_text(o, "status", FIELD_NEEDED, &status, e);

	if (r < 0)
		return r;
	r = run_status_find(status);
	if (r < 0)
		return error_setf(e, -EINVAL, "status: unknown word '%s'", status);

	ret->status = (enum run_status)r;
	r = field_copy(o, "why", ret->why, sizeof(ret->why), e);
	if (r >= 0)
		r = field_text(o, "timing", FIELD_OPTIONAL, &timing, e);
	ret->kernel_timing = streq(timing, "kernel");
	return r;
}

static int read_run(const json_t *o, unsigned benchmark, struct run *ret, struct error *e)
{
	uint64_t n = 0, block = 0;
	int r = field_count(o, "n", FIELD_NEEDED, UINT_MAX, &n, e);

	*ret = (struct run){.benchmark = benchmark};
	if (r >= 0)
		r = field_count(o, "block", FIELD_OPTIONAL, UINT_MAX, &block, e);
	if (r >= 0)
		r = field_bool(o, "warmup", FIELD_OPTIONAL, &ret->warmup, e);
	if (r >= 0)
		r = read_run_words(o, ret, e);
	if (r >= 0)
		r = read_ended(o, ret, e);
	if (r >= 0)
		r = field_time(o, "started", &ret->started_ns, e);
	if (r >= 0)
		r = read_metrics(o, ret->metrics, e);
	if (r >= 0)
		r = read_evidence(o, &ret->evidence, e);
	if (r >= 0)
		r = read_output(o, "stdout", &ret->out, e);
	if (r >= 0)
		r = read_output(o, "stderr", &ret->err, e);
	ret->n = (unsigned)n;
	ret->block = (unsigned)block;
	return r;
}

static int read_runs(const json_t *o, unsigned benchmark, struct result *ret, struct error *e)
{
	json_t *list = NULL;
	json_t *item;
	size_t i;
	int r = field_array(o, "runs", FIELD_NEEDED, &list, e);

	if (r < 0)
		return r;

	json_array_foreach(list, i, item)
	{
		r = read_run(item, benchmark, &ret->runs[ret->n_runs], e);
		if (r < 0)
			return error_prefixf(e, "runs[%zu]", i);
		ret->n_runs++;
	}
	return 0;
}

/* Room for the runs of all benchmarks: they are many, and would be moved each time it grows. */
static int reserve_runs(const json_t *benchmarks, struct result *ret, struct error *e)
{
	const json_t *item;
	size_t i, n = 0;

	json_array_foreach(benchmarks, i, item)
	{
		n += json_array_size(json_object_get(item, "runs"));
	}
	if (n > PLAN_TRIALS_MAX)
		return error_setf(e, -E2BIG, "more than %d runs", PLAN_TRIALS_MAX);
	ret->runs = calloc(n + 1, sizeof(*ret->runs));
	return ret->runs ? 0 : error_setf(e, -ENOMEM, "out of memory");
}

static int read_quality(const json_t *o, unsigned *ret, struct error *e)
{
	json_t *list = NULL;
	json_t *item;
	size_t i;
	int r = field_array(o, "quality", FIELD_OPTIONAL, &list, e);

	if (r < 0)
		return r;

	json_array_foreach(list, i, item)
	{
		if (!json_is_string(item))
			return error_setf(e, -EINVAL, "quality must be a list of words");
		for (unsigned bit = 0; quality_name(bit); bit++)
			if (streq(quality_name(bit), json_string_value(item)))
				*ret |= 1u << bit;
	}
	return 0;
}

/* What has a summary is wanted. */
static int read_wanted(const json_t *o, bool *metrics, struct error *e)
{
	json_t *summary = NULL;
	const char *name;
	json_t *value;
	int r = field_object(o, "summary", FIELD_OPTIONAL, &summary, e);

	if (r < 0)
		return r;

	json_object_foreach(summary, name, value)
	{
		int metric = metric_find(name);

		if (metric >= 0)
			metrics[metric] = true;
	}
	return 0;
}

static int read_benchmark(const json_t *o, unsigned index, struct result *ret, struct error *e)
{
	struct benchmark *benchmark = &ret->benchmarks[index];
	int r = field_owned(o, "name", FIELD_NEEDED, &benchmark->name, e);

	if (r >= 0)
		r = field_owned(o, "arm", FIELD_OPTIONAL, &benchmark->arm, e);
	if (r >= 0)
		r = field_owned(o, "workload", FIELD_OPTIONAL, &benchmark->workload, e);
	if (r >= 0)
		r = gate_read(o, "gate", &benchmark->gate, e);
	if (r >= 0)
		r = field_bool(o, "same-files", FIELD_OPTIONAL, &benchmark->same_files, e);
	if (r >= 0)
		r = field_pairs(o, "params", &benchmark->params, e);
	if (r >= 0)
		r = field_words(o, "command", &benchmark->command, e);
	if (r >= 0)
		r = read_quality(o, &benchmark->quality, e);
	if (r >= 0)
		r = read_wanted(o, ret->metrics, e);
	if (r >= 0)
		r = read_runs(o, index, ret, e);
	return r;
}

static int compare_runs(const void *a, const void *b)
{
	const struct run *x = a;
	const struct run *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

static int compare_words(const char *x, const char *y)
{
	return strcmp(x ? x : "", y ? y : "");
}

static int compare_benchmarks(const void *a, const void *b)
{
	const struct benchmark *x = *(const struct benchmark *const *)a;
	const struct benchmark *y = *(const struct benchmark *const *)b;
	int order = compare_words(x->name, y->name);

	if (order == 0)
		order = compare_words(x->arm, y->arm);
	return order ? order : compare_words(x->workload, y->workload);
}

/* Two of one name would be taken for each other. */
static int check_names(const struct result *r, struct error *e)
{
	CLEANUP_FREE const struct benchmark **sorted = calloc(
		r->n_benchmarks + 1, sizeof(struct benchmark *));

	if (!sorted)
		return error_setf(e, -ENOMEM, "out of memory");

	for (size_t i = 0; i < r->n_benchmarks; i++)
		sorted[i] = &r->benchmarks[i];
	qsort(sorted, r->n_benchmarks, sizeof(struct benchmark *), compare_benchmarks);
	for (size_t i = 1; i < r->n_benchmarks; i++)
		if (compare_benchmarks(&sorted[i - 1], &sorted[i]) == 0)
			return error_setf(e, -EINVAL, "benchmark '%s'%s%s is there twice",
				sorted[i]->name, sorted[i]->arm ? ", arm " : "",
				sorted[i]->arm ? sorted[i]->arm : "");
	return 0;
}

int benchmarks_read(const json_t *root, struct result *ret, struct error *e)
{
	json_t *list = NULL;
	json_t *item;
	size_t i;
	int r = field_array(root, "benchmarks", FIELD_NEEDED, &list, e);

	if (r < 0)
		return r;
	if (json_array_size(list) > WORKLOAD_BENCHMARKS_MAX)
		return error_setf(e, -E2BIG, "more than %d benchmarks", WORKLOAD_BENCHMARKS_MAX);
	ret->benchmarks = calloc(json_array_size(list) + 1, sizeof(*ret->benchmarks));
	if (!ret->benchmarks)
		return error_setf(e, -ENOMEM, "out of memory");

	ret->n_benchmarks = json_array_size(list);
	r = reserve_runs(list, ret, e);
	if (r < 0)
		return r;
	json_array_foreach(list, i, item)
	{
		r = read_benchmark(item, (unsigned)i, ret, e);
		if (r < 0)
			return error_prefixf(e, "benchmarks[%zu]", i);
	}
	if (ret->n_runs > 1)
		qsort(ret->runs, ret->n_runs, sizeof(*ret->runs), compare_runs);
	return check_names(ret, e);
}
