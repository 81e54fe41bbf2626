/* The rules of a gate in documents. */
#include "common/document/gate-json.h"

#include <errno.h>
#include <math.h>

#include "common/document/json-field.h"

#define MARGIN_MAX 10.0 /* a change by a factor of eleven */
#define RHO_MAX	   100.0
#define ALPHA_MAX  0.5

static const char spending_exact[] = "exact", spending_default[] = "lan-demets";

/* 0 stands for "not set". */
static void write_optional(struct json_writer *w, const char *name, double value)
{
	if (value > 0)
		json_write_number(w, name, value);
	else
		json_write_null(w, name);
}

static void write_metrics(struct json_writer *w, const struct gate *g)
{
	json_write_object(w, "metrics", JSON_ONE_LINE);
	for (int m = 0; m < METRIC_MAX; m++) {
		if (!g->metrics[m].wanted)
			continue;
		json_write_object(w, metric_desc((enum metric)m)->name, JSON_ONE_LINE);
		write_optional(w, "margin", g->metrics[m].margin_ratio);
		write_optional(w, "floor", g->metrics[m].floor);
		json_write_close(w);
	}
	json_write_close(w);
}

void gate_write(struct json_writer *w, const char *name, const struct gate *g)
{
	json_write_object(w, name, JSON_ONE_LINE);
	json_write_number(w, "margin", g->margin_ratio);
	json_write_number(w, "alpha", g->alpha);
	json_write_text(w, "policy", gate_policy_name(g->policy));
	json_write_text(w, "spending", g->exact_spending ? spending_exact : spending_default);
	json_write_number(w, "rho", g->rho);
	json_write_array(w, "looks", JSON_ONE_LINE);
	for (size_t i = 0; i < g->n_looks; i++)
		json_write_integer(w, NULL, g->looks[i]);
	json_write_close(w);
	write_optional(w, "max-mde", g->max_mde_is_factor ? 0 : g->max_mde);
	write_optional(w, "max-mde-factor", g->max_mde_is_factor ? g->max_mde : 0);
	json_write_number(w, "max-excluded", g->max_excluded_ratio);
	write_metrics(w, g);
	json_write_text(w, "quarantine", g->quarantine[0] ? g->quarantine : NULL);
	json_write_close(w);
}

/* A number above 0 and up to a maximum; what is missing stays as it was. */
static int read_above_0(const json_t *o, const char *key, double max, double *ret, struct error *e)
{
	double value = *ret;
	int r = field_number(o, key, FIELD_OPTIONAL, &value, e);

	if (r < 0 || !json_is_number(json_object_get(o, key)))
		return r;
	if (!(value > 0 && value <= max))
		return error_setf(
			e, -EINVAL, "%s is %g, must be above 0 and at most %g", key, value, max);
	*ret = value;
	return 0;
}

static int read_policy(const json_t *o, struct gate *ret, struct error *e)
{
	const char *policy = gate_policy_name(ret->policy);
	const char *spending = spending_default;
	int found;
	int r = field_text(o, "policy", FIELD_OPTIONAL, &policy, e);

	if (r >= 0)
		r = field_text(o, "spending", FIELD_OPTIONAL, &spending, e);
	if (r < 0)
		return r;

	found = gate_policy_find(policy);
	if (found < 0)
		return error_setf(e, -EINVAL, "policy: unknown word '%s'", policy);
	ret->policy = (enum gate_policy)found;
	ret->exact_spending = streq(spending, spending_exact);
	if (!ret->exact_spending && !streq(spending, spending_default))
		return error_setf(e, -EINVAL, "spending: unknown word '%s'", spending);
	return 0;
}

