/* What a program finds when it starts: who it is, where it runs, and nothing of ours. */
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/runner-fixture.h"

static struct fixture f;
static int unprivileged_status;

static int open_fixture(void **state)
{
	fixture_open(&f, true);
	return 0;
}

static int close_fixture(void **state)
{
	fixture_close(&f);
	return 0;
}

static int reset_spec(void **state)
{
	fixture_set_own_identity(&f);
	f.spec.cwd = "/";
	f.spec.stdin_path = NULL;
	f.spec.cpus = NULL;
	f.spec.aslr_off = false;
	return 0;
}

static bool is_root(void)
{
	if (geteuid() == 0)
		return true;
	print_message("needs root\n");
	return false;
}

static void become(uid_t uid, gid_t gid, const gid_t *groups, size_t n)
{
	identity_done(&f.identity);
	f.identity = (struct identity){.uid = uid, .gid = gid, .n_groups = n};
	f.identity.groups = calloc(n + 1, sizeof(gid_t));
	assert_non_null(f.identity.groups);
	if (n > 0)
		(void)memcpy(f.identity.groups, groups, n * sizeof(gid_t));
}

static void test_identity_is_exactly_the_one_asked_for(void **state)
{
	const gid_t groups[] = {20, 24, NOBODY};

	if (!is_root())
		skip();
	become(NOBODY, NOBODY, groups, ARRAY_SIZE(groups));
	run(&f, "grep -E '^(Uid|Gid|Groups|CapPrm|CapEff):' /proc/self/status");
	assert_string_equal(f.out,
		"Uid:\t65534\t65534\t65534\t65534\n"
		"Gid:\t65534\t65534\t65534\t65534\n"
		"Groups:\t20 24 65534 \n"
		"CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n");
}

static void test_groups_of_the_daemon_are_dropped(void **state)
{
	const gid_t groups[] = {20, 24};

	if (!is_root())
		skip();
	assert_int_equal(setgroups(ARRAY_SIZE(groups), groups), 0);
	fixture_start_runner(&f, true);
	assert_int_equal(setgroups(0, NULL), 0);
	become(NOBODY, NOBODY, NULL, 0);
	run(&f, "id -G");
	assert_string_equal(f.out, "65534\n");
	/* root with fewer groups is another identity too */
	become(0, 0, NULL, 0);
	run(&f, "grep ^Groups: /proc/self/status");
	assert_string_equal(f.out, "Groups:\t \n");
	fixture_start_runner(&f, true);
}

static void test_program_cannot_become_root_again(void **state)
{
	if (!is_root())
		skip();
	become(NOBODY, NOBODY, NULL, 0);
	run(&f, "python3 -c 'import os; os.setuid(0)'");
	assert_int_equal(f.outcome.exit_code, 1);
	assert_non_null(strstr(f.err, "Operation not permitted"));
}

static void test_set_uid_programs_still_work(void **state)
{
	if (!is_root())
		skip();
	run(&f, "grep NoNewPrivs /proc/self/status");
	assert_string_equal(f.out, "NoNewPrivs:\t0\n");
}

/* A folder that only its owner, root, may enter, with a file everyone might read. */
static void make_private(char folder[static 64], char file[static 72])
{
	struct error e = {0};

	(void)snprintf(folder, 64, "/tmp/steady-private-XXXXXX");
	assert_non_null(mkdtemp(folder));
	(void)snprintf(file, 72, "%s/file", folder);
	assert_int_equal(file_write_atomic(file, "x", 1, 0644, &e), 0);
}

