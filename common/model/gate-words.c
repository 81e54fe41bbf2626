/* The rules of a gate as a list of "key=value", for keeping them. */
#include "common/model/gate-words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int push_looks(const struct gate *g, struct strv *ret)
{
	char text[GATE_LOOKS_MAX * 12] = "";
	size_t size = 0;

	for (size_t i = 0; i < g->n_looks; i++)
		size += (size_t)snprintf(
			text + size, sizeof(text) - size, "%s%u", i ? " " : "", g->looks[i]);
	return strv_pushf(ret, "looks=%s", text);
}

static int push_metrics(const struct gate *g, struct strv *ret)
{
	int r = 0;

	for (int i = 0; r >= 0 && i < METRIC_MAX; i++)
		if (g->metrics[i].wanted)
			r = strv_pushf(ret, "metric=%.17g %.17g %s", g->metrics[i].margin_ratio,
				g->metrics[i].floor, metric_desc(i)->name);
	return r;
}

int gate_to_words(const struct gate *g, struct strv *ret)
{
	int r = strv_pushf(ret, "margin=%.17g", g->margin_ratio);

	if (r >= 0)
		r = strv_pushf(ret, "alpha=%.17g", g->alpha);
	if (r >= 0)
		r = strv_pushf(ret, "policy=%s", gate_policy_name(g->policy));
	if (r >= 0)
		r = strv_pushf(ret, "exact-spending=%d", g->exact_spending);
	if (r >= 0)
		r = strv_pushf(ret, "rho=%.17g", g->rho);
	if (r >= 0)
		r = push_looks(g, ret);
	if (r >= 0)
		r = strv_pushf(ret, "max-mde=%.17g", g->max_mde);
	if (r >= 0)
		r = strv_pushf(ret, "max-mde-is-factor=%d", g->max_mde_is_factor);
	if (r >= 0)
		r = strv_pushf(ret, "max-excluded=%.17g", g->max_excluded_ratio);
	if (r >= 0)
		r = strv_pushf(ret, "quarantine=%s", g->quarantine);
	return r < 0 ? r : push_metrics(g, ret);
}

static int read_number(const char *text, double *ret)
{
	char *end;

	*ret = strtod(text, &end);
	return end == text || *end ? -EINVAL : 0;
}

static int read_flag(const char *text, bool *ret)
{
	*ret = streq(text, "1");
	return *ret || streq(text, "0") ? 0 : -EINVAL;
}

static int read_policy(const char *text, enum gate_policy *ret)
{
	int policy = gate_policy_find(text);

	*ret = policy < 0 ? GATE_MATERIAL : (enum gate_policy)policy;
	return policy < 0 ? -EINVAL : 0;
}

static int read_looks(const char *text, struct gate *g)
{
	g->n_looks = 0;
	while (*text && g->n_looks < GATE_LOOKS_MAX) {
		char *end;

		g->looks[g->n_looks++] = (unsigned)strtoul(text, &end, 10);
		if (end == text)
			return -EINVAL;
		text = end + (*end == ' ');
	}
	return g->n_looks == 0 || *text ? -EINVAL : 0;
}

static int read_quarantine(const char *text, struct gate *g)
{
	if (strlen(text) >= sizeof(g->quarantine))
		return -EINVAL;
	(void)snprintf(g->quarantine, sizeof(g->quarantine), "%s", text);
	return 0;
}

static int read_metric(const char *text, struct gate *g)
{
	struct gate_metric metric = {.wanted = true};
	char *end;
	int index;

	metric.margin_ratio = strtod(text, &end);
	if (end == text || *end != ' ')
		return -EINVAL;
	text = end;
	metric.floor = strtod(text, &end);
	if (end == text || *end != ' ')
		return -EINVAL;
	index = metric_find(end + 1);
	if (index >= 0)
		g->metrics[index] = metric;
	return 0;
}

static int read_word(const char *key, const char *value, struct gate *g)
{
	if (streq(key, "margin"))
		return read_number(value, &g->margin_ratio);
	if (streq(key, "alpha"))
		return read_number(value, &g->alpha);
	if (streq(key, "policy"))
		return read_policy(value, &g->policy);
	if (streq(key, "exact-spending"))
		return read_flag(value, &g->exact_spending);
	if (streq(key, "rho"))
		return read_number(value, &g->rho);
	if (streq(key, "looks"))
		return read_looks(value, g);
	if (streq(key, "max-mde"))
		return read_number(value, &g->max_mde);
	if (streq(key, "max-mde-is-factor"))
		return read_flag(value, &g->max_mde_is_factor);
	if (streq(key, "max-excluded"))
		return read_number(value, &g->max_excluded_ratio);
	if (streq(key, "quarantine"))
		return read_quarantine(value, g);
	return streq(key, "metric") ? read_metric(value, g) : 0;
}

int gate_from_words(const struct strv *words, struct gate *ret)
{
	struct gate g;

	gate_init(&g);
	if (words->n > 0)
		memset(g.metrics, 0, sizeof(g.metrics));
	for (size_t i = 0; i < words->n; i++) {
		const char *value = strchr(words->items[i], '=');
		CLEANUP_FREE char *key = NULL;
		int r;

		if (!value)
			return -EINVAL;
		key = strndup(words->items[i], (size_t)(value - words->items[i]));
		r = key ? read_word(key, value + 1, &g) : -ENOMEM;
		if (r < 0)
			return r;
	}
	*ret = g;
	return 0;
}
