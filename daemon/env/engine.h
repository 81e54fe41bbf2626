/* The engine from inside: for its own files and the tests. */
#pragma once

#include "daemon/env/journal.h"
#include "daemon/env/wish.h"

struct env {
	char *state;
	char *machine_lock;
	char *sysfs_root;
	struct strv spare;
	const struct knob_table *table; /* borrowed; static */
	unsigned passes;		/* of giving back */
	struct host host;
	struct undo undo;
	struct journal journal;
	int lock_fd; /* -1: the machine is not ours */
};

/**
 * env_new_with() - an engine with other knobs than the machine's
 * @ret:    owned by the caller
 * @c:      copied
 * @t:      static
 * @passes: of giving back; UNDO_PASSES_MAX but in tests
 * @e:      filled on failure
 *
 * Return: 0; -ENOMEM.
 */
int env_new_with(struct env **ret, const struct env_config *c, const struct knob_table *t,
	unsigned passes, struct error *e);

/**
 * env_journal_path() - where the journal is
 * @env: engine
 *
 * Return: owned by the caller; NULL without memory.
 */
char *env_journal_path(const struct env *env);

/**
 * env_lock() - take the machine, so that nobody else changes settings
 * @env: engine
 * @e:   filled on failure
 *
 * Return: 0, also when it is ours already; -EBUSY: another process has it; errno of making or
 * opening the file.
 */
int env_lock(struct env *env, struct error *e);

/**
 * env_unlock() - let the machine go
 * @env: engine
 *
 * Return: nothing.
 */
void env_unlock(struct env *env);

/**
 * env_recover() - give back what an earlier journal says, holding the machine
 * @env:     locked, nothing applied
 * @done:    what was put back; may be NULL
 * @residue: what was not; may be NULL
 * @e:       filled on failure
 *
 * Return: 1 when there was something to restore; 0 when not; -EIO when something is left;
 * -EBADMSG: the file is not a journal; errno of reading it.
 */
int env_recover(struct env *env, struct setting_outcomes *done, struct setting_outcomes *residue,
	struct error *e);
