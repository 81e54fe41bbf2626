/* What the client asks git, and nothing that changes the caller's work tree. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/base/error.h"
#include "common/base/strv.h"
#include "ctl/capture.h"

#define GIT_HASH_MAX  65 /* SHA-256 in hex digits, and NUL */
#define GIT_SHORT_LEN 10 /* digits of a hash that people are shown */
#define GIT_DIRTY_MAX 3	 /* changed files that are named */

struct git {
	char *top; /* owned: absolute folder of the work tree */
};

/**
 * git_forget_environment() - take the variables that name a repository out of the environment
 *
 * They are set inside of hooks and by some runners; builds and programs that are measured would
 * look into the wrong repository.
 *
 * Return: nothing.
 */
void git_forget_environment(void);

/**
 * git_open() - the repository that a folder is in
 * @directory: any folder of a work tree
 * @ret:       owned by the caller
 * @e:         filled on failure
 *
 * Return: 0; -EINVAL: no git, or no repository there; -ENOMEM; see capture_run().
 */
int git_open(const char *directory, struct git *ret, struct error *e);

/**
 * git_run() - run git in the top folder, without hooks
 * @g:   repository
 * @argv: words behind "git", NULL-terminated
 * @ret: owned by the caller; whatever the exit status
 * @e:   filled on failure
 *
 * Return: 0; see capture_run().
 */
int git_run(const struct git *g, const char *const *argv, struct capture *ret, struct error *e);

/**
 * git_resolve() - the commit that a revision stands for
 * @g:    repository
 * @rev:  as typed; never taken for an option
 * @ret:  full hash
 * @e:    filled on failure; says so when the repository is shallow
 *
 * Return: 0; -EINVAL: there is none; see capture_run().
 */
int git_resolve(
	const struct git *g, const char *rev, char ret[static GIT_HASH_MAX], struct error *e);

/**
 * git_tree() - the tree of a commit
 * @g:      repository
 * @commit: full hash
 * @ret:    full hash
 * @e:      filled on failure
 *
 * Return: 0; -EINVAL; see capture_run().
 */
int git_tree(
	const struct git *g, const char *commit, char ret[static GIT_HASH_MAX], struct error *e);

/**
 * git_merge_base() - best common ancestor
 * @g:   repository
 * @a:   full hash
 * @b:   full hash
 * @ret: full hash
 * @e:   filled on failure; of a shallow repository it says how to get the rest
 *
 * Return: 0; -EINVAL: there is none, or it was not fetched; see capture_run().
 */
int git_merge_base(const struct git *g, const char *a, const char *b, char ret[static GIT_HASH_MAX],
	struct error *e);

/**
 * git_default_branch() - the branch that a candidate is meant for
 * @g:   repository
 * @ret: name of a ref: of origin/HEAD origin/main origin/master main master the first there is
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL: none of them; see capture_run().
 */
int git_default_branch(const struct git *g, const char **ret, struct error *e);

/**
 * git_dirty() - files that differ from HEAD, those that git does not know left out
 * @g:   repository
 * @ret: appended to: the first few, as `git status` shows them
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL; see capture_run().
 */
int git_dirty(const struct git *g, struct strv *ret, struct error *e);

/**
 * git_file() - content of a file of a commit
 * @g:        repository
 * @commit:   full hash
 * @path:     below the top folder
 * @size_max: largest accepted size in bytes
 * @ret:      with a NUL behind it, owned by the caller
 * @e:        filled on failure
 *
 * Return: 0; -ENOENT: no such file there; see capture_run().
 */
int git_file(const struct git *g, const char *commit, const char *path, size_t size_max, char **ret,
	struct error *e);

/**
 * git_folder() - names of the files in a folder of a commit
 * @g:      repository
 * @commit: full hash
 * @path:   below the top folder; "" for itself
 * @ret:    appended to, sorted by git; empty when there is no such folder
 * @e:      filled on failure
 *
 * Return: 0; see capture_run().
 */
int git_folder(const struct git *g, const char *commit, const char *path, struct strv *ret,
	struct error *e);

/* One line that a commit message ends with. */
struct git_trailer {
	char *commit; /* owned: short hash */
	char *value;  /* owned */
};

struct git_trailers {
	struct git_trailer *items;
	size_t n;
};

/**
 * git_trailers_read() - trailers of the commits that the candidate has and the base has not
 * @g:    repository
 * @base: full hash
 * @cand: full hash
 * @key:  name of the trailer, letters and dashes
 * @ret:  owned by the caller, newest commit first
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL; -ENOMEM; see capture_run().
 */
int git_trailers_read(const struct git *g, const char *base, const char *cand, const char *key,
	struct git_trailers *ret, struct error *e);

/**
 * git_trailers_done() - free the content
 * @t: trailers, or NULL
 *
 * Return: nothing.
 */
void git_trailers_done(struct git_trailers *t);

/**
 * git_worktree_add() - check a commit out into a folder of its own
 * @g:      repository
 * @path:   absolute, must not exist
 * @commit: full hash
 * @e:      filled on failure
 *
 * Return: 0; -EIO with what git says; see capture_run().
 */
int git_worktree_add(const struct git *g, const char *path, const char *commit, struct error *e);

/**
 * git_worktree_forget() - take a worktree off git's list; what is in the folder stays
 * @g:    repository
 * @path: of git_worktree_add()
 * @e:    filled on failure
 *
 * Return: 0, also when it was not on the list; errno of moving the folder aside and back.
 */
int git_worktree_forget(const struct git *g, const char *path, struct error *e);

/**
 * git_done() - free the content
 * @g: repository, or NULL
 *
 * Return: nothing.
 */
void git_done(struct git *g);
