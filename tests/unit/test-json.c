/* Writing JSON and reading fields out of it. */
#include <errno.h>
#include <float.h>
#include <locale.h>

#include "common/base/random.h"
#include "common/document/json-reader.h"
#include "common/document/json-writer.h"
#include "tests/unit/cmocka-all.h"

/* A document written to memory. */
struct page {
	struct json_writer w;
	FILE *f;
	char *text;
	size_t size;
};

static void page_open(struct page *p)
{
	*p = (struct page){.f = NULL};
	p->f = open_memstream(&p->text, &p->size);
	assert_non_null(p->f);
	json_writer_init(&p->w, p->f);
}

static void page_close(struct page *p)
{
	assert_int_equal(json_writer_finish(&p->w), 0);
	assert_int_equal(fclose(p->f), 0);
}

static void test_layout_is_lines_outside_and_one_line_inside(void **state)
{
	struct page p;

	page_open(&p);
	json_write_object(&p.w, NULL, JSON_LINES);
	json_write_text(&p.w, "name", "a");
	json_write_array(&p.w, "empty", JSON_LINES);
	json_write_close(&p.w);
	json_write_array(&p.w, "runs", JSON_LINES);
	for (int i = 0; i < 2; i++) {
		json_write_object(&p.w, NULL, JSON_ONE_LINE);
		json_write_bool(&p.w, "ok", i == 0);
		json_write_array(&p.w, "pair", JSON_LINES);
		json_write_integer(&p.w, NULL, 1);
		json_write_null(&p.w, NULL);
		json_write_close(&p.w);
		json_write_close(&p.w);
	}
	page_close(&p);
	assert_string_equal(p.text,
		"{\n"
		" \"name\": \"a\",\n"
		" \"empty\": [],\n"
		" \"runs\": [\n"
		"  {\"ok\": true, \"pair\": [1, null]},\n"
		"  {\"ok\": false, \"pair\": [1, null]}\n"
		" ]\n"
		"}\n");
	free(p.text);
}

static void check_number(double value, const char *expected)
{
	struct page p;

	page_open(&p);
	json_write_number(&p.w, NULL, value);
	page_close(&p);
	assert_string_equal(p.text, expected);
	free(p.text);
}

static void test_numbers_have_as_few_digits_as_they_need(void **state)
{
	check_number(0.1, "0.1\n");
	check_number(2.61, "2.61\n");
	check_number(98500000, "98500000\n");
	check_number(1.0 / 3, "0.3333333333333333\n");
	check_number(0.1 + 0.2, "0.30000000000000004\n");
	check_number(-0.0, "-0.0\n");
	check_number(1e300, "1e+300\n");
	check_number((double)NAN, "{\"unavailable\": \"not a finite number\"}\n");
	check_number(-(double)INFINITY, "{\"unavailable\": \"not a finite number\"}\n");
}

static void test_every_double_reads_back_as_itself(void **state)
{
	struct random random = random_make(21, 0);

	for (int i = 0; i < 5000; i++) {
		uint64_t bits = random_u64(&random);
		struct json_reader *r;
		struct page p;
		double value, back;

		memcpy(&value, &bits, sizeof(value));
		if (!isfinite(value))
			continue;
		page_open(&p);
		json_write_number(&p.w, NULL, value);
		page_close(&p);
		assert_int_equal(json_reader_new(&r, p.text, p.size, NULL), 0);
		assert_int_equal(json_reader_number(r, &back, "%s", ""), 0);
		assert_memory_equal(&back, &value, sizeof(value));
		json_reader_free(r);
		free(p.text);
	}
}

static void test_locale_does_not_change_numbers(void **state)
{
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8")) {
		print_message("no locale with a decimal comma is installed\n");
		skip();
	}
	check_number(2.5, "2.5\n");
	setlocale(LC_NUMERIC, "C");
}

