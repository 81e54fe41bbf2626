/* Workload files from anywhere: the parser ends with a workload or with problems. */
#include <errno.h>

#include "common/config/workload-file.h"
#include "common/model/plan.h"
#include "tests/fuzz/fuzz.h"

#define TRIALS_WORTH_PLANNING 2000

static bool is_small(const struct workload *w)
{
	size_t n = w->n_arms > 0 ? w->n_arms : 1;

	for (size_t i = 0; i < w->n_matrix; i++)
		n *= w->matrix[i].values.n;
	return n * (w->repetition.runs + w->repetition.warmup + w->repetition.max) <
		TRIALS_WORTH_PLANNING;
}

static void check_plan(const struct workload *w)
{
	struct plan plan;

	if (plan_make(w, 1, &plan, NULL) < 0)
		return;
	PROMISE(plan.n_benchmarks > 0);
	plan_done(&plan);
}

/* What follows the first NUL is the value of an option on the command line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const uint8_t *end = memchr(data, '\0', size);
	size_t length = end ? (size_t)(end - data) : size;
	CLEANUP_STRV struct strv overrides = {0};
	CLEANUP(diag_done) struct diag d = {0};
	CLEANUP_FREE char *shown = NULL;
	struct workload w;
	int r;

	if (end)
		PROMISE(strv_pushf(&overrides, "%.*s", (int)(size - length - 1), end + 1) == 0);
	PROMISE(diag_init(&d, "fuzz.yaml", text, length) == 0);
	r = workload_parse(text, length, "/tmp", &overrides, &w, &d);
	shown = diag_format(&d);
	PROMISE(shown);
	PROMISE(r == 0 || (r == -EINVAL && diag_count(&d) > 0 && *shown));
	if (r < 0)
		return 0;

	PROMISE(w.name && w.hash[0]);
	if (is_small(&w))
		check_plan(&w);
	workload_done(&w);
	return 0;
}
