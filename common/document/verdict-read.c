/* Verdict documents: JSON to struct verdict_document. */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/document/json-field.h"
#include "common/document/verdict-json.h"
#include "common/document/verdict-rows.h"

#define EXIT_MAX	    255
#define NEUTRAL_MAX	    31
#define VALUES_A_ROW	    48	/* with room for keys that a later version adds */
#define ELAPSED_SECONDS_MAX 9e6 /* as nanoseconds still exact in a double */

static int read_format(const json_t *root, struct error *e)
{
	const char *format = NULL;
	int r;

	if (!json_is_object(root))
		return error_setf(e, -EINVAL, "not a verdict document: no JSON object");
	r = field_text(root, "format", FIELD_NEEDED, &format, e);
	if (r < 0)
		return r;
	return streq(format, VERDICT_FORMAT)
		? 0
		: error_setf(e, -EINVAL, "format is '%s', not '%s'", format, VERDICT_FORMAT);
}

static int read_words(const json_t *root, struct verdict_document *ret, struct error *e)
{
	const char *verdict = NULL;
	const char *policy = "material";
	int found;
	int r = field_text(root, "verdict", FIELD_NEEDED, &verdict, e);

	if (r >= 0)
		r = field_text(root, "policy", FIELD_OPTIONAL, &policy, e);
	if (r < 0)
		return r;

	found = verdict_find(verdict);
	if (found < 0)
		return error_setf(e, -EINVAL, "verdict: unknown word '%s'", verdict);
	ret->verdict = (enum verdict)found;
	found = gate_policy_find(policy);
	if (found < 0)
		return error_setf(e, -EINVAL, "policy: unknown word '%s'", policy);
	ret->policy = (enum gate_policy)found;
	return 0;
}

static int read_identity(const json_t *root, struct verdict_document *ret, struct error *e)
{
	const char *id = NULL;
	int r = field_text(root, "id", FIELD_NEEDED, &id, e);

	if (r >= 0)
		r = field_copy(root, "id", ret->id, sizeof(ret->id), e);
	if (r >= 0)
		r = field_count(root, "job", FIELD_OPTIONAL, INT64_MAX, &ret->job, e);
	if (r >= 0)
		r = field_owned(root, "workload", FIELD_OPTIONAL, &ret->name, e);
	if (r >= 0)
		r = field_exact(root, "seed", &ret->seed, e);
	return r;
}

static int read_alpha(const json_t *root, double *ret, struct error *e)
{
	struct measure m;
	int r = field_measure(root, "alpha", &m, e);

	if (r < 0)
		return r;
	if (measure_is_set(&m) && !(m.value >= 0 && m.value <= 1))
		return error_setf(e, -EINVAL, "alpha is %g, must be 0 to 1", m.value);
	*ret = measure_is_set(&m) ? m.value : (double)NAN;
	return 0;
}

static int read_elapsed(const json_t *root, uint64_t *ret, struct error *e)
{
	struct measure m;
	int r = field_measure(root, "elapsed", &m, e);

	if (r < 0 || !measure_is_set(&m))
		return r;
	if (!(m.value >= 0 && m.value <= ELAPSED_SECONDS_MAX))
		return error_setf(e, -EINVAL, "elapsed is %g s, must be 0 to %g", m.value,
			ELAPSED_SECONDS_MAX);
	*ret = (uint64_t)llround(m.value * NSEC_PER_SEC);
	return 0;
}

static int read_neutral(const json_t *root, uint32_t *ret, struct error *e)
{
	json_t *codes = NULL;
	int r = field_array(root, "neutral", FIELD_OPTIONAL, &codes, e);

	for (size_t i = 0; r >= 0 && i < json_array_size(codes); i++) {
		json_int_t code = json_integer_value(json_array_get(codes, i));

		if (code < 1 || code > NEUTRAL_MAX)
			return error_setf(e, -EINVAL, "neutral[%zu] must be a number from 1 to %d",
				i, NEUTRAL_MAX);
		*ret |= 1u << code;
	}
	return r;
}

static int read_circumstances(const json_t *root, struct verdict_document *ret, struct error *e)
{
	uint64_t code = 0;
	int r = field_bool(root, "paired", FIELD_OPTIONAL, &ret->paired, e);

	if (r >= 0)
		r = field_bool(root, "forced", FIELD_OPTIONAL, &ret->forced, e);
	if (r >= 0)
		r = read_alpha(root, &ret->alpha, e);
	if (r >= 0)
		r = field_words(root, "reasons", &ret->reasons, e);
	if (r >= 0)
		r = field_words(root, "notes", &ret->notes, e);
	if (r >= 0)
		r = field_words(root, "raw", &ret->raw, e);
	if (r >= 0)
		r = read_elapsed(root, &ret->elapsed_ns, e);
	if (r >= 0)
		r = field_count(root, "exit", FIELD_OPTIONAL, EXIT_MAX, &code, e);
	if (r >= 0)
		r = read_neutral(root, &ret->neutral, e);
	return r;
}

static int read_document(const json_t *root, struct verdict_document *ret, struct error *e)
{
	int r = read_format(root, e);

	if (r >= 0)
		r = read_identity(root, ret, e);
	if (r >= 0)
		r = read_words(root, ret, e);
	if (r >= 0)
		r = verdict_rows_read(root, "benchmarks", &ret->rows, &ret->n_rows, e);
	if (r >= 0)
		r = read_circumstances(root, ret, e);
	return r;
}

int verdict_from_json(const char *text, size_t size, struct verdict_document *ret, struct error *e)
{
	CLEANUP(verdict_document_done) struct verdict_document made = {0};
	CLEANUP(field_root_done) json_t *root = NULL;
	struct error unread = {0};
	int r;

	/* The code of an error that gets context on its way up is kept with its text. */
	e = e ? e : &unread;
	r = field_check_size(text, size, VERDICT_ROWS_MAX * VALUES_A_ROW, e);
	if (r >= 0)
		r = field_root(text, size, &root, e);
	if (r >= 0)
		r = read_document(root, &made, e);
	if (r < 0)
		return r;

	*ret = TAKE_STRUCT(made);
	return 0;
}
