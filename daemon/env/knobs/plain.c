/* Knobs that are nothing but a kernel file. */
#include "daemon/env/knobs/plain.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/quantity.h"
#include "daemon/host/sysfs.h"
#include "daemon/host/virtual.h"

/* Where a target has its file: its number stands for the '*'. */
static char *path_of(
	const char *file, struct host *h, const char *target, char ret[static SYSFS_PATH_MAX])
{
	const char *star = strchr(file, '*');

	if (!star)
		return sysfs_path(ret, h->root, "%s", file);
	target += strcspn(target, "0123456789");
	return sysfs_path(ret, h->root, "%.*s%.*s%s", (int)(star - file), file,
		(int)strspn(target, "0123456789"), target, star + 1);
}

/* "cpu" of ".../cpu/cpu*", so that targets are called as their folders are. */
static const char *stem_of(const char *file)
{
	const char *stem = strchr(file, '*');

	while (stem > file && stem[-1] != '/')
		stem--;
	return stem;
}

static bool read_number(const char *name, const char *stem, size_t n_stem, uint64_t *ret)
{
	return strncmp(name, stem, n_stem) == 0 && isdigit((unsigned char)name[n_stem]) &&
		quantity_u64(name + n_stem, ret) >= 0;
}

/* A set has them in order, and no more than there can be. */
static void find_numbers(const struct plain *p, struct host *h, struct cpuset *ret)
{
	const char *stem = stem_of(p->file);
	size_t n_stem = strcspn(stem, "*");
	char path[SYSFS_PATH_MAX];
	struct dirent *entry;
	uint64_t number;
	DIR *folder = opendir(sysfs_path(path, h->root, "%.*s", (int)(stem - p->file), p->file));

	*ret = (struct cpuset){0};
	if (!folder)
		return;

	while ((entry = readdir(folder)))
		if (read_number(entry->d_name, stem, n_stem, &number) && number < CPUSET_CPUS_MAX)
			cpuset_add(ret, (unsigned)number);
	(void)closedir(folder);
}

/* Some files are there and have nothing to say, such as without the driver behind them. */
static int add_if_there(
	const struct plain *p, struct host *h, const char *target, struct strv *targets)
{
	CLEANUP_FREE char *value = NULL;
	int r = plain_read(p, h, target, &value);

	if (knob_is_absent(r) || r == -EOPNOTSUPP)
		return 0;
	return r < 0 ? r : strv_push(targets, target);
}

static int probe_numbers(
	const struct plain *p, struct host *h, struct strv *targets, const char **reason)
{
	const char *stem = stem_of(p->file);
	struct cpuset numbers;
	char target[64];
	int r = 0;

	find_numbers(p, h, &numbers);
	cpuset_foreach (number, &numbers) {
		(void)snprintf(
			target, sizeof(target), "%.*s%u", (int)strcspn(stem, "*"), stem, number);
		r = add_if_there(p, h, target, targets);
		if (r < 0)
			return r;
	}
	if (targets->n == 0)
		*reason = cpuset_count(&numbers) > 0 ? "not-supported"
						     : virtual_no_driver_reason(h->root);
	return r;
}

int plain_probe(const struct plain *p, struct host *h, struct strv *targets, const char **reason)
{
	int r;

	if (strchr(p->file, '*'))
		return probe_numbers(p, h, targets, reason);

	r = add_if_there(p, h, KNOB_SYSTEM, targets);
	if (r >= 0 && targets->n == 0)
		*reason = "not-supported";
	return r;
}

/* "always [madvise] never": a list of what is taken, and the present one. */
static int take_brackets(char *line)
{
	const char *from = strchr(line, '[');
	size_t n = from ? strcspn(from + 1, "]") : 0;

	if (n == 0 || from[1 + n] != ']')
		return -EIO;
	memmove(line, from + 1, n);
	line[n] = '\0';
	return 0;
}

int plain_read(const struct plain *p, struct host *h, const char *target, char **ret)
{
	char path[SYSFS_PATH_MAX], line[SYSFS_LINE_MAX];
	int r = -ENOENT;

	if (p->also)
		r = sysfs_read("", line, sizeof(line), "%s", path_of(p->also, h, target, path));
	if (r == -ENOENT)
		r = sysfs_read("", line, sizeof(line), "%s", path_of(p->file, h, target, path));
	if (r >= 0 && p->form == PLAIN_BRACKETS)
		r = take_brackets(line);
	if (r < 0)
		return r;
	*ret = strdup(line);
	return *ret ? 0 : -ENOMEM;
}

int plain_apply(const struct plain *p, struct host *h, const char *target, const char *value)
{
	char path[SYSFS_PATH_MAX];

	return sysfs_write("", value, "%s", path_of(p->file, h, target, path));
}

static int parse_cpus(const struct plain *p, const char *text, struct cpuset *ret)
{
	return p->form == PLAIN_MASK ? cpuset_parse_mask(text, ret) : cpuset_parse(text, ret);
}

