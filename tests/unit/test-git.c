/* What the client asks git, of real repositories. */
#include <errno.h>
#include <signal.h>

#include "common/base/clock.h"
#include "tests/unit/git-fixture.h"

static void resolve(const struct git_fixture *f, const char *rev, char ret[static GIT_HASH_MAX])
{
	struct error e = {0};

	if (git_resolve(&f->git, rev, ret, &e) < 0)
		fail_msg("%s", e.text);
}

static void test_folder_without_repository_is_refused(void **state)
{
	struct git git = {0};
	struct error e = {0};

	assert_int_equal(git_open("/", &git, &e), -EINVAL);
	assert_non_null(strstr(e.text, "not a git repository"));
}

static void test_revision_is_resolved_and_its_tree_found(void **state)
{
	char one[GIT_HASH_MAX], head[GIT_HASH_MAX], tree[GIT_HASH_MAX];
	struct error e = {0};

	resolve(*state, "HEAD~1", one);
	resolve(*state, "HEAD", head);
	assert_string_not_equal(one, head);
	assert_int_equal(git_tree(&((struct git_fixture *)*state)->git, head, tree, &e), 0);
	assert_string_not_equal(tree, head);
}

static void test_revision_that_looks_like_an_option_is_none(void **state)
{
	static const char *const revs[] = {"--all", "-x", "--show-toplevel", "no such", ""};
	struct git_fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(revs); i++) {
		char hash[GIT_HASH_MAX];
		struct error e = {0};

		assert_int_equal(git_resolve(&f->git, revs[i], hash, &e), -EINVAL);
		assert_non_null(strstr(e.text, "is no revision of"));
	}
}

static void test_merge_base_is_that_of_the_default_branch(void **state)
{
	struct git_fixture *f = *state;
	char base[GIT_HASH_MAX], one[GIT_HASH_MAX], cand[GIT_HASH_MAX], main_tip[GIT_HASH_MAX];
	const char *branch = NULL;
	struct error e = {0};

	fixture_sh(f,
		"git checkout -qb topic HEAD~1 && echo three >file && git commit -qam three "
		"&& git rev-parse HEAD~1");
	resolve(f, "HEAD", cand);
	resolve(f, "HEAD~1", one);
	assert_int_equal(git_default_branch(&f->git, &branch, &e), 0);
	assert_string_equal(branch, "refs/heads/main");
	resolve(f, branch, main_tip);
	assert_int_equal(git_merge_base(&f->git, main_tip, cand, base, &e), 0);
	assert_string_equal(base, one);
}

static void test_shallow_clone_says_how_to_get_the_rest(void **state)
{
	struct git_fixture *f = *state;
	CLEANUP(git_done) struct git shallow = {0};
	CLEANUP_FREE char *folder = fixture_path(f, "shallow");
	char hash[GIT_HASH_MAX];
	struct error e = {0};

	fixture_sh(f, "git clone -q --depth 1 \"file://$PWD\" ../shallow");
	assert_int_equal(git_open(folder, &shallow, &e), 0);
	assert_int_equal(git_resolve(&shallow, "HEAD~1", hash, &e), -EINVAL);
	assert_non_null(strstr(e.text, "git fetch --unshallow"));
	assert_non_null(strstr(e.text, "fetch-depth: 0"));
}

static void test_unrelated_commits_have_no_merge_base(void **state)
{
	struct git_fixture *f = *state;
	char a[GIT_HASH_MAX], b[GIT_HASH_MAX], base[GIT_HASH_MAX];
	struct error e = {0};

	resolve(f, "HEAD", a);
	fixture_sh(f, "git checkout -q --orphan other && git commit -qm other");
	resolve(f, "HEAD", b);
	assert_int_equal(git_merge_base(&f->git, a, b, base, &e), -EINVAL);
	assert_non_null(strstr(e.text, "no common ancestor"));
	assert_null(strstr(e.text, "shallow"));
}

