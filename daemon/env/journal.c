/* Undo journal: the text on disk. */
#include "daemon/env/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/file.h"

#define JOURNAL_MAGIC	 "steady-journal 1"
#define JOURNAL_SIZE_MAX (256u << 20)
#define JOURNAL_HELP                                                                               \
	"# Written before anything is changed. By hand: put each old= back to the files behind "   \
	"at="                                                                                      \
	"\n# (tasks: taskset -pc OLD TID), last line first, or run: steadyd --restore\n"

static void append(struct journal *j, const char *text, size_t size)
{
	if (j->n + size > j->size) {
		size_t grown_size = MAX_OF(j->size * 2, j->n + size);
		char *grown = realloc(j->buffer, grown_size);

		if (!grown) {
			j->failed = true;
			return;
		}
		j->buffer = grown;
		j->size = grown_size;
	}
	memcpy(j->buffer + j->n, text, size);
	j->n += size;
}

static void append_text(struct journal *j, const char *text)
{
	append(j, text, strlen(text));
}

void journal_mark(struct journal *j, const char *fmt, ...)
{
	CLEANUP_FREE char *line = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (n < 0) {
		j->failed = true;
		return;
	}
	append(j, line, (size_t)n);
	append_text(j, "\n");
}

/* A newline or '|' inside a value would forge another record. */
static bool is_plain(const char *text)
{
	return text && !strpbrk(text, "|\n");
}

void journal_add(struct journal *j, const struct undo_item *item)
{
	if (!is_plain(item->old) || !is_plain(item->want) || !is_plain(item->at) ||
		strpbrk(item->target, " \n")) {
		j->failed = true;
		return;
	}
	journal_mark(j, "set %u %s %s old=%s|want=%s|at=%s", item->number, item->name, item->target,
		item->old, item->want, item->at);
}

