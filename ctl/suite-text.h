/* The files of a suite, put into the one text that is submitted. */
#pragma once

#include <stddef.h>

#include "common/base/error.h"
#include "common/config/diag.h"

/**
 * suite_text_fill() - read the members of a suite file
 * @file:      name of the file, for messages
 * @directory: absolute: its folder
 * @text:      owned by the caller, @size bytes; replaced when it is a suite that names files
 * @size:      bytes
 * @d:         problems of the suite file are added; initialised anew when the text is replaced
 * @e:         filled on failure; its text is empty when there are problems in @d
 *
 * Return: 0; -EINVAL; -ENOMEM; errno of reading a member.
 */
int suite_text_fill(const char *file, const char *directory, char **text, size_t *size,
	struct diag *d, struct error *e);
