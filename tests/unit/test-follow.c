/* Following a job, against a fake steadyd: the end, Ctrl-C, and a daemon that goes away. */
#include <errno.h>

#include "common/base/macro.h"
#include "ctl/client.h"
#include "ctl/follow.h"
#include "ctl/progress.h"
#include "ctl/verb.h"
#include "tests/fake/bus-peer.h"
#include "tests/unit/cmocka-all.h"

struct fixture {
	struct bus_peer peer;
	struct context context;
	struct client *client;
};

static void start(struct fixture *f, enum bus_peer_script script)
{
	struct error e = {0};

	*f = (struct fixture){.context = {.verb = verb_find("run"), .quiet = true}};
	bus_peer_start(&f->peer, script);
	f->context.socket = f->peer.socket;
	assert_int_equal(client_open(&f->client, &f->context, &e), 0);
}

static void stop(struct fixture *f)
{
	(void)client_free(f->client);
	bus_peer_stop(&f->peer);
}

static int follow(struct fixture *f, bool cancels, enum job_state *ret, struct error *e)
{
	const struct follow_request request = {
		.client = f->client,
		.context = &f->context,
		.job = BUS_PEER_JOB,
		.cancels = cancels,
	};

	return follow_job(&request, ret, e);
}

static void test_a_job_that_has_ended_is_not_waited_for(void **state)
{
	enum job_state job_state = JOB_QUEUED;
	struct error e = {0};
	struct fixture f;

	start(&f, BUS_PEER_DONE);
	assert_int_equal(follow(&f, true, &job_state, &e), 0);
	assert_int_equal(job_state, JOB_DONE);
	stop(&f);
}

static void test_the_end_is_heard_as_a_signal(void **state)
{
	enum job_state job_state = JOB_QUEUED;
	struct error e = {0};
	struct fixture f;

	start(&f, BUS_PEER_PROGRESS);
	assert_int_equal(follow(&f, true, &job_state, &e), 0);
	assert_int_equal(job_state, JOB_UNSTABLE);
	stop(&f);
}

static void test_the_connection_is_usable_after_following(void **state)
{
	CLEANUP_FREE char *document = NULL;
	enum job_state job_state;
	struct error e = {0};
	struct fixture f;

	start(&f, BUS_PEER_PROGRESS);
	assert_int_equal(follow(&f, true, &job_state, &e), 0);
	assert_int_equal(client_document(f.client, BUS_PEER_JOB, &document, &e), 0);
	assert_string_equal(document, "{\"a\":\"page after page\"}\n");
	assert_int_equal(client_document(f.client, BUS_PEER_JOB + 1, &document, &e), -ENOENT);
	assert_string_equal(e.text, "there is no job 8");
	stop(&f);
}

static void test_interrupt_cancels_and_waits_for_the_end(void **state)
{
	enum job_state job_state = JOB_QUEUED;
	struct error e = {0};
	struct fixture f;

	start(&f, BUS_PEER_INTERRUPT);
	assert_int_equal(follow(&f, true, &job_state, &e), 0);
	assert_int_equal(job_state, JOB_CANCELLED);
	stop(&f);
}

static void test_second_interrupt_leaves(void **state)
{
	enum job_state job_state;
	struct error e = {0};
	struct fixture f;

	start(&f, BUS_PEER_TWICE);
	assert_int_equal(follow(&f, true, &job_state, &e), -ECANCELED);
	assert_int_equal(exit_code_from_error(-ECANCELED), 130);
	stop(&f);
}

static void test_interrupt_of_a_mere_watcher_cancels_nothing(void **state)
{
	enum job_state job_state;
	struct error e = {0};
	struct fixture f;

	start(&f, BUS_PEER_INTERRUPT);
	assert_int_equal(follow(&f, false, &job_state, &e), -ECANCELED);
	assert_string_equal(e.text, "left, the job goes on");
	stop(&f);
}

static void test_a_daemon_that_dies_is_noticed(void **state)
{
	enum job_state job_state;
	struct error e = {0};
	struct fixture f;

	start(&f, BUS_PEER_VANISH);
	assert_int_equal(follow(&f, true, &job_state, &e), -ECONNRESET);
	assert_int_equal(exit_code_from_error(-ECONNRESET), 7);
	assert_non_null(strstr(e.text, "gone away"));
	stop(&f);
}

static void test_without_a_daemon_local_is_named(void **state)
{
	struct context c = {.verb = verb_find("run"), .socket = "/nonexistent/bus"};
	struct client *client;
	struct error e = {0};

	assert_int_equal(client_open(&client, &c, &e), -ECONNREFUSED);
	assert_non_null(strstr(e.text, "--local"));
}

static void test_verbs_of_a_service_are_refused_with_local(void **state)
{
	struct context c = {.verb = verb_find("submit"), .local = true};
	struct client *client;
	struct error e = {0};

	assert_int_equal(client_open(&client, &c, &e), -EINVAL);
	assert_non_null(strstr(e.text, "submit"));
}

static void assert_line(const struct progress_news *news, size_t columns, const char *expected)
{
	char line[PROGRESS_LINE_MAX];

	assert_string_equal(progress_line(news, columns, line), expected);
	assert_true(strlen(line) < columns);
}

static void test_bar_fits_the_terminal(void **state)
{
	const struct progress_news news = {.state = "running",
		.done = 5,
		.planned = 20,
		.remaining_us = 63000000,
		.elapsed_us = 3661000000};

	assert_line(&news, 80,
		"[#########-----------------------------] 5 of 20 runs, 1:01:01, about 1:03 left");
	assert_line(&news, 60, "[####--------------] 5 of 20 runs, 1:01:01, about 1:03 left");
	assert_line(&news, 40, "5 of 20 runs, 1:01:01, about 1:03 left");
	assert_line(&news, 14, "5 of 20 runs,");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_job_that_has_ended_is_not_waited_for),
		cmocka_unit_test(test_the_end_is_heard_as_a_signal),
		cmocka_unit_test(test_the_connection_is_usable_after_following),
		cmocka_unit_test(test_interrupt_cancels_and_waits_for_the_end),
		cmocka_unit_test(test_second_interrupt_leaves),
		cmocka_unit_test(test_interrupt_of_a_mere_watcher_cancels_nothing),
		cmocka_unit_test(test_a_daemon_that_dies_is_noticed),
		cmocka_unit_test(test_without_a_daemon_local_is_named),
		cmocka_unit_test(test_verbs_of_a_service_are_refused_with_local),
		cmocka_unit_test(test_bar_fits_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
