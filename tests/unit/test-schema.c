/* Rows: the manual and the limits in them are themselves right. */
#include <errno.h>
#include <stdio.h>

#include "common/config/schema-types.h"
#include "common/config/workload-reader.h"
#include "tests/unit/cmocka-all.h"

static void assert_limit(const struct schema_row *row, const char *limit)
{
	const struct schema_type *type = row->type;
	uint64_t whole;
	double ratio;

	if (!limit || (!type->read && !type->read_ratio))
		return;
	assert_int_equal(
		type->read ? type->read(limit, &whole) : type->read_ratio(limit, &ratio), 0);
}

static void assert_rows(const struct schema_row *rows)
{
	for (const struct schema_row *row = rows; row->key; row++) {
		for (const struct schema_row *other = rows; other < row; other++)
			assert_string_not_equal(row->key, other->key);
		if (row->flags & SCHEMA_NOT_YET)
			continue;
		assert_non_null(row->help);
		assert_int_equal(row->help[strlen(row->help) - 1], '.');
		assert_non_null(row->type);
		assert_limit(row, row->min);
		assert_limit(row, row->max);
		if (row->rows)
			assert_rows(row->rows);
	}
}

static void test_every_row_has_a_sentence_and_limits_of_its_own_type(void **state)
{
	assert_rows(workload_rows);
}

struct target {
	unsigned number;
	uint64_t size, time, whole;
	double ratio;
	bool flag;
	char *name;
	struct strv words;
};

static const struct schema_row rows[] = {
	{.key = "number", .type = &schema_unsigned, .offset = offsetof(struct target, number)},
	{.key = "size", .type = &schema_size, .offset = offsetof(struct target, size)},
	{.key = "time", .type = &schema_duration, .offset = offsetof(struct target, time)},
	{.key = "whole", .type = &schema_u64, .offset = offsetof(struct target, whole)},
	{.key = "ratio", .type = &schema_ratio, .offset = offsetof(struct target, ratio)},
	{.key = "flag", .type = &schema_bool, .offset = offsetof(struct target, flag)},
	{.key = "name", .type = &schema_name, .offset = offsetof(struct target, name)},
	{.key = "words", .type = &schema_words, .offset = offsetof(struct target, words)},
	{0},
};

static size_t walk(const char *text, struct target *ret)
{
	CLEANUP(diag_done) struct diag d;
	CLEANUP_NODE struct node *root = NULL;
	struct schema_context c = {.d = &d};

	assert_int_equal(diag_init(&d, "x", text, strlen(text)), 0);
	assert_int_equal(yaml_tree_load_full(text, strlen(text), &d, &root), 0);
	assert_int_equal(schema_walk(&c, rows, root, ret), 0);
	return diag_count(&d);
}

static void target_done(struct target *t)
{
	free(t->name);
	strv_done(&t->words);
}

static void test_values_of_every_type_arrive(void **state)
{
	CLEANUP(target_done) struct target t = {0};

	assert_int_equal(walk("{number: 2147483647, size: 1k, time: 1.5ms, "
			      "whole: 18446744073709551615, ratio: 5%, flag: true, name: a.b_c-1, "
			      "words: [a, \"\"]}",
				 &t),
		0);
	assert_int_equal(t.number, 2147483647);
	assert_int_equal(t.size, 1024);
	assert_int_equal(t.time, 1500000);
	assert_true(t.whole == UINT64_MAX);
	assert_near(t.ratio, 0.05, 1e-12);
	assert_true(t.flag);
	assert_string_equal(t.name, "a.b_c-1");
	assert_int_equal(t.words.n, 2);
}

static void test_a_bad_value_leaves_its_target_alone(void **state)
{
	CLEANUP(target_done) struct target t = {.number = 7, .ratio = 7};

	assert_int_equal(walk("{number: 2147483648, size: -1, time: 1y, whole: 1.0, ratio: nan, "
			      "flag: on, name: A, words: {a: b}}",
				 &t),
		8);
	assert_int_equal(t.number, 7);
	assert_near(t.ratio, 7, 0);
	assert_null(t.name);
	assert_int_equal(t.words.n, 0);
}

static void test_names_are_short_and_plain(void **state)
{
	char name[NAME_TEXT_MAX + 2];

	memset(name, 'a', sizeof(name));
	name[NAME_TEXT_MAX + 1] = '\0';
	assert_false(name_is_valid(name));
	name[NAME_TEXT_MAX] = '\0';
	assert_true(name_is_valid(name));
	assert_true(name_is_valid("0"));
	assert_false(name_is_valid(""));
	assert_false(name_is_valid(".."));
	assert_false(name_is_valid("-x"));
	assert_false(name_is_valid("a/b"));
	assert_false(name_is_valid("a b"));
	assert_false(name_is_valid("a\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_has_a_sentence_and_limits_of_its_own_type),
		cmocka_unit_test(test_values_of_every_type_arrive),
		cmocka_unit_test(test_a_bad_value_leaves_its_target_alone),
		cmocka_unit_test(test_names_are_short_and_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
