/* One perf event without a counter, and the ring of records that comes with it. */
#pragma once

#include <linux/perf_event.h>
#include <stddef.h>

#include "common/base/error.h"
#include "daemon/probes/switch-record.h"

/* Embedded in its user. Zeroed with fd -1 is closed. */
struct perf_ring {
	int fd;
	unsigned cpu; /* of records; for the ring of one task it comes with each record */
	struct perf_event_mmap_page *page;
	const unsigned char *data; /* borrowed from the mapping behind @page */
	size_t size;		   /* of @data in bytes, a power of two */
	uint64_t head, tail;	   /* bytes since the beginning of time: written, read */
	bool counts_lost;	   /* the kernel tells how many records it dropped (Linux 6.0) */
	uint64_t lost_before;	   /* that number at the last reset */
	uint64_t lost_seen;	   /* said by LOST records since the last reset */
	uint64_t damaged;	   /* times the ring made no sense since the last reset */
};

/**
 * perf_ring_open() - a disabled software dummy event with side-band records
 * @ring: filled on success, otherwise closed
 * @pid:  task to follow (forks and exits of it), or -1: everything on @cpu, with switches
 * @cpu:  CPU, or -1 for a task
 * @size: wanted ring in bytes, a power of two of pages; halved while mlock limits refuse it
 * @e:    filled on failure
 *
 * perf_event_open(2): PERF_COUNT_SW_DUMMY needs no counter, hence works in virtual machines.
 * Times are CLOCK_MONOTONIC. Somebody polling the descriptor is woken at each half ring.
 *
 * Return: 0; -EACCES, -EPERM: not permitted; errno of perf_event_open or mmap.
 */
int perf_ring_open(struct perf_ring *ring, pid_t pid, int cpu, size_t size, struct error *e);

/**
 * perf_ring_enable() - begin or stop writing records
 * @ring: open
 * @on:   begin
 *
 * Return: 0; errno of ioctl.
 */
int perf_ring_enable(struct perf_ring *ring, bool on);

/**
 * perf_ring_reset() - forget all records and losses so far
 * @ring: open
 *
 * Return: nothing.
 */
void perf_ring_reset(struct perf_ring *ring);

/**
 * perf_ring_update() - look how far the kernel has written
 * @ring: open
 *
 * Return: nothing.
 */
void perf_ring_update(struct perf_ring *ring);

/**
 * perf_ring_next() - decode the record at the tail and step over it
 * @ring: updated
 * @ret:  written only on success
 *
 * Records of other kinds are stepped over. The kernel gets the space back with
 * perf_ring_release().
 *
 * Return: true; false when there are no more.
 */
bool perf_ring_next(struct perf_ring *ring, struct switch_record *ret);

/**
 * perf_ring_release() - give what was read back to the kernel
 * @ring: open
 *
 * Return: nothing.
 */
void perf_ring_release(struct perf_ring *ring);

/**
 * perf_ring_lost() - records dropped since the last reset
 * @ring: open; on kernels that do not count them, call it before perf_ring_release()
 *
 * Return: the number; a lower bound on kernels before 6.0.
 */
uint64_t perf_ring_lost(const struct perf_ring *ring);

/**
 * perf_ring_close() - unmap and close
 * @ring: open or closed
 *
 * Return: nothing.
 */
void perf_ring_close(struct perf_ring *ring);
