/* steadyctl profile: list profiles, print one, check files. */
#include <errno.h>

#include "ctl/client.h"
#include "ctl/file-check.h"
#include "ctl/json-text.h"
#include "ctl/verb.h"

static int print_list(const struct context *c, sd_bus_message *reply)
{
	const char *name, *description, *path;
	const char *separator = "\n{";
	int r = sd_bus_message_enter_container(reply, 'a', "(sss)");

	while (r > 0) {
		r = sd_bus_message_read(reply, "(sss)", &name, &description, &path);
		if (r <= 0)
			break;
		if (c->json) {
			json_text_field(stdout, separator, "profile", name);
			json_text_field(stdout, ",", "description", description);
			json_text_field(stdout, ",", "path", path);
			(void)fputc('}', stdout);
		} else {
			(void)printf("%-12s %s%s%s%s\n", name, description, c->verbose ? " (" : "",
				c->verbose ? path : "", c->verbose ? ")" : "");
		}
		separator = ",\n{";
	}
	return r;
}

static int profile_list_all(struct context *c, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	int r = context_words_expect(c, 1, 1, e);

	if (r >= 0)
		r = client_open(&client, c, e);
	if (r >= 0)
		r = client_call(client, "ListProfiles", &reply, e, NULL);
	if (r < 0)
		return r;

	(void)fputs(c->json ? "{\"profiles\":[" : "", stdout);
	r = print_list(c, reply);
	(void)fputs(c->json ? "]}\n" : "", stdout);
	return r < 0 ? error_setf(e, -EIO, "ListProfiles: %s", strerror(-r)) : EXIT_CODE_DONE;
}

static int profile_show(struct context *c, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	const char *text;
	int r = context_words_expect(c, 2, 2, e);

	if (r >= 0)
		r = client_open(&client, c, e);
	if (r >= 0)
		r = client_call(client, "GetProfile", &reply, e, "s", context_word(c, 1));
	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "s", &text);
	if (r < 0)
		return error_setf(e, -EIO, "GetProfile: %s", strerror(-r));

	if (c->json) {
		json_text_field(stdout, "{", "profile", context_word(c, 1));
		json_text_field(stdout, ",", "text", text);
		(void)fputs("}\n", stdout);
	} else {
		(void)fputs(text, stdout);
	}
	return EXIT_CODE_DONE;
}

int verb_profile(struct context *c, struct error *e)
{
	const char *what = context_word(c, 0);
	int r;

	if (!what || streq(what, "list"))
		return what ? profile_list_all(c, e) : context_words_expect(c, 1, 1, e);
	if (streq(what, "show"))
		return profile_show(c, e);
	if (streq(what, "check")) {
		r = context_words_expect(c, 2, SIZE_MAX, e);
		return r < 0 ? r : file_check_all(c->options.words.items + 2, c->quiet || c->json);
	}
	return error_setf(
		e, -EINVAL, "unknown verb 'profile %s'; there are list, show and check", what);
}
