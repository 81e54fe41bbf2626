/* Verdicts: words and cleaning up. */
#include "common/model/verdict.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/macro.h"

static const char *const names[VERDICT_MAX] = {
	[VERDICT_EQUIVALENT] = "equivalent",
	[VERDICT_IMPROVED] = "improved",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_NOT_COMPARABLE] = "not-comparable",
	[VERDICT_INVALID] = "invalid",
	[VERDICT_REGRESSED] = "regressed",
};

static const char *const flag_names[VERDICT_FLAGS] = {"worse", "better", "same-files", "asymmetric",
	"carry-over", "exclusion-differs", "quarantined", "blind", "floor", "missing", "failed",
	"unstable", "advisory"};

void verdict_document_done(struct verdict_document *d)
{
	if (!d)
		return;

	for (size_t i = 0; i < d->n_rows; i++) {
		free(d->rows[i].name);
		free(d->rows[i].accepted);
	}
	free(d->rows);
	free(d->name);
	strv_done(&d->reasons);
	strv_done(&d->notes);
	strv_done(&d->raw);
	*d = (struct verdict_document){0};
}

const char *verdict_name(enum verdict verdict)
{
	return names[verdict];
}

int verdict_find(const char *name)
{
	for (int i = 0; i < VERDICT_MAX; i++)
		if (streq(names[i], name))
			return i;
	return -ENOENT;
}

const char *verdict_flag_name(unsigned bit)
{
	return bit < ARRAY_SIZE(flag_names) ? flag_names[bit] : NULL;
}

int verdict_flag_find(const char *name)
{
	for (unsigned bit = 0; bit < ARRAY_SIZE(flag_names); bit++)
		if (streq(flag_names[bit], name))
			return (int)bit;
	return -ENOENT;
}
