/* Exit codes: one promise to scripts per line of the contract. */
#include <errno.h>

#include "common/base/macro.h"
#include "common/wire/names.h"
#include "ctl/client.h"
#include "ctl/exit-code.h"
#include "tests/unit/cmocka-all.h"
#include "tests/unit/report-fixture.h"

static int code_of_dbus(const char *name)
{
	struct error e = {0};

	return (int)exit_code_from_error(client_error(name, "text", -EIO, &e));
}

static void test_daemon_errors_have_one_mapping(void **state)
{
	assert_int_equal(code_of_dbus(WIRE_ERROR_FILE), 2);
	assert_int_equal(code_of_dbus(WIRE_ERROR_NO_JOB), 2);
	assert_int_equal(code_of_dbus(WIRE_ERROR_NO_PROFILE), 2);
	assert_int_equal(code_of_dbus(WIRE_ERROR_DENIED), 7);
	assert_int_equal(code_of_dbus(WIRE_ERROR_QUOTA), 7);
	assert_int_equal(code_of_dbus(WIRE_ERROR_BUSY), 7);
	assert_int_equal(code_of_dbus(WIRE_ERROR_STORE), 5);
	assert_int_equal(code_of_dbus(WIRE_ERROR_FAILED), 5);
	assert_int_equal(code_of_dbus(SD_BUS_ERROR_NO_REPLY), 7);
	assert_int_equal(code_of_dbus(SD_BUS_ERROR_DISCONNECTED), 7);
	assert_int_equal(code_of_dbus("org.example.Unheard"), 5);
}

static void test_diagnostics_are_not_printed_twice(void **state)
{
	struct error e = {0};

	assert_int_equal(client_error(WIRE_ERROR_FILE, "a.yaml:1:1: error: x\n", 0, &e), -EINVAL);
	assert_string_equal(e.text, "");
	assert_int_equal(client_error(WIRE_ERROR_NO_JOB, "there is no job 7", 0, &e), -ENOENT);
	assert_string_equal(e.text, "there is no job 7");
}

static int code_of_state(enum job_state job_state, const char *error)
{
	CLEANUP(result_done) struct result r = {0};

	fixture_quiet(&r);
	r.state = job_state;
	r.error = error ? strdup(error) : NULL;
	return (int)exit_code_from_result(&r);
}

static void test_states_have_their_codes(void **state)
{
	assert_int_equal(code_of_state(JOB_DONE, NULL), 0);
	assert_int_equal(code_of_state(JOB_UNSTABLE, NULL), 5);
	assert_int_equal(code_of_state(JOB_INTERRUPTED, NULL), 5);
	assert_int_equal(code_of_state(JOB_CANCELLED, NULL), 130);
	assert_int_equal(code_of_state(JOB_FAILED, "command failed: exit status 1"), 8);
	assert_int_equal(code_of_state(JOB_FAILED, "setup failed: exit status 1"), 8);
	assert_int_equal(code_of_state(JOB_FAILED, "verify failed: no such text"), 8);
	assert_int_equal(code_of_state(JOB_FAILED, "cpu.governor: required, unavailable"), 5);
}

static void test_a_failed_run_is_the_commands_failure(void **state)
{
	CLEANUP(result_done) struct result r = {0};

	fixture_failed(&r);
	free(r.error);
	r.error = NULL;
	assert_int_equal(exit_code_from_result(&r), 8);
}

static void test_missing_data_is_never_success(void **state)
{
	CLEANUP(result_done) struct result r = {.state = JOB_DONE};

	assert_int_equal(exit_code_from_result(&r), 5);
	result_done(&r);
	fixture_quiet(&r);
	r.benchmarks[0].summaries[0].n = 0;
	assert_int_equal(exit_code_from_result(&r), 5);
	r.runs[3].status = RUN_FAILED;
	assert_int_equal(exit_code_from_result(&r), 8);
}

static void test_a_silent_daemon_is_not_a_bad_file(void **state)
{
	assert_int_equal(exit_code_from_error(-ECONNREFUSED), 7);
	assert_int_equal(exit_code_from_error(-ETIMEDOUT), 7);
	assert_int_equal(exit_code_from_error(-EINVAL), 2);
	assert_int_equal(exit_code_from_error(-ECANCELED), 130);
	assert_int_equal(exit_code_from_error(-ENOSPC), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_daemon_errors_have_one_mapping),
		cmocka_unit_test(test_diagnostics_are_not_printed_twice),
		cmocka_unit_test(test_states_have_their_codes),
		cmocka_unit_test(test_a_failed_run_is_the_commands_failure),
		cmocka_unit_test(test_missing_data_is_never_success),
		cmocka_unit_test(test_a_silent_daemon_is_not_a_bad_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
