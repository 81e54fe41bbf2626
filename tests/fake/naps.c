/* Real tasks of our own for moving about. */
#include "tests/fake/naps.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "common/base/file.h"
#include "daemon/host/tasks.h"
#include "daemon/host/topology.h"
#include "tests/unit/cmocka-all.h"

#define NAP_THREADS_N	    3
#define NAP_FORKER_CHILDREN 12
#define NAP_PATIENCE_US	    100000
#define NAP_PATIENCE_POLLS  300
#define NAP_POKE_PERIOD_US  1000
#define NAP_CHILD_US	    20000

/* Of the names of all naps of this test; children of the test must know it too. */
static const char *prefix(void)
{
	static char text[12];

	if (!*text)
		(void)snprintf(text, sizeof(text), "~%d.", getpid());
	return text;
}

static bool has_prefix(const char *comm)
{
	return strncmp(comm, prefix(), strlen(prefix())) == 0;
}

static void *nap_thread(void *unused)
{
	for (;;)
		(void)pause();
	return unused;
}

/* A grandchild whose parent is gone when it is looked for. It gives its token back. */
static _Noreturn void nap_child(const int tokens[static 2])
{
	if (fork() != 0)
		_exit(0);
	(void)usleep(NAP_CHILD_US);
	_exit(write(tokens[1], "", 1) != 1);
}

/* As many as there are tokens, so that a slow machine is not buried under them. */
static _Noreturn void nap_fork_for_ever(void)
{
	static const char all[NAP_FORKER_CHILDREN];
	int tokens[2];
	char token;

	if (pipe(tokens) < 0 || write(tokens[1], all, sizeof(all)) != (ssize_t)sizeof(all))
		_exit(1);
	while (read(tokens[0], &token, 1) == 1) {
		pid_t pid = fork();

		if (pid == 0)
			nap_child(tokens);
		(void)waitpid(pid, NULL, 0);
	}
	_exit(1);
}

/* Only wakes pause(). */
static void nap_wake(int signal_number)
{
}

static _Noreturn void nap_until_poked(void)
{
	(void)pause();
	if (fork() == 0)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		(void)pause();
}

static struct topology_choice choose(struct cpuset *allowed)
{
	struct topology_choice choice = {0};
	struct topology t;
	int r = -ENODEV;

	assert_int_equal(topology_read("", &t), 0);
	for (unsigned i = 0; r < 0 && cpuset_count(&t.online) > 1 && i < NAP_PATIENCE_POLLS; i++) {
		if (i > 0)
			(void)usleep(NAP_PATIENCE_US);
		topology_allowed(allowed);
		r = topology_choose(&t, allowed, 1, &choice);
	}
	topology_done(&t);
	return choice;
}

/* Chosen once, before the test's own process is moved. */
const struct cpuset *naps_cpus(enum nap_cpus which)
{
	static struct cpuset sets[3];

	if (cpuset_count(&sets[NAP_ALL]) == 0) {
		struct topology_choice choice = choose(&sets[NAP_ALL]);

		sets[NAP_MEASURED] = choice.run;
		sets[NAP_HOUSEKEEPING] = choice.housekeeping;
	}
	return &sets[which];
}

static _Noreturn void nap_main(enum nap_kind kind, enum nap_cpus cpus, int ready)
{
	static const char *const names[] = {"nap", "thr", "par", "fork"};
	char name[16];
	pthread_t thread;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)snprintf(name, sizeof(name), "%s%s", prefix(), names[kind]);
	(void)prctl(PR_SET_NAME, name);
	if (task_cpus_set(0, naps_cpus(cpus)) < 0)
		_exit(1);
	for (unsigned i = 0; kind == NAP_THREADS && i < NAP_THREADS_N; i++)
		if (pthread_create(&thread, NULL, nap_thread, NULL) != 0)
			_exit(1);
	if (kind == NAP_PARENT)
		(void)signal(SIGUSR1, nap_wake);
	if (write(ready, "", 1) != 1)
		_exit(1);
	(void)close(ready);
	if (kind == NAP_FORKER)
		nap_fork_for_ever();
	if (kind == NAP_PARENT)
		nap_until_poked();
	for (;;)
		(void)pause();
}

static pid_t nap_start(enum nap_kind kind, enum nap_cpus cpus)
{
	int fds[2];
	char byte;
	pid_t pid;

	(void)prefix();
	(void)naps_cpus(cpus);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		nap_main(kind, cpus, fds[1]);
	assert_int_equal(close(fds[1]), 0);
	assert_int_equal(read(fds[0], &byte, 1), 1);
	assert_int_equal(close(fds[0]), 0);
	return pid;
}

void naps_add(struct naps *naps, enum nap_kind kind, size_t n, enum nap_cpus cpus)
{
	naps->pids = reallocarray(naps->pids, naps->n + n, sizeof(*naps->pids));
	assert_non_null(naps->pids);
	for (size_t i = 0; i < n; i++)
		naps->pids[naps->n++] = nap_start(kind, cpus);
}

static bool has_child(pid_t pid)
{
	CLEANUP_FREE char *text = NULL;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	return file_read(path, 4096, &text, NULL, NULL) >= 0 && *text;
}

static bool is_parent(pid_t pid)
{
	struct task t;

	return task_read(pid, &t) >= 0 && strstr(t.comm, ".par");
}

