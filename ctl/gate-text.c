/* What a gate measures. */
#include "ctl/gate-text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "common/config/search-path.h"
#include "common/config/suite-file.h"
#include "common/wire/names.h"
#include "ctl/submission-text.h"
#include "ctl/suite-text.h"

#define SUITE_FILES_MAX 10000

struct maker {
	const struct context *context;
	const struct gate_root *root;
	struct gate_text t;
	struct error *e;
};

static int no_memory(struct error *e)
{
	return error_setf(e, -ENOMEM, "out of memory");
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Absolute, and without links as far as it exists. */
static char *absolute(const char *path)
{
	CLEANUP_FREE char *here = NULL;
	char *full = realpath(path, NULL);

	if (full || path[0] == '/')
		return full ? full : strdup(path);
	here = realpath(".", NULL);
	if (!here || asprintf(&full, "%s/%s", here, path) < 0)
		return NULL;
	return full;
}

/* The same file of the revision, when it is one of the repository. */
static int find(struct maker *m, const char *word, char **ret)
{
	CLEANUP_FREE char *found = NULL, *full = NULL;
	const char *top = m->root->top;
	size_t n = top ? strlen(top) : 0;
	int r = 0;

	if (!file_exists(word) && !strchr(word, '/')) {
		r = search_path_find_workload(word, &found, m->e);
		if (r < 0)
			return r;
	}
	full = absolute(found ? found : word);
	if (!full)
		return no_memory(m->e);
	if (top && strncmp(full, top, n) == 0 && (full[n] == '/' || !full[n])) {
		if (asprintf(ret, "%s%s", m->root->folder, full + n) < 0)
			return no_memory(m->e);
	} else {
		m->t.outside = true;
		*ret = TAKE_PTR(full);
	}
	return file_exists(*ret) ? 0
				 : error_setf(m->e, -ENOENT, "%s: No such file or directory", word);
}

static int is_yaml(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return entry->d_name[0] != '.' && n > 5 && streq(entry->d_name + n - 5, ".yaml");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_folder(struct maker *m, const char *path)
{
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, is_yaml, by_name);
	int r = n < 0 ? error_setf(m->e, -errno, "%s: %s", path, strerror(errno)) : 0;

	for (int i = 0; i < n; i++) {
		if (r >= 0 && strv_pushf(&m->t.files, "%s/%s", path, entries[i]->d_name) < 0)
			r = no_memory(m->e);
		free(entries[i]);
	}
	free(entries);
	if (r >= 0 && n == 0)
		r = error_setf(m->e, -ENOENT, "%s has no workload: no file *.yaml", path);
	return r;
}

static int add_word(struct maker *m, const char *word, size_t *n_folders)
{
	CLEANUP_FREE char *path = NULL;
	int r = find(m, word, &path);

	if (r < 0)
		return r;
	if (is_folder(path)) {
		++*n_folders;
		return add_folder(m, path);
	}
	return strv_push(&m->t.files, path) < 0 ? no_memory(m->e) : 0;
}

/* Texts of the members, kept until the suite is put together. */
struct members {
	struct suite_member *items;
	char **texts;
	size_t n;
};

static void members_done(struct members *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->texts[i]);
	free(s->texts);
	free(s->items);
}

static int members_read(struct maker *m, struct members *s)
{
	const struct strv *files = &m->t.files;

	s->items = calloc(files->n + 1, sizeof(*s->items));
	s->texts = calloc(files->n + 1, sizeof(*s->texts));
	if (!s->items || !s->texts)
		return no_memory(m->e);

	for (size_t i = 0; i < files->n; i++) {
		struct suite_member *item = &s->items[i];
		int r = file_read(files->items[i], WIRE_TEXT_MAX, &s->texts[i], &item->size, m->e);

		if (r < 0)
			return r;
		s->n = i + 1;
		item->file = files->items[i];
		item->text = s->texts[i];
		if (strlen(item->text) != item->size)
			return error_setf(m->e, -EINVAL, "%s: not a text", item->file);
	}
	return 0;
}

static int say_problems(struct diag *diag, bool silent, struct error *e)
{
	CLEANUP_FREE char *text = silent ? NULL : diag_format(diag);

	if (text)
		(void)fputs(text, stderr);
	return error_setf(e, -EINVAL, "%s", "");
}

/* The files were named one by one, or are those of a folder. */
static int compose(struct maker *m, const char *name)
{
	CLEANUP(members_done) struct members members = {0};
	CLEANUP(diag_done) struct diag diag = {0};
	int r = members_read(m, &members);

	if (r < 0)
		return r;
	if (members.n > SUITE_FILES_MAX)
		return error_setf(m->e, -EINVAL, "%zu workloads, at most %d are one suite",
			members.n, SUITE_FILES_MAX);
	if (diag_init(&diag, m->t.file, NULL, 0) < 0)
		return no_memory(m->e);
	r = suite_compose(NULL, name, members.items, members.n, &m->t.text, &diag);
	if (r == -EINVAL)
		return say_problems(&diag, false, m->e);
	return r < 0 ? no_memory(m->e) : 0;
}

