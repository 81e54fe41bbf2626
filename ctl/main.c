/* steadyctl: hands work to steadyd and reads the answer. */
#include <errno.h>

#include "build-config.h"
#include "ctl/verb.h"

static int read_color(struct context *c, struct error *e)
{
	const char *when = options_value(&c->options, OPTION_COLOR);
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when && !streq(when, "auto") && !streq(when, "always") && !streq(when, "never"))
		return error_setf(
			e, -EINVAL, "--color: '%s' is none of auto, always and never", when);
	if (when && !streq(when, "auto"))
		c->colored = streq(when, "always");
	else
		c->colored = isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
			!streq(term, "dumb");
	return 0;
}

static int read_globals(struct context *c, struct error *e)
{
	const char *term = getenv("TERM");

	c->json = options_has(&c->options, OPTION_JSON);
	c->local = options_has(&c->options, OPTION_LOCAL);
	c->quiet = options_has(&c->options, OPTION_QUIET);
	c->verbose = options_has(&c->options, OPTION_VERBOSE);
	c->socket = options_value(&c->options, OPTION_SOCKET);
	c->progress = !c->quiet && !options_has(&c->options, OPTION_NO_PROGRESS) &&
		isatty(STDERR_FILENO) && !streq(term, "dumb");
	return read_color(c, e);
}

static int call_verb(struct context *c, struct error *e)
{
	int r;

	if (options_has(&c->options, OPTION_VERSION)) {
		(void)puts("steadyctl " STEADY_VERSION);
		return EXIT_CODE_DONE;
	}
	if (c->options.words.n == 0) {
		verb_print_all(stdout);
		return options_has(&c->options, OPTION_HELP) ? EXIT_CODE_DONE : EXIT_CODE_USAGE;
	}
	c->verb = verb_find(c->options.words.items[0]);
	if (options_has(&c->options, OPTION_HELP)) {
		verb_print(stdout, c->verb);
		return EXIT_CODE_DONE;
	}
	if (c->options.has_rest && !(c->verb->options & OPTION_BIT(COMMAND)))
		return error_setf(e, -EINVAL, "'%s' takes no command behind --", c->verb->name);
	r = read_globals(c, e);
	return r < 0 ? r : c->verb->call(c, e);
}

int main(int argc, char **argv)
{
	static char *const no_words[] = {NULL};
	struct context context = {0};
	struct error error = {0};
	int r = options_parse(
		argc > 0 ? argv + 1 : no_words, verb_options_allowed, &context.options, &error);

	if (r >= 0)
		r = call_verb(&context, &error);
	options_done(&context.options);
	if (r >= 0 && fflush(stdout) != 0)
		r = error_setf(&error, -EIO, "cannot write to stdout: %s", strerror(errno));
	if (r >= 0)
		return r;

	if (error.text[0])
		(void)fprintf(stderr, "steadyctl: %s\n", error.text);
	return exit_code_from_error(r);
}
