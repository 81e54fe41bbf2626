/* Profile files from anywhere: the parser ends with a profile or with problems. */
#include <errno.h>

#include "common/config/profile-file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	CLEANUP(diag_done) struct diag d = {0};
	struct profile profile;
	int r;

	PROMISE(diag_init(&d, "fuzz.yaml", text, size) == 0);
	r = profile_parse(text, size, &profile, &d);
	PROMISE(r == 0 || (r == -EINVAL && diag_count(&d) > 0));
	if (r == 0)
		profile_done(&profile);
	return 0;
}