/* The members of a suite file stand relative to it. */
static int add_members(struct maker *m, const struct strv *names)
{
	int r = 0;

	strv_foreach (name, names) {
		if (r >= 0 && name[0] == '/')
			r = strv_push(&m->t.files, name);
		else if (r >= 0 && name[0])
			r = strv_pushf(&m->t.files, "%s/%s", m->t.directory, name);
	}
	return r;
}

static int take_folder_of(struct maker *m, const char *path)
{
	char *slash;

	m->t.directory = realpath(path, NULL);
	if (!m->t.directory)
		return error_setf(m->e, -errno, "%s: %s", path, strerror(errno));
	if (is_folder(path))
		return 0;
	slash = strrchr(m->t.directory, '/');
	slash[slash == m->t.directory] = '\0';
	return 0;
}

/* One file: a workload as it stands, or a suite with its members put in. */
static int make_single(struct maker *m)
{
	CLEANUP_FREE char *path = TAKE_PTR(m->t.files.items[0]);
	CLEANUP(diag_done) struct diag diag = {0};
	CLEANUP_STRV struct strv names = {0};
	CLEANUP_FREE char *text = NULL;
	size_t size;
	int r;

	strv_done(&m->t.files);
	r = file_read(path, WIRE_TEXT_MAX, &text, &size, m->e);
	if (r >= 0)
		r = take_folder_of(m, path);
	if (r < 0)
		return r;
	m->t.file = strdup(path);
	if (!m->t.file || diag_init(&diag, path, text, size) < 0)
		return no_memory(m->e);

	r = suite_files(text, size, &names, &diag);
	if (r == -EINVAL)
		return say_problems(&diag, false, m->e);
	if (r >= 0)
		r = r > 0 ? add_members(m, &names) : strv_push(&m->t.files, path);
	if (r < 0)
		return no_memory(m->e);

	m->t.text = TAKE_PTR(text);
	if (strlen(m->t.text) != size)
		return error_setf(m->e, -EINVAL, "%s: not a text", path);
	r = suite_text_fill(path, m->t.directory, &m->t.text, &size, &diag, m->e);
	return r == -EINVAL && diag_count(&diag) > 0 ? say_problems(&diag, false, m->e) : r;
}

/* Named after the folder when there is one, else after the folder of the first file. */
static int make_several(struct maker *m, const char *word, bool one_folder)
{
	CLEANUP_FREE char *path = NULL;
	char name[SUBMISSION_NAME_MAX];
	int r = find(m, word, &path);

	if (r >= 0)
		r = take_folder_of(m, path);
	if (r < 0)
		return r;
	m->t.file = strdup(one_folder ? word : "<suite>");
	if (!m->t.file)
		return no_memory(m->e);
	free(path);
	path = absolute(word);
	return compose(m, submission_name(one_folder && path ? path : "suite", name));
}

static int make_files(struct maker *m)
{
	size_t n_folders = 0;
	int r = 0;

	for (size_t i = 0; context_word(m->context, i) && r >= 0; i++)
		r = add_word(m, context_word(m->context, i), &n_folders);
	if (r < 0)
		return r;
	if (m->t.files.n == 1 && n_folders == 0)
		return make_single(m);
	return make_several(
		m, context_word(m->context, 0), n_folders == 1 && !context_word(m->context, 1));
}

static int make_commands(struct maker *m)
{
	int r = submission_text(&m->context->options, &m->t.text, m->e);

	if (r < 0)
		return r;
	if (strlen(m->t.text) > WIRE_TEXT_MAX)
		return error_setf(m->e, -EINVAL, "the commands are longer than 1 MiB");
	m->t.file = strdup("<command line>");
	m->t.directory = realpath(".", NULL);
	if (!m->t.directory)
		return error_setf(m->e, -EINVAL, "the working directory: %s", strerror(errno));
	return m->t.file ? 0 : no_memory(m->e);
}

int gate_text_make(const struct context *c, const struct gate_root *root, struct gate_text *ret,
	struct error *e)
{
	struct maker m = {.context = c, .root = root, .e = e};
	int r = context_word(c, 0) ? make_files(&m) : make_commands(&m);

	if (r < 0) {
		gate_text_done(&m.t);
		return r;
	}
	*ret = m.t;
	return 0;
}

int gate_text_parse(const struct gate_text *t, const struct strv *overrides, bool silent,
	struct suite *ret, struct error *e)
{
	CLEANUP(diag_done) struct diag diag = {0};
	size_t size = strlen(t->text);
	int r;

	if (diag_init(&diag, t->file, t->text, size) < 0)
		return no_memory(e);
	r = suite_parse(t->text, size, t->directory, overrides, ret, &diag);
	if (r == -EINVAL)
		return say_problems(&diag, silent, e);
	return r < 0 ? no_memory(e) : 0;
}

void gate_text_done(struct gate_text *t)
{
	if (!t)
		return;

	free(t->text);
	free(t->file);
	free(t->directory);
	strv_done(&t->files);
	*t = (struct gate_text){0};
}
