/* CPU seconds of result documents: written, read, verified. document-speed [BENCHMARKS RUNS [FILE]]
 */
#include <math.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/quantity.h"
#include "common/base/random.h"
#include "common/document/result-json.h"
#include "common/document/verify.h"
#include "common/judge/evidence-rules.h"
#include "common/judge/summary.h"

#define BENCHMARKS 1000
#define RUNS	   40
#define STARTED_NS 1795341600123000000ull /* 2026-11-22T10:00:00.123Z */

static void need(int r, const struct error *e)
{
	if (r >= 0)
		return;
	(void)fprintf(stderr, "document-speed: %d %s\n", r, e->text);
	exit(1);
}

/* Times with all their digits, counts as counts: what a real run has. */
static struct run make_run(unsigned n, unsigned benchmark, unsigned block, struct random *random)
{
	double wall = (1 + benchmark % 7) * exp(0.01 * (random_unit(random) - 0.5));
	struct run run = {.n = n,
		.benchmark = benchmark,
		.block = block,
		.started_ns = STARTED_NS + n * NSEC_PER_SEC,
		.kernel_timing = true,
		.evidence = {.n_cpus = 2, .n_culprits = 1}};

	for (int m = 0; m < METRIC_MAX; m++)
		run.metrics[m] = measure_set(m < METRIC_MAX_RSS
				? wall * (1 - 0.01 * m)
				: 355 + (double)random_below(random, 20));
	run.evidence.foreign = measure_set(wall * 1e-4 / 3);
	run.evidence.steal = measure_set(0);
	run.evidence.run_delay = measure_set(wall * 1e-4 / 7);
	run.evidence.migrations = measure_unavailable("not-permitted");
	run.evidence.culprits[0] = (struct culprit){"kworker/0:1", wall * 1e-5 / 3};
	(void)digest_sha256(&n, sizeof(n), run.out.sha256);
	return run;
}

static struct result make_result(unsigned n_benchmarks, unsigned n_runs)
{
	struct random random = random_make(7, 0);
	struct result r = {
		.id = "0f0e0d0c-0b0a-4908-8706-050403020100",
		.workload = strdup("suite"),
		.state = JOB_DONE,
		.outliers = {OUTLIER_EVIDENCE, 0.01, 0.5},
		.metrics = {[METRIC_WALL] = true, [METRIC_CPU] = true, [METRIC_MAX_RSS] = true},
		.benchmarks = calloc(n_benchmarks, sizeof(*r.benchmarks)),
		.n_benchmarks = n_benchmarks,
		.runs = calloc((size_t)n_benchmarks * n_runs, sizeof(*r.runs)),
	};

	if (!r.workload || !r.benchmarks || !r.runs)
		abort();
	for (unsigned b = 0; b < n_benchmarks; b++)
		if (asprintf(&r.benchmarks[b].name, "suite[n=%u]", b) < 0)
			abort();
	for (unsigned i = 0; i < n_benchmarks * n_runs; i++)
		r.runs[r.n_runs++] = make_run(i + 1, i % n_benchmarks, i / n_benchmarks, &random);
	if (evidence_judge_all(&r) < 0 || summary_make(&r) < 0)
		abort();
	return r;
}

static void make_gate(struct result *r)
{
	r->is_gate = true;
	for (size_t b = 0; b < r->n_benchmarks; b++) {
		struct benchmark *benchmark = &r->benchmarks[b];

		gate_init(&benchmark->gate);
		free(benchmark->name);
		benchmark->arm = strdup(b % 2 ? "cand" : "base");
		if (!benchmark->arm || asprintf(&benchmark->name, "suite[n=%zu]", b / 2) < 0)
			abort();
	}
}

static double cpu_seconds(void)
{
	return (double)clock_now_ns(CLOCK_PROCESS_CPUTIME_ID) / NSEC_PER_SEC;
}

static uint64_t argument(int argc, char **argv, int i, uint64_t otherwise)
{
	if (i < argc && quantity_u64(argv[i], &otherwise) < 0)
		abort();
	return otherwise;
}

int main(int argc, char **argv)
{
	CLEANUP(result_done)
	struct result r = make_result((unsigned)argument(argc, argv, 1, BENCHMARKS),
		(unsigned)argument(argc, argv, 2, RUNS));
	CLEANUP(result_done) struct result back = {0};
	CLEANUP_STRV struct strv differences = {0};
	CLEANUP_FREE char *text = NULL;
	struct error e = {0};
	double start, written, read, verified;

	if (argc > 4)
		make_gate(&r);
	start = cpu_seconds();
	need(result_to_json(&r, &text), &e);
	written = cpu_seconds();
	need(result_from_json(text, strlen(text), &back, &e), &e);
	read = cpu_seconds();
	need(result_verify(text, strlen(text), &differences, &e), &e);
	verified = cpu_seconds();
	(void)printf("%zu runs, %zu bytes: write %.2f s, read %.2f s, verify %.2f s\n", back.n_runs,
		strlen(text), written - start, read - written, verified - read);
	if (argc > 3)
		need(file_write_atomic(argv[3], text, strlen(text), 0666, &e), &e);
	return differences.n > 0;
}
