/* Who disturbed the runs of a benchmark most. */
#include "common/judge/culprits.h"

#include <stdio.h>

#define NAMES_MAX  64 /* distinct names kept; further ones are rare and small */
#define RANKED_MAX 3

struct ranking {
	struct culprit names[NAMES_MAX];
	size_t n;
};

static void add(struct ranking *ranking, const char *name, double seconds)
{
	size_t i = 0;

	if (seconds <= 0)
		return;
	while (i < ranking->n && !streq(ranking->names[i].name, name))
		i++;
	if (i == NAMES_MAX)
		return;
	if (i == ranking->n) {
		(void)snprintf(ranking->names[i].name, sizeof(ranking->names[i].name), "%s", name);
		ranking->n++;
	}
	ranking->names[i].seconds += seconds;
}

static void add_run(struct ranking *ranking, const struct run *run)
{
	const struct evidence *evidence = &run->evidence;

	for (unsigned i = 0; i < MIN_OF(evidence->n_culprits, (unsigned)RUN_CULPRITS_MAX); i++)
		add(ranking, evidence->culprits[i].name, evidence->culprits[i].seconds);
	if (measure_is_set(&evidence->steal))
		add(ranking, "steal", evidence->steal.value);
}

/* Largest first; of equal ones the first by name, so that the text is always the same. */
static int compare(const void *a, const void *b)
{
	const struct culprit *x = a;
	const struct culprit *y = b;
	int order = (x->seconds < y->seconds) - (x->seconds > y->seconds);

	return order ? order : strcmp(x->name, y->name);
}

void culprits_rank(const struct result *r, const struct run_index *index, size_t benchmark,
	char *ret, size_t size)
{
	struct ranking ranking = {.n = 0};
	size_t used = 0;

	for (size_t i = index->starts[benchmark]; i < index->starts[benchmark + 1]; i++) {
		const struct run *run = &r->runs[index->positions[i]];

		if (!run->warmup && run->status == RUN_DISTURBED)
			add_run(&ranking, run);
	}
	qsort(ranking.names, ranking.n, sizeof(ranking.names[0]), compare);

	ret[0] = '\0';
	for (size_t i = 0; i < MIN_OF(ranking.n, (size_t)RANKED_MAX) && used < size; i++)
		used += (size_t)snprintf(
			ret + used, size - used, "%s%s", i > 0 ? ", " : "", ranking.names[i].name);
	for (char *p = ret; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
}