static void test_changed_files_are_named_and_unknown_ones_are_not(void **state)
{
	struct git_fixture *f = *state;
	CLEANUP_STRV struct strv clean = {0}, dirty = {0};
	struct error e = {0};

	fixture_sh(f, "echo new >unknown");
	assert_int_equal(git_dirty(&f->git, &clean, &e), 0);
	assert_int_equal(clean.n, 0);
	fixture_sh(f, "echo changed >file");
	assert_int_equal(git_dirty(&f->git, &dirty, &e), 0);
	assert_int_equal(dirty.n, 1);
	assert_string_equal(dirty.items[0], "file");
}

static void test_files_of_a_commit_can_be_read_and_listed(void **state)
{
	struct git_fixture *f = *state;
	CLEANUP_STRV struct strv names = {0}, none = {0};
	CLEANUP_FREE char *text = NULL;
	char hash[GIT_HASH_MAX];
	struct error e = {0};

	fixture_sh(f,
		"mkdir sub && echo x >sub/-a && echo y >'sub/b c' && git add sub && git commit "
		"-qm sub");
	resolve(f, "HEAD~1", hash);
	assert_int_equal(git_file(&f->git, hash, "file", 100, &text, &e), 0);
	assert_string_equal(text, "two\n");
	assert_int_equal(git_file(&f->git, hash, "sub/-a", 100, &text, &e), -ENOENT);
	assert_int_equal(git_folder(&f->git, hash, "sub", &none, &e), 0);
	assert_int_equal(none.n, 0);
	resolve(f, "HEAD", hash);
	assert_int_equal(git_folder(&f->git, hash, "sub", &names, &e), 0);
	assert_int_equal(names.n, 2);
	assert_string_equal(names.items[0], "-a");
	assert_string_equal(names.items[1], "b c");
}

static void test_trailers_are_those_of_the_candidate_alone(void **state)
{
	struct git_fixture *f = *state;
	CLEANUP(git_trailers_done) struct git_trailers t = {0};
	char base[GIT_HASH_MAX], cand[GIT_HASH_MAX];
	struct error e = {0};

	fixture_sh(f, "git commit -q --allow-empty -m 'old\n\nPerf-Accept: old<=1%'");
	resolve(f, "HEAD", base);
	fixture_sh(f,
		"git commit -q --allow-empty -m 'a\n\nPerf-Accept: a<=5%\nPerf-Accept: b <= 3%' && "
		"git commit -q --allow-empty -m 'Perf-Accept: not a trailer\n\ntext' && "
		"git commit -q --allow-empty -m 'c\n\nSigned-off-by: x\nPerf-Accept: c<=2%'");
	resolve(f, "HEAD", cand);
	assert_int_equal(git_trailers_read(&f->git, base, cand, "Perf-Accept", &t, &e), 0);
	assert_int_equal(t.n, 3);
	assert_string_equal(t.items[0].value, "c<=2%");
	assert_string_equal(t.items[1].value, "a<=5%");
	assert_string_equal(t.items[2].value, "b <= 3%");
	assert_string_equal(t.items[1].commit, t.items[2].commit);
	assert_memory_equal(t.items[0].commit, cand, 7);
}

static void test_worktree_is_made_without_hooks_and_leaves_no_trace(void **state)
{
	struct git_fixture *f = *state;
	CLEANUP_FREE char *path = fixture_path(f, "tree"), *file = fixture_path(f, "tree/file");
	CLEANUP_FREE char *link = fixture_path(f, "tree/.git");
	char hash[GIT_HASH_MAX], line[8];
	struct error e = {0};

	fixture_sh(f,
		"printf '#!/bin/sh\\ntouch ../hook\\n' >.git/hooks/post-checkout && chmod +x "
		".git/hooks/post-checkout");
	resolve(f, "HEAD~1", hash);
	assert_int_equal(git_worktree_add(&f->git, path, hash, &e), 0);
	assert_int_equal(file_read_line(file, line, sizeof(line)), 0);
	assert_string_equal(line, "one");
	assert_int_equal(git_worktree_add(&f->git, path, hash, &e), -EIO);
	assert_int_equal(git_worktree_forget(&f->git, path, &e), 0);
	assert_true(file_exists(file));
	assert_false(file_exists(link));
	fixture_sh(f, "test $(git worktree list | wc -l) = 1 && test ! -e ../hook");
	assert_int_equal(git_worktree_forget(&f->git, path, &e), 0);
	assert_true(file_exists(file));
}

