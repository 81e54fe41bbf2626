/* What to do after a verdict. */
#include "ctl/verdict-next.h"

#include <inttypes.h>
#include <math.h>

#include "common/judge/verdict-sum.h"
#include "common/stats/effect.h"
#include "ctl/report-trust.h"
#include "ctl/verdict-words.h"

/* Names that a shell takes as they are, or between single quotes. */
#define PLAIN_LETTERS  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/=,:+@%-"
#define QUOTED_LETTERS PLAIN_LETTERS " []{}()<>*?!$&|;#~^\"`"

struct advice {
	FILE *f;
	const struct verdict_view *view;
	const char *program, *lead;
	unsigned n_lines;
};

static FILE *next_line(struct advice *a)
{
	if (a->n_lines++ > 0)
		(void)fputs(a->lead, a->f);
	return a->f;
}

/* A name of unknown origin never becomes part of a command that somebody might paste. */
static void print_argument(FILE *f, const char *name)
{
	if (*name && !name[strspn(name, PLAIN_LETTERS)] && *name != '-')
		(void)fputs(name, f);
	else if (*name && !name[strspn(name, QUOTED_LETTERS)] && *name != '-')
		(void)fprintf(f, "'%s'", name);
	else
		(void)fputs("BENCH", f);
}

static const struct verdict_row *first_of(
	const struct verdict_row *const *rows, size_t n, enum verdict verdict)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i]->verdict == verdict && !verdict_row_is_out(rows[i]))
			return rows[i];
	return NULL;
}

static void advise_regressed(struct advice *a, const struct verdict_row *row)
{
	uint64_t job = a->view->verdict->job;
	FILE *f = next_line(a);

	if (job == 0) {
		(void)fputs("look at what changed between the two\n", f);
		return;
	}
	(void)fprintf(
		f, "%s show %" PRIu64 "; %s log %" PRIu64 "\n", a->program, job, a->program, job);
	f = next_line(a);
	(void)fprintf(f, "if it is intended: %s accept %" PRIu64 " ", a->program, job);
	print_argument(f, row->name);
	(void)fputs(" --reason TEXT --expires 90d\n", f);
}

static void advise_invalid(struct advice *a, const struct verdict_row *row)
{
	uint64_t job = a->view->verdict->job;
	const struct result *r = a->view->cand;
	struct disturbance d = {0};

	if (r)
		disturbance_of(r, &d);
	if ((row->flags & VERDICT_MISSING) || (row->flags & VERDICT_FAILED)) {
		if (job > 0)
			(void)fprintf(next_line(a), "%s log %" PRIu64 "\n", a->program, job);
		else
			(void)fputs(row->flags & VERDICT_FAILED
					? "look at what the command printed\n"
					: "measure what is missing again\n",
				next_line(a));
		return;
	}
	(void)next_line(a);
	if (d.n_culprits > 0) {
		(void)fputs("stop ", a->f);
		verdict_safe_print(a->f, d.culprits[0].name);
		(void)fputs(", ", a->f);
	}
	(void)fputs("use --profile quiet, or try again when the machine is quiet\n", a->f);
}

static void advise_inconclusive(struct advice *a, const struct verdict_row *row)
{
	double rounds = effect_rounds(row->mde, row->rounds, row->margin);
	FILE *f = next_line(a);

	if (row->flags & (VERDICT_CARRY_OVER | VERDICT_EXCLUSION_DIFFERS))
		(void)fputs(
			"let --prepare put back what a run leaves behind for the next one\n", f);
	else if (a->view->verdict->paired && isfinite(rounds) && rounds > row->rounds &&
		rounds <= GATE_ROUNDS_MAX)
		(void)fprintf(f,
			"--max-rounds %.0f, longer runs or --profile quiet, to see the "
			"margin\n",
			rounds);
	else if (a->view->verdict->paired)
		(void)fputs("more --max-rounds, longer runs or --profile quiet\n", f);
	else
		(void)fputs("for a verdict put both into one job: steadyctl gate\n", f);
}

static void advise(struct advice *a, const struct verdict_row *const *rows, size_t n)
{
	const struct verdict_row *row;

	if (a->view->code == VERDICT_CODE_CANCELLED) {
		(void)fputs("it was cancelled: run it again for a verdict\n", next_line(a));
		return;
	}
	row = first_of(rows, n, VERDICT_REGRESSED);
	if (row)
		advise_regressed(a, row);
	row = first_of(rows, n, VERDICT_INVALID);
	if (row || n == 0)
		advise_invalid(a, row ? row : &(struct verdict_row){.flags = VERDICT_MISSING});
	if (first_of(rows, n, VERDICT_NOT_COMPARABLE))
		(void)fputs(
			"measure both on one machine, in one job: steadyctl gate\n", next_line(a));
	row = first_of(rows, n, VERDICT_INCONCLUSIVE);
	if (row)
		advise_inconclusive(a, row);
	if (a->n_lines > 0)
		return;
	if (a->view->verdict->job > 0)
		(void)fprintf(next_line(a), "%s show %" PRIu64 " --json for every run\n",
			a->program, a->view->verdict->job);
	else
		(void)fputs("nothing has to be done\n", next_line(a));
}

int verdict_next(FILE *f, const struct verdict_view *view, const char *lead)
{
	CLEANUP_FREE const struct verdict_row **rows = NULL;
	struct advice a = {
		.f = f,
		.view = view,
		.program = view->local ? "steadyctl --local" : "steadyctl",
		.lead = lead,
	};
	int r = verdict_order(view->verdict, &rows);

	if (r >= 0)
		advise(&a, rows, view->verdict->n_rows);
	return r;
}
