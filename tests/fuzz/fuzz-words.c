/* Short texts that people type: quantities, CPU lists, command lines. */
#include "common/base/cpuset.h"
#include "common/base/quantity.h"
#include "common/base/strv.h"
#include "tests/fuzz/fuzz.h"

static void check_cpus(const char *text)
{
	struct cpuset cpus, again;
	char list[CPUSET_TEXT_MAX];

	if (cpuset_parse(text, &cpus) < 0)
		return;
	(void)cpuset_format(&cpus, list);
	if (strlen(list) + 1 < sizeof(list)) /* else it was cut */
		PROMISE(cpuset_parse(list, &again) == 0 && cpuset_equal(&cpus, &again));
}

static void check_numbers(const char *text)
{
	uint64_t u64, ns;
	double number;

	if (quantity_u64(text, &u64) == 0)
		PROMISE(quantity_double(text, &number) == 0);
	if (quantity_double(text, &number) == 0)
		PROMISE(number - number == 0.0); /* finite */
	(void)quantity_duration_ns(text, &ns);
	(void)quantity_size_bytes(text, &u64);
	(void)quantity_frequency_khz(text, &u64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_FREE char *text = strndup((const char *)data, size);
	CLEANUP_STRV struct strv words = {0};
	struct error e = {0};

	PROMISE(text);
	check_cpus(text);
	check_numbers(text);
	if (strv_shell_split(text, &words, &e) < 0)
		PROMISE(e.text[0] && words.n == 0);
	return 0;
}
