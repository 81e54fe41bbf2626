/* What a run writes: kept in memory, head and tail of it when it is too much. */
#include "daemon/runner/output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "common/base/digest.h"
#include "common/base/macro.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* Holes are made of whole pages of any architecture, so that they can be found again. */
#define GRAIN 65536ull

/* Where head and tail of a file are. Without a hole the head is everything. */
struct parts {
	uint64_t head_end, tail_begin, size;
};

static uint64_t size_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? (uint64_t)status.st_size : 0;
}

static uint64_t head_end(const struct output *o)
{
	return (o->kept_max / 2 + GRAIN - 1) / GRAIN * GRAIN;
}

int output_open(struct output *o, const char *name, uint64_t kept_max)
{
	/* MFD_NOEXEC_SEAL is Linux 6.3; without it newer kernels complain in their log. */
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	*o = (struct output){.fd = fd, .kept_max = kept_max};
	return 0;
}

int output_writer(const struct output *o)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", o->fd);

	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

uint64_t output_trim(struct output *o)
{
	const uint64_t size = size_of(o->fd), head = head_end(o),
		       tail = o->kept_max - o->kept_max / 2;
	const uint64_t grown = size > o->seen ? size - o->seen : 0;
	const uint64_t to = size > tail ? (size - tail) / GRAIN * GRAIN : 0;
	/* The run may have truncated the file and written it anew. */
	const uint64_t from = size < o->seen || o->punched_to < head ? head : o->punched_to;

	o->seen = size;
	if (size > o->kept_max && to > from &&
		fallocate(o->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)from,
			(off_t)(to - from)) == 0)
		o->punched_to = to;
	return grown;
}

static struct parts parts_of(int fd, bool truncated)
{
	struct parts p = {.size = size_of(fd)};
	off_t hole = truncated ? lseek(fd, 0, SEEK_HOLE) : -1;
	off_t data = hole < 0 ? -1 : lseek(fd, hole, SEEK_DATA);

	p.head_end = hole < 0 ? p.size : (uint64_t)hole;
	p.tail_begin = data < 0 ? p.size : (uint64_t)data;
	return p;
}

/* Return: bytes read at an offset, up to @n. */
static size_t read_at(int fd, char *to, size_t n, uint64_t offset)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = pread(fd, to + done, n - done, (off_t)(offset + done));

		if (r <= 0)
			break;
		done += (size_t)r;
	}
	return done;
}

static void digest_kept(int fd, const struct parts *p, char ret[static DIGEST_TEXT_MAX])
{
	const size_t head = p->head_end, tail = p->size - p->tail_begin;
	CLEANUP_FREE char *kept = malloc(head + tail + 1);

	if (!kept)
		return;

	size_t n = read_at(fd, kept, head, 0);

	n += read_at(fd, kept + n, tail, p->tail_begin);
	(void)digest_sha256(kept, n, ret);
}

void output_finish(struct output *o, struct run_output *ret)
{
	(void)output_trim(o);
	*ret = (struct run_output){.bytes = o->seen, .truncated = o->punched_to > 0};
	if (ret->bytes == 0)
		return;

	struct parts p = parts_of(o->fd, ret->truncated);

	if (ret->truncated)
		digest_kept(o->fd, &p, ret->sha256);
	else
		(void)digest_sha256_fd(o->fd, ret->sha256);
}

void output_close(struct output *o)
{
	if (o->fd >= 0)
		(void)close(o->fd);
	*o = (struct output){.fd = -1};
}

int output_read(int fd, const struct run_output *o, size_t max, char **ret)
{
	struct parts p = parts_of(fd, o->truncated);
	size_t head = p.head_end, tail = p.size - p.tail_begin;

	if (head + tail > max) {
		tail = MIN_OF(tail == 0 ? head : tail, max / 2);
		head = MIN_OF(head, max - tail);
	}

	const uint64_t missing = p.size - head - tail;
	char note[64] = "";
	int n_note = missing == 0
		? 0
		: snprintf(note, sizeof(note), "\n[... %" PRIu64 " bytes ...]\n", missing);
	char *text = malloc(head + (size_t)n_note + tail + 1);

	if (!text)
		return -ENOMEM;

	size_t n = read_at(fd, text, head, 0);

	(void)memcpy(text + n, note, (size_t)n_note);
	n += (size_t)n_note;
	n += read_at(fd, text + n, tail, p.size - tail);
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\0')
			text[i] = '?';
	text[n] = '\0';
	*ret = text;
	return 0;
}
