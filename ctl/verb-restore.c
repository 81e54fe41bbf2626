/* steadyctl restore: give the machine back after a session that was cut off. */
#include <errno.h>
#include <limits.h>

#include "common/config/search-path.h"
#include "ctl/client.h"
#include "ctl/local-daemon.h"
#include "ctl/plain.h"
#include "ctl/verb.h"

/* The journal is read by the program that wrote it; it needs no daemon for that. */
static int execute_steadyd(const struct context *c, bool script, struct error *e)
{
	CLEANUP_FREE char *state = NULL;
	CLEANUP_STRV struct strv argv = {0};
	char program[PATH_MAX];
	int r = search_path_program("steadyd", program, sizeof(program));

	if (r < 0)
		return error_setf(e, r, "cannot find steadyd: %s", strerror(-r));
	if (c->local)
		r = local_daemon_state(&state, e);
	if (r < 0)
		return r;
	if (strv_push(&argv, program) < 0 || strv_push(&argv, "--restore") < 0 ||
		(script && strv_push(&argv, "--script") < 0) ||
		(state && (strv_push(&argv, "--state") < 0 || strv_push(&argv, state) < 0)))
		return error_setf(e, -ENOMEM, "out of memory");

	(void)fflush(stdout);
	(void)execv(program, argv.items);
	return error_setf(e, -ECONNREFUSED, "cannot start %s: %s", program, strerror(errno));
}

int verb_restore(struct context *c, struct error *e)
{
	bool script = options_has(&c->options, OPTION_SCRIPT);
	int r = context_words_expect(c, 0, 0, e);

	if (r < 0)
		return r;
	if (script && c->json)
		return error_setf(e, -EINVAL, "--script and --json do not go together");
	if (script || c->local)
		return execute_steadyd(c, script, e);

	context_note(c, "every setting that the undo journal names is put back");
	r = plain_call(c, "Restore", e);
	if (r != -ECONNREFUSED || c->json || c->socket)
		return r;
	context_note(c, "no steadyd is running: its journal is worked off without it");
	return execute_steadyd(c, false, e);
}
