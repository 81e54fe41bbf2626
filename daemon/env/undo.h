/* What was changed and what it was before; giving it back. */
#pragma once

#include "daemon/env/knob-table.h"

#define UNDO_PASSES_MAX 4
#define UNDO_BOOT_MAX	64

struct journal;

/* One value of one target. Texts are owned. */
struct undo_item {
	unsigned number;	 /* in the journal, from 1 */
	const struct knob *knob; /* NULL: the journal names one this program does not know */
	char *name;
	char *target;
	char *old;    /* before anything was changed */
	char *want;   /* what it was set to */
	char *now;    /* what the kernel made of it, where that is something else; or NULL */
	char *at;     /* where a person finds it */
	char *theirs; /* someone else changed it since to this, which stays; or NULL */
	bool given;   /* a task that was given its old CPUs: what it has since is someone else's */
	bool is_done; /* given back, or left to someone for good */
	bool gone;    /* the target was not there when last looked at */
};

struct undo {
	struct undo_item *items; /* owned; by number, ascending */
	size_t n;
	unsigned last_number;
	unsigned n_damaged; /* lines of the journal that could not be understood */
	char boot[UNDO_BOOT_MAX];
	uid_t owner;
	uint64_t job;
	bool begun;	  /* all first records are on disk: changes may have been made */
	bool ready;	  /* all changes were made and checked */
	bool restoring;	  /* what to leave is decided */
	size_t n_carried; /* first items that are from earlier jobs: their targets were hidden */
};

/**
 * undo_add() - note one value before it is changed
 * @u:    list
 * @from: copied, but for the number, which is the next one when 0
 *
 * Return: 0; -ENOMEM.
 */
int undo_add(struct undo *u, const struct undo_item *from);

/**
 * undo_find() - record by number
 * @u:      list
 * @number: in the journal
 *
 * Return: borrowed from @u; NULL when there is none.
 */
struct undo_item *undo_find(struct undo *u, unsigned number);

/**
 * undo_drop_done() - forget the records that are given back
 * @u: list
 *
 * Return: nothing.
 */
void undo_drop_done(struct undo *u);

/**
 * undo_truncate() - forget the last records, which were never acted on
 * @u: list
 * @n: how many to keep
 *
 * Return: nothing.
 */
void undo_truncate(struct undo *u, size_t n);

/**
 * undo_done() - free the content
 * @u: list, or NULL
 *
 * Return: nothing.
 */
void undo_done(struct undo *u);

/**
 * undo_restore() - give everything back, repeatedly until nothing moves
 * @u:       list; its marks are updated
 * @j:       open journal for the marks; a failing one does not keep from giving back
 * @h:       host
 * @passes:  UNDO_PASSES_MAX
 *
 * What someone else changed after all changes were made and checked is left to them, and put back
 * to theirs where giving back another knob drags it along.
 *
 * Return: nothing; undo_residue() tells what is left.
 */
void undo_restore(struct undo *u, struct journal *j, struct host *h, unsigned passes);

/* What is still to be given back. */
struct undo_rest {
	unsigned n_failed;
	unsigned n_hidden; /* targets that are not there now, such as those of an offline CPU */
};

/**
 * undo_residue() - compare every value with what it was; marks what is given back
 * @u:       list after undo_restore()
 * @h:       host
 * @done:    one entry for everything that is as it was; may be NULL
 * @residue: one for everything that is not, with the reason; may be NULL
 *
 * Return: how many are not, without those left to someone else and tasks that have ended.
 */
struct undo_rest undo_residue(struct undo *u, struct host *h, struct setting_outcomes *done,
	struct setting_outcomes *residue);

/**
 * undo_finish() - remove the journal, or note in it what need not be given back any more
 * @u:    list after undo_residue()
 * @j:    its journal, open; closed afterwards
 * @rest: what is left
 *
 * Return: 0; -EIO when something failed or the journal could not be removed.
 */
int undo_finish(struct undo *u, struct journal *j, struct undo_rest rest);
