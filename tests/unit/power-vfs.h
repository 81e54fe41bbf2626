/* A file system for SQLite on which the power can fail: what was not synced may be lost. */
#pragma once

#include <sqlite3.h>

#include "common/base/random.h"

/* Called just before every sync of a file: the moment at which most is still unwritten. */
typedef void (*power_sync_fn)(void *userdata);

/**
 * power_install() - become SQLite's default file system
 * @folder: whose files are watched; "FILE.disk" beside each is what has surely reached the disk
 * @before_sync: or NULL
 * @userdata: for it
 *
 * Return: nothing.
 */
void power_install(const char *folder, power_sync_fn before_sync, void *userdata);

/**
 * power_remove() - give the default file system back
 *
 * Return: nothing.
 */
void power_remove(void);

/**
 * power_fail() - the folder as it may be found after the power failed now
 * @to:     an existing folder that gets the files
 * @random: decides for every page that was written but not synced whether it arrived; NULL: none
 *
 * Return: nothing.
 */
void power_fail(const char *to, struct random *random);
