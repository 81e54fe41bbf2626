/* What runs write: bounded in memory, counted, and nothing of several writers is lost. */
#include <fcntl.h>
#include <sys/stat.h>

#include "common/base/digest.h"
#include "tests/unit/runner-fixture.h"

#define KEPT (256ul << 10)
#define MIB  (1ul << 20)

static struct fixture f;

static int open_fixture(void **state)
{
	fixture_open(&f, true);
	return 0;
}

static int close_fixture(void **state)
{
	fixture_close(&f);
	return 0;
}

static int reset_spec(void **state)
{
	f.spec.timeout_ns = 30 * SECOND_NS;
	f.spec.limits.output_bytes = 0;
	return 0;
}

static uint64_t memory_of(int fd)
{
	struct stat status;

	assert_int_equal(fstat(fd, &status), 0);
	return (uint64_t)status.st_blocks * 512;
}

static void test_all_is_kept_below_the_limit(void **state)
{
	char digest[DIGEST_TEXT_MAX];

	f.spec.limits.output_bytes = KEPT;
	run(&f, "seq 1000");
	assert_int_equal(f.outcome.out.bytes, strlen(f.out));
	assert_false(f.outcome.out.truncated);
	assert_string_equal(f.outcome.out.sha256, digest_sha256(f.out, strlen(f.out), digest));
	assert_string_equal(f.outcome.err.sha256, "");
}

static void test_head_and_tail_are_kept_above_it(void **state)
{
	f.spec.limits.output_bytes = KEPT;
	run_subject(&f, "shout 40");
	assert_int_equal(f.outcome.exit_code, 0);
	assert_int_equal(f.outcome.out.bytes, 40 * MIB + 4);
	assert_true(f.outcome.out.truncated);
	assert_true(memory_of(f.outcome.stdout_fd) <= 2 * KEPT);
	assert_memory_equal(f.out, "first", 5);
	assert_string_equal(f.out + strlen(f.out) - 5, "xlast");
	assert_non_null(strstr(f.out, "bytes ...]"));
	assert_int_equal(strlen(f.outcome.out.sha256), strlen("sha256:") + 64);
}

static void test_limit_is_not_one_for_files(void **state)
{
	f.spec.limits.output_bytes = KEPT;
	run_shell(&f, "ulimit -f");
	assert_string_equal(f.out, "unlimited\n");
}

struct peak {
	uint64_t bytes;
};

/* The largest size in memory while the run goes on. */
static int on_look(sd_event_source *source, uint64_t us, void *userdata)
{
	struct peak *peak = userdata;
	char path[64];
	struct stat status;

	for (int fd = 3; fd < 64; fd++) {
		char target[64] = "";

		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (readlink(path, target, sizeof(target) - 1) < 0 ||
			!strstr(target, "memfd:stdout"))
			continue;
		if (fstat(fd, &status) == 0)
			peak->bytes = MAX_OF(peak->bytes, (uint64_t)status.st_blocks * 512);
	}
	(void)sd_event_source_set_time_relative(source, 10000);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void test_endless_output_is_bounded_and_counted(void **state)
{
	struct peak peak = {0};
	sd_event_source *look = NULL;

	f.spec.timeout_ns = 3 * SECOND_NS;
	f.spec.limits.output_bytes = KEPT;
	assert_true(sd_event_add_time_relative(
			    f.event, &look, CLOCK_MONOTONIC, 10000, 1000, on_look, &peak) >= 0);
	run_subject(&f, "shout 0");
	(void)sd_event_source_disable_unref(look);
	assert_int_equal(f.outcome.end, RUN_END_TIMEOUT);
	assert_true(f.outcome.out.truncated);
	assert_true(peak.bytes > 0);
	/* Far more was written than was ever held. */
	assert_true(f.outcome.out.bytes > 4 * peak.bytes);
	assert_true(memory_of(f.outcome.stdout_fd) <= 2 * KEPT);
}

static void test_several_writers_do_not_overwrite_each_other(void **state)
{
	run_shell(&f,
		"for p in a b c d; do (i=0; while [ $i -lt 200 ]; do echo $p; i=$((i+1)); "
		"done) & done; wait");
	assert_int_equal(f.outcome.out.bytes, 1600);
	for (const char *name = "abcd"; *name; name++) {
		int n = 0;

		for (const char *at = f.out; *at; at++)
			n += *at == *name;
		assert_int_equal(n, 200);
	}
}

static void test_both_names_may_be_one_file(void **state)
{
	run_shell(&f, "echo one; echo two >&2; echo three > /dev/stderr; echo four 1>&2");
	assert_string_equal(f.out, "one\n");
	assert_non_null(strstr(f.err, "four\n"));
}

static void test_file_that_is_written_anew_is_trimmed_too(void **state)
{
	struct output o;
	struct run_output said;
	CLEANUP_FREE char *block = calloc(1, MIB);
	CLEANUP_FREE char *text = NULL;

	assert_int_equal(output_open(&o, "test", KEPT), 0);

	CLEANUP_CLOSE int fd = output_writer(&o);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, block, MIB), MIB);
	assert_int_equal(output_trim(&o), MIB);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(output_trim(&o), 0);
	assert_int_equal(write(fd, "new", 3), 3);
	output_finish(&o, &said);
	assert_int_equal(said.bytes, 3);
	assert_int_equal(output_read(o.fd, &said, KEPT, &text), 0);
	assert_string_equal(text, "new");
	output_close(&o);
}

static void test_text_is_cut_to_what_the_reader_wants(void **state)
{
	CLEANUP_FREE char *text = NULL;

	run(&f, "printf 0123456789");
	assert_int_equal(output_read(f.outcome.stdout_fd, &f.outcome.out, 4, &text), 0);
	assert_string_equal(text, "01\n[... 6 bytes ...]\n89");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, reset_spec)
	const struct CMUnitTest tests[] = {
		T(test_all_is_kept_below_the_limit),
		T(test_head_and_tail_are_kept_above_it),
		T(test_limit_is_not_one_for_files),
		T(test_endless_output_is_bounded_and_counted),
		T(test_several_writers_do_not_overwrite_each_other),
		T(test_both_names_may_be_one_file),
		T(test_file_that_is_written_anew_is_trimmed_too),
		T(test_text_is_cut_to_what_the_reader_wants),
	};

	return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
