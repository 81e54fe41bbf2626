/* steadyctl verify: do a result, or a verdict and its results, follow from the raw runs. */
#include <errno.h>

#include "common/base/file.h"
#include "common/document/verify.h"
#include "ctl/json-text.h"
#include "ctl/report-text.h"
#include "ctl/verb.h"

#define DOCUMENT_BYTES_MAX (1u << 30)
#define DOCUMENTS_MAX	   3

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

/* A result; or a verdict and the results that it was made from. */
struct documents {
	char *texts[DOCUMENTS_MAX]; /* owned */
	struct document_text views[DOCUMENTS_MAX];
	size_t n;
};

static void documents_done(struct documents *d)
{
	for (size_t i = 0; i < DOCUMENTS_MAX; i++)
		free(d->texts[i]);
}

static int documents_read(const struct context *c, struct documents *ret, struct error *e)
{
	for (size_t i = 0; context_word(c, i); i++) {
		const char *path = context_word(c, i);
		size_t size = 0;
		int r = file_read(path, DOCUMENT_BYTES_MAX, &ret->texts[i], &size, e);

		if (r < 0)
			return r == -ENOMEM ? r
					    : error_setf(e, -EINVAL, "%s: %s", path, strerror(-r));
		ret->views[ret->n++] = (struct document_text){ret->texts[i], size};
	}
	return 0;
}

static int verify(
	const char *path, const struct documents *d, struct strv *ret_differences, struct error *e)
{
	const struct document_text *first = &d->views[0];
	int r = d->n > 1 ? verdict_verify(first, &d->views[1], d->n - 1, ret_differences, e)
			 : result_verify(first->text, first->size, ret_differences, e);

	return r < 0 ? error_prefixf(e, "%s", path) : 0;
}

int verb_verify(struct context *c, struct error *e)
{
	CLEANUP(documents_done) struct documents documents = {.n = 0};
	CLEANUP_STRV struct strv differences = {0};
	const char *path = context_word(c, 0);
	int r = context_words_expect(c, 1, DOCUMENTS_MAX, e);

	if (r >= 0)
		r = documents_read(c, &documents, e);
	if (r >= 0)
		r = verify(path, &documents, &differences, e);
	if (r < 0)
		return r;

	if (c->json)
		print_json(&differences);
	else
		print_text(c, path, &differences);
	return differences.n > 0 ? EXIT_CODE_DIFFERS : EXIT_CODE_DONE;
}
