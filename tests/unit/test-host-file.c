/* The host's configuration: everything may be left out, nothing may be wrong. */
#include <errno.h>
#include <stdio.h>

#include "common/config/host-file.h"
#include "tests/unit/cmocka-all.h"

static struct host_config parse(const char *text)
{
	CLEANUP(diag_done) struct diag d;
	struct host_config c = {0};

	assert_int_equal(diag_init(&d, "steadyd.yaml", text, strlen(text)), 0);
	assert_int_equal(host_config_parse(text, strlen(text), &c, &d), 0);
	assert_int_equal(diag_count(&d), 0);
	return c;
}

static void assert_defaults(const struct host_config *c)
{
	assert_string_equal(c->default_profile, "as-is");
	assert_int_equal(c->allow_users.n, 0);
	assert_int_equal(c->allow_groups.n, 1);
	assert_string_equal(c->allow_groups.items[0], "steady");
	assert_int_equal(c->spare.n, 0);
	assert_int_equal(c->queue_max, 10000);
	assert_int_equal(c->queue_max_per_user, 2000);
	assert_int_equal(c->keep_output_bytes, 1 << 20);
	assert_int_equal(c->job_max_ns, 86400 * NSEC_PER_SEC);
}

static void test_nothing_said_means_the_defaults(void **state)
{
	CLEANUP(host_config_done) struct host_config empty = parse("");
	CLEANUP(host_config_done) struct host_config comment = parse("# all as it is\n---\n");
	CLEANUP(host_config_done) struct host_config missing = {0};
	struct error e = {0};

	assert_defaults(&empty);
	assert_defaults(&comment);
	assert_int_equal(host_config_load("/nonexistent/steadyd.yaml", &missing, &e), 0);
	assert_defaults(&missing);
}

static void test_every_key_reaches_its_field(void **state)
{
	CLEANUP(host_config_done)
	struct host_config c = parse(
		"default-profile: quiet\n"
		"access: {users: [alice, 1001], groups: []}\n"
		"spare: [sshd, \"irq/*\"]\n"
		"limits: {queue: 5, queue-per-user: 2, output: 2MiB, job-time: 1h}\n");

	assert_string_equal(c.default_profile, "quiet");
	assert_int_equal(c.allow_users.n, 2);
	assert_string_equal(c.allow_users.items[1], "1001");
	assert_int_equal(c.allow_groups.n, 0);
	assert_string_equal(c.spare.items[1], "irq/*");
	assert_int_equal(c.queue_max, 5);
	assert_int_equal(c.queue_max_per_user, 2);
	assert_int_equal(c.keep_output_bytes, 2 << 20);
	assert_int_equal(c.job_max_ns, 3600 * NSEC_PER_SEC);
}

static void test_a_file_that_cannot_be_read_is_an_error(void **state)
{
	struct host_config c = {.queue_max = 77};
	struct error e = {0};

	assert_int_equal(host_config_load("/proc/self", &c, &e), -EISDIR);
	assert_int_equal(c.queue_max, 77);
	assert_non_null(strstr(e.text, "/proc/self"));
}

static void test_the_file_that_ships_is_good(void **state)
{
	CLEANUP(host_config_done) struct host_config c = {0};
	CLEANUP_FREE char *path = NULL;
	struct error e = {0};

	assert_true(asprintf(&path, "%s/data/steadyd.yaml", getenv("STEADY_SOURCE")) > 0);
	if (host_config_load(path, &c, &e) < 0)
		fail_msg("%s", e.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_said_means_the_defaults),
		cmocka_unit_test(test_every_key_reaches_its_field),
		cmocka_unit_test(test_a_file_that_cannot_be_read_is_an_error),
		cmocka_unit_test(test_the_file_that_ships_is_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
