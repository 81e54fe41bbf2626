/* A result document on its way to the person. */
#include "ctl/report.h"

#include <errno.h>

#include "common/base/file.h"
#include "common/base/quantity.h"
#include "common/document/result-json.h"
#include "ctl/report-csv.h"
#include "ctl/report-text.h"
#include "ctl/report-time.h"

enum format {
	FORMAT_TEXT,
	FORMAT_TIME,
	FORMAT_JSON,
	FORMAT_CSV,
	FORMAT_MAX,
};

static const char *const format_names[FORMAT_MAX] = {"text", "time", "json", "csv"};

static int format_of(const struct context *c, enum format *ret, struct error *e)
{
	const char *name = options_value(&c->options, OPTION_FORMAT);

	*ret = c->json ? FORMAT_JSON : FORMAT_TEXT;
	for (int i = 0; name && i < FORMAT_MAX; i++)
		if (streq(format_names[i], name)) {
			*ret = (enum format)i;
			name = NULL;
		}
	if (name)
		return error_setf(
			e, -EINVAL, "--format: '%s' is none of text, time, json and csv", name);
	if (c->json && *ret != FORMAT_JSON)
		return error_setf(
			e, -EINVAL, "--json and --format %s: use one of them", format_names[*ret]);
	return 0;
}

static int run_of(const struct context *c, uint64_t *ret, struct error *e)
{
	const char *text = options_value(&c->options, OPTION_RUN);

	*ret = 0;
	if (text && (quantity_u64(text, ret) < 0 || *ret == 0))
		return error_setf(e, -EINVAL, "--run: '%s' is no number of a run", text);
	return 0;
}

int report_check_options(const struct context *c, struct error *e)
{
	enum format format;
	uint64_t run;
	int r = format_of(c, &format, e);

	if (r >= 0)
		r = run_of(c, &run, e);
	if (r >= 0 && run > 0 && format != FORMAT_TIME)
		r = error_setf(e, -EINVAL, "--run needs --format time");
	return r;
}

static int print_text(const struct context *c, const struct result *r, bool local, struct error *e)
{
	CLEANUP_FREE char *text = NULL;

	if (report_text(r, local, &text) < 0)
		return error_setf(e, -ENOMEM, "out of memory");

	report_print(stdout, text, c->colored);
	return 0;
}

static int print(const struct context *c, const char *text, const struct result *r, bool local,
	struct error *e)
{
	enum format format;
	uint64_t run;
	int n = format_of(c, &format, e);

	if (n >= 0)
		n = run_of(c, &run, e);
	if (n < 0)
		return n;

	switch (format) {
	case FORMAT_JSON:
		(void)fputs(text, stdout);
		return 0;
	case FORMAT_TIME:
		return report_time(stdout, c->quiet ? NULL : stderr, r, run, e);
	case FORMAT_CSV:
		report_csv(stdout, r);
		return 0;
	default:
		return print_text(c, r, local, e);
	}
}

int report_document(
	const struct context *c, const char *text, bool local, enum exit_code *ret, struct error *e)
{
	const char *output = options_value(&c->options, OPTION_OUTPUT);
	CLEANUP(result_done) struct result result = {0};
	int r = result_from_json(text, strlen(text), &result, e);

	if (r < 0)
		return error_prefixf(e, "the result document");
	if (output) {
		r = file_write_atomic(output, text, strlen(text), 0666, e);
		if (r < 0)
			return r;
	}
	r = print(c, text, &result, local, e);
	if (r < 0)
		return r;
	if (fflush(stdout) != 0)
		return error_setf(e, -EIO, "cannot write the report: %s", strerror(errno));

	*ret = exit_code_from_result(&result);
	return 0;
}
