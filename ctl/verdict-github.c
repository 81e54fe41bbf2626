/* A verdict as workflow commands of a GitHub runner, and as outputs of a step. */
#include <errno.h>

#include "ctl/verdict-escape.h"
#include "ctl/verdict-formats.h"
#include "ctl/verdict-words.h"

/* A runner shows ten annotations of a kind for a step; the eleventh would be lost in silence. */
#define ANNOTATIONS_MAX 10

enum level {
	LEVEL_ERROR,
	LEVEL_WARNING,
	LEVEL_NOTICE,
	LEVEL_MAX,
};

static const char *const level_names[LEVEL_MAX] = {"error", "warning", "notice"};

/* -ENOENT: nothing to be told. */
static int level_of(const struct verdict_view *view, const struct verdict_row *row)
{
	uint32_t codes = verdict_row_codes(view->verdict, row);

	if (codes & ~view->neutral)
		return LEVEL_ERROR;
	switch (row->verdict) {
	case VERDICT_EQUIVALENT:
		return -ENOENT;
	case VERDICT_IMPROVED:
		return LEVEL_NOTICE;
	default:
		return verdict_row_is_out(row) ? LEVEL_NOTICE : LEVEL_WARNING;
	}
}

static int annotate(
	FILE *f, const struct verdict_view *view, const struct verdict_row *row, enum level level)
{
	CLEANUP_FREE char *message = verdict_message(view->verdict, row);

	if (!message)
		return -ENOMEM;
	(void)fprintf(f, "::%s title=", level_names[level]);
	escape_workflow_property(f, verdict_name(row->verdict));
	(void)fputc(' ', f);
	escape_workflow_property(f, row->name);
	(void)fputs("::", f);
	escape_workflow(f, row->name);
	(void)fprintf(f, " (%s) ", metric_desc(row->metric)->name);
	escape_workflow(f, message);
	(void)fputc('\n', f);
	return 0;
}

static int annotate_rows(FILE *f, const struct verdict_view *view,
	const struct verdict_row *const *rows, unsigned count[static LEVEL_MAX])
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < view->verdict->n_rows; i++) {
		int level = level_of(view, rows[i]);

		/* The last place is for saying how many there are. */
		if (level >= 0 && ++count[level] < ANNOTATIONS_MAX)
			r = annotate(f, view, rows[i], (enum level)level);
	}
	return r;
}

/* Where no row is to blame, a reason is. */
static void annotate_whole(FILE *f, const struct verdict_view *view)
{
	if (view->verdict->n_rows > 0)
		return;
	(void)fprintf(f, "::%s title=%s::nothing was compared",
		level_names[view->code > 0 ? LEVEL_ERROR : LEVEL_WARNING],
		verdict_name(view->verdict->verdict));
	strv_foreach (reason, &view->verdict->reasons) {
		(void)fputs("; ", f);
		escape_workflow(f, reason);
	}
	(void)fputc('\n', f);
}

int verdict_write_github(FILE *f, const struct verdict_view *view)
{
	CLEANUP_FREE const struct verdict_row **rows = NULL;
	unsigned count[LEVEL_MAX] = {0};
	int r = verdict_order(view->verdict, &rows);

	if (r >= 0)
		r = annotate_rows(f, view, rows, count);
	for (int level = 0; r >= 0 && level < LEVEL_MAX; level++)
		if (count[level] >= ANNOTATIONS_MAX)
			(void)fprintf(f, "::%s title=steady::and %u more: see the step summary\n",
				level_names[level], count[level] - ANNOTATIONS_MAX + 1);
	annotate_whole(f, view);
	return r;
}

static void print_variable(FILE *f, const char *name, const char *value, const char *delimiter)
{
	(void)fprintf(f, "%s<<%s\n%s\n%s\n", name, delimiter, value, delimiter);
}

void verdict_github_variables(FILE *f, const struct verdict_view *view, const char *delimiter)
{
	struct verdict_counts counts;
	char number[16];

	verdict_count(view->verdict, &counts);
	print_variable(f, "verdict", verdict_name(view->verdict->verdict), delimiter);
	(void)snprintf(number, sizeof(number), "%d", view->code);
	print_variable(f, "code", number, delimiter);
	(void)snprintf(number, sizeof(number), "%u", counts.n_counted[VERDICT_REGRESSED]);
	print_variable(f, "regressed", number, delimiter);
}
