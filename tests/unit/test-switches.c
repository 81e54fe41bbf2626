/* The kernel's records of real processes on real CPUs. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/macro.h"
#include "daemon/probes/switches.h"
#include "tests/unit/cmocka-all.h"

#define RING_SIZE    ((size_t)1 << 20)
#define COMPETITOR   "competitor"
#define DRAINED_RING 262144
#define RECORD_SIZE  40	 /* of a switch */
#define STATUS_MOVED 3	 /* of burn, and of the competitor */
#define FREE_SHARE   0.1 /* a CPU with less foreign time than this is free */

/* The last CPU we may use is measured, we stay on the first. */
struct machine {
	unsigned home, cpu;
	struct cpuset measured;
	char burn[256];
};

struct subject {
	pid_t pid;
	int out;
	struct rusage usage;
	int status;
};

static struct machine machine;

static void pin(unsigned cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static int look_at_machine(void **state)
{
	const char *build = getenv("STEADY_BUILD");
	char cpu_text[16];
	cpu_set_t set;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return -1;

	machine.home = CPU_SETSIZE;
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		machine.home = MIN_OF(machine.home, cpu);
		machine.cpu = cpu;
	}
	cpuset_add(&machine.measured, machine.cpu);
	(void)snprintf(cpu_text, sizeof(cpu_text), "%u", machine.cpu);
	(void)setenv("BURN_CPU", cpu_text, 1);
	(void)snprintf(
		machine.burn, sizeof(machine.burn), "%s/tests/burn", build ? build : "build");
	pin(machine.home);
	return 0;
}

/* Opens, or skips the test where this user may not. */
static struct switches *open_or_skip(sd_event *event, bool pinned, size_t size)
{
	struct switches *s = NULL;
	struct error e = {0};
	int r;

	r = switches_open_sized(&s, event, &machine.measured, pinned, size, &e);
	if (r == -EACCES || r == -EPERM || r == -ENOSYS) {
		print_message("skipped: %s\n", e.text);
		skip();
	}
	if (r < 0)
		fail_msg("%s", e.text);
	return s;
}

/* A process on the measured CPU, begun here, that runs burn with two or three arguments. */
static void start_subject(struct subject *subject, const char *verb, const char *n, const char *pid)
{
	int pipe_fds[2];

	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	subject->pid = fork();
	assert_true(subject->pid >= 0);
	if (subject->pid == 0) {
		pin(machine.cpu);
		(void)dup2(pipe_fds[1], STDOUT_FILENO);
		(void)execl(machine.burn, "burn", verb, n, pid, (char *)NULL);
		_exit(127);
	}
	(void)close(pipe_fds[1]);
	subject->out = pipe_fds[0];
}

/* Whoever isolates CPUs on this machine (a steadyd, for one) moves our tasks too. */
static void skip_moved(void)
{
	print_message("skipped: somebody else moved our task off its CPU\n");
	skip();
}

static double finish_subject(struct subject *subject)
{
	char text[64] = "";

	assert_int_equal(wait4(subject->pid, &subject->status, 0, &subject->usage), subject->pid);
	assert_true(WIFEXITED(subject->status));
	if (WEXITSTATUS(subject->status) == STATUS_MOVED)
		skip_moved();
	assert_int_equal(WEXITSTATUS(subject->status), 0);
	(void)!read(subject->out, text, sizeof(text) - 1);
	(void)close(subject->out);
	return strtod(text, NULL) / 1e9;
}

static pid_t start_competitor(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;

	(void)prctl(PR_SET_NAME, COMPETITOR);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin(machine.cpu);
	while (sched_getcpu() == (int)machine.cpu)
		;
	_exit(STATUS_MOVED);
}

static void end_competitor(pid_t pid)
{
	int status;

	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_MOVED)
		skip_moved();
}

/* CPU seconds a process has had so far, to the last tick or switch. */
static double had_seconds(pid_t pid)
{
	char path[64], text[64] = "";

	(void)snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	(void)file_read_line(path, text, sizeof(text));
	return strtod(text, NULL) / 1e9;
}

