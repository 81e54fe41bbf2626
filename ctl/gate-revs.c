/* The two revisions of a gate. */
#include "ctl/gate-revs.h"

#include <errno.h>

static int check_clean(const struct git *g, struct error *e)
{
	CLEANUP_STRV struct strv dirty = {0};
	CLEANUP_FREE char *names = NULL;
	int r = git_dirty(g, &dirty, e);

	if (r < 0 || dirty.n == 0)
		return r;
	names = strv_join(&dirty, ", ");
	return error_setf(e, -EINVAL,
		"%s has changes that no commit has (%s%s): commit them, or give --cand-rev HEAD "
		"to measure without them",
		g->top, names ? names : "", dirty.n >= GIT_DIRTY_MAX ? ", ..." : "");
}

static int find_base(const struct context *c, struct gate_revs *revs, struct error *e)
{
	const char *rev = options_value(&c->options, OPTION_BASE_REV);
	char tip[GIT_HASH_MAX];
	int r;

	if (rev)
		return git_resolve(&revs->git, rev, revs->base_commit, e);
	r = git_default_branch(&revs->git, &rev, e);
	if (r >= 0)
		r = git_resolve(&revs->git, rev, tip, e);
	if (r >= 0)
		r = git_merge_base(&revs->git, tip, revs->cand_commit, revs->base_commit, e);
	if (r < 0)
		return r;
	if (streq(revs->base_commit, revs->cand_commit))
		return error_setf(e, -EINVAL,
			"the candidate %.*s is already part of %s: give --base-rev, such as HEAD~1",
			GIT_SHORT_LEN, revs->cand_commit, rev);
	return 0;
}

int gate_revs_find(const struct context *c, struct gate_revs *ret, struct error *e)
{
	const char *cand = options_value(&c->options, OPTION_CAND_REV);
	int r;

	*ret = (struct gate_revs){.base.lock = -1, .cand.lock = -1};
	git_forget_environment();
	r = git_open(".", &ret->git, e);
	if (r >= 0 && !cand)
		r = check_clean(&ret->git, e);
	if (r >= 0)
		r = git_resolve(&ret->git, cand ? cand : "HEAD", ret->cand_commit, e);
	if (r >= 0)
		r = find_base(c, ret, e);
	if (r >= 0)
		r = git_trailers_read(&ret->git, ret->base_commit, ret->cand_commit, "Perf-Accept",
			&ret->accepts, e);
	return r;
}

static int build_one(const struct gate_build_request *request, struct gate_build *ret,
	const char **ret_failed, struct error *e)
{
	int r = gate_build_make(request, ret, e);

	if (r != 0)
		*ret_failed = request->side;
	else
		context_note(request->context, "%s %.*s %s", request->side, GIT_SHORT_LEN,
			request->commit, ret->was_kept ? "was built before" : "built");
	return r;
}

int gate_revs_build(const struct context *c, struct gate_revs *revs, uint64_t deadline_ns,
	const char **ret_failed, struct error *e)
{
	struct gate_build_request request = {.context = c,
		.git = &revs->git,
		.side = "base",
		.commit = revs->base_commit,
		.deadline_ns = deadline_ns};
	int r;

	if (!options_has(&c->options, OPTION_DRY_RUN))
		request.line = options_value(&c->options, OPTION_BUILD);
	r = build_one(&request, &revs->base, ret_failed, e);
	if (r != 0)
		return r;
	request.side = "candidate";
	request.commit = revs->cand_commit;
	r = build_one(&request, &revs->cand, ret_failed, e);
	if (r == 0)
		gate_build_prune(GATE_BUILDS_MAX);
	return r;
}

void gate_revs_done(struct gate_revs *revs)
{
	if (!revs)
		return;

	git_done(&revs->git);
	gate_build_done(&revs->base);
	gate_build_done(&revs->cand);
	git_trailers_done(&revs->accepts);
}
