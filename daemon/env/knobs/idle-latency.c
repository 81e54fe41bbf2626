/* cpu.idle-latency: longest time a CPU may take to wake up, as long as we hold the file open. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "common/base/quantity.h"
#include "daemon/env/knob-table.h"
#include "daemon/host/sysfs.h"

#define LATENCY_FILE "/dev/cpu_dma_latency"

static int probe(struct host *h, const char *want, struct strv *targets, const char **reason)
{
	if (!sysfs_exists(h->root, LATENCY_FILE)) {
		*reason = "not-supported";
		return 0;
	}
	return strv_push(targets, KNOB_SYSTEM);
}

/* Whole microseconds, rounded up. */
static int resolve(struct host *h, const char *target, const char *want, char **ret)
{
	uint64_t ns;

	if (quantity_duration_ns(want, &ns) < 0 || ns > NSEC_PER_SEC)
		return -EOPNOTSUPP;
	return asprintf(ret, "%u", (unsigned)((ns + NSEC_PER_USEC - 1) / NSEC_PER_USEC)) < 0
		? -ENOMEM
		: 0;
}

static int read_value(struct host *h, const char *target, char **ret)
{
	char path[SYSFS_PATH_MAX];
	CLEANUP_CLOSE int fd = open(sysfs_path(path, h->root, LATENCY_FILE), O_RDONLY | O_CLOEXEC);
	int32_t us;
	ssize_t n;

	if (fd < 0)
		return -errno;

	n = read(fd, &us, sizeof(us));
	if (n != (ssize_t)sizeof(us))
		return n < 0 ? -errno : -EIO;
	return asprintf(ret, "%d", us) < 0 ? -ENOMEM : 0;
}

/* NULL: let go. Four bytes are taken as a number; a text would be read as hexadecimal. */
static int apply(struct host *h, const char *target, const char *value)
{
	char path[SYSFS_PATH_MAX];
	CLEANUP_CLOSE int fd = -1;
	int32_t us;

	if (h->latency_fd >= 0)
		(void)close(h->latency_fd);
	h->latency_fd = -1;
	if (!value)
		return 0;

	us = (int32_t)strtol(value, NULL, 10);
	fd = open(sysfs_path(path, h->root, LATENCY_FILE), O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, &us, sizeof(us)) != (ssize_t)sizeof(us))
		return -EIO;
	h->latency_fd = TAKE_FD(fd);
	return 0;
}

/* The kernel takes the smallest of all holders. */
static bool holds(struct host *h, const char *target, const char *value, const char *seen)
{
	return strtol(seen, NULL, 10) <= strtol(value, NULL, 10);
}

static char *show(struct host *h, const char *target, const char *value)
{
	char *text = NULL;

	return asprintf(&text, "%sus", value) < 0 ? NULL : text;
}

const struct knob knob_idle_latency = {
	.name = "cpu.idle-latency",
	.rank = 40,
	.back = 20,
	.probe = probe,
	.resolve = resolve,
	.read = read_value,
	.apply = apply,
	.holds = holds,
	.show = show,
};
