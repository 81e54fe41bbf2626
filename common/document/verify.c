/* Does a result document follow from its own raw runs. */
#include "common/document/verify.h"

#include <errno.h>
#include <stdio.h>

#include "common/document/json-field.h"
#include "common/document/result-parts.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"

#define POINTER_MAX 512
#define SHOWN_MAX   120 /* characters of a value in a message */

/* Where a comparison is, and what it found so far. */
struct comparison {
	char pointer[POINTER_MAX];
	struct strv *differences; /* borrowed */
	bool out_of_memory;
};

static bool is_full(const struct comparison *c)
{
	return c->differences->n > VERIFY_DIFFERENCES_MAX;
}

static void add_line(struct comparison *c, const char *line)
{
	if (is_full(c))
		return;
	if (c->differences->n == VERIFY_DIFFERENCES_MAX)
		line = "and more";
	if (strv_push(c->differences, line) < 0)
		c->out_of_memory = true;
}

static void show(const json_t *value, char ret[static SHOWN_MAX])
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) : NULL;

	(void)snprintf(ret, SHOWN_MAX, "%s", text ? text : "missing");
	free(text);
}

static void add_difference(struct comparison *c, const json_t *said, const json_t *follows)
{
	char said_text[SHOWN_MAX], follows_text[SHOWN_MAX];
	char line[POINTER_MAX + 2 * SHOWN_MAX + 64];

	show(said, said_text);
	show(follows, follows_text);
	(void)snprintf(line, sizeof(line), "%s: %s in the document, %s from the runs", c->pointer,
		said_text, follows_text);
	add_line(c, line);
}

static bool is_same_scalar(const json_t *a, const json_t *b)
{
	if (!json_is_number(a) || !json_is_number(b))
		return json_equal(a, b);
	return !(json_number_value(a) < json_number_value(b)) &&
		!(json_number_value(a) > json_number_value(b));
}

static bool is_of_one_shape(const json_t *said, const json_t *follows)
{
	if (json_is_object(follows))
		return json_is_object(said);
	return json_is_array(follows) && json_is_array(said) &&
		json_array_size(follows) == json_array_size(said);
}

/* Looks at everything that follows from the runs; what else the document says is its own. */
static void compare(struct comparison *c, const json_t *said, json_t *follows)
{
	size_t length = strlen(c->pointer);
	const char *key;
	json_t *value;
	size_t i;

	if (!is_of_one_shape(said, follows)) {
		if (!is_same_scalar(said, follows))
			add_difference(c, said, follows);
		return;
	}
	json_object_foreach(follows, key, value)
	{
		(void)snprintf(c->pointer + length, POINTER_MAX - length, "/%s", key);
		compare(c, json_object_get(said, key), value);
		c->pointer[length] = '\0';
	}
	json_array_foreach(follows, i, value)
	{
		(void)snprintf(c->pointer + length, POINTER_MAX - length, "/%zu", i);
		compare(c, json_array_get(said, i), value);
		c->pointer[length] = '\0';
	}
}

static void compare_keys(
	struct comparison *c, const json_t *said, const json_t *follows, const char *const *keys)
{
	size_t length = strlen(c->pointer);

	for (; *keys; keys++) {
		if (!json_object_get(said, *keys) && !json_object_get(follows, *keys))
			continue;
		(void)snprintf(c->pointer + length, POINTER_MAX - length, "/%s", *keys);
		compare(c, json_object_get(said, *keys), json_object_get(follows, *keys));
		c->pointer[length] = '\0';
	}
}

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
		if (is_full(c))
			return;
		(void)snprintf(c->pointer, POINTER_MAX, "/benchmarks/%zu/runs/%zu", b, i);
		compare_keys(c, json_array_get(runs, i), run, of_run);
	}
	(void)snprintf(c->pointer, POINTER_MAX, "/benchmarks/%zu", b);
	compare_keys(c, said, follows, of_benchmark);
}

static void compare_documents(struct comparison *c, const json_t *said, const json_t *follows)
{
	static const char *const of_job[] = {"algorithm", "rules", "raw", "verdicts", NULL};
	const json_t *benchmarks = json_object_get(said, "benchmarks");
	json_t *benchmark;
	size_t b;

	compare_keys(c, said, follows, of_job);
	json_array_foreach(json_object_get(follows, "benchmarks"), b, benchmark)
	{
		compare_benchmark(c, b, json_array_get(benchmarks, b), benchmark);
	}
}

/* Runs are numbered over the whole job: one that was taken out leaves a gap. */
static void check_numbers(struct comparison *c, const struct result *r)
{
	unsigned expected = 1;

	for (size_t i = 0; i < r->n_runs && !is_full(c); i++) {
		unsigned n = r->runs[i].n;
		char line[64];

		if (n < expected) {
			(void)snprintf(line, sizeof(line), "run %u is there twice", n);
			add_line(c, line);
			continue;
		}
		if (n == expected + 1)
			(void)snprintf(line, sizeof(line), "run %u is missing", expected);
		else
			(void)snprintf(
				line, sizeof(line), "runs %u to %u are missing", expected, n - 1);
		if (n > expected)
			add_line(c, line);
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
