/* The tree of a YAML text: its shape, its places and its bounds. */
#include <errno.h>
#include <stdio.h>

#include "common/config/yaml-tree.h"
#include "tests/unit/cmocka-all.h"

static int load(const char *text, size_t size, struct node **ret, char **ret_problems)
{
	CLEANUP(diag_done) struct diag d;
	int r;

	assert_int_equal(diag_init(&d, "x", text, size), 0);
	r = yaml_tree_load(text, size, &d, ret);
	assert_true(r >= 0 || diag_count(&d) > 0);
	*ret_problems = diag_format(&d);
	return r;
}

static void assert_refused(const char *text, size_t size, const char *expected)
{
	CLEANUP_FREE char *problems = NULL;
	struct node *root = NULL;

	assert_int_equal(load(text, size, &root, &problems), -EINVAL);
	assert_null(root);
	if (!strstr(problems, expected))
		fail_msg("'%s' is not in: %s", expected, problems);
}

static char *repeat(const char *text, size_t n)
{
	size_t length = strlen(text);
	char *made = malloc(n * length + 1);

	assert_non_null(made);
	for (size_t i = 0; i < n; i++)
		memcpy(made + i * length, text, length);
	made[n * length] = '\0';
	return made;
}

static void test_every_node_knows_its_place_and_its_style(void **state)
{
	static const char text[] = "a: b\n\xc3\xa4: [x, \"y\", 'z']\nc:\n  d: |\n    line\n";
	CLEANUP_FREE char *problems = NULL;
	CLEANUP_NODE struct node *root = NULL;
	const struct node *list, *block;

	assert_int_equal(load(text, sizeof(text) - 1, &root, &problems), 0);
	assert_string_equal(problems, "");
	assert_int_equal(root->n, 3);
	assert_string_equal(node_get(root, "a")->text, "b");
	list = node_get(root, "\xc3\xa4");
	assert_int_equal(list->kind, NODE_LIST);
	assert_int_equal(list->n, 3);
	assert_int_equal(list->line, 2);
	assert_int_equal(list->column, 5);
	assert_int_equal(list->children->column, 6);
	assert_false(list->children->quoted);
	assert_true(list->children->next->quoted);
	assert_true(list->children->next->next->quoted);
	assert_int_equal(list->children->next->column, 9);
	block = node_get(node_get(root, "c"), "d");
	assert_string_equal(block->text, "line\n");
	assert_true(block->quoted);
	assert_int_equal(block->line, 4);
	assert_null(node_get(root, "d"));
	assert_null(node_get(list, "x"));
}

static void test_a_byte_order_mark_only_moves_the_first_line(void **state)
{
	static const char text[] = "\xef\xbb\xbf"
				   "a: b\r\nc: d\r\n";
	CLEANUP_FREE char *problems = NULL;
	CLEANUP_NODE struct node *root = NULL;

	assert_int_equal(load(text, sizeof(text) - 1, &root, &problems), 0);
	assert_int_equal(node_get(root, "a")->column, 7);
	assert_int_equal(node_get(root, "c")->line, 2);
	assert_int_equal(node_get(root, "c")->column, 4);
}

static void test_what_is_refused_in_passing_leaves_a_usable_tree(void **state)
{
	static const char text[] = "a: &x 1\nb: *x\nc: !!int 2\nc: 3\n? [k]\n: v\nd: 4\n";
	CLEANUP_FREE char *problems = NULL;
	CLEANUP_NODE struct node *root = NULL;

	assert_int_equal(load(text, sizeof(text) - 1, &root, &problems), 0);
	assert_non_null(strstr(problems, "x:1:4: error: anchors are not allowed"));
	assert_non_null(strstr(problems, "x:2:4: error: aliases are not allowed"));
	assert_non_null(strstr(problems, "x:3:4: error: tags are not allowed"));
	assert_non_null(strstr(problems, "x:4:1: error: duplicate key 'c', first on line 3"));
	assert_non_null(strstr(problems, "x:5:3: error: a key must be text, not a list"));
	assert_int_equal(root->n, 4);
	assert_string_equal(node_get(root, "c")->text, "2");
	assert_true(node_get(root, "b")->unusable);
	assert_string_equal(node_get(root, "d")->text, "4");
}

static void test_nothing_but_comments_is_no_tree_and_no_problem(void **state)
{
	static const char *const texts[] = {
		"", "\n\n", "# x\n", "---\n", "---\n...\n", "\xef\xbb\xbf"};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		CLEANUP_FREE char *problems = NULL;
		struct node *root = NULL;

		assert_int_equal(
			load(texts[i], strlen(texts[i]), &root, &problems), YAML_TREE_R_EMPTY);
		assert_null(root);
		assert_string_equal(problems, "");
	}
}

static void test_a_second_document_is_refused(void **state)
{
	assert_refused("a: 1\n---\nb: 2\n", 14, "x:2:1: error: a second document");
	assert_refused("a: 1\n...\n---\nb: 2\n", 18, "x:3:1: error: a second document");
}

