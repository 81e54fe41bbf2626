/* Commands, hooks and folders of a workload file. */
#include <errno.h>
#include <stddef.h>

#include "common/config/workload-reader.h"

static struct placeholders *placeholders_of(const struct schema_context *c)
{
	return &((struct workload_reader *)c->document)->placeholders;
}

static int command_set_shell(struct command *target, const char *line)
{
	struct command made = {.shell = true};

	if (strv_push(&made.argv, line) < 0)
		return -ENOMEM;

	command_done(target);
	*target = made;
	return 0;
}

static int decode_shell(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	const char *line;
	int r = schema_scalar(c, row, n, &line);

	if (r < 0)
		return r;
	if (line[strspn(line, " \t\n")] == '\0')
		return schema_problem(c, n, "'%s' is empty", row->key);
	return command_set_shell(target, line);
}

static const struct schema_row shell_rows[] = {
	{
		.key = "shell",
		.type = &workload_shell,
		.flags = SCHEMA_REQUIRED,
		.help = "One line that /bin/sh -c runs.",
	},
	{0},
};

static int split_line(struct schema_context *c, const struct schema_row *row, const struct node *n,
	struct strv *ret)
{
	struct error e = {0};
	const char *line;
	int r = schema_scalar(c, row, n, &line);

	if (r < 0)
		return r;
	r = strv_shell_split(line, ret, &e);
	return r == -EINVAL ? schema_problem(c, n, "'%s': %s", row->key, e.text) : r;
}

static int note_placeholders(
	struct schema_context *c, const struct node *n, const struct strv *words)
{
	const struct node *item = n->kind == NODE_LIST ? n->children : n;

	for (size_t i = 0; i < words->n; i++) {
		int r = placeholders_note(placeholders_of(c), c, item, words->items[i]);
		if (r < 0)
			return r;
		if (n->kind == NODE_LIST)
			item = item->next;
	}
	return 0;
}

static int decode_words(struct schema_context *c, const struct schema_row *row,
	const struct node *n, struct command *target)
{
	struct command made = {0};
	int r;

	r = n->kind == NODE_LIST ? schema_strings(c, row, n, &made.argv)
				 : split_line(c, row, n, &made.argv);
	if (r >= 0 && (made.argv.n == 0 || !*made.argv.items[0]))
		r = schema_problem(c, n, "'%s' names no program", row->key);
	if (r >= 0)
		r = note_placeholders(c, n, &made.argv);
	if (r < 0) {
		command_done(&made);
		return r;
	}
	command_done(target);
	*target = made;
	return 0;
}

static int decode_command(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	if (n->kind == NODE_MAPPING)
		return schema_walk(c, shell_rows, n, target);
	return decode_words(c, row, n, target);
}

static int decode_hook(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	if (n->kind == NODE_MAPPING)
		return schema_walk(c, shell_rows, n, target);
	if (n->kind == NODE_LIST)
		return decode_words(c, row, n, target);
	return decode_shell(c, row, n, target);
}

/* Placeholders that stand for an absolute folder may begin a path. */
static bool is_absolute(const char *path)
{
	return path[0] == '/' || strncmp(path, "{arm-dir}", 9) == 0 ||
		strncmp(path, "{scratch}", 9) == 0;
}

static int set_path(const struct schema_context *c, const char *path, char **target)
{
	const char *directory = ((struct workload_reader *)c->document)->directory;
	char *made = NULL;
	int r;

	while (strncmp(path, "./", 2) == 0)
		path += 2 + strspn(path + 2, "/");
	if (is_absolute(path))
		return schema_set_text(target, path);
	if (!*path || streq(path, "."))
		return schema_set_text(target, directory);

	r = asprintf(&made, "%s%s%s", directory, streq(directory, "/") ? "" : "/", path);
	if (r < 0)
		return -ENOMEM;
	free(*target);
	*target = made;
	return 0;
}

static int decode_path(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	const char *path;
	int r = schema_scalar(c, row, n, &path);

	if (r < 0)
		return r;
	if (!*path)
		return schema_problem(c, n, "'%s' is empty", row->key);
	return set_path(c, path, target);
}

static int decode_folder(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	int r = decode_path(c, row, n, target);

	return r < 0 ? r : placeholders_note(placeholders_of(c), c, n, n->text);
}

const struct schema_type workload_command = {
	"a list of words or {shell: \"...\"}", "[sort, big.txt]", decode_command};
const struct schema_type workload_shell = {"a shell line", NULL, decode_shell};
const struct schema_type workload_hook = {"a shell line or a list of words", NULL, decode_hook};
const struct schema_type workload_folder = {"a path", NULL, decode_folder, .is_text = true};
const struct schema_type workload_path = {"a path", NULL, decode_path, .is_text = true};
