/* What the client asks git. */
#include "ctl/git.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/file.h"

#define ANSWER_MAX (1u << 20)
#define WORDS_MAX  16
#define SHALLOW_HINT                                                                               \
	"this clone is shallow: `git fetch --unshallow` gets the rest, in CI `fetch-depth: 0`"

/* Which repository, not how git works: what `git rev-parse --local-env-vars` lists, but for
 * configuration, and GIT_NAMESPACE. */
static const char *const local_variables[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR",
	"GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX",
	"GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_REPLACE_REF_BASE",
	"GIT_NO_REPLACE_OBJECTS", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE", "GIT_CONFIG"};

void git_forget_environment(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(local_variables); i++)
		(void)unsetenv(local_variables[i]);
}

static int run_in(const char *directory, const char *const *words, size_t out_max,
	struct capture *ret, struct error *e)
{
	/* No hook of the repository runs, and nothing is refreshed in it just for looking. */
	const char *argv[WORDS_MAX] = {
		"git", "--no-optional-locks", "--no-pager", "-c", "core.hooksPath=/dev/null"};
	struct capture_request request = {.argv = argv, .directory = directory, .out_max = out_max};
	size_t n = 5;
	int r;

	for (; *words && n + 1 < WORDS_MAX; words++)
		argv[n++] = *words;
	r = capture_run(&request, ret, e);
	return r == -ENOENT && !file_exists("/usr/bin/git")
		? error_setf(e, -EINVAL, "git is not installed: revisions cannot be built")
		: r;
}

int git_run(const struct git *g, const char *const *argv, struct capture *ret, struct error *e)
{
	return run_in(g->top, argv, ANSWER_MAX, ret, e);
}

