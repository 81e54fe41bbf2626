/* Who may do what. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/quantity.h"
#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"

static bool in_group(const struct identity *who, const char *name)
{
	const struct group *group = getgrnam(name);

	if (!group)
		return false;
	if (who->gid == group->gr_gid)
		return true;
	for (size_t i = 0; i < who->n_groups; i++)
		if (who->groups[i] == group->gr_gid)
			return true;
	return false;
}

static bool is_user(const struct identity *who, const char *name)
{
	const struct passwd *user = getpwnam(name);
	uint64_t number;

	if (user)
		return user->pw_uid == who->uid;
	return quantity_u64(name, &number) >= 0 && number == who->uid;
}

int access_may_submit(const struct bus *b, const struct identity *who, sd_bus_error *error)
{
	const struct host_config *host = b->config.host;

	if (who->uid == 0 || who->uid == geteuid())
		return 0;
	for (size_t i = 0; i < host->allow_users.n; i++)
		if (is_user(who, host->allow_users.items[i]))
			return 0;
	for (size_t i = 0; i < host->allow_groups.n; i++)
		if (in_group(who, host->allow_groups.items[i]))
			return 0;
	(void)sd_bus_error_setf(error, WIRE_ERROR_DENIED,
		"user %u may not use this steadyd: be root or a member of group steady, or name "
		"the user under access: in steadyd.yaml; 'steadyctl --local' works without",
		who->uid);
	return -EACCES;
}

int access_may_see(
	const struct bus *b, const struct identity *who, uid_t owner, sd_bus_error *error)
{
	if (who->uid == 0 || who->uid == owner || who->uid == geteuid())
		return 0;
	(void)sd_bus_error_setf(error, WIRE_ERROR_DENIED,
		"the job belongs to user %u: only they and root may do this", owner);
	return -EACCES;
}

uid_t access_visible_owner(const struct identity *who)
{
	return who->uid == 0 || who->uid == geteuid() ? (uid_t)-1 : who->uid;
}

static bool same_namespace(pid_t pid, const char *kind)
{
	char own_path[64], peer_path[64];
	struct stat own, peer;

	(void)snprintf(own_path, sizeof(own_path), "/proc/self/ns/%s", kind);
	(void)snprintf(peer_path, sizeof(peer_path), "/proc/%d/ns/%s", pid, kind);
	if (stat(own_path, &own) < 0)
		return true; /* a kernel without such namespaces */
	return stat(peer_path, &peer) == 0 && own.st_ino == peer.st_ino &&
		own.st_dev == peer.st_dev;
}

void access_namespace_refusal(pid_t pid, char *ret, size_t size)
{
	ret[0] = '\0';
	if (!same_namespace(pid, "user"))
		(void)snprintf(ret, size,
			"process %d is in another user namespace (a container?): its root is not "
			"this host's root, and steadyd serves this host only",
			pid);
	else if (!same_namespace(pid, "mnt"))
		(void)snprintf(ret, size,
			"process %d is in another mount namespace (a container, or a service "
			"with PrivateTmp?): its files are not where steadyd would look; run "
			"steadyctl --local there",
			pid);
}
