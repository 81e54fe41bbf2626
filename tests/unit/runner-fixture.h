/* A runner with its event loop, and one call that runs a command to its end. */
#pragma once

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "common/base/file.h"
#include "daemon/runner/output.h"
#include "daemon/runner/runner.h"
#include "tests/unit/cmocka-all.h"

#define NOBODY	    65534
#define SECOND_NS   1000000000ull
#define TEXT_MAX    65536
#define NAME_LENGTH 64

struct fixture {
	sd_event *event;
	struct runner *runner;
	struct run_spec spec; /* changed by tests before run() */
	struct command command;
	struct strv env;
	struct identity identity;
	char cgroup[NAME_LENGTH];
	struct run_outcome outcome;
	bool is_done;
	char *out, *err; /* of the last run */
};

/**
 * in_build() - path of something that was built
 * @name: below the build folder
 *
 * Return: the path, static until the next call.
 */
static inline const char *in_build(const char *name)
{
	static char path[PATH_MAX];

	static char here[PATH_MAX];
	const char *build = getenv("STEADY_BUILD");

	if (!build)
		build = realpath("build", here);
	(void)snprintf(path, sizeof(path), "%.4000s/%.80s", build ? build : "", name);
	return path;
}

/**
 * subject() - path of the program with habits
 *
 * Return: the path, static until the next call of in_build().
 */
static inline const char *subject(void)
{
	return in_build("tests/subject");
}

/**
 * fixture_set_own_identity() - runs are of whoever runs the test
 * @f: fixture
 *
 * Return: nothing.
 */
static inline void fixture_set_own_identity(struct fixture *f)
{
	int n = getgroups(0, NULL);

	identity_done(&f->identity);
	f->identity.uid = getuid();
	f->identity.gid = getgid();
	f->identity.groups = calloc((size_t)n + 1, sizeof(gid_t));
	assert_non_null(f->identity.groups);
	f->identity.n_groups = (size_t)getgroups(n, f->identity.groups);
}

/**
 * fixture_start_runner() - start a runner, in place of the one that is there
 * @f:           fixture
 * @with_cgroup: when there can be one
 *
 * Return: nothing; fails the test.
 */
static inline void fixture_start_runner(struct fixture *f, bool with_cgroup)
{
	struct error e = {0};
	struct runner_config config = {.event = f->event,
		.launcher = in_build("steady-launcher"),
		.realtime = true,
		.cgroup = with_cgroup ? f->cgroup : NULL};

	f->runner = runner_free(f->runner);
	if (runner_new(&f->runner, &config, &e) < 0)
		fail_msg("%s", e.text);
}

/**
 * fixture_open() - a runner and a run specification with harmless values
 * @f:           uninitialised
 * @with_cgroup: when there can be one
 *
 * Return: nothing; fails the test.
 */
static inline void fixture_open(struct fixture *f, bool with_cgroup)
{
	*f = (struct fixture){0};
	(void)snprintf(f->cgroup, sizeof(f->cgroup), "steady-test-%d", getpid());
	assert_true(sd_event_new(&f->event) >= 0);
	assert_int_equal(strv_env_set(&f->env, "PATH", "/usr/bin:/bin"), 0);
	fixture_set_own_identity(f);
	f->spec = (struct run_spec){.command = &f->command,
		.env = &f->env,
		.cwd = "/",
		.identity = &f->identity,
		.timeout_ns = 30 * SECOND_NS};
	fixture_start_runner(f, with_cgroup);
}

/**
 * fixture_close() - end the runner and free everything
 * @f: fixture
 *
 * Return: nothing.
 */
static inline void fixture_close(struct fixture *f)
{
	f->runner = runner_free(f->runner);
	(void)sd_event_unref(f->event);
	command_done(&f->command);
	strv_done(&f->env);
	identity_done(&f->identity);
	free(f->out);
	free(f->err);
}

/**
 * fixture_on_done() - keep outcome and output
 * @outcome:  of the run
 * @userdata: fixture
 *
 * Return: nothing.
 */
static inline void fixture_on_done(const struct run_outcome *outcome, void *userdata)
{
	struct fixture *f = userdata;

	f->outcome = *outcome;
	f->is_done = true;
	free(f->out);
	free(f->err);
	f->out = f->err = NULL;
	assert_int_equal(output_read(outcome->stdout_fd, &outcome->out, TEXT_MAX, &f->out), 0);
	assert_int_equal(output_read(outcome->stderr_fd, &outcome->err, TEXT_MAX, &f->err), 0);
}

/**
 * start() - start what the specification says
 * @f: fixture
 *
 * Return: nothing; fails the test.
 */
static inline void start(struct fixture *f)
{
	struct error e = {0};

	f->is_done = false;
	if (runner_start(f->runner, &f->spec, fixture_on_done, f, &e) < 0)
		fail_msg("%s", e.text);
}

/**
 * finish() - let the loop run until the run has ended
 * @f: fixture
 *
 * Return: nothing.
 */
static inline void finish(struct fixture *f)
{
	while (!f->is_done)
		assert_true(sd_event_run(f->event, UINT64_MAX) >= 0);
}

/**
 * set_command() - what to run next
 * @f:     fixture
 * @words: a command line, split like a shell does
 *
 * Return: nothing.
 */
static inline void set_command(struct fixture *f, const char *words)
{
	struct error e = {0};

	command_done(&f->command);
	f->command = (struct command){0};
	assert_int_equal(strv_shell_split(words, &f->command.argv, &e), 0);
}

/**
 * set_shell() - what /bin/sh is to run next
 * @f:    fixture
 * @line: a line for it
 *
 * Return: nothing.
 */
static inline void set_shell(struct fixture *f, const char *line)
{
	command_done(&f->command);
	f->command = (struct command){.shell = true};
	assert_int_equal(strv_push(&f->command.argv, line), 0);
}

/**
 * run() - run a command to its end
 * @f:     fixture
 * @words: a command line
 *
 * Return: nothing; see f->outcome.
 */
static inline void run(struct fixture *f, const char *words)
{
	set_command(f, words);
	start(f);
	finish(f);
}

/**
 * run_shell() - run a line by /bin/sh to its end
 * @f:    fixture
 * @line: a line for it
 *
 * Return: nothing; see f->outcome.
 */
static inline void run_shell(struct fixture *f, const char *line)
{
	set_shell(f, line);
	start(f);
	finish(f);
}

/**
 * run_subject() - run the program with habits to its end
 * @f:    fixture
 * @verb: and number
 *
 * Return: nothing; see f->outcome.
 */
static inline void run_subject(struct fixture *f, const char *verb)
{
	char words[8192];

	(void)snprintf(words, sizeof(words), "%s %s", subject(), verb);
	run(f, words);
}

/**
 * metric() - a metric of the last run
 * @f:      fixture
 * @metric: which
 *
 * Return: its value; fails the test without one.
 */
static inline double metric(const struct fixture *f, enum metric metric)
{
	const struct measure *m = &f->outcome.metrics[metric];

	if (!measure_is_set(m))
		fail_msg("%s is unavailable: %s", metric_desc(metric)->name, m->unavailable);
	return m->value;
}