/* What git says, on one line and without its prefix. */
static const char *complaint(struct capture *c)
{
	char *text = c->err;
	size_t n = strlen(text);

	while (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	for (char *p = text; *p; p++)
		*p = *p == '\n' ? ' ' : *p;
	if (strncmp(text, "fatal: ", 7) == 0 || strncmp(text, "error: ", 7) == 0)
		text += 7;
	return *text ? text : "git failed";
}

/* The only line of an answer. */
static int first_line(const struct capture *c, char *ret, size_t size)
{
	size_t n = strcspn(c->out, "\n");

	if (c->status != 0 || n == 0 || n >= size)
		return -EINVAL;
	memcpy(ret, c->out, n);
	ret[n] = '\0';
	return 0;
}

int git_open(const char *directory, struct git *ret, struct error *e)
{
	static const char *const argv[] = {"rev-parse", "--show-toplevel", NULL};
	CLEANUP(capture_done) struct capture c = {0};
	size_t n;
	int r = run_in(directory, argv, ANSWER_MAX, &c, e);

	if (r < 0)
		return r;
	n = strlen(c.out);
	if (c.status != 0 || n < 2)
		return error_setf(e, -EINVAL, "%s: %s", directory, complaint(&c));

	c.out[n - 1] = '\0';
	ret->top = TAKE_PTR(c.out);
	return 0;
}

static int is_shallow(const struct git *g)
{
	static const char *const argv[] = {"rev-parse", "--is-shallow-repository", NULL};
	CLEANUP(capture_done) struct capture c = {0};
	struct error ignored = {0};

	return git_run(g, argv, &c, &ignored) >= 0 && c.status == 0 &&
		strncmp(c.out, "true", 4) == 0;
}

static int resolve_as(const struct git *g, const char *rev, const char *kind,
	char ret[static GIT_HASH_MAX], struct error *e)
{
	CLEANUP(capture_done) struct capture c = {0};
	CLEANUP_FREE char *word = NULL;
	int r;

	if (asprintf(&word, "%s^{%s}", rev, kind) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	r = git_run(g,
		(const char *const[]){
			"rev-parse", "--verify", "--quiet", "--end-of-options", word, NULL},
		&c, e);
	if (r < 0)
		return r;
	return first_line(&c, ret, GIT_HASH_MAX) < 0
		? error_setf(e, -EINVAL, "'%s' is no revision of %s%s%s", rev, g->top,
			  is_shallow(g) ? "; " : "", is_shallow(g) ? SHALLOW_HINT : "")
		: 0;
}

int git_resolve(
	const struct git *g, const char *rev, char ret[static GIT_HASH_MAX], struct error *e)
{
	return resolve_as(g, rev, "commit", ret, e);
}

int git_tree(
	const struct git *g, const char *commit, char ret[static GIT_HASH_MAX], struct error *e)
{
	return resolve_as(g, commit, "tree", ret, e);
}

int git_merge_base(const struct git *g, const char *a, const char *b, char ret[static GIT_HASH_MAX],
	struct error *e)
{
	CLEANUP(capture_done) struct capture c = {0};
	int r = git_run(g, (const char *const[]){"merge-base", a, b, NULL}, &c, e);

	if (r < 0)
		return r;
	if (first_line(&c, ret, GIT_HASH_MAX) >= 0)
		return 0;
	return error_setf(e, -EINVAL, "%.*s and %.*s have no common ancestor here%s%s",
		GIT_SHORT_LEN, a, GIT_SHORT_LEN, b, is_shallow(g) ? "; " : "",
		is_shallow(g) ? SHALLOW_HINT : "");
}

int git_default_branch(const struct git *g, const char **ret, struct error *e)
{
	static const char *const refs[] = {"refs/remotes/origin/HEAD", "refs/remotes/origin/main",
		"refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"};
	char hash[GIT_HASH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(refs); i++) {
		int r = git_resolve(g, refs[i], hash, e);

		if (r >= 0)
			*ret = refs[i];
		if (r != -EINVAL)
			return r;
	}
	return error_setf(e, -EINVAL,
		"%s has none of origin/HEAD, main and master to take the base from: give "
		"--base-rev; "
		"in CI the branch may not have been fetched, `fetch-depth: 0` does",
		g->top);
}

int git_dirty(const struct git *g, struct strv *ret, struct error *e)
{
	static const char *const argv[] = {
		"status", "--porcelain", "--untracked-files=no", "--ignore-submodules=none", NULL};
	CLEANUP(capture_done) struct capture c = {0};
	char *save = NULL;
	int r = git_run(g, argv, &c, e);

	if (r < 0)
		return r;
	if (c.status != 0)
		return error_setf(e, -EINVAL, "%s: %s", g->top, complaint(&c));

	for (char *line = strtok_r(c.out, "\n", &save); line && ret->n < GIT_DIRTY_MAX;
		line = strtok_r(NULL, "\n", &save))
		if (strv_push(ret, line + MIN_OF(strlen(line), (size_t)3)) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	return 0;
}

int git_file(const struct git *g, const char *commit, const char *path, size_t size_max, char **ret,
	struct error *e)
{
	CLEANUP(capture_done) struct capture c = {0};
	CLEANUP_FREE char *name = NULL;
	int r;

	if (asprintf(&name, "%s:%s", commit, path) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	r = run_in(g->top, (const char *const[]){"cat-file", "blob", name, NULL}, size_max, &c, e);
	if (r < 0)
		return r;
	if (c.status != 0)
		return error_setf(e, -ENOENT, "%.*s has no %s", GIT_SHORT_LEN, commit, path);

	*ret = TAKE_PTR(c.out);
	return 0;
}

int git_folder(const struct git *g, const char *commit, const char *path, struct strv *ret,
	struct error *e)
{
	CLEANUP(capture_done) struct capture c = {0};
	CLEANUP_FREE char *name = NULL;
	int r;

	if (asprintf(&name, "%s:%s", commit, path) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	r = git_run(g, (const char *const[]){"ls-tree", "-z", "--name-only", name, NULL}, &c, e);
	if (r < 0 || c.status != 0)
		return r;

	for (const char *p = c.out; p < c.out + c.size; p += strlen(p) + 1)
		if (strv_push(ret, p) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	return 0;
}

static int add_trailer(struct git_trailers *t, const char *commit, const char *value)
{
	struct git_trailer *grown = reallocarray(t->items, t->n + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	t->items = grown;
	t->items[t->n] = (struct git_trailer){.commit = strdup(commit), .value = strdup(value)};
	t->n++;
	return t->items[t->n - 1].commit && t->items[t->n - 1].value ? 0 : -ENOMEM;
}

/* "hash TAB value TAB value", a commit a line. */
static int add_line(struct git_trailers *t, char *line)
{
	char *save = NULL, *commit = strtok_r(line, "\t", &save);
	char *value;
	int r = 0;

	while (commit && r >= 0 && (value = strtok_r(NULL, "\t", &save)))
		r = add_trailer(t, commit, value);
	return r;
}

int git_trailers_read(const struct git *g, const char *base, const char *cand, const char *key,
	struct git_trailers *ret, struct error *e)
{
	CLEANUP(git_trailers_done) struct git_trailers t = {0};
	CLEANUP(capture_done) struct capture c = {0};
	CLEANUP_FREE char *range = NULL, *format = NULL;
	char *save = NULL;
	int r;

	if (asprintf(&range, "%s..%s", base, cand) < 0 ||
		asprintf(&format,
			"--format=%%h%%x09%%(trailers:key=%s,valueonly,unfold,"
			"separator=%%x09)",
			key) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	r = git_run(g,
		(const char *const[]){
			"log", "--no-show-signature", "--no-color", format, range, "--", NULL},
		&c, e);
	if (r < 0)
		return r;
	if (c.status != 0)
		return error_setf(e, -EINVAL, "%s: %s", g->top, complaint(&c));

	for (char *line = strtok_r(c.out, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (add_line(&t, line) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	*ret = TAKE_STRUCT(t);
	return 0;
}

void git_trailers_done(struct git_trailers *t)
{
	if (!t)
		return;

	for (size_t i = 0; i < t->n; i++) {
		free(t->items[i].commit);
		free(t->items[i].value);
	}
	free(t->items);
	*t = (struct git_trailers){0};
}

static int run_worktree(const struct git *g, const char *const *argv, struct error *e)
{
	CLEANUP(capture_done) struct capture c = {0};
	int r = git_run(g, argv, &c, e);

	if (r >= 0 && c.status != 0)
		r = error_setf(e, -EIO, "git worktree: %s", complaint(&c));
	return r;
}

int git_worktree_add(const struct git *g, const char *path, const char *commit, struct error *e)
{
	return run_worktree(
		g, (const char *const[]){"worktree", "add", "--detach", path, commit, NULL}, e);
}

/* git removes a worktree with its folder: so the folder is elsewhere meanwhile. */
int git_worktree_forget(const struct git *g, const char *path, struct error *e)
{
	CLEANUP_FREE char *aside = NULL, *link = NULL;
	struct error ignored = {0};

	if (asprintf(&aside, "%s.aside", path) < 0 || asprintf(&link, "%s/.git", path) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	if (rename(path, aside) < 0 && errno != ENOENT)
		return error_setf(e, -errno, "%s: %s", path, strerror(errno));

	/* Fails when it is not on the list, which is what is wanted. */
	(void)run_worktree(g,
		(const char *const[]){"worktree", "remove", "--force", "--force", path, NULL},
		&ignored);
	if (rename(aside, path) < 0 && errno != ENOENT)
		return error_setf(e, -errno, "%s: %s", path, strerror(errno));
	(void)unlink(link);
	return 0;
}

void git_done(struct git *g)
{
	if (!g)
		return;

	free(g->top);
	*g = (struct git){0};
}
