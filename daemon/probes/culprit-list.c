/* Foreign time by name. */
#include "daemon/probes/culprit-list.h"

#include <stdio.h>

#include "common/base/macro.h"

/* /proc says "kworker/0:1-events", records say "kworker/0:1": one and the same. */
static void name_clean(const char *name, char ret[static RUN_CULPRIT_NAME_MAX])
{
	(void)snprintf(ret, RUN_CULPRIT_NAME_MAX, "%s", name);
	if (strncmp(ret, "kworker/", strlen("kworker/")) == 0)
		ret[strcspn(ret, "-+")] = '\0';
}

void culprit_list_add(struct culprit_list *list, const char *name, uint64_t time_ns)
{
	char clean[RUN_CULPRIT_NAME_MAX];
	unsigned i = 0;

	name_clean(name, clean);
	while (i < list->n && !streq(list->names[i].name, clean))
		i++;
	if (i >= CULPRIT_NAMES_MAX - 1) {
		i = CULPRIT_NAMES_MAX - 1;
		(void)snprintf(clean, sizeof(clean), "others");
	}
	if (i == list->n) {
		memcpy(list->names[i].name, clean, sizeof(clean));
		list->names[i].seconds = 0;
		list->n++;
	}
	list->names[i].seconds += (double)time_ns / (double)NSEC_PER_SEC;
}

static int by_time(const void *a, const void *b)
{
	const struct culprit *x = a, *y = b;

	if (x->seconds > y->seconds)
		return -1;
	if (x->seconds < y->seconds)
		return 1;
	return strcmp(x->name, y->name);
}

unsigned culprit_list_top(struct culprit_list *list, struct culprit ret[static RUN_CULPRITS_MAX])
{
	unsigned n = MIN_OF(list->n, (unsigned)RUN_CULPRITS_MAX);

	qsort(list->names, list->n, sizeof(list->names[0]), by_time);
	memcpy(ret, list->names, n * sizeof(ret[0]));
	return n;
}