static double cpu_seconds(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
		(double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static double culprit_seconds(const struct switch_report *report, const char *name)
{
	for (unsigned i = 0; i < report->n_culprits; i++)
		if (streq(report->culprits[i].name, name))
			return report->culprits[i].seconds;
	return 0;
}

static void assert_adds_up(const struct switch_report *r)
{
	assert_int_equal(r->own_ns + r->idle_ns + r->foreign_ns + r->elsewhere_ns + r->unseen_ns,
		(r->exit_ns - r->exec_ns) * r->n_cpus);
}

static void test_own_time_is_what_the_kernel_charges(void **state)
{
	struct switches *s = open_or_skip(NULL, true, RING_SIZE);
	uint64_t before_ns = clock_now_ns(CLOCK_MONOTONIC);
	struct switch_report report;
	struct subject subject;

	assert_int_equal(switches_begin(s, getpid()), 0);
	start_subject(&subject, "spin", "100", NULL);
	(void)finish_subject(&subject);
	assert_int_equal(switches_collect(s, subject.pid, &report), 0);
	assert_true(report.exec_ns > before_ns);
	assert_true(report.exit_ns < clock_now_ns(CLOCK_MONOTONIC));
	assert_int_equal(report.tree_exit_ns, report.exit_ns);
	assert_int_equal(report.lost, 0);
	assert_near((double)report.own_ns / 1e9, cpu_seconds(&subject.usage),
		0.05 * cpu_seconds(&subject.usage));
	assert_adds_up(&report);
	(void)switches_free(s);
}

/* It is between what the subject saw it have and what it had from before fork to after the end. */
static void test_competitor_is_named_with_its_time(void **state)
{
	struct switches *s = open_or_skip(NULL, true, RING_SIZE);
	pid_t competitor = start_competitor();
	double inner, outer = had_seconds(competitor), found;
	struct switch_report report;
	struct subject subject;
	char pid[16];
	int r;

	(void)snprintf(pid, sizeof(pid), "%d", competitor);
	assert_int_equal(switches_begin(s, getpid()), 0);
	start_subject(&subject, "spin", "200", pid);
	inner = finish_subject(&subject);
	r = switches_collect(s, subject.pid, &report);
	outer = had_seconds(competitor) - outer;
	end_competitor(competitor);
	found = culprit_seconds(&report, COMPETITOR);
	print_message("competitor: %.3f s found, %.3f to %.3f s by its own account\n", found, inner,
		outer);
	assert_int_equal(r, 0);
	assert_true(inner > 0 && found >= 0.9 * inner && found <= 1.1 * outer);
	assert_true((double)report.foreign_ns / 1e9 >= 0.9 * inner);
	assert_true((double)report.preempted_ns / 1e9 >= 0.9 * inner);
	assert_near((double)report.own_ns / 1e9, cpu_seconds(&subject.usage),
		0.05 * cpu_seconds(&subject.usage));
	assert_adds_up(&report);
	(void)switches_free(s);
}

static double foreign_share(struct switches *s)
{
	struct switch_report report;
	struct subject subject;

	assert_int_equal(switches_begin(s, getpid()), 0);
	start_subject(&subject, "spin", "20", NULL);
	(void)finish_subject(&subject);
	assert_int_equal(switches_collect(s, subject.pid, &report), 0);
	return (double)report.foreign_ns / (double)(report.exit_ns - report.exec_ns);
}

/* Others may be at work here: the best of some runs, and no comparison where no CPU is free. */
static void test_foreign_share_tells_a_crowded_cpu_from_a_free_one(void **state)
{
	struct switches *s = open_or_skip(NULL, true, RING_SIZE);
	double alone = 1, crowded = 1;
	pid_t competitor;

	for (unsigned i = 0; i < 10; i++)
		alone = fmin(alone, foreign_share(s));
	if (alone > FREE_SHARE) {
		(void)switches_free(s);
		print_message("skipped: others take %.0f %% of the CPU\n", alone * 100);
		skip();
	}
	competitor = start_competitor();
	for (unsigned i = 0; i < 10; i++)
		crowded = fmin(crowded, foreign_share(s));
	end_competitor(competitor);
	print_message("foreign share: alone %.3f, crowded %.3f\n", alone, crowded);
	assert_true(crowded > 0.3);
	(void)switches_free(s);
}

static void test_full_ring_is_reported_as_lost(void **state)
{
	struct switches *s = open_or_skip(NULL, true, 32768);
	struct switch_report report;
	struct subject subject;

	assert_int_equal(switches_begin(s, getpid()), 0);
	start_subject(&subject, "switch", "1000", NULL);
	(void)finish_subject(&subject);
	assert_int_equal(switches_collect(s, subject.pid, &report), -ENODATA);
	assert_true(report.exec_seen);
	assert_true(report.lost > 0);

	/* and the next run, whose records fit, is not affected */
	assert_int_equal(switches_begin(s, getpid()), 0);
	start_subject(&subject, "spin", "1", NULL);
	(void)finish_subject(&subject);
	assert_int_equal(switches_collect(s, subject.pid, &report), 0);
	assert_int_equal(report.lost, 0);
	(void)switches_free(s);
}

/* Two children on whatever CPU; forks and moves are followed over all of them. */
static void test_unpinned_tree_is_followed_over_all_cpus(void **state)
{
	struct cpuset measured = machine.measured;
	struct switch_report report;
	struct subject subject;
	struct switches *s;

	cpuset_add(&machine.measured, machine.home);
	s = open_or_skip(NULL, false, RING_SIZE);
	machine.measured = measured;
	assert_int_equal(switches_begin(s, getpid()), 0);
	start_subject(&subject, "pair", "50", NULL);
	(void)finish_subject(&subject);
	assert_int_equal(switches_collect(s, subject.pid, &report), 0);
	assert_near((double)report.own_ns / 1e9, cpu_seconds(&subject.usage),
		0.05 * cpu_seconds(&subject.usage));
	assert_true(report.own_ns > 100 * NSEC_PER_MSEC);
	assert_int_equal(report.tree_exit_ns, report.exit_ns);
	assert_int_equal(report.lost, 0);
	assert_adds_up(&report);
	(void)switches_free(s);
}

static int on_subject_end(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

_Static_assert(10000 * RECORD_SIZE > DRAINED_RING, "the records of the run fit its ring");

/* A run with more records than its ring holds, the event loop turning; returns how many were lost.
 */
static uint64_t drained_run(sd_event *event)
{
	struct switches *s = open_or_skip(event, true, DRAINED_RING);
	sd_event_source *source = NULL;
	struct switch_report report;
	struct subject subject;

	assert_int_equal(switches_begin(s, getpid()), 0);
	start_subject(&subject, "switch", "5000", NULL);
	assert_true(
		sd_event_add_io(event, &source, subject.out, EPOLLIN, on_subject_end, NULL) >= 0);
	assert_int_equal(sd_event_loop(event), 0);
	sd_event_source_unref(source);
	(void)finish_subject(&subject);
	if (switches_collect(s, subject.pid, &report) != 0)
		assert_true(report.lost > 0);
	else
		assert_adds_up(&report);
	/* two records for each time it leaves */
	if (report.lost == 0)
		assert_true(report.n_records >= 10000);
	(void)switches_free(s);
	return report.lost;
}

/* Where we do not get a CPU for long the ring overflows with right: one good run of five will do.
 */
static void test_long_run_is_drained_while_it_lasts(void **state)
{
	uint64_t lost = 1;

	for (unsigned i = 0; i < 5 && lost > 0; i++) {
		sd_event *event;

		assert_true(sd_event_new(&event) >= 0);
		lost = drained_run(event);
		sd_event_unref(event);
	}
	assert_int_equal(lost, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_time_is_what_the_kernel_charges),
		cmocka_unit_test(test_competitor_is_named_with_its_time),
		cmocka_unit_test(test_foreign_share_tells_a_crowded_cpu_from_a_free_one),
		cmocka_unit_test(test_unpinned_tree_is_followed_over_all_cpus),
		cmocka_unit_test(test_full_ring_is_reported_as_lost),
		cmocka_unit_test(test_long_run_is_drained_while_it_lasts),
	};

	return cmocka_run_group_tests(tests, look_at_machine, NULL);
}
