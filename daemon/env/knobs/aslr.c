/* aslr: address space layout randomisation, per run through the launcher's personality(2). */
#include <errno.h>
#include <sys/personality.h>

#include "daemon/env/knob-table.h"
#include "daemon/host/sysfs.h"

#define ASLR_FILE	  "/proc/sys/kernel/randomize_va_space"
#define PERSONALITY_QUERY 0xffffffffu

/* Seccomp filters of containers sometimes forbid it: try on ourselves, which changes nothing. */
static bool may_switch_off(void)
{
	int now = personality(PERSONALITY_QUERY);

	if (now < 0 || personality((unsigned)now | ADDR_NO_RANDOMIZE) < 0)
		return false;
	(void)personality((unsigned)now);
	return true;
}

static bool is_on_for_system(struct host *h)
{
	uint64_t value;

	return sysfs_read_u64(h->root, &value, ASLR_FILE) < 0 || value > 0;
}

static int probe(struct host *h, const char *want, struct strv *targets, const char **reason)
{
	if (streq(want, "off") && !may_switch_off())
		*reason = "not-permitted";
	else if (streq(want, "on") && !is_on_for_system(h))
		*reason = "not-supported";
	return *reason ? 0 : strv_push(targets, KNOB_SYSTEM);
}

static int read_value(struct host *h, const char *target, char **ret)
{
	*ret = strdup(is_on_for_system(h) && !h->run.aslr_off ? "on" : "off");
	return *ret ? 0 : -ENOMEM;
}

static int apply(struct host *h, const char *target, const char *value)
{
	h->run.aslr_off = streq(value, "off");
	return 0;
}

const struct knob knob_aslr = {
	.name = "aslr",
	.rank = 95,
	.back = 95,
	.probe = probe,
	.read = read_value,
	.apply = apply,
};
