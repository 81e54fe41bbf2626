/*
 * A disk that forgets what was not forced to it: the journal's system calls, taken over at link
 * time (-Wl,--wrap=write and so on), each of them a step at which the power may be cut.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The journal on the fake disk at one moment. */
struct disk {
	bool exists;
	char text[32768];
	size_t n;
	char synced[32768];
	size_t n_synced;
	bool is_synced, is_named;
};

/* What a cut leaves of the journal. */
enum disk_loss {
	DISK_KEEPS_ALL,	     /* the process was killed, or the kernel was quick */
	DISK_LOSES_UNSYNCED, /* only what was forced to disk is there */
};

/**
 * disk_use() - which file is the journal
 * @path: copied
 *
 * Return: nothing.
 */
void disk_use(const char *path);

/**
 * disk_save() - copy the journal's state
 * @ret: filled
 *
 * Return: nothing; fails the test when it cannot be read.
 */
void disk_save(struct disk *ret);

/**
 * disk_load() - make the journal what it was
 * @d: saved
 *
 * Return: nothing; fails the test when it cannot be written.
 */
void disk_load(const struct disk *d);

/**
 * disk_lose() - forget what was not forced to disk
 *
 * Return: nothing; fails the test when it cannot.
 */
void disk_lose(void);
