/* Programs that the client runs before a job: their output kept, Ctrl-C and time heeded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

#define CAPTURE_TAIL_MAX (64u << 10) /* bytes kept of what is read only when something failed */

struct capture_request {
	const char *const *argv; /* NULL-terminated; the program is looked for in PATH */
	const char *directory;	 /* NULL: the caller's */
	size_t out_max;		 /* bytes of stdout; 0: only the tail of both streams, in err */
	uint64_t deadline_ns;	 /* CLOCK_MONOTONIC; 0: none */
	void (*tick)(void *userdata); /* about once a second; NULL: none */
	void *userdata;
};

struct capture {
	int status; /* exit status; 128 + number for a signal, as a shell has it */
	char *out;  /* owned: stdout with a NUL behind it; NULL when it was not asked for */
	size_t size;
	char *err; /* owned: end of stderr */
};

/**
 * capture_run() - run a program to its end
 * @request: borrowed for the call
 * @ret:     owned by the caller; untouched on failure
 * @e:       filled on failure
 *
 * The program has no standard input and a process group of its own, so that Ctrl-C reaches only the
 * client; on SIGINT, SIGTERM or SIGHUP and at the deadline the group is ended. What it leaves
 * behind in that group is ended too: it would disturb what is measured next.
 *
 * Return: 0, whatever its status; -ENOENT: no such program; -E2BIG: more output than fits;
 * -ECANCELED by a signal; -ETIME at the deadline; -ENOMEM; errno of starting it.
 */
int capture_run(const struct capture_request *request, struct capture *ret, struct error *e);

/**
 * capture_done() - free the content
 * @c: capture, or NULL
 *
 * Return: nothing.
 */
void capture_done(struct capture *c);
