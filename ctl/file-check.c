/* Checking workload, profile and host files without a daemon. */
#include "ctl/file-check.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/config/host-file.h"
#include "common/config/profile-file.h"
#include "common/config/suite-file.h"
#include "common/wire/names.h"
#include "ctl/exit-code.h"
#include "ctl/suite-text.h"

/* Is there a line that begins with the key, in block style. */
static bool has_top_key(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) == 0 && line[length] == ':')
			return true;
	}
	return false;
}

static int parse_profile(const char *text, size_t size, struct diag *d)
{
	CLEANUP(profile_done) struct profile profile = {0};

	return profile_parse(text, size, &profile, d);
}

static int parse_workload(
	const char *path, char **text, size_t *size, struct diag *d, struct error *e)
{
	CLEANUP(suite_done) struct suite suite = {0};
	CLEANUP_FREE char *directory = realpath(path, NULL);
	char *slash = directory ? strrchr(directory, '/') : NULL;
	int r;

	if (slash)
		slash[slash == directory] = '\0';
	r = suite_text_fill(path, directory ? directory : "/", text, size, d, e);
	return r < 0 ? r : suite_parse(*text, *size, directory ? directory : "/", NULL, &suite, d);
}

static int parse_host_config(const char *text, size_t size, struct diag *d)
{
	CLEANUP(host_config_done) struct host_config config = {0};

	return host_config_parse(text, size, &config, d);
}

static bool is_suite(const char *text)
{
	return has_top_key(text, "suite") || has_top_key(text, "workloads");
}

static int parse(const char *path, char **text, size_t *size, struct diag *d, struct error *e)
{
	const char *slash = strrchr(path, '/');

	if (streq(slash ? slash + 1 : path, "steadyd.yaml"))
		return parse_host_config(*text, *size, d);
	if (has_top_key(*text, "profile") && !has_top_key(*text, "workload") && !is_suite(*text))
		return parse_profile(*text, *size, d);
	return parse_workload(path, text, size, d, e);
}

int file_check(const char *path, struct error *e)
{
	CLEANUP(diag_done) struct diag diag = {0};
	CLEANUP_FREE char *text = NULL, *problems = NULL;
	size_t size;
	int r = file_read(path, WIRE_TEXT_MAX, &text, &size, e);

	if (r < 0)
		return r == -ENOMEM ? r : -EINVAL;
	if (diag_init(&diag, path, text, size) < 0)
		return error_setf(e, -ENOMEM, "out of memory");

	r = parse(path, &text, &size, &diag, e);
	if (r >= 0)
		return 1;
	if (diag_count(&diag) == 0)
		return *e->text ? r : error_setf(e, r, "%s: %s", path, strerror(-r));

	problems = diag_format(&diag);
	(void)fputs(problems ? problems : "out of memory\n", stderr);
	return 0;
}

int file_check_all(char *const *paths, bool quiet)
{
	int code = EXIT_CODE_DONE;

	for (; *paths; paths++) {
		struct error e = {0};
		int r = file_check(*paths, &e);

		if (r < 0)
			(void)fprintf(stderr, "steadyctl: %s\n", e.text);
		else if (r > 0 && !quiet)
			(void)printf("%s: good\n", *paths);
		if (r <= 0)
			code = EXIT_CODE_USAGE;
	}
	return code;
}
