/* The rows of a verdict in documents. */
#include "common/document/verdict-rows.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>

#include "common/document/json-field.h"

#define NO_BASIS "no basis for it"

/* One figure of a row: where it is, and what a document may say. */
struct figure {
	const char *key;
	size_t offset;
	double min, max;
};

#define FIGURE(key, field, min, max)                                                               \
	{                                                                                          \
		key, offsetof(struct verdict_row, field), min, max                                 \
	}

static const struct figure effect_figures[] = {
	FIGURE("ratio", ratio, 0, INFINITY),
	FIGURE("low", low, 0, INFINITY),
	FIGURE("high", high, 0, INFINITY),
	FIGURE("alpha", alpha, 0, 1),
	FIGURE("margin", margin, 0, INFINITY),
};

static const struct figure sight_figures[] = {
	FIGURE("mde", mde, 0, INFINITY),
	FIGURE("p", p, 0, 1),
	FIGURE("p-adjusted", p_adjusted, 0, 1),
};

static const struct figure more_figures[] = {
	FIGURE("level", level, 0, 1),
	FIGURE("p-improved", p_improved, 0, 1),
	FIGURE("p-equivalent", p_equivalent, 0, 1),
	FIGURE("p-noninferior", p_noninferior, 0, 1),
	FIGURE("base", base, -INFINITY, INFINITY),
	FIGURE("cand", cand, -INFINITY, INFINITY),
	FIGURE("round", round_s, 0, INFINITY),
};

static void write_figures(struct json_writer *w, const struct verdict_row *row,
	const struct figure *figures, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double value;

		memcpy(&value, (const char *)row + figures[i].offset, sizeof(value));
		if (isfinite(value))
			json_write_number(w, figures[i].key, value);
		else
			json_write_unavailable(
				w, figures[i].key, row->why[0] ? row->why : NO_BASIS);
	}
}

static void write_limit(struct json_writer *w, double limit)
{
	if (isfinite(limit))
		json_write_number(w, "mde-limit", limit);
	else
		json_write_null(w, "mde-limit");
}

static void write_flags(struct json_writer *w, unsigned flags)
{
	json_write_array(w, "flags", JSON_ONE_LINE);
	for (unsigned bit = 0; verdict_flag_name(bit); bit++)
		if (flags & 1u << bit)
			json_write_text(w, NULL, verdict_flag_name(bit));
	json_write_close(w);
}

static void write_row(struct json_writer *w, const struct verdict_row *row)
{
	json_write_object(w, NULL, JSON_ONE_LINE);
	json_write_text(w, "name", row->name);
	json_write_text(w, "metric", metric_desc(row->metric)->name);
	json_write_text(w, "verdict", verdict_name(row->verdict));
	write_figures(w, row, effect_figures, ARRAY_SIZE(effect_figures));
	json_write_integer(w, "rounds", row->rounds);
	json_write_integer(w, "excluded", row->excluded);
	write_figures(w, row, sight_figures, ARRAY_SIZE(sight_figures));
	json_write_text(w, "accepted", row->accepted);
	json_write_bool(w, "passes", row->passes);
	write_flags(w, row->flags);
	json_write_text(w, "why", row->why[0] ? row->why : NULL);
	json_write_text(w, "quarantine", row->quarantine[0] ? row->quarantine : NULL);
	write_limit(w, row->mde_limit);
	write_figures(w, row, more_figures, ARRAY_SIZE(more_figures));
	json_write_close(w);
}

void verdict_rows_write(
	struct json_writer *w, const char *name, const struct verdict_row *rows, size_t n)
{
	json_write_array(w, name, JSON_LINES);
	for (size_t i = 0; i < n; i++)
		write_row(w, &rows[i]);
	json_write_close(w);
}

static int read_figure(
	const json_t *o, const struct figure *figure, struct verdict_row *ret, struct error *e)
{
	struct measure m;
	double value;
	int r = field_measure(o, figure->key, &m, e);

	if (r < 0)
		return r;
	if (measure_is_set(&m) && (m.value < figure->min || m.value > figure->max))
		return error_setf(e, -EINVAL, "%s is %g, must be %g to %g", figure->key, m.value,
			figure->min, figure->max);
	value = measure_is_set(&m) ? m.value : (double)NAN;
	memcpy((char *)ret + figure->offset, &value, sizeof(value));
	return 0;
}

static int read_figures(const json_t *o, const struct figure *figures, size_t n,
	struct verdict_row *ret, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++)
		r = read_figure(o, &figures[i], ret, e);
	return r;
}