static void test_paths_are_opened_as_the_submitter(void **state)
{
	char folder[64], file[72], wanted[256];

	if (!is_root())
		skip();
	make_private(folder, file);
	become(NOBODY, NOBODY, NULL, 0);
	f.spec.cwd = folder;
	run(&f, "true");
	(void)snprintf(
		wanted, sizeof(wanted), "cannot enter directory %s: Permission denied", folder);
	assert_string_equal(f.outcome.reason, wanted);

	f.spec.cwd = "/";
	f.spec.stdin_path = file;
	run(&f, "true");
	(void)snprintf(wanted, sizeof(wanted), "cannot open %s for stdin: Permission denied", file);
	assert_string_equal(f.outcome.reason, wanted);

	f.spec.stdin_path = NULL;
	assert_int_equal(chmod(file, 0755), 0);
	run(&f, file);
	(void)snprintf(wanted, sizeof(wanted), "permission denied: %s", file);
	assert_string_equal(f.outcome.reason, wanted);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void test_program_runs_on_the_wanted_cpus(void **state)
{
	struct cpuset cpus = {0};

	cpuset_add(&cpus, 0);
	f.spec.cpus = &cpus;
	run(&f, "grep Cpus_allowed_list /proc/self/status");
	assert_string_equal(f.out, "Cpus_allowed_list:\t0\n");
}

static void test_program_runs_anywhere_when_not_pinned(void **state)
{
	struct cpuset all;
	char text[CPUSET_TEXT_MAX], wanted[CPUSET_TEXT_MAX + 32];

	(void)memset(&all, 0, sizeof(all));
	assert_int_equal(sched_getaffinity(0, sizeof(all), (cpu_set_t *)&all), 0);
	run(&f, "grep Cpus_allowed_list /proc/self/status");
	(void)snprintf(
		wanted, sizeof(wanted), "Cpus_allowed_list:\t%s\n", cpuset_format(&all, text));
	assert_string_equal(f.out, wanted);
}

static void test_cpus_that_do_not_exist_are_an_error(void **state)
{
	struct cpuset cpus = {0};

	cpuset_add(&cpus, CPUSET_CPUS_MAX - 1);
	f.spec.cpus = &cpus;
	run(&f, "true");
	assert_int_equal(f.outcome.end, RUN_END_NOT_STARTED);
	assert_string_equal(f.outcome.reason, "cannot use the wanted CPUs: Invalid argument");
}

static void test_address_randomisation_is_off_when_asked(void **state)
{
	f.spec.aslr_off = true;
	run(&f, "cat /proc/self/personality");
	assert_int_equal(strtol(f.out, NULL, 16) & ADDR_NO_RANDOMIZE, ADDR_NO_RANDOMIZE);
	f.spec.aslr_off = false;
	run(&f, "cat /proc/self/personality");
	assert_int_equal(strtol(f.out, NULL, 16) & ADDR_NO_RANDOMIZE, 0);
}

static void test_priority_is_an_ordinary_one(void **state)
{
	struct sched_param param;
	int policy = sched_getscheduler(runner_launcher_pid(f.runner));

	if (geteuid() != 0 && getpriority(PRIO_PROCESS, 0) > 0) {
		print_message("started with nice, which only root can take back\n");
		skip();
	}
	run(&f, "python3 -c 'import os; print(os.sched_getscheduler(0), os.nice(0))'");
	assert_string_equal(f.out, "0 0\n");
	if (policy == SCHED_FIFO) {
		assert_int_equal(sched_getparam(runner_launcher_pid(f.runner), &param), 0);
		assert_int_equal(param.sched_priority, 1);
	} else {
		assert_true(runner_notes(f.runner)->n > 0);
	}
}

static void test_signals_and_timers_are_default(void **state)
{
	(void)signal(SIGPIPE, SIG_IGN);
	fixture_start_runner(&f, true);
	(void)signal(SIGPIPE, SIG_DFL);
	run_subject(&f, "signals");
	assert_string_equal(f.out, "slack 50000, death signal 9\n");
}

static void test_no_descriptor_leaks(void **state)
{
	run_subject(&f, "descriptors 4096");
	assert_string_equal(f.out, "0 1 2 ");
}

static void test_it_leads_its_own_session(void **state)
{
	run(&f, "python3 -c 'import os; print(os.getsid(0) == os.getpid() == os.getpgid(0))'");
	assert_string_equal(f.out, "True\n");
}

static void test_mask_and_core_size_do_not_depend_on_the_daemon(void **state)
{
	mode_t old = umask(077);
	struct rlimit limit, most;

	assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
	most = (struct rlimit){limit.rlim_max, limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_CORE, &most), 0);
	fixture_start_runner(&f, true);
	(void)umask(old);
	assert_int_equal(setrlimit(RLIMIT_CORE, &limit), 0);
	run_shell(&f, "umask; ulimit -c");
	assert_string_equal(f.out, "0022\n0\n");
}

