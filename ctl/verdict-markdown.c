/* A verdict as a comment on a pull request. */
#include <errno.h>

#include "common/judge/verdict-sum.h"
#include "ctl/report-trust.h"
#include "ctl/verdict-escape.h"
#include "ctl/verdict-formats.h"
#include "ctl/verdict-next.h"
#include "ctl/verdict-plan.h"
#include "ctl/verdict-words.h"

#define MARKER_MAX     64
#define MARKER_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._"

/* A comment on GitHub may have 65,536 characters; what is behind the tables needs some too. */
#define ROWS_BYTES_MAX	  30000L
#define DETAILS_BYTES_MAX 50000L

/* Signs that could end the comment become '-': "a-->b" must not. */
static void print_marker(FILE *f, const char *name)
{
	(void)fputs("<!-- steady:", f);
	for (int n = 0; name && name[n] && n < MARKER_MAX; n++)
		(void)fputc(strchr(MARKER_LETTERS, name[n]) ? name[n] : '-', f);
	(void)fputs(" -->\n", f);
}

static void print_head(FILE *f, const struct verdict_view *view)
{
	const struct verdict_document *d = view->verdict;
	struct verdict_counts counts;

	verdict_count(d, &counts);
	(void)fputs("**", f);
	(void)verdict_capital_print(f, d->verdict, 1);
	(void)fputs("**", f);
	if (d->name) {
		(void)fputs(" ", f);
		escape_markdown_code(f, d->name);
	}
	(void)fputs(": ", f);
	if (d->n_rows == 0)
		(void)fputs("nothing was compared", f);
	verdict_counts_print(f, &counts);
	(void)fprintf(f, " (exit code %d)\n\n", view->code);
}

static void print_table_head(FILE *f, const struct verdict_document *d)
{
	(void)fprintf(f,
		"| verdict | benchmark | metric | change | interval in %% | margin | could see | "
		"%s |\n|---|---|---|--:|--:|--:|--:|--:|\n",
		d->paired ? "rounds" : "runs");
}

static void print_row(FILE *f, const struct verdict_row *row)
{
	char margin[VERDICT_PERCENT_MAX], mde[VERDICT_PERCENT_MAX];

	(void)fprintf(f, "| %s%s | ", verdict_name(row->verdict),
		row->accepted			  ? " (accepted)"
			: verdict_row_is_out(row) ? " (not counted)"
						  : "");
	escape_markdown_code(f, row->name);
	(void)fprintf(f, " | %s | ", metric_desc(row->metric)->name);
	verdict_change_print(f, row);
	(void)fputs(" | ", f);
	verdict_interval_print(f, row);
	(void)fprintf(f, " | %s | %s | %u |\n", verdict_percent(row->margin, 4, margin),
		verdict_percent(row->mde, 2, mde), row->rounds);
}

static int print_row_remarks(FILE *f, const struct verdict_row *row)
{
	CLEANUP_STRV struct strv remarks = {0};
	int r = verdict_row_remarks(row, &remarks);

	if (remarks.n == 0)
		return r;
	(void)fputs("- ", f);
	escape_markdown_code(f, row->name);
	(void)fprintf(f, " %s: ", metric_desc(row->metric)->name);
	strv_foreach (remark, &remarks) {
		(void)fputs(remark_i > 0 ? "; " : "", f);
		escape_markdown(f, remark);
	}
	(void)fputc('\n', f);
	return r;
}

static bool is_folded(const struct verdict_view *view, const struct verdict_row *row)
{
	return view->verdict->n_rows > 1 && row->verdict == VERDICT_EQUIVALENT &&
		!verdict_row_is_out(row);
}

static void print_more(FILE *f, size_t n)
{
	if (n > 0)
		(void)fprintf(f, "\nand %zu more, for which there is no room here\n", n);
}

/* Rows of one kind as a table, as far as there is room. */
static void print_table(FILE *f, const struct verdict_view *view,
	const struct verdict_row *const *rows, bool folded, long bytes_max)
{
	size_t n = 0, n_more = 0;

	for (size_t i = 0; i < view->verdict->n_rows; i++) {
		if (is_folded(view, rows[i]) != folded)
			continue;
		if (n++ == 0)
			print_table_head(f, view->verdict);
		if (ftell(f) < bytes_max)
			print_row(f, rows[i]);
		else
			n_more++;
	}
	print_more(f, n_more);
}

