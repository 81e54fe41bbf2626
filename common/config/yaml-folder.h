/* Folders of NAME.yaml files: the profiles and the workloads there are. */
#pragma once

#include "common/base/strv.h"

/**
 * yaml_folder_find() - where a name's file is
 * @folders: searched in order
 * @name:    anything; what is no valid name is not found, so that it cannot leave the folders
 * @ret:     path, owned by the caller; written only on success
 *
 * Return: 0; -ENOENT; -ENOMEM.
 */
int yaml_folder_find(const struct strv *folders, const char *name, char **ret);

/**
 * yaml_folder_list() - all files of some folders
 * @folders: an earlier folder hides the same name in a later one; missing ones are empty
 * @ret:     paths sorted by name, owned by the caller
 *
 * Return: 0; -ENOMEM.
 */
int yaml_folder_list(const struct strv *folders, struct strv *ret);

/**
 * yaml_folder_name() - the name that a path is the file of
 * @path: of a .yaml file
 *
 * Return: owned by the caller; NULL without memory.
 */
char *yaml_folder_name(const char *path);

/**
 * yaml_folder_unknown() - the error for a name that is not there: what is, and what is close
 * @folders: that were searched
 * @what:    "profile" or "workload"
 * @name:    what was asked for
 * @e:       filled
 *
 * Return: -ENOENT; -ENOMEM.
 */
int yaml_folder_unknown(
	const struct strv *folders, const char *what, const char *name, struct error *e);
