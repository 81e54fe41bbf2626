/* Who is calling. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"

void caller_done(struct caller *c)
{
	if (!c)
		return;

	identity_done(&c->identity);
	c->peer = NULL;
}

static struct peer *find_peer(struct bus *b, const sd_bus *bus)
{
	for (struct peer *p = b->peers; p; p = p->next)
		if (p->bus == bus)
			return p;
	return NULL;
}

/* Groups of a user as a login would give them. */
static int login_groups(struct identity *who)
{
	const struct passwd *user = getpwuid(who->uid);
	int n = 0;

	if (!user)
		return 0;

	who->gid = user->pw_gid;
	(void)getgrouplist(user->pw_name, user->pw_gid, NULL, &n);
	who->groups = calloc((size_t)n + 1, sizeof(gid_t));
	if (!who->groups)
		return -ENOMEM;
	if (getgrouplist(user->pw_name, user->pw_gid, who->groups, &n) < 0)
		return -EAGAIN;
	who->n_groups = (size_t)n;
	return 0;
}

static int from_system_bus(sd_bus_message *m, struct caller *ret, sd_bus_error *error)
{
	CLEANUP(sd_bus_creds_unrefp) sd_bus_creds *creds = NULL;
	CLEANUP(caller_done) struct caller caller = {0};
	char refusal[256];
	pid_t pid;
	int r = sd_bus_query_sender_creds(m, SD_BUS_CREDS_EUID | SD_BUS_CREDS_PID, &creds);

	if (r >= 0)
		r = sd_bus_creds_get_euid(creds, &caller.identity.uid);
	if (r >= 0)
		r = sd_bus_creds_get_pid(creds, &pid);
	if (r >= 0 && (sd_bus_creds_get_augmented_mask(creds) & SD_BUS_CREDS_EUID))
		r = -EPERM;
	if (r >= 0)
		r = login_groups(&caller.identity);
	if (r < 0)
		return sd_bus_error_set_errnof(error, r, "cannot tell who is calling");

	access_namespace_refusal(pid, refusal, sizeof(refusal));
	if (refusal[0]) {
		(void)sd_bus_error_set(error, WIRE_ERROR_DENIED, refusal);
		return -EACCES;
	}
	*ret = TAKE_STRUCT(caller);
	return 0;
}

int caller_get(struct bus *b, sd_bus_message *m, struct caller *ret, sd_bus_error *error)
{
	struct peer *peer = find_peer(b, sd_bus_message_get_bus(m));
	int r;

	if (!peer)
		return from_system_bus(m, ret, error);
	if (peer->refusal[0]) {
		(void)sd_bus_error_set(error, WIRE_ERROR_DENIED, peer->refusal);
		return -EACCES;
	}
	r = identity_copy(&peer->identity, &ret->identity);
	if (r < 0)
		return sd_bus_error_set_errno(error, r);
	ret->peer = peer;
	return 0;
}