static int print_rows(FILE *f, const struct verdict_view *view)
{
	CLEANUP_FREE const struct verdict_row **rows = NULL;
	const struct verdict_document *d = view->verdict;
	unsigned n_folded = 0;
	int r = verdict_order(d, &rows);

	if (r < 0)
		return r;
	print_table(f, view, rows, false, ROWS_BYTES_MAX);
	(void)fputc('\n', f);
	for (size_t i = 0; r >= 0 && i < d->n_rows; i++) {
		n_folded += is_folded(view, rows[i]);
		if (!is_folded(view, rows[i]) && ftell(f) < ROWS_BYTES_MAX)
			r = print_row_remarks(f, rows[i]);
	}
	if (n_folded == 0)
		return r;
	(void)fprintf(f, "\n<details><summary>%u equivalent</summary>\n\n", n_folded);
	print_table(f, view, rows, true, DETAILS_BYTES_MAX);
	(void)fputs("\n</details>\n", f);
	return r;
}

static void print_list(FILE *f, const struct strv *list)
{
	strv_foreach (line, list) {
		if (ftell(f) >= DETAILS_BYTES_MAX) {
			print_more(f, list->n - line_i);
			return;
		}
		(void)fputs("- ", f);
		escape_markdown(f, line);
		(void)fputc('\n', f);
	}
}

/* The lines of the text report, each an item; its labels and blanks are not needed. */
static void print_lines(FILE *f, char *text)
{
	char *rest;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		line += strncmp(line, "TRUST", 5) == 0 ? 5 : 0;
		(void)fputs("- ", f);
		escape_markdown(f, line + strspn(line, " "));
		(void)fputc('\n', f);
	}
}

static int print_trust(FILE *f, const struct verdict_view *view)
{
	CLEANUP_FREE char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return -ENOMEM;
	if (view->base && view->cand && view->base != view->cand) {
		report_trust_of(memory, view->base, "base: ");
		report_trust_of(memory, view->cand, "candidate: ");
	} else if (view->cand) {
		report_trust(memory, view->cand);
	} else {
		(void)fputs("unknown: the runs are not at hand\n", memory);
	}
	if (fclose(memory) != 0)
		return -ENOMEM;
	(void)fputs("\n**Trust**\n\n", f);
	print_lines(f, text);
	return 0;
}

static int print_plan(FILE *f, const struct verdict_view *view)
{
	const struct verdict_document *d = view->verdict;
	uint32_t codes = verdict_codes(d) & view->neutral;
	char alpha[VERDICT_PERCENT_MAX];
	struct verdict_plan plan;
	int r = verdict_plan_make(d, &plan);

	if (r < 0)
		return r;
	(void)fputs("\n**Plan**\n\n- ", f);
	verdict_plan_seen_print(f, &plan);
	(void)fputs("\n- ", f);
	verdict_plan_cost_print(f, &plan, d->paired);
	(void)fprintf(f, "\n- policy %s, chance of any false red: %s", gate_policy_name(d->policy),
		verdict_percent(d->alpha, 4, alpha));
	for (unsigned code = 1; code <= VERDICT_CODES_NEUTRAL_MAX; code++)
		if (codes & 1u << code)
			(void)fprintf(f, "; exit code %u is neutral here", code);
	(void)fputc('\n', f);
	return 0;
}

static int print_next(FILE *f, const struct verdict_view *view)
{
	CLEANUP_FREE char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int r;

	if (!memory)
		return -ENOMEM;
	r = verdict_next(memory, view, "");
	if (fclose(memory) != 0 || r < 0)
		return -ENOMEM;
	(void)fputs("\n**Next**\n\n", f);
	print_lines(f, text);
	return 0;
}

int verdict_write_markdown(FILE *f, const struct verdict_view *view)
{
	CLEANUP_STRV struct strv said = {0};
	int r = verdict_remarks_of_all(view->verdict, &said);

	if (r < 0)
		return r;
	print_marker(f, view->verdict->name);
	print_head(f, view);
	r = print_rows(f, view);
	(void)fputc('\n', f);
	print_list(f, &said);
	if (r >= 0)
		r = print_trust(f, view);
	if (r >= 0)
		r = print_plan(f, view);
	return r < 0 ? r : print_next(f, view);
}
