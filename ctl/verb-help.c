/* steadyctl help: verbs and file formats. */
#include <errno.h>

#include "common/config/host-file.h"
#include "common/config/profile-file.h"
#include "common/config/similar.h"
#include "common/config/workload-file.h"
#include "ctl/verb.h"

int verb_help(struct context *c, struct error *e)
{
	const char *what = context_word(c, 0);
	const struct verb *verb = what ? verb_find(what) : NULL;
	int r = context_words_expect(c, 0, 1, e);

	if (r < 0)
		return r;
	if (!what)
		verb_print_all(stdout);
	else if (streq(what, "workload"))
		workload_print_keys(stdout);
	else if (streq(what, "profile"))
		profile_print_keys(stdout);
	else if (streq(what, "host"))
		host_config_print_keys(stdout);
	else if (verb)
		verb_print(stdout, verb);
	else
		return verb_unknown(what, e);
	return EXIT_CODE_DONE;
}
