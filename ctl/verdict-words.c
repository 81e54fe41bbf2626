/* What a verdict is in words and in which order, the same in every report. */
#include "ctl/verdict-words.h"

#include <errno.h>
#include <math.h>

#include "common/base/utf8.h"
#include "common/judge/verdict-sum.h"
#include "ctl/report-number.h"

#define NAMES_MAX 4

/* Worst first. */
static const enum verdict order[VERDICT_MAX] = {
	VERDICT_REGRESSED,
	VERDICT_INVALID,
	VERDICT_NOT_COMPARABLE,
	VERDICT_INCONCLUSIVE,
	VERDICT_IMPROVED,
	VERDICT_EQUIVALENT,
};

/* What a flag means; NULL where the reason of the row says it, or verdict_remarks(). */
static const char *const flag_words[VERDICT_FLAGS] = {
	"worse for sure, whether by more than the margin is open",
	"better for sure, whether by more than the margin is open",
	"the same files on both arms: an A/A comparison",
	"the sign test's interval says something else: the differences are not symmetric",
	"the differences depend on which arm ran first",
	"one arm was disturbed more often than the other",
	NULL,
	NULL,
	"the floor, not the margin, is the limit",
	"an arm, or all of it, is missing",
	"a command of the workload failed",
	"too many pairs had to be left out",
	"advisory: how much results differ between sessions is not known",
};

/* As verdict_codes() has it. */
static bool is_same_files_out(const struct verdict_row *row)
{
	return (row->flags & VERDICT_SAME_FILES) && row->verdict == VERDICT_REGRESSED;
}

static unsigned rank_of(enum verdict verdict)
{
	unsigned i = 0;

	while (i + 1 < VERDICT_MAX && order[i] != verdict)
		i++;
	return i;
}

/* How far to the worse; what has no figure stands last among its like. */
static double badness(const struct verdict_row *row)
{
	double change = log(row->ratio);

	if (!isfinite(change))
		return -INFINITY;
	return metric_desc(row->metric)->lower_is_better ? change : -change;
}

static int compare_rows(const void *a, const void *b)
{
	const struct verdict_row *x = *(const struct verdict_row *const *)a;
	const struct verdict_row *y = *(const struct verdict_row *const *)b;
	unsigned rank_x = rank_of(x->verdict), rank_y = rank_of(y->verdict);
	double bad_x = badness(x), bad_y = badness(y);

	if (rank_x != rank_y)
		return rank_x < rank_y ? -1 : 1;
	if (verdict_row_is_out(x) != verdict_row_is_out(y))
		return verdict_row_is_out(y) ? -1 : 1;
	if (bad_x > bad_y || bad_x < bad_y)
		return bad_x > bad_y ? -1 : 1;
	return (x > y) - (x < y);
}

int verdict_order(const struct verdict_document *d, const struct verdict_row ***ret)
{
	const struct verdict_row **rows = calloc(
		MAX_OF(d->n_rows, (size_t)1), sizeof(const struct verdict_row *));

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < d->n_rows; i++)
		rows[i] = &d->rows[i];
	qsort(rows, d->n_rows, sizeof(const struct verdict_row *), compare_rows);
	*ret = rows;
	return 0;
}

void verdict_count(const struct verdict_document *d, struct verdict_counts *ret)
{
	*ret = (struct verdict_counts){0};
	for (size_t i = 0; i < d->n_rows; i++) {
		const struct verdict_row *row = &d->rows[i];

		ret->n[row->verdict]++;
		ret->n_counted[row->verdict] += !verdict_row_is_out(row);
		ret->n_accepted += row->accepted != NULL;
		ret->n_quarantined += (row->flags & VERDICT_QUARANTINED) != 0;
		ret->n_same_files += (row->flags & VERDICT_SAME_FILES) != 0;
		ret->n_same_files_out += is_same_files_out(row);
		ret->n_advisory += (row->flags & VERDICT_ADVISORY) != 0;
	}
}

