/* Numbers with units. */
#include <errno.h>

#include "common/base/macro.h"
#include "common/base/quantity.h"
#include "tests/unit/cmocka-all.h"

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {
		{"90", 90 * NSEC_PER_SEC},
		{"1.5h", 5400 * NSEC_PER_SEC},
		{"100ms", 100000000},
		{"20 us", 20000},
		{"5m", 300 * NSEC_PER_SEC},
		{"0", 0},
	};
	uint64_t ns;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(quantity_duration_ns(good[i].text, &ns), 0);
		assert_int_equal(ns, good[i].ns);
	}
	assert_int_equal(quantity_duration_ns("-1s", &ns), -EINVAL);
	assert_int_equal(quantity_duration_ns("nan", &ns), -EINVAL);
	assert_int_equal(quantity_duration_ns("0x10s", &ns), -EINVAL);
	assert_int_equal(quantity_duration_ns("1 week", &ns), -EINVAL);
	assert_int_equal(quantity_duration_ns("1e30s", &ns), -ERANGE);
}

static void test_sizes_and_frequencies(void **state)
{
	uint64_t value;

	assert_int_equal(quantity_size_bytes("2GiB", &value), 0);
	assert_int_equal(value, 2ull << 30);
	assert_int_equal(quantity_size_bytes("1 MB", &value), 0);
	assert_int_equal(value, 1000000);
	assert_int_equal(quantity_frequency_khz("2.4GHz", &value), 0);
	assert_int_equal(value, 2400000);
	assert_int_equal(quantity_frequency_khz("2000", &value), -EINVAL);
}

static void test_ratios(void **state)
{
	double ratio;

	assert_int_equal(quantity_ratio("1%", &ratio), 0);
	assert_near(ratio, 0.01, 1e-15);
	assert_int_equal(quantity_ratio("0.25", &ratio), 0);
	assert_near(ratio, 0.25, 0);
	assert_int_equal(quantity_ratio("1 percent", &ratio), -EINVAL);
}

static void test_durations_for_people(void **state)
{
	char text[QUANTITY_TEXT_MAX];

	assert_string_equal(quantity_format_duration(2.6123, text), "2.61 s");
	assert_string_equal(quantity_format_duration(0.0215, text), "21.5 ms");
	assert_string_equal(quantity_format_duration(0.000383, text), "383 µs");
	assert_string_equal(quantity_format_duration(5e-8, text), "50.0 ns");
	assert_string_equal(quantity_format_duration(125, text), "2 min 05 s");
	assert_string_equal(quantity_format_size(98500000, text), "93.9 MiB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_sizes_and_frequencies),
		cmocka_unit_test(test_ratios),
		cmocka_unit_test(test_durations_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
