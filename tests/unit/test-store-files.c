/* The store on bad ground: full and read-only disks, damaged and foreign files. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "common/base/digest.h"
#include "common/base/file.h"
#include "tests/unit/store-fixture.h"

/* A folder of its own file system, in a mount name space of our own: gone with this process. */
static void mount_tiny(struct fixture *f, const char *options)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tiny", f->folder, "tmpfs", 0, options) < 0) {
		print_message("no mounts here: %s\n", strerror(errno));
		skip();
	}
}

static void fill_disk(const char *path)
{
	static const char block[4096];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	(void)close(fd);
}

/* Everything that writes says that the disk is full, and where. */
static void assert_full(struct fixture *f, uint64_t number)
{
	struct run run = fixture_run(1000);
	struct result head = {.job = number};
	struct error e = {0};

	assert_int_equal(store_put_run(f->store, number, &run, &e), -ENOSPC);
	assert_non_null(strstr(e.text, f->path));
	assert_non_null(strstr(e.text, "no space left"));
	assert_int_equal(store_put_head(f->store, &head, 1, &e), -ENOSPC);
	assert_int_equal(store_end_job(f->store, number, JOB_DONE, NULL, 1, &e), -ENOSPC);
}

static void test_full_disk_loses_nothing_and_is_over_when_there_is_room(void **state)
{
	struct fixture *f = *state;
	struct job job = fixture_job(0);
	uint64_t n_accepted = 0, number = 0;
	struct receipt receipt = {0};
	char filler[96];
	int r;

	mount_tiny(f, "size=4m");
	fixture_open(f);
	receipt.job = fixture_add_job(f);
	n_accepted++;
	assert_int_equal(store_start_job(f->store, receipt.job, 1, NULL), 0);
	(void)snprintf(filler, sizeof(filler), "%s/filler", f->folder);
	fill_disk(filler);
	/* The log has some room of its own: written until that is used up, too. */
	do {
		struct run run = fixture_run(receipt.n_runs + 1);

		r = store_put_run(f->store, receipt.job, &run, NULL);
		receipt.n_runs += r == 0;
	} while (r == 0);
	assert_int_equal(r, -ENOSPC);
	do {
		(void)snprintf(job.id, sizeof(job.id), "full-%llu", (unsigned long long)n_accepted);
		r = store_add_job(f->store, &job, &number, NULL);
		n_accepted += r == 0;
	} while (r == 0);
	assert_int_equal(r, -ENOSPC);
	assert_full(f, receipt.job);
	fixture_assert_kept(f, &receipt);

	assert_int_equal(unlink(filler), 0);
	assert_int_equal(store_end_job(f->store, receipt.job, JOB_DONE, NULL, 1, NULL), 0);
	(void)fixture_add_job(f);
	fixture_reopen(f);
	fixture_assert_kept(f, &receipt);
	fixture_assert_state(f, receipt.job, JOB_DONE);
	assert_int_equal(store_count_queued(f->store, (uid_t)-1, &number), 0);
	assert_int_equal(number, n_accepted);
	f->store = store_free(f->store);
	assert_true(fixture_integrity_holds(f));
	assert_int_equal(umount2(f->folder, MNT_DETACH), 0);
}

static void test_new_store_on_a_full_disk_says_so_and_works_later(void **state)
{
	struct fixture *f = *state;
	struct error e = {0};
	char filler[96];

	mount_tiny(f, "size=1m");
	(void)snprintf(filler, sizeof(filler), "%s/filler", f->folder);
	fill_disk(filler);
	assert_int_equal(store_open(&f->store, f->path, &e), -ENOSPC);
	assert_null(f->store);
	assert_int_equal(unlink(filler), 0);
	fixture_open(f);
	(void)fixture_add_job(f);
	f->store = store_free(f->store);
	assert_int_equal(umount2(f->folder, MNT_DETACH), 0);
}

static void test_read_only_file_system_says_so(void **state)
{
	struct fixture *f = *state;
	struct error e = {0};

	mount_tiny(f, "size=1m");
	assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(store_open(&f->store, f->path, &e), -EROFS);
	assert_non_null(strstr(e.text, f->path));
	assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT, "size=1m"), 0);
	fixture_open(f);
	f->store = store_free(f->store);
	assert_int_equal(mount(NULL, f->folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_int_equal(store_open(&f->store, f->path, &e), -EROFS);
	assert_int_equal(umount2(f->folder, MNT_DETACH), 0);
}

static void hash_file(const char *path, char *ret)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(digest_sha256_fd(fd, ret), 0);
}

/* Opening fails in the said way, twice, and the file is what it was. */
static void assert_refused(struct fixture *f, int code, const char *words)
{
	char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];
	struct error e = {0};

	hash_file(f->path, before);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_open(&f->store, f->path, &e), code);
		assert_null(f->store);
		assert_non_null(strstr(e.text, f->path));
		assert_non_null(strstr(e.text, words));
	}
	hash_file(f->path, after);
	assert_string_equal(before, after);
}

static void test_what_is_not_ours_is_left_as_it_is(void **state)
{
	static const char text[] = "Dear diary, this is no database at all.\n";
	struct fixture *f = *state;
	CLEANUP_FREE char *garbage = malloc(65536);

	assert_non_null(garbage);
	assert_int_equal(file_write_atomic(f->path, text, sizeof(text) - 1, 0600, NULL), 0);
	assert_refused(f, -EUCLEAN, "not a database");

	memset(garbage, 0xa5, 65536);
	assert_int_equal(file_write_atomic(f->path, garbage, 65536, 0600, NULL), 0);
	assert_refused(f, -EUCLEAN, "not a database");

	assert_int_equal(unlink(f->path), 0);
	fixture_sql(f, "CREATE TABLE bookmarks (url TEXT)");
	assert_refused(f, -EUCLEAN, "another program");
}

