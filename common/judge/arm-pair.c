/* Which benchmarks of a result belong together. */
#include <errno.h>

#include "common/judge/pairs.h"

/* A benchmark with an arm, or one that is compared without. */
struct member {
	const struct benchmark *benchmark; /* borrowed */
	size_t index;
};

static int compare_texts(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static bool belongs(const struct member *a, const struct member *b)
{
	return streq(a->benchmark->name, b->benchmark->name) &&
		streq(a->benchmark->workload, b->benchmark->workload);
}

/* By member of the suite and name, then in the order of the result. */
static int compare_members(const void *a, const void *b)
{
	const struct member *x = a;
	const struct member *y = b;
	int order = compare_texts(x->benchmark->workload, y->benchmark->workload);

	if (order == 0)
		order = compare_texts(x->benchmark->name, y->benchmark->name);
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int compare_pairs(const void *a, const void *b)
{
	const struct arm_pair *x = a;
	const struct arm_pair *y = b;
	long first = x->base >= 0 ? x->base : x->cand;
	long second = y->base >= 0 ? y->base : y->cand;

	return (first > second) - (first < second);
}

/* A benchmark that is alone is a candidate when its arm is the candidate of others. */
static void place_lonely(const struct result *r, struct arm_pair *pairs, size_t n)
{
	const char *cand = "cand";

	for (size_t i = 0; i < n; i++) {
		if (pairs[i].cand < 0)
			continue;
		cand = r->benchmarks[pairs[i].cand].arm;
		break;
	}
	for (size_t i = 0; i < n; i++)
		if (pairs[i].cand < 0 && streq(r->benchmarks[pairs[i].base].arm, cand))
			pairs[i] = (struct arm_pair){.base = -1, .cand = pairs[i].base};
}

int arm_pairs_find(const struct result *r, struct arm_pair **ret, size_t *ret_n)
{
	CLEANUP_FREE struct member *members = calloc(r->n_benchmarks + 1, sizeof(*members));
	struct arm_pair *pairs;
	size_t n_members = 0;
	size_t n = 0;

	for (size_t b = 0; members && b < r->n_benchmarks; b++)
		if (r->benchmarks[b].arm)
			members[n_members++] = (struct member){&r->benchmarks[b], b};
	if (members && n_members == 0)
		return -EINVAL;
	pairs = calloc(n_members + 1, sizeof(*pairs));
	if (!members || !pairs) {
		free(pairs);
		return -ENOMEM;
	}

	qsort(members, n_members, sizeof(*members), compare_members);
	for (size_t i = 0; i < n_members; i++) {
		if (i == 0 || !belongs(&members[i], &members[i - 1]))
			pairs[n++] = (struct arm_pair){(long)members[i].index, -1};
		else if (pairs[n - 1].cand < 0)
			pairs[n - 1].cand = (long)members[i].index;
	}
	qsort(pairs, n, sizeof(*pairs), compare_pairs);
	place_lonely(r, pairs, n);
	*ret = pairs;
	*ret_n = n;
	return 0;
}
