/* How the store behaves when it is large: fills one, and compares its costs early and late. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/clock.h"
#include "common/base/quantity.h"
#include "daemon/store/store.h"

#define RUNS_OF_A_JOB 200u
#define PROBES	      51u /* the median of so many is taken */
#define MEASURES      (METRIC_MAX + 4u)

struct bench {
	struct store *store;
	const char *path;
	uint64_t n_jobs, n_samples;
};

/* Medians in nanoseconds, and the size of the file. */
struct cost {
	uint64_t n_samples, put_run_ns, load_ns, list_ns, bytes;
};

static void need(int r, const struct error *e)
{
	if (r >= 0)
		return;
	(void)fprintf(stderr, "store-fill: %d %s\n", r, e->text);
	exit(1);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t median(uint64_t *x, size_t n)
{
	qsort(x, n, sizeof(*x), compare);
	return x[n / 2];
}

static struct run make_run(unsigned n)
{
	struct run run = {.n = n,
		.block = n,
		.started_ns = clock_now_ns(CLOCK_REALTIME),
		.evidence = {.n_cpus = 2, .n_culprits = 1}};

	/* Times with all their digits, counts as counts: what a real run stores. */
	for (int i = 0; i < METRIC_MAX; i++)
		run.metrics[i] = measure_set(i < METRIC_MAX_RSS ? 2.6 + n * 1e-7 / 3 : 355 + n);
	run.evidence.foreign = measure_set(n * 1e-6 / 3);
	run.evidence.steal = measure_set(0);
	run.evidence.run_delay = measure_set(n * 1e-6 / 7);
	run.evidence.migrations = measure_unavailable("not-permitted");
	run.evidence.culprits[0] = (struct culprit){"kworker/0:1", n * 1e-7 / 3};
	(void)digest_sha256(&n, sizeof(n), run.out.sha256);
	return run;
}

static uint64_t add_job(struct bench *b)
{
	char name[] = "julia-set", text[] = "workload: julia-set\n", folder[] = "/tmp";
	struct job job = {.workload = name, .text = text, .directory = folder, .submitted_ns = 1};
	struct error e = {0};
	uint64_t number = 0;

	(void)snprintf(job.id, sizeof(job.id), "%llu", (unsigned long long)++b->n_jobs);
	need(store_add_job(b->store, &job, &number, &e), &e);
	need(store_start_job(b->store, number, 1, &e), &e);
	return number;
}

static void fill(struct bench *b, uint64_t n_samples)
{
	struct error e = {0};

	while (b->n_samples < n_samples) {
		uint64_t number = add_job(b);

		for (unsigned n = 1; n <= RUNS_OF_A_JOB; n++) {
			struct run run = make_run(n);
			need(store_put_run(b->store, number, &run, &e), &e);
		}
		need(store_end_job(b->store, number, JOB_DONE, NULL, 2, &e), &e);
		b->n_samples += (uint64_t)RUNS_OF_A_JOB * MEASURES;
	}
}

static uint64_t measure_puts(struct bench *b)
{
	uint64_t taken_ns[PROBES], number = add_job(b);
	struct error e = {0};

	for (unsigned i = 0; i < PROBES; i++) {
		struct run run = make_run(i + 1);
		uint64_t start_ns = clock_now_ns(CLOCK_MONOTONIC);

		need(store_put_run(b->store, number, &run, &e), &e);
		taken_ns[i] = clock_now_ns(CLOCK_MONOTONIC) - start_ns;
	}
	need(store_end_job(b->store, number, JOB_DONE, NULL, 2, &e), &e);
	return median(taken_ns, PROBES);
}

/* Jobs spread over the whole store. */
static uint64_t measure_loads(struct bench *b)
{
	uint64_t taken_ns[PROBES];

	for (unsigned i = 0; i < PROBES; i++) {
		uint64_t number = 1 + i % (b->n_jobs - 1);
		uint64_t start_ns = clock_now_ns(CLOCK_MONOTONIC);
		struct result result = {0};
		struct error e = {0};

		need(store_load_result(b->store, number, &result, &e), &e);
		taken_ns[i] = clock_now_ns(CLOCK_MONOTONIC) - start_ns;
		result_done(&result);
	}
	return median(taken_ns, PROBES);
}

static uint64_t measure_lists(struct bench *b)
{
	uint64_t taken_ns[PROBES];

	for (unsigned i = 0; i < PROBES; i++) {
		uint64_t start_ns = clock_now_ns(CLOCK_MONOTONIC);
		struct job_line *lines = NULL;
		size_t n = 0;

		need(store_list_jobs(b->store, b->n_jobs - 10, 10, &lines, &n), &(struct error){0});
		taken_ns[i] = clock_now_ns(CLOCK_MONOTONIC) - start_ns;
		store_lines_free(lines, n);
	}
	return median(taken_ns, PROBES);
}

static struct cost measure(struct bench *b)
{
	struct cost cost = {.n_samples = b->n_samples};
	struct error e = {0};
	struct stat st;

	cost.put_run_ns = measure_puts(b);
	cost.load_ns = measure_loads(b);
	cost.list_ns = measure_lists(b);
	/* Closing moves the log into the file. */
	b->store = store_free(b->store);
	need(stat(b->path, &st), &e);
	cost.bytes = (uint64_t)st.st_size;
	need(store_open(&b->store, b->path, &e), &e);
	return cost;
}

static void print_line(const char *name, uint64_t early_ns, uint64_t late_ns)
{
	(void)printf("%-24s %10.1f us %10.1f us   x %.2f\n", name, (double)early_ns / 1e3,
		(double)late_ns / 1e3, (double)late_ns / (double)early_ns);
}

int main(int argc, char **argv)
{
	struct bench b = {.path = argc > 1 ? argv[1] : ""};
	struct cost early, late;
	uint64_t n_samples = 0;
	struct error e = {0};

	if (argc != 3 || quantity_u64(argv[2], &n_samples) < 0) {
		(void)fprintf(stderr, "usage: store-fill NEW-FILE SAMPLES\n");
		return 2;
	}

	need(store_open(&b.store, b.path, &e), &e);
	fill(&b, MAX_OF(n_samples / 100, 20ull * RUNS_OF_A_JOB * MEASURES));
	early = measure(&b);
	fill(&b, n_samples);
	late = measure(&b);
	(void)printf("%-24s %13llu %13llu   x %.0f\n", "samples",
		(unsigned long long)early.n_samples, (unsigned long long)late.n_samples,
		(double)late.n_samples / (double)early.n_samples);
	print_line("store one run", early.put_run_ns, late.put_run_ns);
	print_line("load a job of 200 runs", early.load_ns, late.load_ns);
	print_line("list the last 10 jobs", early.list_ns, late.list_ns);
	(void)printf("%-24s %13.1f %13.1f   (with runs, causes and culprits)\n", "bytes a sample",
		(double)early.bytes / (double)early.n_samples,
		(double)late.bytes / (double)late.n_samples);
	(void)store_free(b.store);
	return 0;
}
