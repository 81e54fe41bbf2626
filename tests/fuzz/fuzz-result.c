/* Result documents from somewhere else. */
#include "common/document/json-reader.h"
#include "common/document/result-json.h"
#include "common/document/verify.h"
#include "tests/fuzz/fuzz.h"

static void check_round_trip(const struct result *r)
{
	CLEANUP(result_done) struct result again = {0};
	CLEANUP_FREE char *first = NULL, *second = NULL;

	PROMISE(result_to_json(r, &first) == 0);
	PROMISE(result_from_json(first, strlen(first), &again, NULL) == 0);
	PROMISE(result_to_json(&again, &second) == 0);
	PROMISE(streq(first, second));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	CLEANUP(result_done) struct result r = {0};
	CLEANUP_STRV struct strv differences = {0};
	CLEANUP_JSON_READER struct json_reader *reader = NULL;
	struct error e = {0};
	int error = result_from_json(text, size, &r, &e);

	if (json_reader_new(&reader, text, size, NULL) == 0)
		(void)json_reader_text(reader, "/benchmarks/0/runs/0/status");
	PROMISE(error == 0 || (e.code == error && e.text[0]));
	/* Of a run that is there twice verify says more than that it is refused. */
	PROMISE(result_verify(text, size, &differences, NULL) == error || differences.n > 0);
	if (error == 0)
		check_round_trip(&r);
	return 0;
}
