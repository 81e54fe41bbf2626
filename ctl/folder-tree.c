/* Whole folders of the caller's. */
#include "ctl/folder-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/strv.h"

#define FOLDER_FDS_MAX	   32
#define FOLDER_DEPTH_MAX   64
#define FOLDER_ENTRIES_MAX 100000
#define FOLDER_BYTES_MAX   (4ull << 30)
#define CHUNK		   4096

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	/* A folder without permission to write cannot be emptied: builds leave such. */
	if (remove(path) == 0)
		return 0;
	return errno == ENOENT ? 0 : -1;
}

static int open_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	if (kind == FTW_D && (st->st_mode & S_IRWXU) != S_IRWXU)
		(void)chmod(path, S_IRWXU);
	return 0;
}

int folder_remove(const char *path)
{
	(void)nftw(path, open_one, FOLDER_FDS_MAX, FTW_PHYS | FTW_MOUNT);
	if (nftw(path, remove_one, FOLDER_FDS_MAX, FTW_PHYS | FTW_MOUNT | FTW_DEPTH) < 0)
		return errno == ENOENT ? 0 : -errno;
	return 0;
}

/* What may still be read. */
struct budget {
	uint64_t bytes;
	unsigned entries;
};

static ssize_t read_full(int fd, char *buffer)
{
	size_t n = 0;

	while (n < CHUNK) {
		ssize_t got = read(fd, buffer + n, CHUNK - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static int same_content(int a, int b)
{
	char left[CHUNK], right[CHUNK];

	for (;;) {
		ssize_t n = read_full(a, left), m = read_full(b, right);

		if (n < 0 || m < 0)
			return (int)(n < 0 ? n : m);
		if (n != m || memcmp(left, right, (size_t)n) != 0)
			return 0;
		if (n == 0)
			return 1;
	}
}

static int same_file(const char *a, const struct stat *sa, const char *b, const struct stat *sb)
{
	CLEANUP_CLOSE int left = -1, right = -1;

	if (sa->st_dev == sb->st_dev && sa->st_ino == sb->st_ino)
		return 1;
	if (sa->st_size != sb->st_size)
		return 0;
	left = open(a, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (left < 0)
		return -errno;
	right = open(b, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return right < 0 ? -errno : same_content(left, right);
}

int folder_same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	if (stat(a, &sa) < 0 || stat(b, &sb) < 0)
		return -errno;
	return S_ISREG(sa.st_mode) && S_ISREG(sb.st_mode) ? same_file(a, &sa, b, &sb) : -EINVAL;
}

static int same_link(const char *a, const char *b)
{
	char left[PATH_MAX], right[PATH_MAX];
	ssize_t n = readlink(a, left, sizeof(left)), m = readlink(b, right, sizeof(right));

	if (n < 0 || m < 0)
		return -errno;
	return n == m && memcmp(left, right, (size_t)n) == 0;
}

static int names_of(const char *path, bool top, struct strv *ret)
{
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, NULL, alphasort);
	int r = n < 0 ? -errno : 0;

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (r >= 0 && !streq(name, ".") && !streq(name, "..") &&
			!(top && streq(name, ".git")))
			r = strv_push(ret, name);
		free(entries[i]);
	}
	free(entries);
	return r;
}

static bool same_names(const struct strv *a, const struct strv *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!streq(a->items[i], b->items[i]))
			return false;
	return true;
}

static int same_folder(const char *a, const char *b, unsigned depth, struct budget *left);

static int same_entry(const char *a, const char *b, unsigned depth, struct budget *left)
{
	struct stat sa, sb;

	if (lstat(a, &sa) < 0 || lstat(b, &sb) < 0)
		return -errno;
	if ((sa.st_mode & (S_IFMT | S_IXUSR)) != (sb.st_mode & (S_IFMT | S_IXUSR)))
		return 0;
	if (S_ISDIR(sa.st_mode))
		return same_folder(a, b, depth + 1, left);
	if (S_ISLNK(sa.st_mode))
		return same_link(a, b);
	if (!S_ISREG(sa.st_mode))
		return 1;
	if ((uint64_t)sa.st_size > left->bytes)
		return 0;
	left->bytes -= (uint64_t)sa.st_size;
	return same_file(a, &sa, b, &sb);
}

/* Bounded by FOLDER_DEPTH_MAX. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static int same_folder(const char *a, const char *b, unsigned depth, struct budget *left)
{
	CLEANUP_STRV struct strv names = {0}, others = {0};
	int r = names_of(a, depth == 0, &names);

	if (r >= 0)
		r = names_of(b, depth == 0, &others);
	if (r < 0)
		return r;
	if (!same_names(&names, &others) || depth >= FOLDER_DEPTH_MAX || names.n > left->entries)
		return 0;
	left->entries -= (unsigned)names.n;

	strv_foreach (name, &names) {
		CLEANUP_FREE char *one = NULL, *other = NULL;

		if (asprintf(&one, "%s/%s", a, name) < 0 || asprintf(&other, "%s/%s", b, name) < 0)
			return -ENOMEM;
		r = same_entry(one, other, depth, left);
		if (r <= 0)
			return r;
	}
	return 1;
}

int folder_same(const char *a, const char *b)
{
	struct budget left = {.bytes = FOLDER_BYTES_MAX, .entries = FOLDER_ENTRIES_MAX};

	return same_folder(a, b, 0, &left);
}
