/* Who the launcher already is. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * identity_is() - is this process already exactly that user, with exactly those groups
 * @uid:      real, effective and saved
 * @gid:      real, effective and saved
 * @groups:   supplementary groups, in any order; @gid among them does not count
 * @n_groups: of @groups
 *
 * Return: true when there is nothing to change.
 */
bool identity_is(uid_t uid, gid_t gid, const gid_t *groups, size_t n_groups);
