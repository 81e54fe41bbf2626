/* Logs of jobs: bounded when written, made valid text when read. */
#include "daemon/store/job-log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/file.h"

#define FOLDER_MODE 0700
#define FILE_MODE   0600

static const char cut_line[] = "\n[the log is cut here: a job keeps 64 MiB]\n";
static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

static char *log_path(const char *state, uint64_t job)
{
	char *path = NULL;

	return asprintf(&path, "%s/logs/%llu.log", state, (unsigned long long)job) < 0 ? NULL
										       : path;
}

static int make_folder(const char *state, struct error *e)
{
	CLEANUP_FREE char *folder = NULL;

	if (asprintf(&folder, "%s/logs", state) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	return file_make_folders(folder, FOLDER_MODE, e);
}

int job_log_open(const char *state, uint64_t job, struct job_log *ret, struct error *e)
{
	CLEANUP_FREE char *path = log_path(state, job);
	CLEANUP_CLOSE int fd = -1;
	struct stat st;
	int r;

	if (!path)
		return error_setf(e, -ENOMEM, "out of memory");
	r = make_folder(state, e);
	if (r < 0)
		return r;

	fd = open(
		path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, FILE_MODE);
	if (fd < 0 || fstat(fd, &st) < 0)
		return error_setf(e, -errno, "%s: %s", path, strerror(errno));

	*ret = (struct job_log){
		.fd = TAKE_FD(fd),
		.size = (uint64_t)st.st_size,
		.is_cut = (uint64_t)st.st_size > JOB_LOG_MAX_BYTES,
	};
	return 0;
}

static int append_all(struct job_log *log, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(log->fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		log->size += (uint64_t)n;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

int job_log_append(struct job_log *log, const void *data, size_t size)
{
	uint64_t left = log->size < JOB_LOG_MAX_BYTES ? JOB_LOG_MAX_BYTES - log->size : 0;
	int r;

	if (log->fd < 0)
		return -EBADF;
	if (log->is_cut)
		return 0;

	r = append_all(log, data, MIN_OF(size, (size_t)left));
	if (r < 0 || size <= left)
		return r;
	log->is_cut = true;
	return append_all(log, cut_line, sizeof(cut_line) - 1);
}

void job_log_close(struct job_log *log)
{
	if (log->fd >= 0)
		(void)close(log->fd);
	*log = (struct job_log){.fd = -1};
}

/* Bytes that follow the first one of a character, and the range of the second (RFC 3629, 4). */
static const struct lead {
	unsigned char first, last; /* of the first byte */
	unsigned char low, high;   /* of the second */
	unsigned char n_more;
} leads[] = {
	{0x01, 0x7f, 0, 0, 0},
	{0xc2, 0xdf, 0x80, 0xbf, 1},
	{0xe0, 0xe0, 0xa0, 0xbf, 2},
	{0xe1, 0xec, 0x80, 0xbf, 2},
	{0xed, 0xed, 0x80, 0x9f, 2},
	{0xee, 0xef, 0x80, 0xbf, 2},
	{0xf0, 0xf0, 0x90, 0xbf, 3},
	{0xf1, 0xf3, 0x80, 0xbf, 3},
	{0xf4, 0xf4, 0x80, 0x8f, 3},
};

static const struct lead *lead_find(unsigned char c)
{
	for (size_t i = 0; i < ARRAY_SIZE(leads); i++)
		if (c >= leads[i].first && c <= leads[i].last)
			return &leads[i];
	return NULL;
}

/* Length of the character at p; 0: n bytes end before it does; -1: it is none. */
static int character_length(const unsigned char *p, size_t n)
{
	const struct lead *lead = lead_find(p[0]);

	if (!lead)
		return -1;

	for (size_t i = 1; i <= lead->n_more; i++) {
		unsigned char low = i == 1 ? lead->low : 0x80;
		unsigned char high = i == 1 ? lead->high : 0xbf;

		if (i == n)
			return 0;
		if (p[i] < low || p[i] > high)
			return -1;
	}
	return lead->n_more + 1;
}

/* Copy what is text; stops where the next character does not fit, in or out. */
static size_t clean(const unsigned char *from, size_t size, char *ret, size_t max)
{
	size_t at = 0, n = 0;

	while (at < size) {
		int length = character_length(from + at, size - at);
		const void *text = length < 0 ? (const void *)replacement : from + at;
		size_t needed = length < 0 ? sizeof(replacement) - 1 : (size_t)length;

		if (length == 0 || n + needed > max)
			break;
		memcpy(ret + n, text, needed);
		n += needed;
		at += length < 0 ? 1 : (size_t)length;
	}
	ret[n] = '\0';
	return at;
}

int job_log_read(const char *state, uint64_t job, uint64_t offset, size_t max, char **ret,
	uint64_t *ret_next)
{
	CLEANUP_FREE char *path = log_path(state, job);
	CLEANUP_FREE unsigned char *bytes = malloc(max);
	CLEANUP_FREE char *text = calloc(1, max + 1);
	CLEANUP_CLOSE int fd = -1;
	ssize_t n = 0;

	if (max < JOB_LOG_PAGE_MIN || offset > INT64_MAX)
		return -EINVAL;
	if (!path || !bytes || !text)
		return -ENOMEM;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	if (fd < 0 && errno != ENOENT)
		return -errno;
	if (fd >= 0)
		n = pread(fd, bytes, max, (off_t)offset);
	if (n < 0)
		return -errno;

	*ret_next = offset + clean(bytes, (size_t)n, text, max);
	*ret = TAKE_PTR(text);
	return 0;
}
