/* Cgroups of runs: made, limited, killed, removed, and taken over from the dead. */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "common/base/file.h"
#include "daemon/runner/cgroup.h"
#include "tests/unit/cmocka-all.h"

static struct cgroup_base base;
static char name[64];
static char why_not[ERROR_TEXT_MAX]; /* empty: there are cgroups */

static int open_base(void **state)
{
	struct error e = {0};

	(void)snprintf(name, sizeof(name), "steady-test-%d", getpid());
	if (cgroup_base_open(&base, name, &e) < 0)
		(void)snprintf(why_not, sizeof(why_not), "%s", e.text);
	return 0;
}

static int remove_base(void **state)
{
	return cgroup_clean(name);
}

static int need_cgroups(void **state)
{
	if (why_not[0])
		print_message("no cgroup: %s\n", why_not);
	return 0;
}

static void make(struct cgroup *ret, unsigned n)
{
	const struct limits none = {0};
	struct error e = {0};

	if (why_not[0])
		skip();
	if (cgroup_make(ret, &base, n, &none, &e) < 0)
		fail_msg("%s", e.text);
}

/* A process in a cgroup that sleeps. */
static pid_t put_sleeper(const struct cgroup *c)
{
	char path[CGROUP_PATH_MAX + 32];
	pid_t pid = fork();

	if (pid == 0)
		while (pause() < 0)
			;
	assert_true(pid > 0);

	char text[32];

	(void)snprintf(path, sizeof(path), "%s/cgroup.procs", c->path);
	(void)snprintf(text, sizeof(text), "%d", pid);
	assert_int_equal(file_write_kernel(path, text), 0);
	return pid;
}

static void test_everyone_in_it_is_killed(void **state)
{
	struct strv stale = {0};
	struct cgroup c;
	int status;

	make(&c, 1);
	assert_true(cgroup_is_empty(&c));

	pid_t pid = put_sleeper(&c);

	assert_false(cgroup_is_empty(&c));
	assert_int_equal(cgroup_kill(&c), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	cgroup_discard(&c, &stale);
	assert_null(c.path);
	strv_done(&stale);
}

static void test_busy_one_is_remembered_until_it_can_go(void **state)
{
	struct strv stale = {0};
	struct cgroup c;

	make(&c, 2);

	pid_t pid = put_sleeper(&c);

	cgroup_discard(&c, &stale);
	assert_int_equal(stale.n, 1);
	assert_int_equal(cgroup_discard_stale(&stale), -EBUSY);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	for (int i = 0; i < 1000 && cgroup_discard_stale(&stale) < 0; i++)
		(void)usleep(1000);
	assert_int_equal(stale.n, 0);
}

static void test_folders_a_run_made_in_it_go_too(void **state)
{
	struct strv stale = {0};
	struct cgroup c;
	char path[CGROUP_PATH_MAX + 32];

	make(&c, 3);
	(void)snprintf(path, sizeof(path), "%s/inner", c.path);
	assert_int_equal(mkdir(path, 0755), 0);
	(void)snprintf(path, sizeof(path), "%s/inner/inmost", c.path);
	assert_int_equal(mkdir(path, 0755), 0);
	cgroup_discard(&c, &stale);
	assert_int_equal(stale.n, 0);
	assert_false(file_exists(path));
}

static void test_cgroups_of_dead_daemons_are_cleaned(void **state)
{
	struct cgroup alive;
	struct strv stale = {0};
	char path[CGROUP_PATH_MAX + 64];

	make(&alive, 4);
	char elsewhere[CGROUP_PATH_MAX + 64];
	struct stat own;

	assert_int_equal(stat("/proc/self/ns/pid", &own), 0);
	/* Nobody has the number 1 and this start time. */
	(void)snprintf(
		path, sizeof(path), "%s/1-999999999999-%ju-1", base.folder, (uintmax_t)own.st_ino);
	assert_int_equal(mkdir(path, 0755), 0);
	/* Of another PID namespace nothing is known. */
	(void)snprintf(elsewhere, sizeof(elsewhere), "%s/1-999999999999-%ju-1", base.folder,
		(uintmax_t)own.st_ino + 1);
	assert_int_equal(mkdir(elsewhere, 0755), 0);

	struct cgroup dead = {.path = path, .fd = -1};
	pid_t pid = fork();

	if (pid == 0) {
		(void)put_sleeper(&dead);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(cgroup_is_empty(&dead));
	assert_int_equal(cgroup_clean(name), 0);
	assert_false(file_exists(path));
	assert_true(file_exists(alive.path));
	assert_true(file_exists(elsewhere));
	assert_int_equal(rmdir(elsewhere), 0);
	cgroup_discard(&alive, &stale);
	assert_int_equal(stale.n, 0);
}

/* A limit of the cgroup, or of those beside it. */
static void assert_limit(const struct cgroup *c, const char *v2, const char *v1, const char *value)
{
	char path[CGROUP_PATH_MAX + 64], line[64] = "";

	(void)snprintf(path, sizeof(path), "%s/%s", c->path, v2);
	if (file_read_line(path, line, sizeof(line)) == 0) {
		assert_string_equal(line, value);
		return;
	}
	strv_foreach (folder, &c->beside) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, v1);
		if (file_read_line(path, line, sizeof(line)) == 0)
			break;
	}
	assert_string_equal(line, value);
}

