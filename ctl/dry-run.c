/* What would be run and in which order. */
#include "ctl/dry-run.h"

#include <inttypes.h>

#include "common/base/random.h"
#include "common/model/plan.h"
#include "ctl/json-text.h"

static const struct workload *workload_of(const struct suite *s, const struct plan_benchmark *b)
{
	return &s->items[b->workload];
}

static const struct arm *arm_of(const struct suite *s, const struct plan_benchmark *b)
{
	const struct workload *w = workload_of(s, b);

	return w->n_arms > 0 ? &w->arms[b->arm] : NULL;
}

/* The words that would be executed, parameters put in; owned by the caller. */
static void command_words(const struct suite *s, const struct plan_benchmark *b, struct strv *ret)
{
	const struct workload *w = workload_of(s, b);
	const struct arm *arm = arm_of(s, b);
	const struct command *command = arm && command_is_set(&arm->command) ? &arm->command
									     : &w->command;

	if (command->shell) {
		(void)strv_push(ret, "/bin/sh");
		(void)strv_push(ret, "-c");
	}
	strv_foreach (word, &command->argv) {
		CLEANUP_FREE char *text = plan_substitute(word, &b->params);

		(void)strv_push(ret, text ? text : word);
	}
}

static void print_benchmark(FILE *f, const struct suite *s, const struct plan_benchmark *b)
{
	CLEANUP_STRV struct strv words = {0};
	CLEANUP_FREE char *line = NULL;
	const struct arm *arm = arm_of(s, b);

	command_words(s, b, &words);
	line = strv_join(&words, " ");
	(void)fprintf(f, "%s%s%s%s: %s\n", b->name, arm ? " (" : "", arm ? arm->name : "",
		arm ? ")" : "", line ? line : "");
}

static void print_repetition(FILE *f, const struct workload *w)
{
	const struct repetition *r = &w->repetition;

	(void)fprintf(f, "%-11s%u warm-up%s, then ", "runs", r->warmup, r->warmup == 1 ? "" : "s");
	if (r->rel_ci > 0)
		(void)fprintf(f, "%u to %u runs until the interval is within %g %%", r->min, r->max,
			r->rel_ci * 100);
	else
		(void)fprintf(f, "%u run%s", r->runs, r->runs == 1 ? "" : "s");
	(void)fputs(" of each\n", f);
}

static void print_order(FILE *f, const struct plan *p)
{
	unsigned block = 0;

	(void)fprintf(f, "%-11s", "order");
	for (size_t i = 0; i < p->n_trials; i++) {
		const struct trial *t = &p->trials[i];

		if (i > 0)
			(void)fputs(t->block != block ? " | " : " ", f);
		(void)fprintf(f, "%s%u", t->warmup ? "w" : "", t->benchmark + 1);
		block = t->block;
	}
	(void)fputc('\n', f);
}

static void print_rounds(FILE *f, const struct workload *w)
{
	const struct gate *g = &w->gate;

	(void)fprintf(f, "%-11s%u warm-up%s, then pairs until there is a verdict, at most %u\n",
		"runs", w->repetition.warmup, w->repetition.warmup == 1 ? "" : "s",
		g->looks[g->n_looks - 1]);
	(void)fprintf(f, "%-11s%s, margin %g %%, alpha %g %%\n", "policy",
		gate_policy_name(g->policy), g->margin_ratio * 100, g->alpha * 100);
}

static void print_text(FILE *f, const struct suite *s, const struct plan *p)
{
	/* What is a matter of the job is the same in all members. */
	const struct workload *w = &s->items[0];

	(void)fprintf(f, "%-11s%s  %s\n", s->is_suite ? "suite" : "workload", s->name, s->hash);
	(void)fprintf(f, "%-11s%s\n", "profile", w->profile ? w->profile : "the daemon's default");
	(void)fprintf(f, "%-11s%s\n", "directory", w->cwd ? w->cwd : "");
	if (w->is_gate)
		print_rounds(f, w);
	else
		print_repetition(f, w);
	(void)fprintf(f, "%-11s%" PRIu64 "%s\n", "seed", p->seed,
		w->seed ? "" : ", drawn; --seed with it gives this order");
	for (size_t i = 0; i < p->n_benchmarks; i++) {
		(void)fprintf(f, "%-11zu", i + 1);
		print_benchmark(f, s, &p->benchmarks[i]);
	}
	print_order(f, p);
}

static void print_json_words(FILE *f, const struct strv *words)
{
	(void)fputs("\"command\":[", f);
	for (size_t i = 0; i < words->n; i++) {
		(void)fputs(i > 0 ? "," : "", f);
		json_text_print(f, words->items[i]);
	}
	(void)fputc(']', f);
}

static void print_json(FILE *f, const struct suite *s, const struct plan *p)
{
	json_text_field(f, "{", "workload", s->name);
	json_text_field(f, ",", "workload-hash", s->hash);
	json_text_field(f, ",", "profile", s->items[0].profile);
	(void)fprintf(f, ",\"seed\":%" PRIu64 ",\"benchmarks\":[", p->seed);
	for (size_t i = 0; i < p->n_benchmarks; i++) {
		const struct arm *arm = arm_of(s, &p->benchmarks[i]);
		CLEANUP_STRV struct strv words = {0};

		command_words(s, &p->benchmarks[i], &words);
		json_text_field(f, i > 0 ? ",{" : "{", "name", p->benchmarks[i].name);
		json_text_field(f, ",", "arm", arm ? arm->name : NULL);
		(void)fputc(',', f);
		print_json_words(f, &words);
		(void)fputc('}', f);
	}
	(void)fputs("],\"trials\":[", f);
	for (size_t i = 0; i < p->n_trials; i++)
		(void)fprintf(f, "%s{\"benchmark\":%u,\"block\":%u,\"warmup\":%s}",
			i > 0 ? "," : "", p->trials[i].benchmark, p->trials[i].block,
			p->trials[i].warmup ? "true" : "false");
	(void)fputs("]}\n", f);
}

int dry_run_print(FILE *f, const struct suite *s, bool json, struct error *e)
{
	CLEANUP(plan_done) struct plan plan = {0};
	uint64_t seed = s->items[0].seed;
	int r = plan_make_suite(s, seed ? seed : random_system_seed(), &plan, e);

	if (r < 0)
		return r;
	if (json)
		print_json(f, s, &plan);
	else
		print_text(f, s, &plan);
	return 0;
}
