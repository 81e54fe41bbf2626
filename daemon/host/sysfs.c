/* Kernel files below a root. */
#include "daemon/host/sysfs.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/base/quantity.h"

/* The path a printf-like function with this last parameter means; cut when it is too long. */
#define PATH_FROM(path, root, fmt)                                                                 \
	do {                                                                                       \
		int n_ = snprintf(path, SYSFS_PATH_MAX, "%s", root);                               \
		va_list ap_;                                                                       \
		va_start(ap_, fmt);                                                                \
		if (n_ >= 0 && n_ < SYSFS_PATH_MAX)                                                \
			(void)vsnprintf((path) + n_, SYSFS_PATH_MAX - (size_t)n_, fmt, ap_);       \
		va_end(ap_);                                                                       \
	} while (0)

char *sysfs_path(char ret[static SYSFS_PATH_MAX], const char *root, const char *fmt, ...)
{
	PATH_FROM(ret, root, fmt);
	return ret;
}

static int read_path(const char *path, char *ret, size_t size)
{
	int r = file_read_line(path, ret, size);

	if (r < 0)
		return r;

	for (size_t n = strlen(ret); n > 0 && isspace((unsigned char)ret[n - 1]); n--)
		ret[n - 1] = '\0';
	return 0;
}

int sysfs_read(const char *root, char *ret, size_t size, const char *fmt, ...)
{
	char path[SYSFS_PATH_MAX];

	PATH_FROM(path, root, fmt);
	return read_path(path, ret, size);
}

int sysfs_read_u64(const char *root, uint64_t *ret, const char *fmt, ...)
{
	char path[SYSFS_PATH_MAX], text[64];
	int r;

	PATH_FROM(path, root, fmt);
	r = read_path(path, text, sizeof(text));
	return r < 0 ? r : quantity_u64(text, ret);
}

int sysfs_read_cpus(const char *root, struct cpuset *ret, const char *fmt, ...)
{
	char path[SYSFS_PATH_MAX], text[SYSFS_LINE_MAX];
	int r;

	PATH_FROM(path, root, fmt);
	r = read_path(path, text, sizeof(text));
	if (r < 0)
		return r;

	for (char *p = text; *p; p++)
		if (*p == ' ')
			*p = ',';
	return cpuset_parse(text, ret);
}

int sysfs_write(const char *root, const char *text, const char *fmt, ...)
{
	char path[SYSFS_PATH_MAX];

	PATH_FROM(path, root, fmt);
	return file_write_kernel(path, text);
}

bool sysfs_exists(const char *root, const char *fmt, ...)
{
	char path[SYSFS_PATH_MAX];

	PATH_FROM(path, root, fmt);
	return file_exists(path);
}