static void test_protection_of_the_daemon_is_not_inherited(void **state)
{
	if (!is_root())
		skip();
	if (file_write_kernel("/proc/self/oom_score_adj", "-500") < 0) {
		print_message("needs CAP_SYS_RESOURCE\n");
		skip();
	}
	fixture_start_runner(&f, true);
	assert_int_equal(file_write_kernel("/proc/self/oom_score_adj", "0"), 0);
	become(NOBODY, NOBODY, NULL, 0);
	run(&f, "cat /proc/self/oom_score_adj");
	assert_string_equal(f.out, "0\n");
	fixture_start_runner(&f, true);
}

static void test_nothing_is_locked_into_memory(void **state)
{
	run(&f, "grep VmLck /proc/self/status");
	assert_non_null(strstr(f.out, " 0 kB"));
}

static void test_other_identity_is_refused_without_privilege(void **state)
{
	become(0, 0, NULL, 0);
	run(&f, "true");
	assert_int_equal(f.outcome.end, RUN_END_NOT_STARTED);
	assert_string_equal(
		f.outcome.reason, "cannot become user 0, group 0: Operation not permitted");
}

static void test_unprivileged_runner_does_the_same(void **state)
{
	if (!is_root())
		skip();
	if (unprivileged_status < 0) {
		print_message("user nobody may not enter the build folder\n");
		skip();
	}
	assert_int_equal(unprivileged_status, 0);
}

#define T(name) cmocka_unit_test_setup(name, reset_spec)

static int run_unprivileged(void)
{
	const struct CMUnitTest tests[] = {
		T(test_other_identity_is_refused_without_privilege),
		T(test_program_runs_on_the_wanted_cpus),
		T(test_address_randomisation_is_off_when_asked),
		T(test_priority_is_an_ordinary_one),
		T(test_signals_and_timers_are_default),
		T(test_no_descriptor_leaks),
		T(test_it_leads_its_own_session),
	};

	return cmocka_run_group_tests_name("unprivileged", tests, open_fixture, close_fixture);
}

/* Return: number of failed tests; -1 when they cannot be run. */
static int fork_unprivileged(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		/* The output of this program is of the other tests. */
		if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0 || setgroups(0, NULL) < 0 ||
			setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
			setresuid(NOBODY, NOBODY, NOBODY) < 0)
			_exit(100);
		if (access(in_build("steady-launcher"), X_OK) < 0)
			_exit(101);
		_exit(run_unprivileged());
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 100;
	return WEXITSTATUS(status) == 101 ? -1 : WEXITSTATUS(status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_identity_is_exactly_the_one_asked_for),
		T(test_groups_of_the_daemon_are_dropped),
		T(test_program_cannot_become_root_again),
		T(test_set_uid_programs_still_work),
		T(test_paths_are_opened_as_the_submitter),
		T(test_program_runs_on_the_wanted_cpus),
		T(test_program_runs_anywhere_when_not_pinned),
		T(test_cpus_that_do_not_exist_are_an_error),
		T(test_address_randomisation_is_off_when_asked),
		T(test_priority_is_an_ordinary_one),
		T(test_signals_and_timers_are_default),
		T(test_no_descriptor_leaks),
		T(test_it_leads_its_own_session),
		T(test_mask_and_core_size_do_not_depend_on_the_daemon),
		T(test_protection_of_the_daemon_is_not_inherited),
		T(test_nothing_is_locked_into_memory),
		T(test_unprivileged_runner_does_the_same),
	};

	if (geteuid() == 0)
		unprivileged_status = fork_unprivileged();
	return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
