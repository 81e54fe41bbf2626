/* The runs of a job by benchmark. */
#include "common/judge/run-index.h"

#include <errno.h>

void run_index_done(struct run_index *i)
{
	if (!i)
		return;

	free(i->starts);
	free(i->positions);
	*i = (struct run_index){0};
}

int run_index_make(const struct result *r, struct run_index *ret)
{
	size_t *starts = calloc(r->n_benchmarks + 2, sizeof(*starts));
	size_t *positions = calloc(r->n_runs + 1, sizeof(*positions));

	if (!starts || !positions) {
		free(starts);
		free(positions);
		return -ENOMEM;
	}

	/* Counted one place further up, so that filling leaves every start where it belongs. */
	for (size_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].benchmark < r->n_benchmarks)
			starts[r->runs[i].benchmark + 2]++;
	for (size_t b = 2; b < r->n_benchmarks + 2; b++)
		starts[b] += starts[b - 1];
	for (size_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].benchmark < r->n_benchmarks)
			positions[starts[r->runs[i].benchmark + 1]++] = i;
	*ret = (struct run_index){.starts = starts, .positions = positions};
	return 0;
}

size_t run_index_count(const struct run_index *i, size_t benchmark)
{
	return i->starts[benchmark + 1] - i->starts[benchmark];
}
