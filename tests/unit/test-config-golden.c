/* Every bad file of tests/golden/config says exactly what is wrong with it, and where. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/base/strv.h"
#include "common/config/host-file.h"
#include "common/config/profile-file.h"
#include "common/config/suite-file.h"
#include "tests/unit/cmocka-all.h"

#define FILE_SIZE_MAX (2u << 20)

static int is_yaml(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && streq(entry->d_name + n - 5, ".yaml");
}

static int parse_workload(const char *text, size_t size, struct diag *d)
{
	CLEANUP(suite_done) struct suite s = {0};

	return suite_parse(text, size, "/base", NULL, &s, d);
}

static int parse_profile(const char *text, size_t size, struct diag *d)
{
	CLEANUP(profile_done) struct profile p = {0};

	return profile_parse(text, size, &p, d);
}

static int parse_host(const char *text, size_t size, struct diag *d)
{
	CLEANUP(host_config_done) struct host_config c = {0};

	return host_config_parse(text, size, &c, d);
}

/* The first word of a file's name says what it should be. */
static char *problems_of(const char *name, const char *text, size_t size)
{
	CLEANUP(diag_done) struct diag d;
	int r;

	assert_int_equal(diag_init(&d, name, text, size), 0);
	if (strncmp(name, "profile-", 8) == 0)
		r = parse_profile(text, size, &d);
	else if (strncmp(name, "host-", 5) == 0)
		r = parse_host(text, size, &d);
	else
		r = parse_workload(text, size, &d);
	assert_int_equal(r, -EINVAL);
	return diag_format(&d);
}

/* STEADY_GOLDEN_WRITE=1 writes what is said now, to be read before it is committed. */
static void compare_with_golden(const char *path, const char *text)
{
	CLEANUP_FREE char *expected = NULL;
	struct error e = {0};

	if (getenv("STEADY_GOLDEN_WRITE")) {
		assert_int_equal(file_write_atomic(path, text, strlen(text), 0644, &e), 0);
		return;
	}
	if (file_read(path, FILE_SIZE_MAX, &expected, NULL, &e) < 0)
		fail_msg("%s", e.text);
	if (!streq(expected, text))
		fail_msg("%s differs; what is said now:\n%s", path, text);
}

static void check_file(const char *folder, const char *name)
{
	CLEANUP_FREE char *path = NULL, *golden = NULL, *text = NULL, *problems = NULL;
	struct error e = {0};
	size_t size;

	assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
	assert_true(asprintf(&golden, "%s/%.*s.txt", folder, (int)strlen(name) - 5, name) > 0);
	assert_int_equal(file_read(path, FILE_SIZE_MAX, &text, &size, &e), 0);
	problems = problems_of(name, text, size);
	assert_non_null(problems);
	assert_true(*problems);
	compare_with_golden(golden, problems);
}

static void test_every_bad_file_says_what_is_wrong_and_where(void **state)
{
	CLEANUP_FREE char *folder = NULL;
	struct dirent **entries;
	int n;

	assert_true(asprintf(&folder, "%s/tests/golden/config", getenv("STEADY_SOURCE")) > 0);
	n = scandir(folder, &entries, is_yaml, alphasort);
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		check_file(folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bad_file_says_what_is_wrong_and_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
