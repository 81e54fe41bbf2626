/* Results for the tests of reports. */
#include "tests/unit/report-fixture.h"

#include <stdio.h>

#include "common/base/macro.h"
#include "common/judge/summary.h"

#define TEN_O_CLOCK_NS 1795341600000000000ull /* 2026-11-22T10:00:00Z */

static struct run *add_run(struct result *r, unsigned benchmark, double wall)
{
	struct run *run;

	r->runs = reallocarray(r->runs, r->n_runs + 1, sizeof(*r->runs));
	run = &r->runs[r->n_runs++];
	*run = (struct run){
		.n = (unsigned)r->n_runs, .benchmark = benchmark, .kernel_timing = true};
	for (int i = 0; i < METRIC_MAX; i++)
		run->metrics[i] = measure_unavailable("not in this fixture");
	run->metrics[METRIC_WALL] = measure_set(wall);
	run->metrics[METRIC_OWN] = measure_set(wall - 0.001);
	run->metrics[METRIC_CPU] = measure_set(wall - 0.01);
	run->metrics[METRIC_USER] = measure_set(wall - 0.13);
	run->metrics[METRIC_SYS] = measure_set(0.12);
	run->metrics[METRIC_MAX_RSS] = measure_set(98428.0 * 1024);
	run->metrics[METRIC_MINOR_FAULTS] = measure_set(21800);
	run->metrics[METRIC_MAJOR_FAULTS] = measure_set(0);
	run->metrics[METRIC_VOLUNTARY_SWITCHES] = measure_set(355);
	run->metrics[METRIC_INVOLUNTARY_SWITCHES] = measure_set(8);
	run->metrics[METRIC_FS_INPUTS] = measure_set(0);
	run->metrics[METRIC_FS_OUTPUTS] = measure_set(16);
	run->evidence.n_cpus = 1;
	run->evidence.foreign = measure_set(wall * 0.0004);
	run->evidence.steal = measure_set(0);
	run->evidence.migrations = measure_set(0);
	return run;
}

static struct benchmark *add_benchmark(struct result *r, const char *name, const char *arm)
{
	struct benchmark *b;

	r->benchmarks = reallocarray(r->benchmarks, r->n_benchmarks + 1, sizeof(*r->benchmarks));
	b = &r->benchmarks[r->n_benchmarks++];
	*b = (struct benchmark){.name = strdup(name), .arm = arm ? strdup(arm) : NULL};
	return b;
}

static void add_setting(struct result *r, const char *knob, const char *target, const char *reason)
{
	const struct setting_outcome o = {
		.knob = (char *)(uintptr_t)knob,
		.target = (char *)(uintptr_t)target,
		.want = (char *)(uintptr_t) "wanted",
		.status = reason ? SETTING_UNAVAILABLE : SETTING_HELD,
		.reason = (char *)(uintptr_t)reason,
	};

	(void)setting_outcomes_add(&r->settings, &o);
}

static void start(struct result *r, const char *workload, enum job_state state, const char *profile)
{
	*r = (struct result){
		.job = 12,
		.workload = strdup(workload),
		.state = state,
		.profile = strdup(profile),
		.started_ns = TEN_O_CLOCK_NS,
		.ended_ns = TEN_O_CLOCK_NS + 60 * NSEC_PER_SEC,
		.kernel_timing = true,
	};
	for (int i = 0; i < METRIC_MAX; i++)
		r->metrics[i] = metric_desc((enum metric)i)->by_default;
}

static void disturb(struct run *run, const char *name, double seconds)
{
	run->status = RUN_DISTURBED;
	run->evidence.foreign = measure_set(seconds);
	run->evidence.n_culprits = 1;
	run->evidence.culprits[0].seconds = seconds;
	(void)snprintf(
		run->evidence.culprits[0].name, sizeof(run->evidence.culprits[0].name), "%s", name);
	(void)snprintf(run->why, sizeof(run->why), "foreign load of %s", name);
}

