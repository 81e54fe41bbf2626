/* A plan for people, and its values in texts. */
#include "common/model/plan.h"

/* Length of "{name}" at the start of text and the value it stands for; 0: none of ours. */
static size_t find_value(const char *text, const struct strv *values, const char **ret_value)
{
	const char *end = strchr(text, '}');
	size_t length = end ? (size_t)(end - text) - 1 : 0;

	if (length == 0)
		return 0;

	for (size_t i = 0; i < values->n; i++) {
		const char *pair = values->items[i];

		if (strncmp(pair, text + 1, length) == 0 && pair[length] == '=') {
			*ret_value = pair + length + 1;
			return length + 2;
		}
	}
	return 0;
}

char *plan_substitute(const char *text, const struct strv *values)
{
	char *made = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&made, &size);

	if (!f)
		return NULL;

	while (*text) {
		const char *value = NULL;
		size_t length = *text == '{' ? find_value(text, values, &value) : 0;

		if (length > 0)
			(void)fputs(value, f);
		else
			(void)fputc(*text, f);
		text += MAX_OF(length, (size_t)1);
	}
	if (fclose(f) != 0) {
		free(made);
		return NULL;
	}
	return made;
}

void plan_print(FILE *f, const struct plan *p, const struct suite *s)
{
	(void)fprintf(f, "%s: %zu benchmark%s, order %s, seed %llu\n", s->name, p->n_benchmarks,
		p->n_benchmarks == 1 ? "" : "s", order_name(s->items[0].order),
		(unsigned long long)p->seed);
	for (size_t i = 0; i < p->n_trials; i++) {
		const struct trial *trial = &p->trials[i];
		const struct plan_benchmark *benchmark = &p->benchmarks[trial->benchmark];
		const struct workload *w = &s->items[benchmark->workload];
		const char *arm = w->n_arms > 0 ? w->arms[benchmark->arm].name : NULL;

		if (trial->warmup)
			(void)fprintf(f, "%6zu  warm-up   ", i + 1);
		else
			(void)fprintf(f, "%6zu  round %-4u", i + 1, trial->block);
		(void)fprintf(f, "%s%s%s\n", benchmark->name, arm ? "  " : "", arm ? arm : "");
	}
}
