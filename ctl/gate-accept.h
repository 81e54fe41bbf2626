/* Intended changes that a gate lets pass: from the command line, from commits, from steadyd. */
#pragma once

#include "common/judge/verdict-sum.h"
#include "ctl/client.h"
#include "ctl/git.h"

/* Source of what the command line accepts. */
#define GATE_ACCEPT_OPTION "--accept"

struct acceptance_list {
	struct acceptance *items; /* all owned */
	size_t n;
};

/**
 * gate_accept_options() - what --accept says
 * @c:   context
 * @ret: appended to
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int gate_accept_options(const struct context *c, struct acceptance_list *ret, struct error *e);

/**
 * gate_accept_trailers() - what commits say
 * @c:        context, for a note about a trailer that cannot be read
 * @trailers: newest first
 * @ret:      appended to
 * @e:        filled on failure
 *
 * Return: 0; -ENOMEM.
 */
int gate_accept_trailers(const struct context *c, const struct git_trailers *trailers,
	struct acceptance_list *ret, struct error *e);

/**
 * gate_accept_stored() - what steadyd remembers
 * @client:   open
 * @workload: of the job
 * @ret:      appended to
 * @e:        filled on failure
 *
 * Return: 0; see acceptances_fetch().
 */
int gate_accept_stored(
	struct client *client, const char *workload, struct acceptance_list *ret, struct error *e);

/**
 * acceptance_list_done() - free the content
 * @l: list, or NULL
 *
 * Return: nothing.
 */
void acceptance_list_done(struct acceptance_list *l);
