/* The machine's settings for one job: apply, keep, give back. */
#pragma once

#include "common/base/cpuset.h"
#include "common/config/host-file.h"
#include "common/model/profile.h"
#include "common/model/result.h"

struct env;

struct env_config {
	const char *state;	  /* folder of the journal "undo.journal" */
	const char *machine_lock; /* "/run/steady/machine.lock" */
	const char *sysfs_root;	  /* "" or the root of a fake tree, for tests */
	const struct strv *spare; /* comm patterns whose tasks are never moved */
	bool privileged;	  /* false: nothing that needs root is tried */
};

/* What the launcher has to do for every run. */
struct env_run_settings {
	struct cpuset cpus;	    /* where the workload runs */
	bool pinned;		    /* cpus is narrower than all online CPUs and must be set */
	bool isolated;		    /* every other task was moved off cpus */
	struct cpuset housekeeping; /* the other CPUs; all of them when not pinned */
	bool aslr_off;
};

/**
 * env_new() - an engine with nothing applied
 * @ret: owned by the caller
 * @c:   copied
 * @e:   filled on failure
 *
 * Return: 0; -ENOMEM.
 */
int env_new(struct env **ret, const struct env_config *c, struct error *e);

/**
 * env_apply() - record every old value, one fdatasync, then change, then read all back
 * @env:     nothing applied
 * @p:       settings with their needs
 * @strict:  every setting is required
 * @owner:   uid and job number for the journal
 * @job:     number
 * @ret:     one entry per setting and target; filled also on failure
 * @e:       filled on failure
 *
 * Return: 0; -EOPNOTSUPP: a required setting is unavailable (nothing was changed); -EIO: one did
 * not hold; -EBUSY: somebody else holds the machine lock; errno of writing the journal (nothing was
 * changed). After a failure env_restore() must be called all the same.
 */
int env_apply(struct env *env, const struct profile *p, bool strict, uid_t owner, uint64_t job,
	struct setting_outcomes *ret, struct error *e);

/**
 * env_run_settings() - what each run must be given
 * @env: applied
 *
 * Return: borrowed from @env.
 */
const struct env_run_settings *env_run_settings(const struct env *env);

/**
 * env_between_runs() - move tasks that have appeared on the measured CPUs since
 * @env:  applied
 * @keep: pid whose descendants stay where they are (the launcher); 0: none
 *
 * Return: number of tasks moved; negative errno.
 */
int env_between_runs(struct env *env, pid_t keep);

/**
 * env_restore() - give the machine back; also without a successful env_apply()
 * @env:     any state
 * @residue: what did not come back, with the reason; may be NULL
 *
 * Return: 0; -EIO when something is left (the journal then stays).
 */
int env_restore(struct env *env, struct setting_outcomes *residue);

/**
 * env_restore_journal() - give the machine back from the journal alone
 * @c:       where the journal is
 * @done:    what was put back; may be NULL
 * @residue: what did not come back; may be NULL
 * @e:       filled on failure
 *
 * Needs no database, no bus and no YAML.
 *
 * Return: 1 when there was something to restore; 0 when not; -EBUSY: a running steadyd holds the
 * machine; -EIO when something is left.
 */
int env_restore_journal(const struct env_config *c, struct setting_outcomes *done,
	struct setting_outcomes *residue, struct error *e);

/**
 * env_journal_script() - the undo as a shell script, for a person without steadyd
 * @c:   where the journal is
 * @ret: text, owned by the caller; untouched on failure
 * @e:   filled on failure
 *
 * The script does nothing on another boot, and leaves tasks alone that are not the same any more.
 *
 * Return: 1; 0: there is nothing to undo, @ret is a script that says so; -EBADMSG: not a journal;
 * errno of reading it; -ENOMEM.
 */
int env_journal_script(const struct env_config *c, char **ret, struct error *e);

/**
 * env_list() - every knob with its present value per target
 * @c:   where
 * @ret: want is NULL, before is the value, reason is set where unavailable
 *
 * Return: 0; -ENOMEM.
 */
int env_list(const struct env_config *c, struct setting_outcomes *ret);

/**
 * env_free() - free the engine; what is applied stays in the journal
 * @env: or NULL
 *
 * Return: NULL.
 */
struct env *env_free(struct env *env);
