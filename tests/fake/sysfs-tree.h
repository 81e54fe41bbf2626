/* A fake tree of kernel files in a temporary folder: two CPUs with a frequency driver. */
#pragma once

#include "daemon/host/sysfs.h"

enum sysfs_driver {
	SYSFS_NO_DRIVER,    /* as in most virtual machines */
	SYSFS_INTEL_PSTATE, /* no_turbo, base_frequency */
	SYSFS_ACPI,	    /* acpi-cpufreq with cpufreq/boost and bios_limit */
	SYSFS_AMD_PSTATE,   /* boost per policy, nominal_freq */
};

/**
 * sysfs_tree_make() - make the tree
 * @driver: what drives the CPUs
 * @ret:    root, to be given as sysfs_root; at least SYSFS_PATH_MAX bytes
 *
 * Return: @ret; fails the test when it cannot be made.
 */
char *sysfs_tree_make(enum sysfs_driver driver, char ret[static SYSFS_PATH_MAX]);

/**
 * sysfs_tree_put() - write a file of the tree, with its folders
 * @root: of the tree
 * @path: with leading slash
 * @text: content; a newline is added
 *
 * Return: nothing; fails the test when it cannot.
 */
void sysfs_tree_put(const char *root, const char *path, const char *text);

/**
 * sysfs_tree_text() - the whole tree as "path=first line" lines, sorted
 * @root: of the tree
 *
 * Return: owned by the caller.
 */
char *sysfs_tree_text(const char *root);

/**
 * sysfs_tree_remove() - remove a temporary folder and all below it
 * @root: folder
 *
 * Return: nothing.
 */
void sysfs_tree_remove(const char *root);
