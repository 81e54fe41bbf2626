/* Ways to make a process, on kernels and in containers that refuse the better ones. */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/unit/runner-fixture.h"

#define FAILED 1

static struct fixture f;

/* From now on clone3 does not exist, as in older kernels and container runtimes. */
static int refuse_clone3(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {.len = ARRAY_SIZE(filter), .filter = filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0 ? -errno : 0;
}

/* And the older call may not share memory. */
static int refuse_shared_memory(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		/* posix_spawn, which starts the launcher, asks for no pidfd */
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, CLONE_VM | CLONE_PIDFD),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLONE_VM | CLONE_PIDFD, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {.len = ARRAY_SIZE(filter), .filter = filter};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0 ? -errno : 0;
}

/* In a process of its own: run something and look how. Return: exit status. */
static int run_and_look(const char *wanted)
{
	int failures = 0;

	fixture_open(&f, true);
	run_shell(&f, "cat /proc/self/cgroup; exit 7");
	failures += f.outcome.exit_code != 7;
	failures += !streq(f.outcome.spawned_by, wanted);
	/* It is in its cgroup all the same. */
	failures += f.outcome.in_cgroup && !strstr(f.out, f.cgroup);
	failures += f.outcome.exec_ns <= f.outcome.spawn_ns;
	run(&f, "no-such-program");
	failures += f.outcome.end != RUN_END_NOT_STARTED;
	failures += !streq(f.outcome.reason, "no such file: no-such-program");
	run_subject(&f, "daemonise 2");
	failures += f.outcome.leftovers != 2;
	if (failures)
		print_error("%d failures, by %s\n", failures, f.outcome.spawned_by);
	fixture_close(&f);
	return failures ? FAILED : 0;
}

static int in_child(const char *wanted, int (*first)(void), int (*second)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0 || (first && first() < 0) ||
			(second && second() < 0))
			_exit(100);
		_exit(run_and_look(wanted));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 100;
	return WEXITSTATUS(status);
}

static void test_child_is_born_in_its_cgroup(void **state)
{
	fixture_open(&f, true);

	bool has_cgroup = runner_notes(f.runner)->n == 0;

	fixture_close(&f);
	if (!has_cgroup) {
		print_message("there is no cgroup v2\n");
		skip();
	}
	assert_int_equal(in_child("clone3 into cgroup", NULL, NULL), 0);
}

static void test_without_clone3_it_is_vfork(void **state)
{
	assert_int_equal(in_child("vfork", refuse_clone3, NULL), 0);
}

static void test_without_shared_memory_it_is_fork(void **state)
{
	assert_int_equal(in_child("fork", refuse_clone3, refuse_shared_memory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_child_is_born_in_its_cgroup),
		cmocka_unit_test(test_without_clone3_it_is_vfork),
		cmocka_unit_test(test_without_shared_memory_it_is_fork),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
