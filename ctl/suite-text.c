/* The files of a suite, put into the one text that is submitted. */
#include "ctl/suite-text.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/config/suite-file.h"
#include "common/wire/names.h"

struct members {
	struct suite_member *items;
	char **texts; /* owned */
	size_t n;
};

static void members_done(struct members *m)
{
	for (size_t i = 0; m->texts && i < m->n; i++)
		free(m->texts[i]);
	free(m->texts);
	free(m->items);
}

static int read_member(
	const char *directory, const char *name, struct members *m, size_t i, struct error *e)
{
	CLEANUP_FREE char *path = NULL;
	int r = name[0] == '/' ? asprintf(&path, "%s", name)
			       : asprintf(&path, "%s/%s", directory, name);

	if (r < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	m->items[i].file = name;
	r = file_read(path, WIRE_TEXT_MAX, &m->texts[i], &m->items[i].size, e);
	m->items[i].text = m->texts[i];
	return r;
}

static int read_members(
	const char *directory, const struct strv *names, struct members *m, struct error *e)
{
	m->n = names->n;
	m->items = calloc(names->n, sizeof(*m->items));
	m->texts = calloc(names->n, sizeof(*m->texts));
	if (!m->items || !m->texts)
		return error_setf(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < names->n; i++) {
		int r = read_member(directory, names->items[i], m, i, e);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Members that are there already: the text is one that was made by suite_compose(). */
static bool is_complete(const struct strv *names)
{
	return strv_find(names, "") >= 0;
}

static int failed(int r, struct error *e)
{
	return r == -ENOMEM ? error_setf(e, r, "out of memory") : error_setf(e, r, "%s", "");
}

/* A text with problems is left as it is: whoever parses it says them all, and better. */
static int find_names(const char *text, size_t size, struct strv *ret)
{
	CLEANUP(diag_done) struct diag look = {0};
	int r = diag_init(&look, "", NULL, 0);

	if (r >= 0)
		r = suite_files(text, size, ret, &look);
	return r == -EINVAL ? 0 : r;
}

int suite_text_fill(const char *file, const char *directory, char **text, size_t *size,
	struct diag *d, struct error *e)
{
	CLEANUP(members_done) struct members members = {0};
	CLEANUP_STRV struct strv names = {0};
	char *made = NULL;
	int r = find_names(*text, *size, &names);

	if (r < 0)
		return failed(r, e);
	if (r == 0 || is_complete(&names))
		return 0;
	r = read_members(directory, &names, &members, e);
	if (r < 0)
		return r;
	r = suite_compose(&(struct suite_member){file, *text, *size}, NULL, members.items,
		members.n, &made, d);
	if (r < 0)
		return failed(r, e);

	free(*text);
	*text = made;
	*size = strlen(made);
	diag_done(d);
	return diag_init(d, file, made, *size) < 0 ? failed(-ENOMEM, e) : 0;
}
