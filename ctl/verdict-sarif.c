/* A verdict as SARIF 2.1.0 (OASIS, 2020): one result a benchmark and metric. */
#include <errno.h>
#include <math.h>

#include "build-config.h"
#include "common/base/digest.h"
#include "common/document/json-writer.h"
#include "ctl/verdict-formats.h"
#include "ctl/verdict-words.h"

#define SARIF_SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

/* In the order of enum verdict, so that ruleIndex is the verdict. */
static const struct {
	const char *title, *help;
} rules[VERDICT_MAX] = {
	[VERDICT_EQUIVALENT] = {"Equivalent", "The change is within the margin, for certain."},
	[VERDICT_IMPROVED] = {"Improved", "Better by more than the margin, for certain."},
	[VERDICT_INCONCLUSIVE] = {"Inconclusive", "Not enough was seen for a verdict."},
	[VERDICT_NOT_COMPARABLE] = {"NotComparable", "The two were measured differently."},
	[VERDICT_INVALID] = {"Invalid", "The data are missing or cannot be trusted."},
	[VERDICT_REGRESSED] = {"Regressed", "Worse by more than the margin, for certain."},
};

static void write_message(struct json_writer *w, const char *name, const char *text)
{
	json_write_object(w, name, JSON_ONE_LINE);
	json_write_text(w, "text", text);
	json_write_close(w);
}

static void write_rules(struct json_writer *w)
{
	json_write_array(w, "rules", JSON_LINES);
	for (int i = 0; i < VERDICT_MAX; i++) {
		json_write_object(w, NULL, JSON_ONE_LINE);
		json_write_text(w, "id", verdict_name((enum verdict)i));
		json_write_text(w, "name", rules[i].title);
		write_message(w, "shortDescription", rules[i].help);
		json_write_close(w);
	}
	json_write_close(w);
}

static void write_tool(struct json_writer *w)
{
	json_write_object(w, "tool", JSON_LINES);
	json_write_object(w, "driver", JSON_LINES);
	json_write_text(w, "name", "steady");
	json_write_text(w, "version", STEADY_VERSION);
	write_rules(w);
	json_write_close(w);
	json_write_close(w);
}

/* Section 3.27.9 and 3.27.10: a level other than "none" belongs to the kind "fail" alone. */
static void write_level(
	struct json_writer *w, const struct verdict_view *view, const struct verdict_row *row)
{
	uint32_t codes = verdict_row_codes(view->verdict, row);
	const char *kind = "fail", *level = "warning";

	if (codes & ~view->neutral)
		level = "error";
	else if (row->verdict == VERDICT_EQUIVALENT || row->verdict == VERDICT_IMPROVED)
		kind = "pass", level = "none";
	else if (verdict_row_is_out(row))
		kind = "informational", level = "none";
	json_write_text(w, "kind", kind);
	json_write_text(w, "level", level);
}

static void write_location(struct json_writer *w, const struct verdict_row *row)
{
	json_write_array(w, "locations", JSON_ONE_LINE);
	json_write_object(w, NULL, JSON_ONE_LINE);
	json_write_array(w, "logicalLocations", JSON_ONE_LINE);
	json_write_object(w, NULL, JSON_ONE_LINE);
	json_write_text(w, "fullyQualifiedName", row->name);
	json_write_close(w);
	json_write_close(w);
	json_write_close(w);
	json_write_close(w);
}

/* The same benchmark and metric is the same finding from run to run. */
static int write_fingerprint(
	struct json_writer *w, const struct verdict_view *view, const struct verdict_row *row)
{
	CLEANUP_FREE char *text = NULL;
	char digest[DIGEST_TEXT_MAX];

	if (asprintf(&text, "%s\n%s\n%s", view->verdict->name ? view->verdict->name : "", row->name,
		    metric_desc(row->metric)->name) < 0)
		return -ENOMEM;
	json_write_object(w, "partialFingerprints", JSON_ONE_LINE);
	json_write_text(w, "steadyBenchmark/v1", digest_sha256(text, strlen(text), digest));
	json_write_close(w);
	return 0;
}

static void write_flags(struct json_writer *w, const struct verdict_row *row)
{
	json_write_array(w, "flags", JSON_ONE_LINE);
	for (unsigned bit = 0; bit < VERDICT_FLAGS; bit++)
		if (row->flags & 1u << bit)
			json_write_text(w, NULL, verdict_flag_name(bit));
	json_write_close(w);
}