static int open_new(struct journal *j, const char *path)
{
	j->path = strdup(path);
	if (!j->path || asprintf(&j->beside, "%s.new", path) < 0)
		return -ENOMEM;
	j->fd = open(
		j->beside, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
	return j->fd < 0 ? -errno : 0;
}

int journal_create(struct journal *j, const char *path, const struct undo *u, struct error *e)
{
	int r;

	*j = (struct journal){.fd = -1};
	r = open_new(j, path);
	if (r < 0) {
		journal_close(j);
		return error_setf(e, r, "%s: %s", path, strerror(-r));
	}
	append_text(j, JOURNAL_MAGIC "\n");
	journal_mark(j, "boot %s", u->boot);
	journal_mark(j, "owner %u job %" PRIu64, u->owner, u->job);
	append_text(j, JOURNAL_HELP);
	return 0;
}

static int write_and_sync(struct journal *j)
{
	int r = file_write_all(j->fd, j->buffer, j->n);

	if (r >= 0 && fdatasync(j->fd) < 0)
		r = -errno;
	if (r < 0 || !j->beside)
		return r;

	if (rename(j->beside, j->path) < 0)
		return -errno;
	free(TAKE_PTR(j->beside));
	return file_sync_folder_of(j->path);
}

int journal_flush(struct journal *j, struct error *e)
{
	struct stat before;
	int r = 0;

	if (j->failed)
		r = -ENOMEM;
	else if (fstat(j->fd, &before) < 0)
		r = -errno;
	else if (j->n > 0)
		r = write_and_sync(j);
	if (r < 0 && !j->failed && ftruncate(j->fd, before.st_size) < 0)
		j->failed = true;
	j->n = 0;
	return r < 0 ? error_setf(e, r, "undo journal %s: %s", j->path, strerror(-r)) : 0;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;

	if (j->path && j->fd >= 0)
		(void)close(j->fd);
	free(j->path);
	free(j->beside);
	free(j->buffer);
	*j = (struct journal){.fd = -1};
}

int journal_remove(struct journal *j)
{
	int r;

	/* Empty means "never began", should the name not go away: an old journal must not undo what
	 * others do from now on. */
	r = ftruncate(j->fd, 0) < 0 ? -errno : 0;
	if (unlink(j->beside ? j->beside : j->path) < 0)
		r = r < 0 ? r : -errno;
	else
		r = file_sync_folder_of(j->path);
	journal_close(j);
	return r;
}

void journal_boot(char ret[static UNDO_BOOT_MAX])
{
	if (file_read_line("/proc/sys/kernel/random/boot_id", ret, UNDO_BOOT_MAX) < 0)
		ret[0] = '\0';
}

/* Cuts text at the next separator and returns what follows; NULL when there is none. */
static char *cut(char *text, const char *separator)
{
	char *found = text ? strstr(text, separator) : NULL;

	if (!found)
		return NULL;
	*found = '\0';
	return found + strlen(separator);
}

/* "1 cpu.governor policy0 old=...|want=...|at=..." */
static int read_record(char *line, const struct knob_table *t, struct undo *u)
{
	char *name = cut(line, " "), *target = cut(name, " "), *old = cut(target, " old="),
	     *want = cut(old, "|want="), *at = cut(want, "|at=");
	struct undo_item item = {
		.number = (unsigned)strtoul(line, NULL, 10),
		.name = name,
		.target = target,
		.old = old,
		.want = want,
		.at = at,
	};

	if (!at || item.number <= u->last_number)
		return -EBADMSG;
	item.knob = knob_table_find(t, name);
	return undo_add(u, &item);
}

/* "now 3 value" and "leave 3 value". */
static int read_note(char *line, bool is_leave, struct undo *u)
{
	char *value = cut(line, " ");
	struct undo_item *item = undo_find(u, (unsigned)strtoul(line, NULL, 10));
	char **slot;

	if (!item || !value)
		return -EBADMSG;
	slot = is_leave ? &item->theirs : &item->now;
	free(*slot);
	*slot = strdup(value);
	return *slot ? 0 : -ENOMEM;
}

static int read_done(const char *line, struct undo *u)
{
	struct undo_item *item = undo_find(u, (unsigned)strtoul(line, NULL, 10));

	if (!item)
		return -EBADMSG;
	item->is_done = true;
	return 0;
}

static int read_owner(char *line, struct undo *u)
{
	unsigned owner;

	if (sscanf(line, "%u job %" SCNu64, &owner, &u->job) != 2)
		return -EBADMSG;
	u->owner = owner;
	return 0;
}

static int read_line(char *line, const struct knob_table *t, struct undo *u)
{
	if (strncmp(line, "set ", 4) == 0)
		return read_record(line + 4, t, u);
	if (strncmp(line, "now ", 4) == 0)
		return read_note(line + 4, false, u);
	if (strncmp(line, "leave ", 6) == 0)
		return read_note(line + 6, true, u);
	if (strncmp(line, "done ", 5) == 0)
		return read_done(line + 5, u);
	if (strncmp(line, "owner ", 6) == 0)
		return read_owner(line + 6, u);
	if (strncmp(line, "boot ", 5) == 0) {
		(void)snprintf(u->boot, sizeof(u->boot), "%s", line + 5);
		return 0;
	}
	u->begun |= streq(line, "begin");
	u->ready |= streq(line, "ready");
	u->restoring |= streq(line, "restoring");
	return 0;
}

/*
 * Reads all complete lines. A journal whose first line is torn or missing never began. One damaged
 * line must not keep the others from being undone: it is counted and ends up in the residue.
 */
static int read_lines(char *text, const struct knob_table *t, struct undo *u, struct error *e)
{
	unsigned n = 0;
	char *line = text, *next;

	for (; (next = cut(line, "\n")); line = next) {
		int r = 0;

		if (n++ == 0 && !streq(line, JOURNAL_MAGIC))
			return error_setf(
				e, -EBADMSG, "line 1 is not '" JOURNAL_MAGIC "' but '%.40s'", line);
		if (n > 1)
			r = read_line(line, t, u);
		if (r == -ENOMEM)
			return error_setf(e, r, "out of memory");
		u->n_damaged += r < 0;
	}
	undo_drop_done(u);
	return 0;
}

static int cut_torn_line(const struct journal *j, const char *text, size_t size)
{
	const char *last = memrchr(text, '\n', size);
	size_t whole = last ? (size_t)(last - text) + 1 : 0;

	return whole == size || ftruncate(j->fd, (off_t)whole) == 0 ? 0 : -errno;
}

/* Opens and reads; with O_RDWR the file is made ready for further lines. */
static int open_existing(
	struct journal *j, int flags, const struct knob_table *t, struct undo *u, struct error *e)
{
	CLEANUP_FREE char *text = NULL;
	size_t size;
	int r;

	j->fd = open(j->path, flags | O_CLOEXEC | O_NOFOLLOW);
	if (j->fd < 0)
		return error_setf(e, -errno, "%s", strerror(errno));
	r = file_read_fd(j->fd, JOURNAL_SIZE_MAX, &text, &size);
	if (r >= 0 && flags != O_RDONLY)
		r = cut_torn_line(j, text, size);
	if (r < 0)
		return error_setf(e, r, "%s", strerror(-r));
	return read_lines(text, t, u, e);
}

static int open_with(struct journal *j, const char *path, int flags, const struct knob_table *t,
	struct undo *ret, struct error *e)
{
	struct undo u = {0};
	int r;

	*j = (struct journal){.fd = -1, .path = strdup(path)};
	if (!j->path)
		return error_setf(e, -ENOMEM, "out of memory");
	r = open_existing(j, flags, t, &u, e);
	if (r < 0) {
		undo_done(&u);
		journal_close(j);
		(void)error_prefixf(e, "undo journal %s", path);
		return r;
	}
	*ret = u;
	return 0;
}

int journal_open(struct journal *j, const char *path, const struct knob_table *t, struct undo *ret,
	struct error *e)
{
	return open_with(j, path, O_RDWR | O_APPEND, t, ret, e);
}

int journal_read(const char *path, const struct knob_table *t, struct undo *ret, struct error *e)
{
	struct journal j;
	int r = open_with(&j, path, O_RDONLY, t, ret, e);

	if (r >= 0)
		journal_close(&j);
	return r;
}
