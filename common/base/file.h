/* Whole files, small kernel files and atomic replacement. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/base/error.h"

/**
 * file_read() - read a whole file into memory
 * @path:     file
 * @size_max: largest accepted size in bytes
 * @ret:      text with a NUL behind it, owned by the caller; untouched on failure
 * @ret_size: bytes without the NUL, or NULL
 * @e:        filled on failure
 *
 * Return: 0; -EFBIG above @size_max; -ENOMEM; errno of open or read.
 */
int file_read(const char *path, size_t size_max, char **ret, size_t *ret_size, struct error *e);

/**
 * file_read_fd() - read everything from a descriptor's position on
 * @fd:       readable
 * @size_max: largest accepted size in bytes
 * @ret:      text with a NUL behind it, owned by the caller; untouched on failure
 * @ret_size: bytes without the NUL, or NULL
 *
 * Return: 0; -EFBIG; -ENOMEM; errno of read.
 */
int file_read_fd(int fd, size_t size_max, char **ret, size_t *ret_size);

/**
 * file_read_line() - first line of a small kernel file, without the newline
 * @path: file
 * @ret:  filled, always terminated on success; untouched on failure
 * @size: of @ret in bytes; longer lines are cut
 *
 * Return: 0; errno of open or read.
 */
int file_read_line(const char *path, char *ret, size_t size);

/**
 * file_write_kernel() - one write(2) of a text to an existing kernel file
 * @path: sysfs, procfs or cgroup file; opened with O_WRONLY | O_TRUNC | O_NOFOLLOW
 * @text: written in one call
 *
 * EINTR and EBUSY are tried again a few times. The caller reads back: success says nothing about
 * what the kernel made of it.
 *
 * Return: 0; -EIO for a short write; errno of open or write.
 */
int file_write_kernel(const char *path, const char *text);

/**
 * file_write_all() - write until everything is written
 * @fd:   blocking
 * @data: @size bytes
 * @size: bytes
 *
 * Return: 0; errno of write.
 */
int file_write_all(int fd, const void *data, size_t size);

/**
 * file_sealed() - bytes in memory that nobody can change any more, to be passed on
 * @name: shown in /proc, for people
 * @data: @size bytes, copied
 * @size: bytes
 *
 * Return: descriptor of a memfd at its beginning, sealed against everything, close-on-exec; errno.
 */
int file_sealed(const char *name, const void *data, size_t size);

/**
 * file_sync_folder_of() - put the name of a file on disk
 * @path: of the file, whose folder is synced
 *
 * Return: 0; errno of open or fsync; -ENOMEM.
 */
int file_sync_folder_of(const char *path);

/**
 * file_write_atomic() - replace a file as a whole: temporary file, fsync, rename, fsync of folder
 * @path: file
 * @text: content
 * @size: bytes of @text
 * @mode: permission bits of a new file
 * @e:    filled on failure
 *
 * Return: 0; errno of the failing step, the old file is then untouched.
 */
int file_write_atomic(
	const char *path, const void *text, size_t size, unsigned mode, struct error *e);

/**
 * file_make_folders() - mkdir -p
 * @path: folder
 * @mode: permission bits of new folders
 * @e:    filled on failure
 *
 * Return: 0, also when it exists; errno of mkdir.
 */
int file_make_folders(const char *path, unsigned mode, struct error *e);

/**
 * file_exists() - is there anything at a path
 * @path: file or folder
 *
 * Return: true when stat succeeds.
 */
bool file_exists(const char *path);