static void print_out(FILE *f, unsigned n, const char *how, const char **separator)
{
	if (n == 0)
		return;
	(void)fprintf(f, "%s%u %s", *separator, n, how);
	*separator = ", ";
}

void verdict_counts_print(FILE *f, const struct verdict_counts *c)
{
	const char *comma = "", *separator = "; not counted: ";

	for (size_t i = 0; i < VERDICT_MAX; i++)
		if (c->n[order[i]] > 0) {
			(void)fprintf(f, "%s%u %s", comma, c->n[order[i]], verdict_name(order[i]));
			comma = ", ";
		}
	print_out(f, c->n_accepted, "accepted", &separator);
	print_out(f, c->n_quarantined, "quarantined", &separator);
	print_out(f, c->n_same_files_out, "on the same files", &separator);
}

bool verdict_row_is_out(const struct verdict_row *row)
{
	return row->accepted || (row->flags & VERDICT_QUARANTINED) || is_same_files_out(row);
}

uint32_t verdict_row_codes(const struct verdict_document *d, const struct verdict_row *row)
{
	struct verdict_row copy = *row;
	struct verdict_document one = *d;

	if (verdict_row_is_out(row))
		return 0;
	one.rows = &copy;
	one.n_rows = 1;
	one.verdict = row->verdict;
	return verdict_codes(&one);
}

char *verdict_percent(double ratio, int digits, char ret[static VERDICT_PERCENT_MAX])
{
	double percent = ratio * 100;
	int before = fabs(percent) > 0 ? (int)floor(log10(fabs(percent))) + 1 : 1;
	int behind = MIN_OF(MAX_OF(digits - before, 0), 6);
	size_t length;

	if (!isfinite(percent)) {
		(void)snprintf(ret, VERDICT_PERCENT_MAX, "unknown");
		return ret;
	}
	(void)snprintf(ret, VERDICT_PERCENT_MAX - 2, "%.*f", behind, percent);
	length = strlen(ret);
	while (strchr(ret, '.') && (ret[length - 1] == '0' || ret[length - 1] == '.')) {
		bool point = ret[--length] == '.';

		ret[length] = '\0';
		if (point)
			break;
	}
	(void)snprintf(ret + length, VERDICT_PERCENT_MAX - length, " %%");
	return ret;
}

/* Two digits of the interval's width. */
static int digits_of(const struct verdict_row *row)
{
	double width = (row->high - row->low) * 100;

	if (!isfinite(width) || !(width > 0))
		return 1;
	return MIN_OF(MAX_OF(1 - (int)floor(log10(width)), 0), 4);
}

static void print_percent(FILE *f, double ratio, int digits, bool sign)
{
	double percent = (ratio - 1) * 100;

	/* No "-0.0". */
	if (fabs(percent) < 0.5 * pow(10, -digits))
		(void)fprintf(f, "%.*f", digits, 0.0);
	else
		(void)fprintf(f, sign ? "%+.*f" : "%.*f", digits, percent);
}

void verdict_change_print(FILE *f, const struct verdict_row *row)
{
	if (!isfinite(row->ratio)) {
		(void)fputs("no figure", f);
		return;
	}
	print_percent(f, row->ratio, digits_of(row), true);
	(void)fputs(" %", f);
}

void verdict_interval_print(FILE *f, const struct verdict_row *row)
{
	int digits = digits_of(row);

	if (!isfinite(row->low) || !isfinite(row->high)) {
		(void)fputs("[no interval]", f);
		return;
	}
	(void)fputc('[', f);
	print_percent(f, row->low, digits, false);
	(void)fputs(", ", f);
	print_percent(f, row->high, digits, false);
	(void)fputc(']', f);
}

