/* Foreign time by the name of who took it. */
#pragma once

#include "common/model/run.h"

#define CULPRIT_NAMES_MAX 128

/* Embedded in its user; zeroed is empty. */
struct culprit_list {
	struct culprit names[CULPRIT_NAMES_MAX]; /* the last one is "others" once all are taken */
	unsigned n;
};

/**
 * culprit_list_add() - add time to a name
 * @list: list
 * @name: of a task; digits after "kworker/…" are kept, what it works on is cut off
 * @time_ns: how much
 *
 * Return: nothing.
 */
void culprit_list_add(struct culprit_list *list, const char *name, uint64_t time_ns);

/**
 * culprit_list_top() - the names with most time
 * @list: list; sorted in place
 * @ret:  filled, largest first
 *
 * Return: how many were filled in.
 */
unsigned culprit_list_top(struct culprit_list *list, struct culprit ret[static RUN_CULPRITS_MAX]);
