/* Does a result document follow from its own raw runs. */
#include "common/document/verify.h"

#include <errno.h>
#include <stdio.h>

#include "common/document/json-field.h"
#include "common/document/result-parts.h"
#include "common/document/tree-compare.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"

static void compare_benchmark(
	struct comparison *c, size_t b, const json_t *said, const json_t *follows)
{
	static const char *const of_run[] = {"n", "status", "why", NULL};
	static const char *const of_benchmark[] = {"quality", "summary", NULL};
	const json_t *runs = json_object_get(said, "runs");
	json_t *run;
	size_t i;

	json_array_foreach(json_object_get(follows, "runs"), i, run)
	{
		if (comparison_is_full(c))
			return;
		(void)snprintf(
			c->pointer, COMPARISON_POINTER_MAX, "/benchmarks/%zu/runs/%zu", b, i);
		comparison_keys(c, json_array_get(runs, i), run, of_run);
	}
	(void)snprintf(c->pointer, COMPARISON_POINTER_MAX, "/benchmarks/%zu", b);
	comparison_keys(c, said, follows, of_benchmark);
}

static void compare_documents(struct comparison *c, const json_t *said, const json_t *follows)
{
	static const char *const of_job[] = {"algorithm", "rules", "raw", "verdicts", NULL};
	const json_t *benchmarks = json_object_get(said, "benchmarks");
	json_t *benchmark;
	size_t b;

	comparison_keys(c, said, follows, of_job);
	json_array_foreach(json_object_get(follows, "benchmarks"), b, benchmark)
	{
		compare_benchmark(c, b, json_array_get(benchmarks, b), benchmark);
	}
}

/* Runs are numbered over the whole job: one that was taken out leaves a gap. */
static void check_numbers(struct comparison *c, const struct result *r)
{
	unsigned expected = 1;

	for (size_t i = 0; i < r->n_runs && !comparison_is_full(c); i++) {
		unsigned n = r->runs[i].n;
		char line[64];

		if (n < expected) {
			(void)snprintf(line, sizeof(line), "run %u is there twice", n);
			comparison_add(c, line);
			continue;
		}
		if (n == expected + 1)
			(void)snprintf(line, sizeof(line), "run %u is missing", expected);
		else
			(void)snprintf(
				line, sizeof(line), "runs %u to %u are missing", expected, n - 1);
		if (n > expected)
			comparison_add(c, line);
		expected = n + 1;
	}
}

/*
 * Documents from before there was a hash have no list of the wanted metrics either. A gate has
 * always had both.
 */
static bool has_hash(const json_t *said, const struct result *r)
{
	return json_object_get(said, "raw") || r->is_gate;
}

static void forget_hash(json_t *follows)
{
	(void)json_object_del(follows, "raw");
	(void)json_object_del(json_object_get(follows, "rules"), "metrics");
}

/* What follows from the raw runs, as a tree. */
static int recompute(struct result *r, json_t **ret, struct error *e)
{
	CLEANUP_FREE char *text = NULL;
	int error = evidence_judge_all(r);

	if (error >= 0)
		error = summary_make(r);
	if (error >= 0)
		error = result_derived_to_json(r, &text);
	if (error < 0)
		return error_setf(e, error, "out of memory");
	return field_root(text, strlen(text), ret, e);
}

int result_verify(const char *text, size_t size, struct strv *ret_differences, struct error *e)
{
	CLEANUP(result_done) struct result r = {0};
	CLEANUP(field_root_done) json_t *said = NULL;
	CLEANUP(field_root_done) json_t *follows = NULL;
	struct comparison c = {.differences = ret_differences};
	int error = field_root(text, size, &said, e);

	if (error >= 0)
		error = result_read(said, &r, e);
	if (error >= 0)
		error = recompute(&r, &follows, e);
	if (error < 0)
		return error;

	check_numbers(&c, &r);
	if (!has_hash(said, &r))
		forget_hash(follows);
	compare_documents(&c, said, follows);
	return c.out_of_memory ? error_setf(e, -ENOMEM, "out of memory") : 0;
}
