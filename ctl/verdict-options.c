/* --report and --neutral: what was asked for. */
#include "ctl/verdict-options.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/quantity.h"
#include "common/base/strv.h"

/* What verdict_codes() knows. Bad usage and an absent daemon are never a matter of taste. */
#define CODES_MAX     8
#define NEUTRAL_CODES (1u << 1 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 6 | 1u << 8)
#define NEUTRAL_WORDS "1, 3, 4, 5, 6 and 8"

static int unknown_format(const char *name, size_t length, struct error *e)
{
	CLEANUP_STRV struct strv names = {0};
	CLEANUP_FREE char *list = NULL;
	size_t n;
	const struct verdict_format *formats = verdict_formats(&n);

	for (size_t i = 0; i < n; i++)
		if (strv_push(&names, formats[i].name) < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	list = strv_join(&names, ", ");
	return error_setf(e, -EINVAL, "--report: unknown format '%.*s'; there are %s",
		(int)MIN_OF(length, (size_t)40), name, list ? list : "others");
}

int verdict_option_report(
	const char *text, const struct verdict_format **ret, const char **ret_path, struct error *e)
{
	const char *equals = strchr(text, '=');
	size_t n, length = equals ? (size_t)(equals - text) : strlen(text);
	const struct verdict_format *formats = verdict_formats(&n);

	for (size_t i = 0; i < n; i++) {
		if (strlen(formats[i].name) != length ||
			strncmp(formats[i].name, text, length) != 0)
			continue;
		if (!equals || !equals[1])
			return error_setf(e, -EINVAL,
				"--report: '%s' names no file; use %s=FILE, or %s=- for stdout",
				text, formats[i].name, formats[i].name);
		*ret = &formats[i];
		*ret_path = equals + 1;
		return 0;
	}
	return unknown_format(text, length, e);
}

int verdict_option_neutral(const char *text, uint32_t *ret, struct error *e)
{
	uint32_t codes = 0;

	for (const char *p = text; p; p = strchr(p, ',')) {
		char word[8];
		uint64_t code;
		size_t length;

		p += *p == ',';
		length = strcspn(p, ",");
		(void)snprintf(
			word, sizeof(word), "%.*s", (int)MIN_OF(length, sizeof(word) - 1), p);
		if (length >= sizeof(word) || quantity_u64(word, &code) < 0)
			return error_setf(e, -EINVAL,
				"--neutral: '%.*s' is no exit code; use a list such as 3,5",
				(int)MIN_OF(length, (size_t)40), p);
		if (code > CODES_MAX || !(NEUTRAL_CODES & 1u << code))
			return error_setf(e, -EINVAL,
				"--neutral: exit code %s cannot be neutral; it may "
				"be " NEUTRAL_WORDS,
				word);
		codes |= 1u << code;
	}
	*ret = codes;
	return 0;
}

/* Now, and not after ten minutes of measuring. */
static int check_writable(const char *option, const char *path, struct error *e)
{
	CLEANUP_FREE char *folder = strdup(path);
	char *slash = folder ? strrchr(folder, '/') : NULL;
	struct stat st;

	if (!folder)
		return error_setf(e, -ENOMEM, "out of memory");
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return error_setf(e, -EINVAL, "%s: %s is a folder", option, path);
	if (slash)
		slash[slash == folder ? 1 : 0] = '\0';
	if (access(slash ? folder : ".", W_OK) < 0 && access(path, W_OK) < 0)
		return error_setf(
			e, -EINVAL, "%s: %s cannot be written: %s", option, path, strerror(errno));
	return 0;
}

static int check_report(
	const struct context *c, const char *text, bool *stdout_used, struct error *e)
{
	const struct verdict_format *format;
	const char *path = "-";
	int r = verdict_option_report(text, &format, &path, e);

	if (r < 0)
		return r;
	if (!streq(path, "-"))
		return check_writable("--report", path, e);
	if (c->json)
		return error_setf(e, -EINVAL,
			"--report %s and --json: only one of them can have stdout", text);
	if (*stdout_used)
		return error_setf(
			e, -EINVAL, "--report %s: another report has stdout already", text);
	*stdout_used = true;
	return 0;
}

int verdict_present_check(const struct context *c, struct error *e)
{
	bool stdout_used = false;
	uint32_t neutral;
	int r = verdict_option_neutral(options_value(&c->options, OPTION_NEUTRAL), &neutral, e);

	for (size_t i = 0; r >= 0 && i < c->options.n_uses; i++) {
		const struct option_use *use = &c->options.uses[i];

		if (use->option == OPTION_REPORT)
			r = check_report(c, use->value, &stdout_used, e);
		else if (use->option == OPTION_OUTPUT)
			r = check_writable("--output", use->value, e);
	}
	return r;
}