void naps_poke(const struct naps *naps)
{
	for (size_t i = 0; i < naps->n; i++) {
		if (!is_parent(naps->pids[i]))
			continue;
		/* A signal before its pause() is lost. */
		while (!has_child(naps->pids[i])) {
			assert_int_equal(kill(naps->pids[i], SIGUSR1), 0);
			(void)usleep(NAP_POKE_PERIOD_US);
		}
	}
}

void naps_done(struct naps *naps)
{
	for (size_t i = 0; i < naps->n; i++) {
		(void)kill(naps->pids[i], SIGKILL);
		(void)waitpid(naps->pids[i], NULL, 0);
	}
	free(naps->pids);
	*naps = (struct naps){0};
}

bool naps_is_whole_machine(void)
{
	return streq(getenv("STEADY_TEST_WHOLE_MACHINE"), "1");
}

void naps_spare(struct strv *ret)
{
	*ret = (struct strv){0};
	if (naps_is_whole_machine())
		return;
	/* Every name that differs in its i-th character or ends there. */
	for (int i = 0; prefix()[i]; i++) {
		assert_int_equal(strv_pushf(ret, "%.*s[!%c]*", i, prefix(), prefix()[i]), 0);
		assert_int_equal(strv_pushf(ret, "%.*s", i, prefix()), 0);
	}
}

static int snapshot_add(pid_t tid, pid_t process, void *userdata)
{
	struct snapshot *s = userdata;
	struct snapshot_task *grown;
	struct cpuset cpus;
	struct task t;

	if (task_read(tid, &t) < 0 || task_is_over(&t) || task_cpus_now(tid, &cpus) < 0)
		return 0;
	grown = reallocarray(s->tasks, s->n + 1, sizeof(*grown));
	assert_non_null(grown);
	s->tasks = grown;
	s->tasks[s->n].tid = tid;
	s->tasks[s->n].start_ticks = t.start_ticks;
	s->tasks[s->n].cpus = cpus;
	(void)snprintf(s->tasks[s->n++].comm, sizeof(grown->comm), "%s", t.comm);
	return 0;
}

static int compare_tasks(const void *a, const void *b)
{
	const struct snapshot_task *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

void snapshot_take(struct snapshot *ret)
{
	*ret = (struct snapshot){0};
	assert_int_equal(tasks_visit(snapshot_add, ret), 0);
	qsort(ret->tasks, ret->n, sizeof(*ret->tasks), compare_tasks);
}

void snapshot_done(struct snapshot *s)
{
	free(s->tasks);
	*s = (struct snapshot){0};
}

static bool is_ours(const struct snapshot_task *t)
{
	return has_prefix(t->comm) || naps_is_whole_machine();
}

static const struct snapshot_task *find(const struct snapshot *s, const struct snapshot_task *t)
{
	const struct snapshot_task *found = s->n > 0
		? bsearch(t, s->tasks, s->n, sizeof(*t), compare_tasks)
		: NULL;

	return found && found->start_ticks == t->start_ticks ? found : NULL;
}

/* Says what is wrong with a task; false when nothing is. */
static bool is_wrong(
	const struct snapshot *before, const struct snapshot_task *t, char *ret, size_t size)
{
	const struct snapshot_task *old = find(before, t);
	char was[CPUSET_TEXT_MAX], is[CPUSET_TEXT_MAX];

	(void)cpuset_format(&t->cpus, is);
	if (old && !cpuset_equal(&old->cpus, &t->cpus)) {
		(void)snprintf(ret, size, "task %d (%s) had CPUs %.200s and has %.200s", t->tid,
			t->comm, cpuset_format(&old->cpus, was), is);
		return true;
	}
	/* New tasks of ours are children of forkers, which may use all CPUs. */
	if (!old && has_prefix(t->comm) && strstr(t->comm, "fork") &&
		!cpuset_intersects(&t->cpus, naps_cpus(NAP_MEASURED))) {
		(void)snprintf(ret, size, "new task %d (%s) has CPUs %.200s", t->tid, t->comm, is);
		return true;
	}
	return false;
}

static bool finds_wrong(const struct snapshot *before, char *ret, size_t size)
{
	struct snapshot now;
	bool found = false;

	snapshot_take(&now);
	for (size_t i = 0; i < now.n && !found; i++)
		found = is_ours(&now.tasks[i]) && is_wrong(before, &now.tasks[i], ret, size);
	snapshot_done(&now);
	return found;
}

/*
 * A steadyd in a chroot or a container has another lock and moves our tasks for a while. It gives
 * them back; what we forget stays wrong for ever.
 */
void snapshot_check(const struct snapshot *before, const char *what)
{
	char text[512];

	for (unsigned i = 0; finds_wrong(before, text, sizeof(text)); i++) {
		if (i == NAP_PATIENCE_POLLS)
			fail_msg("%s: %s", what, text);
		(void)usleep(NAP_PATIENCE_US);
	}
}

size_t snapshot_count(enum nap_cpus cpus)
{
	struct snapshot now;
	size_t n = 0;

	snapshot_take(&now);
	for (size_t i = 0; i < now.n; i++)
		n += has_prefix(now.tasks[i].comm) &&
			cpuset_intersects(&now.tasks[i].cpus, naps_cpus(cpus));
	snapshot_done(&now);
	return n;
}
