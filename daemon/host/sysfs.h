/* Kernel files below a root, so that a fake tree can stand in for the machine. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/cpuset.h"
#include "common/base/macro.h"

#define SYSFS_PATH_MAX 512
#define SYSFS_LINE_MAX 4096

/**
 * sysfs_path() - full path of a kernel file
 * @ret:  filled; a longer path is cut and will not be found
 * @root: "" or the root of a fake tree
 * @fmt:  printf format of the path, with its leading slash
 *
 * Return: @ret.
 */
char *sysfs_path(char ret[static SYSFS_PATH_MAX], const char *root, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/**
 * sysfs_read() - first line of a kernel file, without newline and blanks at its end
 * @root: "" or the root of a fake tree
 * @ret:  filled on success, always terminated
 * @size: of @ret in bytes
 * @fmt:  printf format of the path
 *
 * Return: 0; errno of open or read.
 */
int sysfs_read(const char *root, char *ret, size_t size, const char *fmt, ...) PRINTF_LIKE(4, 5);

/**
 * sysfs_read_u64() - one decimal number
 * @root: "" or the root of a fake tree
 * @ret:  written only on success
 * @fmt:  printf format of the path
 *
 * Return: 0; -EINVAL when it is not a number; errno of open or read.
 */
int sysfs_read_u64(const char *root, uint64_t *ret, const char *fmt, ...) PRINTF_LIKE(3, 4);

/**
 * sysfs_read_cpus() - a CPU list ("0-3,8"), or numbers with blanks between them
 * @root: "" or the root of a fake tree
 * @ret:  written only on success
 * @fmt:  printf format of the path
 *
 * Return: 0; -EINVAL; -ERANGE; errno of open or read.
 */
int sysfs_read_cpus(const char *root, struct cpuset *ret, const char *fmt, ...) PRINTF_LIKE(3, 4);

/**
 * sysfs_write() - one write(2) to an existing kernel file; the caller reads back
 * @root: "" or the root of a fake tree
 * @text: content
 * @fmt:  printf format of the path
 *
 * Return: 0; errno of open or write.
 */
int sysfs_write(const char *root, const char *text, const char *fmt, ...) PRINTF_LIKE(3, 4);

/**
 * sysfs_exists() - is there such a file or folder
 * @root: "" or the root of a fake tree
 * @fmt:  printf format of the path
 *
 * Return: true when there is.
 */
bool sysfs_exists(const char *root, const char *fmt, ...) PRINTF_LIKE(2, 3);
