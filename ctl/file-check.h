/* Checking workload, profile and host files without a daemon. */
#pragma once

#include <stdbool.h>

#include "common/base/error.h"

/**
 * file_check() - print all problems of one file
 * @path: file
 * @e:    filled when the file cannot be read at all
 *
 * A file called steadyd.yaml is a host's; one with a top-level key "profile" and none called
 * "workload" is a profile. Diagnostics go to stderr as file:line:column with a caret.
 *
 * Return: 1 without problems; 0 with problems; -EINVAL: not readable, a folder, above 1 MiB;
 * -ENOMEM.
 */
int file_check(const char *path, struct error *e);

/**
 * file_check_all() - check several files, all of them whatever the first ones say
 * @paths: NULL-terminated
 * @quiet: say nothing about good files
 *
 * Return: exit code 0, or 2 when any of them has a problem.
 */
int file_check_all(char *const *paths, bool quiet);
