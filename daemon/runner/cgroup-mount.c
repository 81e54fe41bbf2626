/* Where in the cgroup hierarchies this daemon may make cgroups. */
#include "daemon/runner/cgroup-mount.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <systemd/sd-daemon.h>

#include "common/base/file.h"

#define PROC_SIZE_MAX (1u << 20)

/* Where the daemon itself goes: a cgroup with processes cannot give its children controllers. */
#define DAEMON_LEAF "/daemon"

struct mount {
	char *root;  /* which cgroup is mounted; owned */
	char *point; /* where; owned */
};

static void mount_done(struct mount *m)
{
	free(m->root);
	free(m->point);
	*m = (struct mount){0};
}

/* Blanks and backslashes of paths are \ooo in mountinfo. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++) {
		unsigned code;

		if (from[0] == '\\' && sscanf(from + 1, "%3o", &code) == 1) {
			*to = (char)code;
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

/* Is a word in a list with commas. */
static bool lists(const char *list, const char *word)
{
	const size_t n = strlen(word);

	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, word, n) == 0 && strchr(",\n", at[n]))
			return true;
	}
	return false;
}

/* controller: of version 1; NULL for version 2. The text is "type source options". */
static bool is_wanted(const char *text, const char *controller)
{
	char type[16], options[256];

	if (sscanf(text, "%15s %*s %255s", type, options) != 2)
		return false;
	return controller ? streq(type, "cgroup") && lists(options, controller)
			  : streq(type, "cgroup2");
}

/* See proc_pid_mountinfo(5): ID, parent, device, root, point, options..., "-", type, ... */
static bool parse_line(const char *line, const char *controller, struct mount *ret)
{
	const char *type = strstr(line, " - ");

	if (!type || !is_wanted(type + strlen(" - "), controller))
		return false;
	if (sscanf(line, "%*d %*d %*s %ms %ms", &ret->root, &ret->point) != 2) {
		mount_done(ret);
		return false;
	}
	unescape(ret->root);
	unescape(ret->point);
	return true;
}

static int find_mount(const char *controller, struct mount *ret)
{
	CLEANUP_FREE char *text = NULL;
	int r = file_read("/proc/self/mountinfo", PROC_SIZE_MAX, &text, NULL, NULL);

	if (r < 0)
		return r;

	char *rest = text;

	for (const char *line; (line = strsep(&rest, "\n"));)
		if (parse_line(line, controller, ret))
			return 0;
	return -ENOENT;
}

/* A line of /proc/self/cgroup is "number:controllers:path"; of version 2, "0::path". */
static int own_cgroup(const char *controller, char ret[static CGROUP_PATH_MAX])
{
	CLEANUP_FREE char *text = NULL;
	int r = file_read("/proc/self/cgroup", PROC_SIZE_MAX, &text, NULL, NULL);

	if (r < 0)
		return r;

	char *rest = text;

	for (char *line; (line = strsep(&rest, "\n"));) {
		char *number = strsep(&line, ":"), *controllers = strsep(&line, ":");

		if (!line || strlen(line) >= CGROUP_PATH_MAX)
			continue;
		if (controller ? lists(controllers, controller) : streq(number, "0")) {
			(void)memcpy(ret, line, strlen(line) + 1);
			return 0;
		}
	}
	return -ENOENT;
}

static bool is_delegated(const char *path)
{
	char value[2];

	return getxattr(path, "trusted.delegate", value, sizeof(value)) > 0 ||
		getxattr(path, "user.delegate", value, sizeof(value)) > 0;
}

/* Path of a cgroup below a mount, whose root may be a cgroup itself (containers). */
static int place(const struct mount *mount, const char *cgroup, char ret[static CGROUP_PATH_MAX])
{
	size_t skip = streq(mount->root, "/") ? 0 : strlen(mount->root);

	if (strncmp(cgroup, mount->root, skip) != 0)
		return -ENOENT;

	int n = snprintf(ret, CGROUP_PATH_MAX, "%s%s", mount->point,
		streq(cgroup + skip, "/") ? "" : cgroup + skip);

	return n < CGROUP_PATH_MAX ? 0 : -ENAMETOOLONG;
}

static void move_to_leaf(const char *parent)
{
	char path[CGROUP_PATH_MAX + sizeof(DAEMON_LEAF) + sizeof("/cgroup.procs")];

	(void)snprintf(path, sizeof(path), "%s" DAEMON_LEAF, parent);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return;
	(void)snprintf(path, sizeof(path), "%s" DAEMON_LEAF "/cgroup.procs", parent);
	/* Without it the runs have no controllers; a limit that needs one says so. */
	(void)file_write_kernel(path, "0");
}

static int own_parent(const struct mount *mount, char ret[static CGROUP_PATH_MAX])
{
	char cgroup[CGROUP_PATH_MAX];
	int r = own_cgroup(NULL, cgroup);

	if (r == 0)
		r = place(mount, cgroup, ret);
	if (r < 0)
		return r;

	size_t n = strlen(ret), leaf = strlen(DAEMON_LEAF);
	bool is_leaf = n > leaf && streq(ret + n - leaf, DAEMON_LEAF);

	if (is_leaf)
		ret[n - leaf] = '\0';
	if (is_leaf && !is_delegated(ret))
		ret[n - leaf] = DAEMON_LEAF[0];
	else if (!is_leaf && is_delegated(ret))
		move_to_leaf(ret);
	return 0;
}

int cgroup_mount_parent(char ret[static CGROUP_PATH_MAX], struct error *e)
{
	CLEANUP(mount_done) struct mount mount = {0};
	int r = find_mount(NULL, &mount);

	if (r == -ENOENT)
		return error_setf(e, r, "no cgroup v2 is mounted");
	if (r == 0 && sd_booted() > 0)
		r = own_parent(&mount, ret);
	else if (r == 0)
		r = place(&mount, mount.root, ret);
	if (r < 0)
		return error_setf(e, r, "cannot find the own cgroup: %s", strerror(-r));
	return 0;
}

int cgroup_mount_v1_parent(const char *controller, char ret[static CGROUP_PATH_MAX])
{
	CLEANUP(mount_done) struct mount mount = {0};
	char cgroup[CGROUP_PATH_MAX];
	int r = find_mount(controller, &mount);

	if (r == 0)
		r = own_cgroup(controller, cgroup);
	return r < 0 ? r : place(&mount, cgroup, ret);
}
