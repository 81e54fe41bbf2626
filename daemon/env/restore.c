/* Giving the machine back from the journal alone, and holding the machine while it is changed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

#include "common/base/file.h"
#include "daemon/env/engine.h"

char *env_journal_path(const struct env *env)
{
	char *path = NULL;

	return asprintf(&path, "%s/" JOURNAL_FILE, env->state) < 0 ? NULL : path;
}

static int make_lock_folder(const char *path, struct error *e)
{
	const char *slash = strrchr(path, '/');
	CLEANUP_FREE char *folder = slash && slash > path ? strndup(path, (size_t)(slash - path))
							  : strdup("/");

	if (!folder)
		return error_setf(e, -ENOMEM, "out of memory");
	return file_make_folders(folder, 0755, e);
}

/* Mode 0600: an ordinary user must not be able to hold the machine. */
int env_lock(struct env *env, struct error *e)
{
	CLEANUP_CLOSE int fd = -1;
	int r;

	if (env->lock_fd >= 0)
		return 0;

	r = make_lock_folder(env->machine_lock, e);
	if (r < 0)
		return r;
	fd = open(env->machine_lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return error_setf(e, -errno, "%s: %s", env->machine_lock, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		r = errno == EWOULDBLOCK ? -EBUSY : -errno;
		return error_setf(e, r, "%s: %s", env->machine_lock,
			r == -EBUSY ? "another steadyd holds the machine" : strerror(-r));
	}
	env->lock_fd = TAKE_FD(fd);
	return 0;
}

void env_unlock(struct env *env)
{
	if (env->lock_fd >= 0)
		(void)close(env->lock_fd);
	env->lock_fd = -1;
}

/* A reboot has given back everything but what outlives it. */
static void forget_earlier_boot(struct undo *u)
{
	char boot[UNDO_BOOT_MAX];
	size_t n_kept = 0;

	journal_boot(boot);
	if (streq(u->boot, boot))
		return;

	for (size_t i = 0; i < u->n; i++) {
		struct undo_item item = u->items[i];

		if (!item.knob || !knob_outlives_boot(item.knob))
			continue;
		u->items[i] = u->items[n_kept];
		u->items[n_kept++] = item;
	}
	undo_truncate(u, n_kept);
	u->n_damaged = 0;
}

/* What is still hidden goes into the journal of the next job; until then this one stays. */
static void carry(struct env *env, struct undo *u)
{
	undo_drop_done(u);
	for (size_t i = 0; i < u->n; i++) {
		struct undo_item *item = &u->items[i];

		if (!item->theirs)
			continue;
		free(item->old);
		item->old = TAKE_PTR(item->theirs);
	}
	undo_done(&env->undo);
	env->undo = *u;
	env->undo.n_carried = u->n;
	env->undo.begun = env->undo.ready = env->undo.restoring = false;
	*u = (struct undo){0};
}

static int recover_open(struct env *env, struct undo *u, struct setting_outcomes *done,
	struct setting_outcomes *residue, struct error *e)
{
	struct undo_rest rest;
	bool had_work;

	forget_earlier_boot(u);
	had_work = u->begun && u->n > 0;
	undo_restore(u, &env->journal, &env->host, env->passes);
	rest = undo_residue(u, &env->host, done, residue);
	if (rest.n_failed > 0)
		(void)error_setf(e, -EIO,
			"%u settings of job %llu could not be given back, they are in %s",
			rest.n_failed, (unsigned long long)u->job, env->journal.path);
	else
		(void)error_setf(e, -EIO, "%s could not be removed", env->journal.path);
	if (undo_finish(u, &env->journal, rest) < 0)
		return -EIO;
	if (e)
		*e = (struct error){0};
	if (rest.n_hidden > 0)
		carry(env, u);
	return had_work;
}

int env_recover(struct env *env, struct setting_outcomes *done, struct setting_outcomes *residue,
	struct error *e)
{
	CLEANUP_FREE char *path = env_journal_path(env);
	struct error why = {0};
	struct undo u;
	int r;

	if (!path)
		return error_setf(e, -ENOMEM, "out of memory");
	r = journal_open(&env->journal, path, env->table, &u, &why);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return error_setf(e, r, "%s", why.text);

	r = recover_open(env, &u, done, residue, e);
	undo_done(&u);
	return r;
}

int env_restore_journal(const struct env_config *c, struct setting_outcomes *done,
	struct setting_outcomes *residue, struct error *e)
{
	struct env *env;
	CLEANUP_FREE char *path = NULL;
	int r = env_new(&env, c, e);

	if (r < 0)
		return r;

	path = env_journal_path(env);
	if (path && file_exists(path)) {
		r = env_lock(env, e);
		if (r >= 0)
			r = env_recover(env, done, residue, e);
	}
	(void)env_free(env);
	return r;
}
