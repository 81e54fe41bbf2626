/* Whole folders of the caller's: removing them, and are two the same. */
#pragma once

#include <stdbool.h>

#include "common/base/error.h"

/**
 * folder_remove() - rm -rf, without leaving the file system or following links
 * @path: folder; one that does not exist is fine
 *
 * Return: 0; errno of the first thing that could not be removed.
 */
int folder_remove(const char *path);

/**
 * folder_same() - do two folders hold the same
 * @a: folder
 * @b: folder
 *
 * Names, kinds, permission to execute, targets of links and every byte; not times and owners. Git's
 * own files at the top are left out. Stops at the first difference.
 *
 * Return: 1 for the same; 0 for a difference, or when either is too large to be sure (FOLDER_*
 * limits); errno of reading.
 */
int folder_same(const char *a, const char *b);

/**
 * folder_same_file() - have two regular files the same content
 * @a: path
 * @b: path
 *
 * Return: 1; 0; errno of reading; -EINVAL for anything but a file.
 */
int folder_same_file(const char *a, const char *b);
