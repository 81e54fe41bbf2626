/* Verdict documents from somewhere else. */
#include "common/document/verdict-json.h"
#include "tests/fuzz/fuzz.h"

static void check_round_trip(const struct verdict_document *d)
{
	CLEANUP(verdict_document_done) struct verdict_document again = {0};
	CLEANUP_FREE char *first = NULL, *second = NULL;

	PROMISE(verdict_to_json(d, 0, &first) == 0);
	PROMISE(verdict_from_json(first, strlen(first), &again, NULL) == 0);
	PROMISE(verdict_to_json(&again, 0, &second) == 0);
	PROMISE(streq(first, second));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(verdict_document_done) struct verdict_document d = {0};
	struct error e = {0};
	int error = verdict_from_json((const char *)data, size, &d, &e);

	PROMISE(error == 0 || (e.code == error && e.text[0]));
	if (error == 0)
		check_round_trip(&d);
	return 0;
}