static void test_limit_is_set_or_an_error(void **state)
{
	const struct limits limits = {.memory_bytes = 64 << 20, .pids = 20};
	struct strv stale = {0};
	struct error e = {0};
	struct cgroup c;

	if (why_not[0])
		skip();

	int r = cgroup_make(&c, &base, 5, &limits, &e);

	if (r < 0) {
		assert_int_equal(r, -EOPNOTSUPP);
		assert_non_null(strstr(e.text, "limit cannot be enforced"));
		return;
	}
	assert_limit(&c, "memory.max", "memory.limit_in_bytes", "67108864");
	assert_limit(&c, "pids.max", "pids.max", "20");
	cgroup_discard(&c, &stale);
	assert_int_equal(stale.n, 0);
}

/* What this process would see as a service with Delegate=yes. Return: 0; -1: not possible here. */
static int enter_delegated(char own[static CGROUP_PATH_MAX])
{
	char path[CGROUP_PATH_MAX + 32];

	if (cgroup_mount_parent(own, NULL) < 0)
		return -1;
	(void)snprintf(own + strlen(own), CGROUP_PATH_MAX - strlen(own), "/%s-own", name);
	(void)snprintf(path, sizeof(path), "%s/cgroup.procs", own);
	if (mkdir(own, 0755) < 0 || setxattr(own, "trusted.delegate", "1", 1, 0) < 0 ||
		file_write_kernel(path, "0") < 0)
		return -1;
	/* The mark of a machine that systemd booted, for us alone. */
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tmpfs", "/run", "tmpfs", 0, NULL) < 0)
		return -1;
	return mkdir("/run/systemd", 0755) < 0 ? -1 : mkdir("/run/systemd/system", 0755);
}

/* Return: 0; the number of the failed step. */
static int open_delegated(void)
{
	char own[CGROUP_PATH_MAX], text[CGROUP_PATH_MAX];
	struct cgroup_base first, second;

	if (enter_delegated(own) < 0)
		return 100;
	if (cgroup_base_open(&first, "runs", NULL) < 0 || !streq(first.parent, own))
		return 1;
	/* It has left the cgroup, which can now have controllers... */
	(void)snprintf(text, sizeof(text), "%.1000s/cgroup.procs", own);
	if (file_read_line(text, text, sizeof(text)) == 0 && text[0] != '\0')
		return 2;
	/* ...and a second runner finds the same place. */
	if (cgroup_base_open(&second, "runs", NULL) < 0 || !streq(second.parent, own))
		return 3;
	return 0;
}

static void remove_delegated(void)
{
	static const char *const folders[] = {"/runs", "/daemon", ""};
	char path[CGROUP_PATH_MAX + 128];

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s-own%s", base.parent, name, folders[i]);
		for (int n = 0; n < 1000 && rmdir(path) < 0 && errno == EBUSY; n++)
			(void)usleep(1000);
	}
}

static void test_delegated_service_leaves_room_for_runs(void **state)
{
	int status;

	if (why_not[0] || geteuid() != 0) {
		print_message("needs root and cgroup v2\n");
		skip();
	}

	pid_t pid = fork();

	if (pid == 0)
		_exit(open_delegated());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	remove_delegated();
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 100) {
		print_message("no mount namespace, or no such attribute\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, need_cgroups)
	const struct CMUnitTest tests[] = {
		T(test_everyone_in_it_is_killed),
		T(test_busy_one_is_remembered_until_it_can_go),
		T(test_folders_a_run_made_in_it_go_too),
		T(test_cgroups_of_dead_daemons_are_cleaned),
		T(test_limit_is_set_or_an_error),
		T(test_delegated_service_leaves_room_for_runs),
	};

	return cmocka_run_group_tests(tests, open_base, remove_base);
}
