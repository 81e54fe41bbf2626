/* Every key of a workload file, as rows. */
#include <errno.h>
#include <stddef.h>

#include "common/config/workload-reader.h"

#define NOT_YET(name)                                                                              \
	{                                                                                          \
		.key = (name), .flags = SCHEMA_NOT_YET                                             \
	}

static const char *const order_words[] = {
	[ORDER_BLOCKS] = "blocks",
	[ORDER_RANDOM] = "random",
	[ORDER_BATCH] = "batch",
	[ORDER_PAIRS] = "pairs",
	NULL,
};
static const char *const outlier_words[] = {
	[OUTLIER_EVIDENCE] = "evidence",
	[OUTLIER_TUKEY] = "tukey",
	[OUTLIER_MAD] = "mad",
	[OUTLIER_NONE] = "none",
	NULL,
};
static const char *const on_failure_words[] = {"stop", "continue", NULL};

static const struct schema_row until_rows[] = {
	{
		.key = "rel-ci",
		.type = &schema_ratio,
		.offset = offsetof(struct repetition, rel_ci),
		.flags = SCHEMA_REQUIRED,
		.min = "0.01%",
		.max = "50%",
		.help = "Half the width of the median's confidence interval, as a share of the "
			"median.",
	},
	{0},
};

const struct schema_row workload_run_rows[] = {
	{
		.key = "until",
		.type = &schema_mapping,
		.flags = SCHEMA_REQUIRED,
		.rows = until_rows,
		.help = "Run until the result is as precise as this.",
	},
	{
		.key = "min",
		.type = &schema_unsigned,
		.offset = offsetof(struct repetition, min),
		.min = "6",
		.max = "100000",
		.default_text = "12",
		.help = "Runs before the first look at the precision.",
	},
	{
		.key = "max",
		.type = &schema_unsigned,
		.offset = offsetof(struct repetition, max),
		.min = "6",
		.max = "100000",
		.default_text = "200",
		.help = "Runs after which it ends in any case.",
	},
	{
		.key = "max-time",
		.type = &schema_duration,
		.offset = offsetof(struct repetition, max_time_ns),
		.min = "1s",
		.max = "7d",
		.help = "Time after which no new run of a benchmark begins.",
	},
	{0},
};

static const struct schema_row run_count_row = {
	.key = "runs",
	.type = &schema_unsigned,
	.offset = offsetof(struct repetition, runs),
	.min = "1",
	.max = "100000",
};

static int decode_runs(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	struct repetition *repetition = target;

	if (n->kind == NODE_MAPPING)
		return schema_walk(c, workload_run_rows, n, repetition);
	if (n->kind == NODE_LIST)
		return schema_wrong_type(c, row, n);
	repetition->rel_ci = 0;
	return schema_read(c, &run_count_row, n, repetition);
}

static int decode_on_failure(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	int choice = 0;
	int r = schema_choice.decode(c, row, n, &choice);

	if (r >= 0)
		*(bool *)target = choice == 1;
	return r;
}

static const struct schema_row outlier_rows[] = {
	{
		.key = "rule",
		.type = &schema_choice,
		.offset = offsetof(struct outliers, rule),
		.choices = outlier_words,
		.default_text = "evidence",
		.help = "How runs are put aside: by a stated cause, or by their distance from the "
			"others.",
	},
	{
		.key = "tolerance",
		.type = &schema_ratio,
		.offset = offsetof(struct outliers, tolerance_ratio),
		.max = "100%",
		.default_text = "1%",
		.help = "CPU time taken away by others that a run may have, as a share of its wall "
			"time.",
	},
	{
		.key = "budget",
		.type = &schema_ratio,
		.offset = offsetof(struct outliers, budget_ratio),
		.max = "1000%",
		.default_text = "50%",
		.help = "Runs that may be replaced, as a share of the wanted runs; beyond it the "
			"result is unstable.",
	},
	{0},
};

static int decode_outliers(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	if (n->kind == NODE_MAPPING)
		return schema_walk(c, outlier_rows, n, target);
	if (n->kind == NODE_LIST)
		return schema_wrong_type(c, row, n);
	return schema_read(c, &outlier_rows[0], n, target);
}