static int cpus_text(const struct plain *p, const struct cpuset *cpus, char **ret)
{
	char text[CPUSET_TEXT_MAX];

	*ret = strdup(
		p->form == PLAIN_MASK ? cpuset_format_mask(cpus, text) : cpuset_format(cpus, text));
	return *ret ? 0 : -ENOMEM;
}

static int resolve_cpus(const struct plain *p, struct host *h, const char *want, char **ret)
{
	struct cpuset cpus, extra, possible;

	if (sysfs_read_cpus(h->root, &possible, "/sys/devices/system/cpu/possible") < 0)
		return -EOPNOTSUPP;
	if (streq(want, "all"))
		cpus = possible;
	else if (streq(want, "housekeeping"))
		cpus = h->run.housekeeping;
	else if (cpuset_parse(want, &cpus) < 0)
		return -EOPNOTSUPP;

	cpuset_minus(&cpus, &possible, &extra);
	if (cpuset_count(&cpus) == 0 || cpuset_count(&extra) > 0)
		return -EOPNOTSUPP;
	return cpus_text(p, &cpus, ret);
}

static int resolve_number(const char *want, uint64_t unit_ns, char **ret)
{
	uint64_t number;
	int r = unit_ns > 0 ? quantity_duration_ns(want, &number) : quantity_u64(want, &number);

	if (r < 0)
		return -EOPNOTSUPP;
	if (unit_ns > 0)
		number = (number + unit_ns - 1) / unit_ns;
	return asprintf(ret, "%" PRIu64, number) < 0 ? -ENOMEM : 0;
}

static int make_text(const struct plain *p, struct host *h, const char *want, char **ret)
{
	for (const struct plain_word *w = p->words; w && w->word; w++)
		if (streq(w->word, want)) {
			*ret = strdup(w->text);
			return *ret ? 0 : -ENOMEM;
		}
	if (p->form == PLAIN_MASK || p->form == PLAIN_LIST)
		return resolve_cpus(p, h, want, ret);
	if (p->form == PLAIN_NUMBER || p->form == PLAIN_DURATION)
		return resolve_number(want, p->unit_ns, ret);
	*ret = strdup(want);
	return *ret ? 0 : -ENOMEM;
}

/* One of the words of a line, with or without brackets around it. */
static bool has_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	while (*line) {
		line += strspn(line, " []");
		if (strncmp(line, word, n) == 0 && strchr(" ]", line[n]))
			return true;
		line += strcspn(line, " ]");
	}
	return false;
}

static bool is_accepted(const struct plain *p, struct host *h, const char *target, const char *text)
{
	const char *file = p->form == PLAIN_BRACKETS ? p->file : p->accepted;
	char path[SYSFS_PATH_MAX], line[SYSFS_LINE_MAX];

	if (!file || sysfs_read("", line, sizeof(line), "%s", path_of(file, h, target, path)) < 0)
		return true;
	return has_word(line, text);
}

/* Some files are read-only where the hardware is missing, even to root: only what is can be had. */
static bool may_become(const struct plain *p, struct host *h, const char *target, const char *text)
{
	CLEANUP_FREE char *now = NULL;
	char path[SYSFS_PATH_MAX];
	struct stat st;

	if (stat(path_of(p->file, h, target, path), &st) < 0 || (st.st_mode & 0222) != 0)
		return true;
	return plain_read(p, h, target, &now) >= 0 && plain_holds(p, text, now);
}

int plain_resolve(
	const struct plain *p, struct host *h, const char *target, const char *want, char **ret)
{
	CLEANUP_FREE char *text = NULL;
	int r = make_text(p, h, want, &text);

	if (r < 0)
		return r;
	if (!is_accepted(p, h, target, text) || !may_become(p, h, target, text))
		return -EOPNOTSUPP;
	*ret = TAKE_PTR(text);
	return 0;
}

bool plain_holds(const struct plain *p, const char *value, const char *seen)
{
	struct cpuset a, b;

	if (p->form != PLAIN_MASK && p->form != PLAIN_LIST)
		return streq(value, seen);
	return parse_cpus(p, value, &a) >= 0 && parse_cpus(p, seen, &b) >= 0 &&
		cpuset_equal(&a, &b);
}

char *plain_show(const struct plain *p, const char *value)
{
	char list[CPUSET_TEXT_MAX], *text = NULL;
	struct cpuset cpus;

	for (const struct plain_word *w = p->words; w && w->word; w++)
		if (streq(w->text, value))
			return strdup(w->word);
	if (p->form == PLAIN_MASK && cpuset_parse_mask(value, &cpus) >= 0)
		return strdup(cpuset_format(&cpus, list));
	if (p->form == PLAIN_DURATION)
		return asprintf(&text, "%s%s", value, p->unit) < 0 ? NULL : text;
	return strdup(value);
}

int plain_where(const struct plain *p, struct host *h, const char *target, char **ret)
{
	char path[SYSFS_PATH_MAX];

	*ret = strdup(path_of(p->file, h, target, path));
	return *ret ? 0 : -ENOMEM;
}
