/* Logs of jobs: whole, bounded, and text whatever was written. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "daemon/store/job-log.h"
#include "tests/unit/cmocka-all.h"

struct fixture {
	char folder[64];
	struct job_log log;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->folder, sizeof(f->folder), "/tmp/test-job-log.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	assert_int_equal(job_log_open(f->folder, 7, &f->log, NULL), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char path[96];

	job_log_close(&f->log);
	(void)snprintf(path, sizeof(path), "%s/logs/7.log", f->folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/logs", f->folder);
	(void)rmdir(path);
	(void)rmdir(f->folder);
	free(f);
	return 0;
}

static void append(struct fixture *f, const char *text)
{
	assert_int_equal(job_log_append(&f->log, text, strlen(text)), 0);
}

/* All pages put together. */
static char *read_in_pages(const struct fixture *f, size_t max)
{
	char *whole = calloc(1, 4096);
	uint64_t offset = 0, next = 0;
	size_t n = 0;

	assert_non_null(whole);
	for (;;) {
		CLEANUP_FREE char *text = NULL;

		assert_int_equal(job_log_read(f->folder, 7, offset, max, &text, &next), 0);
		assert_true(strlen(text) <= max);
		if (next == offset)
			break;
		assert_true(next > offset && n + strlen(text) < 4096);
		n = (size_t)(stpcpy(whole + n, text) - whole);
		offset = next;
	}
	return whole;
}

static void assert_reads(const struct fixture *f, size_t max, const char *expected)
{
	CLEANUP_FREE char *text = read_in_pages(f, max);

	assert_string_equal(text, expected);
}

static void test_pages_of_every_size_give_the_same_text(void **state)
{
	static const char text[] = "one\n\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa2 two\n\t\x1b[31m";
	struct fixture *f = *state;

	append(f, text);
	for (size_t max = JOB_LOG_PAGE_MIN; max < sizeof(text) + 4; max++)
		assert_reads(f, max, text);
}

static void test_bytes_that_are_no_text_are_replaced(void **state)
{
	/* A stray byte, overlong, a surrogate, above U+10FFFF, a cut sequence, NUL. */
	static const char bytes[] = "a\xff"
				    "b\xc0\xaf"
				    "c\xed\xa0\x80"
				    "d\xf4\x90\x80\x80"
				    "e\xe2\x82"
				    "f\0g";
	struct fixture *f = *state;

	assert_int_equal(job_log_append(&f->log, bytes, sizeof(bytes) - 1), 0);
	for (size_t max = JOB_LOG_PAGE_MIN; max < 64; max++)
		assert_reads(f, max,
			"a\xef\xbf\xbd"
			"b\xef\xbf\xbd\xef\xbf\xbd"
			"c\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
			"d\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
			"e\xef\xbf\xbd\xef\xbf\xbd"
			"f\xef\xbf\xbdg");
}

static void test_character_written_in_two_halves_is_read_whole(void **state)
{
	struct fixture *f = *state;

	append(f, "x\xe2\x82");
	assert_reads(f, 100, "x");
	append(f, "\xac");
	assert_reads(f, 100, "x\xe2\x82\xac");
}

static void test_log_goes_on_where_it_was_after_reopening(void **state)
{
	struct fixture *f = *state;

	append(f, "before\n");
	job_log_close(&f->log);
	assert_int_equal(job_log_append(&f->log, "x", 1), -EBADF);
	assert_int_equal(job_log_open(f->folder, 7, &f->log, NULL), 0);
	append(f, "after\n");
	assert_reads(f, 100, "before\nafter\n");
}

static void test_job_without_a_log_reads_as_empty(void **state)
{
	struct fixture *f = *state;
	CLEANUP_FREE char *text = NULL, *past = NULL;
	uint64_t next = 1;

	assert_int_equal(job_log_read(f->folder, 8, 0, 100, &text, &next), 0);
	assert_string_equal(text, "");
	assert_int_equal(next, 0);
	append(f, "abc");
	assert_int_equal(job_log_read(f->folder, 7, 1000, 100, &past, &next), 0);
	assert_string_equal(past, "");
	assert_int_equal(next, 1000);
	assert_int_equal(job_log_read(f->folder, 7, 0, 3, &text, &next), -EINVAL);
}

static void test_endless_output_is_cut_once_and_says_so(void **state)
{
	struct fixture *f = *state;
	CLEANUP_FREE char *block = malloc(1 << 20);
	CLEANUP_FREE char *text = NULL;
	uint64_t next = 0, cut_size;

	assert_non_null(block);
	memset(block, 'x', 1 << 20);
	for (int i = 0; i < 66; i++)
		assert_int_equal(job_log_append(&f->log, block, (1 << 20) - 1), 0);
	assert_true(f->log.is_cut);
	cut_size = f->log.size;
	assert_true(cut_size > JOB_LOG_MAX_BYTES && cut_size < JOB_LOG_MAX_BYTES + 100);

	assert_int_equal(job_log_read(f->folder, 7, JOB_LOG_MAX_BYTES - 1, 100, &text, &next), 0);
	assert_string_equal(text, "x\n[the log is cut here: a job keeps 64 MiB]\n");
	assert_int_equal(next, cut_size);

	job_log_close(&f->log);
	assert_int_equal(job_log_open(f->folder, 7, &f->log, NULL), 0);
	append(f, "more");
	assert_int_equal(f->log.size, cut_size);
}

static void test_logs_are_closed_to_others(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	char path[96];

	(void)snprintf(path, sizeof(path), "%s/logs", f->folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	(void)snprintf(path, sizeof(path), "%s/logs/7.log", f->folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

#define test_on_log(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_on_log(test_pages_of_every_size_give_the_same_text),
		test_on_log(test_bytes_that_are_no_text_are_replaced),
		test_on_log(test_character_written_in_two_halves_is_read_whole),
		test_on_log(test_log_goes_on_where_it_was_after_reopening),
		test_on_log(test_job_without_a_log_reads_as_empty),
		test_on_log(test_endless_output_is_cut_once_and_says_so),
		test_on_log(test_logs_are_closed_to_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
