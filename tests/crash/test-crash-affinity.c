/*
 * kill -9 at any moment while real tasks are being moved, kept away and given back, and again
 * while the next start recovers: every task has the CPUs it had.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/random.h"
#include "tests/fake/env-fixture.h"
#include "tests/fake/naps.h"
#include "tests/unit/cmocka-all.h"

#define ROUNDS	      60u
#define SEED	      20261122u
#define RUNS_OF_A_JOB 3
#define POLL_US	      50

/* More of them: STEADY_CRASH_ROUNDS=1000. */
static unsigned rounds(void)
{
	const char *text = getenv("STEADY_CRASH_ROUNDS");

	return text ? (unsigned)strtoul(text, NULL, 10) : ROUNDS;
}

static void print_residue(const struct env_fixture *f)
{
	for (size_t i = 0; i < f->residue.n; i++)
		print_message("# left: %s is %s, not %s: %s\n", f->residue.items[i].target,
			f->residue.items[i].after, f->residue.items[i].want,
			f->residue.items[i].reason);
}

static _Noreturn void end(const struct env_fixture *f, int r, const char *what)
{
	if (r < 0) {
		print_message("# %s: %s\n", what, strerror(-r));
		print_residue(f);
	}
	_exit(r < 0);
}

/* A job from beginning to end, in a process that may be killed. */
static _Noreturn void live(struct env_fixture *f)
{
	int r = env_fixture_apply(f, NULL);

	if (r < 0)
		end(f, r, "apply");
	for (unsigned i = 0; i < RUNS_OF_A_JOB && r >= 0; i++)
		r = env_between_runs(f->env, 0);
	if (r < 0)
		end(f, r, "between runs");
	end(f, env_restore(f->env, &f->residue), "restore");
}

static _Noreturn void recover(struct env_fixture *f)
{
	end(f, env_restore_journal(&f->config, NULL, &f->residue, NULL), "recover");
}

/* Until the records are on disk, and tasks are about to be moved; or until it has ended. */
static void wait_for_journal(const struct env_fixture *f, pid_t pid)
{
	siginfo_t info = {0};

	while (!file_exists(f->journal) && info.si_pid == 0) {
		assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG), 0);
		(void)usleep(POLL_US);
	}
}

/* Kills it after some time. Returns true when it was killed before it ended. */
static bool run_and_kill(void (*what)(struct env_fixture *), struct env_fixture *f, useconds_t us)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		what(f);
	/* Every other time the delay begins where it becomes interesting. */
	if (what == live && us % 2 == 0)
		wait_for_journal(f, pid);
	(void)usleep(us);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

static useconds_t time_of(void (*what)(struct env_fixture *), struct env_fixture *f)
{
	uint64_t begin_ns = clock_now_ns(CLOCK_MONOTONIC);
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		what(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return (useconds_t)((clock_now_ns(CLOCK_MONOTONIC) - begin_ns) / NSEC_PER_USEC);
}

static void start_naps(struct naps *naps)
{
	naps_add(naps, NAP_SLEEPER, 20, NAP_ALL);
	naps_add(naps, NAP_SLEEPER, 5, NAP_HOUSEKEEPING);
	naps_add(naps, NAP_SLEEPER, 5, NAP_MEASURED);
	naps_add(naps, NAP_THREADS, 5, NAP_ALL);
	naps_add(naps, NAP_FORKER, 3, NAP_ALL);
}

static void test_tasks_come_back_whenever_the_daemon_is_killed(void **state)
{
	struct random r = random_make(SEED, 0);
	unsigned n_killed = 0, n_twice = 0, n_journals = 0;
	struct snapshot before;
	struct naps naps = {0};
	struct env_fixture f;
	useconds_t life_us;
	char what[64];

	env_fixture_real(&f);
	env_fixture_want(&f, "cpu.affinity", "count=1", NEED_REQUIRE);
	start_naps(&naps);
	life_us = time_of(live, &f);
	snapshot_take(&before);
	for (unsigned i = 0; i < rounds(); i++) {
		CLEANUP_CLOSE int machine = env_fixture_hold_machine();
		struct error e = {0};

		(void)machine;
		n_killed += run_and_kill(live, &f, (useconds_t)random_below(&r, life_us));
		n_journals += file_exists(f.journal);
		if (random_below(&r, 2) == 0)
			n_twice += run_and_kill(
				recover, &f, (useconds_t)random_below(&r, life_us / 4 + 1));
		if (env_restore_journal(&f.config, NULL, NULL, &e) < 0)
			fail_msg("round %u: %s", i, e.text);
		assert_false(file_exists(f.journal));
		(void)snprintf(what, sizeof(what), "seed %u, round %u", SEED, i);
		snapshot_check(&before, what);
	}
	print_message("# %u rounds of %u us: %u killed, %u with a journal, %u killed again while "
		      "recovering, %zu tasks watched\n",
		rounds(), life_us, n_killed, n_journals, n_twice, before.n);
	assert_true(n_journals > 0);
	snapshot_done(&before);
	naps_done(&naps);
	env_fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tasks_come_back_whenever_the_daemon_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
