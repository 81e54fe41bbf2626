/* Does a verdict follow from the results it was made from. */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/document/json-field.h"
#include "common/document/raw-hash.h"
#include "common/document/result-json.h"
#include "common/document/tree-compare.h"
#include "common/document/verdict-json.h"
#include "common/document/verify.h"
#include "common/judge/compare.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/gate.h"
#include "common/judge/summary.h"
#include "common/judge/verdict-sum.h"

#define RESULTS_MAX 2

static const char *const of_verdict[] = {"verdict", "benchmarks", "id", "job", "workload", "policy",
	"paired", "alpha", "seed", "elapsed", "exit", NULL};

/* Everything that one check works with. */
struct check {
	struct verdict_document said, follows;
	struct result results[RESULTS_MAX];
	struct strv raw; /* of the results */
};

static void check_done(struct check *c)
{
	verdict_document_done(&c->said);
	verdict_document_done(&c->follows);
	for (size_t i = 0; i < RESULTS_MAX; i++)
		result_done(&c->results[i]);
	strv_done(&c->raw);
}

/* Judged anew: what the document says about its runs is not relied upon. */
static int read_result(const struct document_text *d, struct check *c, size_t i, struct error *e)
{
	char hash[DIGEST_TEXT_MAX];
	struct result *r = &c->results[i];
	int error = result_from_json(d->text, d->size, r, e);

	if (error < 0)
		return error_prefixf(e, "result %zu", i + 1);
	error = evidence_judge_all(r);
	if (error >= 0)
		error = summary_make(r);
	if (error >= 0)
		error = raw_hash(r, hash);
	if (error >= 0)
		error = strv_push(&c->raw, hash);
	return error < 0 ? error_setf(e, error, "out of memory") : 0;
}

static int read_all(const struct document_text *verdict, const struct document_text *results,
	size_t n, struct check *c, struct error *e)
{
	size_t expected;
	int r = verdict_from_json(verdict->text, verdict->size, &c->said, e);

	if (r < 0)
		return error_prefixf(e, "the verdict");
	expected = c->said.paired ? 1 : RESULTS_MAX;
	if (n != expected)
		return error_setf(e, -EINVAL, "%zu result%s: the verdict is from %zu", n,
			n == 1 ? "" : "s", expected);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = read_result(&results[i], c, i, e);
	return r;
}

/* The rules of a comparison, as far as its rows tell. */
static struct gate gate_of(const struct verdict_document *d)
{
	struct gate g;

	gate_init(&g);
	memset(g.metrics, 0, sizeof(g.metrics));
	g.alpha = d->alpha;
	g.policy = d->policy;
	for (size_t i = 0; i < d->n_rows; i++) {
		const struct verdict_row *row = &d->rows[i];

		g.metrics[row->metric] = (struct gate_metric){
			.wanted = true, .margin_ratio = isfinite(row->margin) ? row->margin : 0};
		if (isfinite(row->mde_limit))
			g.max_mde = row->mde_limit;
	}
	return g;
}

/* Is everything that the rows of a comparison were made with to be seen in them. */
static bool can_recompute(const struct verdict_document *d)
{
	for (size_t i = 0; i < d->n_rows && !d->paired; i++) {
		unsigned flags = d->rows[i].flags;
		bool was_compared = isfinite(d->rows[i].ratio);

		if ((was_compared && !(flags & VERDICT_ADVISORY)) || flags & VERDICT_FLOOR)
			return false;
	}
	return true;
}

static int judge(struct check *c)
{
	struct gate g = gate_of(&c->said);
	struct compare_request request = {
		.base = &c->results[0],
		.cand = &c->results[1],
		.gate = &g,
		.session_sd = (double)NAN,
		.force = c->said.forced,
	};

	return c->said.paired ? gate_judge(&c->results[0], &c->follows)
			      : compare_results(&request, &c->follows);
}

/*
 * What the client knew besides the result: that a build or a hook failed, that a benchmark is
 * missing. It never makes a verdict better.
 */
static bool is_of_client(const struct verdict_row *row)
{
	return row->verdict == VERDICT_INVALID && row->flags & (VERDICT_MISSING | VERDICT_FAILED);
}

