/* Where steady's own files are, seen from a build tree; the workloads that ship are good. */
#include <errno.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/config/search-path.h"
#include "common/config/workload-file.h"
#include "tests/unit/cmocka-all.h"

static void test_a_build_tree_uses_its_own_files(void **state)
{
	CLEANUP_STRV struct strv profiles = {0};
	CLEANUP_STRV struct strv workloads = {0};
	char program[256];

	assert_int_equal(search_path_profiles(&profiles), 0);
	assert_int_equal(profiles.n, 1);
	assert_non_null(strstr(profiles.items[0], "/profiles"));
	assert_null(strstr(profiles.items[0], "/etc/"));
	assert_int_equal(search_path_workloads(&workloads), 0);
	assert_int_equal(workloads.n, 1);
	assert_int_equal(search_path_program("steady-launcher", program, sizeof(program)), 0);
	assert_int_equal(
		strncmp(program, getenv("STEADY_BUILD"), strlen(getenv("STEADY_BUILD"))), 0);
	assert_int_equal(search_path_program("steady-launcher", program, 4), -ENAMETOOLONG);
}

static void test_paths_are_taken_as_they_are(void **state)
{
	static const char *const paths[] = {"x.yaml", "./x", "/a/b", "sub/x.yaml"};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		CLEANUP_FREE char *path = NULL;
		struct error e = {0};

		assert_int_equal(search_path_find_workload(paths[i], &path, &e), 0);
		assert_string_equal(path, paths[i]);
	}
}

static void test_an_unknown_workload_is_told_what_there_is(void **state)
{
	CLEANUP_FREE char *path = NULL;
	struct error e = {0};

	assert_int_equal(search_path_find_workload("julia-sett", &path, &e), -ENOENT);
	assert_null(path);
	assert_non_null(strstr(e.text, "no workload 'julia-sett', did you mean 'julia-set'?"));
	assert_non_null(strstr(e.text, "sort"));
}

static void test_every_workload_that_ships_is_good(void **state)
{
	static const char *const names[] = {
		"compile", "compress", "julia-set", "search", "sort", "sum"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CLEANUP_FREE char *path = NULL, *text = NULL, *problems = NULL;
		CLEANUP(workload_done) struct workload w = {0};
		CLEANUP(diag_done) struct diag d = {0};
		struct error e = {0};
		size_t size;

		if (search_path_find_workload(names[i], &path, &e) < 0)
			fail_msg("%s", e.text);
		assert_int_equal(file_read(path, 1 << 20, &text, &size, &e), 0);
		assert_int_equal(diag_init(&d, path, text, size), 0);
		(void)workload_parse(text, size, "/base", NULL, &w, &d);
		problems = diag_format(&d);
		assert_string_equal(problems, "");
		assert_string_equal(w.name, names[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_build_tree_uses_its_own_files),
		cmocka_unit_test(test_paths_are_taken_as_they_are),
		cmocka_unit_test(test_an_unknown_workload_is_told_what_there_is),
		cmocka_unit_test(test_every_workload_that_ships_is_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
