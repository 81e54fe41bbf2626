/* A verdict for a terminal: the answer, whether to trust it, what to do. */
#include <errno.h>
#include <inttypes.h>

#include "common/judge/verdict-sum.h"
#include "ctl/report-text.h"
#include "ctl/report-trust.h"
#include "ctl/verdict-formats.h"
#include "ctl/verdict-next.h"
#include "ctl/verdict-plan.h"
#include "ctl/verdict-words.h"

#define NAME_WIDTH_MAX 40

/* Columns of the rows that are shown. */
struct widths {
	int label, name;
};

static void print_label(FILE *f, enum verdict verdict, const struct widths *widths)
{
	int n = verdict_capital_print(f, verdict, SIZE_MAX);

	(void)fprintf(f, "%*s", MAX_OF(widths->label - n, 1), "");
}

/* "parse[n=1e6]", with the metric where it is not the wall time. */
static int name_of(const struct verdict_row *row, char **ret)
{
	size_t size;
	FILE *f = open_memstream(ret, &size);

	if (!f)
		return -ENOMEM;
	verdict_safe_print(f, row->name);
	if (row->metric != METRIC_WALL)
		(void)fprintf(f, " %s", metric_desc(row->metric)->name);
	return fclose(f) == 0 ? 0 : -ENOMEM;
}

/* Many rows that are well are counted; whatever has to be said of one is said. */
static bool is_folded(const struct verdict_view *view, const struct verdict_row *row)
{
	return !view->verbose && view->verdict->n_rows > 1 && row->verdict == VERDICT_EQUIVALENT &&
		!verdict_row_is_out(row);
}

static int print_detail(FILE *f, const struct verdict_row *row)
{
	char percent[VERDICT_PERCENT_MAX];

	(void)fputs(REPORT_INDENT, f);
	if (verdict_medians_print(f, row))
		(void)fputs(", ", f);
	(void)fprintf(f, "interval at %s a side", verdict_percent(row->level, 2, percent));
	if (row->p_adjusted >= 0)
		(void)fprintf(f, ", p of \"not regressed\" %.2g, %.2g over all rows", row->p,
			row->p_adjusted);
	(void)fputc('\n', f);
	return 0;
}

/* A GitHub runner takes a line that begins with "::" for a command, blanks before it or not. */
static void print_line(FILE *f, const char *text)
{
	(void)fputs(REPORT_INDENT, f);
	text += strspn(text, " ");
	if (strncmp(text, "::", 2) == 0)
		(void)fputs("- ", f);
	verdict_safe_print(f, text);
	(void)fputc('\n', f);
}

static void print_list(FILE *f, const struct strv *list)
{
	strv_foreach (line, list)
		print_line(f, line);
}

static int print_remarks(FILE *f, const struct verdict_row *row)
{
	CLEANUP_STRV struct strv remarks = {0};
	int r = verdict_row_remarks(row, &remarks);

	print_list(f, &remarks);
	return r;
}

static int print_row(FILE *f, const struct verdict_view *view, const struct verdict_row *row,
	const struct widths *widths)
{
	CLEANUP_FREE char *name = NULL;

	if (name_of(row, &name) < 0)
		return -ENOMEM;
	print_label(f, row->verdict, widths);
	(void)fprintf(f, "%-*s  ", widths->name, name);
	verdict_change_print(f, row);
	if (row->ratio > 0) {
		(void)fputs("  ", f);
		verdict_interval_print(f, row);
	}
	(void)fputs("   ", f);
	verdict_limits_print(f, row, view->verdict->paired);
	(void)fputc('\n', f);
	if (view->verbose)
		(void)print_detail(f, row);
	return print_remarks(f, row);
}

static int measure_rows(const struct verdict_view *view, struct widths *ret)
{
	size_t label = strlen(verdict_name(view->verdict->verdict)), name_width = 0;

	for (size_t i = 0; i < view->verdict->n_rows; i++) {
		const struct verdict_row *row = &view->verdict->rows[i];
		CLEANUP_FREE char *name = NULL;

		if (is_folded(view, row))
			continue;
		if (name_of(row, &name) < 0)
			return -ENOMEM;
		name_width = MAX_OF(name_width, strlen(name));
		label = MAX_OF(label, strlen(verdict_name(row->verdict)));
	}
	ret->label = (int)MAX_OF(label + 1, strlen(REPORT_INDENT));
	ret->name = (int)MIN_OF(name_width, (size_t)NAME_WIDTH_MAX);
	return 0;
}

