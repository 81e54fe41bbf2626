/* The undo journal: what is not on disk is not done; what is on disk is enough. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "common/base/file.h"
#include "daemon/env/journal.h"
#include "tests/fake/env-fixture.h"
#include "tests/unit/cmocka-all.h"

#define JOURNAL_SIZE_MAX 65536

static void want_some(struct env_fixture *f)
{
	env_fixture_want(f, "cpu.governor", "performance", NEED_PREFER);
	env_fixture_want(f, "cpu.turbo", "off", NEED_PREFER);
	env_fixture_want(f, "cpu.frequency", "base", NEED_PREFER);
}

static void check_tree(const struct env_fixture *f)
{
	CLEANUP_FREE char *now = sysfs_tree_text(f->root);

	assert_string_equal(now, f->before);
}

/* The disk is full after so many bytes. Returns what applying said. */
static int apply_with_room(rlim_t size)
{
	struct error e = {0};
	struct env_fixture f;
	int r;

	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	want_some(&f);
	env_fixture_limit_files(size);
	r = env_fixture_apply(&f, &e);
	if (r < 0) {
		assert_int_equal(r, -EFBIG);
		assert_non_null(strstr(e.text, "undo journal"));
		assert_non_null(strstr(e.text, "File too large"));
	}
	if (r < 0 && !file_exists(f.journal)) {
		check_tree(&f);
		assert_string_equal(f.outcomes.items[0].reason, "no-journal");
	}
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_limit_files(RLIM_INFINITY);
	env_fixture_check_restored(&f);
	env_fixture_done(&f);
	return r;
}

static void test_without_room_for_the_journal_nothing_is_changed(void **state)
{
	unsigned n_failed = 0;
	rlim_t size = 64;

	for (; apply_with_room(size) < 0; size += 16)
		n_failed++;
	assert_true(n_failed > 10);
	assert_int_equal(apply_with_room(size + 16), 0);
}

/* In a mount namespace of its own. Returns an exit status, because it runs in a child. */
static int apply_on_full_disk(struct env_fixture *f)
{
	static const char filler[65536];
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *after = NULL;
	struct error e = {0};

	if (asprintf(&path, "%s/filler", f->state) < 0)
		return 1;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tmpfs", f->state, "tmpfs", 0, "size=64k") < 0)
		return 77;
	for (size_t size = 65536; size > 0; size /= 2) {
		FILE *file = fopen(path, "ae");
		if (file) {
			(void)fwrite(filler, 1, size, file);
			(void)fclose(file);
		}
	}
	f->config.machine_lock = "/dev/null";
	if (env_fixture_apply(f, &e) != -ENOSPC)
		return 2;
	after = sysfs_tree_text(f->root);
	if (!after || !streq(after, f->before) || !strstr(e.text, "No space left on device"))
		return 3;
	return file_exists(f->journal) ? 4 : 0;
}