static int add_row_of_client(struct verdict_document *d, const struct verdict_row *from)
{
	struct verdict_row *grown = reallocarray(d->rows, d->n_rows + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	d->rows = grown;
	grown[d->n_rows] = *from;
	grown[d->n_rows].accepted = NULL;
	grown[d->n_rows].name = strdup(from->name);
	return grown[d->n_rows++].name ? 0 : -ENOMEM;
}

/* An acceptance comes from a person, and decides which rows count. */
static int take_row(struct verdict_document *d, size_t i, const struct verdict_row *said)
{
	struct verdict_row *row = &d->rows[i];

	if (row->verdict == VERDICT_INVALID && is_of_client(said))
		row->flags |= said->flags & VERDICT_FAILED;
	if (!said->accepted)
		return 0;
	row->accepted = strdup(said->accepted);
	return row->accepted ? 0 : -ENOMEM;
}

static int take_what_is_not_in_results(struct check *c)
{
	size_t n = c->follows.n_rows;
	int r = 0;

	for (size_t i = 0; i < c->said.n_rows && r >= 0; i++) {
		const struct verdict_row *said = &c->said.rows[i];

		if (i < n)
			r = take_row(&c->follows, i, said);
		else if (is_of_client(said))
			r = add_row_of_client(&c->follows, said);
	}
	/* So does which exit codes count as passed. */
	c->follows.neutral = c->said.neutral;
	verdict_sum(&c->follows);
	return r;
}

static void compare_hashes(struct comparison *comparison, const struct check *c)
{
	char line[COMPARISON_POINTER_MAX];

	for (size_t i = 0; i < MAX_OF(c->raw.n, c->said.raw.n); i++) {
		const char *said = i < c->said.raw.n ? c->said.raw.items[i] : "missing";
		const char *follows = i < c->raw.n ? c->raw.items[i] : "nothing";

		if (streq(said, follows))
			continue;
		(void)snprintf(line, sizeof(line),
			"/raw/%zu: %.80s in the verdict, %s from the runs", i, said, follows);
		comparison_add(comparison, line);
	}
}

static int compare_trees(struct comparison *comparison, const struct document_text *verdict,
	const struct check *c, struct error *e)
{
	CLEANUP(field_root_done) json_t *said = NULL;
	CLEANUP(field_root_done) json_t *follows = NULL;
	CLEANUP_FREE char *text = NULL;
	const struct result *cand = &c->results[c->said.paired ? 0 : 1];
	int code = verdict_exit_code_of(&c->follows, cand);
	int r = verdict_to_json(&c->follows, code, &text);

	if (r < 0)
		return error_setf(e, r, "out of memory");
	r = field_root(verdict->text, verdict->size, &said, e);
	if (r >= 0)
		r = field_root(text, strlen(text), &follows, e);
	if (r >= 0)
		comparison_keys(comparison, said, follows, of_verdict);
	return r;
}

int verdict_verify(const struct document_text *verdict, const struct document_text *results,
	size_t n, struct strv *ret_differences, struct error *e)
{
	CLEANUP(check_done) struct check c = {.raw = {0}};
	struct comparison comparison = {.differences = ret_differences};
	struct error unread = {0};
	int r;

	/* The code of an error that gets context on its way up is kept with its text. */
	e = e ? e : &unread;
	r = read_all(verdict, results, n, &c, e);
	if (r < 0)
		return r;
	compare_hashes(&comparison, &c);
	if (!can_recompute(&c.said)) {
		comparison_add(&comparison,
			"/benchmarks: made with a floor or a term for the variation between "
			"sessions, which no document has: cannot be made anew");
		return comparison.out_of_memory ? error_setf(e, -ENOMEM, "out of memory") : 0;
	}

	r = judge(&c);
	if (r == -EINVAL)
		return error_setf(e, r, "the result has no arms: it is not a gate's");
	if (r >= 0)
		r = take_what_is_not_in_results(&c);
	if (r < 0)
		return error_setf(e, r, "out of memory");
	r = compare_trees(&comparison, verdict, &c, e);
	if (r >= 0 && comparison.out_of_memory)
		r = error_setf(e, -ENOMEM, "out of memory");
	return r;
}
