/* Which bytes may be in a YAML file at all. */
#pragma once

#include "common/config/diag.h"

#define YAML_BYTE_ORDER_MARK "\xef\xbb\xbf"

/**
 * yaml_bytes_check() - find everything that is no plain text
 * @text: file content without its byte order mark
 * @size: bytes
 * @skip: bytes of the byte order mark, added to the columns of the first line
 * @d:    at most one problem a line and a few in all are added
 *
 * NUL, control characters, invalid UTF-8 and line ends that only some programs know: editors, the
 * parser and people would disagree about what the file says.
 *
 * Return: 0; -EINVAL with a problem in @d.
 */
int yaml_bytes_check(const char *text, size_t size, size_t skip, struct diag *d);