static void test_a_full_disk_changes_nothing(void **state)
{
	struct env_fixture f;
	int status;
	pid_t pid;

	if (geteuid() != 0) {
		print_message("skipped: mounting needs root\n");
		skip();
	}
	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	want_some(&f);
	pid = fork();
	if (pid == 0)
		_exit(apply_on_full_disk(&f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	env_fixture_done(&f);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		print_message("skipped: may not mount\n");
		skip();
	}
	assert_int_equal(status, 0);
}

/* Lines behind the first three of a journal of this boot. */
static void put_journal(const struct env_fixture *f, const char *lines)
{
	CLEANUP_FREE char *text = NULL;
	char boot[UNDO_BOOT_MAX];
	int n;

	journal_boot(boot);
	n = asprintf(&text, "steady-journal 1\nboot %s\nowner 0 job 7\n%s", boot, lines);
	assert_true(n > 0);
	assert_int_equal(file_write_atomic(f->journal, text, (size_t)n, 0644, NULL), 0);
}

static int recover(struct env_fixture *f, struct error *e)
{
	setting_outcomes_done(&f->residue);
	return env_restore_journal(&f->config, NULL, &f->residue, e);
}

#define SET_TURBO "set 1 cpu.turbo intel_pstate old=1|want=0|at=x\n"

static void check_turbo(const struct env_fixture *f, const char *value)
{
	char text[8];

	assert_int_equal(sysfs_read(f->root, text, sizeof(text),
				 "/sys/devices/system/cpu/intel_pstate/no_turbo"),
		0);
	assert_string_equal(text, value);
}

static void test_a_torn_last_line_never_began(void **state)
{
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	put_journal(&f, SET_TURBO "begin");
	assert_int_equal(recover(&f, NULL), 0);
	check_turbo(&f, "0");
	assert_false(file_exists(f.journal));
	put_journal(&f, SET_TURBO "begin\nset 2 cpu.governor policy0 old=performan");
	assert_int_equal(recover(&f, NULL), 1);
	check_turbo(&f, "1");
	assert_int_equal(f.residue.n, 0);
	env_fixture_done(&f);
}

static void test_a_damaged_line_does_not_keep_the_others_from_being_undone(void **state)
{
	struct error e = {0};
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	put_journal(&f, "set nonsense\n" SET_TURBO "begin\n");
	assert_int_equal(recover(&f, &e), -EIO);
	check_turbo(&f, "1");
	assert_string_equal(f.residue.items[0].reason, "damaged-lines");
	assert_true(file_exists(f.journal));
	env_fixture_done(&f);
}

static void test_a_failed_restore_keeps_the_journal_and_is_tried_again(void **state)
{
	CLEANUP_FREE char *text = NULL;
	struct error e = {0};
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	put_journal(&f, SET_TURBO "set 2 cpu.future system old=a|want=b|at=x\nbegin\n");
	assert_int_equal(recover(&f, &e), -EIO);
	assert_string_equal(f.residue.items[0].reason, "unknown-knob");
	check_turbo(&f, "1");
	want_some(&f);
	assert_int_equal(env_fixture_apply(&f, &e), -EIO);
	assert_non_null(strstr(e.text, "job 7"));
	assert_int_equal(env_restore(f.env, NULL), 0);
	assert_int_equal(file_read(f.journal, JOURNAL_SIZE_MAX, &text, NULL, NULL), 0);
	assert_non_null(strstr(text, "cpu.future"));
	assert_int_equal(unlink(f.journal), 0);
	env_fixture_done(&f);
}

static void test_a_file_that_is_no_journal_is_not_touched(void **state)
{
	struct error e = {0};
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_NO_DRIVER);
	assert_int_equal(file_write_atomic(f.journal, "hello\n", 6, 0644, NULL), 0);
	assert_int_equal(recover(&f, &e), -EBADMSG);
	assert_non_null(strstr(e.text, "hello"));
	assert_true(file_exists(f.journal));
	assert_int_equal(file_write_atomic(f.journal, "", 0, 0644, NULL), 0);
	assert_int_equal(recover(&f, &e), 0);
	assert_false(file_exists(f.journal));
	env_fixture_done(&f);
}

static void test_a_value_cannot_forge_a_record(void **state)
{
	struct undo_item item = {.number = 1,
		.name = (char[]){"k"},
		.target = (char[]){"t"},
		.old = (char[]){"a\nset 2 cpu.turbo x old=1"},
		.want = (char[]){"b"},
		.at = (char[]){"c"}};
	struct journal j;
	struct undo u = {0};
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_NO_DRIVER);
	assert_int_equal(journal_create(&j, f.journal, &u, NULL), 0);
	journal_add(&j, &item);
	assert_true(journal_flush(&j, NULL) < 0);
	assert_int_equal(journal_remove(&j), 0);
	env_fixture_done(&f);
}

static void test_the_script_gives_back_files(void **state)
{
	CLEANUP_FREE char *text = NULL, *after = NULL;
	struct env_fixture f;

	env_fixture_fake(&f, SYSFS_INTEL_PSTATE);
	want_some(&f);
	assert_int_equal(env_journal_script(&f.config, &text, NULL), 0);
	assert_int_equal(env_fixture_apply(&f, NULL), 0);
	env_fixture_run_script(&f);
	after = sysfs_tree_text(f.root);
	assert_string_equal(after, f.before);
	assert_int_equal(env_restore(f.env, NULL), 0);
	env_fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_room_for_the_journal_nothing_is_changed),
		cmocka_unit_test(test_a_full_disk_changes_nothing),
		cmocka_unit_test(test_a_torn_last_line_never_began),
		cmocka_unit_test(test_a_damaged_line_does_not_keep_the_others_from_being_undone),
		cmocka_unit_test(test_a_failed_restore_keeps_the_journal_and_is_tried_again),
		cmocka_unit_test(test_a_file_that_is_no_journal_is_not_touched),
		cmocka_unit_test(test_a_value_cannot_forge_a_record),
		cmocka_unit_test(test_the_script_gives_back_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
