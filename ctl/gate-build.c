/* Building a revision in a worktree of its own. */
#include "ctl/gate-build.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/file.h"
#include "ctl/folder-tree.h"

#define KEY_DIGITS 24
#define KEY_MAX	   (KEY_DIGITS + 1)

/* What builds read from the environment and nobody would take for a part of the line. */
static const char *const build_variables[] = {"AR", "ARFLAGS", "AS", "CC", "CFLAGS", "CPPFLAGS",
	"CXX", "CXXFLAGS", "GOFLAGS", "LD", "LDFLAGS", "MAKEFLAGS", "PATH", "RUSTFLAGS"};

int gate_build_cache(char **ret, struct error *e)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	int n;

	if (cache && cache[0] == '/')
		n = asprintf(ret, "%s/steady/builds", cache);
	else if (home && home[0] == '/')
		n = asprintf(ret, "%s/.cache/steady/builds", home);
	else
		return error_setf(
			e, -EINVAL, "no place for builds: neither XDG_CACHE_HOME nor HOME is set");
	return n < 0 ? error_setf(e, -ENOMEM, "out of memory") : 0;
}

static int make_key(const struct gate_build_request *request, const char *tree,
	char ret[static KEY_MAX], struct error *e)
{
	CLEANUP_STRV struct strv parts = {0};
	CLEANUP_FREE char *all = NULL;
	char digest[DIGEST_TEXT_MAX];
	int r = strv_pushf(&parts, "1 %s", tree);

	if (r >= 0)
		r = strv_push(&parts, request->line ? request->line : "");
	for (size_t i = 0; i < ARRAY_SIZE(build_variables) && r >= 0 && request->line; i++) {
		const char *value = getenv(build_variables[i]);

		r = strv_pushf(&parts, "%s=%s", build_variables[i], value ? value : "");
	}
	all = r >= 0 ? strv_join(&parts, "\n") : NULL;
	if (!all)
		return error_setf(e, -ENOMEM, "out of memory");
	(void)digest_sha256(all, strlen(all), digest);
	(void)snprintf(ret, KEY_MAX, "%s", strchr(digest, ':') + 1);
	return 0;
}

