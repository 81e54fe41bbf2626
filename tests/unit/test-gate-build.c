/* Builds of revisions: made once, kept, shared, and removed when there are too many. */
#include <errno.h>
#include <sys/wait.h>

#include "ctl/gate-build.h"
#include "tests/unit/git-fixture.h"

static const struct context quiet = {.quiet = true};

static int make(const struct git_fixture *f, const char *rev, const char *line,
	struct gate_build *ret, struct error *e)
{
	struct gate_build_request request = {
		.context = &quiet, .git = &f->git, .side = "base", .line = line};
	char commit[GIT_HASH_MAX];

	if (git_resolve(&f->git, rev, commit, e) < 0)
		fail_msg("%s", e->text);
	request.commit = commit;
	return gate_build_make(&request, ret, e);
}

static void make_well(
	const struct git_fixture *f, const char *rev, const char *line, struct gate_build *ret)
{
	struct error e = {0};
	int r = make(f, rev, line, ret, &e);

	if (r != 0)
		fail_msg("%d: %s %s", r, e.text, ret->output ? ret->output : "");
}

static void assert_line(const struct gate_build *b, const char *name, const char *text)
{
	CLEANUP_FREE char *path = NULL;
	char line[64] = "";

	assert_true(asprintf(&path, "%s/%s", b->folder, name) > 0);
	assert_int_equal(file_read_line(path, line, sizeof(line)), 0);
	assert_string_equal(line, text);
}

static void test_each_revision_is_built_in_a_folder_of_its_own(void **state)
{
	CLEANUP(gate_build_done) struct gate_build base = {.lock = -1}, cand = {.lock = -1};

	make_well(*state, "HEAD~1", "cat file >built", &base);
	make_well(*state, "HEAD", "cat file >built", &cand);
	assert_line(&base, "built", "one");
	assert_line(&cand, "built", "two");
	assert_string_not_equal(base.folder, cand.folder);
	assert_int_equal(strlen(base.folder), strlen(cand.folder));
	fixture_sh(*state,
		"test $(git worktree list | wc -l) = 1 && test -z \"$(git status --porcelain)\"");
}

static void test_same_tree_and_line_are_built_once(void **state)
{
	CLEANUP(gate_build_done) struct gate_build first = {.lock = -1}, second = {.lock = -1};
	CLEANUP(gate_build_done) struct gate_build other = {.lock = -1};
	const char *line = "echo x >>built; wc -l <built >count";

	make_well(*state, "HEAD", line, &first);
	assert_false(first.was_kept);
	fixture_sh(*state, "git commit -q --allow-empty -m same");
	make_well(*state, "HEAD", line, &second);
	assert_true(second.was_kept);
	assert_string_equal(first.folder, second.folder);
	assert_line(&second, "count", "1");
	make_well(*state, "HEAD", "true", &other);
	assert_false(other.was_kept);
	assert_string_not_equal(first.folder, other.folder);
}

static void test_another_compiler_is_another_build(void **state)
{
	CLEANUP(gate_build_done) struct gate_build a = {.lock = -1}, b = {.lock = -1};

	assert_int_equal(setenv("CFLAGS", "-O1", 1), 0);
	make_well(*state, "HEAD", "true", &a);
	assert_int_equal(setenv("CFLAGS", "-O2", 1), 0);
	make_well(*state, "HEAD", "true", &b);
	assert_int_equal(unsetenv("CFLAGS"), 0);
	assert_string_not_equal(a.folder, b.folder);
}

static void test_build_that_fails_is_told_and_not_kept(void **state)
{
	CLEANUP(gate_build_done) struct gate_build failed = {.lock = -1}, again = {.lock = -1};
	struct error e = {0};
	const char *line = "echo cannot; test -e ../may";

	assert_int_equal(make(*state, "HEAD", line, &failed, &e), GATE_BUILD_R_FAILED);
	assert_int_equal(failed.status, 1);
	assert_string_equal(failed.output, "cannot\n");
	assert_false(file_exists(failed.folder));
	fixture_sh(*state,
		"test $(git worktree list | wc -l) = 1 && touch "
		"\"$XDG_CACHE_HOME\"/steady/builds/may");
	make_well(*state, "HEAD", line, &again);
	assert_false(again.was_kept);
}

