/* Bad luck around a run: the launcher or the daemon dies; and what many runs leave behind. */
#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "daemon/runner/cgroup.h"
#include "tests/unit/runner-fixture.h"

#define TREE	    2
#define WAIT_TRIES  1000
#define RUNS	    200
#define RSS_KIB_MAX 1024
#define PIDS_MAX    8

static struct fixture f;
static char pids_path[] = "/tmp/steady-pids-XXXXXX";

static int open_pids(void **state)
{
	int fd = mkstemp(pids_path);

	return fd < 0 ? -1 : close(fd);
}

static int remove_pids(void **state)
{
	return unlink(pids_path);
}

static void nap(void)
{
	const struct timespec pause = {0, 10000000};

	(void)nanosleep(&pause, NULL);
}

/* Process numbers that the subject wrote. Return: how many there are so far. */
static int read_pids(pid_t ret[static PIDS_MAX])
{
	FILE *file = fopen(pids_path, "re");
	int n = 0;

	assert_non_null(file);
	while (n < PIDS_MAX && fscanf(file, "%d\n", &ret[n]) == 1)
		n++;
	(void)fclose(file);
	return n;
}

static bool is_dead(pid_t pid)
{
	char path[64], line[256];

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (file_read_line(path, line, sizeof(line)) < 0)
		return true;

	/* A zombie waits for an init that does not reap; it is dead all the same. */
	const char *state = strrchr(line, ')');

	return state && strlen(state) > 2 && state[2] == 'Z';
}

/* The main process first, then daemonised ones; all told, TREE + 1. */
static void start_tree(struct fixture *fixture)
{
	char line[8192];

	assert_int_equal(truncate(pids_path, 0), 0);
	(void)snprintf(line, sizeof(line), "echo $$ > %s; exec %s daemonise-and-stay %d >> %s",
		pids_path, subject(), TREE, pids_path);
	set_shell(fixture, line);
	start(fixture);
}

static void wait_for_tree(pid_t pids[static PIDS_MAX])
{
	for (int i = 0; i < WAIT_TRIES && read_pids(pids) < TREE + 1; i++)
		nap();
	assert_int_equal(read_pids(pids), TREE + 1);
	for (int i = 0; i <= TREE; i++)
		assert_false(is_dead(pids[i]));
}

static void assert_tree_is_dead_soon(const pid_t *pids)
{
	for (int n = 0; n <= TREE; n++)
		for (int i = 0; i < WAIT_TRIES && !is_dead(pids[n]); i++)
			nap();
	for (int i = 0; i <= TREE; i++)
		assert_true(is_dead(pids[i]));
}

static void lose_launcher(bool with_cgroup)
{
	pid_t pids[PIDS_MAX];

	fixture_open(&f, with_cgroup);

	pid_t first = runner_launcher_pid(f.runner);

	start_tree(&f);
	wait_for_tree(pids);
	assert_int_equal(kill(first, SIGKILL), 0);
	finish(&f);
	assert_int_equal(f.outcome.end, RUN_END_LOST);
	assert_string_equal(f.outcome.reason, "the launcher died");
	for (int i = 0; i <= TREE; i++)
		assert_true(is_dead(pids[i]));
	assert_int_equal(runner_launcher_pid(f.runner), 0);

	/* The next run gets a new one. */
	run(&f, "true");
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
	assert_int_not_equal(runner_launcher_pid(f.runner), first);
	fixture_close(&f);
}

static void test_killed_launcher_takes_its_run_along(void **state)
{
	lose_launcher(true);
}

static void test_killed_launcher_takes_its_run_along_without_cgroup(void **state)
{
	lose_launcher(false);
}

static void test_cancel_waits_for_a_launcher_that_was_stopped(void **state)
{
	pid_t pids[PIDS_MAX];

	fixture_open(&f, true);
	start_tree(&f);
	wait_for_tree(pids);
	assert_int_equal(kill(runner_launcher_pid(f.runner), SIGSTOP), 0);
	runner_cancel(f.runner);
	assert_int_equal(kill(runner_launcher_pid(f.runner), SIGCONT), 0);
	finish(&f);
	assert_int_equal(f.outcome.end, RUN_END_CANCELLED);
	fixture_close(&f);
}

/* A daemon in a process of its own that starts a tree and then only waits. */
static pid_t fork_daemon(bool with_cgroup)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	fixture_open(&f, with_cgroup);
	start_tree(&f);
	finish(&f);
	_exit(0);
}

