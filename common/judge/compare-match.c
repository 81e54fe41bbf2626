/* Which benchmarks of two results belong together: by name, then by arm. */
#include "common/judge/compare-match.h"

#include <errno.h>
#include <stdlib.h>

#include "common/base/macro.h"

/* A benchmark to be found by its name. */
struct entry {
	const char *name, *arm; /* borrowed; arm "" for none */
	size_t index;
};

struct group {
	const struct entry *first;
	size_t n;
};

struct matcher {
	struct entry *base;
	struct entry *cand;
	size_t n_base, n_cand;
	bool *used; /* of cand */
	struct match *matches;
	size_t n, n_max;
};

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static struct entry *make_entries(const struct result *r)
{
	struct entry *entries = calloc(r->n_benchmarks + 1, sizeof(*entries));

	if (!entries)
		return NULL;
	for (size_t i = 0; i < r->n_benchmarks; i++) {
		const struct benchmark *b = &r->benchmarks[i];

		entries[i] = (struct entry){b->name ? b->name : "", b->arm ? b->arm : "", i};
	}
	if (r->n_benchmarks > 1)
		qsort(entries, r->n_benchmarks, sizeof(*entries), by_name);
	return entries;
}

/* All benchmarks of a name. */
static struct group find_group(const struct entry *entries, size_t n, const char *name)
{
	size_t low = 0, high = n, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(entries[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < n && streq(entries[end].name, name); end++)
		;
	return (struct group){entries + low, end - low};
}

static int add(struct matcher *m, long base, long cand, bool says_arm)
{
	if (m->n == m->n_max) {
		size_t n_max = MAX_OF(2 * m->n_max, (size_t)16);
		struct match *matches = reallocarray(m->matches, n_max, sizeof(*matches));

		if (!matches)
			return -ENOMEM;
		m->matches = matches;
		m->n_max = n_max;
	}
	if (cand >= 0)
		m->used[cand] = true;
	m->matches[m->n++] = (struct match){base, cand, says_arm};
	return 0;
}

static const struct entry *find_arm(const struct group *g, const char *arm)
{
	for (size_t i = 0; i < g->n; i++)
		if (streq(g->first[i].arm, arm))
			return &g->first[i];
	return NULL;
}

static int match_one(struct matcher *m, const struct benchmark *b, size_t index)
{
	const char *name = b->name ? b->name : "";
	struct group theirs = find_group(m->cand, m->n_cand, name);
	struct group ours = find_group(m->base, m->n_base, name);
	const struct entry *same = find_arm(&theirs, b->arm ? b->arm : "");
	bool says_arm = ours.n > 1 || theirs.n > 1;
	int r = 0;

	if (!same && theirs.n == 1)
		same = theirs.first;
	if (same)
		return add(m, (long)index, (long)same->index, says_arm);
	if (ours.n != 1 || theirs.n == 0)
		return add(m, (long)index, -1, says_arm);
	for (size_t i = 0; theirs.first && i < theirs.n && r >= 0; i++)
		r = add(m, (long)index, (long)theirs.first[i].index, says_arm);
	return r;
}

static int match_all(struct matcher *m, const struct result *base, const struct result *cand)
{
	int r = 0;

	for (size_t i = 0; i < base->n_benchmarks && r >= 0; i++)
		r = match_one(m, &base->benchmarks[i], i);
	for (size_t i = 0; i < cand->n_benchmarks && r >= 0; i++)
		if (!m->used[i])
			r = add(m, -1, (long)i, cand->benchmarks[i].arm != NULL);
	return r;
}

int compare_match(
	const struct result *base, const struct result *cand, struct match **ret, size_t *ret_n)
{
	struct matcher m = {
		.base = make_entries(base),
		.cand = make_entries(cand),
		.n_base = base->n_benchmarks,
		.n_cand = cand->n_benchmarks,
		.used = calloc(cand->n_benchmarks + 1, sizeof(bool)),
	};
	int r = m.base && m.cand && m.used ? match_all(&m, base, cand) : -ENOMEM;

	if (r >= 0) {
		*ret = TAKE_PTR(m.matches);
		*ret_n = m.n;
	}
	free(m.base);
	free(m.cand);
	free(m.used);
	free(m.matches);
	return r;
}
