/* A job as it was submitted. */
#include "common/model/job.h"

#include <errno.h>

void identity_done(struct identity *i)
{
	if (!i)
		return;

	free(i->groups);
	*i = (struct identity){0};
}

int identity_copy(const struct identity *from, struct identity *ret)
{
	gid_t *groups = calloc(from->n_groups + 1, sizeof(*groups));

	if (!groups)
		return -ENOMEM;

	if (from->n_groups > 0)
		memcpy(groups, from->groups, from->n_groups * sizeof(*groups));
	*ret = *from;
	ret->groups = groups;
	return 0;
}

void job_done(struct job *j)
{
	if (!j)
		return;

	identity_done(&j->owner);
	free(j->workload);
	free(j->text);
	free(j->file);
	free(j->directory);
	strv_done(&j->overrides);
	strv_done(&j->environment);
	free(j->error);
	*j = (struct job){0};
}
