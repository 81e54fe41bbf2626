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
