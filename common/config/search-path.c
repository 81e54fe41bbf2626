/* Where steady's own files are: installed, or in the tree it was built from. */
#include "common/config/search-path.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "build-config.h"
#include "common/base/file.h"
#include "common/config/yaml-folder.h"

#define HOST_PROFILES	  "/etc/steady/profiles"
#define BUILD_TREE_LEVELS 2 /* programs, and tests one folder below them */

static int read_own_folder(char ret[static PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", ret, PATH_MAX - 1);
	char *slash;

	if (n < 0)
		return -errno;

	ret[n] = '\0';
	slash = strrchr(ret, '/');
	if (slash)
		*slash = '\0';
	return 0;
}

static bool is_build_tree(const char *folder)
{
	char path[PATH_MAX + sizeof("/build.ninja")];

	(void)snprintf(path, sizeof(path), "%s/build.ninja", folder);
	return file_exists(path);
}

/* Returns 1 with the build tree this runs from, 0 when it is installed. */
static int find_build_tree(char ret[static PATH_MAX])
{
	int r = read_own_folder(ret);

	for (int i = 0; i < BUILD_TREE_LEVELS && r >= 0; i++) {
		char *slash = strrchr(ret, '/');

		if (is_build_tree(ret))
			return 1;
		if (slash)
			*slash = '\0';
	}
	return r;
}

static int push_own_folder(const char *name, const char *installed, struct strv *ret)
{
	char tree[PATH_MAX];
	char *slash;
	int r = find_build_tree(tree);

	if (r < 0)
		return r;
	if (r == 0)
		return strv_push(ret, installed);

	slash = strrchr(tree, '/');
	if (slash)
		*slash = '\0';
	return strv_pushf(ret, "%s/%s", tree, name);
}

int search_path_profiles(struct strv *ret)
{
	char tree[PATH_MAX];
	int r = find_build_tree(tree);

	if (r == 0)
		r = strv_push(ret, HOST_PROFILES);
	return r < 0 ? r : push_own_folder("profiles", STEADY_DATA_DIR "/profiles", ret);
}

int search_path_workloads(struct strv *ret)
{
	return push_own_folder("workloads", STEADY_DATA_DIR "/workloads", ret);
}

int search_path_program(const char *name, char *ret, size_t size)
{
	static const char *const installed[] = {STEADY_LIBEXEC_DIR, STEADY_SBIN_DIR};
	char path[PATH_MAX + NAME_MAX], tree[PATH_MAX];
	int r = find_build_tree(tree);

	if (r < 0)
		return r;
	if (r > 0)
		(void)snprintf(path, sizeof(path), "%s/%s", tree, name);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(installed); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", installed[i], name);
		if (access(path, X_OK) == 0)
			break;
	}
	if (strlen(path) >= size)
		return -ENAMETOOLONG;
	(void)snprintf(ret, size, "%s", path);
	return 0;
}

static bool is_path(const char *text)
{
	size_t n = strlen(text);

	return strchr(text, '/') || (n > 5 && streq(text + n - 5, ".yaml"));
}

int search_path_find_workload(const char *name_or_path, char **ret_path, struct error *e)
{
	CLEANUP_STRV struct strv folders = {0};
	int r = 0;

	if (is_path(name_or_path)) {
		char *copy = strdup(name_or_path);

		if (!copy)
			return error_setf(e, -ENOMEM, "out of memory");
		*ret_path = copy;
		return 0;
	}
	r = search_path_workloads(&folders);
	if (r < 0)
		return error_setf(e, r, "cannot find the workloads: %s", strerror(-r));
	r = yaml_folder_find(&folders, name_or_path, ret_path);
	if (r == -ENOENT)
		return yaml_folder_unknown(&folders, "workload", name_or_path, e);
	return r < 0 ? error_setf(e, r, "out of memory") : 0;
}