static void test_variables_of_another_repository_do_not_leak(void **state)
{
	struct git_fixture *f = *state;
	CLEANUP(git_done) struct git git = {0};
	struct error e = {0};

	assert_int_equal(setenv("GIT_DIR", "/nowhere", 1), 0);
	assert_int_equal(setenv("GIT_INDEX_FILE", "/nowhere", 1), 0);
	git_forget_environment();
	assert_null(getenv("GIT_DIR"));
	assert_null(getenv("GIT_INDEX_FILE"));
	assert_non_null(getenv("GIT_CONFIG_GLOBAL"));
	assert_int_equal(git_open(f->top, &git, &e), 0);
}

static int capture(const char *line, size_t out_max, uint64_t deadline_ns, struct capture *ret)
{
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};
	struct capture_request request = {
		.argv = argv, .out_max = out_max, .deadline_ns = deadline_ns};
	struct error e = {0};

	return capture_run(&request, ret, &e);
}

static void test_output_is_kept_apart_and_its_end_together(void **state)
{
	CLEANUP(capture_done) struct capture apart = {0}, together = {0};

	assert_int_equal(capture("echo out; echo err >&2; exit 3", 100, 0, &apart), 0);
	assert_int_equal(apart.status, 3);
	assert_string_equal(apart.out, "out\n");
	assert_string_equal(apart.err, "err\n");
	assert_int_equal(capture("seq 100000; echo end >&2; kill -9 $$", 0, 0, &together), 0);
	assert_int_equal(together.status, 128 + SIGKILL);
	assert_true(strlen(together.err) <= CAPTURE_TAIL_MAX);
	assert_non_null(strstr(together.err, "\n100000\nend\n"));
}

static void test_too_much_output_is_no_answer(void **state)
{
	struct capture c = {0};

	assert_int_equal(capture("seq 100000", 1000, 0, &c), -E2BIG);
	assert_null(c.out);
}

static void test_program_that_is_not_there_is_named(void **state)
{
	const char *const argv[] = {"/no/such/program", NULL};
	struct capture_request request = {.argv = argv};
	struct capture c = {0};
	struct error e = {0};

	assert_int_equal(capture_run(&request, &c, &e), -ENOENT);
	assert_non_null(strstr(e.text, "/no/such/program"));
}

static void test_group_is_ended_at_the_deadline(void **state)
{
	struct capture c = {0};
	uint64_t now_ns = clock_now_ns(CLOCK_MONOTONIC);

	assert_int_equal(
		capture("sleep 600 & sleep 600", 100, now_ns + 200 * NSEC_PER_MSEC, &c), -ETIME);
}

static void test_what_is_left_in_the_background_is_not_waited_for(void **state)
{
	CLEANUP(capture_done) struct capture c = {0};

	assert_int_equal(capture("sleep 600 & echo $!", 100, 0, &c), 0);
	assert_int_equal(c.status, 0);
	/* Ended with its group: it may take a moment until it is gone. */
	for (int i = 0; i < 1000 && kill(atoi(c.out), 0) == 0; i++)
		(void)usleep(10000);
	assert_int_not_equal(kill(atoi(c.out), 0), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_folder_without_repository_is_refused),
		TEST(test_revision_is_resolved_and_its_tree_found),
		TEST(test_revision_that_looks_like_an_option_is_none),
		TEST(test_merge_base_is_that_of_the_default_branch),
		TEST(test_shallow_clone_says_how_to_get_the_rest),
		TEST(test_unrelated_commits_have_no_merge_base),
		TEST(test_changed_files_are_named_and_unknown_ones_are_not),
		TEST(test_files_of_a_commit_can_be_read_and_listed),
		TEST(test_trailers_are_those_of_the_candidate_alone),
		TEST(test_worktree_is_made_without_hooks_and_leaves_no_trace),
		TEST(test_variables_of_another_repository_do_not_leak),
		cmocka_unit_test(test_output_is_kept_apart_and_its_end_together),
		cmocka_unit_test(test_too_much_output_is_no_answer),
		cmocka_unit_test(test_program_that_is_not_there_is_named),
		cmocka_unit_test(test_group_is_ended_at_the_deadline),
		cmocka_unit_test(test_what_is_left_in_the_background_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
