/* Who may do what: users, groups, owners, namespaces. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "common/wire/names.h"
#include "daemon/bus/bus-private.h"
#include "tests/unit/cmocka-all.h"

#define STRANGER       4242
#define STEADY_FD_PAIR 2

static struct host_config host;
static struct bus bus = {.config = {.host = &host}};

/* A process of ours in another namespace; returns its pid, or 0 when the kernel refuses. */
static pid_t in_namespace(int flag)
{
	int ready[STEADY_FD_PAIR];
	char answer = 0;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		answer = unshare(flag) == 0 ? 'y' : 'n';
		(void)!write(ready[1], &answer, 1);
		(void)pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &answer, 1), 1);
	(void)close(ready[0]);
	(void)close(ready[1]);
	if (answer == 'y')
		return pid;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	return 0;
}

static void assert_namespace_refused(int flag, const char *word)
{
	char refusal[256];
	pid_t pid = in_namespace(flag);

	if (pid == 0) {
		print_message("skipped: no new namespace can be made here\n");
		skip();
	}
	access_namespace_refusal(pid, refusal, sizeof(refusal));
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	assert_non_null(strstr(refusal, word));
}

static void test_root_of_another_user_namespace_is_refused_in_words(void **state)
{
	assert_namespace_refused(CLONE_NEWUSER, "user namespace");
}

static void test_peer_in_another_mount_namespace_is_refused_in_words(void **state)
{
	assert_namespace_refused(CLONE_NEWNS, "mount namespace");
}

static void test_process_of_this_host_is_not_refused(void **state)
{
	char refusal[256] = "x";

	access_namespace_refusal(getpid(), refusal, sizeof(refusal));
	assert_string_equal(refusal, "");
}

static void test_process_that_has_gone_is_refused(void **state)
{
	char refusal[256];
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	access_namespace_refusal(pid, refusal, sizeof(refusal));
	assert_string_not_equal(refusal, "");
}

static void test_stranger_may_not_submit_until_named(void **state)
{
	const struct identity stranger = {.uid = STRANGER, .gid = STRANGER};
	sd_bus_error error = SD_BUS_ERROR_NULL;

	assert_int_equal(access_may_submit(&bus, &stranger, &error), -EACCES);
	assert_string_equal(error.name, WIRE_ERROR_DENIED);
	assert_non_null(strstr(error.message, "user 4242"));
	sd_bus_error_free(&error);

	assert_int_equal(strv_push(&host.allow_users, "4242"), 0);
	assert_int_equal(access_may_submit(&bus, &stranger, &error), 0);
	strv_done(&host.allow_users);
}

static void test_member_of_an_allowed_group_may_submit(void **state)
{
	gid_t groups[] = {7, 0}; /* group 0 is called root everywhere */
	const struct identity member = {
		.uid = STRANGER, .gid = STRANGER, .groups = groups, .n_groups = 2};
	sd_bus_error error = SD_BUS_ERROR_NULL;

	assert_int_equal(strv_push(&host.allow_groups, "root"), 0);
	assert_int_equal(access_may_submit(&bus, &member, &error), 0);
	strv_done(&host.allow_groups);
	assert_int_equal(access_may_submit(&bus, &member, &error), -EACCES);
	sd_bus_error_free(&error);
}

static void test_output_belongs_to_owner_and_root(void **state)
{
	const struct identity stranger = {.uid = STRANGER}, root = {.uid = 0};
	sd_bus_error error = SD_BUS_ERROR_NULL;

	assert_int_equal(access_may_see(&bus, &stranger, STRANGER, &error), 0);
	assert_int_equal(access_may_see(&bus, &root, STRANGER, &error), 0);
	assert_int_equal(access_may_see(&bus, &stranger, STRANGER + 1, &error), -EACCES);
	sd_bus_error_free(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root_of_another_user_namespace_is_refused_in_words),
		cmocka_unit_test(test_peer_in_another_mount_namespace_is_refused_in_words),
		cmocka_unit_test(test_process_of_this_host_is_not_refused),
		cmocka_unit_test(test_process_that_has_gone_is_refused),
		cmocka_unit_test(test_stranger_may_not_submit_until_named),
		cmocka_unit_test(test_member_of_an_allowed_group_may_submit),
		cmocka_unit_test(test_output_belongs_to_owner_and_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
