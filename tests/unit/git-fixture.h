/* A git repository in a temporary folder, for tests. */
#pragma once

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "ctl/folder-tree.h"
#include "ctl/git.h"
#include "tests/unit/cmocka-all.h"

struct git_fixture {
	char folder[64]; /* everything is below it */
	char *top;	 /* owned: the repository */
	struct git git;
};

/* A shell line in the repository. */
static inline void fixture_sh(const struct git_fixture *f, const char *line)
{
	CLEANUP(capture_done) struct capture c = {0};
	struct error e = {0};
	const char *const argv[] = {"/bin/sh", "-ec", line, NULL};
	struct capture_request request = {.argv = argv, .directory = f->top};

	if (capture_run(&request, &c, &e) < 0)
		fail_msg("%s", e.text);
	if (c.status != 0)
		fail_msg("%s: %d: %s", line, c.status, c.err);
}

static inline char *fixture_path(const struct git_fixture *f, const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", f->folder, name) > 0);
	return path;
}

/* The caller's configuration must not matter: its hooks, its signatures, its default branch. */
static inline int fixture_setup(void **state)
{
	struct git_fixture *f = calloc(1, sizeof(*f));
	CLEANUP_FREE char *cache = NULL;
	struct error e = {0};

	assert_non_null(f);
	(void)strcpy(f->folder, "/tmp/steady-git-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	f->top = fixture_path(f, "repository");
	cache = fixture_path(f, "cache");
	assert_int_equal(mkdir(f->top, 0700), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", cache, 1), 0);
	assert_int_equal(setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1), 0);
	assert_int_equal(setenv("GIT_CONFIG_NOSYSTEM", "1", 1), 0);
	fixture_sh(f,
		"git init -q -b main . && git config user.name x && git config user.email x@y "
		"&& echo one >file && git add file && git commit -qm one "
		"&& echo two >file && git commit -qam two");
	if (git_open(f->top, &f->git, &e) < 0)
		fail_msg("%s", e.text);
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct git_fixture *f = *state;

	(void)folder_remove(f->folder);
	git_done(&f->git);
	free(f->top);
	free(f);
	return 0;
}
