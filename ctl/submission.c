/* What a command line submits. */
#include "ctl/submission.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "common/config/search-path.h"
#include "common/config/suite-file.h"
#include "common/config/yaml-scalar.h"
#include "common/wire/names.h"
#include "ctl/submission-text.h"
#include "ctl/suite-text.h"
#include "ctl/verb.h"

static int working_directory(char **ret, struct error *e)
{
	*ret = realpath(".", NULL);
	return *ret ? 0 : error_setf(e, -EINVAL, "the working directory: %s", strerror(errno));
}

/* What a person gave cannot be used: exit code 2, whatever the reason of the system. */
static int unusable(int r, struct error *e)
{
	if (e)
		e->code = r == -ENOMEM ? r : -EINVAL;
	return r == -ENOMEM ? r : -EINVAL;
}

static int read_standard_input(struct submission *s, size_t *ret_size, struct error *e)
{
	int r = file_read_fd(STDIN_FILENO, WIRE_TEXT_MAX, &s->text, ret_size);

	if (r < 0)
		return error_setf(e, r == -ENOMEM ? r : -EINVAL, "standard input: %s",
			r == -EFBIG ? "larger than 1 MiB" : strerror(-r));
	s->file = strdup("<stdin>");
	if (!s->file)
		return error_setf(e, -ENOMEM, "out of memory");
	return working_directory(&s->directory, e);
}

static int read_file(const char *path, struct submission *s, size_t *ret_size, struct error *e)
{
	char *slash;
	int r = file_read(path, WIRE_TEXT_MAX, &s->text, ret_size, e);

	if (r < 0)
		return unusable(r, e);
	s->file = strdup(path);
	s->directory = realpath(path, NULL);
	if (!s->file || !s->directory)
		return error_setf(
			e, errno == ENOMEM ? -ENOMEM : -EINVAL, "%s: %s", path, strerror(errno));

	slash = strrchr(s->directory, '/');
	slash[slash == s->directory] = '\0';
	return 0;
}

/* A name that ships, a path, or a file of the working directory whose name looks like neither. */
static int find_file(const char *name, char **ret, struct error *e)
{
	int r = search_path_find_workload(name, ret, e);

	if (r != -ENOENT || !file_exists(name))
		return r;
	*ret = strdup(name);
	return *ret ? 0 : error_setf(e, -ENOMEM, "out of memory");
}

static int read_named(const struct context *c, struct submission *s, size_t *size, struct error *e)
{
	CLEANUP_FREE char *path = NULL;
	int r;

	if (streq(context_word(c, 0), "-"))
		return read_standard_input(s, size, e);
	r = find_file(context_word(c, 0), &path, e);
	return r < 0 ? r : read_file(path, s, size, e);
}

static int make_spoken(const struct context *c, struct submission *s, size_t *size, struct error *e)
{
	int r = submission_text(&c->options, &s->text, e);

	if (r < 0)
		return r;
	*size = strlen(s->text);
	s->file = strdup("<command line>");
	if (!s->file)
		return error_setf(e, -ENOMEM, "out of memory");
	if (*size > WIRE_TEXT_MAX)
		return error_setf(e, -EINVAL, "the command is longer than 1 MiB");
	return working_directory(&s->directory, e);
}

/* D-Bus carries only UTF-8. */
static int take_environment(const struct context *c, struct submission *s, struct error *e)
{
	for (char **p = environ; *p; p++) {
		if (!yaml_scalar_fits(*p))
			context_note(c, "%.*s is not passed on: it is not UTF-8",
				(int)strcspn(*p, "="), *p);
		else if (strv_push(&s->environment, *p) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	}
	return 0;
}

static int parse(struct submission *s, size_t size, struct diag *diag, struct error *e)
{
	int r = suite_text_fill(s->file, s->directory, &s->text, &size, diag, e);

	if (r < 0)
		return r;
	r = suite_parse(s->text, size, s->directory, &s->overrides, &s->suite, diag);
	if (r == -EINVAL)
		return error_setf(e, r, "%s", "");
	if (r < 0)
		return error_setf(e, r, "%s: %s", s->file, strerror(-r));
	if (strlen(s->text) != size || !yaml_scalar_fits(s->text))
		return error_setf(e, -EINVAL, "%s: not UTF-8", s->file);
	return 0;
}

static int check(struct submission *s, size_t size, struct error *e)
{
	CLEANUP(diag_done) struct diag diag = {0};
	CLEANUP_FREE char *text = NULL;
	int r = diag_init(&diag, s->file, s->text, size);

	if (r < 0)
		return error_setf(e, r, "out of memory");
	r = parse(s, size, &diag, e);
	if (r >= 0)
		return 0;
	if (diag_count(&diag) == 0)
		return unusable(r, e);

	text = diag_format(&diag);
	(void)fputs(text ? text : "out of memory\n", stderr);
	return r;
}

static int check_forms(const struct context *c, struct error *e)
{
	bool commands = options_has(&c->options, OPTION_COMMAND);
	size_t n_files = c->options.words.n - 1;

	if (n_files + commands + c->options.has_rest == 0)
		return error_setf(e, -EINVAL, "what to run? usage: steadyctl %s %s", c->verb->name,
			c->verb->usage);
	if (n_files > 1 && !commands && !c->options.has_rest)
		return error_setf(e, -EINVAL, "one workload at a time; a command goes after --");
	if (n_files + commands + c->options.has_rest > 1)
		return error_setf(
			e, -EINVAL, "a file, -c and -- are three ways to say what to run: use one");
	if (n_files == 1 && options_has(&c->options, OPTION_SHELL))
		return error_setf(e, -EINVAL, "--shell is for commands, not for a file");
	return 0;
}

int submission_take_options(const struct context *c, struct submission *s, struct error *e)
{
	int r = submission_overrides(&c->options, &s->overrides, e);

	return r < 0 ? r : take_environment(c, s, e);
}

static int make(const struct context *c, struct submission *s, struct error *e)
{
	size_t size = 0;
	int r = check_forms(c, e);

	if (r >= 0)
		r = c->options.words.n > 1 ? read_named(c, s, &size, e)
					   : make_spoken(c, s, &size, e);
	if (r >= 0)
		r = submission_take_options(c, s, e);
	if (r >= 0)
		r = check(s, size, e);
	return r;
}

int submission_make(const struct context *c, struct submission *ret, struct error *e)
{
	struct submission s = {0};
	int r = make(c, &s, e);

	if (r < 0) {
		submission_done(&s);
		return r;
	}
	*ret = s;
	return 0;
}

void submission_done(struct submission *s)
{
	if (!s)
		return;

	free(s->text);
	free(s->file);
	free(s->directory);
	strv_done(&s->overrides);
	strv_done(&s->environment);
	suite_done(&s->suite);
	*s = (struct submission){0};
}
