/* Where steady's own files are: installed, or in the tree it was built from. */
#pragma once

#include "common/base/strv.h"

/*
 * From a build tree (the folder of the running program, or the one above it, holds build.ninja)
 * everything is the checkout's own: ../profiles, ../workloads, programs in the build tree.
 */

/**
 * search_path_profiles() - folders of profiles
 * @ret: appended to: the checkout's, or the host's before the installed ones
 *
 * Return: 0; -ENOMEM; errno of reading /proc/self/exe.
 */
int search_path_profiles(struct strv *ret);

/**
 * search_path_workloads() - folders of workloads that ship
 * @ret: appended to
 *
 * Return: 0; -ENOMEM; errno of reading /proc/self/exe.
 */
int search_path_workloads(struct strv *ret);

/**
 * search_path_program() - one of steady's own programs
 * @name: "steadyd" or "steady-launcher"
 * @ret:  its path; written only on success
 * @size: of @ret in bytes
 *
 * Return: 0, whether there is such a file or not; -ENAMETOOLONG; errno of reading /proc/self/exe.
 */
int search_path_program(const char *name, char *ret, size_t size);

/**
 * search_path_find_workload() - the file that a person means
 * @name_or_path: a path has a '/' or ends in .yaml; anything else is the name of one that ships
 * @ret_path:     owned by the caller; a path is returned as it is; written only on success
 * @e:            filled on failure with what there is
 *
 * Return: 0; -ENOENT; -ENOMEM; errno of reading /proc/self/exe.
 */
int search_path_find_workload(const char *name_or_path, char **ret_path, struct error *e);