/* What the steps after the first have added is taken away again. */
static void back_to_version_1(struct fixture *f)
{
	fixture_sql(f,
		"ALTER TABLE heads DROP COLUMN is_gate;"
		"ALTER TABLE benchmarks DROP COLUMN workload;"
		"ALTER TABLE benchmarks DROP COLUMN same_files;"
		"ALTER TABLE benchmarks DROP COLUMN gate;"
		"DROP TABLE acceptances;"
		"PRAGMA user_version = 1");
}

static void test_database_of_the_first_version_is_brought_up_to_date(void **state)
{
	struct fixture *f = *state;
	struct result result = {0};
	uint64_t number;

	fixture_open(f);
	number = fixture_add_job(f);
	result = (struct result){.job = number, .seed = 5, .n_benchmarks = 1};
	result.benchmarks = calloc(1, sizeof(*result.benchmarks));
	assert_non_null(result.benchmarks);
	result.benchmarks[0].name = strdup("old");
	assert_int_equal(store_put_head(f->store, &result, 1, NULL), 0);
	result_done(&result);
	f->store = store_free(f->store);
	back_to_version_1(f);
	fixture_open(f);
	assert_int_equal(store_load_result(f->store, number, &result, NULL), 0);
	assert_string_equal(result.benchmarks[0].name, "old");
	assert_null(result.benchmarks[0].workload);
	assert_false(result.is_gate);
	result_done(&result);
}

static void test_database_of_a_newer_version_is_left_as_it_is(void **state)
{
	struct fixture *f = *state;

	fixture_open(f);
	(void)fixture_add_job(f);
	f->store = store_free(f->store);
	fixture_sql(f, "PRAGMA user_version = 99");
	assert_refused(f, -EPROTO, "newer steadyd (version 99");
	back_to_version_1(f);
	fixture_open(f);
}

static void test_folder_in_its_place_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct error e = {0};

	assert_int_equal(mkdir(f->path, 0700), 0);
	assert_true(store_open(&f->store, f->path, &e) < 0);
	assert_non_null(strstr(e.text, f->path));
	assert_int_equal(rmdir(f->path), 0);
}

/* Everything a reader may ask for; nothing but success, damage or input errors comes back. */
static void read_everything(struct fixture *f, uint64_t n_jobs)
{
	for (uint64_t number = 1; number <= n_jobs; number++) {
		struct result result = {0};
		struct error e = {0};
		int r = store_load_result(f->store, number, &result, &e);

		if (r != 0 && r != -EUCLEAN && r != -ENOENT && r != -EIO)
			fail_msg("%d %s", r, e.text);
		result_done(&result);
	}
}

static void damage_page(const char *path, off_t page)
{
	CLEANUP_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);
	char bytes[4096];

	assert_true(fd >= 0);
	memset(bytes, 0x5a, sizeof(bytes));
	assert_int_equal(pwrite(fd, bytes, sizeof(bytes), page * 4096), sizeof(bytes));
}

static void test_damaged_pages_are_reported_not_believed(void **state)
{
	enum {
		JOBS = 20
	};
	struct fixture *f = *state;
	CLEANUP_FREE char *whole = NULL;
	unsigned n_noticed = 0;
	size_t size = 0;

	fixture_open(f);
	for (int i = 0; i < JOBS; i++) {
		uint64_t number = fixture_add_job(f);

		for (unsigned n = 1; n <= 20; n++) {
			struct run run = fixture_run(n);
			assert_int_equal(store_put_run(f->store, number, &run, NULL), 0);
		}
	}
	f->store = store_free(f->store);
	assert_int_equal(file_read(f->path, 64 << 20, &whole, &size, NULL), 0);
	assert_true(size > 20ul * 4096);

	for (size_t page = 0; page < size / 4096; page++) {
		struct error e = {0};
		int r;

		assert_int_equal(file_write_atomic(f->path, whole, size, 0600, NULL), 0);
		damage_page(f->path, (off_t)page);
		r = store_open(&f->store, f->path, &e);
		if (r == 0)
			read_everything(f, JOBS);
		else if (r != -EUCLEAN)
			fail_msg("page %zu: %d %s", page, r, e.text);
		n_noticed += r == -EUCLEAN;
		f->store = store_free(f->store);
	}
	/* The header, the schema and the table of jobs are looked at when opening. */
	assert_true(n_noticed >= 2);
}

static void test_loading_a_damaged_job_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct result result = {0};
	struct error e = {0};
	uint64_t number;

	fixture_open(f);
	number = fixture_add_job(f);
	f->store = store_free(f->store);
	fixture_sql(f, "UPDATE jobs SET state = 'sleeping'");
	fixture_open(f);
	assert_int_equal(store_load_result(f->store, number, &result, &e), -EUCLEAN);
	assert_non_null(strstr(e.text, "'sleeping'"));
}

#define test_in_folder(t) cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test_in_folder(test_full_disk_loses_nothing_and_is_over_when_there_is_room),
		test_in_folder(test_new_store_on_a_full_disk_says_so_and_works_later),
		test_in_folder(test_read_only_file_system_says_so),
		test_in_folder(test_what_is_not_ours_is_left_as_it_is),
		test_in_folder(test_database_of_the_first_version_is_brought_up_to_date),
		test_in_folder(test_database_of_a_newer_version_is_left_as_it_is),
		test_in_folder(test_folder_in_its_place_is_an_error),
		test_in_folder(test_damaged_pages_are_reported_not_believed),
		test_in_folder(test_loading_a_damaged_job_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
