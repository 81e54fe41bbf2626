/* steadyctl fingerprint: what decides whether results can be compared. */
#include "ctl/plain.h"
#include "ctl/verb.h"

int verb_fingerprint(struct context *c, struct error *e)
{
	int r = context_words_expect(c, 0, 0, e);

	return r < 0 ? r : plain_call(c, "GetFingerprint", e);
}