static void test_build_that_was_cut_off_is_made_anew(void **state)
{
	CLEANUP(gate_build_done) struct gate_build first = {.lock = -1}, again = {.lock = -1};
	CLEANUP_FREE char *mark = NULL;

	make_well(*state, "HEAD", "echo x >>built; wc -l <built >count", &first);
	assert_true(asprintf(&mark, "%s.done", first.folder) > 0);
	assert_int_equal(unlink(mark), 0);
	(void)close(first.lock);
	first.lock = -1;
	make_well(*state, "HEAD", "echo x >>built; wc -l <built >count", &again);
	assert_false(again.was_kept);
	assert_line(&again, "count", "1");
}

static void test_build_that_was_killed_is_removed_by_the_next_gate(void **state)
{
	CLEANUP(gate_build_done) struct gate_build killed = {.lock = -1}, busy = {.lock = -1};
	CLEANUP_FREE char *mark = NULL, *held = NULL, *lock = NULL;

	make_well(*state, "HEAD", "echo killed >built", &killed);
	make_well(*state, "HEAD", "echo busy >built", &busy);
	assert_true(asprintf(&mark, "%s.done", killed.folder) > 0);
	assert_true(asprintf(&lock, "%s.lock", killed.folder) > 0);
	assert_true(asprintf(&held, "%s.done", busy.folder) > 0);
	assert_int_equal(unlink(mark), 0);
	assert_int_equal(unlink(held), 0);
	(void)close(killed.lock);
	killed.lock = -1;
	gate_build_prune(16);
	assert_false(file_exists(killed.folder));
	assert_false(file_exists(lock));
	assert_true(file_exists(busy.folder));
}

static void test_oldest_builds_are_removed_but_none_in_use(void **state)
{
	struct gate_build builds[3] = {{.lock = -1}, {.lock = -1}, {.lock = -1}};

	for (int i = 0; i < 3; i++) {
		CLEANUP_FREE char *line = NULL;

		assert_true(asprintf(&line, "echo %d >built", i) > 0);
		make_well(*state, "HEAD", line, &builds[i]);
		(void)usleep(10000);
	}
	(void)close(builds[1].lock);
	builds[1].lock = -1;
	gate_build_prune(1);
	assert_true(file_exists(builds[0].folder));
	assert_false(file_exists(builds[1].folder));
	assert_true(file_exists(builds[2].folder));
	for (int i = 0; i < 3; i++)
		gate_build_done(&builds[i]);
}

static void test_folders_are_compared_by_what_they_hold(void **state)
{
	CLEANUP_FREE char *a = fixture_path(*state, "a"), *b = fixture_path(*state, "b");

	fixture_sh(*state,
		"mkdir -p ../a/sub ../b && echo x >../a/sub/f && ln -s f ../a/sub/l && "
		"echo gitdir >../a/.git && cp -r ../a/. ../b && echo other >../b/.git");
	assert_int_equal(folder_same(a, b), 1);
	assert_int_equal(folder_same(a, a), 1);
	fixture_sh(*state, "echo y >../b/sub/f");
	assert_int_equal(folder_same(a, b), 0);
	fixture_sh(*state, "echo x >../b/sub/f && chmod +x ../b/sub/f");
	assert_int_equal(folder_same(a, b), 0);
	fixture_sh(*state, "chmod -x ../b/sub/f && ln -sf g ../b/sub/l");
	assert_int_equal(folder_same(a, b), 0);
	fixture_sh(*state, "ln -sf f ../b/sub/l && touch ../b/more");
	assert_int_equal(folder_same(a, b), 0);
	fixture_sh(*state, "rm ../b/more");
	assert_int_equal(folder_same(a, b), 1);
	assert_int_equal(folder_same(a, "/no/such"), -ENOENT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_revision_is_built_in_a_folder_of_its_own),
		TEST(test_same_tree_and_line_are_built_once),
		TEST(test_another_compiler_is_another_build),
		TEST(test_build_that_fails_is_told_and_not_kept),
		TEST(test_build_that_was_cut_off_is_made_anew),
		TEST(test_build_that_was_killed_is_removed_by_the_next_gate),
		TEST(test_oldest_builds_are_removed_but_none_in_use),
		TEST(test_folders_are_compared_by_what_they_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
