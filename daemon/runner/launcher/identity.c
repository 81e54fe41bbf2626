/* Who the launcher already is. */
#include "daemon/runner/launcher/identity.h"

#include <unistd.h>

/* More than any person has; above it the groups are set anew, which needs the privilege. */
#define GROUPS_MAX 1024

static bool has(const gid_t *groups, size_t n, gid_t gid)
{
	for (size_t i = 0; i < n; i++)
		if (groups[i] == gid)
			return true;
	return false;
}

static bool all_in(const gid_t *a, size_t n_a, const gid_t *b, size_t n_b, gid_t but)
{
	for (size_t i = 0; i < n_a; i++)
		if (a[i] != but && !has(b, n_b, a[i]))
			return false;
	return true;
}

bool identity_is(uid_t uid, gid_t gid, const gid_t *groups, size_t n_groups)
{
	static gid_t own[GROUPS_MAX];
	uid_t real, effective, saved;
	gid_t real_group, effective_group, saved_group;

	if (getresuid(&real, &effective, &saved) < 0 ||
		getresgid(&real_group, &effective_group, &saved_group) < 0)
		return false;
	if (real != uid || effective != uid || saved != uid || real_group != gid ||
		effective_group != gid || saved_group != gid || n_groups > GROUPS_MAX)
		return false;

	int n = getgroups(GROUPS_MAX, own);

	return n >= 0 && all_in(groups, n_groups, own, (size_t)n, gid) &&
		all_in(own, (size_t)n, groups, n_groups, gid);
}
