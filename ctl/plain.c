/* Documents of the daemon that are shown key by key. */
#include "ctl/plain.h"

#include "common/document/plain-text.h"
#include "ctl/client.h"

int plain_call(const struct context *c, const char *member, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	CLEANUP_FREE char *text = NULL;
	int r = client_open(&client, c, e);

	if (r >= 0)
		r = client_text(client, member, &text, e);
	if (r < 0)
		return r;
	if (!c->json)
		return plain_text_print(stdout, text, e);

	(void)fputs(text, stdout);
	(void)fputs(*text && text[strlen(text) - 1] == '\n' ? "" : "\n", stdout);
	return 0;
}