static void check_text(const char *text, const char *expected)
{
	struct page p;
	struct json_reader *r;

	page_open(&p);
	json_write_text(&p.w, NULL, text);
	page_close(&p);
	assert_string_equal(p.text, expected);
	assert_int_equal(json_reader_new(&r, p.text, p.size, NULL), 0);
	json_reader_free(r);
	free(p.text);
}

static void test_any_bytes_become_a_valid_string(void **state)
{
	check_text("plain", "\"plain\"\n");
	check_text("\"\\\n\033\x7f", "\"\\\"\\\\\\u000a\\u001b\\u007f\"\n");
	check_text("µ€😀", "\"µ€😀\"\n");
	check_text("\xff\xc3(", "\"\\ufffd\\ufffd(\"\n");
	check_text("\xc0\x80", "\"\\ufffd\\ufffd\"\n");		   /* overlong */
	check_text("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"\n"); /* surrogate */
	check_text("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"\n");
	check_text("a\xe2\x82", "\"a\\ufffd\\ufffd\"\n"); /* cut off */
}

static void test_full_device_is_an_error(void **state)
{
	FILE *f = fopen("/dev/full", "w");
	struct json_writer w;

	if (!f) {
		print_message("no /dev/full\n");
		skip();
	}
	json_writer_init(&w, f);
	json_write_text(&w, NULL, "x");
	assert_int_equal(json_writer_finish(&w), -EIO);
	(void)fclose(f);
}

static void test_fields_are_found_by_pointer(void **state)
{
	static const char text[] =
		"{\"a\": [{\"b\": \"x\"}, {\"b\": 2.5, \"c/d\": true}], \"n\": null}";
	CLEANUP_JSON_READER struct json_reader *r = NULL;
	double number = -1;

	assert_int_equal(json_reader_new(&r, text, strlen(text), NULL), 0);
	assert_string_equal(json_reader_text(r, "/a/%d/b", 0), "x");
	assert_null(json_reader_text(r, "/a/%d/b", 1));
	assert_int_equal(json_reader_number(r, &number, "/a/1/b"), 0);
	assert_near(number, 2.5, 0);
	assert_int_equal(json_reader_number(r, &number, "/a/0/b"), -ENOENT);
	assert_int_equal(json_reader_is_true(r, "/a/1/c~1d"), 1);
	assert_int_equal(json_reader_is_true(r, "/n"), -ENOENT);
	assert_int_equal(json_reader_count(r, "/a"), 2);
	assert_int_equal(json_reader_count(r, "/a/1"), 2);
	assert_int_equal(json_reader_count(r, "/n/x"), 0);
	assert_int_equal(json_reader_count(r, "%s", ""), 2);
	assert_string_equal(json_reader_key(r, 1, "/a/1"), "c/d");
	assert_null(json_reader_key(r, 2, "/a/1"));
	assert_null(json_reader_text(r, "/a/x/b"));
	assert_null(json_reader_text(r, "/a/99999999999999999999/b"));
	assert_null(json_reader_text(r, "a"));
}

static void test_broken_text_is_an_error_with_its_place(void **state)
{
	struct json_reader *r = NULL;
	struct error e = {0};

	assert_int_equal(json_reader_new(&r, "{\n\"a\": }", 8, &e), -EINVAL);
	assert_non_null(strstr(e.text, "line 2, column 6"));
	assert_int_equal(json_reader_new(&r, "{\"a\":1,\"a\":2}", 13, &e), -EINVAL);
	assert_int_equal(json_reader_new(&r, "", 0, &e), -EINVAL);
	assert_null(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_is_lines_outside_and_one_line_inside),
		cmocka_unit_test(test_numbers_have_as_few_digits_as_they_need),
		cmocka_unit_test(test_every_double_reads_back_as_itself),
		cmocka_unit_test(test_locale_does_not_change_numbers),
		cmocka_unit_test(test_any_bytes_become_a_valid_string),
		cmocka_unit_test(test_full_device_is_an_error),
		cmocka_unit_test(test_fields_are_found_by_pointer),
		cmocka_unit_test(test_broken_text_is_an_error_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
