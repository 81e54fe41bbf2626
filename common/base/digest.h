/* SHA-256 as text. */
#pragma once

#include <stddef.h>

#define DIGEST_TEXT_MAX 72 /* "sha256:" + 64 hex digits + NUL */

struct digest; /* a hash that is being made */

/**
 * digest_new() - start a hash of bytes that come in pieces
 * @ret: owned by the caller, digest_end()
 *
 * Return: 0; -ENOMEM.
 */
int digest_new(struct digest **ret);

/**
 * digest_add() - some more bytes
 * @d:    hash
 * @data: bytes
 * @size: count
 *
 * Return: nothing.
 */
void digest_add(struct digest *d, const void *data, size_t size);

/**
 * digest_end() - the hash of everything that was added
 * @d:   freed
 * @ret: "sha256:" and 64 lower-case hex digits
 *
 * Return: @ret.
 */
char *digest_end(struct digest *d, char ret[static DIGEST_TEXT_MAX]);

/**
 * digest_sha256() - hash of some bytes
 * @data: bytes
 * @size: count
 * @ret:  "sha256:" and 64 lower-case hex digits
 *
 * Return: @ret.
 */
char *digest_sha256(const void *data, size_t size, char ret[static DIGEST_TEXT_MAX]);

/**
 * digest_sha256_fd() - hash of a file's content from offset 0, without moving its position
 * @fd:  readable, seekable
 * @ret: as above; untouched on failure
 *
 * Return: 0; errno of pread.
 */
int digest_sha256_fd(int fd, char ret[static DIGEST_TEXT_MAX]);
