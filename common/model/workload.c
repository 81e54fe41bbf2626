/* A workload: what to run, how often, and what counts as a good run. */
#include "common/model/workload.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/digest.h"

#define DEFAULT_WARMUP	     1
#define DEFAULT_RUNS	     20
#define DEFAULT_TIMEOUT_NS   (600 * NSEC_PER_SEC)
#define DEFAULT_OUTPUT_BYTES (16ull << 20)
#define DEFAULT_TOLERANCE    0.01
#define DEFAULT_BUDGET	     0.5

void workload_init(struct workload *w)
{
	*w = (struct workload){
		.repetition = {.warmup = DEFAULT_WARMUP, .runs = DEFAULT_RUNS},
		.timeout_ns = DEFAULT_TIMEOUT_NS,
		.limits = {.output_bytes = DEFAULT_OUTPUT_BYTES},
		.outliers = {.tolerance_ratio = DEFAULT_TOLERANCE, .budget_ratio = DEFAULT_BUDGET},
	};
	for (int i = 0; i < METRIC_MAX; i++)
		w->metrics[i] = metric_desc(i)->by_default;
	gate_init(&w->gate);
}

void command_done(struct command *c)
{
	if (!c)
		return;

	strv_done(&c->argv);
	c->shell = false;
}

bool command_is_set(const struct command *c)
{
	return c->argv.n > 0;
}

static void arm_done(struct arm *a)
{
	free(a->name);
	free(a->cwd);
	free(a->dir);
	command_done(&a->command);
	strv_done(&a->env);
}

void workload_done(struct workload *w)
{
	if (!w)
		return;

	for (size_t i = 0; i < w->n_arms; i++)
		arm_done(&w->arms[i]);
	free(w->arms);
	for (size_t i = 0; i < w->n_matrix; i++) {
		free(w->matrix[i].name);
		strv_done(&w->matrix[i].values);
	}
	free(w->matrix);
	command_done(&w->command);
	command_done(&w->setup);
	command_done(&w->prepare);
	command_done(&w->conclude);
	command_done(&w->cleanup);
	strv_done(&w->env);
	strv_done(&w->inherit_env);
	strv_done(&w->labels);
	strv_done(&w->same_files);
	free(w->name);
	free(w->description);
	free(w->cwd);
	free(w->verify.stdout_contains);
	free(w->verify.stdout_sha256);
	free(w->profile);
	free(w->stdin_path);
	*w = (struct workload){0};
}

/* Every string with its length, so that no two different workloads give the same text. */
static void hash_text(FILE *f, const char *text)
{
	(void)fprintf(f, "%zu:%s,", text ? strlen(text) : 0, text ? text : "");
}

static void hash_strv(FILE *f, const struct strv *v)
{
	(void)fprintf(f, "%zu[", v->n);
	for (size_t i = 0; i < v->n; i++)
		hash_text(f, v->items[i]);
}

static void hash_command(FILE *f, const struct command *c)
{
	(void)fputc(c->shell ? 's' : 'c', f);
	hash_strv(f, &c->argv);
}

/* A path without its folder: the same work in another checkout is the same work. */
static const char *file_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

static void hash_workload(FILE *f, const struct workload *w)
{
	const struct command *commands[] = {
		&w->command, &w->setup, &w->prepare, &w->conclude, &w->cleanup};

	hash_text(f, w->name);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		hash_command(f, commands[i]);
	hash_strv(f, &w->env);
	hash_strv(f, &w->inherit_env);
	for (size_t i = 0; i < w->n_matrix; i++) {
		hash_text(f, w->matrix[i].name);
		hash_strv(f, &w->matrix[i].values);
	}
	for (size_t i = 0; i < w->n_arms; i++) {
		hash_text(f, w->arms[i].name);
		hash_command(f, &w->arms[i].command);
		hash_strv(f, &w->arms[i].env);
	}
	(void)fprintf(f, "%d,%llu,%llu,", w->verify.exit,
		(unsigned long long)w->limits.memory_bytes, (unsigned long long)w->limits.pids);
	hash_text(f, w->verify.stdout_contains);
	hash_text(f, w->verify.stdout_sha256);
	hash_text(f, file_name(w->stdin_path));
}

int workload_hash(struct workload *w)
{
	CLEANUP_FREE char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return -ENOMEM;

	hash_workload(f, w);
	if (fclose(f) != 0)
		return -ENOMEM;
	(void)digest_sha256(text, size, w->hash);
	return 0;
}

const char *const workload_always_inherited[] = {"PATH", "HOME", "USER", "LANG", NULL};

static int take_variable(const struct strv *from, const char *name, struct strv *ret)
{
	const char *value = strv_env_get(from, name);

	return value ? strv_env_set(ret, name, value) : 0;
}

int workload_environment(const struct workload *w, const struct strv *from, struct strv *ret)
{
	int r = 0;

	if (strv_find(&w->inherit_env, "*") >= 0) {
		strv_done(ret);
		return strv_copy(ret, from);
	}
	for (size_t i = 0; workload_always_inherited[i] && r >= 0; i++)
		r = take_variable(from, workload_always_inherited[i], ret);
	for (size_t i = 0; i < w->inherit_env.n && r >= 0; i++)
		r = take_variable(from, w->inherit_env.items[i], ret);
	return r;
}

const char *order_name(enum order order)
{
	static const char *const names[ORDER_MAX] = {
		[ORDER_BLOCKS] = "blocks",
		[ORDER_RANDOM] = "random",
		[ORDER_BATCH] = "batch",
		[ORDER_PAIRS] = "pairs",
	};

	return names[order];
}

static const char *const outlier_names[OUTLIER_MAX] = {
	[OUTLIER_EVIDENCE] = "evidence",
	[OUTLIER_TUKEY] = "tukey",
	[OUTLIER_MAD] = "mad",
	[OUTLIER_NONE] = "none",
};

const char *outlier_rule_name(enum outlier_rule rule)
{
	return outlier_names[rule];
}

int outlier_rule_find(const char *name)
{
	for (int i = 0; i < OUTLIER_MAX; i++)
		if (streq(outlier_names[i], name))
			return i;
	return -ENOENT;
}
