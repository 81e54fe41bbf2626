/* One perf event and its ring. */
#include "daemon/probes/perf-ring.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "common/base/file.h"
#include "common/base/macro.h"

#define RECORD_MAX	 512	   /* the longest of ours, COMM, has 56 bytes */
#define RECORD_LARGE_MIN 64	   /* a ring with less room than this may have refused a record */
#define FORMAT_LOST	 (1u << 4) /* PERF_FORMAT_LOST, Linux 6.0 */
#define PARANOID	 "/proc/sys/kernel/perf_event_paranoid"

/* Behind every record: sample_id of PERF_SAMPLE_TID | _TIME | _CPU. */
struct trailer {
	uint32_t pid, tid;
	uint64_t time_ns;
	uint32_t cpu, reserved;
};

struct task_body {
	uint32_t pid, parent_pid, tid, parent_tid;
	uint64_t time_ns;
};

struct comm_body {
	uint32_t pid, tid;
	char name[TASK_NAME_MAX];
};

struct switch_body {
	uint32_t other_pid, other_tid;
};

struct lost_body {
	uint64_t id, lost;
};

static int refused(struct error *e, int code)
{
	char paranoid[16] = "?";

	if (code != -EACCES && code != -EPERM)
		return error_setf(e, code, "cannot open a perf event: %s", strerror(-code));

	(void)file_read_line(PARANOID, paranoid, sizeof(paranoid));
	return error_setf(e, code,
		"perf events of whole CPUs are not permitted: needs CAP_PERFMON, or " PARANOID
		" at most 0 (it is %s)",
		paranoid);
}

static int event_open(pid_t pid, int cpu, size_t size, bool count_lost)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU,
		.read_format = count_lost ? FORMAT_LOST : 0,
		.disabled = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.task = 1,
		.comm = 1,
		.comm_exec = 1,
		.sample_id_all = 1,
		.context_switch = pid < 0,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.watermark = 1,
		.wakeup_watermark = (uint32_t)(size / 2),
	};
	long fd = syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

/* Opens and maps one size; the watermark is an attribute, so each size is a new event. */
static int try_size(struct perf_ring *ring, pid_t pid, int cpu, size_t size)
{
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	void *map;
	int fd;

	ring->counts_lost = true;
	fd = event_open(pid, cpu, size, true);
	if (fd == -EINVAL) {
		ring->counts_lost = false;
		fd = event_open(pid, cpu, size, false);
	}
	if (fd < 0)
		return fd;

	map = mmap(NULL, page_size + size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		int code = -errno;

		(void)close(fd);
		return code == -EPERM ? -ENOBUFS : code;
	}
	ring->fd = fd;
	ring->cpu = cpu < 0 ? 0 : (unsigned)cpu;
	ring->page = map;
	ring->data = (const unsigned char *)map + page_size;
	ring->size = size;
	return 0;
}

int perf_ring_open(struct perf_ring *ring, pid_t pid, int cpu, size_t size, struct error *e)
{
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	int r;

	*ring = (struct perf_ring){.fd = -1};
	for (;; size /= 2) {
		size = MAX_OF(size, page_size);
		r = try_size(ring, pid, cpu, size);
		if (r == 0)
			break;

		/* mmap says EPERM above the limit on locked memory, ENOMEM when there is none. */
		if ((r != -ENOBUFS && r != -ENOMEM) || size == page_size)
			return refused(e, r);
	}
	perf_ring_reset(ring);
	return 0;
}

int perf_ring_enable(struct perf_ring *ring, bool on)
{
	if (ioctl(ring->fd, on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0) < 0)
		return -errno;
	return 0;
}

/* All records the kernel ever dropped here. */
static uint64_t lost_count(const struct perf_ring *ring)
{
	struct {
		uint64_t value, lost;
	} counts = {0};

	if (!ring->counts_lost || read(ring->fd, &counts, sizeof(counts)) != sizeof(counts))
		return 0;
	return counts.lost;
}

void perf_ring_reset(struct perf_ring *ring)
{
	perf_ring_update(ring);
	ring->tail = ring->head;
	perf_ring_release(ring);
	ring->lost_before = lost_count(ring);
	ring->lost_seen = ring->damaged = 0;
}

void perf_ring_update(struct perf_ring *ring)
{
	ring->head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
}

/* Copies out of the ring, around its end where needed. */
static void copy(const struct perf_ring *ring, uint64_t from, void *ret, size_t n)
{
	size_t offset = (size_t)(from & (ring->size - 1));
	size_t first = MIN_OF(n, ring->size - offset);

	memcpy(ret, ring->data + offset, first);
	memcpy((unsigned char *)ret + first, ring->data, n - first);
}

static void decode_task(const unsigned char *body, struct switch_record *ret)
{
	struct task_body task;

	memcpy(&task, body, sizeof(task));
	ret->pid = (pid_t)task.pid;
	ret->tid = (pid_t)task.tid;
	ret->other_tid = (pid_t)task.parent_tid;
}

