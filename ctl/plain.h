/* Documents of the daemon that are shown key by key. */
#pragma once

#include "ctl/context.h"

/**
 * plain_call() - call a method that answers with JSON and print it
 * @c:      context
 * @member: method without arguments
 * @e:      filled on failure
 *
 * With --json as it is, otherwise one line per value.
 *
 * Return: 0; see client_open() and client_error(); -EINVAL when the answer is no JSON.
 */
int plain_call(const struct context *c, const char *member, struct error *e);
