/* Decoding the kernel's ring, with records laid out by hand. */
#include "common/base/macro.h"
#include "daemon/probes/perf-ring.h"
#include "tests/unit/cmocka-all.h"

#define SIZE 256

/* A ring in our own memory: what the kernel would write. */
struct fake_ring {
	struct perf_event_mmap_page page;
	unsigned char data[SIZE];
	struct perf_ring ring;
};

static void make(struct fake_ring *f, uint64_t position)
{
	memset(f, 0, sizeof(*f));
	f->page.data_head = f->page.data_tail = position;
	f->ring = (struct perf_ring){.fd = -1,
		.page = &f->page,
		.data = f->data,
		.size = SIZE,
		.head = position,
		.tail = position};
}

static void append(struct fake_ring *f, const void *bytes, size_t n)
{
	size_t offset = f->page.data_head % SIZE;
	size_t first = MIN_OF(n, SIZE - offset);

	memcpy(f->data + offset, bytes, first);
	memcpy(f->data, (const unsigned char *)bytes + first, n - first);
	f->page.data_head += n;
	perf_ring_update(&f->ring);
}

static void put(struct fake_ring *f, unsigned type, unsigned misc, const void *body, size_t n)
{
	struct perf_event_header header = {
		.type = type, .misc = (uint16_t)misc, .size = (uint16_t)(sizeof(header) + n + 24)};
	struct {
		uint32_t pid, tid;
		uint64_t time;
		uint32_t cpu, reserved;
	} trailer = {7, 8, 1234, 3, 0};
	unsigned char bytes[SIZE] = {0};

	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), body, n);
	memcpy(bytes + sizeof(header) + n, &trailer, sizeof(trailer));
	append(f, bytes, header.size);
}

static void test_every_kind_of_record_is_decoded(void **state)
{
	uint32_t task[6] = {20, 10, 21, 11}, other[2] = {30, 31};
	struct {
		uint32_t pid, tid;
		char name[8];
	} comm = {20, 21, "make"};
	struct switch_record record;
	struct fake_ring f;

	make(&f, 0);
	put(&f, PERF_RECORD_FORK, 0, task, sizeof(task));
	put(&f, PERF_RECORD_COMM, PERF_RECORD_MISC_COMM_EXEC, &comm, sizeof(comm));
	put(&f, PERF_RECORD_SWITCH_CPU_WIDE,
		PERF_RECORD_MISC_SWITCH_OUT | PERF_RECORD_MISC_SWITCH_OUT_PREEMPT, other,
		sizeof(other));
	put(&f, PERF_RECORD_SWITCH_CPU_WIDE, 0, other, sizeof(other));

	assert_true(perf_ring_next(&f.ring, &record));
	assert_int_equal(record.type, SWITCH_RECORD_FORK);
	assert_int_equal(record.pid, 20);
	assert_int_equal(record.tid, 21);
	assert_int_equal(record.other_tid, 11);
	assert_int_equal(record.current_tid, 8);
	assert_int_equal(record.time_ns, 1234);
	assert_int_equal(record.cpu, 3);
	assert_true(perf_ring_next(&f.ring, &record));
	assert_int_equal(record.type, SWITCH_RECORD_COMM);
	assert_true(record.exec);
	assert_string_equal(record.name, "make");
	assert_true(perf_ring_next(&f.ring, &record));
	assert_int_equal(record.type, SWITCH_RECORD_OUT);
	assert_true(record.preempted);
	assert_int_equal(record.tid, 8);
	assert_int_equal(record.other_tid, 31);
	assert_true(perf_ring_next(&f.ring, &record));
	assert_int_equal(record.type, SWITCH_RECORD_IN);
	assert_false(record.preempted);
	assert_false(perf_ring_next(&f.ring, &record));
}

static void test_records_wrap_at_every_place(void **state)
{
	uint32_t task[6] = {20, 10, 21, 11};
	struct switch_record record;
	struct fake_ring f;

	for (uint64_t position = 0; position < SIZE; position += 8) {
		make(&f, position);
		for (unsigned i = 0; i < 3; i++) {
			task[2] = i;
			put(&f, PERF_RECORD_EXIT, 0, task, sizeof(task));
		}
		for (unsigned i = 0; i < 3; i++) {
			assert_true(perf_ring_next(&f.ring, &record));
			assert_int_equal(record.type, SWITCH_RECORD_EXIT);
			assert_int_equal(record.tid, i);
			assert_int_equal(record.time_ns, 1234);
		}
		assert_false(perf_ring_next(&f.ring, &record));
		perf_ring_release(&f.ring);
		assert_int_equal(f.page.data_tail, f.page.data_head);
	}
}

static void test_other_kinds_are_stepped_over(void **state)
{
	uint32_t task[6] = {20, 10, 21, 11};
	struct switch_record record;
	struct fake_ring f;

	make(&f, 0);
	put(&f, PERF_RECORD_MMAP, 0, task, sizeof(task));
	put(&f, 200, 0, task, 8);
	put(&f, PERF_RECORD_EXIT, 0, task, 8); /* too short for an EXIT */
	put(&f, PERF_RECORD_EXIT, 0, task, sizeof(task));
	assert_true(perf_ring_next(&f.ring, &record));
	assert_int_equal(record.type, SWITCH_RECORD_EXIT);
	assert_int_equal(record.tid, 21);
	assert_false(perf_ring_next(&f.ring, &record));
}

static void test_lost_records_are_counted(void **state)
{
	uint64_t lost[2] = {1, 42};
	struct switch_record record;
	struct fake_ring f;

	make(&f, 0);
	put(&f, PERF_RECORD_LOST, 0, lost, sizeof(lost));
	assert_true(perf_ring_next(&f.ring, &record));
	assert_int_equal(record.type, SWITCH_RECORD_LOST);
	assert_int_equal(perf_ring_lost(&f.ring), 42);
}

static void test_full_ring_counts_as_a_loss_on_old_kernels(void **state)
{
	uint32_t task[6] = {0};
	struct fake_ring f;

	make(&f, 0);
	for (unsigned i = 0; i < 3; i++)
		put(&f, PERF_RECORD_EXIT, 0, task, sizeof(task));
	assert_int_equal(perf_ring_lost(&f.ring), 0);
	put(&f, PERF_RECORD_EXIT, 0, task, sizeof(task));
	assert_int_equal(perf_ring_lost(&f.ring), 1);
}

static void test_nonsense_in_the_ring_is_a_loss_and_an_end(void **state)
{
	static const uint16_t sizes[] = {0, 7, 200};
	struct switch_record record;
	struct fake_ring f;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct perf_event_header header = {.type = PERF_RECORD_EXIT, .size = sizes[i]};

		make(&f, SIZE - 8);
		append(&f, &header, sizeof(header));
		assert_false(perf_ring_next(&f.ring, &record));
		assert_int_equal(f.ring.tail, f.ring.head);
		assert_int_equal(perf_ring_lost(&f.ring), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_record_is_decoded),
		cmocka_unit_test(test_records_wrap_at_every_place),
		cmocka_unit_test(test_other_kinds_are_stepped_over),
		cmocka_unit_test(test_lost_records_are_counted),
		cmocka_unit_test(test_full_ring_counts_as_a_loss_on_old_kernels),
		cmocka_unit_test(test_nonsense_in_the_ring_is_a_loss_and_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
