/* What a run writes: kept in memory, head and tail of it when it is too much. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "common/model/run.h"

struct output {
	int fd;		     /* memfd, owned; -1 when closed */
	uint64_t kept_max;   /* bytes to keep, half head, half tail */
	uint64_t punched_to; /* the hole behind the head ends here; 0: none */
	uint64_t seen;	     /* size at the last look */
};

/**
 * output_open() - an empty one
 * @o:        uninitialised or closed
 * @name:     for /proc, "stdout"
 * @kept_max: bytes to keep
 *
 * Return: 0; errno of memfd_create.
 */
int output_open(struct output *o, const char *name, uint64_t kept_max);

/**
 * output_writer() - a descriptor for the run that appends, so that several writers share it
 * @o: open
 *
 * Return: descriptor, owned by the caller; negative errno.
 */
int output_writer(const struct output *o);

/**
 * output_trim() - give back the memory between head and tail
 * @o: open
 *
 * Return: bytes written since the last call.
 */
uint64_t output_trim(struct output *o);

/**
 * output_finish() - trim for the last time and describe
 * @o:   open; stays readable
 * @ret: filled
 *
 * Return: nothing.
 */
void output_finish(struct output *o, struct run_output *ret);

/**
 * output_close() - forget it
 * @o: open or closed
 *
 * Return: nothing.
 */
void output_close(struct output *o);

/**
 * output_read() - what was kept, as text
 * @fd:  memfd of an outcome
 * @o:   what output_finish() said about it
 * @max: largest size of the text in bytes; head and tail are shortened to it
 * @ret: NUL behind it, owned by the caller; untouched on failure
 *
 * Where something is missing, a line says how many bytes. NUL bytes are replaced by "?".
 *
 * Return: 0; -ENOMEM; errno of pread.
 */
int output_read(int fd, const struct run_output *o, size_t max, char **ret);
