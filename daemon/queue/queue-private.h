/* The inside of the queue, shared by the files of this folder only. */
#pragma once

#include "daemon/queue/queue.h"

struct queue {
	struct queue_config config;
	struct session *session; /* at work, or NULL */
	sd_event_source *next;	 /* defer source: look for work */
	uint64_t *own;		 /* numbers submitted here, oldest first; only with own_only */
	size_t n_own;
	bool started;
	void (*stopped)(void *userdata); /* set: stopping */
};

/**
 * queue_accepted() - a job is in the store: tell everyone and look for work
 * @q:      queue
 * @number: which
 *
 * Return: nothing.
 */
void queue_accepted(struct queue *q, uint64_t number);
