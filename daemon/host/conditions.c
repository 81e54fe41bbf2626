/* Circumstances of a job, in bands. */
#include "daemon/host/conditions.h"

#include <errno.h>
#include <stdio.h>
#include <sys/statvfs.h>

#include "daemon/host/sysfs.h"

#define CONDITION_MAX	256
#define SECONDS_PER_DAY 86400.0

/* The last band has no limit. */
struct band {
	double below;
	const char *name;
};

static const struct band uptime_bands[] = {
	{600, "below 10 minutes"},
	{SECONDS_PER_DAY, "below a day"},
	{30 * SECONDS_PER_DAY, "below 30 days"},
	{0, "30 days and more"},
};

static const struct band load_bands[] = {
	{0.5, "below 0.5"},
	{2, "0.5 to 2"},
	{8, "2 to 8"},
	{0, "8 and more"},
};

static const struct band fill_bands[] = {
	{0.5, "below 50 %"},
	{0.8, "50 to 80 %"},
	{0.95, "80 to 95 %"},
	{0, "95 % and more"},
};

static const char *band_of(const struct band *bands, size_t n, double value)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (value < bands[i].below)
			return bands[i].name;
	return bands[n - 1].name;
}

static int add_text(const char *root, struct strv *facts, const char *key, const char *path)
{
	char value[CONDITION_MAX];
	int r = sysfs_read(root, value, sizeof(value), "%s", path);

	return r < 0 ? strv_pushf(facts, "%s=unavailable: %s", key, strerror(-r))
		     : strv_pushf(facts, "%s=%s", key, value);
}

/* The first number of a file. */
static int add_number(const char *root, struct strv *facts, const char *key, const char *path,
	const struct band *bands)
{
	char text[CONDITION_MAX], *end;
	int r = sysfs_read(root, text, sizeof(text), "%s", path);
	double value;

	if (r < 0)
		return strv_pushf(facts, "%s=unavailable: %s", key, strerror(-r));
	value = strtod(text, &end);
	if (end == text)
		return strv_pushf(facts, "%s=unavailable: no number in %s", key, path);
	return strv_pushf(facts, "%s=%s", key, band_of(bands, 4, value));
}

static int add_fill(const char *root, struct strv *facts)
{
	char path[SYSFS_PATH_MAX];
	struct statvfs st;

	if (statvfs(sysfs_path(path, root, "/"), &st) < 0)
		return strv_pushf(facts, "disk.fill=unavailable: %s", strerror(errno));
	if (st.f_blocks == 0)
		return strv_pushf(facts, "disk.fill=unavailable: not on a disk");
	return strv_pushf(facts, "disk.fill=%s",
		band_of(fill_bands, ARRAY_SIZE(fill_bands),
			1 - (double)st.f_bfree / (double)st.f_blocks));
}

int conditions_add(const char *root, struct strv *facts)
{
	int r = add_text(root, facts, "boot.id", "/proc/sys/kernel/random/boot_id");

	_Static_assert(ARRAY_SIZE(uptime_bands) == 4 && ARRAY_SIZE(load_bands) == 4, "add_number");
	if (r >= 0)
		r = add_text(root, facts, "firmware.version", "/sys/class/dmi/id/bios_version");
	if (r >= 0)
		r = add_number(root, facts, "system.uptime", "/proc/uptime", uptime_bands);
	if (r >= 0)
		r = add_number(root, facts, "system.load", "/proc/loadavg", load_bands);
	return r < 0 ? r : add_fill(root, facts);
}
