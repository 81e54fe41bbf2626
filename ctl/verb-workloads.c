/* steadyctl workloads: what ships. */
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/config/search-path.h"
#include "common/config/workload-file.h"
#include "common/wire/names.h"
#include "ctl/json-text.h"
#include "ctl/verb.h"

static void print_one(
	const struct context *c, const struct workload *w, const char *path, bool first)
{
	const char *description = w->description ? w->description : "";

	if (!c->json) {
		(void)printf("%-14s %s%s%s%s\n", w->name, description, c->verbose ? " (" : "",
			c->verbose ? path : "", c->verbose ? ")" : "");
		return;
	}
	json_text_field(stdout, first ? "\n{" : ",\n{", "workload", w->name);
	json_text_field(stdout, ",", "description", w->description);
	json_text_field(stdout, ",", "path", path);
	(void)fputc('}', stdout);
}

/* What does not parse is no workload of ours: check says why. */
static bool print_file(const struct context *c, const char *path, bool first)
{
	CLEANUP(workload_done) struct workload w = {0};
	CLEANUP(diag_done) struct diag diag = {0};
	CLEANUP_FREE char *text = NULL;
	size_t size;

	if (file_read(path, WIRE_TEXT_MAX, &text, &size, NULL) < 0 ||
		diag_init(&diag, path, text, size) < 0)
		return false;
	if (workload_parse(text, size, "/", NULL, &w, &diag) < 0) {
		context_note(c, "%s is left out: 'steadyctl check' says why", path);
		return false;
	}
	print_one(c, &w, path, first);
	return true;
}

static void print_folder(const struct context *c, const char *folder, bool *first)
{
	char pattern[PATH_MAX];
	glob_t found;

	if (snprintf(pattern, sizeof(pattern), "%s/*.yaml", folder) >= (int)sizeof(pattern) ||
		glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (print_file(c, found.gl_pathv[i], *first))
			*first = false;
	globfree(&found);
}

int verb_workloads(struct context *c, struct error *e)
{
	CLEANUP_STRV struct strv folders = {0};
	bool first = true;
	int r = context_words_expect(c, 0, 0, e);

	if (r < 0)
		return r;
	r = search_path_workloads(&folders);
	if (r < 0)
		return error_setf(e, r, "cannot find the workloads: %s", strerror(-r));

	(void)fputs(c->json ? "{\"workloads\":[" : "", stdout);
	strv_foreach (folder, &folders)
		print_folder(c, folder, &first);
	(void)fputs(c->json ? "]}\n" : "", stdout);
	return EXIT_CODE_DONE;
}
