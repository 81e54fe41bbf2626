/* A profile: which settings a machine should have while a job runs. */
#include "common/model/profile.h"

#include <errno.h>

static void setting_done(struct setting *s)
{
	free(s->knob);
	free(s->want);
}

void profile_done(struct profile *p)
{
	if (!p)
		return;

	for (size_t i = 0; i < p->n_settings; i++)
		setting_done(&p->settings[i]);
	free(p->settings);
	free(p->name);
	free(p->description);
	free(p->path);
	free(p->inherits);
	*p = (struct profile){0};
}

/* Makes room at the place where the knob belongs; returns the index of an unset entry. */
static long settings_insert(struct profile *p, const char *knob)
{
	struct setting *grown = reallocarray(p->settings, p->n_settings + 1, sizeof(*grown));
	size_t i = 0;

	if (!grown)
		return -ENOMEM;

	p->settings = grown;
	while (i < p->n_settings && strcmp(grown[i].knob, knob) < 0)
		i++;
	memmove(&grown[i + 1], &grown[i], (p->n_settings - i) * sizeof(*grown));
	p->n_settings++;
	return (long)i;
}

int profile_set(struct profile *p, const char *knob, const char *want, enum need need)
{
	struct setting made = {.knob = strdup(knob), .want = strdup(want), .need = need};
	long i;

	if (!made.knob || !made.want)
		goto no_memory;

	for (i = 0; i < (long)p->n_settings; i++)
		if (streq(p->settings[i].knob, knob)) {
			setting_done(&p->settings[i]);
			p->settings[i] = made;
			return 0;
		}
	i = settings_insert(p, knob);
	if (i < 0)
		goto no_memory;
	p->settings[i] = made;
	return 0;

no_memory:
	setting_done(&made);
	return -ENOMEM;
}

const char *need_name(enum need need)
{
	static const char *const names[NEED_MAX] = {
		[NEED_PREFER] = "prefer",
		[NEED_REQUIRE] = "require",
		[NEED_IGNORE] = "ignore",
	};

	return names[need];
}
