/* A verdict as JUnit XML: one test case a benchmark and metric. */
#include <errno.h>
#include <math.h>

#include "ctl/verdict-escape.h"
#include "ctl/verdict-formats.h"
#include "ctl/verdict-words.h"

#define EXIT_REGRESSED	  1
#define EXIT_INCONCLUSIVE 3

enum outcome {
	OUTCOME_PASSED,
	OUTCOME_SKIPPED,
	OUTCOME_FAILURE,
	OUTCOME_ERROR,
	OUTCOME_MAX,
};

static const char *const elements[OUTCOME_MAX] = {NULL, "skipped", "failure", "error"};

/* What the exit code would be because of this row decides: a report that disagrees helps nobody. */
static enum outcome outcome_of(const struct verdict_view *view, const struct verdict_row *row)
{
	uint32_t codes = verdict_row_codes(view->verdict, row) & ~view->neutral;

	if (codes & 1u << EXIT_REGRESSED)
		return OUTCOME_FAILURE;
	if (codes & ~(1u << EXIT_INCONCLUSIVE))
		return OUTCOME_ERROR;
	if (codes)
		return OUTCOME_FAILURE;
	switch (row->verdict) {
	case VERDICT_EQUIVALENT:
	case VERDICT_IMPROVED:
		return OUTCOME_PASSED;
	default:
		return OUTCOME_SKIPPED;
	}
}

static void print_time(FILE *f, double seconds)
{
	if (isfinite(seconds))
		(void)fprintf(f, " time=\"%.3f\"", seconds);
}

static int print_case(FILE *f, const struct verdict_view *view, const struct verdict_row *row)
{
	CLEANUP_FREE char *message = verdict_message(view->verdict, row);
	const char *element = elements[outcome_of(view, row)];

	if (!message)
		return -ENOMEM;
	(void)fputs("    <testcase classname=\"steady.", f);
	escape_xml(f, view->verdict->name ? view->verdict->name : "gate");
	(void)fprintf(f, ".%s\" name=\"", metric_desc(row->metric)->name);
	escape_xml(f, row->name);
	(void)fputc('"', f);
	print_time(f, row->rounds * row->round_s);
	(void)fputs(">\n      ", f);
	if (element) {
		(void)fprintf(f, "<%s type=\"%s\" message=\"", element, verdict_name(row->verdict));
		escape_xml(f, message);
		(void)fprintf(f, "\"></%s>", element);
	} else {
		(void)fputs("<system-out>", f);
		escape_xml(f, message);
		(void)fputs("</system-out>", f);
	}
	(void)fputs("\n    </testcase>\n", f);
	return 0;
}

static void print_property(FILE *f, const char *name, const char *value)
{
	(void)fprintf(f, "      <property name=\"%s\" value=\"", name);
	escape_xml(f, value);
	(void)fputs("\"/>\n", f);
}

static void print_properties(FILE *f, const struct verdict_view *view)
{
	const struct verdict_document *d = view->verdict;
	char alpha[VERDICT_PERCENT_MAX], code[16];

	(void)snprintf(code, sizeof(code), "%d", view->code);
	(void)fputs("    <properties>\n", f);
	print_property(f, "verdict", verdict_name(d->verdict));
	print_property(f, "exit-code", code);
	print_property(f, "policy", gate_policy_name(d->policy));
	print_property(f, "chance-of-any-false-red", verdict_percent(d->alpha, 4, alpha));
	strv_foreach (reason, &d->reasons)
		print_property(f, "reason", reason);
	strv_foreach (note, &d->notes)
		print_property(f, "note", note);
	(void)fputs("    </properties>\n", f);
}

/* An empty suite would be green: a gate without a row is an error of its own. */
static void print_nothing(FILE *f, const struct verdict_view *view)
{
	(void)fputs("    <testcase classname=\"steady\" name=\"gate\">\n      <error type=\"", f);
	escape_xml(f, verdict_name(view->verdict->verdict));
	(void)fputs("\" message=\"nothing was compared\"></error>\n    </testcase>\n", f);
}

static void print_head(FILE *f, const struct verdict_view *view)
{
	const struct verdict_document *d = view->verdict;
	size_t n[OUTCOME_MAX] = {0};

	for (size_t i = 0; i < d->n_rows; i++)
		n[outcome_of(view, &d->rows[i])]++;
	n[OUTCOME_ERROR] += d->n_rows == 0;
	(void)fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		    "  <testsuite name=\"",
		f);
	escape_xml(f, d->name ? d->name : "steady");
	(void)fprintf(f, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		MAX_OF(d->n_rows, (size_t)1), n[OUTCOME_FAILURE], n[OUTCOME_ERROR],
		n[OUTCOME_SKIPPED]);
	print_time(f, d->elapsed_ns > 0 ? (double)d->elapsed_ns / NSEC_PER_SEC : (double)NAN);
	(void)fputs(">\n", f);
}

int verdict_write_junit(FILE *f, const struct verdict_view *view)
{
	int r = 0;

	print_head(f, view);
	print_properties(f, view);
	for (size_t i = 0; r >= 0 && i < view->verdict->n_rows; i++)
		r = print_case(f, view, &view->verdict->rows[i]);
	if (view->verdict->n_rows == 0)
		print_nothing(f, view);
	(void)fputs("  </testsuite>\n</testsuites>\n", f);
	return r;
}
