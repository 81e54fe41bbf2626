/* Workloads that are one job. */
#include "common/model/suite.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/digest.h"

void suite_done(struct suite *s)
{
	if (!s)
		return;

	for (size_t i = 0; i < s->n; i++)
		workload_done(&s->items[i]);
	free(s->items);
	free(s->name);
	*s = (struct suite){0};
}

struct suite suite_of(const struct workload *w)
{
	struct suite s = {.name = w->name, .items = (struct workload *)(uintptr_t)w, .n = 1};

	memcpy(s.hash, w->hash, sizeof(s.hash));
	return s;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A name with a NAME=VALUE string. */
static int compare_variable(const void *variable, const void *name)
{
	const char *text = variable, *wanted = *(const char *const *)name;
	size_t n = strcspn(text, "=");
	int order = strncmp(text, wanted, n);

	return order ? order : -(wanted[n] != '\0');
}

/* Borrowed, with some twice; NULL when out of memory. */
static const char **list_names(const struct suite *s, size_t *ret_n)
{
	const char **names;
	size_t n = 0;

	while (workload_always_inherited[n])
		n++;
	for (size_t i = 0; i < s->n; i++)
		n += s->items[i].inherit_env.n;
	names = calloc(n, sizeof(*names));
	*ret_n = n;
	for (size_t i = 0; names && workload_always_inherited[i]; i++)
		names[--n] = workload_always_inherited[i];
	for (size_t i = 0; names && i < s->n; i++)
		strv_foreach (name, &s->items[i].inherit_env) {
			names[--n] = name;
		}
	return names;
}

/* Members times names times variables would be no bound at all: the names are sorted. */
int suite_environment(const struct suite *s, const struct strv *from, struct strv *ret)
{
	CLEANUP_FREE const char **names = NULL;
	size_t n;
	int r = 0;

	for (size_t i = 0; i < s->n; i++)
		if (strv_find(&s->items[i].inherit_env, "*") >= 0)
			return strv_copy(ret, from);

	names = list_names(s, &n);
	if (!names)
		return -ENOMEM;
	qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 0; i < from->n && r >= 0; i++)
		if (bsearch(from->items[i], names, n, sizeof(*names), compare_variable))
			r = strv_push(ret, from->items[i]);
	return r;
}

int suite_hash(struct suite *s)
{
	CLEANUP_FREE char *text = NULL;
	size_t size = 0;
	FILE *f;

	if (!s->is_suite) {
		memcpy(s->hash, s->items[0].hash, sizeof(s->hash));
		return 0;
	}
	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	(void)fprintf(f, "suite %s\n", s->name);
	for (size_t i = 0; i < s->n; i++)
		(void)fprintf(f, "%s\n", s->items[i].hash);
	if (fclose(f) != 0)
		return -ENOMEM;
	(void)digest_sha256(text, size, s->hash);
	return 0;
}