static void decode_comm(const unsigned char *body, size_t size, struct switch_record *ret)
{
	struct comm_body comm = {0};

	memcpy(&comm, body, MIN_OF(size, sizeof(comm)));
	ret->pid = (pid_t)comm.pid;
	ret->tid = (pid_t)comm.tid;
	memcpy(ret->name, comm.name, sizeof(ret->name));
	ret->name[sizeof(ret->name) - 1] = '\0';
}

static void decode_switch(const unsigned char *body, unsigned misc, struct switch_record *ret)
{
	struct switch_body other;

	memcpy(&other, body, sizeof(other));
	ret->type = misc & PERF_RECORD_MISC_SWITCH_OUT ? SWITCH_RECORD_OUT : SWITCH_RECORD_IN;
	ret->preempted = (misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) != 0;
	ret->other_tid = (pid_t)other.other_tid;
}

/* Returns false for records of other kinds and for those too short to be what they say. */
static bool decode(const struct perf_event_header *header, const unsigned char *bytes,
	struct perf_ring *ring, struct switch_record *ret)
{
	static const size_t body_min[] = {
		[PERF_RECORD_LOST] = sizeof(struct lost_body),
		[PERF_RECORD_COMM] = sizeof(uint64_t) * 2,
		[PERF_RECORD_EXIT] = sizeof(struct task_body),
		[PERF_RECORD_FORK] = sizeof(struct task_body),
		[PERF_RECORD_SWITCH_CPU_WIDE] = sizeof(struct switch_body),
	};
	const unsigned char *body = bytes + sizeof(*header);
	struct trailer trailer;
	struct lost_body lost;
	size_t body_size;

	if (header->type >= ARRAY_SIZE(body_min) || body_min[header->type] == 0 ||
		header->size < sizeof(*header) + body_min[header->type] + sizeof(trailer))
		return false;

	body_size = header->size - sizeof(*header) - sizeof(trailer);
	memcpy(&trailer, body + body_size, sizeof(trailer));
	*ret = (struct switch_record){
		.cpu = trailer.cpu,
		.time_ns = trailer.time_ns,
		.pid = (pid_t)trailer.pid,
		.tid = (pid_t)trailer.tid,
		.current_tid = (pid_t)trailer.tid,
	};
	switch (header->type) {
	case PERF_RECORD_LOST:
		memcpy(&lost, body, sizeof(lost));
		ring->lost_seen += lost.lost;
		ret->type = SWITCH_RECORD_LOST;
		break;
	case PERF_RECORD_COMM:
		ret->type = SWITCH_RECORD_COMM;
		ret->exec = (header->misc & PERF_RECORD_MISC_COMM_EXEC) != 0;
		decode_comm(body, body_size, ret);
		break;
	case PERF_RECORD_SWITCH_CPU_WIDE:
		decode_switch(body, header->misc, ret);
		break;
	default:
		ret->type = header->type == PERF_RECORD_FORK ? SWITCH_RECORD_FORK
							     : SWITCH_RECORD_EXIT;
		decode_task(body, ret);
	}
	return true;
}

bool perf_ring_next(struct perf_ring *ring, struct switch_record *ret)
{
	unsigned char bytes[RECORD_MAX] __attribute__((aligned(8)));
	struct perf_event_header header;

	while (ring->head - ring->tail >= sizeof(header)) {
		copy(ring, ring->tail, &header, sizeof(header));
		if (header.size < sizeof(header) || header.size > ring->head - ring->tail) {
			/* Not a record boundary: nothing behind it can be trusted. */
			ring->tail = ring->head;
			ring->damaged++;
			return false;
		}
		copy(ring, ring->tail, bytes, MIN_OF((size_t)header.size, sizeof(bytes)));
		ring->tail += header.size;
		if (header.size <= sizeof(bytes) && decode(&header, bytes, ring, ret))
			return true;
	}
	return false;
}

void perf_ring_release(struct perf_ring *ring)
{
	__atomic_store_n(&ring->page->data_tail, ring->tail, __ATOMIC_RELEASE);
}

uint64_t perf_ring_lost(const struct perf_ring *ring)
{
	uint64_t used = ring->head - ring->page->data_tail;

	if (ring->counts_lost)
		return ring->damaged + lost_count(ring) - ring->lost_before;

	/* The LOST record is only written with the next one that fits, which may not come. */
	return ring->damaged + ring->lost_seen +
		(ring->size - MIN_OF(used, ring->size) < RECORD_LARGE_MIN);
}

void perf_ring_close(struct perf_ring *ring)
{
	if (ring->page && ring->fd >= 0)
		(void)munmap(ring->page, (size_t)sysconf(_SC_PAGESIZE) + ring->size);
	if (ring->fd >= 0)
		(void)close(ring->fd);
	*ring = (struct perf_ring){.fd = -1};
}
