/* Runs of real programs: how they end, and how it is told. */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "tests/unit/runner-fixture.h"

#define LEFTOVERS 3

static struct fixture f;
static char folder[] = "/tmp/steady-runner-XXXXXX";

static int open_fixture(void **state)
{
	fixture_open(&f, true);
	return mkdtemp(folder) && chmod(folder, 0755) == 0 ? 0 : -1;
}

static int close_fixture(void **state)
{
	char command[128];

	fixture_close(&f);
	(void)snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static int reset_spec(void **state)
{
	f.spec.cwd = "/";
	f.spec.stdin_path = NULL;
	f.spec.timeout_ns = 30 * SECOND_NS;
	f.spec.limits = (struct limits){0};
	return strv_env_set(&f.env, "PATH", "/usr/bin:/bin");
}

static void make_file(const char *name, const char *text, mode_t mode)
{
	char path[128];
	struct error e = {0};

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(file_write_atomic(path, text, strlen(text), mode, &e), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void assert_not_started(const char *reason)
{
	assert_int_equal(f.outcome.end, RUN_END_NOT_STARTED);
	assert_string_equal(f.outcome.reason, reason);
	assert_int_equal(f.outcome.pid, 0);
	assert_false(measure_is_set(&f.outcome.metrics[METRIC_WALL]));
}

/* A file of the folder in a message. */
static const char *with_path(const char *before, const char *name, const char *after)
{
	static char text[256];

	(void)snprintf(text, sizeof(text), "%s%s/%s%s", before, folder, name, after);
	return text;
}

static void test_exit_status_and_output_come_back(void **state)
{
	run_shell(&f, "echo out; echo err >&2; exit 3");
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
	assert_int_equal(f.outcome.exit_code, 3);
	assert_string_equal(f.out, "out\n");
	assert_string_equal(f.err, "err\n");
	assert_int_equal(f.outcome.out.bytes, 4);
	assert_false(f.outcome.out.truncated);
	/* printf 'out\n' | sha256sum */
	assert_string_equal(f.outcome.out.sha256,
		"sha256:54034ac5c6e9ea95734ec2b729fd6d62abf64af34a9f9ce5d466cb788191a73d");
}

static void test_stamps_are_in_order(void **state)
{
	uint64_t before_ns = clock_now_ns(CLOCK_REALTIME);

	run(&f, "true");
	assert_true(f.outcome.pid > 1);
	assert_true(f.outcome.started_realtime_ns >= before_ns);
	assert_true(f.outcome.spawn_ns < f.outcome.exec_ns);
	assert_true(f.outcome.exec_ns < f.outcome.end_ns);
	assert_true(f.outcome.end_ns <= f.outcome.tree_end_ns);
	assert_near(metric(&f, METRIC_WALL), (double)(f.outcome.end_ns - f.outcome.exec_ns) / 1e9,
		1e-9);
}

static void test_metrics_come_from_the_kernel(void **state)
{
	run_shell(&f, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
	assert_true(metric(&f, METRIC_CPU) > 0);
	assert_near(metric(&f, METRIC_CPU), metric(&f, METRIC_USER) + metric(&f, METRIC_SYS), 1e-9);
	assert_true(metric(&f, METRIC_CPU) <= metric(&f, METRIC_WALL) * 1.01 + 0.001);
	assert_true(metric(&f, METRIC_MINOR_FAULTS) > 0);
	assert_true(measure_is_set(&f.outcome.run_delay));
	assert_false(measure_is_set(&f.outcome.metrics[METRIC_OWN]));
}

static void test_exit_127_is_no_start_failure(void **state)
{
	run_shell(&f, "exit 127");
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
	assert_int_equal(f.outcome.exit_code, 127);
}

static void test_signal_is_named(void **state)
{
	run_shell(&f, "kill -SEGV $$");
	assert_int_equal(f.outcome.end, RUN_END_SIGNALLED);
	assert_int_equal(f.outcome.signal, SIGSEGV);
	assert_int_equal(f.outcome.exit_code, -1);
}

static void test_missing_program_is_named(void **state)
{
	run(&f, "no-such-program-here --x");
	assert_not_started("no such file: no-such-program-here");
	run(&f, "./relative");
	assert_not_started("no such file: ./relative");
	run(&f, "''");
	assert_not_started("no such file: ");
}

static void test_program_that_may_not_run_is_named(void **state)
{
	make_file("plain", "x", 0644);
	run(&f, with_path("", "plain", ""));
	assert_not_started(with_path("permission denied: ", "plain", ""));
	run(&f, folder);
	assert_int_equal(f.outcome.end, RUN_END_NOT_STARTED);
	assert_non_null(strstr(f.outcome.reason, "permission denied: "));
}

static void test_path_is_searched_like_execvp(void **state)
{
	char path[128];

	/* One that may not run does not hide one that may; alone it is the reason. */
	make_file("true", "x", 0644);
	(void)snprintf(path, sizeof(path), "/nowhere:/etc/passwd:%s:/usr/bin", folder);
	assert_int_equal(strv_env_set(&f.env, "PATH", path), 0);
	run(&f, "true");
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
	(void)snprintf(path, sizeof(path), "%s:/nowhere", folder);
	assert_int_equal(strv_env_set(&f.env, "PATH", path), 0);
	run(&f, "true");
	assert_not_started(with_path("permission denied: ", "true", ""));
}

static void test_empty_part_of_path_is_the_folder(void **state)
{
	make_file("here", "#!/bin/sh\nexit 5\n", 0755);
	assert_int_equal(strv_env_set(&f.env, "PATH", "/nowhere:"), 0);
	f.spec.cwd = folder;
	run(&f, "here");
	assert_int_equal(f.outcome.exit_code, 5);
}

static void test_script_without_first_line_is_explained(void **state)
{
	make_file("script", "exit 0\n", 0755);
	run(&f, with_path("", "script", ""));
	assert_not_started(
		with_path("not a program: ", "script", " (a script needs #! in its first line)"));
}

static void test_missing_interpreter_is_explained(void **state)
{
	make_file("odd", "#!/no/such/interpreter\n", 0755);
	run(&f, with_path("", "odd", ""));
	assert_not_started(with_path("no such file: the interpreter that ", "odd", " asks for"));
}

static void test_script_sees_its_own_path(void **state)
{
	make_file("name", "#!/bin/sh\necho $0\n", 0755);
	run(&f, with_path("", "name", ""));
	assert_string_equal(f.out, with_path("", "name", "\n"));
}

static void test_missing_folder_is_named(void **state)
{
	f.spec.cwd = "/no/such/folder";
	run(&f, "true");
	assert_not_started("cannot enter directory /no/such/folder: No such file or directory");
}

static void test_stdin_is_the_file_or_empty(void **state)
{
	char path[128];

	run(&f, "cat");
	assert_string_equal(f.out, "");
	make_file("input", "hello", 0644);
	(void)snprintf(path, sizeof(path), "%s/input", folder);
	f.spec.stdin_path = path;
	run(&f, "cat");
	assert_string_equal(f.out, "hello");
	f.spec.stdin_path = "/no/input";
	run(&f, "cat");
	assert_not_started("cannot open /no/input for stdin: No such file or directory");
}

static void test_fifo_as_stdin_does_not_block(void **state)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0644), 0);
	f.spec.stdin_path = path;
	run(&f, "cat");
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
}

static void test_environment_is_exactly_what_was_given(void **state)
{
	assert_int_equal(setenv("STEADY_LEAK", "1", 1), 0);
	run(&f, "env");
	assert_string_equal(f.out, "PATH=/usr/bin:/bin\n");
}

static void test_arguments_arrive_unchanged(void **state)
{
	run(&f, "printf '<%s>' 'a b' '' \"it's\" '$HOME *'");
	assert_string_equal(f.out, "<a b><><it's><$HOME *>");
}

static void test_too_many_arguments_are_refused(void **state)
{
	static char word[100001];
	struct error e = {0};

	(void)memset(word, 'x', sizeof(word) - 1);
	set_command(&f, "true");
	for (int i = 0; i < 100; i++)
		assert_int_equal(strv_push(&f.command.argv, word), 0);
	assert_int_equal(runner_start(f.runner, &f.spec, fixture_on_done, &f, &e), -E2BIG);
	/* What fits the launcher but not the kernel is refused by the kernel. */
	set_command(&f, "true");
	for (int i = 0; i < 40; i++)
		assert_int_equal(strv_push(&f.command.argv, word), 0);
	start(&f);
	finish(&f);
	assert_int_equal(f.outcome.end, RUN_END_NOT_STARTED);
	assert_non_null(strstr(f.outcome.reason, "arguments and environment too long"));
	run(&f, "true");
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
}

static void test_second_run_at_a_time_is_refused(void **state)
{
	struct error e = {0};

	set_command(&f, "sleep 0.05");
	start(&f);
	assert_int_equal(runner_start(f.runner, &f.spec, fixture_on_done, &f, &e), -EBUSY);
	finish(&f);
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
}

static void assert_all_dead(const char *pids)
{
	int n = 0;

	for (const char *at = pids; *at; at = strchr(at, '\n') + 1, n++)
		assert_int_equal(kill((pid_t)strtol(at, NULL, 10), 0), -1);
	assert_int_equal(n, LEFTOVERS);
}

static void test_leftovers_are_killed_and_counted(void **state)
{
	run_subject(&f, "daemonise 3");
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
	assert_int_equal(f.outcome.leftovers, LEFTOVERS);
	assert_true(f.outcome.tree_end_ns > f.outcome.end_ns);
	assert_true(metric(&f, METRIC_WALL_TREE) > metric(&f, METRIC_WALL));
	assert_all_dead(f.out);
}

static void test_timeout_kills_daemonised_grandchildren(void **state)
{
	f.spec.timeout_ns = SECOND_NS / 2;
	run_subject(&f, "daemonise-and-stay 3");
	assert_int_equal(f.outcome.end, RUN_END_TIMEOUT);
	assert_int_equal(f.outcome.signal, SIGKILL);
	assert_int_equal(f.outcome.leftovers, LEFTOVERS);
	assert_true(metric(&f, METRIC_WALL) >= 0.5);
	assert_all_dead(f.out);
}

static void test_timeout_cannot_be_ignored(void **state)
{
	f.spec.timeout_ns = SECOND_NS / 10;
	run_shell(&f, "trap '' TERM INT HUP; while :; do :; done");
	assert_int_equal(f.outcome.end, RUN_END_TIMEOUT);
}

static int on_time(sd_event_source *source, uint64_t us, void *userdata)
{
	runner_cancel(f.runner);
	return 0;
}

static void test_cancel_kills_everything(void **state)
{
	runner_cancel(f.runner); /* nothing to do */
	assert_true(sd_event_add_time_relative(
			    f.event, NULL, CLOCK_MONOTONIC, 300000, 1000, on_time, NULL) >= 0);
	run_subject(&f, "daemonise-and-stay 3");
	assert_int_equal(f.outcome.end, RUN_END_CANCELLED);
	assert_int_equal(f.outcome.leftovers, LEFTOVERS);
	assert_all_dead(f.out);
	run(&f, "true");
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
}

static void test_orphan_that_ends_is_reaped_at_once(void **state)
{
	/* A daemon that waits for its predecessor to vanish must not wait for ever. */
	run_shell(&f,
		"p=$(sh -c 'sleep 0.05 >/dev/null & echo $!'); "
		"while kill -0 $p 2>/dev/null; do :; done; echo gone");
	assert_string_equal(f.out, "gone\n");
	assert_int_equal(f.outcome.leftovers, 0);
}

/* A sanitizer makes the launcher large, and with it the floor under every figure. */
static bool is_launcher_small(void)
{
	if (access(in_build("tests/noop"), X_OK) == 0)
		return true;
	print_message("the launcher is not small in a sanitizer build\n");
	return false;
}

static void test_max_rss_is_of_this_run(void **state)
{
	if (!is_launcher_small())
		skip();
	run_subject(&f, "touch 50");
	assert_near(metric(&f, METRIC_MAX_RSS), 52.0 * 1024 * 1024, 2.5 * 1024 * 1024);
	run_subject(&f, "touch 5");
	assert_near(metric(&f, METRIC_MAX_RSS), 7.0 * 1024 * 1024, 2.5 * 1024 * 1024);
}

static void test_smaller_than_the_launcher_is_unavailable(void **state)
{
	const struct measure *rss = &f.outcome.metrics[METRIC_MAX_RSS];

	if (!is_launcher_small())
		skip();
	run(&f, in_build("tests/noop"));
	assert_false(measure_is_set(rss));
	assert_non_null(strstr(rss->unavailable, "not above the launcher's "));
}

static void test_large_request_does_not_raise_the_floor(void **state)
{
	static char word[100001];

	if (!is_launcher_small())
		skip();
	(void)memset(word, 'x', sizeof(word) - 1);
	set_command(&f, "true");
	for (int i = 0; i < 18; i++)
		assert_int_equal(strv_push(&f.command.argv, word), 0);
	start(&f);
	finish(&f);
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
	run_subject(&f, "touch 1");
	assert_true(metric(&f, METRIC_MAX_RSS) < 2.5 * 1024 * 1024);
}

/* Return: false when a limit cannot be had here, which start says. */
static bool run_limited(const char *verb)
{
	struct error e = {0};
	char words[8192];

	(void)snprintf(words, sizeof(words), "%s %s", subject(), verb);
	set_command(&f, words);
	f.is_done = false;

	int r = runner_start(f.runner, &f.spec, fixture_on_done, &f, &e);

	if (r < 0) {
		assert_int_equal(r, -EOPNOTSUPP);
		assert_non_null(strstr(e.text, "limit cannot be enforced"));
		print_message("%s\n", e.text);
		return false;
	}
	finish(&f);
	return true;
}

static void test_memory_limit_holds(void **state)
{
	f.spec.limits.memory_bytes = 32 << 20;
	if (!run_limited("touch 200"))
		skip();
	assert_int_equal(f.outcome.end, RUN_END_SIGNALLED);
	assert_int_equal(f.outcome.signal, SIGKILL);
	assert_true(run_limited("touch 5"));
	assert_int_equal(f.outcome.end, RUN_END_EXITED);
}

static void test_process_limit_holds(void **state)
{
	f.spec.limits.pids = 4;
	if (!run_limited("multiply 20"))
		skip();
	/* The main process is the fourth. */
	assert_int_equal(f.outcome.leftovers, 3);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, reset_spec)
	const struct CMUnitTest tests[] = {
		T(test_exit_status_and_output_come_back),
		T(test_stamps_are_in_order),
		T(test_metrics_come_from_the_kernel),
		T(test_exit_127_is_no_start_failure),
		T(test_signal_is_named),
		T(test_missing_program_is_named),
		T(test_program_that_may_not_run_is_named),
		T(test_path_is_searched_like_execvp),
		T(test_empty_part_of_path_is_the_folder),
		T(test_script_without_first_line_is_explained),
		T(test_missing_interpreter_is_explained),
		T(test_script_sees_its_own_path),
		T(test_missing_folder_is_named),
		T(test_stdin_is_the_file_or_empty),
		T(test_fifo_as_stdin_does_not_block),
		T(test_environment_is_exactly_what_was_given),
		T(test_arguments_arrive_unchanged),
		T(test_too_many_arguments_are_refused),
		T(test_second_run_at_a_time_is_refused),
		T(test_leftovers_are_killed_and_counted),
		T(test_timeout_kills_daemonised_grandchildren),
		T(test_timeout_cannot_be_ignored),
		T(test_cancel_kills_everything),
		T(test_orphan_that_ends_is_reaped_at_once),
		T(test_max_rss_is_of_this_run),
		T(test_smaller_than_the_launcher_is_unavailable),
		T(test_large_request_does_not_raise_the_floor),
		T(test_memory_limit_holds),
		T(test_process_limit_holds),
	};

	return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
