/* Command line of steadyd. */
#pragma once

#include <stdbool.h>

#include "common/base/strv.h"

struct options {
	const char *socket; /* borrowed from argv or a constant */
	const char *state;
	const char *config;
	struct strv profiles; /* named folders, before the others */
	int socket_fd;	      /* -1: listen on socket */
	bool system_bus;
	bool restore;
	bool script; /* with restore: print the undo instead of doing it */
	bool verbose;
};

/**
 * options_parse() - read the command line
 * @argc: of main
 * @argv: of main; borrowed for the life of @ret
 * @ret:  owned by the caller
 *
 * Prints help, version and usage errors itself.
 *
 * Return: 1 to go on; 0 after --help or --version; -EINVAL after a usage error.
 */
int options_parse(int argc, char **argv, struct options *ret);

/**
 * options_done() - free the content
 * @o: or NULL
 *
 * Return: nothing.
 */
void options_done(struct options *o);
