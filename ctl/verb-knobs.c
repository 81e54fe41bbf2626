/* steadyctl knobs: every setting of the machine that steady can change. */
#include <errno.h>

#include "common/model/knob-desc.h"
#include "ctl/client.h"
#include "ctl/json-text.h"
#include "ctl/verb.h"

struct knob_row {
	const char *knob, *target, *value, *status, *reason; /* borrowed from the message */
};

static void print_json(const struct knob_row *row, bool first)
{
	const struct knob_desc *desc = knob_desc_find(row->knob);

	json_text_field(stdout, first ? "\n{" : ",\n{", "knob", row->knob);
	json_text_field(stdout, ",", "target", row->target);
	json_text_field(stdout, ",", "value", *row->value ? row->value : NULL);
	json_text_field(stdout, ",", "status", row->status);
	json_text_field(stdout, ",", "reason", *row->reason ? row->reason : NULL);
	json_text_field(stdout, ",", "help", desc ? desc->help : NULL);
	(void)fputc('}', stdout);
}

static void print_text(const struct knob_row *row, bool with_help)
{
	const struct knob_desc *desc = knob_desc_find(row->knob);

	if (streq(row->status, "ok"))
		(void)printf("%-22s %-10s %s\n", row->knob, row->target, row->value);
	else
		(void)printf(
			"%-22s %-10s %s: %s\n", row->knob, row->target, row->status, row->reason);
	if (with_help && desc)
		(void)printf("    %s\n", desc->help);
}

static int print_rows(const struct context *c, sd_bus_message *reply)
{
	struct knob_row row;
	bool first = true;
	int r = sd_bus_message_enter_container(reply, 'a', "(sssss)");

	while (r > 0) {
		r = sd_bus_message_read(reply, "(sssss)", &row.knob, &row.target, &row.value,
			&row.status, &row.reason);
		if (r <= 0)
			break;
		if (c->json)
			print_json(&row, first);
		else
			print_text(&row, c->verbose);
		first = false;
	}
	return r;
}

int verb_knobs(struct context *c, struct error *e)
{
	CLEANUP_CLIENT struct client *client = NULL;
	CLEANUP_MESSAGE sd_bus_message *reply = NULL;
	int r = context_words_expect(c, 0, 0, e);

	if (r >= 0)
		r = client_open(&client, c, e);
	if (r >= 0)
		r = client_call(client, "ListKnobs", &reply, e, NULL);
	if (r < 0)
		return r;

	(void)fputs(c->json ? "{\"knobs\":[" : "", stdout);
	r = print_rows(c, reply);
	(void)fputs(c->json ? "]}\n" : "", stdout);
	return r < 0 ? error_setf(e, -EIO, "ListKnobs: %s", strerror(-r)) : EXIT_CODE_DONE;
}
