/* Whole files, small kernel files and atomic replacement. */
#include "common/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#define FILE_READ_STEP	     16384
#define FILE_KERNEL_ATTEMPTS 5

int file_read_fd(int fd, size_t size_max, char **ret, size_t *ret_size)
{
	CLEANUP_FREE char *text = NULL;
	size_t n = 0, capacity = 0;

	for (;;) {
		ssize_t got;

		if (n + 1 >= capacity) {
			char *grown;

			capacity = MAX_OF(capacity * 2, (size_t)FILE_READ_STEP);
			grown = realloc(text, capacity);
			if (!grown)
				return -ENOMEM;
			text = grown;
		}
		got = read(fd, text + n, capacity - n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > size_max)
			return -EFBIG;
	}
	text[n] = '\0';
	*ret = TAKE_PTR(text);
	if (ret_size)
		*ret_size = n;
	return 0;
}

int file_read(const char *path, size_t size_max, char **ret, size_t *ret_size, struct error *e)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r = fd < 0 ? -errno : file_read_fd(fd, size_max, ret, ret_size);

	if (r == -EFBIG)
		return error_setf(e, r, "%s: larger than %zu bytes", path, size_max);
	return r < 0 ? error_setf(e, r, "%s: %s", path, strerror(-r)) : 0;
}

int file_read_line(const char *path, char *ret, size_t size)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char text[4096];
	ssize_t n;

	if (fd < 0)
		return -errno;

	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		return -errno;

	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	(void)snprintf(ret, size, "%s", text);
	return 0;
}

int file_write_kernel(const char *path, const char *text)
{
	/* Truncating as a shell's ">" does: nothing to the kernel, needed where a plain file stands
	 * in for a kernel file. */
	CLEANUP_CLOSE int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	size_t size = strlen(text);
	ssize_t n = -1;

	if (fd < 0)
		return -errno;

	for (unsigned i = 0; i < FILE_KERNEL_ATTEMPTS; i++) {
		n = write(fd, text, size);
		if (n >= 0 || (errno != EINTR && errno != EBUSY))
			break;
	}
	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EIO;
}

int file_write_all(int fd, const void *data, size_t size)
{
	const char *text = data;

	while (size > 0) {
		ssize_t n = write(fd, text, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		size -= (size_t)n;
	}
	return 0;
}

int file_sealed(const char *name, const void *data, size_t size)
{
	CLEANUP_CLOSE int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int r = fd < 0 ? -errno : file_write_all(fd, data, size);

	if (r < 0)
		return r;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0 ||
		lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	return TAKE_FD(fd);
}

int file_sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	CLEANUP_FREE char *folder = slash ? strndup(path, MAX_OF((size_t)(slash - path), (size_t)1))
					  : strdup(".");
	CLEANUP_CLOSE int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0)
		return folder ? -errno : -ENOMEM;
	return fsync(fd) < 0 ? -errno : 0;
}

static int write_beside(const char *beside, const void *text, size_t size, unsigned mode)
{
	CLEANUP_CLOSE int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	int r;

	if (fd < 0)
		return -errno;

	r = file_write_all(fd, text, size);
	if (r < 0)
		return r;
	return fsync(fd) < 0 ? -errno : 0;
}

int file_write_atomic(
	const char *path, const void *text, size_t size, unsigned mode, struct error *e)
{
	CLEANUP_FREE char *beside = NULL;
	int r;

	if (asprintf(&beside, "%s.%d.new", path, getpid()) < 0)
		return error_setf(e, -ENOMEM, "out of memory");

	r = write_beside(beside, text, size, mode);
	if (r >= 0 && rename(beside, path) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(beside);
		return error_setf(e, r, "%s: %s", path, strerror(-r));
	}
	r = file_sync_folder_of(path);
	return r < 0 ? error_setf(e, r, "%s: syncing its folder: %s", path, strerror(-r)) : 0;
}

int file_make_folders(const char *path, unsigned mode, struct error *e)
{
	CLEANUP_FREE char *copy = strdup(path);

	if (!copy)
		return error_setf(e, -ENOMEM, "out of memory");

	for (char *p = copy + 1;; p++) {
		char kept = *p;

		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, mode) < 0 && errno != EEXIST)
			return error_setf(e, -errno, "%s: %s", copy, strerror(errno));
		*p = kept;
		if (kept == '\0')
			return 0;
	}
}

bool file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}
