/* Who executes a job, and what becomes of jobs whose owner is gone. */
#include <errno.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/quantity.h"
#include "daemon/store/sql.h"

#define START_TICKS_FIELD 22 /* of /proc/PID/stat, proc(5) */

static int read_start_ticks(pid_t pid, uint64_t *ret)
{
	char path[64], line[2048], *field, *next;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (file_read_line(path, line, sizeof(line)) < 0)
		return -ESRCH;

	/* Field 2 is the name in parentheses, which may hold blanks and parentheses itself. */
	next = strrchr(line, ')');
	if (!next)
		return -EINVAL;
	next++;
	for (int i = 2; i < START_TICKS_FIELD; i++) {
		field = strsep(&next, " ");
		if (!field || !next)
			return -EINVAL;
	}
	field = strsep(&next, " ");
	return quantity_u64(field, ret);
}

static int read_boot_id(char *ret, size_t size)
{
	return file_read_line("/proc/sys/kernel/random/boot_id", ret, size);
}

int store_owner_self(struct store_owner *ret)
{
	struct store_owner self = {.pid = getpid()};
	int r;

	r = read_start_ticks(self.pid, &self.start_ticks);
	if (r < 0)
		return r;
	r = read_boot_id(self.boot_id, sizeof(self.boot_id));
	if (r < 0)
		return r;

	*ret = self;
	return 0;
}

bool store_owner_is_alive(const struct store_owner *owner)
{
	char boot_id[sizeof(owner->boot_id)];
	uint64_t start_ticks = 0;

	if (owner->pid <= 0 || read_boot_id(boot_id, sizeof(boot_id)) < 0)
		return false;
	return streq(boot_id, owner->boot_id) && read_start_ticks(owner->pid, &start_ticks) >= 0 &&
		start_ticks == owner->start_ticks;
}

/* Next running job above a number. Return: 1; 0 when there is none; negative errno. */
static int next_running(struct store *s, uint64_t above, uint64_t *ret_number,
	struct store_owner *ret_owner, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_LIST_RUNNING);
	int r;

	sql_put_number(&q, above);
	r = sql_next(&q, e);
	if (r <= 0)
		return r;

	*ret_number = sql_number(&q);
	ret_owner->pid = (pid_t)sql_int(&q);
	ret_owner->start_ticks = sql_number(&q);
	sql_chars(&q, ret_owner->boot_id, sizeof(ret_owner->boot_id));
	return 1;
}

static int interrupt(
	struct store *s, uint64_t number, const struct store_owner *owner, struct error *e)
{
	CLEANUP_SQL struct sql q = sql_use(s, STORE_INTERRUPT_JOB);
	char why[160];

	(void)snprintf(why, sizeof(why),
		"steadyd (process %d) ended while the job ran; the runs made until then are kept",
		owner->pid);
	sql_put_text(&q, why);
	sql_put_number(&q, clock_now_ns(CLOCK_REALTIME));
	sql_put_number(&q, number);
	return sql_run(&q, e);
}

int store_interrupt_orphans(struct store *s, struct error *e)
{
	struct store_owner owner = {0};
	uint64_t number = 0;
	int r;

	while ((r = next_running(s, number, &number, &owner, e)) > 0) {
		if (store_owner_is_alive(&owner))
			continue;
		r = interrupt(s, number, &owner, e);
		if (r < 0)
			return r;
	}
	return r;
}
