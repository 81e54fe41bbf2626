/* One run. */
#include "common/model/run.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/macro.h"

static const char *const status_names[RUN_STATUS_MAX] = {
	[RUN_OK] = "ok",
	[RUN_SUSPECT] = "suspect",
	[RUN_DISTURBED] = "disturbed",
	[RUN_INVALID] = "invalid",
	[RUN_FAILED] = "failed",
};

struct measure measure_set(double value)
{
	return (struct measure){.value = value};
}

struct measure measure_unavailable(const char *reason)
{
	struct measure m = {0};

	(void)snprintf(m.unavailable, sizeof(m.unavailable), "%s", reason);
	return m;
}

bool measure_is_set(const struct measure *m)
{
	return m->unavailable[0] == '\0';
}

const char *run_status_name(enum run_status status)
{
	return status_names[status];
}

int run_status_find(const char *name)
{
	for (int i = 0; i < RUN_STATUS_MAX; i++)
		if (streq(status_names[i], name))
			return i;
	return -ENOENT;
}
