/* Accepting a job: parsed by our own parser, within every limit, on disk before the answer. */
#include <errno.h>
#include <systemd/sd-id128.h>

#include "common/base/clock.h"
#include "common/config/profile-file.h"
#include "common/config/suite-file.h"
#include "common/wire/names.h"
#include "daemon/queue/queue-private.h"

#define ENVIRONMENT_BYTES_MAX (1u << 20)
#define ENVIRONMENT_MAX	      8192 /* variables: they are looked up by name before every run */
#define OVERRIDES_MAX	      256
#define OVERRIDES_BYTES_MAX   (256u << 10) /* each member of a suite reads them all */

static int check_size(const struct submission *s, struct error *e)
{
	size_t bytes = 0, option_bytes = 0;

	if (strlen(s->text) > WIRE_TEXT_MAX)
		return error_setf(
			e, -E2BIG, "%s: larger than 1 MiB, the most a workload may be", s->file);
	strv_foreach (item, s->environment) {
		bytes += strlen(item) + 1;
	}
	if (bytes > ENVIRONMENT_BYTES_MAX)
		return error_setf(e, -E2BIG, "the environment is larger than 1 MiB");
	if (s->environment->n > ENVIRONMENT_MAX)
		return error_setf(
			e, -E2BIG, "more than %d variables in the environment", ENVIRONMENT_MAX);
	if (s->overrides->n > OVERRIDES_MAX)
		return error_setf(e, -E2BIG, "more than %d options", OVERRIDES_MAX);
	strv_foreach (option, s->overrides) {
		option_bytes += strlen(option) + 1;
	}
	if (option_bytes > OVERRIDES_BYTES_MAX)
		return error_setf(e, -E2BIG, "the options are larger than 256 KiB");
	if (s->directory[0] != '/')
		return error_setf(
			e, -EINVAL, "the folder '%s' is not an absolute path", s->directory);
	return 0;
}

static int check_quota(struct queue *q, uid_t uid, struct error *e)
{
	const struct host_config *host = q->config.session.host;
	uint64_t all = 0, own = 0;
	int r = store_count_queued(q->config.session.store, (uid_t)-1, &all);

	if (r >= 0)
		r = store_count_queued(q->config.session.store, uid, &own);
	if (r < 0)
		return error_setf(e, r, "the queue cannot be read: %s", strerror(-r));
	if (all >= host->queue_max)
		return error_setf(e, -EDQUOT,
			"%llu jobs are queued, the most this host allows: wait or cancel some",
			(unsigned long long)all);
	if (own >= host->queue_max_per_user)
		return error_setf(e, -EDQUOT,
			"you have %llu jobs queued, the most this host allows a user: wait or "
			"cancel some",
			(unsigned long long)own);
	return 0;
}

static int parse(
	const struct submission *s, struct suite *ret, char **ret_problems, struct error *e)
{
	CLEANUP(diag_done) struct diag d = {0};
	int r = diag_init(&d, s->file, s->text, strlen(s->text));

	if (r < 0)
		return error_setf(e, r, "out of memory");

	r = suite_parse(s->text, strlen(s->text), s->directory, s->overrides, ret, &d);
	if (r < 0) {
		*ret_problems = diag_format(&d);
		return error_setf(e, r, "%s: not a valid workload", s->file);
	}
	return 0;
}

static int make_job(const struct submission *s, const struct suite *suite, struct job *ret)
{
	CLEANUP(job_done) struct job job = {0};
	sd_id128_t id;
	int r = identity_copy(s->identity, &job.owner);

	if (r >= 0)
		r = strv_copy(&job.overrides, s->overrides);
	if (r >= 0)
		r = suite_environment(suite, s->environment, &job.environment);
	if (r >= 0)
		r = sd_id128_randomize(&id);
	if (r < 0)
		return r;

	(void)sd_id128_to_uuid_string(id, job.id);
	job.workload = strdup(suite->name);
	job.text = strdup(s->text);
	job.file = strdup(s->file);
	job.directory = strdup(s->directory);
	if (!job.workload || !job.text || !job.file || !job.directory)
		return -ENOMEM;

	job.state = JOB_QUEUED;
	job.submitted_ns = clock_now_ns(CLOCK_REALTIME);
	*ret = TAKE_STRUCT(job);
	return 0;
}

static int check_profile(struct queue *q, const struct workload *w, struct error *e)
{
	const char *name = w->profile ? w->profile : q->config.session.host->default_profile;
	struct profile p;
	int r = profile_load(q->config.session.profile_folders, name, &p, e);

	if (r >= 0)
		profile_done(&p);
	return r;
}

static int remember_own(struct queue *q, uint64_t number)
{
	uint64_t *grown;

	if (!q->config.own_only)
		return 0;

	grown = reallocarray(q->own, q->n_own + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	q->own = grown;
	q->own[q->n_own++] = number;
	return 0;
}

int queue_submit(struct queue *q, const struct submission *s, uint64_t *ret_number, char *ret_id,
	char **ret_problems, struct error *e)
{
	CLEANUP(suite_done) struct suite suite = {0};
	CLEANUP(job_done) struct job job = {0};
	int r;

	*ret_problems = NULL;
	if (q->stopped)
		return error_setf(e, -ESHUTDOWN, "steadyd is stopping");

	r = check_size(s, e);
	if (r >= 0)
		r = parse(s, &suite, ret_problems, e);
	if (r >= 0)
		r = check_profile(q, &suite.items[0], e);
	if (r >= 0)
		r = check_quota(q, s->identity->uid, e);
	if (r < 0)
		return r;

	r = make_job(s, &suite, &job);
	if (r < 0)
		return error_setf(e, r, "out of memory");
	r = store_add_job(q->config.session.store, &job, ret_number, e);
	if (r >= 0)
		r = remember_own(q, *ret_number);
	if (r < 0)
		return r;

	memcpy(ret_id, job.id, RESULT_ID_MAX);
	queue_accepted(q, *ret_number);
	return 0;
}