static void print_head(FILE *f, const struct verdict_document *d, const struct widths *widths)
{
	struct verdict_counts counts;

	if (d->n_rows == 1)
		return;
	verdict_count(d, &counts);
	print_label(f, d->verdict, widths);
	verdict_safe_print(f, d->name ? d->name : "");
	(void)fputs(d->name ? ": " : "", f);
	if (d->n_rows == 0)
		(void)fputs("nothing was compared", f);
	verdict_counts_print(f, &counts);
	(void)fputc('\n', f);
}

static int print_rows(FILE *f, const struct verdict_view *view, const struct widths *widths)
{
	CLEANUP_FREE const struct verdict_row **rows = NULL;
	const struct verdict_document *d = view->verdict;
	int r = verdict_order(d, &rows);
	unsigned n_folded = 0;

	for (size_t i = 0; r >= 0 && i < d->n_rows; i++)
		if (is_folded(view, rows[i]))
			n_folded++;
		else
			r = print_row(f, view, rows[i], widths);
	if (n_folded > 0)
		(void)fprintf(f, REPORT_INDENT "%u equivalent: -v shows them\n", n_folded);
	return r;
}

static int print_answer(FILE *f, const struct verdict_view *view)
{
	CLEANUP_STRV struct strv said = {0};
	struct widths widths;
	int r = measure_rows(view, &widths);

	if (r >= 0)
		r = verdict_remarks_of_all(view->verdict, &said);
	if (r < 0)
		return r;
	print_head(f, view->verdict, &widths);
	r = print_rows(f, view, &widths);
	print_list(f, &said);
	return r;
}

static void print_trust(FILE *f, const struct verdict_view *view)
{
	if (view->base && view->cand && view->base != view->cand) {
		report_trust_of(f, view->base, "base: ");
		report_trust_of(f, view->cand, "candidate: ");
	} else if (view->cand) {
		report_trust(f, view->cand);
	} else {
		report_label(f, "TRUST");
		(void)fputs("unknown: the runs are not at hand\n", f);
	}
}

/* Codes that --neutral took away are said: a pipeline that is green for that reason looks so. */
static void print_code(FILE *f, const struct verdict_view *view)
{
	uint32_t codes = verdict_codes(view->verdict) & view->neutral;

	(void)fprintf(f, ", exit code %d", view->code);
	for (unsigned code = 1; code < 32; code++)
		if (codes & 1u << code)
			(void)fprintf(f, ", %u is neutral", code);
}

static int print_plan(FILE *f, const struct verdict_view *view)
{
	const struct verdict_document *d = view->verdict;
	struct verdict_plan plan;
	char alpha[VERDICT_PERCENT_MAX];
	int r = verdict_plan_make(d, &plan);

	if (r < 0)
		return r;
	report_label(f, "PLAN");
	verdict_plan_seen_print(f, &plan);
	(void)fputs("\n" REPORT_INDENT, f);
	verdict_plan_cost_print(f, &plan, d->paired);
	(void)fprintf(f, "\n" REPORT_INDENT "policy %s, chance of any false red: %s",
		gate_policy_name(d->policy), verdict_percent(d->alpha, 4, alpha));
	print_code(f, view);
	(void)fputc('\n', f);
	return 0;
}

static int print_all(FILE *f, const struct verdict_view *view)
{
	int r = print_answer(f, view);

	print_trust(f, view);
	if (r >= 0)
		r = print_plan(f, view);
	report_label(f, "NEXT");
	return r < 0 ? r : verdict_next(f, view, REPORT_INDENT);
}

int verdict_write_text(FILE *f, const struct verdict_view *view)
{
	CLEANUP_FREE char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int r;

	if (!memory)
		return -ENOMEM;
	r = print_all(memory, view);
	if (fclose(memory) != 0)
		r = -ENOMEM;
	if (r >= 0)
		report_print(f, text, view->colored);
	return r;
}
