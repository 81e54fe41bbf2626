/* A file system for SQLite on which the power can fail. */
#include "tests/unit/power-vfs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "tests/unit/cmocka-all.h"

#define PAGE	 4096u
#define FILE_MAX (64u << 20)
#define SUFFIX	 ".disk"

struct power_file {
	sqlite3_file base;
	char path[PATH_MAX]; /* empty: not watched */
	sqlite3_file *real;  /* of the real file system, behind this struct */
};

static struct {
	sqlite3_vfs vfs;
	sqlite3_vfs *real;
	sqlite3_io_methods methods;
	const char *folder;
	power_sync_fn before_sync;
	void *userdata;
} power;

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct power_file *)(void *)file)->real;
}

static void copy_file(const char *from, const char *to)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t size = 0;

	assert_int_equal(file_read(from, FILE_MAX, &bytes, &size, NULL), 0);
	assert_int_equal(file_write_atomic(to, bytes, size, 0600, NULL), 0);
}

static int power_sync(sqlite3_file *file, int flags)
{
	struct power_file *p = (struct power_file *)(void *)file;
	char synced[PATH_MAX + sizeof(SUFFIX)];
	int code;

	if (p->path[0] && power.before_sync)
		power.before_sync(power.userdata);
	code = p->real->pMethods->xSync(p->real, flags);
	if (code == SQLITE_OK && p->path[0]) {
		(void)snprintf(synced, sizeof(synced), "%s" SUFFIX, p->path);
		copy_file(p->path, synced);
	}
	return code;
}

static int power_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int power_read(sqlite3_file *file, void *to, int n, sqlite3_int64 offset)
{
	return real_of(file)->pMethods->xRead(real_of(file), to, n, offset);
}

static int power_write(sqlite3_file *file, const void *from, int n, sqlite3_int64 offset)
{
	return real_of(file)->pMethods->xWrite(real_of(file), from, n, offset);
}

static int power_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int power_size(sqlite3_file *file, sqlite3_int64 *ret)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), ret);
}

static int power_lock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int power_unlock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int power_check_lock(sqlite3_file *file, int *ret)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret);
}

static int power_control(sqlite3_file *file, int operation, void *argument)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int power_sector(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int power_device(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int power_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **ret)
{
	return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, ret);
}

static int power_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void power_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int power_shm_unmap(sqlite3_file *file, int delete)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), delete);
}

static int power_open(
	sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
	struct power_file *p = (struct power_file *)(void *)file;
	int code;

	*p = (struct power_file){.real = (sqlite3_file *)(void *)(p + 1)};
	if (name && strncmp(name, power.folder, strlen(power.folder)) == 0)
		(void)snprintf(p->path, sizeof(p->path), "%s", name);
	code = power.real->xOpen(power.real, name, p->real, flags, ret_flags);
	if (code == SQLITE_OK)
		p->base.pMethods = &power.methods;
	return code;
}

static int power_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	char synced[PATH_MAX + sizeof(SUFFIX)];

	(void)snprintf(synced, sizeof(synced), "%s" SUFFIX, name);
	(void)unlink(synced);
	return power.real->xDelete(power.real, name, sync_folder);
}

void power_install(const char *folder, power_sync_fn before_sync, void *userdata)
{
	power.real = sqlite3_vfs_find(NULL);
	power.folder = folder;
	power.before_sync = before_sync;
	power.userdata = userdata;
	power.methods = (sqlite3_io_methods){2, power_close, power_read, power_write,
		power_truncate, power_sync, power_size, power_lock, power_unlock, power_check_lock,
		power_control, power_sector, power_device, power_shm_map, power_shm_lock,
		power_shm_barrier, power_shm_unmap};
	power.vfs = *power.real;
	power.vfs.zName = "power";
	power.vfs.pNext = NULL;
	power.vfs.szOsFile = (int)sizeof(struct power_file) + power.real->szOsFile;
	power.vfs.xOpen = power_open;
	power.vfs.xDelete = power_delete;
	assert_int_equal(sqlite3_vfs_register(&power.vfs, 1), SQLITE_OK);
}

void power_remove(void)
{
	assert_int_equal(sqlite3_vfs_register(power.real, 1), SQLITE_OK);
	assert_int_equal(sqlite3_vfs_unregister(&power.vfs), SQLITE_OK);
}

/* The synced content, with some of what was written since. */
static void fail_file(const char *path, const char *to, struct random *random)
{
	CLEANUP_FREE char *now = NULL, *disk = NULL, *grown = NULL;
	char synced[PATH_MAX + sizeof(SUFFIX)];
	size_t n_now = 0, n_disk = 0, n;

	(void)snprintf(synced, sizeof(synced), "%s" SUFFIX, path);
	assert_int_equal(file_read(path, FILE_MAX, &now, &n_now, NULL), 0);
	if (file_read(synced, FILE_MAX, &disk, &n_disk, NULL) == -ENOENT)
		disk = strdup("");
	assert_non_null(disk);
	n = random && n_now > n_disk ? n_now : n_disk;
	grown = calloc(1, n + 1);
	assert_non_null(grown);
	memcpy(grown, disk, n_disk);
	for (size_t at = 0; random && at < MIN_OF(n, n_now); at += PAGE)
		if (random_below(random, 2))
			memcpy(grown + at, now + at, MIN_OF(PAGE, MIN_OF(n, n_now) - at));
	assert_int_equal(file_write_atomic(to, grown, n, 0600, NULL), 0);
}

/* The index of the log is memory: it is never synced and not there after a cut. */
static bool outlives_power(const char *name)
{
	size_t length = strlen(name);

	return name[0] != '.' && !strstr(name, "-shm") && !strstr(name, ".new") &&
		(length < sizeof(SUFFIX) || !streq(name + length - sizeof(SUFFIX) + 1, SUFFIX));
}

void power_fail(const char *to, struct random *random)
{
	DIR *d = opendir(power.folder);
	struct dirent *entry;

	assert_non_null(d);
	while ((entry = readdir(d))) {
		char source[PATH_MAX], target[PATH_MAX];
		struct stat st;

		(void)snprintf(source, sizeof(source), "%s/%s", power.folder, entry->d_name);
		(void)snprintf(target, sizeof(target), "%s/%s", to, entry->d_name);
		if (outlives_power(entry->d_name) && stat(source, &st) == 0 && S_ISREG(st.st_mode))
			fail_file(source, target, random);
	}
	(void)closedir(d);
}