/* A lock file that is removed while it is waited for is no lock any more. */
static int open_lock(const char *path, int how)
{
	for (;;) {
		CLEANUP_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		struct stat mine, there;

		if (fd < 0)
			return -errno;
		while (flock(fd, how) < 0)
			if (errno != EINTR)
				return -errno;
		if (fstat(fd, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino)
			return TAKE_FD(fd);
	}
}

/* What the line of progress says. */
struct waiting {
	struct progress progress;
	const struct gate_build_request *request;
	uint64_t since_ns;
};

static void tick(void *userdata)
{
	struct waiting *w = userdata;
	uint64_t seconds = (clock_now_ns(CLOCK_MONOTONIC) - w->since_ns) / NSEC_PER_SEC;

	progress_say(&w->progress, "building the %s (%.*s), %" PRIu64 ":%02" PRIu64,
		w->request->side, GIT_SHORT_LEN, w->request->commit, seconds / 60, seconds % 60);
}

static int run_line(const struct gate_build_request *request, struct gate_build *b, struct error *e)
{
	const char *const argv[] = {"/bin/sh", "-c", request->line, NULL};
	struct waiting w = {.progress = {.enabled = request->context->progress},
		.request = request,
		.since_ns = clock_now_ns(CLOCK_MONOTONIC)};
	struct capture_request capture = {.argv = argv,
		.directory = b->folder,
		.deadline_ns = request->deadline_ns,
		.tick = tick,
		.userdata = &w};
	CLEANUP(capture_done) struct capture c = {0};
	int r = capture_run(&capture, &c, e);

	progress_clear(&w.progress);
	if (r < 0)
		return error_prefixf(e, "the build of the %s", request->side);
	b->status = c.status;
	if (c.status == 0)
		return 0;
	b->output = TAKE_PTR(c.err);
	return GATE_BUILD_R_FAILED;
}

/* Whatever an earlier gate that was cut off has left there is removed first. */
static int build(const struct gate_build_request *request, struct gate_build *b, const char *mark,
	struct error *e)
{
	struct error ignored = {0};
	int r;

	(void)git_worktree_forget(request->git, b->folder, &ignored);
	r = folder_remove(b->folder);
	if (r < 0)
		return error_setf(e, r, "cannot remove %s: %s", b->folder, strerror(-r));
	r = git_worktree_add(request->git, b->folder, request->commit, e);
	if (r < 0)
		return r;

	if (request->line)
		r = run_line(request, b, e);
	if (r == 0)
		r = git_worktree_forget(request->git, b->folder, e);
	if (r == 0)
		r = file_write_atomic(mark, "", 0, 0600, e);
	if (r != 0) {
		(void)git_worktree_forget(request->git, b->folder, &ignored);
		(void)folder_remove(b->folder);
	}
	return r;
}

/* Shared while it is used, alone while it is built. */
static int lock_and_build(const struct gate_build_request *request, const char *stem,
	struct gate_build *b, struct error *e)
{
	CLEANUP_FREE char *lock = NULL, *mark = NULL;
	int r = 0;

	if (asprintf(&lock, "%s.lock", stem) < 0 || asprintf(&mark, "%s.done", stem) < 0 ||
		!(b->folder = strdup(stem)))
		return error_setf(e, -ENOMEM, "out of memory");

	b->lock = open_lock(lock, LOCK_SH);
	b->was_kept = b->lock >= 0 && file_exists(mark) && file_exists(b->folder);
	if (b->lock >= 0 && !b->was_kept) {
		(void)close(b->lock);
		b->lock = open_lock(lock, LOCK_EX);
		b->was_kept = b->lock >= 0 && file_exists(mark) && file_exists(b->folder);
	}
	if (b->lock < 0)
		return error_setf(e, b->lock, "%s: %s", lock, strerror(-b->lock));

	if (!b->was_kept) {
		(void)unlink(mark);
		r = build(request, b, mark, e);
	}
	/* The date of the mark says when it was used last. */
	(void)utimensat(AT_FDCWD, mark, NULL, 0);
	if (r == 0) {
		(void)flock(b->lock, LOCK_SH);
		return 0;
	}
	/* Nothing is there to be locked; whoever waits for it notices. */
	(void)unlink(lock);
	(void)close(b->lock);
	b->lock = -1;
	return r;
}

int gate_build_make(
	const struct gate_build_request *request, struct gate_build *ret, struct error *e)
{
	CLEANUP_FREE char *cache = NULL, *stem = NULL;
	char key[KEY_MAX];
	int r;

	*ret = (struct gate_build){.lock = -1};
	r = git_tree(request->git, request->commit, ret->tree, e);
	if (r >= 0)
		r = make_key(request, ret->tree, key, e);
	if (r >= 0)
		r = gate_build_cache(&cache, e);
	if (r >= 0)
		r = file_make_folders(cache, 0700, e);
	if (r >= 0 && asprintf(&stem, "%s/%s", cache, key) < 0)
		r = error_setf(e, -ENOMEM, "out of memory");
	if (r >= 0)
		r = lock_and_build(request, stem, ret, e);
	return r;
}

struct kept {
	char key[KEY_MAX];
	struct timespec used;
};

static int by_age(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? 1 : -1;
	return (x->used.tv_nsec < y->used.tv_nsec) - (x->used.tv_nsec > y->used.tv_nsec);
}

static int is_mark(const struct dirent *entry)
{
	return strlen(entry->d_name) == KEY_DIGITS + strlen(".done") &&
		streq(entry->d_name + KEY_DIGITS, ".done");
}

static int is_lock(const struct dirent *entry)
{
	return strlen(entry->d_name) == KEY_DIGITS + strlen(".lock") &&
		streq(entry->d_name + KEY_DIGITS, ".lock");
}

static void remove_kept(const char *cache, const char *key)
{
	CLEANUP_FREE char *lock = NULL, *mark = NULL, *folder = NULL;
	CLEANUP_CLOSE int fd = -1;

	if (asprintf(&lock, "%s/%s.lock", cache, key) < 0 ||
		asprintf(&mark, "%s/%s.done", cache, key) < 0 ||
		asprintf(&folder, "%s/%s", cache, key) < 0)
		return;
	fd = open_lock(lock, LOCK_EX | LOCK_NB);
	if (fd < 0)
		return;
	(void)unlink(mark);
	if (folder_remove(folder) >= 0)
		(void)unlink(lock);
}

/* A gate that was killed while it built leaves a lock that nobody holds, and no mark. */
static void remove_cut_off(const char *cache)
{
	struct dirent **entries = NULL;
	int n = scandir(cache, &entries, is_lock, NULL);

	for (int i = 0; i < n; i++) {
		CLEANUP_FREE char *mark = NULL;

		entries[i]->d_name[KEY_DIGITS] = '\0';
		if (asprintf(&mark, "%s/%s.done", cache, entries[i]->d_name) >= 0 &&
			!file_exists(mark))
			remove_kept(cache, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static size_t list_kept(const char *cache, struct kept **ret)
{
	struct dirent **entries = NULL;
	int n = scandir(cache, &entries, is_mark, NULL);
	struct kept *kept = n > 0 ? calloc((size_t)n, sizeof(*kept)) : NULL;
	size_t n_kept = 0;

	for (int i = 0; i < n; i++) {
		CLEANUP_FREE char *path = NULL;
		struct stat st;

		if (kept && asprintf(&path, "%s/%s", cache, entries[i]->d_name) >= 0 &&
			stat(path, &st) == 0) {
			memcpy(kept[n_kept].key, entries[i]->d_name, KEY_DIGITS);
			kept[n_kept++].used = st.st_mtim;
		}
		free(entries[i]);
	}
	free(entries);
	*ret = kept;
	return n_kept;
}

void gate_build_prune(size_t keep)
{
	CLEANUP_FREE char *cache = NULL;
	CLEANUP_FREE struct kept *kept = NULL;
	struct error ignored = {0};
	size_t n;

	if (gate_build_cache(&cache, &ignored) < 0)
		return;
	remove_cut_off(cache);
	n = list_kept(cache, &kept);
	if (n > 0)
		qsort(kept, n, sizeof(*kept), by_age);
	for (size_t i = keep; i < n; i++)
		remove_kept(cache, kept[i].key);
}

void gate_build_done(struct gate_build *b)
{
	if (!b)
		return;

	if (b->lock >= 0)
		(void)close(b->lock);
	free(b->folder);
	free(b->output);
	*b = (struct gate_build){.lock = -1};
}
