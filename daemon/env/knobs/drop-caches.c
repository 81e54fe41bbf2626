/* vm.drop-caches: write back dirty pages, drop clean ones; nothing to undo. */
#include <errno.h>

#include "daemon/env/knob-table.h"
#include "daemon/host/sysfs.h"

#define DROP_FILE "/proc/sys/vm/drop_caches"

static int probe(struct host *h, const char *want, struct strv *targets, const char **reason)
{
	if (!sysfs_exists(h->root, DROP_FILE)) {
		*reason = "not-supported";
		return 0;
	}
	return strv_push(targets, KNOB_SYSTEM);
}

static int apply(struct host *h, const char *target, const char *value)
{
	const char *bits = streq(value, "pagecache") ? "1" : streq(value, "slab") ? "2" : "3";

	/* Dirty pages cannot be dropped. */
	sync();
	return sysfs_write(h->root, bits, DROP_FILE);
}

const struct knob knob_drop_caches = {
	.name = "vm.drop-caches",
	.rank = 90,
	.back = 90,
	.probe = probe,
	.apply = apply,
};
