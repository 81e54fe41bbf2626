/* steadyctl compare: two results side by side. */
#include <errno.h>
#include <math.h>

#include "common/base/quantity.h"
#include "common/document/raw-hash.h"
#include "common/judge/compare.h"
#include "common/judge/verdict-sum.h"
#include "ctl/result-source.h"
#include "ctl/verb.h"
#include "ctl/verdict-report.h"

/* As in a workload's gate. */
#define MARGIN_MIN 0.0001
#define MARGIN_MAX 1.0
#define ALPHA_MIN  0.00001
#define ALPHA_MAX  0.1

struct ratio_range {
	double min, max;
};

static int read_ratio(const struct context *c, enum option option, struct ratio_range range,
	double *ret, struct error *e)
{
	const char *text = options_value(&c->options, option);
	double ratio;

	if (!text)
		return 0;
	if (quantity_ratio(text, &ratio) < 0 || !(ratio >= range.min && ratio <= range.max))
		return error_setf(e, -EINVAL, "--%s: '%s' is not a ratio from %g%% to %g%%",
			option_desc(option)->name, text, range.min * 100, range.max * 100);
	*ret = ratio;
	return 0;
}

/* No metric is asked for by itself: what the results sum up is compared. */
static int read_gate(const struct context *c, struct gate *ret, struct error *e)
{
	const char *name = options_value(&c->options, OPTION_POLICY);
	int policy = name ? gate_policy_find(name) : GATE_MATERIAL, r;

	gate_init(ret);
	for (int m = 0; m < METRIC_MAX; m++)
		ret->metrics[m].wanted = false;
	if (policy < 0)
		return error_setf(e, -EINVAL,
			"--policy: '%s' is none of material, strict and noninferior", name);
	ret->policy = (enum gate_policy)policy;
	r = read_ratio(c, OPTION_MARGIN, (struct ratio_range){MARGIN_MIN, MARGIN_MAX},
		&ret->margin_ratio, e);
	return r < 0 ? r
		     : read_ratio(c, OPTION_ALPHA, (struct ratio_range){ALPHA_MIN, ALPHA_MAX},
			       &ret->alpha, e);
}

/* A label stands for the newest job of the workload that the other side is of. */
static int load_both(struct result_source *s, const struct context *c, struct result *base,
	struct result *cand, struct error *e)
{
	const char *a = context_word(c, 0), *b = context_word(c, 1);
	int r;

	if (result_source_is_label(a) && !result_source_is_label(b)) {
		r = result_source_load(s, b, NULL, cand, e);
		return r < 0 ? r : result_source_load(s, a, cand->workload, base, e);
	}
	r = result_source_load(s, a, NULL, base, e);
	return r < 0 ? r : result_source_load(s, b, base->workload, cand, e);
}

static int add_hash(struct verdict_document *d, const struct result *r)
{
	char hash[DIGEST_TEXT_MAX];
	int error = raw_hash(r, hash);

	return error < 0 ? error : strv_push(&d->raw, hash);
}

static int present(const struct context *c, const struct compare_request *request, struct error *e)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	int r = compare_results(request, &d);

	if (r >= 0)
		r = add_hash(&d, request->base);
	if (r >= 0)
		r = add_hash(&d, request->cand);
	if (r < 0)
		return error_setf(e, r, "out of memory");
	verdict_sum(&d);
	return verdict_present(c, &d, request->base, request->cand, e);
}

/* 7 and 130 are not among the codes of this verb. */
static int narrow(int r, struct error *e)
{
	if (r == -ENOMEDIUM)
		return r;
	if (exit_code_from_error(r) == EXIT_CODE_USAGE)
		return r;
	e->code = -EIO;
	return e->code;
}

static int compare_loaded(const struct context *c, struct error *e)
{
	CLEANUP(result_source_done) struct result_source source = {.context = c};
	CLEANUP(result_done) struct result base = {0}, cand = {0};
	struct compare_request request = {
		.base = &base,
		.cand = &cand,
		.session_sd = NAN,
		.force = options_has(&c->options, OPTION_FORCE),
	};
	struct gate gate;
	int r = read_gate(c, &gate, e);

	if (r >= 0)
		r = load_both(&source, c, &base, &cand, e);
	if (r < 0)
		return r;
	request.gate = &gate;
	return present(c, &request, e);
}

int verb_compare(struct context *c, struct error *e)
{
	int r = context_words_expect(c, 2, 2, e);

	if (r >= 0)
		r = verdict_present_check(c, e);
	if (r >= 0)
		r = compare_loaded(c, e);
	return r < 0 ? narrow(r, e) : r;
}