static const struct schema_type runs_type = {
	"a number or a mapping", "20 or {until: {rel-ci: 1%}, max: 60}", decode_runs};
static const struct schema_type on_failure_type = {"a word", NULL, decode_on_failure};
static const struct schema_type outliers_type = {
	"a rule or a mapping", "mad or {rule: evidence, tolerance: 1%}", decode_outliers};

static const struct schema_row limit_rows[] = {
	{
		.key = "memory",
		.type = &schema_size,
		.offset = offsetof(struct limits, memory_bytes),
		.min = "1MiB",
		.help = "Memory of all processes of a run together.",
	},
	{
		.key = "pids",
		.type = &schema_u64,
		.offset = offsetof(struct limits, pids),
		.min = "1",
		.max = "4194304",
		.help = "Processes and threads of a run.",
	},
	{
		.key = "output",
		.type = &schema_size,
		.offset = offsetof(struct limits, output_bytes),
		.min = "1KiB",
		.max = "1GiB",
		.default_text = "16MiB",
		.help = "How much of each output stream of a run is kept: its beginning and its "
			"end.",
	},
	{0},
};

static const struct schema_row verify_rows[] = {
	{
		.key = "exit",
		.type = &schema_int,
		.offset = offsetof(struct verify, exit),
		.max = "255",
		.default_text = "0",
		.help = "Exit status of a good run.",
	},
	{
		.key = "stdout-contains",
		.type = &schema_text,
		.offset = offsetof(struct verify, stdout_contains),
		.help = "Text that a good run prints.",
	},
	{
		.key = "stdout-sha256",
		.type = &workload_sha256,
		.offset = offsetof(struct verify, stdout_sha256),
		.help = "SHA-256 of everything a good run prints.",
	},
	NOT_YET("stdout-file"),
	{0},
};

const struct schema_row workload_arm_rows[] = {
	{
		.key = "command",
		.type = &workload_command,
		.offset = offsetof(struct arm, command),
		.help = "As the workload's.",
	},
	{
		.key = "shell",
		.type = &workload_shell,
		.offset = offsetof(struct arm, command),
		.help = "As the workload's.",
	},
	{
		.key = "env",
		.type = &workload_env,
		.offset = offsetof(struct arm, env),
		.help = "Put over the workload's.",
	},
	{
		.key = "cwd",
		.type = &workload_folder,
		.offset = offsetof(struct arm, cwd),
		.help = "Instead of the workload's.",
	},
	{0},
};

