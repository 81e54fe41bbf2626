/* steadyctl check: all problems of workload and profile files. */
#include <errno.h>

#include "ctl/file-check.h"
#include "ctl/verb.h"

int verb_check(struct context *c, struct error *e)
{
	int r = context_words_expect(c, 1, SIZE_MAX, e);

	return r < 0 ? r : file_check_all(c->options.words.items + 1, c->quiet || c->json);
}
