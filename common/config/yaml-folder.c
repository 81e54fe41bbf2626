/* Folders of NAME.yaml files: the profiles and the workloads there are. */
#include "common/config/yaml-folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/config/schema-types.h"
#include "common/config/similar.h"

#define SUFFIX ".yaml"

/* Returns 1 when there is such a file, 0 when not. */
static int find_in(const char *folder, const char *name, char **ret)
{
	char *path = NULL;

	if (asprintf(&path, "%s/%s" SUFFIX, folder, name) < 0)
		return -ENOMEM;
	if (!file_exists(path)) {
		free(path);
		return 0;
	}
	*ret = path;
	return 1;
}

int yaml_folder_find(const struct strv *folders, const char *name, char **ret)
{
	int r = 0;

	if (!name_is_valid(name))
		return -ENOENT;

	for (size_t i = 0; i < folders->n && r == 0; i++)
		r = find_in(folders->items[i], name, ret);
	if (r < 0)
		return r;
	return r > 0 ? 0 : -ENOENT;
}

char *yaml_folder_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash ? slash + 1 : path;
	size_t n = strlen(file);

	if (n >= strlen(SUFFIX) && streq(file + n - strlen(SUFFIX), SUFFIX))
		n -= strlen(SUFFIX);
	return strndup(file, n);
}

static bool is_listed(const struct strv *paths, const char *file)
{
	for (size_t i = 0; i < paths->n; i++) {
		const char *slash = strrchr(paths->items[i], '/');

		if (slash && streq(slash + 1, file))
			return true;
	}
	return false;
}

static int add_file(const char *folder, const char *file, struct strv *ret)
{
	CLEANUP_FREE char *name = yaml_folder_name(file);

	if (!name)
		return -ENOMEM;
	if (streq(name, file) || !name_is_valid(name) || is_listed(ret, file))
		return 0;
	return strv_pushf(ret, "%s/%s", folder, file);
}

static int add_folder(const char *folder, struct strv *ret)
{
	const struct dirent *entry;
	DIR *dir = opendir(folder);
	int r = 0;

	if (!dir)
		return 0;

	while (r >= 0 && (entry = readdir(dir)))
		r = add_file(folder, entry->d_name, ret);
	(void)closedir(dir);
	return r;
}

static int compare_names(const void *a, const void *b)
{
	const char *left = *(char *const *)a, *right = *(char *const *)b;

	return strcmp(strrchr(left, '/'), strrchr(right, '/'));
}

int yaml_folder_list(const struct strv *folders, struct strv *ret)
{
	CLEANUP_STRV struct strv paths = {0};

	for (size_t i = 0; i < folders->n; i++) {
		int r = add_folder(folders->items[i], &paths);
		if (r < 0)
			return r;
	}
	if (paths.n > 0)
		qsort(paths.items, paths.n, sizeof(*paths.items), compare_names);
	strv_done(ret);
	*ret = paths;
	paths = (struct strv){0};
	return 0;
}

static int list_names(const struct strv *folders, struct strv *ret)
{
	CLEANUP_STRV struct strv paths = {0};
	int r = yaml_folder_list(folders, &paths);

	for (size_t i = 0; i < paths.n && r >= 0; i++) {
		CLEANUP_FREE char *name = yaml_folder_name(paths.items[i]);

		r = name ? strv_push(ret, name) : -ENOMEM;
	}
	return r;
}

int yaml_folder_unknown(
	const struct strv *folders, const char *what, const char *name, struct error *e)
{
	struct similar similar = similar_start(name);
	CLEANUP_STRV struct strv names = {0};
	CLEANUP_FREE char *list = NULL, *where = strv_join(folders, ", ");
	char hint[SIMILAR_HINT_MAX];

	if (!where || list_names(folders, &names) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	if (names.n == 0)
		return error_setf(e, -ENOENT, "no %s '%.64s': there are none in %s", what, name,
			*where ? where : "no folder at all");
	list = strv_join(&names, ", ");
	if (!list)
		return error_setf(e, -ENOMEM, "out of memory");

	for (size_t i = 0; i < names.n; i++)
		similar_try(&similar, names.items[i]);
	return error_setf(e, -ENOENT, "no %s '%.64s'%s There are: %s", what, name,
		*similar_hint(&similar, hint) ? hint : ".", list);
}
