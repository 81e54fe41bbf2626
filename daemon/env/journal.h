/* Undo journal: everything a job changes, and what it was before, as text on disk. */
#pragma once

#include "daemon/env/undo.h"

#define JOURNAL_FILE "undo.journal"

/*
 *	steady-journal 1
 *	boot 6f1c...
 *	owner 1000 job 12
 *	set 1 cpu.governor policy0 old=schedutil|want=performance|at=/sys/...
 *	begin			all records above are on disk; changes start
 *	now 1 powersave		what the kernel made of a change
 *	ready			all changes made and checked
 *	leave 1 ondemand	someone else changed it since to this: theirs stays
 *	restoring		what to leave is decided; putting back
 *	done 1			given back, while others could not be yet
 *
 * A last line without newline was torn by a crash; what it announced never began.
 */
struct journal {
	int fd;	      /* -1: closed */
	char *path;   /* owned */
	char *beside; /* owned; its name until the first lines are on disk; or NULL */
	char *buffer; /* owned; lines not yet written */
	size_t n, size;
	bool failed; /* a line could not be kept in memory */
};

/**
 * journal_create() - begin a new journal
 * @j:    zeroed, or closed
 * @path: an older one there stays until journal_flush() has put this one in its place
 * @u:    boot, owner and job for the first lines
 * @e:    filled on failure
 *
 * Return: 0; errno of open; -ENOMEM.
 */
int journal_create(struct journal *j, const char *path, const struct undo *u, struct error *e);

/**
 * journal_open() - read an existing journal, ready for further lines
 * @j:    zeroed, or closed
 * @path: file
 * @t:    knobs that are known
 * @ret:  what it says; owned by the caller; untouched on failure
 * @e:    filled on failure
 *
 * A torn last line is cut off.
 *
 * Return: 0; -ENOENT; -EBADMSG: not a journal; errno of open or read; -ENOMEM.
 */
int journal_open(struct journal *j, const char *path, const struct knob_table *t, struct undo *ret,
	struct error *e);

/**
 * journal_read() - read an existing journal and leave it as it is
 * @path: file
 * @t:    knobs that are known
 * @ret:  what it says; owned by the caller; untouched on failure
 * @e:    filled on failure
 *
 * Return: 0; -ENOENT; -EBADMSG: not a journal; errno of open or read; -ENOMEM.
 */
int journal_read(const char *path, const struct knob_table *t, struct undo *ret, struct error *e);

/**
 * journal_add() - note one record; journal_flush() writes it
 * @j:    open
 * @item: texts without newline or '|'
 *
 * Return: nothing; failure shows in journal_flush().
 */
void journal_add(struct journal *j, const struct undo_item *item);

/**
 * journal_mark() - note one line that is not a record
 * @j:   open
 * @fmt: printf format, without newline
 *
 * Return: nothing; failure shows in journal_flush().
 */
void journal_mark(struct journal *j, const char *fmt, ...) PRINTF_LIKE(2, 3);

/**
 * journal_flush() - write all noted lines and force them to disk
 * @j: open
 * @e: filled on failure
 *
 * One write, one fdatasync; the first time the file then gets its name and the folder is synced. On
 * failure the lines are dropped and the file is as long as before.
 *
 * Return: 0; -ENOSPC and other errnos of writing or syncing; -ENOMEM.
 */
int journal_flush(struct journal *j, struct error *e);

/**
 * journal_remove() - everything is given back: remove the file
 * @j: open; closed afterwards
 *
 * Return: 0; errno of unlink.
 */
int journal_remove(struct journal *j);

/**
 * journal_close() - close the file, which stays
 * @j: or NULL
 *
 * Return: nothing.
 */
void journal_close(struct journal *j);

/**
 * journal_boot() - identity of the running kernel's boot
 * @ret: filled; empty when the kernel does not tell
 *
 * Return: nothing.
 */
void journal_boot(char ret[static UNDO_BOOT_MAX]);
