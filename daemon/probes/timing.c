/* From what was recorded about a run to the numbers in its row. */
#include "daemon/probes/timing.h"

#include "common/base/macro.h"

static double seconds(uint64_t time_ns)
{
	return (double)time_ns / (double)NSEC_PER_SEC;
}

static struct measure between(uint64_t from_ns, uint64_t to_ns, const char *missing)
{
	if (from_ns == 0 || to_ns < from_ns)
		return measure_unavailable(missing);
	return measure_set(seconds(to_ns - from_ns));
}

static unsigned busy_cpus(const struct switch_report *report)
{
	double wall = seconds(report->exit_ns - report->exec_ns);
	double wanted = seconds(report->own_ns + report->waited_ns);
	unsigned n = wall > 0 ? (unsigned)(wanted / wall + 0.5) : 1;

	return MAX_OF(1u, MIN_OF(n, report->n_cpus));
}

static void fill_by_kernel(
	struct run *run, const struct run_outcome *outcome, const struct switch_report *report)
{
	struct evidence *evidence = &run->evidence;

	run->kernel_timing = true;
	run->metrics[METRIC_WALL] = measure_set(seconds(report->exit_ns - report->exec_ns));
	run->metrics[METRIC_OWN] = report->lost ? measure_unavailable("switch records were lost")
						: measure_set(seconds(report->own_ns));
	/* The end of a process that the records lost sight of is only known to the launcher. */
	run->metrics[METRIC_WALL_TREE] = between(report->exec_ns,
		report->tree_exit_ns ? report->tree_exit_ns : outcome->tree_end_ns,
		"the end of its last process was not seen");

	evidence->migrations = measure_set((double)report->migrations);
	evidence->lost_records = report->lost;
	evidence->n_cpus = busy_cpus(report);
	if (report->others_hidden) {
		evidence->foreign = outcome->run_delay;
		return;
	}
	evidence->foreign = measure_set(seconds(report->foreign_ns));
	evidence->n_culprits = report->n_culprits;
	memcpy(evidence->culprits, report->culprits, sizeof(evidence->culprits));
}

static void fill_by_clocks(struct run *run, const struct run_outcome *outcome, const char *reason)
{
	struct evidence *evidence = &run->evidence;

	run->kernel_timing = false;
	run->metrics[METRIC_WALL] = between(outcome->exec_ns, outcome->end_ns, "not started");
	run->metrics[METRIC_OWN] = measure_unavailable(reason);
	run->metrics[METRIC_WALL_TREE] = between(
		outcome->exec_ns, outcome->tree_end_ns, "not started");
	evidence->foreign = outcome->run_delay;
	evidence->migrations = measure_unavailable(reason);
	evidence->n_cpus = 1;
	evidence->lost_records = 0;
	evidence->n_culprits = 0;
}

void timing_fill(struct run *run, const struct run_outcome *outcome,
	const struct switch_report *report, const char *reason)
{
	memcpy(run->metrics, outcome->metrics, sizeof(run->metrics));
	run->evidence.run_delay = outcome->run_delay;
	run->evidence.leftovers = outcome->leftovers;
	if (report)
		fill_by_kernel(run, outcome, report);
	else
		fill_by_clocks(run, outcome, reason ? reason : "no switch records");
}