void verdict_limits_print(FILE *f, const struct verdict_row *row, bool paired)
{
	char text[VERDICT_PERCENT_MAX];
	const char *unit = paired ? "round" : "run";

	(void)fprintf(f, "margin %s, ", verdict_percent(row->margin, 4, text));
	if (isfinite(row->mde))
		(void)fprintf(f, "could see %s", verdict_percent(row->mde, 2, text));
	else
		(void)fputs("what it could see is unknown", f);
	(void)fprintf(f, ", %u %s%s", row->rounds, unit, row->rounds == 1 ? "" : "s");
	if (row->excluded > 0)
		(void)fprintf(f, ", %u left out", row->excluded);
}

static void print_value(FILE *f, enum metric metric, double value)
{
	struct report_scale scale = report_scale_choose(metric, value, 0);
	char text[REPORT_NUMBER_MAX];

	(void)fprintf(f, "%s%s", report_number(&scale, value, text), scale.suffix);
}

bool verdict_medians_print(FILE *f, const struct verdict_row *row)
{
	if (!isfinite(row->base) || !isfinite(row->cand))
		return false;
	print_value(f, row->metric, row->base);
	(void)fputs(" to ", f);
	print_value(f, row->metric, row->cand);
	return true;
}

int verdict_capital_print(FILE *f, enum verdict verdict, size_t n_letters)
{
	const char *name = verdict_name(verdict);
	int n = 0;

	for (; name[n]; n++) {
		bool is_capital = (size_t)n < n_letters && name[n] >= 'a' && name[n] <= 'z';

		(void)fputc(is_capital ? name[n] - 'a' + 'A' : name[n], f);
	}
	return n;
}

static int add_blind(const struct verdict_row *row, struct strv *ret)
{
	char limit[VERDICT_PERCENT_MAX];

	if (!isfinite(row->mde_limit))
		return strv_push(ret, "too noisy: beyond gate.max-mde");
	return strv_pushf(ret, "too noisy: it could not have seen gate.max-mde, %s",
		verdict_percent(row->mde_limit, 4, limit));
}

/* The judge's reason of a row that is merely open repeats its figures, which stand beside it. */
static bool has_reason(const struct verdict_row *row)
{
	bool is_open = row->verdict == VERDICT_INCONCLUSIVE && isfinite(row->mde);

	return row->why[0] && !is_open;
}

/* @silent: flags that are said elsewhere */
static int add_remarks(const struct verdict_row *row, unsigned silent, struct strv *ret)
{
	int r = has_reason(row) ? strv_push(ret, row->why) : 0;

	if (r >= 0 && row->accepted)
		r = strv_pushf(ret, "accepted, does not count: %s", row->accepted);
	if (r >= 0 && (row->flags & VERDICT_QUARANTINED))
		r = strv_pushf(ret, "quarantined, does not count: %s",
			row->quarantine[0] ? row->quarantine : "no reason given");
	if (r >= 0 && is_same_files_out(row))
		r = strv_push(ret, "on the same files, does not count: tells of the machine");
	if (r >= 0 && (row->flags & VERDICT_BLIND))
		r = add_blind(row, ret);
	if (r >= 0 && !metric_desc(row->metric)->lower_is_better)
		r = strv_push(ret, "higher is better");
	for (unsigned bit = 0; r >= 0 && bit < VERDICT_FLAGS; bit++)
		if ((row->flags & ~silent & 1u << bit) && flag_words[bit])
			r = strv_push(ret, flag_words[bit]);
	return r;
}

int verdict_remarks(const struct verdict_row *row, struct strv *ret)
{
	return add_remarks(row, 0, ret);
}

int verdict_row_remarks(const struct verdict_row *row, struct strv *ret)
{
	return add_remarks(row, VERDICT_ADVISORY | VERDICT_SAME_FILES, ret);
}

static int print_message(FILE *f, const struct verdict_document *d, const struct verdict_row *row)
{
	CLEANUP_STRV struct strv remarks = {0};
	int r = verdict_remarks(row, &remarks);

	(void)fprintf(f, "%s: ", verdict_name(row->verdict));
	verdict_change_print(f, row);
	(void)fputc(' ', f);
	verdict_interval_print(f, row);
	(void)fputs(", ", f);
	verdict_limits_print(f, row, d->paired);
	strv_foreach (remark, &remarks)
		(void)fprintf(f, "; %s", remark);
	return r;
}