static void lose_daemon(bool with_cgroup)
{
	pid_t pids[PIDS_MAX], daemon;
	char name[NAME_LENGTH];

	assert_int_equal(truncate(pids_path, 0), 0);
	daemon = fork_daemon(with_cgroup);
	assert_true(daemon > 0);
	wait_for_tree(pids);
	assert_int_equal(kill(daemon, SIGKILL), 0);
	assert_int_equal(waitpid(daemon, NULL, 0), daemon);
	assert_tree_is_dead_soon(pids);

	(void)snprintf(name, sizeof(name), "steady-test-%d", daemon);
	assert_int_equal(cgroup_clean(name), 0);
}

static void test_killed_daemon_takes_its_run_along(void **state)
{
	lose_daemon(true);
}

static void test_killed_daemon_takes_its_run_along_without_cgroup(void **state)
{
	lose_daemon(false);
}

static void test_free_kills_the_run_under_way(void **state)
{
	pid_t pids[PIDS_MAX];

	fixture_open(&f, false);
	start_tree(&f);
	wait_for_tree(pids);
	f.runner = runner_free(f.runner);
	for (int i = 0; i <= TREE; i++)
		assert_true(is_dead(pids[i]));
	assert_false(f.is_done);
	fixture_close(&f);
}

static void test_missing_launcher_is_an_error(void **state)
{
	struct error e = {0};
	struct runner_config config = {.launcher = "/no/steady-launcher"};

	assert_true(sd_event_new(&config.event) >= 0);
	assert_int_equal(runner_new(&f.runner, &config, &e), -ENOENT);
	assert_string_equal(e.text, "cannot start /no/steady-launcher: No such file or directory");
	(void)sd_event_unref(config.event);
}

static unsigned count_entries(const char *path)
{
	DIR *folder = opendir(path);
	unsigned n = 0;

	if (!folder)
		return 0;
	while (readdir(folder))
		n++;
	(void)closedir(folder);
	return n;
}

static unsigned count_descriptors(pid_t pid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	return count_entries(path);
}

static unsigned long status_kib(pid_t pid, const char *key)
{
	char path[64];
	CLEANUP_FREE char *text = NULL;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
	assert_int_equal(file_read(path, TEXT_MAX, &text, NULL, NULL), 0);

	const char *line = strstr(text, key);

	assert_non_null(line);
	return strtoul(line + strlen(key), NULL, 10);
}

static void assert_no_children(pid_t pid)
{
	char path[64], line[64] = "";

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	(void)file_read_line(path, line, sizeof(line));
	assert_string_equal(line, "");
}

static void test_many_runs_leave_nothing(void **state)
{
	struct cgroup_base base;
	unsigned own, launchers;

	fixture_open(&f, true);
	pid_t launcher = runner_launcher_pid(f.runner);
	bool has_cgroup = cgroup_base_open(&base, f.cgroup, NULL) == 0;
	unsigned folders = has_cgroup ? count_entries(base.folder) : 0;

	run(&f, "true");
	own = count_descriptors(getpid());
	launchers = count_descriptors(launcher);
	for (int i = 0; i < RUNS; i++) {
		run(&f, i % 2 ? "true" : "no-such-program");
		assert_int_equal(f.outcome.end, i % 2 ? RUN_END_EXITED : RUN_END_NOT_STARTED);
	}
	assert_int_equal(runner_launcher_pid(f.runner), launcher);
	assert_no_children(launcher);
	assert_int_equal(count_descriptors(launcher), launchers);
	assert_int_equal(count_descriptors(getpid()), own);
	/* The last may be busy for a moment. */
	if (has_cgroup)
		assert_in_range(count_entries(base.folder), folders, folders + 1);
	fixture_close(&f);
	if (has_cgroup)
		assert_false(file_exists(base.folder));
}

static void test_launcher_stays_small(void **state)
{
	if (access(in_build("tests/noop"), X_OK) < 0) {
		print_message("the launcher is not static in a sanitizer build\n");
		skip();
	}
	fixture_open(&f, true);
	for (int i = 0; i < RUNS; i++)
		run(&f, "true");
	assert_true(status_kib(runner_launcher_pid(f.runner), "VmHWM:") <= RSS_KIB_MAX);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_launcher_takes_its_run_along),
		cmocka_unit_test(test_killed_launcher_takes_its_run_along_without_cgroup),
		cmocka_unit_test(test_cancel_waits_for_a_launcher_that_was_stopped),
		cmocka_unit_test(test_killed_daemon_takes_its_run_along),
		cmocka_unit_test(test_killed_daemon_takes_its_run_along_without_cgroup),
		cmocka_unit_test(test_free_kills_the_run_under_way),
		cmocka_unit_test(test_missing_launcher_is_an_error),
		cmocka_unit_test(test_many_runs_leave_nothing),
		cmocka_unit_test(test_launcher_stays_small),
	};

	return cmocka_run_group_tests(tests, open_pids, remove_pids);
}
