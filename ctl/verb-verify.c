/* steadyctl verify: does a result document follow from its own raw runs. */
#include <errno.h>

#include "common/base/file.h"
#include "common/document/verify.h"
#include "ctl/json-text.h"
#include "ctl/report-text.h"
#include "ctl/verb.h"

#define DOCUMENT_BYTES_MAX (1u << 30)

static void print_json(const struct strv *differences)
{
	(void)printf("{\"differences\":[");
	for (size_t i = 0; i < differences->n; i++) {
		(void)fputs(i > 0 ? "," : "", stdout);
		json_text_print(stdout, differences->items[i]);
	}
	(void)printf("]}\n");
}

static void print_text(const struct context *c, const char *path, const struct strv *differences)
{
	strv_foreach (line, differences)
		report_print(stdout, line, false);
	if (differences->n == 0 && !c->quiet)
		(void)printf("%s: follows from its runs\n", path);
}

int verb_verify(struct context *c, struct error *e)
{
	CLEANUP_STRV struct strv differences = {0};
	CLEANUP_FREE char *text = NULL;
	const char *path = context_word(c, 0);
	size_t size;
	int r = context_words_expect(c, 1, 1, e);

	if (r < 0)
		return r;
	r = file_read(path, DOCUMENT_BYTES_MAX, &text, &size, e);
	if (r < 0)
		return r == -ENOMEM ? r : error_setf(e, -EINVAL, "%s: %s", path, strerror(-r));
	r = result_verify(text, size, &differences, e);
	if (r < 0)
		return error_prefixf(e, "%s", path);

	if (c->json)
		print_json(&differences);
	else
		print_text(c, path, &differences);
	return differences.n > 0 ? EXIT_CODE_DIFFERS : EXIT_CODE_DONE;
}
