/* The first state: everything that can be known to be wrong before the machine is touched. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/random.h"
#include "common/config/profile-file.h"
#include "common/config/suite-file.h"
#include "daemon/host/facts.h"
#include "daemon/session/session-private.h"

#define EVERY_BENCHMARK "*" /* in place of a name */

static int parse(struct session *s, struct error *e)
{
	CLEANUP(diag_done) struct diag d = {0};
	struct job *job = &s->job;
	struct suite suite;
	int r = diag_init(&d, job->file, job->text, strlen(job->text));

	if (r < 0)
		return error_setf(e, r, "out of memory");

	r = suite_parse(job->text, strlen(job->text), job->directory, &job->overrides, &suite, &d);
	if (r < 0) {
		CLEANUP_FREE char *text = diag_format(&d);
		return error_setf(e, r, "%s", text ? text : "out of memory");
	}
	suite_done(&s->suite);
	s->suite = suite;
	return 0;
}

/* The texts of a result that are known before the first run. */
static int fill_result(struct session *s)
{
	struct result *r = &s->result;
	struct workload *w = &s->suite.items[0];
	bool ok;

	memcpy(r->id, s->job.id, sizeof(r->id));
	r->job = s->job.number;
	r->owner = s->job.owner.uid;
	r->submitted_ns = s->job.submitted_ns;
	r->started_ns = s->job.started_ns;
	r->state = JOB_RUNNING;
	r->seed = s->plan.seed;
	r->outliers = w->outliers;
	r->is_gate = w->is_gate;
	memcpy(r->metrics, w->metrics, sizeof(r->metrics));
	(void)facts_machine_id(r->machine, sizeof(r->machine));
	r->workload = strdup(s->suite.name);
	r->workload_hash = strdup(s->suite.hash);
	r->profile = strdup(s->profile.name);
	ok = r->workload && r->workload_hash && r->profile;
	r->overhead = measure_unavailable("not measured yet");
	return ok ? strv_copy(&r->labels, &w->labels) : -ENOMEM;
}

/* The words as they will be executed; {scratch} is the only part that differs from job to job. */
static int fill_command(const struct session *s, long benchmark, struct strv *ret)
{
	CLEANUP(command_done) struct command command = {0};
	int r = prepared_command(s, benchmark, &command);

	if (r >= 0 && command.shell)
		r = strv_push(ret, "/bin/sh");
	if (r >= 0 && command.shell)
		r = strv_push(ret, "-c");
	return r < 0 ? r : strv_copy(ret, &command.argv);
}

static int fill_benchmark(struct session *s, size_t i)
{
	const struct plan_benchmark *from = &s->plan.benchmarks[i];
	const struct workload *w = &s->suite.items[from->workload];
	struct benchmark *to = &s->result.benchmarks[i];
	int r = strv_copy(&to->params, &from->params);

	to->name = strdup(from->name);
	if (w->n_arms > 0)
		to->arm = strdup(w->arms[from->arm].name);
	if (s->suite.is_suite)
		to->workload = strdup(w->name);
	to->gate = w->gate;
	to->same_files = strv_find(&w->same_files, EVERY_BENCHMARK) >= 0 ||
		strv_find(&w->same_files, from->name) >= 0;
	if (!to->name || (w->n_arms > 0 && !to->arm) || (s->suite.is_suite && !to->workload))
		return -ENOMEM;
	return r < 0 ? r : fill_command(s, (long)i, &to->command);
}

static int fill_benchmarks(struct session *s)
{
	struct result *r = &s->result;

	r->benchmarks = calloc(s->plan.n_benchmarks, sizeof(*r->benchmarks));
	if (!r->benchmarks)
		return -ENOMEM;

	r->n_benchmarks = s->plan.n_benchmarks;
	for (size_t i = 0; i < r->n_benchmarks; i++) {
		int k = fill_benchmark(s, i);

		if (k < 0)
			return k;
	}
	return 0;
}

static bool has_benchmark(const struct session *s, const char *name)
{
	if (streq(name, EVERY_BENCHMARK))
		return true;
	for (size_t i = 0; i < s->plan.n_benchmarks; i++)
		if (streq(s->plan.benchmarks[i].name, name))
			return true;
	return false;
}

/* Names of benchmarks are known only now. */
static int check_same_files(const struct session *s, struct error *e)
{
	strv_foreach (name, &s->suite.items[0].same_files) {
		if (!has_benchmark(s, name))
			return error_setf(e, -EINVAL,
				"--same-files: '%.100s' is not a benchmark of %s", name,
				s->suite.name);
	}
	return 0;
}

/* A folder of the submitter's own that goes with the job; root never opens what is in it. */
static int make_scratch(struct session *s, struct error *e)
{
	CLEANUP_FREE char *parent = NULL;
	int r;

	if (asprintf(&parent, "%s/scratch", s->config.state) < 0 ||
		asprintf(&s->scratch, "%s/%llu", parent, (unsigned long long)s->job.number) < 0)
		return error_setf(e, -ENOMEM, "out of memory");

	r = file_make_folders(parent, 0755, e);
	if (r < 0)
		return r;
	if (mkdir(s->scratch, 0700) < 0 && errno != EEXIST)
		return error_setf(e, -errno, "%s: %s", s->scratch, strerror(errno));
	if (s->config.privileged && lchown(s->scratch, s->job.owner.uid, s->job.owner.gid) < 0)
		return error_setf(e, -errno, "%s: %s", s->scratch, strerror(errno));
	return 0;
}

static int load_profile(struct session *s, struct error *e)
{
	const char *name = s->suite.items[0].profile;

	if (!name)
		name = s->config.host->default_profile;
	return profile_load(s->config.profile_folders, name, &s->profile, e);
}

static int check_all(struct session *s, struct error *e)
{
	uint64_t seed;
	int r = parse(s, e);

	if (r >= 0)
		r = load_profile(s, e);
	if (r < 0)
		return r;

	seed = s->suite.items[0].seed ? s->suite.items[0].seed : random_system_seed();
	r = plan_make_suite(&s->suite, seed, &s->plan, e);
	if (r < 0)
		return r;

	session_count_possible(s, NULL);
	r = check_same_files(s, e);
	if (r >= 0)
		r = make_scratch(s, e);
	if (r < 0)
		return r;
	r = fill_result(s);
	if (r >= 0)
		r = fill_benchmarks(s);
	if (r < 0)
		return error_setf(e, r, "out of memory");
	return session_save_head(s, e);
}

int session_check(struct session *s)
{
	struct error e = {0};

	(void)job_log_open(s->config.state, s->job.number, &s->log, NULL);
	if (check_all(s, &e) < 0)
		return session_fail(s, JOB_FAILED, "%s", e.text);

	session_log(s, "job %llu: workload %s, profile %s, seed %llu",
		(unsigned long long)s->job.number, s->suite.name, s->profile.name,
		(unsigned long long)s->plan.seed);
	return session_go(s, SESSION_SETUP);
}