static int read_looks(const json_t *o, struct gate *ret, struct error *e)
{
	json_t *list = NULL;
	json_t *item;
	size_t i;
	int r = field_array(o, "looks", FIELD_OPTIONAL, &list, e);

	if (r < 0 || !list)
		return r;
	if (json_array_size(list) == 0 || json_array_size(list) > GATE_LOOKS_MAX)
		return error_setf(e, -EINVAL, "looks: %zu of them, must be 1 to %d",
			json_array_size(list), GATE_LOOKS_MAX);

	ret->n_looks = 0;
	json_array_foreach(list, i, item)
	{
		json_int_t look = json_integer_value(item);
		json_int_t least = i > 0 ? ret->looks[i - 1] + 1 : GATE_ROUNDS_MIN;

		if (!json_is_integer(item) || look < least || look > GATE_ROUNDS_MAX)
			return error_setf(e, -EINVAL,
				"looks[%zu] must be a whole number of pairs, %lld to %d", i,
				(long long)least, GATE_ROUNDS_MAX);
		ret->looks[ret->n_looks++] = (unsigned)look;
	}
	return 0;
}

static int read_mde(const json_t *o, struct gate *ret, struct error *e)
{
	double ratio = 0, factor = 0;
	int r = read_above_0(o, "max-mde", HUGE_VAL, &ratio, e);

	if (r >= 0)
		r = read_above_0(o, "max-mde-factor", HUGE_VAL, &factor, e);
	if (r < 0)
		return r;
	if (ratio > 0 && factor > 0)
		return error_setf(e, -EINVAL, "max-mde and max-mde-factor: use one of them");
	ret->max_mde_is_factor = factor > 0;
	ret->max_mde = ret->max_mde_is_factor ? factor : ratio;
	return 0;
}

static int read_metric(const char *name, const json_t *o, struct gate *ret, struct error *e)
{
	struct gate_metric made = {.wanted = true};
	int metric = metric_find(name);
	int r;

	if (metric < 0)
		return error_setf(e, -EINVAL, "metrics: unknown metric '%s'", name);
	if (!json_is_object(o))
		return error_setf(e, -EINVAL, "metrics: %s must be an object", name);
	r = read_above_0(o, "margin", MARGIN_MAX, &made.margin_ratio, e);
	if (r >= 0)
		r = read_above_0(o, "floor", HUGE_VAL, &made.floor, e);
	if (r < 0)
		return error_prefixf(e, "metrics: %s", name);
	ret->metrics[metric] = made;
	return 0;
}

static int read_metrics(const json_t *o, struct gate *ret, struct error *e)
{
	json_t *metrics = NULL;
	const char *name;
	json_t *value;
	int r = field_object(o, "metrics", FIELD_OPTIONAL, &metrics, e);

	if (r < 0 || !metrics)
		return r;
	if (json_object_size(metrics) == 0)
		return error_setf(e, -EINVAL, "metrics: a gate needs at least one");

	memset(ret->metrics, 0, sizeof(ret->metrics));
	json_object_foreach(metrics, name, value)
	{
		r = read_metric(name, value, ret, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_excluded(const json_t *o, double *ret, struct error *e)
{
	int r = field_number(o, "max-excluded", FIELD_OPTIONAL, ret, e);

	if (r >= 0 && !(*ret >= 0 && *ret <= 1))
		return error_setf(e, -EINVAL, "max-excluded is %g, must be 0 to 1", *ret);
	return r;
}

int gate_read(const json_t *o, const char *key, struct gate *ret, struct error *e)
{
	json_t *gate = NULL;
	int r = field_object(o, key, FIELD_OPTIONAL, &gate, e);

	gate_init(ret);
	if (r < 0)
		return r;

	r = read_above_0(gate, "margin", MARGIN_MAX, &ret->margin_ratio, e);
	if (r >= 0)
		r = read_above_0(gate, "alpha", ALPHA_MAX, &ret->alpha, e);
	if (r >= 0)
		r = read_policy(gate, ret, e);
	if (r >= 0)
		r = read_above_0(gate, "rho", RHO_MAX, &ret->rho, e);
	if (r >= 0)
		r = read_looks(gate, ret, e);
	if (r >= 0)
		r = read_mde(gate, ret, e);
	if (r >= 0)
		r = read_excluded(gate, &ret->max_excluded_ratio, e);
	if (r >= 0)
		r = read_metrics(gate, ret, e);
	if (r >= 0)
		r = field_copy(gate, "quarantine", ret->quarantine, sizeof(ret->quarantine), e);
	return r < 0 ? error_prefixf(e, "%s", key) : 0;
}