/* What there is no figure for is left out: a reader would take a word for one. */
static void write_figure(struct json_writer *w, const char *name, double value)
{
	if (isfinite(value))
		json_write_number(w, name, value);
}

static void write_properties(struct json_writer *w, const struct verdict_row *row)
{
	json_write_object(w, "properties", JSON_LINES);
	json_write_text(w, "metric", metric_desc(row->metric)->name);
	write_figure(w, "ratio", row->ratio);
	write_figure(w, "low", row->low);
	write_figure(w, "high", row->high);
	write_figure(w, "margin", row->margin);
	write_figure(w, "mde", row->mde);
	write_figure(w, "p-adjusted", row->p_adjusted);
	json_write_integer(w, "rounds", row->rounds);
	json_write_integer(w, "excluded", row->excluded);
	write_flags(w, row);
	json_write_text(w, "accepted", row->accepted);
	json_write_close(w);
}

static int write_result(
	struct json_writer *w, const struct verdict_view *view, const struct verdict_row *row)
{
	CLEANUP_FREE char *message = verdict_message(view->verdict, row), *text = NULL;
	int r;

	if (!message ||
		asprintf(&text, "%s (%s) %s", row->name, metric_desc(row->metric)->name, message) <
			0)
		return -ENOMEM;
	json_write_object(w, NULL, JSON_LINES);
	json_write_text(w, "ruleId", verdict_name(row->verdict));
	json_write_integer(w, "ruleIndex", row->verdict);
	write_level(w, view, row);
	write_message(w, "message", text);
	write_location(w, row);
	r = write_fingerprint(w, view, row);
	write_properties(w, row);
	json_write_close(w);
	return r;
}

static void write_notification(struct json_writer *w, const char *text)
{
	json_write_object(w, NULL, JSON_ONE_LINE);
	json_write_text(w, "level", "warning");
	write_message(w, "message", text);
	json_write_close(w);
}

/* Section 3.20: how the tool fared. A gate without a row has no result, but a reason. */
static int write_invocation(struct json_writer *w, const struct verdict_view *view)
{
	CLEANUP_STRV struct strv warnings = {0};
	int r = verdict_warnings(view->verdict, &warnings);

	json_write_array(w, "invocations", JSON_LINES);
	json_write_object(w, NULL, JSON_LINES);
	json_write_bool(w, "executionSuccessful", view->verdict->n_rows > 0);
	json_write_integer(w, "exitCode", (uint64_t)view->code);
	json_write_array(w, "toolExecutionNotifications", JSON_LINES);
	strv_foreach (warning, &warnings)
		write_notification(w, warning);
	strv_foreach (reason, &view->verdict->reasons)
		write_notification(w, reason);
	strv_foreach (note, &view->verdict->notes)
		write_notification(w, note);
	json_write_close(w);
	json_write_close(w);
	json_write_close(w);
	return r;
}

static int write_run(struct json_writer *w, const struct verdict_view *view)
{
	const struct verdict_document *d = view->verdict;
	int r;

	json_write_object(w, NULL, JSON_LINES);
	write_tool(w);
	r = write_invocation(w, view);
	json_write_array(w, "results", JSON_LINES);
	for (size_t i = 0; r >= 0 && i < d->n_rows; i++)
		r = write_result(w, view, &d->rows[i]);
	json_write_close(w);
	json_write_object(w, "properties", JSON_LINES);
	json_write_text(w, "verdict", verdict_name(d->verdict));
	json_write_text(w, "policy", gate_policy_name(d->policy));
	write_figure(w, "chanceOfAnyFalseRed", d->alpha);
	json_write_close(w);
	json_write_close(w);
	return r;
}

int verdict_write_sarif(FILE *f, const struct verdict_view *view)
{
	struct json_writer w;
	int r;

	json_writer_init(&w, f);
	json_write_object(&w, NULL, JSON_LINES);
	json_write_text(&w, "$schema", SARIF_SCHEMA);
	json_write_text(&w, "version", "2.1.0");
	json_write_array(&w, "runs", JSON_LINES);
	r = write_run(&w, view);
	return MIN_OF(r, json_writer_finish(&w));
}
