/* What a job's commands wrote and what was done for it: one text file a job, only ever appended. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

#define JOB_LOG_MAX_BYTES (64ull << 20) /* kept of one job; a line then says that it is cut */
#define JOB_LOG_PAGE_MIN  4u		/* the longest character */

/* An open log. Zeroed with fd -1: nothing is appended. */
struct job_log {
	int fd; /* owned */
	uint64_t size;
	bool is_cut;
};

/**
 * job_log_open() - open or create the log of a job for appending
 * @state: state directory; the folder for logs is made in it (0700, files 0600)
 * @job:   number
 * @ret:   for job_log_close(); untouched on failure
 * @e:     filled on failure
 *
 * Return: 0; errno of mkdir or open.
 */
int job_log_open(const char *state, uint64_t job, struct job_log *ret, struct error *e);

/**
 * job_log_append() - append bytes as they are
 * @log:  open log
 * @data: any bytes
 * @size: count
 *
 * The first bytes above JOB_LOG_MAX_BYTES are replaced by a line that says so, the others dropped.
 *
 * Return: 0, also when they are dropped; -EBADF: not open; -ENOSPC, ...: what fitted is there.
 */
int job_log_append(struct job_log *log, const void *data, size_t size);

/**
 * job_log_close() - close
 * @log: log, or one that is closed already
 *
 * Return: nothing.
 */
void job_log_close(struct job_log *log);

/**
 * job_log_read() - one page of a log as text that a D-Bus string can carry
 * @state:    state directory
 * @job:      number
 * @offset:   byte in the file, 0 or *ret_next of the page before
 * @max:      bytes of text at most, at least JOB_LOG_PAGE_MIN
 * @ret:      owned by the caller; empty at the end, and for a job without a log
 * @ret_next: offset of the next page
 *
 * Valid UTF-8 without NUL: every other byte becomes U+FFFD. A character that the end of the file
 * cuts in two is kept back until its rest is there.
 *
 * Return: 0; -EINVAL: @max is too small; -ENOMEM; errno of open or read.
 */
int job_log_read(const char *state, uint64_t job, uint64_t offset, size_t max, char **ret,
	uint64_t *ret_next);