const struct schema_row workload_rows[] = {
	{
		.key = "workload",
		.type = &schema_name,
		.offset = offsetof(struct workload, name),
		.flags = SCHEMA_REQUIRED,
		.help = "What the results are called.",
	},
	{
		.key = "description",
		.type = &schema_prose,
		.offset = offsetof(struct workload, description),
		.help = "A sentence for people.",
	},
	{
		.key = "command",
		.type = &workload_command,
		.offset = offsetof(struct workload, command),
		.help = "Program and arguments, run without a shell; {parameter}, {arm-dir} and "
			"{scratch} are filled in.",
	},
	{
		.key = "shell",
		.type = &workload_shell,
		.offset = offsetof(struct workload, command),
		.help = "Instead of a command: one line that /bin/sh -c runs.",
	},
	{
		.key = "cwd",
		.type = &workload_folder,
		.offset = offsetof(struct workload, cwd),
		.default_text = "the file's folder",
		.help = "Working directory, relative to the file.",
	},
	{
		.key = "env",
		.type = &workload_env,
		.offset = offsetof(struct workload, env),
		.help = "Environment of the command, besides PATH, HOME, USER and LANG.",
	},
	{
		.key = "inherit-env",
		.type = &workload_env_names,
		.offset = offsetof(struct workload, inherit_env),
		.help = "Variables taken over from whoever submits the job.",
	},
	{
		.key = "matrix",
		.type = &workload_matrix,
		.help = "Parameters; every combination of their values is a benchmark, at most "
			"10000.",
	},
	{
		.key = "arms",
		.type = &workload_arms,
		.flags = SCHEMA_ITEMS,
		.rows = workload_arm_rows,
		.help = "Alternatives to compare, each run in turn.",
	},
	{
		.key = "setup",
		.type = &workload_hook,
		.offset = offsetof(struct workload, setup),
		.help = "Runs once before everything, untimed.",
	},
	{
		.key = "prepare",
		.type = &workload_hook,
		.offset = offsetof(struct workload, prepare),
		.help = "Runs before each run, untimed.",
	},
	{
		.key = "conclude",
		.type = &workload_hook,
		.offset = offsetof(struct workload, conclude),
		.help = "Runs after each run, untimed.",
	},
	{
		.key = "cleanup",
		.type = &workload_hook,
		.offset = offsetof(struct workload, cleanup),
		.help = "Runs once at the end, untimed.",
	},
	{
		.key = "warmup",
		.type = &schema_unsigned,
		.offset = offsetof(struct workload, repetition.warmup),
		.max = "100000",
		.default_text = "1",
		.help = "Runs of each benchmark that are not counted.",
	},
	{
		.key = "runs",
		.type = &runs_type,
		.offset = offsetof(struct workload, repetition),
		.min = "1",
		.max = "100000",
		.rows = workload_run_rows,
		.default_text = "20",
		.help = "Counted runs of each benchmark, or when to stop.",
	},
	{
		.key = "order",
		.type = &schema_choice,
		.offset = offsetof(struct workload, order),
		.choices = order_words,
		.default_text = "blocks",
		.help = "In which order the benchmarks take turns; pairs: the arms of each side by "
			"side.",
	},
	{
		.key = "timeout",
		.type = &schema_duration,
		.offset = offsetof(struct workload, timeout_ns),
		.min = "1ms",
		.max = "7d",
		.default_text = "10m",
		.help = "Longest time of one run.",
	},
	{
		.key = "limits",
		.type = &schema_mapping,
		.offset = offsetof(struct workload, limits),
		.rows = limit_rows,
		.help = "What a run may use.",
	},
	{
		.key = "on-failure",
		.type = &on_failure_type,
		.offset = offsetof(struct workload, on_failure_continue),
		.choices = on_failure_words,
		.default_text = "stop",
		.help = "What happens after a run that failed.",
	},
	{
		.key = "verify",
		.type = &schema_mapping,
		.offset = offsetof(struct workload, verify),
		.rows = verify_rows,
		.help = "What makes a run a good one.",
	},
	{
		.key = "metrics",
		.type = &workload_metrics,
		.offset = offsetof(struct workload, metrics),
		.default_text = "[wall, own, cpu, max-rss]",
		.help = "What is summarised; wall always is.",
	},
	{
		.key = "outliers",
		.type = &outliers_type,
		.offset = offsetof(struct workload, outliers),
		.rows = outlier_rows,
		.default_text = "evidence",
		.help = "Which runs are put aside and replaced.",
	},
	{
		.key = "profile",
		.type = &schema_name,
		.offset = offsetof(struct workload, profile),
		.default_text = "the host's",
		.help = "Settings of the machine while the job runs.",
	},
	{
		.key = "strict",
		.type = &schema_bool,
		.offset = offsetof(struct workload, strict),
		.default_text = "false",
		.help = "Every setting of the profile is required.",
	},
	{
		.key = "stdin",
		.type = &workload_path,
		.offset = offsetof(struct workload, stdin_path),
		.default_text = "/dev/null",
		.help = "File that each run reads from, relative to the file.",
	},
	{
		.key = "seed",
		.type = &schema_u64,
		.offset = offsetof(struct workload, seed),
		.default_text = "0, a new one for each job",
		.help = "Decides every random order.",
	},
	{
		.key = "labels",
		.type = &workload_labels,
		.offset = offsetof(struct workload, labels),
		.help = "Words to find the result by.",
	},
	{
		.key = "gate",
		.type = &workload_gate,
		.offset = offsetof(struct workload, gate),
		.rows = workload_gate_rows,
		.help = "Rules by which steadyctl gate compares two arms.",
	},
	NOT_YET("background"),
	NOT_YET("adapter"),
	NOT_YET("inside"),
	NOT_YET("sample"),
	NOT_YET("profilers"),
	{0},
};
