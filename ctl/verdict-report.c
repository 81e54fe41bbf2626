/* A verdict on its way to people and to CI. */
#include "ctl/verdict-report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "common/document/verdict-json.h"
#include "common/judge/verdict-sum.h"
#include "ctl/verdict-formats.h"
#include "ctl/verdict-options.h"

#define REPORT_MODE   0666
#define DELIMITER_MAX 32

static int write_json(FILE *f, const struct verdict_view *view)
{
	CLEANUP_FREE char *text = NULL;
	int r = verdict_to_json(view->verdict, view->code, &text);

	if (r >= 0)
		(void)fputs(text, f);
	return r;
}

static const struct verdict_format formats[] = {
	{"text", "The report for people, as on the terminal.", verdict_write_text},
	{"markdown", "For a comment on a pull request.", verdict_write_markdown},
	{"github", "Annotations, step summary and outputs of a GitHub job.", verdict_write_github},
	{"junit", "JUnit XML.", verdict_write_junit},
	{"sarif", "SARIF 2.1.0.", verdict_write_sarif},
	{"gitlab", "OpenMetrics text for a GitLab metrics report.", verdict_write_gitlab},
	{"json", "The verdict document.", write_json},
};

const struct verdict_format *verdict_formats(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(formats);
	return formats;
}

static int make_text(const struct verdict_format *format, const struct verdict_view *view,
	char **ret, size_t *ret_size)
{
	CLEANUP_FREE char *text = NULL;
	FILE *f = open_memstream(&text, ret_size);
	int r;

	if (!f)
		return -ENOMEM;
	r = format->write(f, view);
	if (fclose(f) != 0)
		r = -ENOMEM;
	if (r >= 0)
		*ret = TAKE_PTR(text);
	return r;
}

/* What is no regular file (a pipe, /dev/null) is written to, never replaced. */
static int write_in_place(
	const char *path, int flags, const char *text, size_t size, struct error *e)
{
	CLEANUP_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC | flags, REPORT_MODE);
	int r;

	if (fd < 0)
		return error_setf(e, -errno, "%s: %s", path, strerror(errno));
	r = file_write_all(fd, text, size);
	return r < 0 ? error_setf(e, r, "%s: %s", path, strerror(-r)) : 0;
}

static int write_file(const char *path, const char *text, size_t size, struct error *e)
{
	struct stat st;

	if (streq(path, "-")) {
		(void)fwrite(text, 1, size, stdout);
		return 0;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_in_place(path, 0, text, size, e);
	return file_write_atomic(path, text, size, REPORT_MODE, e);
}

/* $GITHUB_STEP_SUMMARY and $GITHUB_OUTPUT: one append of whole lines. */
static int append_to(const char *variable, const char *text, size_t size, struct error *e)
{
	const char *path = getenv(variable);
	int r;

	if (!path || !*path)
		return 0;
	r = write_in_place(path, O_APPEND | O_CREAT, text, size, e);
	return r < 0 ? error_prefixf(e, "$%s", variable) : 0;
}

static int append_variables(const struct verdict_view *view, struct error *e)
{
	char delimiter[DELIMITER_MAX];
	CLEANUP_FREE char *text = NULL;
	uint64_t random;
	size_t size;
	FILE *f;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return error_setf(e, -EIO, "no random number for a delimiter");
	f = open_memstream(&text, &size);
	if (!f)
		return error_setf(e, -ENOMEM, "out of memory");
	(void)snprintf(delimiter, sizeof(delimiter), "steady_%016" PRIx64, random);
	verdict_github_variables(f, view, delimiter);
	if (fclose(f) != 0)
		return error_setf(e, -ENOMEM, "out of memory");
	return append_to("GITHUB_OUTPUT", text, size, e);
}

static int append_summary(const struct verdict_view *view, struct error *e)
{
	static const struct verdict_format markdown = {.write = verdict_write_markdown};
	CLEANUP_FREE char *text = NULL;
	size_t size;
	int r = make_text(&markdown, view, &text, &size);

	if (r < 0)
		return error_setf(e, r, "out of memory");
	return append_to("GITHUB_STEP_SUMMARY", text, size, e);
}

static int write_report(const struct verdict_view *view, const char *option, struct error *e)
{
	CLEANUP_FREE char *text = NULL;
	const struct verdict_format *format;
	struct verdict_view plain = *view;
	const char *path;
	size_t size;
	int r = verdict_option_report(option, &format, &path, e);

	if (r < 0)
		return r;
	plain.colored = view->colored && streq(path, "-");
	r = make_text(format, &plain, &text, &size);
	if (r < 0)
		return error_setf(e, r, "--report %s: out of memory", option);
	r = write_file(path, text, size, e);
	if (r >= 0 && format->write == verdict_write_github)
		r = append_summary(&plain, e);
	if (r >= 0 && format->write == verdict_write_github)
		r = append_variables(&plain, e);
	return r;
}

/* One that cannot be written does not keep the others from being written. */
static int write_reports(const struct context *c, const struct verdict_view *view, struct error *e)
{
	int first = 0;

	for (size_t i = 0; i < c->options.n_uses; i++) {
		struct error later = {0};
		int r = 0;

		if (c->options.uses[i].option == OPTION_REPORT)
			r = write_report(view, c->options.uses[i].value, first < 0 ? &later : e);
		first = first < 0 ? first : r;
	}
	return first;
}

static int print(const struct context *c, const struct verdict_view *view, struct error *e)
{
	int r = c->json ? write_json(stdout, view) : verdict_write_text(stdout, view);

	if (r < 0)
		return error_setf(e, r, "the report: out of memory");
	r = write_reports(c, view, e);
	if (r >= 0 && fflush(stdout) != 0)
		r = error_setf(e, -EIO, "cannot write the report: %s", strerror(errno));
	return r;
}

int verdict_present(const struct context *c, const struct verdict_document *verdict,
	const struct result *base, const struct result *cand, struct error *e)
{
	struct verdict_document said = *verdict;
	struct verdict_view view = {
		.verdict = &said,
		.base = base,
		.cand = cand,
		.colored = c->colored,
		.verbose = c->verbose,
		.local = c->local,
	};
	int r = verdict_option_neutral(
		options_value(&c->options, OPTION_NEUTRAL), &view.neutral, e);

	if (r < 0)
		return r;
	said.neutral = view.neutral;
	view.code = verdict_exit_code_of(&said, cand);
	r = print(c, &view, e);
	if (r >= 0 || view.code == 0)
		return r < 0 ? r : view.code;
	/* A regression stays one, whatever became of its reports. */
	(void)fprintf(stderr, "steadyctl: %s\n", e->text);
	return view.code;
}
