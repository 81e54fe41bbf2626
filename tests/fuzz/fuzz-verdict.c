/* Verdict documents from somewhere else. */
#include "common/document/verdict-json.h"
#include "common/document/verify.h"
#include "tests/fuzz/fuzz.h"

/* The least gate: one pair, which decides nothing. */
static const char result[] =
	"{\"format\":\"steady-result-1\",\"id\":\"x\",\"workload\":\"parse\",\"state\":\"done\","
	"\"gate\":true,\"benchmarks\":[{\"name\":\"parse[n=1e6]\",\"arm\":\"base\",\"runs\":["
	"{\"n\":1,\"status\":\"ok\",\"metrics\":{\"wall\":1}}]},{\"name\":\"parse[n=1e6]\",\"arm\":"
	"\"cand\",\"runs\":[{\"n\":2,\"status\":\"ok\",\"metrics\":{\"wall\":2}}]}]}";

/* Of a verdict that was read there is nothing that it cannot be compared with. */
static void check_verify(const struct document_text *verdict, const struct verdict_document *d)
{
	const struct document_text results[] = {
		{result, sizeof(result) - 1}, {result, sizeof(result) - 1}};
	CLEANUP_STRV struct strv differences = {0};

	PROMISE(verdict_verify(verdict, results, d->paired ? 1 : 2, &differences, NULL) == 0);
	PROMISE(differences.n > 0);
}

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
	if (error < 0)
		return 0;
	check_round_trip(&d);
	check_verify(&(struct document_text){(const char *)data, size}, &d);
	return 0;
}
