/* From rows to one answer. */
#include "common/judge/verdict-sum.h"

#include <errno.h>
#include <math.h>

#include "common/base/clock.h"

/* As steadyctl ends; docs/steadyctl.1. */
enum code {
	CODE_REGRESSED = 1,
	CODE_INCONCLUSIVE = 3,
	CODE_NOT_COMPARABLE = 4,
	CODE_INVALID = 5,
	CODE_MISSING = 6,
	CODE_FAILED = 8,
};

/* On the same files every difference is the noise floor's, not the work's. */
static bool counts(const struct verdict_row *row)
{
	bool is_aa = (row->flags & VERDICT_SAME_FILES) && row->verdict == VERDICT_REGRESSED;

	return !row->accepted && !(row->flags & VERDICT_QUARANTINED) && !is_aa;
}

void verdict_sum(struct verdict_document *d)
{
	enum verdict worst = VERDICT_EQUIVALENT;
	bool any = false;

	for (size_t i = 0; i < d->n_rows; i++) {
		if (!counts(&d->rows[i]))
			continue;
		worst = MAX_OF(worst, d->rows[i].verdict);
		any = true;
	}
	if (any)
		d->verdict = worst;
	else
		d->verdict = d->n_rows > 0 ? VERDICT_INCONCLUSIVE : VERDICT_INVALID;
}

static enum code code_of_invalid(const struct verdict_row *row)
{
	if (row->flags & VERDICT_FAILED)
		return CODE_FAILED;
	return row->flags & VERDICT_MISSING ? CODE_MISSING : CODE_INVALID;
}

/* 0: nothing is asked for. */
static unsigned code_of(const struct verdict_row *row)
{
	bool is_advisory = row->flags & VERDICT_ADVISORY;

	switch (row->verdict) {
	case VERDICT_REGRESSED:
		return is_advisory ? 0 : CODE_REGRESSED;
	case VERDICT_INCONCLUSIVE:
		if (is_advisory || (row->passes && !(row->flags & VERDICT_BLIND)))
			return 0;
		return CODE_INCONCLUSIVE;
	case VERDICT_NOT_COMPARABLE:
		return CODE_NOT_COMPARABLE;
	case VERDICT_EQUIVALENT:
	case VERDICT_IMPROVED:
		return row->passes || is_advisory ? 0 : CODE_INVALID;
	default:
		return code_of_invalid(row);
	}
}

uint32_t verdict_codes(const struct verdict_document *d)
{
	uint32_t codes = d->n_rows > 0 ? 0 : 1u << CODE_INVALID;

	for (size_t i = 0; i < d->n_rows; i++)
		if (counts(&d->rows[i]))
			codes |= 1u << code_of(&d->rows[i]);
	return codes & ~1u;
}

int verdict_exit_code(uint32_t codes, uint32_t neutral)
{
	static const enum code order[] = {CODE_REGRESSED, CODE_FAILED, CODE_MISSING, CODE_INVALID,
		CODE_NOT_COMPARABLE, CODE_INCONCLUSIVE};
	uint32_t left = codes & ~neutral;

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (left & (1u << order[i]))
			return (int)order[i];
	return 0;
}

int verdict_exit_code_of(const struct verdict_document *d, const struct result *cand)
{
	if (d->paired && cand && cand->state == JOB_CANCELLED)
		return VERDICT_CODE_CANCELLED;
	return verdict_exit_code(verdict_codes(d), d->neutral);
}

/* By how much it is worse: 0.05 for 5 %, whichever direction is the bad one. */
static double loss(const struct verdict_row *row)
{
	return (metric_desc(row->metric)->lower_is_better ? row->ratio : 1 / row->ratio) - 1;
}

static int note(struct verdict_document *d, const struct verdict_row *row,
	const struct acceptance *a, uint64_t now_ns)
{
	const char *name = row->name;
	const char *metric = metric_desc(row->metric)->name;
	const char *source = a->source ? a->source : "no source";
	const char *reason = a->reason ? a->reason : "no reason given";
	double limit = a->limit_ratio * 100;
	char until[CLOCK_RFC3339_MAX] = "";

	if (a->expires_ns > 0)
		(void)clock_rfc3339(a->expires_ns, until);
	if (a->expires_ns > 0 && a->expires_ns <= now_ns)
		return strv_pushf(&d->notes, "%s: the acceptance of %s (%s) expired on %.10s", name,
			source, reason, until);
	if (!(loss(row) <= a->limit_ratio))
		return strv_pushf(&d->notes,
			"%s: %s is %.1f %% worse, more than the %g %% that %s accepts (%s)", name,
			metric, loss(row) * 100, limit, source, reason);
	return strv_pushf(&d->notes,
		"%s: %s is %.1f %% worse, accepted up to %g %% by %s%s%.10s: %s", name, metric,
		loss(row) * 100, limit, source, until[0] ? ", until " : "", until, reason);
}

static int accept_row(struct verdict_document *d, struct verdict_row *row,
	const struct acceptance *list, size_t n, uint64_t now_ns)
{
	for (size_t i = 0; i < n && !row->accepted; i++) {
		const struct acceptance *a = &list[i];
		bool is_expired = a->expires_ns > 0 && a->expires_ns <= now_ns;
		int r;

		if (!streq(a->benchmark, "*") && !streq(a->benchmark, row->name))
			continue;
		r = note(d, row, a, now_ns);
		if (r < 0)
			return r;
		if (is_expired || !(loss(row) <= a->limit_ratio))
			continue;
		row->accepted = strdup(a->reason ? a->reason : "");
		if (!row->accepted)
			return -ENOMEM;
	}
	return 0;
}

int verdict_accept(
	struct verdict_document *d, const struct acceptance *list, size_t n, uint64_t now_ns)
{
	for (size_t i = 0; i < d->n_rows; i++) {
		int r = 0;

		if (d->rows[i].verdict == VERDICT_REGRESSED)
			r = accept_row(d, &d->rows[i], list, n, now_ns);
		if (r < 0)
			return r;
	}
	return 0;
}