static int read_words(const json_t *o, struct verdict_row *ret, struct error *e)
{
	const char *metric = NULL;
	const char *verdict = NULL;
	int found;
	int r = field_text(o, "metric", FIELD_NEEDED, &metric, e);

	if (r >= 0)
		r = field_text(o, "verdict", FIELD_NEEDED, &verdict, e);
	if (r < 0)
		return r;

	found = metric_find(metric);
	if (found < 0)
		return error_setf(e, -EINVAL, "metric: unknown word '%s'", metric);
	ret->metric = (enum metric)found;
	found = verdict_find(verdict);
	if (found < 0)
		return error_setf(e, -EINVAL, "verdict: unknown word '%s'", verdict);
	ret->verdict = (enum verdict)found;
	return 0;
}

static int read_flags(const json_t *o, unsigned *ret, struct error *e)
{
	CLEANUP_STRV struct strv words = {0};
	int r = field_words(o, "flags", &words, e);

	if (r < 0)
		return r;

	strv_foreach (word, &words) {
		int bit = verdict_flag_find(word);

		if (bit < 0)
			return error_setf(e, -EINVAL, "flags: unknown word '%s'", word);
		*ret |= 1u << bit;
	}
	return 0;
}

static int read_counts(const json_t *o, struct verdict_row *ret, struct error *e)
{
	uint64_t rounds = 0, excluded = 0;
	int r = field_count(o, "rounds", FIELD_OPTIONAL, UINT_MAX, &rounds, e);

	if (r >= 0)
		r = field_count(o, "excluded", FIELD_OPTIONAL, UINT_MAX, &excluded, e);
	ret->rounds = (unsigned)rounds;
	ret->excluded = (unsigned)excluded;
	return r;
}

static int read_texts(const json_t *o, struct verdict_row *ret, struct error *e)
{
	int r = field_bool(o, "passes", FIELD_OPTIONAL, &ret->passes, e);

	if (r >= 0)
		r = field_copy(o, "why", ret->why, sizeof(ret->why), e);
	if (r >= 0)
		r = field_copy(o, "quarantine", ret->quarantine, sizeof(ret->quarantine), e);
	if (r >= 0)
		r = field_owned(o, "accepted", FIELD_OPTIONAL, &ret->accepted, e);
	return r;
}

static int read_limit(const json_t *o, double *ret, struct error *e)
{
	int r;

	*ret = INFINITY;
	r = field_number(o, "mde-limit", FIELD_OPTIONAL, ret, e);
	if (r >= 0 && !(*ret > 0))
		return error_setf(e, -EINVAL, "mde-limit is %g, must be above 0", *ret);
	return r;
}

static int read_row(const json_t *o, struct verdict_row *ret, struct error *e)
{
	int r = field_owned(o, "name", FIELD_NEEDED, &ret->name, e);

	if (r >= 0)
		r = read_words(o, ret, e);
	if (r >= 0)
		r = read_figures(o, effect_figures, ARRAY_SIZE(effect_figures), ret, e);
	if (r >= 0)
		r = read_counts(o, ret, e);
	if (r >= 0)
		r = read_figures(o, sight_figures, ARRAY_SIZE(sight_figures), ret, e);
	if (r >= 0)
		r = read_flags(o, &ret->flags, e);
	if (r >= 0)
		r = read_texts(o, ret, e);
	if (r >= 0)
		r = read_limit(o, &ret->mde_limit, e);
	if (r >= 0)
		r = read_figures(o, more_figures, ARRAY_SIZE(more_figures), ret, e);
	if (r >= 0 && ret->low > ret->high)
		return error_setf(e, -EINVAL, "low is %g, above high, %g", ret->low, ret->high);
	return r;
}

int verdict_rows_read(
	const json_t *o, const char *key, struct verdict_row **ret, size_t *ret_n, struct error *e)
{
	json_t *list = NULL;
	json_t *item;
	size_t i;
	int r = field_array(o, key, FIELD_NEEDED, &list, e);

	if (r < 0)
		return r;
	if (json_array_size(list) > VERDICT_ROWS_MAX)
		return error_setf(e, -E2BIG, "%s: more than %zu rows", key, VERDICT_ROWS_MAX);
	*ret = calloc(json_array_size(list) + 1, sizeof(**ret));
	if (!*ret)
		return error_setf(e, -ENOMEM, "out of memory");

	*ret_n = json_array_size(list);
	json_array_foreach(list, i, item)
	{
		r = read_row(item, &(*ret)[i], e);
		if (r < 0)
			return error_prefixf(e, "%s[%zu]", key, i);
	}
	return 0;
}