static void test_depth_is_bounded(void **state)
{
	CLEANUP_FREE char *fits = repeat("[", YAML_TREE_DEPTH_MAX);
	CLEANUP_FREE char *end = repeat("]", YAML_TREE_DEPTH_MAX);
	CLEANUP_FREE char *whole = NULL, *problems = NULL;
	CLEANUP_FREE char *deep = repeat("[", 500000), *deeper = repeat("{a: ", 200000);
	CLEANUP_FREE char *lists = repeat("- ", 100000), *keys = repeat("? ", 100000);
	CLEANUP_NODE struct node *root = NULL;

	assert_true(asprintf(&whole, "%s%s", fits, end) > 0);
	assert_int_equal(load(whole, strlen(whole), &root, &problems), 0);
	assert_refused(deep, strlen(deep), "x:1:33: error: nested deeper than 32 levels");
	assert_refused(deeper, strlen(deeper), "nested deeper than 32 levels");
	assert_refused(lists, strlen(lists), "nested deeper than 32 levels");
	assert_refused(keys, strlen(keys), "nested deeper than 32 levels");
}

static void test_the_number_of_nodes_is_bounded(void **state)
{
	CLEANUP_FREE char *lines = repeat("- a\n", YAML_TREE_NODES_MAX);
	CLEANUP_FREE char *flow = repeat("a,", YAML_TREE_NODES_MAX);
	CLEANUP_FREE char *problems = NULL, *whole = NULL;
	CLEANUP_NODE struct node *root = NULL;

	assert_refused(lines, strlen(lines), "x:100000:3: error: more than 100000 values");
	lines[strlen(lines) - 4] = '\0';
	assert_int_equal(load(lines, strlen(lines), &root, &problems), 0);
	assert_int_equal(root->n, YAML_TREE_NODES_MAX - 1);
	assert_true(asprintf(&whole, "[%s]", flow) > 0);
	assert_refused(whole, strlen(whole), "x:1:200000: error: more than 100000 values");
}

static void test_many_duplicate_keys_take_no_time(void **state)
{
	CLEANUP_FREE char *lines = repeat("a: 1\n", YAML_TREE_NODES_MAX / 2 - 1);
	CLEANUP_FREE char *problems = NULL;
	CLEANUP_NODE struct node *root = NULL;

	assert_int_equal(load(lines, strlen(lines), &root, &problems), 0);
	assert_int_equal(root->n, 1);
	assert_non_null(strstr(problems, "x: error: 49948 more problems"));
}

static void test_the_size_is_bounded(void **state)
{
	CLEANUP_FREE char *big = repeat("- aaaaaaa\n", 1000000);
	CLEANUP_FREE char *fits = repeat("#", YAML_TREE_SIZE_MAX), *problems = NULL;
	struct node *root = NULL;

	assert_refused(big, strlen(big), "x: error: 10000000 bytes, more than 1048576");
	assert_int_equal(load(fits, strlen(fits), &root, &problems), YAML_TREE_R_EMPTY);
}

static void test_what_is_no_text_is_refused_at_its_place(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *expected;
	} cases[] = {
		{"a: \0b\n", 6, "x:1:4: error: control character 0x00"},
		{"a: 1\nb: \x1b[m\n", 12, "x:2:4: error: control character 0x1b"},
		{"a: \xc3\x28\n", 6, "x:1:4: error: not valid UTF-8"},
		{"a: \xc0\x80\n", 6, "x:1:4: error: not valid UTF-8"},
		{"a: \xed\xa0\x80\n", 7, "x:1:4: error: not valid UTF-8"},
		{"a: \xf4\x90\x80\x80\n", 8, "x:1:4: error: not valid UTF-8"},
		{"a: \xe2\x82", 5, "x:1:4: error: not valid UTF-8"},
		{"a: 1\rb: 2\n", 10, "x:1:5: error: a carriage return"},
		{"a: \xc2\x85 b\n", 8, "x:1:4: error: control character 0x85"},
		{"a: \xe2\x80\xa8 b\n", 9, "x:1:4: error: invisible character U+2028"},
		{"\xef\xbb\xbf"
		 "a: \x01\n",
			8, "x:1:7: error: control character 0x01"},
		{"a: \xef\xbb\xbf\n", 7, "x:1:4: error: invisible character U+FEFF"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_refused(cases[i].text, cases[i].size, cases[i].expected);
}

static void test_rubbish_is_told_off_once_and_not_a_thousand_times(void **state)
{
	CLEANUP_FREE char *rubbish = repeat("\x01\xff\n", 10000);
	CLEANUP_FREE char *problems = NULL;
	struct node *root = NULL;

	assert_int_equal(load(rubbish, strlen(rubbish), &root, &problems), -EINVAL);
	assert_non_null(strstr(problems, "this is not a text file"));
	assert_true(strlen(problems) < 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_node_knows_its_place_and_its_style),
		cmocka_unit_test(test_a_byte_order_mark_only_moves_the_first_line),
		cmocka_unit_test(test_what_is_refused_in_passing_leaves_a_usable_tree),
		cmocka_unit_test(test_nothing_but_comments_is_no_tree_and_no_problem),
		cmocka_unit_test(test_a_second_document_is_refused),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_the_number_of_nodes_is_bounded),
		cmocka_unit_test(test_many_duplicate_keys_take_no_time),
		cmocka_unit_test(test_the_size_is_bounded),
		cmocka_unit_test(test_what_is_no_text_is_refused_at_its_place),
		cmocka_unit_test(test_rubbish_is_told_off_once_and_not_a_thousand_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
