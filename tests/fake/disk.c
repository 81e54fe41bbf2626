/* A disk that forgets what was not forced to it. */
#include "tests/fake/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "daemon/env/journal.h"
#include "tests/fake/machine.h"
#include "tests/unit/cmocka-all.h"

static char path[256];

/* The linker calls these instead of the C library's. */
ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
int __real_unlink(const char *name);
int __wrap_unlink(const char *name);
int __real_ftruncate64(int fd, off_t size);
int __wrap_ftruncate64(int fd, off_t size);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
void __wrap_journal_boot(char ret[static UNDO_BOOT_MAX]);

/* Torn in the middle, or not begun at all. */
ssize_t __wrap_write(int fd, const void *data, size_t size)
{
	if (fd <= STDERR_FILENO)
		return __real_write(fd, data, size);

	machine_step();
	if (machine_power->step + 1 == machine_power->cut_before)
		(void)__real_write(fd, data, size / 2);
	machine_step();
	return __real_write(fd, data, size);
}

int __wrap_unlink(const char *name)
{
	if (streq(name, path))
		machine_step();
	return __real_unlink(name);
}

int __wrap_ftruncate64(int fd, off_t size)
{
	machine_step();
	return __real_ftruncate64(fd, size);
}

int __wrap_rename(const char *from, const char *to)
{
	machine_step();
	machine_power->is_named = false;
	return __real_rename(from, to);
}

/* Reached under its own name a file keeps what is forced to disk; a new name has to wait. */
int __wrap_fdatasync(int fd)
{
	char link[64];
	CLEANUP_CLOSE int copy = -1;
	ssize_t n;

	machine_step();
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	copy = open(link, O_RDONLY | O_CLOEXEC);
	n = copy < 0 ? -1 : read(copy, machine_power->file, sizeof(machine_power->file));
	if (n < 0)
		return -1;
	machine_power->n_file = (size_t)n;
	if (!machine_power->is_named)
		return 0;
	memcpy(machine_power->synced, machine_power->file, sizeof(machine_power->synced));
	machine_power->n_synced = machine_power->n_file;
	return 0;
}

/* Only folders are synced this way: the name is on disk from now on, or gone from it. */
int __wrap_fsync(int fd)
{
	machine_step();
	machine_power->is_synced = machine_power->is_named = access(path, F_OK) == 0;
	memcpy(machine_power->synced, machine_power->file, sizeof(machine_power->synced));
	machine_power->n_synced = machine_power->n_file;
	return 0;
}

void __wrap_journal_boot(char ret[static UNDO_BOOT_MAX])
{
	(void)snprintf(ret, UNDO_BOOT_MAX, "fake-boot-%u", machine_power->boot);
}

void disk_use(const char *file)
{
	(void)snprintf(path, sizeof(path), "%s", file);
}

static void put_file(const char *text, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(__real_write(fd, text, n), (ssize_t)n);
	assert_int_equal(close(fd), 0);
}

void disk_save(struct disk *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	*ret = (struct disk){.exists = fd >= 0, .n_synced = machine_power->n_synced};
	ret->is_synced = machine_power->is_synced;
	ret->is_named = machine_power->is_named;
	memcpy(ret->synced, machine_power->synced, sizeof(ret->synced));
	if (fd < 0)
		return;
	n = read(fd, ret->text, sizeof(ret->text));
	assert_true(n >= 0 && (size_t)n < sizeof(ret->text));
	ret->n = (size_t)n;
	assert_int_equal(close(fd), 0);
}

void disk_load(const struct disk *d)
{
	machine_power->n_synced = d->n_synced;
	machine_power->is_synced = d->is_synced;
	machine_power->is_named = d->is_named;
	memcpy(machine_power->synced, d->synced, sizeof(d->synced));
	if (d->exists)
		put_file(d->text, d->n);
	else if (__real_unlink(path) < 0)
		assert_int_equal(errno, ENOENT);
}

void disk_lose(void)
{
	machine_power->is_named = machine_power->is_synced;
	if (machine_power->is_synced)
		put_file(machine_power->synced, machine_power->n_synced);
	else if (__real_unlink(path) < 0)
		assert_int_equal(errno, ENOENT);
}
