/* An environment engine with a temporary state folder and lock, on a fake tree or this machine. */
#pragma once

#include <sys/resource.h>

#include "daemon/env/env.h"
#include "tests/fake/sysfs-tree.h"

struct env_fixture {
	char root[SYSFS_PATH_MAX]; /* "" on this machine */
	char state[SYSFS_PATH_MAX], lock[SYSFS_PATH_MAX], journal[SYSFS_PATH_MAX];
	char *before; /* the fake tree as text */
	struct strv spare;
	struct env_config config;
	struct env *env;
	struct profile profile;
	struct setting_outcomes outcomes, residue;
};

/**
 * env_fixture_fake() - an engine on a fake tree
 * @f:      filled
 * @driver: of the tree
 *
 * Return: nothing; fails the test when it cannot be made.
 */
void env_fixture_fake(struct env_fixture *f, enum sysfs_driver driver);

/**
 * env_fixture_real() - an engine on this machine that moves no tasks but the test's naps
 * @f: filled
 *
 * Return: nothing; skips the test without root or with a single CPU.
 */
void env_fixture_real(struct env_fixture *f);

/**
 * env_fixture_hold_machine() - keep a steadyd of this machine from moving tasks meanwhile
 *
 * Waits for one that is at work.
 *
 * Return: descriptor, to be closed when done; -1 where no steadyd has ever run.
 */
int env_fixture_hold_machine(void);

/**
 * env_fixture_done() - give back, free, and remove the temporary folders
 * @f: fixture
 *
 * Return: nothing.
 */
void env_fixture_done(struct env_fixture *f);

/**
 * env_fixture_restart() - the engine is gone without giving back; a new one takes its place
 * @f: fixture
 *
 * Return: nothing.
 */
void env_fixture_restart(struct env_fixture *f);

/**
 * env_fixture_want() - add or change a setting of the profile
 * @f:     fixture
 * @knob:  name
 * @value: canonical text
 * @need:  of this setting
 *
 * Return: nothing.
 */
void env_fixture_want(struct env_fixture *f, const char *knob, const char *value, enum need need);

/**
 * env_fixture_apply() - apply the profile for job 12 of user 1000; outcomes are filled anew
 * @f: fixture
 * @e: filled on failure; may be NULL
 *
 * Return: as env_apply().
 */
int env_fixture_apply(struct env_fixture *f, struct error *e);

/**
 * env_fixture_outcome() - outcome of one setting on one target
 * @f:      fixture, applied
 * @knob:   name
 * @target: name
 *
 * Return: borrowed; fails the test when there is none.
 */
const struct setting_outcome *env_fixture_outcome(
	const struct env_fixture *f, const char *knob, const char *target);

/**
 * env_fixture_check_restored() - the fake tree is as before and there is no journal
 * @f: fixture
 *
 * Return: nothing; fails the test when it is not so.
 */
void env_fixture_check_restored(const struct env_fixture *f);

/**
 * env_fixture_limit_files() - no file of this process may become longer
 * @size: bytes; RLIM_INFINITY: as long as it likes
 *
 * Return: nothing.
 */
void env_fixture_limit_files(rlim_t size);

/**
 * env_fixture_run_script() - undo by the script of env_journal_script(), with /bin/sh
 * @f: fixture, applied
 *
 * Return: nothing; fails the test when the script fails.
 */
void env_fixture_run_script(struct env_fixture *f);
