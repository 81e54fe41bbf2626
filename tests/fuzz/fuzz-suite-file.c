/* Suites from anywhere: the parser ends with a suite or with problems, and what is composed can be
 * taken apart again. */
#include <errno.h>

#include "common/config/suite-file.h"
#include "common/config/yaml-tree.h"
#include "tests/fuzz/fuzz.h"

static void check_parse(const char *text, size_t size)
{
	CLEANUP(diag_done) struct diag d = {0};
	CLEANUP(suite_done) struct suite suite = {0};
	CLEANUP_FREE char *shown = NULL;
	int r;

	PROMISE(diag_init(&d, "fuzz.yaml", text, size) == 0);
	r = suite_parse(text, size, "/tmp", NULL, &suite, &d);
	shown = diag_format(&d);
	PROMISE(shown);
	PROMISE(r == 0 || (r == -EINVAL && diag_count(&d) > 0 && *shown));
	PROMISE(r < 0 || (suite.n > 0 && suite.name && suite.hash[0]));
}

/* The suite with every member's text being the suite file itself. */
static void check_compose(const char *text, size_t size)
{
	CLEANUP(diag_done) struct diag d = {0}, again = {0};
	CLEANUP_STRV struct strv files = {0};
	CLEANUP_NODE struct node *root = NULL;
	CLEANUP_FREE struct suite_member *members = NULL;
	CLEANUP_FREE char *made = NULL;

	PROMISE(diag_init(&d, "fuzz.yaml", text, size) == 0);
	if (suite_files(text, size, &files, &d) <= 0)
		return;
	members = calloc(files.n, sizeof(*members));
	PROMISE(members);
	for (size_t i = 0; i < files.n; i++)
		members[i] = (struct suite_member){files.items[i], text, size};
	if (suite_compose(&(struct suite_member){"fuzz.yaml", text, size}, NULL, members, files.n,
		    &made, &d) < 0) {
		PROMISE(diag_count(&d) > 0);
		return;
	}
	PROMISE(diag_init(&again, "made.yaml", made, strlen(made)) == 0);
	PROMISE(yaml_tree_load_full(made, strlen(made), &again, &root) == 0);
	PROMISE(diag_count(&again) == 0);
	PROMISE(node_get(root, "workloads")->n == files.n);
	node_foreach (entry, node_get(root, "workloads")) {
		const char *back = node_get(entry, "text")->text;

		PROMISE(strlen(back) == size && memcmp(back, text, size) == 0);
	}
	check_parse(made, strlen(made));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_parse((const char *)data, size);
	check_compose((const char *)data, size);
	return 0;
}
