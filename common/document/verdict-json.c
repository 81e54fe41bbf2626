/* Verdict documents: struct verdict_document to JSON. */
#include "common/document/verdict-json.h"

#include <errno.h>

#include "build-config.h"
#include "common/document/verdict-rows.h"

static void write_words(
	struct json_writer *w, const char *name, const struct strv *words, enum json_form form)
{
	json_write_array(w, name, form);
	strv_foreach (word, words)
		json_write_text(w, NULL, word);
	json_write_close(w);
}

/* The fields that the interface page names, in its order. */
static void write_answer(struct json_writer *w, const struct verdict_document *d)
{
	json_write_text(w, "format", VERDICT_FORMAT);
	json_write_text(w, "id", d->id);
	json_write_text(w, "verdict", verdict_name(d->verdict));
	verdict_rows_write(w, "benchmarks", d->rows, d->n_rows);
	json_write_text(w, "policy", gate_policy_name(d->policy));
	write_words(w, "reasons", &d->reasons, JSON_LINES);
}

static void write_neutral(struct json_writer *w, uint32_t codes)
{
	json_write_array(w, "neutral", JSON_ONE_LINE);
	for (unsigned code = 1; code < 32; code++)
		if (codes & 1u << code)
			json_write_integer(w, NULL, code);
	json_write_close(w);
}

static void write_origin(struct json_writer *w, const struct verdict_document *d, int code)
{
	write_words(w, "notes", &d->notes, JSON_LINES);
	json_write_integer(w, "exit", (uint64_t)code);
	write_neutral(w, d->neutral);
	json_write_text(w, "version", STEADY_VERSION);
	json_write_integer(w, "algorithm", VERDICT_ALGORITHM);
	if (d->job > 0)
		json_write_integer(w, "job", d->job);
	else
		json_write_null(w, "job");
	json_write_text(w, "workload", d->name);
	json_write_bool(w, "paired", d->paired);
	json_write_bool(w, "forced", d->forced);
	json_write_number(w, "alpha", d->alpha);
	json_write_exact(w, "seed", d->seed);
	write_words(w, "raw", &d->raw, JSON_ONE_LINE);
	if (d->elapsed_ns > 0)
		json_write_number(w, "elapsed", (double)d->elapsed_ns / NSEC_PER_SEC);
	else
		json_write_unavailable(w, "elapsed", "unknown");
}

int verdict_to_json(const struct verdict_document *d, int code, char **ret)
{
	CLEANUP_FREE char *text = NULL;
	struct json_writer w;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	int error;

	if (!f)
		return -ENOMEM;

	json_writer_init(&w, f);
	json_write_object(&w, NULL, JSON_LINES);
	write_answer(&w, d);
	write_origin(&w, d, code);
	error = json_writer_finish(&w);
	if (fclose(f) != 0 || error < 0)
		return -ENOMEM;
	*ret = TAKE_PTR(text);
	return 0;
}
