/* Jobs that end with the client that submitted them. */
#include <errno.h>

#include "daemon/bus/bus-private.h"

static void tie_remove(struct bus *b, struct tie *tie)
{
	for (struct tie **link = &b->ties; *link; link = &(*link)->next)
		if (*link == tie) {
			*link = tie->next;
			break;
		}
	free(tie);
}

static int on_sender_gone(sd_bus_track *track, void *userdata)
{
	struct tie *tie = userdata;
	struct bus *b = tie->owner;

	(void)queue_cancel(b->config.queue, tie->job, "its client has left", NULL);
	tie_remove(b, tie);
	(void)sd_bus_track_unref(track);
	return 0;
}

static int tie_on_system_bus(struct bus *b, sd_bus_message *m, uint64_t job)
{
	struct tie *tie = calloc(1, sizeof(*tie));
	int r;

	if (!tie)
		return -ENOMEM;

	tie->owner = b;
	tie->job = job;
	r = sd_bus_track_new(b->system, &tie->track, on_sender_gone, tie);
	if (r >= 0)
		r = sd_bus_track_add_sender(tie->track, m);
	if (r < 0) {
		(void)sd_bus_track_unref(tie->track);
		free(tie);
		return r;
	}
	tie->next = b->ties;
	b->ties = tie;
	return 0;
}

int tie_job(struct bus *b, sd_bus_message *m, const struct caller *who, uint64_t job)
{
	struct peer *peer = who->peer;
	uint64_t *grown;

	if (!peer)
		return tie_on_system_bus(b, m, job);

	grown = reallocarray(peer->tied, peer->n_tied + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	peer->tied = grown;
	peer->tied[peer->n_tied++] = job;
	return 0;
}