char *verdict_message(const struct verdict_document *d, const struct verdict_row *row)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int r;

	if (!f)
		return NULL;
	r = print_message(f, d, row);
	if (fclose(f) == 0 && r >= 0)
		return text;
	free(text);
	return NULL;
}

/* Which benchmarks have nothing to compare; a name for each of the first few. */
static int add_same_files(const struct verdict_document *d, unsigned n, struct strv *ret)
{
	CLEANUP_STRV struct strv names = {0};
	CLEANUP_FREE char *all = NULL;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < d->n_rows && names.n < NAMES_MAX; i++)
		if (d->rows[i].flags & VERDICT_SAME_FILES &&
			(names.n == 0 || !streq(names.items[names.n - 1], d->rows[i].name)))
			r = strv_push(&names, d->rows[i].name);
	all = r >= 0 ? strv_join(&names, ", ") : NULL;
	if (!all)
		return -ENOMEM;
	return strv_pushf(ret,
		"%u of %zu have the same files on both arms (A/A: %s%s): a verdict of theirs other "
		"than equivalent tells of the machine",
		n, d->n_rows, all, n > names.n && names.n == NAMES_MAX ? ", ..." : "");
}

int verdict_warnings(const struct verdict_document *d, struct strv *ret)
{
	struct verdict_counts counts;
	int r = 0;

	verdict_count(d, &counts);
	if (d->forced)
		r = strv_push(ret, "forced: compared although the results are not comparable");
	if (r >= 0 && counts.n_advisory > 0)
		r = strv_push(ret,
			"advisory: how much results differ between sessions is not "
			"known here, so this passes or fails nothing");
	if (r >= 0 && counts.n_same_files > 0)
		r = add_same_files(d, counts.n_same_files, ret);
	return r;
}

/* Reasons and notes begin with the name of the row they are about. */
static bool repeats(const char *text, const struct verdict_row *row, const struct strv *remarks)
{
	size_t n = strlen(row->name);

	if (strncmp(text, row->name, n) != 0 || strncmp(text + n, ": ", 2) != 0)
		return false;
	strv_foreach (remark, remarks)
		if (streq(text + n + 2, remark))
			return true;
	return false;
}

static int is_said(const struct verdict_document *d, const char *text)
{
	for (size_t i = 0; i < d->n_rows; i++) {
		CLEANUP_STRV struct strv remarks = {0};
		bool is_counted_only = d->n_rows > 1 && d->rows[i].verdict == VERDICT_EQUIVALENT &&
			!verdict_row_is_out(&d->rows[i]);

		if (verdict_row_remarks(&d->rows[i], &remarks) < 0)
			return -ENOMEM;
		if (!is_counted_only && repeats(text, &d->rows[i], &remarks))
			return 1;
	}
	return 0;
}

static int add_unsaid(const struct verdict_document *d, const struct strv *list, struct strv *ret)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < list->n; i++) {
		r = is_said(d, list->items[i]);
		if (r == 0)
			r = strv_push(ret, list->items[i]);
	}
	return MIN_OF(r, 0);
}

int verdict_remarks_of_all(const struct verdict_document *d, struct strv *ret)
{
	int r = verdict_warnings(d, ret);

	if (r >= 0)
		r = add_unsaid(d, &d->reasons, ret);
	return r < 0 ? r : add_unsaid(d, &d->notes, ret);
}

void verdict_safe_print(FILE *f, const char *text)
{
	while (text && *text) {
		uint32_t code;
		size_t n = utf8_read(text, strlen(text), &code);

		if (n > 0 && utf8_is_printable(code))
			(void)fwrite(text, 1, n, f);
		else
			(void)fputc('?', f);
		text += MAX_OF(n, (size_t)1);
	}
}
