/* The host's file with anything in it: the parser ends with a configuration or with problems. */
#include <errno.h>

#include "common/config/host-file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	CLEANUP(diag_done) struct diag d = {0};
	struct host_config config;
	int r;

	PROMISE(diag_init(&d, "fuzz.yaml", text, size) == 0);
	r = host_config_parse(text, size, &config, &d);
	PROMISE(r == 0 || (r == -EINVAL && diag_count(&d) > 0));
	if (r == 0) {
		PROMISE(config.default_profile);
		host_config_done(&config);
	}
	return 0;
}
