/* Every knob with its present value, for people. */
#include <errno.h>

#include "daemon/env/engine.h"

static int add(struct setting_outcomes *ret, const struct knob *knob, const char *target,
	const char *value, const char *reason)
{
	return setting_outcomes_add(ret,
		&(struct setting_outcome){
			.knob = (char *)(uintptr_t)knob->name,
			.target = (char *)(uintptr_t)target,
			.before = (char *)(uintptr_t)value,
			.status = reason ? SETTING_UNAVAILABLE : SETTING_HELD,
			.reason = (char *)(uintptr_t)reason,
		});
}

static int list_target(struct host *h, const struct knob *knob, const char *target,
	const char *reason, struct setting_outcomes *ret)
{
	CLEANUP_FREE char *value = NULL, *shown = NULL;
	int r = knob->read ? knob->read(h, target, &value) : 0;

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return add(ret, knob, target, NULL, reason ? reason : strerror(-r));
	shown = knob_show(knob, h, target, value);
	return add(ret, knob, target, shown, reason);
}

static int list_knob(struct host *h, const struct knob *knob, struct setting_outcomes *ret)
{
	CLEANUP_STRV struct strv targets = {0};
	const char *reason = NULL;
	int r = knob->probe(h, NULL, &targets, &reason);

	if (r == -ENOMEM)
		return r;
	if (r < 0 && !reason)
		reason = strerror(-r);
	if (targets.n == 0)
		return add(ret, knob, KNOB_SYSTEM, NULL, reason ? reason : "not-supported");

	if (!h->privileged && knob_kind(knob) != KNOB_RUN)
		reason = "not-permitted";
	for (size_t i = 0; i < targets.n && r >= 0; i++)
		r = list_target(h, knob, targets.items[i], reason, ret);
	return r;
}

int env_list(const struct env_config *c, struct setting_outcomes *ret)
{
	struct env *env;
	int r = env_new(&env, c, NULL);

	if (r < 0)
		return r;

	for (size_t i = 0; i < env->table->n && r >= 0; i++)
		r = list_knob(&env->host, env->table->knobs[i], ret);
	(void)env_free(env);
	return r < 0 ? -ENOMEM : 0;
}
