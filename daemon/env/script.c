/* The undo journal as a shell script, for a person without steadyd. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "daemon/env/engine.h"

#define SCRIPT_NOTHING "#!/bin/sh\n# There is no undo journal: nothing to give back.\n"

/* Coupled values pull at each other: the second time finds what the first one moved. */
static const char *const script_begin =
	"boot=$(cat /proc/sys/kernel/random/boot_id)\n"
	"if [ \"$boot\" != \"$journal_boot\" ]; then\n"
	"\techo 'The machine was restarted since: nothing to give back.'\n"
	"\texit 0\n"
	"fi\n"
	"put() { [ ! -e \"$2\" ] || printf '%s' \"$1\" 2>/dev/null >\"$2\" || :; }\n"
	"start() { sed 's/.*) //' \"/proc/$1/stat\" 2>/dev/null | cut -d' ' -f20; }\n"
	"task() { [ \"$(start \"$1\")\" != \"$2\" ] || taskset -pc \"$3\" \"$1\" >/dev/null 2>&1 "
	"|| "
	":; }\n";

/* Children of moved tasks are in no record, but have exactly the mask that was given. */
static const char *const script_strays =
	"for path in /proc/[0-9]*/task/[0-9]*; do\n"
	"\ttid=${path##*/}\n"
	"\tcase $path in /proc/1/*) continue ;; esac\n"
	"\tcase $known in *\" $tid \"*) continue ;; esac\n"
	"\tgrep -q \"^Cpus_allowed_list:[[:space:]]*$given\\$\" \"$path/status\" 2>/dev/null "
	"|| continue\n"
	"\tcase $(cat \"$path/comm\" 2>/dev/null) in\n"
	"%s"
	"\t*) taskset -pc \"$(cat /sys/devices/system/cpu/online)\" \"$tid\" >/dev/null 2>&1 || : "
	";;\n"
	"\tesac\n"
	"done\n";

static void print_quoted(FILE *f, const char *text)
{
	(void)fputc('\'', f);
	for (; *text; text++) {
		if (*text == '\'')
			(void)fputs("'\\''", f);
		else
			(void)fputc(*text, f);
	}
	(void)fputc('\'', f);
}

/* "MIN MAX" and two paths: one line for each of them. */
static void print_files(FILE *f, const struct undo_item *item, bool is_split)
{
	const char *value = item->old, *path = item->at;

	while (*value && *path) {
		size_t n_value = is_split ? strcspn(value, " ") : strlen(value);
		size_t n_path = is_split ? strcspn(path, " ") : strlen(path);
		CLEANUP_FREE char *v = strndup(value, n_value), *p = strndup(path, n_path);

		(void)fputs("put ", f);
		print_quoted(f, v ? v : "");
		(void)fputc(' ', f);
		print_quoted(f, p ? p : "");
		(void)fputc('\n', f);
		value += n_value + strspn(value + n_value, " ");
		path += n_path + strspn(path + n_path, " ");
	}
}

static void print_task(FILE *f, const struct undo_item *item)
{
	long long start;
	int tid;

	if (sscanf(item->target, "%d@%lld", &tid, &start) == 2)
		(void)fprintf(f, "task %d %lld %s\n", tid, start, item->old);
}

static void print_items(FILE *f, const struct undo *u, bool tasks)
{
	for (size_t i = u->n; i > 0; i--) {
		const struct undo_item *item = &u->items[i - 1];

		if (item->theirs || !item->knob || item->knob->many != tasks)
			continue;
		if (tasks)
			print_task(f, item);
		else
			print_files(f, item, strchr(item->at, ' ') != NULL);
	}
}

static const struct undo_item *first_task(const struct undo *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->items[i].knob && u->items[i].knob->many)
			return &u->items[i];
	return NULL;
}

/* A pattern of ours is one of the shell's, once what else the shell would see is quoted. */
static int push_pattern(struct strv *lines, const char *pattern)
{
	char quoted[2 * 256];
	size_t n = 0;

	for (; *pattern && n + 2 < sizeof(quoted); pattern++) {
		if (!isalnum((unsigned char)*pattern) && !strchr("*?[]!-_.:/", *pattern))
			quoted[n++] = '\\';
		quoted[n++] = *pattern;
	}
	quoted[n] = '\0';
	return n == 0 ? 0 : strv_pushf(lines, "\t%s) ;;\n", quoted);
}

static void print_strays(FILE *f, const struct undo *u, const struct strv *spare)
{
	const struct undo_item *first = first_task(u);
	CLEANUP_FREE char *patterns = NULL;
	CLEANUP_STRV struct strv lines = {0};

	if (!first)
		return;

	(void)fprintf(f, "given='%s'\nknown=' ", first->want);
	for (size_t i = 0; i < u->n; i++)
		if (u->items[i].knob == first->knob)
			(void)fprintf(f, "%d ", atoi(u->items[i].target));
	(void)fputs("'\n", f);
	for (size_t i = 0; spare && i < spare->n; i++)
		(void)push_pattern(&lines, spare->items[i]);
	patterns = strv_join(&lines, "");
	(void)fprintf(f, script_strays, patterns ? patterns : "");
}

static void print_script(FILE *f, const struct undo *u, const struct strv *spare)
{
	(void)fprintf(f,
		"#!/bin/sh\n# Gives back what job %" PRIu64
		" of user %u had changed. Run it as root.\n"
		"journal_boot='%s'\n%s",
		u->job, u->owner, u->boot, script_begin);
	print_items(f, u, true);
	print_strays(f, u, spare);
	print_items(f, u, false);
	print_items(f, u, false);
}

static int make_script(const struct undo *u, const struct strv *spare, char **ret, struct error *e)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	bool failed;

	if (!f)
		return error_setf(e, -ENOMEM, "out of memory");

	print_script(f, u, spare);
	failed = ferror(f) != 0;
	failed |= fclose(f) != 0;
	if (failed) {
		free(text);
		return error_setf(e, -ENOMEM, "out of memory");
	}
	*ret = text;
	return 1;
}

int env_journal_script(const struct env_config *c, char **ret, struct error *e)
{
	CLEANUP_FREE char *path = NULL;
	struct error why = {0};
	struct undo u;
	int r;

	if (asprintf(&path, "%s/" JOURNAL_FILE, c->state) < 0)
		return error_setf(e, -ENOMEM, "out of memory");
	r = journal_read(path, knob_table(), &u, &why);
	if (r < 0 && r != -ENOENT)
		return error_setf(e, r, "%s", why.text);
	if (r == -ENOENT || !u.begun || u.n == 0) {
		if (r >= 0)
			undo_done(&u);
		*ret = strdup(SCRIPT_NOTHING);
		return *ret ? 0 : error_setf(e, -ENOMEM, "out of memory");
	}
	r = make_script(&u, c->spare, ret, e);
	undo_done(&u);
	return r;
}