void fixture_quiet(struct result *ret)
{
	struct benchmark *b;

	start(ret, "julia-set", JOB_DONE, "quiet");
	b = add_benchmark(ret, "julia-set", NULL);
	(void)strv_push(&b->command, "python3");
	(void)strv_push(&b->command, "julia.py");
	(void)strv_push(&b->command, "1000");
	add_run(ret, 0, 2.9)->warmup = true;
	for (int i = 0; i < 20; i++)
		add_run(ret, 0, 2.601 + 0.002 * (i * 7 % 20));
	disturb(add_run(ret, 0, 2.81), "apt-daily", 0.15);
	disturb(add_run(ret, 0, 2.69), "kworker/0:1", 0.06);
	add_setting(ret, "aslr", "run", NULL);
	add_setting(ret, "cpu.affinity", "system", NULL);
	add_setting(ret, "cpu.governor", "system", "no-driver");
	add_setting(ret, "cpu.idle-latency", "policy0", NULL);
	add_setting(ret, "cpu.idle-latency", "policy1", "not-permitted");
	add_setting(ret, "cpu.turbo", "system", "virtual-machine");
	summary_make(ret);
}

void fixture_arms(struct result *ret)
{
	start(ret, "sum", JOB_DONE, "as-is");
	(void)add_benchmark(ret, "sum", "base");
	(void)add_benchmark(ret, "sum", "cand");
	for (int i = 0; i < 24; i++) {
		struct run *run = add_run(ret, i % 2, i % 2 ? 0.25 + 0.001 * i : 0.5 + 0.003 * i);

		run->kernel_timing = false;
		run->metrics[METRIC_OWN] = measure_unavailable(
			"not permitted (perf_event_paranoid)");
		run->evidence.foreign = measure_unavailable("not permitted (perf_event_paranoid)");
	}
	ret->kernel_timing = false;
	summary_make(ret);
}

void fixture_failed(struct result *ret)
{
	struct run *run;

	start(ret, "flaky", JOB_FAILED, "as-is");
	ret->error = strdup("command failed: exit status 3");
	(void)add_benchmark(ret, "flaky", NULL);
	(void)add_run(ret, 0, 0.2);
	(void)add_run(ret, 0, 0.21);
	run = add_run(ret, 0, 0.01);
	run->status = RUN_FAILED;
	run->exit_code = 3;
	(void)snprintf(run->why, sizeof(run->why), "exit status 3, \033[31mred");
	summary_make(ret);
}

void fixture_unstable(struct result *ret)
{
	const struct setting_outcome left = {
		.knob = (char *)(uintptr_t) "cpu.affinity",
		.target = (char *)(uintptr_t) "4242",
		.want = (char *)(uintptr_t) "0-1",
		.status = SETTING_FAILED,
		.reason = (char *)(uintptr_t) "not-permitted",
	};

	start(ret, "noisy", JOB_UNSTABLE, "quiet");
	(void)add_benchmark(ret, "noisy", NULL);
	for (int i = 0; i < 3; i++)
		(void)add_run(ret, 0, 0.02);
	for (int i = 0; i < 9; i++)
		disturb(add_run(ret, 0, 0.04), "stress-ng-cpu", 0.02);
	ret->runs[0].evidence.leftovers = 2;
	summary_make(ret);
	ret->benchmarks[0].quality |= QUALITY_UNSTABLE;
	(void)setting_outcomes_add(&ret->residue, &left);
}

/* The candidate takes 3 % more; in two of eighteen rounds something disturbed one arm. */
void fixture_gate(struct result *ret)
{
	start(ret, "parse", JOB_DONE, "quiet");
	ret->is_gate = true;
	(void)add_benchmark(ret, "parse[n=1e6]", "base");
	(void)add_benchmark(ret, "parse[n=1e6]", "cand");
	for (unsigned i = 0; i < 36; i++) {
		struct run *run = add_run(ret, i % 2, (i % 2 ? 2.69 : 2.61) + 0.001 * (i * 7 % 10));

		run->block = i / 2;
		if (i == 9 || i == 20 || i == 21)
			disturb(run, "apt-daily", 0.15);
	}
	add_setting(ret, "aslr", "run", NULL);
	add_setting(ret, "cpu.affinity", "system", NULL);
	summary_make(ret);
}
